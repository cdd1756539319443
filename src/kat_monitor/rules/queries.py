"""Questions to the limits of a session that change nothing: newest values, effective limits, would it breach."""

from collections.abc import Iterable
from dataclasses import replace

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.journal import LimitOverridden
from kat_monitor.domain.protocol import Limit
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, SOURCES_BY_NAME, Source
from kat_monitor.rules.compile import METRICS
from kat_monitor.rules.judge import rate
from kat_monitor.rules.limits_state import LimitsState
from kat_monitor.rules.numbers import numbers_of

_STREAMS = tuple(source for source in Source if source not in CUFF_SOURCES)


def newest_value(state: LimitsState, source: int | None, metric: int) -> int | None:
    """The newest valid in-order value, tenths, doubtful or not; None: none yet. `source` None: of any source."""
    reading = _newest(state, range(len(Source)) if source is None else (source,), metric)
    return None if reading is None else reading.value(metric)


def streamed_at(state: LimitsState, metric: int) -> int | None:
    """When the newest valid in-order value of a continuous source was measured; None: none yet."""
    reading = _newest(state, _STREAMS, metric)
    return None if reading is None else reading.effective_at


def _newest(state: LimitsState, sources: Iterable[int], metric: int) -> Reading | None:
    found: Reading | None = None
    for source in sources:
        carried = state.newest[source]
        reading = None if carried is None else carried[metric]
        if reading is None:
            continue
        if found is None or (reading.effective_at, reading.position) > (found.effective_at, found.position):
            found = reading
    return found


def acknowledge_value(state: LimitsState, alert: Alert) -> int | None:
    """What an acknowledgement now covers: the newest value of the alert's source (of a rate limit, the newest rate)."""
    index = state.compiled.index.get(alert.limit)
    if index is None or alert.metric is None:
        return None
    source = SOURCES_BY_NAME[alert.source]
    if state.compiled.rules[index].is_rate:
        return state.rates.get((index, source), alert.worst_value)
    return newest_value(state, source, alert.metric)


def effective_limit(state: LimitsState, code: str) -> Limit:
    """The limit with this session's numbers. Raises KeyError for a code the protocol does not have."""
    rule = state.compiled.rules[state.compiled.index[code]]
    value, clear, immediate = numbers_of(state, rule)
    return replace(rule.limit, value=value, clear=clear, immediate=immediate)


def limit_history(state: LimitsState, code: str) -> list[LimitOverridden]:
    """This session's overrides of one limit, oldest first."""
    return [entry for entry in state.overrides if entry.code == code]


def would_breach(state: LimitsState, code: str) -> bool | None:
    """Whether the newest in-order value breaches the limit as it now stands; None when that cannot be known.

    Not known: no value, no baseline, no earlier reading to make a rate, or a doubtful value that does not breach.
    """
    rule = state.compiled.rules[state.compiled.index[code]]
    bounds = state.bounds[rule.index]
    sources = tuple(sorted(CUFF_SOURCES)) if rule.is_rate else range(len(Source))
    reading = _newest(state, sources, rule.metric)
    value = None if reading is None else reading.valid(rule.metric)
    if reading is None or value is None or bounds.unknown:
        return None
    harm = rule.sign * value
    if rule.is_rate:
        points = state.rate_points.get(reading.source * METRICS + rule.metric, ())
        measured = rate(points, rule, reading.effective_at, value)
        if measured is None:
            return None
        harm = measured[0]
    breached = harm >= bounds.value and (not rule.needs_symptom or state.has_symptom(reading.effective_at))
    return None if reading.doubtful and not breached else breached
