"""The life of an alert (design 6.5): plain functions from one frozen alert to the next; what moves it is elsewhere."""

from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState
from kat_monitor.domain.vitals import Priority

RED_FLAG = "red_flag"
NOT_CONFIRMED = "not_confirmed"
"""`closed_reason` of a provisional alert that the next reading did not bear out."""
HOLDING = frozenset({AlertState.PROVISIONAL, AlertState.ACTIVE})
"""The condition still holds, as far as is known."""


def can_acknowledge(alert: Alert) -> bool:
    """Open and not yet acknowledged; otherwise somebody was first (409)."""
    return alert.is_open and not alert.acknowledged


def confirmed(alert: Alert, commit: int, *, unconfirmed: bool) -> Alert:
    """Provisional becomes active: a new level, so an earlier acknowledgement lapses. `unconfirmed`: no reading came."""
    return replace(
        unacknowledged(alert),
        state=AlertState.ACTIVE,
        priority=alert.limit_priority,
        active_at=commit,
        confirm_by=None,
        unconfirmed=unconfirmed,
        escalation=0,
    )


def unacknowledged(alert: Alert) -> Alert:
    return replace(
        alert, acknowledged_by=None, acknowledged_at=None, acknowledged_value=None, note=None, reminded_at=None
    )


def rearmed(alert: Alert, commit: int) -> Alert:
    """Worse than acknowledged: sounds again, the escalation clock starts anew."""
    return replace(unacknowledged(alert), active_at=commit, escalation=0)


def not_confirmed(alert: Alert, ended_at: int, commit: int) -> Alert:
    return replace(
        alert,
        state=AlertState.CLOSED,
        closed_at=commit,
        closed_reason=NOT_CONFIRMED,
        ended_at=ended_at,
        confirm_by=None,
        suppressed=False,
    )


def ended(alert: Alert, ended_at: int, commit: int) -> Alert:
    """The condition is gone: closed if acknowledged, else it stays on the wall as returned."""
    if alert.acknowledged:
        return replace(alert, state=AlertState.CLOSED, ended_at=ended_at, closed_at=commit, suppressed=False)
    return replace(alert, state=AlertState.RETURNED, ended_at=ended_at, returned_at=commit, suppressed=False)


def acknowledged(alert: Alert, *, by: UUID | None, commit: int, value: int | None, note: str | None) -> Alert:
    """Somebody has it. A returned alert, and one that has no opposite, is closed by it."""
    closes = alert.state is AlertState.RETURNED or alert.limit == RED_FLAG
    return replace(
        alert,
        acknowledged_by=by,
        acknowledged_at=commit,
        acknowledged_value=value,
        note=note,
        reminded_at=None,
        state=AlertState.CLOSED if closes else alert.state,
        closed_at=commit if closes else alert.closed_at,
    )


def reminded(alert: Alert, commit: int) -> Alert:
    """It still lasts although somebody has it: one burst of sound; the acknowledgement stays."""
    return replace(alert, reminded_at=commit)


def released(alert: Alert, commit: int) -> Alert:
    """The higher one ended: this one may sound, and its escalation clock starts now."""
    if alert.acknowledged or alert.state is not AlertState.ACTIVE:
        return replace(alert, suppressed=False)
    return replace(alert, suppressed=False, active_at=commit, escalation=0)


def red_flag(
    *,
    id: UUID,
    clinic_id: UUID,
    session_id: UUID,
    chair_id: UUID,
    protocol: tuple[str, int],
    term: str,
    at: int,
    commit: int,
) -> Alert:
    """A nurse saw a red flag: one high alert, active at once, without a reading (design 6.4)."""
    return Alert(
        id=id,
        clinic_id=clinic_id,
        session_id=session_id,
        chair_id=chair_id,
        limit=RED_FLAG,
        source="nurse",
        kind=AlertKind.PHYSIOLOGICAL,
        priority=Priority.HIGH,
        limit_priority=Priority.HIGH,
        state=AlertState.ACTIVE,
        opened_at=at,
        raised_at=commit,
        protocol_code=protocol[0],
        protocol_version=protocol[1],
        detail=term,
        active_at=commit,
    )
