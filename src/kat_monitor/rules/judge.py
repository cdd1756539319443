"""Judges one reading against every limit it touches (design 6.2): first what each limit says of it, then what follows.

Two passes, because whether systolic *and* diastolic breach must be known before either may skip its provisional step.
"""

from collections.abc import Iterable, Iterator, Sequence

from kat_monitor.domain.alerts import Change
from kat_monitor.domain.readings import INVALID_ALL, INVALID_PRESSURES, Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, MINUTE_US, Metric
from kat_monitor.rules.compile import METRICS, PHASE_BIT, Rule
from kat_monitor.rules.episodes import Finding, apply, open_episode
from kat_monitor.rules.limits_state import (
    WINDOW_US,
    Breaches,
    Judged,
    LimitsState,
    RatePoint,
    Standing,
    before_key,
)
from kat_monitor.rules.superseding import settle

RATE_LEAST_US = MINUTE_US
RATE_MOST_US = 15 * MINUTE_US
PARTLY_INVALID = INVALID_ALL | INVALID_PRESSURES
NO_BREACHES = Breaches(0, 0, 0, 0)
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
    findings = _look(state, reading, _concerned(state, reading, carried))
    if cuff:
        breaches = _remember_cuff(state, reading, carried, findings)
    else:
        breaches = NO_BREACHES
    for finding in findings:
        until = _until(state, reading, finding, breaches, confirm_from)
        apply(state, reading, finding, commit, out, provisional_until=until)
    if out:
        settle(state, source, carried, commit, out)


def judge_again(state: LimitsState, symptom_at: int, commit: int, confirm_from: int | None, out: list[Change]) -> None:
    """A symptom was recorded: the newest cuff reading of each source may open what needs a symptom (design 5).

    A reading up to 10 min older than the symptom is judged as if the symptom had been there; it opens episodes and does
    nothing else, so it never confirms or ends one. `confirm_from`: None means the reading's receipt.
    """
    for source, cuffs in sorted(state.cuffs.items()):
        live = state.episodes(source)
        found = []
        for rule in state.compiled.symptomatic:
            answer = None if rule.index in live else _newest_that_counts(state, rule, cuffs, symptom_at)
            if answer is not None and answer[1].breached:
                found.append(answer)
        for place, finding in found:
            _note_breach(state, cuffs, place, finding.rule)
        for place, finding in found:
            reading = cuffs[place].reading
            begins = reading.received_at if confirm_from is None else confirm_from
            until = _until(state, reading, finding, cuffs[place].breaches, begins)
            open_episode(state, reading, finding, commit, out, provisional_until=until)
        settle(state, source, sorted({finding.rule.metric for _, finding in found}), commit, out)


def _concerned(state: LimitsState, reading: Reading, carried: list[int]) -> Iterator[Rule]:
    """The rules that could have something to say: inside the quiet band and without an episode, only rates do."""
    compiled = state.compiled
    live = {compiled.rules[index].metric for index in state.live[reading.source] or ()}
    for metric in carried:
        value = reading.value(metric)
        quiet = metric not in live and value is not None and state.low[metric] < value < state.high[metric]
        yield from compiled.rates[metric] if quiet else compiled.by_metric[metric]


def _look(state: LimitsState, reading: Reading, rules: Iterable[Rule], *, symptom: bool | None = None) -> list[Finding]:
    """What each rule says of the reading; a doubtful value that does not breach is absent for that rule.

    Left out is also what has no consequence: no breach where no episode is.
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


def _until(state: LimitsState, reading: Reading, finding: Finding, breaches: Breaches, confirm_from: int) -> int | None:
    """When a first breach of a cuff source would be confirmed by time alone; None: there is no provisional step."""
    rule = finding.rule
    if rule.confirm_us is None or rule.is_rate or finding.harm >= finding.bounds.immediate:
        return None
    if not _alone(breaches, rule) or state.has_red_flag(reading.effective_at):
        return None
    return confirm_from + rule.confirm_us


def _alone(breaches: Breaches, rule: Rule) -> bool:
    """Nothing else speaks for this breach: neither the previous reading nor the other pressure."""
    if rule.sign > 0:
        now, before = breaches.up, breaches.before_up
    else:
        now, before = breaches.down, breaches.before_down
    return not before >> rule.metric & 1 and now & BOTH_PRESSURES != BOTH_PRESSURES


def _remember_cuff(state: LimitsState, reading: Reading, carried: list[int], findings: list[Finding]) -> Breaches:
    """What this cuff reading breached and what came before it; then it becomes the previous one."""
    at = reading.effective_at
    up = sum({1 << f.rule.metric for f in findings if f.breached and f.rule.sign > 0})
    down = sum({1 << f.rule.metric for f in findings if f.breached and f.rule.sign < 0})
    before = {1: 0, -1: 0}
    for metric in carried:
        for sign, now in ((1, up), (-1, down)):
            key = before_key(reading.source, metric, sign)
            previous = state.before.get(key)
            if previous is not None and previous[1] and at - previous[0] <= WINDOW_US:
                before[sign] |= 1 << metric
            breached = bool(now >> metric & 1)
            if breached or not reading.doubtful:
                state.before[key] = (at, breached)
        if state.compiled.rates[metric]:
            _remember_rate(state, reading, metric, findings)
    breaches = Breaches(up, down, before[1], before[-1])
    if state.compiled.symptomatic:
        kept = [
            judged for judged in state.cuffs.get(reading.source, ()) if at - judged.reading.effective_at <= WINDOW_US
        ]
        state.cuffs[reading.source] = [*kept, Judged(reading, breaches)]
    return breaches


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
    kept = [point for point in state.rate_points.get(key, ()) if at - point.at <= RATE_MOST_US]
    if only:
        kept.append(RatePoint(at, value, only))
    state.rate_points[key] = kept


def _newest_that_counts(
    state: LimitsState, rule: Rule, cuffs: list[Judged], symptom_at: int
) -> tuple[int, Finding] | None:
    """Place of the newest reading with the metric that the rule does not take as absent, with what it says of it.

    None also when that reading does not breach and so has no consequence.
    """
    for place in reversed(range(len(cuffs))):
        reading = cuffs[place].reading
        near = abs(symptom_at - reading.effective_at) <= WINDOW_US
        findings = _look(state, reading, (rule,), symptom=near)
        if findings:
            return place, findings[0]
        if not reading.doubtful and reading.valid(rule.metric) is not None:
            return None
    return None


def _note_breach(state: LimitsState, cuffs: list[Judged], place: int, rule: Rule) -> None:
    """The reading now breaches this too: it counts for the other pressure and for the reading that follows."""
    reading, breaches = cuffs[place]
    bit = 1 << rule.metric
    if rule.sign > 0:
        breaches = breaches._replace(up=breaches.up | bit)
    else:
        breaches = breaches._replace(down=breaches.down | bit)
    cuffs[place] = Judged(reading, breaches)
    key = before_key(reading.source, rule.metric, rule.sign)
    previous = state.before.get(key)
    if previous is None or previous[0] <= reading.effective_at:
        state.before[key] = (reading.effective_at, True)
