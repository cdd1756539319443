"""The cuff readings of a session, few enough to keep whole, for baseline, readiness, effects and timetable."""

from collections.abc import Iterator
from uuid import UUID

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric
from kat_monitor.rules.packed import PackedReadings

LONGEST = 400
"""Readings kept; far more than a day in the chair."""
NONE: frozenset[tuple[UUID, int]] = frozenset()
"""One for all: an empty set is 216 bytes."""


def _time(reading: Reading) -> tuple[int, int]:
    return reading.effective_at, reading.position


class CuffHistory:
    """Cuff readings with a valid systolic or diastolic, late ones too, in order of their own time."""

    __slots__ = ("_all", "_newest", "_said", "voided")

    def __init__(self) -> None:
        self._all = PackedReadings()
        self._newest: Reading | None = None
        """The last of them as it came: asked for at every look at a tile."""
        self.voided: frozenset[tuple[UUID, int]] = NONE
        """(device, seq) of every voided reading of the session, cuff or not."""
        self._said: tuple[tuple[tuple[UUID, int, int], bool], ...] = ()
        """((device, from, to), whether it was taken away), as corrections said it in turn."""

    def add(self, reading: Reading) -> None:
        """A cuff reading; without a valid pressure it is not kept."""
        if reading.valid(Metric.SYSTOLIC) is None and reading.valid(Metric.DIASTOLIC) is None:
            return
        self._all.insert_by_time(reading)
        if self._newest is None or _time(self._newest) <= _time(reading):
            self._newest = reading
        if len(self._all) > LONGEST:
            del self._all[0]

    def void(self, device_id: UUID, seq: int) -> None:
        """Strike a reading of the session, cuff or not."""
        self.voided |= {(device_id, seq)}

    def correct(self, span: tuple[UUID, int, int], *, away: bool) -> None:
        """What this device measured in [from, to) is not this session's, or is again."""
        self._said += ((span, away),)

    @property
    def all_stand(self) -> bool:
        """No reading of the session was struck or taken away."""
        return not (self.voided or self._said)

    def knows(self, device_id: UUID, seq: int) -> bool:
        """Whether it is one of these, voided or not."""
        return any((reading.device_id, reading.seq) == (device_id, seq) for reading in self._all)

    def is_voided(self, reading: Reading) -> bool:
        """Struck, or taken away."""
        if self.voided and (reading.device_id, reading.seq) in self.voided:
            return True
        for (device_id, start, end), away in reversed(self._said):
            if reading.device_id == device_id and start <= reading.effective_at < end:
                return away
        return False

    def valid(self) -> Iterator[Reading]:
        """Not voided, newest first; doubtful ones included."""
        for reading in reversed(self._all):
            if not self.is_voided(reading):
                yield reading

    def sure(self) -> Iterator[Reading]:
        """Not voided and undoubtful, newest first."""
        return (reading for reading in self.valid() if not reading.doubtful)

    @property
    def newest(self) -> Reading | None:
        """The newest valid reading."""
        if self._newest is not None and not self.is_voided(self._newest):
            return self._newest
        return next(self.valid(), None)
