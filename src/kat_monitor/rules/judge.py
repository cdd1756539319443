"""Judges one reading against every limit it touches (design 6.2): first what each limit says of it, then what follows.

Two passes, because whether systolic *and* diastolic breach must be known before either may skip its provisional step.
"""

from collections.abc import Iterable, Iterator, Sequence

from kat_monitor.domain.alerts import Change
from kat_monitor.domain.readings import INVALID_ALL, INVALID_PRESSURES, Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, MINUTE_US, Metric
from kat_monitor.rules.compile import METRICS, PHASE_BIT, Rule
from kat_monitor.rules.episodes import Finding, apply
from kat_monitor.rules.limits_state import (
    WINDOW_US,
    Breaches,
    JudgedCuffs,
    LimitsState,
    RatePoint,
    Standing,
    before_key,
)
from kat_monitor.rules.superseding import settle

RATE_LEAST_US = MINUTE_US
RATE_MOST_US = 15 * MINUTE_US
PARTLY_INVALID = INVALID_ALL | INVALID_PRESSURES
BOTH_PRESSURES = 1 << Metric.SYSTOLIC | 1 << Metric.DIASTOLIC


def take(state: LimitsState, reading: Reading, commit: int, confirm_from: int, out: list[Change]) -> None:
    """One reading of those that are judged here, in their order; `out` receives what it changed.

    `commit` stamps the changes; confirming times run from `confirm_from` (receipt; in review the reading's own time).
    """
    if not _is_quiet(state, reading):
        _judge(state, reading, commit, confirm_from, out)


def _is_quiet(state: LimitsState, reading: Reading) -> bool:
    """A stream's reading that can change nothing, remembered as newest: no episode of its source, every value in band.

    Most readings end here. Nothing else is remembered of streams: gaps and holds live in episodes, and cuff readings
    (which have a past) always take the full path.
    """
    source = reading.source
    if state.live[source] or reading.flags & PARTLY_INVALID or source in CUFF_SOURCES:
        return False
    newest = state.newest[source]
    if newest is None:
        newest = state.carried(source)
    low, high = state.low, state.high
    for metric, value in enumerate(reading[14:21]):  # the seven values; literal so that their type is known
        if value is not None:
            if not low[metric] < value < high[metric]:
                return False
            newest[metric] = reading
    return True


def _judge(state: LimitsState, reading: Reading, commit: int, confirm_from: int, out: list[Change]) -> None:
    source = reading.source
    cuff = source in CUFF_SOURCES
    carried = [metric for metric in range(METRICS) if reading.valid(metric) is not None]
    newest = state.carried(source)
    for metric in carried:
        newest[metric] = reading
    findings = look(state, reading, _concerned(state, reading, carried))
    if cuff:
        breaches = breaches_of(findings)
        confirm_by = [_confirm_by(state, reading, finding, breaches, confirm_from) for finding in findings]
        _remember_cuff(state, reading, carried, findings, breaches)
    else:
        confirm_by = [None] * len(findings)
    for finding, until in zip(findings, confirm_by, strict=True):
        apply(state, reading, finding, commit, out, provisional_until=until)
    if out:
        settle(state, source, carried, commit, out)


def _concerned(state: LimitsState, reading: Reading, carried: list[int]) -> Iterator[Rule]:
    """The rules that could have something to say: inside the quiet band and without an episode, only rates do."""
    compiled = state.compiled
    live = {compiled.rules[index].metric for index in state.live[reading.source] or ()}
    for metric in carried:
        value = reading.value(metric)
        quiet = metric not in live and value is not None and state.low[metric] < value < state.high[metric]
        yield from compiled.rates[metric] if quiet else compiled.by_metric[metric]


def look(state: LimitsState, reading: Reading, rules: Iterable[Rule], *, symptom: bool | None = None) -> list[Finding]:
    """What each rule says of the reading; a doubtful value that does not breach is absent for that rule.

    Left out is also what has no consequence: no breach where no episode is. `symptom`: whether one is known to have
    been there, None: as remembered.
    """
    source = reading.source
    at = reading.effective_at
    phase = PHASE_BIT[state.phase_at(at)]
    live = state.live[source] or {}
    doubtful = reading.doubtful
    if symptom is None:
        symptom = bool(state.symptoms) and state.has_symptom(at)
    findings = []
    for rule in rules:
        measured = _measure(state, rule, reading)
        if measured is None:
            continue
        harm, shown = measured
        episode = live.get(rule.index)
        in_force = phase & rule.phases != 0
        judged = in_force or (episode is not None and episode.standing is Standing.PROVISIONAL)
        bounds = state.bounds[rule.index] if episode is None else episode.bounds
        breached = judged and harm >= bounds.value and (symptom or not rule.needs_symptom)
        if breached or (not doubtful and (episode is not None or rule.is_rate)):
            findings.append(Finding(rule, harm, shown, breached, in_force, bounds))
    return findings


def _measure(state: LimitsState, rule: Rule, reading: Reading) -> tuple[int, int] | None:
    """(towards harm, as shown) for this rule, or None when it measures nothing here."""
    value = reading.valid(rule.metric)
    if value is None:
        return None
    if not rule.is_rate:
        return rule.sign * value, value
    if reading.source not in CUFF_SOURCES:
        return None
    points = state.rate_points.get(reading.source * METRICS + rule.metric, ())
    return rate(points, rule, reading.effective_at, value)


def rate(points: Sequence[RatePoint], rule: Rule, at: int, value: int) -> tuple[int, int] | None:
    """Tenths per minute against the newest point 1-15 min before: floored towards harm to judge, rounded to show.

    The floor is exact: for an integer limit n, `q >= n` is `floor(q) >= n` and `q < n` is `floor(q) < n`.
    """
    for point in reversed(points):
        apart = at - point.at
        if apart > RATE_MOST_US:
            break
        if apart >= RATE_LEAST_US and point.only >> rule.index & 1:
            moved = (value - point.value) * MINUTE_US
            return rule.sign * moved // apart, round(moved / apart)
    return None


def breaches_of(findings: Iterable[Finding]) -> Breaches:
    """Which metrics of a reading breach, by direction."""
    up = down = 0
    for finding in findings:
        if finding.breached and finding.rule.sign > 0:
            up |= 1 << finding.rule.metric
        elif finding.breached:
            down |= 1 << finding.rule.metric
    return Breaches(up, down)


def _confirm_by(
    state: LimitsState, reading: Reading, finding: Finding, breaches: Breaches, confirm_from: int
) -> int | None:
    """`provisional_until` of what a cuff reading may open."""
    rule = finding.rule
    previous = state.before.get(before_key(reading.source, rule.metric, rule.sign))
    confirmed = previous is not None and previous[1] and reading.effective_at - previous[0] <= WINDOW_US
    if confirmed:
        return None
    return provisional_until(state, reading, finding, breaches, confirm_from)


def provisional_until(
    state: LimitsState, reading: Reading, finding: Finding, breaches: Breaches, confirm_from: int
) -> int | None:
    """When a cuff source's first breach would be confirmed by time alone; None: there is no provisional step.

    Nothing else may speak for it: neither the other pressure in the same direction nor a red flag.
    """
    rule = finding.rule
    if rule.confirm_us is None or rule.is_rate or finding.harm >= finding.bounds.immediate:
        return None
    both = breaches.towards(rule.sign) & BOTH_PRESSURES == BOTH_PRESSURES
    if both or state.has_red_flag(reading.effective_at):
        return None
    return confirm_from + rule.confirm_us


def _remember_cuff(
    state: LimitsState, reading: Reading, carried: list[int], findings: list[Finding], breaches: Breaches
) -> None:
    """This cuff reading becomes the previous one."""
    at = reading.effective_at
    harmful, harmless = (at, True), (at, False)
    for metric in carried:
        for sign in (1, -1):
            breached = bool(breaches.towards(sign) >> metric & 1)
            if breached or not reading.doubtful:
                state.before[before_key(reading.source, metric, sign)] = harmful if breached else harmless
        if state.compiled.rates[metric]:
            _remember_rate(state, reading, metric, findings)
    if state.compiled.symptomatic:
        kept = state.cuffs.get(reading.source)
        if kept is None:
            kept = state.cuffs[reading.source] = JudgedCuffs()
        kept.add(reading, breaches)


def _remember_rate(state: LimitsState, reading: Reading, metric: int, findings: list[Finding]) -> None:
    at = reading.effective_at
    value = reading.valid(metric)
    if value is None:
        return
    rates = [finding for finding in findings if finding.rule.is_rate and finding.rule.metric == metric]
    for finding in rates:
        state.rates[finding.rule.index, reading.source] = finding.shown
    only = sum(1 << f.rule.index for f in rates if f.breached) if reading.doubtful else -1
    key = reading.source * METRICS + metric
    kept = [point for point in state.rate_points.get(key, ()) if at - point.at <= RATE_MOST_US + WINDOW_US]
    if only:
        kept.append(RatePoint(at, reading.position, value, only))
    state.rate_points[key] = kept
