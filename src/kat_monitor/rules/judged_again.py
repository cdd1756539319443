"""Judges a cuff reading once more when a symptom is recorded: a limit that needs one may open after all (design 5).

It opens episodes and does nothing else: what a reading was judged to be confirms or ends nothing a second time.
"""

from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

from kat_monitor.domain.alerts import Change
from kat_monitor.domain.journal import Event
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric
from kat_monitor.rules.compile import METRICS, Rule
from kat_monitor.rules.episodes import Finding, open_episode
from kat_monitor.rules.judge import breaches_of, look, provisional_until
from kat_monitor.rules.limits_state import WINDOW_US, Breaches, JudgedCuffs, LimitsState, RatePoint, before_key
from kat_monitor.rules.superseding import settle

PRESSURES = (Metric.SYSTOLIC, Metric.DIASTOLIC)


class Opening(NamedTuple):
    """What is to open: the place of its reading among those kept, and when it would be confirmed by time."""

    place: int
    finding: Finding
    until: int | None


def judge_again(state: LimitsState, event: Event, recorded_at: int, out: list[Change], *, live: bool) -> None:
    """Judge the newest cuff reading of each source and metric again, if it is at most 10 min old at `recorded_at`.

    All that the symptom makes breach is found before anything opens, so that systolic and diastolic speak for each
    other. Confirming times run from the reading's receipt; in review (not `live`) from its own time.
    """
    for source, cuffs in sorted(state.cuffs.items()):
        episodes = state.episodes(source)
        found: list[Opening] = []
        for rule in state.compiled.symptomatic:
            opening = None if rule.index in episodes else _opening(state, rule, cuffs, event, recorded_at, live)
            if opening is not None:
                found.append(opening)
        for place, finding, until in found:
            open_episode(state, cuffs[place].reading, finding, event.committed_at, out, provisional_until=until)
        for place, finding, _ in found:
            _note_breach(state, cuffs, place, finding.rule)
            if finding.rule.is_rate:
                _note_rate(state, cuffs[place].reading, finding)
        settle(state, source, sorted({one.finding.rule.metric for one in found}), event.committed_at, out)


def _opening(
    state: LimitsState, rule: Rule, cuffs: JudgedCuffs, event: Event, recorded_at: int, live: bool
) -> Opening | None:
    """What the newest reading opens that the rule does not take as absent; None if that one does not breach."""
    for place in reversed(range(len(cuffs))):
        reading = cuffs[place].reading
        findings = _look(state, reading, (rule,), event)
        if findings and findings[0].breached:
            if recorded_at - reading.effective_at > WINDOW_US:
                return None
            return Opening(place, findings[0], _until(state, findings[0], cuffs, place, event, live))
        if not reading.doubtful and reading.valid(rule.metric) is not None:
            return None
    return None


def _look(state: LimitsState, reading: Reading, rules: Sequence[Rule], event: Event) -> list[Finding]:
    """A symptom that came after the reading counts for it too."""
    near = event.at >= reading.effective_at - WINDOW_US or state.has_symptom(reading.effective_at)
    return look(state, reading, rules, symptom=near)


def _until(
    state: LimitsState, finding: Finding, cuffs: JudgedCuffs, place: int, event: Event, live: bool
) -> int | None:
    """`provisional_until` as it would be were the reading judged now."""
    if _previous_breached(cuffs, place, finding.rule):
        return None
    reading = cuffs[place].reading
    pressures = [rule for metric in PRESSURES for rule in state.compiled.by_metric[metric]]
    breaches = breaches_of(_look(state, reading, pressures, event))
    begins = reading.received_at if live else reading.effective_at
    return provisional_until(state, reading, finding, breaches, begins)


def _previous_breached(cuffs: JudgedCuffs, place: int, rule: Rule) -> bool:
    """The valid reading before it, at most 10 min earlier, breached in the same direction."""
    at = cuffs[place].reading.effective_at
    for earlier in range(place - 1, -1, -1):
        reading, breaches = cuffs[earlier]
        if reading.valid(rule.metric) is None:
            continue
        breached = bool(breaches.towards(rule.sign) >> rule.metric & 1)
        if breached or not reading.doubtful:
            return breached and at - reading.effective_at <= WINDOW_US
    return False


def _note_breach(state: LimitsState, cuffs: JudgedCuffs, place: int, rule: Rule) -> None:
    """The reading now breaches this too, which counts for the reading that follows."""
    reading, breaches = cuffs[place]
    bit = 1 << rule.metric
    up, down = breaches
    cuffs.note(place, Breaches(up | bit, down) if rule.sign > 0 else Breaches(up, down | bit))
    key = before_key(reading.source, rule.metric, rule.sign)
    previous = state.before.get(key)
    if previous is None or previous[0] <= reading.effective_at:
        state.before[key] = (reading.effective_at, True)


def _note_rate(state: LimitsState, reading: Reading, finding: Finding) -> None:
    """The newest rate that counts. A doubtful reading that breached after all is one that later ones compare with."""
    rule, value = finding.rule, reading.valid(finding.rule.metric)
    state.rates[rule.index, reading.source] = finding.shown
    if not reading.doubtful or value is None:
        return
    points = state.rate_points.setdefault(reading.source * METRICS + rule.metric, [])
    bit = 1 << rule.index
    for place, point in enumerate(points):
        if point.position == reading.position:
            points[place] = point._replace(only=point.only | bit)
            return
    insort(points, RatePoint(reading.effective_at, reading.position, value, bit))
