"""How much of a session the monitor really saw: for the summary (any valid value) and for going home (good values)."""

from array import array
from bisect import bisect_left, bisect_right
from statistics import median
from uuid import UUID

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import MINUTE_US, PRESSURES, SECOND_US, Metric, Source
from kat_monitor.rules.spans import Runs, Span, merge

CAP_US, CAP_INTERVALS = 60 * SECOND_US, 3
"""A reading vouches until the next, at most for max(60 s, 3 intervals) (design 8)."""
CAP_UP_TO_MS = CAP_US // (CAP_INTERVALS * 1000)


def cap_of(reading: Reading) -> int:
    """How long a reading vouches at most, microseconds."""
    interval_ms = reading.interval_ms
    return CAP_US if interval_ms <= CAP_UP_TO_MS else CAP_INTERVALS * interval_ms * 1000


class Watched:
    """One required metric of continuous sources."""

    __slots__ = ("good", "newest", "newest_at", "other")

    def __init__(self) -> None:
        self.good = Runs()
        """Undoubtful values that breached no limit."""
        self.other = Runs()
        """All other valid values: seen, but proving nothing."""
        self.newest: Reading | None = None
        """With the newest undoubtful value, good or not."""
        self.newest_at = 0

    def seen(self, until: int) -> list[Span]:
        """Time with any valid value."""
        return merge([*self.good.spans(until), *self.other.spans(until)])


class Coverage:
    """The continuous required metrics of one session; `watched` has one place per metric."""

    __slots__ = ("watched",)

    def __init__(self, required: tuple[Metric, ...]) -> None:
        self.watched: tuple[Watched | None, ...] = tuple(
            Watched() if metric in required and metric not in PRESSURES else None for metric in Metric
        )

    def of(self, metric: int) -> Watched | None:
        return self.watched[metric]

    def leave_out(self, device_id: UUID, start: int, end: int) -> None:
        """What this device measured in [start, end) is not this session's. Which device vouched when is not kept, so
        nothing vouches for that time any more: doubt counts towards harm only.
        """
        for watched in self.watched:
            if watched is None:
                continue
            watched.good.remove(start, end)
            watched.other.remove(start, end)
            newest = watched.newest
            if newest is not None and newest.device_id == device_id and start <= newest.effective_at < end:
                watched.newest, watched.newest_at = None, 0

    @property
    def metrics(self) -> list[Metric]:
        return [metric for metric in Metric if self.watched[metric] is not None]


class Window:
    """The last minutes of one stream before the dose, for the baseline's medians. At most `keep_us` of them."""

    __slots__ = ("_at", "_keep_us", "_values")

    def __init__(self, keep_us: int) -> None:
        self._at = array("q")
        self._values = array("h")
        self._keep_us = keep_us

    def add(self, at: int, value: int) -> None:
        times, values = self._at, self._values
        if not times or at >= times[-1]:
            times.append(at)
            values.append(value)
        else:
            i = bisect_right(times, at)
            times.insert(i, at)
            values.insert(i, value)
        # Twice what is asked for: a lock may look back from a moment before the newest reading.
        if len(times) % 64 == 0 and times[0] < times[-1] - 2 * self._keep_us:
            old = bisect_left(times, times[-1] - 2 * self._keep_us)
            del times[:old], values[:old]

    def median(self, until: int, within_us: int) -> int | None:
        """Median of the values in (until - within_us, until], rounded as at the door; None without any."""
        start, end = bisect_right(self._at, until - within_us), bisect_right(self._at, until)
        return round(median(self._values[start:end])) if start < end else None


STREAMS = (
    (Source.ECG, Metric.HEART_RATE),
    (Source.PULSE_OX, Metric.HEART_RATE),
    (Source.PULSE_OX, Metric.SPO2),
)
"""What a baseline takes from streams (design 7)."""


class Streams:
    """The windows of `STREAMS`, and of respiration from any stream (a hold limit looks at it)."""

    __slots__ = ("_windows", "keep_us")

    def __init__(self, keep_min: float) -> None:
        self.keep_us = round(keep_min * MINUTE_US)
        self._windows: dict[tuple[int, int], Window] = {}

    def add(self, source: int, metric: int, at: int, value: int) -> None:
        """A valid, undoubtful value of a stream."""
        if metric == Metric.RESPIRATORY_RATE:
            source = -1
        elif (source, metric) not in STREAMS:
            return
        window = self._windows.get((source, metric))
        if window is None:
            window = self._windows[source, metric] = Window(self.keep_us)
        window.add(at, value)

    def median(self, source: int, metric: int, until: int) -> int | None:
        """Median of the last minutes up to `until`; None without values. Respiration: source -1."""
        window = self._windows.get((source, metric))
        return None if window is None else window.median(until, self.keep_us)
