"""The short way for a stream's reading in which nothing happens: most are like that, and each must be cheap."""

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, PRESSURES, Metric
from kat_monitor.rules.coverage import cap_of
from kat_monitor.rules.shown import RANK
from kat_monitor.rules.state import SessionState

# Plain integers: operations with members of an enumeration cost as much as all the rest of a quiet reading.
_STREAMED = tuple(int(metric) for metric in Metric if metric not in PRESSURES)


def stays_quiet(state: SessionState, reading: Reading) -> bool:
    """Fold the reading if it can change nothing but the newest values; False: nothing is folded, take the long way.

    It is in order, of a stream, unflagged, without a pressure; no episode of its source is open and every value is in
    band; no baseline collects it and no oxygen spoils it. What is done here is what `fold` and `judge` would do.
    """
    _, _, _, _, _, source, flags, _, late, _, _, _, _, at, systolic, diastolic, mean, _, _, _, _, _ = reading
    limits, trend = state.limits, state.trend
    if flags or late or source in CUFF_SOURCES or limits.live[source]:
        return False
    if trend is None or state.streams is not None or state.course.oxygen:
        return False
    if systolic is not None or diastolic is not None or mean is not None:
        return False
    values: tuple[int | None, ...] = reading[14:21]  # literal so that their type is known
    low, high = limits.low, limits.high
    carried = []
    for metric in _STREAMED:
        value = values[metric]
        if value is not None:
            if not low[metric] < value < high[metric]:
                return False
            carried.append(metric)
    newest = limits.newest[source]
    if newest is None:
        newest = limits.carried(source)
    cap, watched = cap_of(reading), state.coverage.watched
    for metric in carried:
        newest[metric] = reading
        seen = watched[metric]
        if seen is not None:
            seen.good.add(at, cap)
            if at >= seen.newest_at:
                seen.newest, seen.newest_at = reading, at
    trend.add(at, values, RANK[source])
    state.tally.readings += 1
    return True
