"""The steps of one alert's life (design 6.5), each a new value."""

from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.alerts import AlertState
from tests.oracle.words import NOT_CONFIRMED, Expected


def activated(alert: Expected, *, unconfirmed: bool) -> Expected:
    """Provisional to active: a new level, so an earlier acknowledgement lapses."""
    return replace(
        alert,
        state=AlertState.ACTIVE,
        priority=alert.limit_priority,
        unconfirmed=unconfirmed,
        confirm_by=None,
        acknowledged_at=None,
        acknowledged_by=None,
        acknowledged_value=None,
    )


def dismissed(alert: Expected, ended_at: int, committed_at: int) -> Expected:
    """A provisional one whose next reading did not breach."""
    return replace(
        alert,
        state=AlertState.CLOSED,
        closed_reason=NOT_CONFIRMED,
        confirm_by=None,
        ended_at=ended_at,
        closed_at=committed_at,
    )


def ended(alert: Expected, ended_at: int, committed_at: int) -> Expected:
    """The condition of an active one is gone: acknowledged → closed, else returned."""
    alert = replace(alert, ended_at=ended_at)
    if alert.acknowledged_at is not None:
        return replace(alert, state=AlertState.CLOSED, closed_at=committed_at)
    return replace(alert, state=AlertState.RETURNED, returned_at=committed_at)


def acknowledged(alert: Expected, by: UUID | None, at: int, value: int | None) -> Expected:
    """By a named person; a returned one closes with it."""
    alert = replace(alert, acknowledged_at=at, acknowledged_by=by, acknowledged_value=value)
    if alert.state is AlertState.RETURNED:
        return replace(alert, state=AlertState.CLOSED, closed_at=at)
    return alert


def rearmed(alert: Expected, at: int) -> Expected:
    """Worse than when it was acknowledged: sounds again."""
    return replace(
        alert,
        acknowledged_at=None,
        acknowledged_by=None,
        acknowledged_value=None,
        rearmed=(*alert.rearmed, at),
    )
