"""What a judged value does to one (limit, source): clear, pending, provisional or active, and its alert."""

from dataclasses import replace
from typing import NamedTuple

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState, Change, Step, TimerArmed, TimerDropped, alert_id
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, SECOND_US, Priority, Source
from kat_monitor.rules import lifecycle
from kat_monitor.rules.compile import Bounds, Rule
from kat_monitor.rules.limits_state import Episode, LimitsState, Standing
from kat_monitor.rules.superseding import holding

GAP_LEAST_US = 15 * SECOND_US
CONFIRM = "confirm"


class Finding(NamedTuple):
    """What one rule says of one reading. `harm` is the value towards harm, `shown` in the metric's unit."""

    rule: Rule
    harm: int
    shown: int
    breached: bool
    in_force: bool
    """The phase is one of the limit's."""
    bounds: Bounds


def apply(
    state: LimitsState,
    reading: Reading,
    finding: Finding,
    commit: int,
    out: list[Change],
    *,
    provisional_until: int | None,
) -> None:
    """Move the (limit, source) by one value that counts. `provisional_until`: for a first breach of a cuff source."""
    episode = state.episodes(reading.source).get(finding.rule.index)
    if episode is None:
        if finding.breached:
            open_episode(state, reading, finding, commit, out, provisional_until=provisional_until)
    elif episode.standing is Standing.PENDING:
        _pending(state, reading, finding, episode, commit, out)
    elif episode.standing is Standing.PROVISIONAL:
        _provisional(state, reading, finding, episode, commit, out)
    else:
        _active(state, reading, finding, episode, commit, out)


def open_episode(
    state: LimitsState,
    reading: Reading,
    finding: Finding,
    commit: int,
    out: list[Change],
    *,
    provisional_until: int | None,
) -> None:
    """First breach: pending (a hold to prove), provisional (a cuff to measure again) or active at once."""
    rule = finding.rule
    episode = Episode(Standing.PENDING, reading.effective_at, finding.bounds)
    episode.opening, episode.worst = reading, finding.shown
    state.episodes(reading.source)[rule.index] = episode
    if reading.source not in CUFF_SOURCES and rule.hold_us > 0:
        return
    _raise(state, reading.source, finding, episode, commit, out, provisional_until)


def _pending(
    state: LimitsState, reading: Reading, finding: Finding, episode: Episode, commit: int, out: list[Change]
) -> None:
    if not finding.breached:
        del state.episodes(reading.source)[finding.rule.index]
        return
    at = reading.effective_at
    if at - episode.last_at > max(GAP_LEAST_US, 3000 * reading.interval_ms):
        episode.opening, episode.t0, episode.worst = reading, at, finding.shown
    episode.last_at = at
    episode.worst = _worse(finding.rule, episode.worst, finding.shown)
    if at - episode.t0 >= finding.rule.hold_us:
        _raise(state, reading.source, finding, episode, commit, out, None)


def _raise(
    state: LimitsState,
    source: int,
    finding: Finding,
    episode: Episode,
    commit: int,
    out: list[Change],
    provisional_until: int | None,
) -> None:
    """The alert of an episode that has just opened; its value and time are the opening reading's."""
    rule, opening = finding.rule, episode.opening
    if opening is None:
        raise AssertionError("an episode that waits has its opening reading")
    provisional = provisional_until is not None
    measured = opening.valid(rule.metric)
    value = finding.shown if rule.is_rate or measured is None else measured
    version = state.compiled.version
    wire = Source(source).wire
    alert = Alert(
        id=alert_id(state.session_id, rule.code, wire, opening.device_id, opening.seq),
        clinic_id=state.clinic_id,
        session_id=state.session_id,
        chair_id=state.chair_id,
        limit=rule.code,
        source=wire,
        kind=AlertKind.PHYSIOLOGICAL,
        priority=rule.limit.priority.lowered if provisional else rule.limit.priority,
        limit_priority=rule.limit.priority,
        state=AlertState.PROVISIONAL if provisional else AlertState.ACTIVE,
        opened_at=opening.effective_at,
        raised_at=commit,
        protocol_code=version.code,
        protocol_version=version.version,
        metric=rule.metric,
        active_at=None if provisional else commit,
        confirm_by=provisional_until,
        value=value,
        worst_value=episode.worst,
        limit_value=finding.bounds.shown,
        suppressed=any(higher.rank > rule.rank for higher, _ in holding(state, source, rule.metric, rule.sign)),
    )
    episode.alert_id, episode.opening = alert.id, None
    episode.standing = Standing.PROVISIONAL if provisional else Standing.ACTIVE
    state.record(out, alert, Step.OPENED, commit)
    if provisional_until is not None:
        out.append(TimerArmed(state.session_id, CONFIRM, alert.id, provisional_until))


def _provisional(
    state: LimitsState, reading: Reading, finding: Finding, episode: Episode, commit: int, out: list[Change]
) -> None:
    """The next reading decides, whatever the phase: it breaches, or the first one was not confirmed."""
    alert = alert_of(state, episode)
    if finding.breached:
        episode.standing = Standing.ACTIVE
        alert = replace(lifecycle.confirmed(alert, commit, unconfirmed=False), worst_value=_worst(alert, finding))
        state.record(out, alert, Step.CONFIRMED, commit)
    elif _unknown(state, finding):
        return
    else:
        del state.episodes(reading.source)[finding.rule.index]
        closed = lifecycle.not_confirmed(alert, reading.effective_at, commit)
        state.record(out, closed, Step.NOT_CONFIRMED, commit)
    out.append(TimerDropped(state.session_id, CONFIRM, alert.id))


def _active(
    state: LimitsState, reading: Reading, finding: Finding, episode: Episode, commit: int, out: list[Change]
) -> None:
    """Ends beyond `clear`; else, in the limit's own phases, may get worse, be confirmed late, sound again or remind."""
    alert = alert_of(state, episode)
    if finding.harm < episode.bounds.clear and not _unknown(state, finding):
        del state.episodes(reading.source)[finding.rule.index]
        over = lifecycle.ended(alert, reading.effective_at, commit)
        state.record(out, over, Step.CLOSED if over.state is AlertState.CLOSED else Step.ENDED, commit)
        return
    if not finding.in_force:
        return
    now, step = alert, None
    worst = _worst(alert, finding)
    if worst != alert.worst_value:
        now, step = replace(now, worst_value=worst), Step.WORSE
    if alert.unconfirmed and finding.breached:
        now, step = replace(now, unconfirmed=False), Step.CONFIRMED
    if _rearms(alert, finding):
        now, step = lifecycle.rearmed(now, commit), Step.REARMED
    if step is not None:
        state.record(out, now, step, commit)
    if finding.breached and _reminds(state, now, reading):
        state.record(out, lifecycle.reminded(now, commit), Step.REMINDED, commit)


def _unknown(state: LimitsState, finding: Finding) -> bool:
    """The present baseline is not known: nothing is cleared by it, whatever earlier versions would say."""
    return state.bounds[finding.rule.index].unknown


def _worst(alert: Alert, finding: Finding) -> int:
    return finding.shown if alert.worst_value is None else _worse(finding.rule, alert.worst_value, finding.shown)


def _worse(rule: Rule, one: int, other: int) -> int:
    return max(one, other) if rule.sign > 0 else min(one, other)


def _rearms(alert: Alert, finding: Finding) -> bool:
    """Worse by `rearm` than when it was acknowledged, measured in the metric's unit."""
    rearm = finding.rule.rearm
    if rearm is None or not alert.acknowledged or alert.acknowledged_value is None:
        return False
    return finding.rule.sign * (finding.shown - alert.acknowledged_value) >= rearm


def _reminds(state: LimitsState, alert: Alert, reading: Reading) -> bool:
    """The first breaching cuff reading some minutes after the acknowledgement reminds, once (design 6.5)."""
    if alert.acknowledged_at is None or alert.suppressed or alert.reminded_at is not None:
        return False
    if reading.source not in CUFF_SOURCES or alert.priority is Priority.LOW:
        return False
    return reading.effective_at - alert.acknowledged_at >= state.compiled.remind_cuff_from_us


def alert_of(state: LimitsState, episode: Episode) -> Alert:
    if episode.alert_id is None:
        raise AssertionError("an episode past pending has an alert")
    return state.alerts[episode.alert_id]
