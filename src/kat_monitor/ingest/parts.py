"""What one batch is made of, what the writer counts, and what must be read back when a commit failed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kat_monitor.errors import KatError, unavailable
from kat_monitor.ingest.decode import Verdict
from kat_monitor.ingest.inbox import Inbox, Waiting
from kat_monitor.ingest.turn import Turn
from kat_monitor.ingest.verdicts import Answer, Placed, Post


@dataclass(slots=True)
class Part:
    """What one batch takes of one waiting post or command."""

    waiting: Waiting
    items: Sequence[Placed] = ()
    more: bool = False
    """More of the same request follows in a later commit."""
    result: Any = None
    error: KatError | None = None

    def again(self) -> "Part":
        """The same, not judged yet."""
        return Part(self.waiting, self.items, self.more)


def part_of(waiting: Waiting, size: int) -> Part:
    """The next `size` readings of a post, or a whole command."""
    item = waiting.item
    if not isinstance(item, Post):
        return Part(waiting)
    items = item.placed[:size]
    del item.placed[:size]
    return Part(waiting, items, more=waiting.size > 0)


def halves(parts: list[Part]) -> tuple[list[Part], list[Part]] | None:
    """Two smaller batches of the same, or None when there is only one item."""
    if len(parts) == 1 and len(parts[0].items) > 1:
        part = parts[0]
        half = len(part.items) // 2
        parts = [
            Part(part.waiting, part.items[:half], more=True),
            Part(part.waiting, part.items[half:], more=part.more),
        ]
    if len(parts) < 2:
        return None
    half = len(parts) // 2
    return [part.again() for part in parts[:half]], [part.again() for part in parts[half:]]


@dataclass(slots=True)
class Counters:
    """What the writer has done since the start, for `/metrics`."""

    accepted: int = 0
    duplicates: int = 0
    late: int = 0
    unassigned: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    commits: int = 0
    commit_s: float = 0.0
    evaluation_failed: int = 0
    times_away: int = 0
    crashes: int = 0
    """Bugs met while judging, committing or publishing, each logged with its trace."""

    def count(self, answer: Answer) -> None:
        """What one commit stored of a request."""
        self.accepted += answer.accepted
        self.duplicates += answer.duplicates
        self.late += answer.late
        self.unassigned += answer.unassigned

    def count_rejected(self, answer: Answer) -> None:
        """What a whole request was refused of."""
        for verdict in answer.rejected:
            self.rejected[verdict.code] = self.rejected.get(verdict.code, 0) + 1


@dataclass(slots=True)
class Dirty:
    """What memory holds that the record may not: to be read back before the next batch."""

    clinics: set[UUID] = field(default_factory=set)
    sessions: set[tuple[UUID, UUID]] = field(default_factory=set)
    devices: set[tuple[UUID, UUID]] = field(default_factory=set)

    def add(self, turn: Turn) -> None:
        readings = turn.batch.readings
        self.devices |= turn.touched_devices | {(reading.clinic_id, reading.device_id) for reading in readings}
        self.sessions |= turn.touched_sessions
        for reading in readings:
            clinic = turn.clinics.get(reading.clinic_id)
            if reading.session_id is not None and clinic is not None and reading.session_id in clinic.sessions:
                self.sessions.add((reading.clinic_id, reading.session_id))
        self.clinics |= {clinic_id for clinic_id, _ in self.sessions | self.devices}
        self.clinics |= set(turn.clinics) | {event.clinic_id for event in turn.audits}


def answer(part: Part, counters: Counters) -> None:
    """What was committed is said; a post hears after its last commit."""
    waiting = part.waiting
    post = waiting.item
    if not isinstance(post, Post):
        if part.error is not None:
            waiting.fail(part.error)
        else:
            waiting.resolve(part.result)
        return
    post.answer.add(part.result)
    counters.count(part.result)
    if not part.more:
        counters.count_rejected(post.answer)
        waiting.resolve(post.answer)


def blame(part: Part, reason: str | None) -> None:
    """The one item of this part is at fault: the database refuses it (`reason`), or a bug stands in its way."""
    if isinstance(part.waiting.item, Post):
        part.result = Answer(rejected=[Verdict(p.candidate.item, "malformed", reason or "") for p in part.items])
    elif reason is None:
        part.error = KatError(500, "internal_error", "This could not be done; the error is in the log.")
    else:
        part.error = KatError(422, "refused_by_store", f"The record refuses this: {reason}")


def fail(inbox: Inbox, parts: Sequence[Part]) -> None:
    """None of it is known to be stored; what is left of these requests is not judged either."""
    error = unavailable("not_recorded", "Not known to be stored; send it again.")
    for part in parts:
        inbox.drop(part.waiting)
        part.waiting.fail(error)
