"""Whose a reading is, after all corrections: where it was stored never changes, and corrections say it anew in turn."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from kat_monitor.domain.journal import ReadingsCorrected
from kat_monitor.domain.readings import Reading


class Span(NamedTuple):
    """What one device measured in [start, end), microseconds of `effective_at`."""

    device_id: UUID
    start: int
    end: int


class Said(NamedTuple):
    """One correction about one device: `of` None takes from anybody, `to` None gives to nobody."""

    start: int
    end: int
    of: UUID | None
    to: UUID | None


class Whose:
    """All corrections of one clinic, in the order they were committed. Immutable; empty is false."""

    __slots__ = ("_by_device", "corrections", "sessions")

    def __init__(self, entries: Iterable[ReadingsCorrected] = ()) -> None:
        """A correction stands in the journal of each session it is about; it counts once, at its first position."""
        known: dict[UUID, ReadingsCorrected] = {}
        sessions: set[UUID] = set()
        for entry in sorted(entries, key=lambda entry: entry.position):
            known.setdefault(entry.id, entry)
            sessions.add(entry.session_id)
        self.corrections: Sequence[ReadingsCorrected] = tuple(known.values())
        self.sessions = frozenset(sessions)
        """Sessions whose readings may not be just those stored as theirs."""
        self._by_device: dict[UUID, list[Said]] = {}
        for one in self.corrections:
            for device_id, start, end in one.spans:
                self._by_device.setdefault(device_id, []).append(Said(start, end, one.of, one.to))

    def __bool__(self) -> bool:
        return bool(self.corrections)

    def plus(self, entries: Iterable[ReadingsCorrected]) -> "Whose":
        """With further entries, each with its position."""
        more = Whose([*self.corrections, *entries])
        more.sessions |= self.sessions
        return more

    def of(self, device_id: UUID, at: int, session_id: UUID | None) -> UUID | None:
        """Whose a reading is that was stored as `session_id`'s."""
        for said in self._by_device.get(device_id, ()):
            if said.start <= at < said.end and (said.of is None or said.of == session_id):
                session_id = said.to
        return session_id

    def owned(self, reading: Reading) -> Reading:
        """The reading as its present owner's."""
        return reading._replace(session_id=self.of(reading.device_id, reading.effective_at, reading.session_id))

    def given_to(self, session_id: UUID) -> list[Span]:
        """Where readings may lie that were stored as others' and are this session's."""
        return [Span(*span) for one in self.corrections if one.to == session_id for span in one.spans]


UNCORRECTED = Whose()
