"""The little curve on a chair's tile: the newest value per minute, from check-in."""

from array import array
from collections.abc import Sequence

from kat_monitor.domain.vitals import MINUTE_US, Metric

STEP_US = MINUTE_US
SERIES = (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.HEART_RATE, Metric.SPO2)
EMPTY = -32768
LONGEST = 720
"""Minutes kept; a session open for longer shows its last 12 hours."""

_PLACES = tuple((row, int(metric)) for row, metric in enumerate(SERIES))
_NAMES = tuple(metric.wire for metric in SERIES)


class Trend:
    """One small integer (tenths) per minute and series. A bucket prefers the better source, then the newer value."""

    __slots__ = ("_bucket", "_rank", "_rows", "from_at")

    def __init__(self, from_at: int) -> None:
        self.from_at = from_at
        self._rows = [array("h") for _ in SERIES]
        self._bucket = [-1] * len(SERIES)
        self._rank = [0] * len(SERIES)

    def add(self, at: int, values: Sequence[int | None], rank: int) -> None:
        """In-order values (one per metric); `rank` is the source's place in the order of preference, 0 best."""
        bucket = (at - self.from_at) // STEP_US
        if bucket < 0:
            return
        if bucket >= LONGEST:
            bucket = self._forget(bucket)
        last, ranks = self._bucket, self._rank
        for row, metric in _PLACES:
            value = values[metric]
            if value is None:
                continue
            if bucket == last[row]:
                if rank <= ranks[row]:
                    self._rows[row][bucket] = value
                    ranks[row] = rank
                continue
            kept = self._rows[row]
            if bucket >= len(kept):
                kept.extend([EMPTY] * (bucket + 1 - len(kept)))
            kept[bucket] = value
            last[row] = bucket
            ranks[row] = rank

    def fill(self, at: int, values: Sequence[int | None]) -> None:
        """Late values: they take an empty minute, and never change one that has a value."""
        bucket = (at - self.from_at) // STEP_US
        if bucket < 0 or bucket >= LONGEST:
            return
        for row, metric in _PLACES:
            value = values[metric]
            if value is None:
                continue
            kept = self._rows[row]
            if bucket >= len(kept):
                kept.extend([EMPTY] * (bucket + 1 - len(kept)))
            if kept[bucket] == EMPTY:
                kept[bucket] = value

    def _forget(self, bucket: int) -> int:
        """Drop the oldest minutes so that `bucket` fits; its new index."""
        drop = bucket - LONGEST + 1
        for values in self._rows:
            del values[:drop]
        self.from_at += drop * STEP_US
        self._bucket = [max(b - drop, -1) for b in self._bucket]
        return bucket - drop

    @property
    def length(self) -> int:
        """Buckets so far."""
        return max(len(values) for values in self._rows)

    def columns(self, start: int = 0) -> dict[str, list[int | None]]:
        """Tenths per series from bucket `start` on, all of one length, None where nothing was measured."""
        longest = self.length
        return {
            name: [None if v == EMPTY else v for v in values[start:]] + [None] * (longest - max(start, len(values)))
            for name, values in zip(_NAMES, self._rows, strict=True)
        }
