"""What must be known of the record before a batch is judged: identities seen before, and what commands ask for."""

from collections.abc import Sequence
from uuid import UUID

from kat_monitor.ingest.parts import Part
from kat_monitor.ingest.readback import ReadBack
from kat_monitor.ingest.turn import Prepares
from kat_monitor.ingest.verdicts import Existing, Placed, Post, Stored, keys_to_look_up

OLD_US = 60_000_000
"""Readings so old may belong to a session that has ended and left memory."""


def needs_lookup(parts: Sequence[Part]) -> bool:
    """Most batches of readings need none: above the high-water mark a reading is new by definition."""
    return any(
        keys_to_look_up(part.items) or _is_old(part.waiting.item, part.items)
        if isinstance(part.waiting.item, Post)
        else isinstance(part.waiting.item, Prepares)
        for part in parts
    )


async def look_up(readback: ReadBack, parts: Sequence[Part]) -> Existing:
    """The identities that are stored already; sessions and answers are put where their commands find them."""
    existing: dict[tuple[UUID, int], Stored] = {}
    for part in parts:
        item = part.waiting.item
        if not isinstance(item, Post):
            if isinstance(item, Prepares):
                await item.prepare(readback)
            continue
        if keys := keys_to_look_up(part.items):
            existing.update(await readback.existing(item.clinic_id, keys))
        if _is_old(item, part.items):
            await _sessions_of(readback, item.clinic_id, part.items)
    return existing


def _is_old(post: Post, items: Sequence[Placed]) -> bool:
    return bool(items) and post.received_at - items[0].effective_at > OLD_US


async def _sessions_of(readback: ReadBack, clinic_id: UUID, items: Sequence[Placed]) -> None:
    """Late readings of an ended session are compared with its own (suspect), so it is brought back."""
    clinic = readback.clinics[clinic_id]
    wanted = set()
    for placed in items:
        occupancy = clinic.occupant(placed.device.chair_at(placed.effective_at), placed.effective_at)
        if occupancy is not None and occupancy.session_id not in clinic.sessions:
            wanted.add(occupancy.session_id)
    for session_id in wanted:
        await readback.ensure_session(clinic_id, session_id)
