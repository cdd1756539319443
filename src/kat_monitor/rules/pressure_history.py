"""The pressures a session had, as far as the next one is compared with the one before it (suspect)."""

from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric

_METRICS = (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN, Metric.HEART_RATE)
_WIDTH = len(_METRICS)
_NONE = -32768


class PressureBefore(NamedTuple):
    """The valid values of an earlier reading, tenths; None: it had none."""

    systolic: int | None
    diastolic: int | None
    mean: int | None
    heart_rate: int | None

    def valid(self, metric: int) -> int | None:
        """As `Reading.valid`, of the metrics it has."""
        return self[_METRICS.index(Metric(metric))]


class PressureHistory:
    """Of one source, in order of the readings' own time."""

    __slots__ = ("_at", "_values")

    def __init__(self) -> None:
        self._at = array("q")
        self._values = array("h")
        """Four of each reading."""

    def add(self, reading: Reading, most: int) -> None:
        """Its valid values; of more than `most` readings the oldest is forgotten."""
        place = bisect_right(self._at, reading.effective_at)
        self._at.insert(place, reading.effective_at)
        values = (reading.valid(metric) for metric in _METRICS)
        place *= _WIDTH
        self._values[place:place] = array("h", (_NONE if value is None else value for value in values))
        if len(self._at) > most:
            del self._at[0], self._values[:_WIDTH]

    def before(self, at: int) -> PressureBefore | None:
        """The newest earlier than `at`."""
        place = (bisect_left(self._at, at) - 1) * _WIDTH
        if place < 0:
            return None
        values = self._values[place : place + _WIDTH]
        return PressureBefore(*(None if value == _NONE else value for value in values))
