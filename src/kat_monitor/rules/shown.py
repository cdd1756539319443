"""Which reading's value a tile shows for each metric, and until when it looks fresh (design 11)."""

from collections.abc import Sequence

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, MINUTE_US, SECOND_US, Metric, Source
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.timetable import GRACE_US, interval_us, next_cuff

PREFERENCE = (Source.ECG, Source.PULSE_OX, Source.OTHER, Source.ART, Source.NIBP, Source.MANUAL)
"""Whose heart rate is shown while several are fresh: the steadier and more direct first."""

RANK: Sequence[int] = tuple(PREFERENCE.index(source) for source in Source)

STALE_US, STALE_INTERVALS = 5 * SECOND_US, 3
GONE_US, GONE_INTERVALS = 30 * SECOND_US, 6
CUFF_GONE_US, CUFF_GONE_INTERVALS = 15 * MINUTE_US, 1.5


def newest(state: SessionState, source: int, metric: int) -> Reading | None:
    """The newest in-order valid reading of a metric from one source, unless it was voided.

    A voided cuff reading gives way to the one before it; a voided value of a stream leaves nothing until the next.
    """
    carried = state.limits.newest[source]
    reading = None if carried is None else carried[metric]
    if reading is None or not state.cuffs.is_voided(reading):
        return reading
    if source not in CUFF_SOURCES:
        return None
    return next((r for r in state.cuffs.valid() if r.source == source and r.valid(metric) is not None), None)


def _found(state: SessionState, metric: int) -> list[Reading]:
    found = []
    for source, carried in enumerate(state.limits.newest):
        reading = None if carried is None else carried[metric]
        if reading is not None and not state.cuffs.all_stand:
            reading = newest(state, source, metric)
        if reading is not None:
            found.append(reading)
    return found


def shown(state: SessionState, metric: int) -> Reading | None:
    """The newest valid reading of the metric; of the heart rate the preferred source among those fresh beside it.

    Fresh is measured against the newest reading, not against the clock, so that what is shown changes only when
    something arrives. A cuff's pulse is shown only when it is itself the newest.
    """
    found = _found(state, metric)
    if len(found) <= 1:
        return found[0] if found else None
    latest = max(found, key=_time)
    if metric != Metric.HEART_RATE:
        return latest
    fresh = [r for r in found if not r.is_cuff and latest.effective_at <= continuous_times(r)[0]]
    return min([*fresh, latest], key=lambda r: RANK[r.source])


def shown_pressure(state: SessionState) -> Reading | None:
    """The newest reading with a valid systolic or diastolic, whatever its source."""
    return max(_found(state, Metric.SYSTOLIC) + _found(state, Metric.DIASTOLIC), key=_time, default=None)


def _time(reading: Reading) -> tuple[int, int]:
    return reading.effective_at, reading.position


def continuous_times(reading: Reading, rate: float = 1.0) -> tuple[int, int]:
    """(stale_at, gone_at) of a stream's value: max(5 s, 3 intervals) and max(30 s, 6 intervals), times the rate."""
    interval = reading.interval_ms * 1000
    stale = max(STALE_US, STALE_INTERVALS * interval)
    gone = max(GONE_US, GONE_INTERVALS * interval)
    if rate > 1.0:
        stale, gone = round(stale * rate), round(gone * rate)
    return reading.effective_at + stale, reading.effective_at + gone


def cuff_times(state: SessionState, reading: Reading, rate: float = 1.0) -> tuple[int, int]:
    """(stale_at, gone_at) of a cuff's value: when the next one is overdue; max(15 min, 1.5 intervals of the phase).

    Both are about the timetable, which runs by the clinic's clock; only the grace before "overdue" is transport.
    """
    interval = interval_us(state)
    due = next_cuff(state)
    grace = round(GRACE_US * max(rate, 1.0))
    stale_at = (reading.effective_at + interval if due is None else due.at) + grace
    gone_at = reading.effective_at + max(CUFF_GONE_US, round(CUFF_GONE_INTERVALS * interval))
    return min(stale_at, gone_at), gone_at


def times(state: SessionState, reading: Reading, rate: float = 1.0) -> tuple[int, int]:
    """(stale_at, gone_at), microseconds, whatever the source."""
    return cuff_times(state, reading, rate) if reading.is_cuff else continuous_times(reading, rate)
