"""Writes that a chart was read, before anybody gets to read it."""

from kat_monitor.access.audit import act
from kat_monitor.access.identity import Identity
from kat_monitor.api.parts import Parts
from kat_monitor.ingest.works import Audited


async def note_read(parts: Parts, who: Identity, action: str, subject: object) -> None:
    """Into the audit trail: ids and codes only. Raises KatError 503 when it cannot be written."""
    await parts.pipeline.submit(Audited(who.clinic_id, act(who, parts.clock.now_us(), action, subject)))
