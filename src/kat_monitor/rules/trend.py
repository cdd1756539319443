"""The little curve on a chair's tile: the newest value per minute, from check-in."""

from array import array

from kat_monitor.domain.vitals import MINUTE_US, Metric

STEP_US = MINUTE_US
SERIES = (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.HEART_RATE, Metric.SPO2)
EMPTY = -32768
LONGEST = 720
"""Minutes kept; a session open for longer shows its last 12 hours."""

_ROW = {int(metric): row for row, metric in enumerate(SERIES)}


class Trend:
    """One small integer (tenths) per minute and series. A bucket prefers the better source, then the newer value."""

    __slots__ = ("_bucket", "_rank", "_rows", "from_at")

    def __init__(self, from_at: int) -> None:
        self.from_at = from_at
        self._rows = [array("h") for _ in SERIES]
        self._bucket = [-1] * len(SERIES)
        self._rank = [0] * len(SERIES)

    def add(self, metric: int, at: int, value: int, rank: int) -> None:
        """An in-order value; `rank` is the source's place in the order of preference, 0 best."""
        row = _ROW.get(metric)
        if row is None or at < self.from_at:
            return
        bucket = (at - self.from_at) // STEP_US
        if bucket == self._bucket[row] and rank > self._rank[row]:
            return
        values = self._rows[row]
        if bucket >= len(values):
            if bucket >= LONGEST:
                bucket = self._forget(bucket)
            values.extend([EMPTY] * (bucket + 1 - len(values)))
        values[bucket] = value
        self._bucket[row] = bucket
        self._rank[row] = rank

    def fill(self, metric: int, at: int, value: int) -> None:
        """A late value: it takes an empty minute, and never changes one that has a value."""
        row = _ROW.get(metric)
        bucket = (at - self.from_at) // STEP_US
        if row is None or bucket < 0 or bucket >= LONGEST:
            return
        values = self._rows[row]
        if bucket >= len(values):
            values.extend([EMPTY] * (bucket + 1 - len(values)))
        if values[bucket] == EMPTY:
            values[bucket] = value

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

    def columns(self) -> dict[str, list[int | None]]:
        """Tenths per series, all of one length, None where nothing was measured."""
        longest = self.length
        return {
            metric.wire: [None if v == EMPTY else v for v in values] + [None] * (longest - len(values))
            for metric, values in zip(SERIES, self._rows, strict=True)
        }
