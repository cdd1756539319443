"""The life of technical alerts: the same steps as physiological ones, never mixed up with them (design 6.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertChange, AlertKind, AlertState, Step, technical_alert_id
from kat_monitor.domain.journal import Event
from kat_monitor.domain.vitals import Priority
from kat_monitor.errors import refused
from kat_monitor.rules import lifecycle
from kat_monitor.rules.clinic import ClinicState, DeviceState
from kat_monitor.rules.state import SessionState

EMERGENCY = "emergency"
"""Somebody called for help at this chair: as long as they say so, and held by nothing."""

ON_CALL = 2
"""Of `Alert.escalation`: the clinician on call is told."""

NO_OPPOSITE = frozenset({"dosing_with_open_gates", "evaluation_failed", "numbering_restarted"})
"""Nothing observed ends them: acknowledging closes them."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something wrong at this moment. `since` is when it began to count.

    With code and subject, `cause` names the episode: the causing event's id, or `since` where none is given.
    """

    code: str
    subject: str
    priority: Priority
    since: int
    source: str
    detail: str
    session_id: UUID | None = None
    chair_id: UUID | None = None
    cause: str | None = None
    raises: bool = True
    """False: too little is known (the server has just started) to raise it, but what is raised already is not over."""


class TurnLike(Protocol):
    """What the watch needs of the writer's turn."""

    now: int

    def alert(self, clinic: ClinicState, change: AlertChange) -> None: ...


def settle(clinic: ClinicState, holding: Iterable[Condition], held: frozenset[UUID], now: int) -> list[AlertChange]:
    """Compare what holds with what is open: raise, raise the priority, end. Changes `clinic.technical`.

    `held` are sessions off the monitor or in an emergency: theirs neither end nor get worse meanwhile.
    """
    found: dict[tuple[str, str], Condition] = {}
    for condition in holding:
        key = (condition.code, condition.subject)
        if key not in found or (found[key].raises, found[key].priority.rank) < (
            condition.raises,
            condition.priority.rank,
        ):
            found[key] = condition
    changes: list[AlertChange] = []
    active = {(a.limit, a.subject or ""): a for a in clinic.technical.values() if a.state is AlertState.ACTIVE}
    for key, condition in found.items():
        alert = active.get(key)
        if alert is None and not condition.raises:
            continue
        if alert is None:
            raised = make(clinic.clinic.id, condition, now)
            if raised.id not in clinic.technical:
                changes.append(AlertChange(raised, Step.OPENED, now))
        elif condition.priority.rank > alert.priority.rank:
            changes.append(AlertChange(_worse(alert, condition.priority, now), Step.RAISED_PRIORITY, now))
    for key, alert in active.items():
        holds = alert.session_id in held and alert.limit != EMERGENCY
        if key not in found and alert.limit not in NO_OPPOSITE and not holds:
            changes.append(_ended(alert, now))
    for change in changes:
        keep(clinic, change.alert)
    return changes


def make(clinic_id: UUID, condition: Condition, now: int) -> Alert:
    """The alert a condition raises; its id comes from the episode, so a retry makes the same."""
    return Alert(
        id=technical_alert_id(clinic_id, condition.code, condition.subject, condition.cause or str(condition.since)),
        clinic_id=clinic_id,
        session_id=condition.session_id,
        chair_id=condition.chair_id,
        limit=condition.code,
        source=condition.source,
        kind=AlertKind.TECHNICAL,
        priority=condition.priority,
        limit_priority=condition.priority,
        state=AlertState.ACTIVE,
        opened_at=condition.since,
        raised_at=now,
        active_at=now,
        subject=condition.subject,
        detail=condition.detail,
    )


def keep(clinic: ClinicState, alert: Alert) -> None:
    """In memory as long as it is open."""
    if alert.is_open:
        clinic.technical[alert.id] = alert
    else:
        clinic.technical.pop(alert.id, None)


def raise_now(turn: TurnLike, clinic: ClinicState, condition: Condition) -> Alert:
    """Raise at once, within somebody else's turn; an active alert of the same subject stays the one, or gets worse."""
    for alert in clinic.technical.values():
        if (alert.limit, alert.subject) == (condition.code, condition.subject) and alert.state is AlertState.ACTIVE:
            if condition.priority.rank <= alert.priority.rank:
                return alert
            worse = _worse(alert, condition.priority, turn.now)
            keep(clinic, worse)
            turn.alert(clinic, AlertChange(worse, Step.RAISED_PRIORITY, turn.now))
            return worse
    alert = make(clinic.clinic.id, condition, turn.now)
    keep(clinic, alert)
    turn.alert(clinic, AlertChange(alert, Step.OPENED, turn.now))
    return alert


def evaluation_failed(
    turn: TurnLike, clinics: Mapping[UUID, ClinicState], session_id: UUID, cause: str, at: int
) -> None:
    """A session's rules crashed over `cause`, which is dated `at`: high, until somebody acknowledges."""
    for clinic in clinics.values():
        state = clinic.sessions.get(session_id)
        if state is not None:
            clinic.failed_sessions.add(session_id)
            detail = "the limits of this session could not be judged"
            raise_now(
                turn,
                clinic,
                Condition(
                    "evaluation_failed",
                    str(session_id),
                    Priority.HIGH,
                    at,
                    "server",
                    detail,
                    session_id,
                    state.chair_id,
                    cause,
                ),
            )


def dosing_with_open_gates(
    turn: TurnLike, clinic: ClinicState, session_id: UUID, chair_id: UUID, dose: Event, *, stop: bool, detail: str
) -> None:
    """A dose was recorded although a gate was not met; high if the pre-treatment check says stop."""
    priority = Priority.HIGH if stop else Priority.MEDIUM
    raise_now(
        turn,
        clinic,
        Condition(
            code="dosing_with_open_gates",
            subject=str(session_id),
            priority=priority,
            since=dose.at,
            source="nurse",
            detail=detail,
            session_id=session_id,
            chair_id=chair_id,
            cause=str(dose.id),
        ),
    )


def emergency_of(state: SessionState) -> Condition | None:
    """The emergency of a session while it lasts."""
    since = state.course.emergency_since
    if since is None:
        return None
    said = {event.id: event for event in state.events if event.event == EMERGENCY}
    standing = [event for event in said.values() if event.at == since and event.id not in state.course.corrected]
    # The newest of one moment: called, ended and called again within it, it is another call.
    called = next(event for event in reversed(standing) if event.data.get("state") == "on")
    # Its end was taken back: that is another call, since the alert of the first is over.
    again = next((event.id for event in reversed(state.events) if event.corrects in said), None)
    return Condition(
        code=EMERGENCY,
        subject=str(state.id),
        priority=Priority.HIGH,
        since=since,
        source="nurse",
        detail=called.text or "help was called",
        session_id=state.id,
        chair_id=state.chair_id,
        cause=str(called.id) if again is None else f"{called.id}/{again}",
    )


def follow_emergency(turn: TurnLike, clinic: ClinicState, state: SessionState, by: UUID | None) -> Alert | None:
    """Raise what somebody called at once, to the clinician on call; end it when they say that it is over."""
    condition = emergency_of(state)
    if condition is not None:
        alert = raise_now(turn, clinic, condition)
        return alert if alert.escalation >= ON_CALL else escalate(turn, clinic, alert, ON_CALL, by)
    for alert in list(clinic.technical.values()):
        if (alert.limit, alert.subject, alert.state) == (EMERGENCY, str(state.id), AlertState.ACTIVE):
            change = _ended(alert, turn.now)
            keep(clinic, change.alert)
            turn.alert(clinic, change)
            return change.alert
    return None


def numbering_restarted(turn: TurnLike, clinic: ClinicState, device: DeviceState, seq: int, since: int) -> None:
    """Three conflicts within a minute: its readings are taken for ones that are stored already.

    `since` is the first of the three, `seq` the number of the last.
    """
    about = device.device
    state = None if about.chair_id is None else clinic.open_at(about.chair_id)
    raise_now(
        turn,
        clinic,
        Condition(
            code="numbering_restarted",
            subject=str(about.id),
            priority=Priority.MEDIUM,
            since=since,
            source=about.label,
            detail=about.label,
            session_id=None if state is None else state.id,
            chair_id=about.chair_id,
            cause=f"{seq}/{since}",
        ),
    )


def not_recording(clinic: ClinicState, since: int) -> Alert:
    """Shown while nothing can be stored; it is recorded once storing works again."""
    said = Condition("not_recording", str(clinic.clinic.id), Priority.HIGH, since, "server", "nothing is recorded")
    return replace(make(clinic.clinic.id, said, since), recorded=False)


def was_not_recording(turn: TurnLike, clinic: ClinicState, since: int) -> None:
    """Recording again: the alert enters the record, returned, until somebody has seen it."""
    alert = replace(not_recording(clinic, since), recorded=True)
    keep(clinic, alert)
    turn.alert(clinic, AlertChange(alert, Step.OPENED, since))
    change = _ended(alert, turn.now)
    keep(clinic, change.alert)
    turn.alert(clinic, change)


def acknowledge(turn: TurnLike, clinic: ClinicState, alert: Alert, by: UUID, note: str | None) -> Alert:
    """A named person has it. Raises KatError 409 `already_acknowledged` or `already_closed`."""
    if alert.acknowledged:
        raise refused("already_acknowledged", "Somebody else was first.")
    if not alert.is_open:
        raise refused("already_closed", "The alert is closed.")
    taken = lifecycle.acknowledged(alert, by=by, commit=turn.now, value=None, note=note)
    if alert.limit in NO_OPPOSITE and taken.is_open:
        taken = replace(taken, state=AlertState.CLOSED, closed_at=turn.now)
    keep(clinic, taken)
    turn.alert(clinic, AlertChange(taken, Step.ACKNOWLEDGED, turn.now, by, note))
    return taken


def move(turn: TurnLike, clinic: ClinicState, session_id: UUID, chair_id: UUID, by: UUID | None) -> None:
    """The session sits at another chair: what is open about it is shown there."""
    for alert in list(clinic.technical.values()):
        if alert.session_id == session_id and alert.chair_id != chair_id:
            here = replace(alert, chair_id=chair_id)
            keep(clinic, here)
            turn.alert(clinic, AlertChange(here, Step.MOVED, turn.now, by))


def escalate(turn: TurnLike, clinic: ClinicState, alert: Alert, level: int, by: UUID | None) -> Alert:
    further = replace(alert, escalation=level)
    keep(clinic, further)
    turn.alert(clinic, AlertChange(further, Step.ESCALATED, turn.now, by))
    return further


def remind(turn: TurnLike, clinic: ClinicState, alert: Alert) -> None:
    """It lasts although somebody has it: one burst of sound."""
    again = lifecycle.reminded(alert, turn.now)
    keep(clinic, again)
    turn.alert(clinic, AlertChange(again, Step.REMINDED, turn.now))


def _worse(alert: Alert, priority: Priority, now: int) -> Alert:
    """A higher level is a new one: an acknowledgement of the lower lapses."""
    again = lifecycle.rearmed(alert, now)
    return replace(again, priority=priority, limit_priority=priority)


def _ended(alert: Alert, now: int) -> AlertChange:
    """The opposite was observed: it closes by itself unless it is high."""
    if alert.acknowledged or alert.priority is not Priority.HIGH:
        gone = replace(alert, state=AlertState.CLOSED, ended_at=now, closed_at=now)
        return AlertChange(gone, Step.CLOSED, now)
    return AlertChange(lifecycle.ended(alert, now, now), Step.ENDED, now)
