"""One journal entry of one session in, its changes out (design 6): judges live; folded, restores state at start."""

from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.alerts import AlertState, Change, Step, TimerDropped
from kat_monitor.domain.journal import (
    Acknowledged,
    Adopted,
    BaselineLocked,
    Command,
    Entry,
    Escalated,
    Event,
    LimitOverridden,
    Moved,
    PhaseEntered,
    Reminded,
    Reviewed,
    TimerFired,
)
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import SOURCES_BY_NAME
from kat_monitor.rules import lifecycle, symptoms
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.episodes import CONFIRM
from kat_monitor.rules.judge import take
from kat_monitor.rules.limits_state import Episode, LimitsState, Standing
from kat_monitor.rules.numbers import bounds_since, lock_baseline, override
from kat_monitor.rules.queries import acknowledge_value, effective_limit, limit_history, newest_value, would_breach
from kat_monitor.rules.superseding import below, settle


def new_limits(*, session_id: UUID, clinic_id: UUID, chair_id: UUID, compiled: Compiled) -> LimitsState:
    """The limits of a session in which nothing has happened yet."""
    return LimitsState(session_id, clinic_id, chair_id, compiled)


def step(state: LimitsState, entry: Entry) -> list[Change]:
    """Apply one entry (in position order) and say what it did. Late readings and entries of no concern do nothing.

    Pure but for `state`; the same entries in the same order give the same changes.
    """
    out: list[Change] = []
    if isinstance(entry, Reading):
        if not entry.late:
            take(state, entry, entry.received_at, entry.received_at, out)
    else:
        _command(state, entry, out)
    return out


def _command(state: LimitsState, entry: Command, out: list[Change]) -> None:
    match entry:
        case Event():
            symptoms.report(state, entry, out)
        case PhaseEntered():
            _enter(state, entry, out)
        case TimerFired():
            _fire(state, entry, out)
        case Acknowledged():
            _acknowledge(state, entry, out)
        case Escalated() | Reminded():
            _note(state, entry, out)
        case LimitOverridden():
            override(state, entry)
        case BaselineLocked():
            lock_baseline(state, entry)
        case Adopted():
            _adopt(state, entry, out)
        case Reviewed():
            _reviewed(state, entry, out)
        case Moved():
            _move(state, entry, out)


def _enter(state: LimitsState, entry: PhaseEntered, out: list[Change]) -> None:
    state.phases.append((entry.at, entry.to))
    if entry.to.has_ended:
        finish(state, entry.at, entry.committed_at, out)


def finish(state: LimitsState, at: int, commit: int, out: list[Change]) -> None:
    """The session's end ends its alerts; a provisional one as active, which no earlier acknowledgement covers."""
    state.ended_at = at
    for alert in list(state.alerts.values()):
        if alert.state is AlertState.RETURNED:
            continue
        active = alert
        if alert.state is AlertState.PROVISIONAL:
            active = lifecycle.confirmed(alert, commit, unconfirmed=True)
            out.append(TimerDropped(state.session_id, CONFIRM, alert.id))
        over = lifecycle.ended(active, at, commit)
        state.record(out, over, Step.ENDED if over.is_open else Step.CLOSED, commit)
    state.live = [None] * len(state.live)


def _fire(state: LimitsState, entry: TimerFired, out: list[Change]) -> None:
    if entry.timer == CONFIRM:
        time_out(state, entry.alert_id, entry.committed_at, out)


def time_out(state: LimitsState, alert_id: UUID, commit: int, out: list[Change]) -> None:
    """No reading came to confirm it: active, `unconfirmed`. A timer whose alert has moved on does nothing."""
    alert = state.alerts.get(alert_id)
    if alert is None or alert.state is not AlertState.PROVISIONAL:
        return
    episode = state.episodes(SOURCES_BY_NAME[alert.source])[state.compiled.index[alert.limit]]
    episode.standing = Standing.ACTIVE
    state.record(out, lifecycle.confirmed(alert, commit, unconfirmed=True), Step.UNCONFIRMED, commit)


def _acknowledge(state: LimitsState, entry: Acknowledged, out: list[Change]) -> None:
    """Covers this alert and, while its condition holds, the lower ones it keeps quiet."""
    alert = state.alerts.get(entry.alert_id)
    if alert is None or not lifecycle.can_acknowledge(alert):
        return
    covered = [alert]
    index = state.compiled.index.get(alert.limit)
    if index is not None and alert.state in lifecycle.HOLDING:
        lower = below(state, SOURCES_BY_NAME[alert.source], state.compiled.rules[index])
        covered += [other for _, other in lower if lifecycle.can_acknowledge(other)]
    for each in covered:
        value = entry.value if each is alert else None
        if value is None:
            value = acknowledge_value(state, each)
        taken = lifecycle.acknowledged(each, by=entry.by, commit=entry.committed_at, value=value, note=entry.note)
        state.record(out, taken, Step.ACKNOWLEDGED, entry.committed_at, entry.by, entry.note)


def _note(state: LimitsState, entry: Escalated | Reminded, out: list[Change]) -> None:
    alert = state.alerts.get(entry.alert_id)
    if alert is None:
        return
    if isinstance(entry, Reminded):
        reminded = lifecycle.reminded(alert, entry.committed_at)
        state.record(out, reminded, Step.REMINDED, entry.committed_at, entry.by)
    elif entry.level > alert.escalation:
        raised = replace(alert, escalation=entry.level)
        state.record(out, raised, Step.ESCALATED, entry.committed_at, entry.by)


def _adopt(state: LimitsState, entry: Adopted, out: list[Change]) -> None:
    """What review found still holding goes on living here, unless the live judgement has opened it meanwhile."""
    alert = replace(entry.alert, chair_id=state.chair_id)
    source = SOURCES_BY_NAME[alert.source]
    rule = state.compiled.rules[state.compiled.index[alert.limit]]
    standing = state.episodes(source).get(rule.index)
    if state.ended_at is not None or (standing is not None and standing.standing is not Standing.PENDING):
        return
    episode = Episode(Standing.ACTIVE, alert.opened_at, bounds_since(state, rule, alert.opened_at))
    episode.alert_id = alert.id
    state.episodes(source)[rule.index] = episode
    state.record(out, alert, Step.OPENED, entry.committed_at, entry.by)
    settle(state, source, (rule.metric,), entry.committed_at, out)


def _move(state: LimitsState, entry: Moved, out: list[Change]) -> None:
    """The patient takes what is open along: an alert calls people to where the patient is now."""
    state.chair_id = entry.chair_id
    for alert in list(state.alerts.values()):
        if alert.chair_id != entry.chair_id:
            here = replace(alert, chair_id=entry.chair_id)
            state.record(out, here, Step.MOVED, entry.committed_at, entry.by)


def _reviewed(state: LimitsState, entry: Reviewed, out: list[Change]) -> None:
    """Late alerts are born; spans of alerts no longer open are written by the caller, who has their rows."""
    for alert in entry.born:
        if alert.id not in state.alerts:
            # The patient may have moved while the review ran.
            here = replace(alert, chair_id=state.chair_id)
            state.record(out, here, Step.OPENED, entry.committed_at)
    for alert_id, begins, ends in entry.spans:
        alert_now = state.alerts.get(alert_id)
        if alert_now is not None:
            widened = replace(alert_now, reviewed_from=begins, reviewed_to=ends)
            state.record(out, widened, Step.REVIEWED, entry.committed_at)


__all__ = [
    "LimitsState",
    "acknowledge_value",
    "effective_limit",
    "limit_history",
    "new_limits",
    "newest_value",
    "step",
    "would_breach",
]
