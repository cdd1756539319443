"""Reads alerts and the steps of their lives."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState, Step
from kat_monitor.domain.vitals import Priority
from kat_monitor.store.asking import Asks
from kat_monitor.store.query import Query
from kat_monitor.store.tables import alert, alert_transition


@dataclass(frozen=True, slots=True)
class Transition:
    """One appended step: what was done to the alert, when, by whom, and how it stood after it."""

    number: int
    alert_id: UUID
    step: Step
    at: int
    by: UUID | None
    note: str | None
    state: AlertState
    priority: Priority
    value: int | None
    worst_value: int | None
    escalation: int


_clinic_id = bindparam("clinic_id", type_=Uuid())
_session_id = bindparam("session_id", type_=Uuid())
_alert_id = bindparam("alert_id", type_=Uuid())

_steps = select(alert_transition).where(alert_transition.c.clinic_id == _clinic_id)
OPEN = Query(
    select(alert)
    .where(alert.c.clinic_id == _clinic_id, alert.c.state != AlertState.CLOSED.value)
    .order_by(alert.c.opened_at, alert.c.id)
)
ONE = Query(select(alert).where(alert.c.clinic_id == _clinic_id, alert.c.id == _alert_id))
OF_SESSION = Query(
    select(alert)
    .where(alert.c.clinic_id == _clinic_id, alert.c.session_id == _session_id)
    .order_by(alert.c.opened_at, alert.c.id)
)
STEPS = Query(_steps.where(alert_transition.c.alert_id == _alert_id).order_by(alert_transition.c.number))
STEPS_OF_SESSION = Query(
    _steps.join(
        alert, (alert.c.clinic_id == alert_transition.c.clinic_id) & (alert.c.id == alert_transition.c.alert_id)
    )
    .where(alert.c.session_id == _session_id)
    .order_by(alert_transition.c.number)
)

_FIELDS = tuple(field.name for field in fields(Alert))
_COLUMNS = {name: alert.c[name].name for name in _FIELDS}


class AlertRows:
    """Alerts as they stand, oldest first, and their transitions."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def open(self, clinic_id: UUID) -> list[Alert]:
        """Provisional, active and returned ones."""
        return [alert_of(row) for row in await self._asks.rows(OPEN, clinic_id=clinic_id)]

    async def one(self, clinic_id: UUID, alert_id: UUID) -> Alert | None:
        row = await self._asks.row(ONE, clinic_id=clinic_id, alert_id=alert_id)
        return None if row is None else alert_of(row)

    async def of_session(self, clinic_id: UUID, session_id: UUID) -> list[Alert]:
        """All alerts of a session, closed ones too."""
        return [alert_of(r) for r in await self._asks.rows(OF_SESSION, clinic_id=clinic_id, session_id=session_id)]

    async def find(
        self,
        clinic_id: UUID,
        *,
        open_only: bool = False,
        opened_from: int | None = None,
        opened_to: int | None = None,
        chair_id: UUID | None = None,
        priority: Priority | None = None,
        limit: int = 1000,
    ) -> list[Alert]:
        """The newest alerts that fit all filters given, newest first; `opened_at` in [from, to)."""
        wanted = select(alert).where(alert.c.clinic_id == clinic_id)
        if open_only:
            wanted = wanted.where(alert.c.state != AlertState.CLOSED.value)
        if opened_from is not None:
            wanted = wanted.where(alert.c.opened_at >= opened_from)
        if opened_to is not None:
            wanted = wanted.where(alert.c.opened_at < opened_to)
        if chair_id is not None:
            wanted = wanted.where(alert.c.chair_id == chair_id)
        if priority is not None:
            wanted = wanted.where(alert.c.priority == priority.value)
        rows = await self._asks.rows(wanted.order_by(alert.c.opened_at.desc(), alert.c.id.desc()).limit(limit))
        return [alert_of(row) for row in rows]

    async def transitions(self, clinic_id: UUID, alert_id: UUID) -> list[Transition]:
        """The steps of one alert, in order."""
        return _transitions(await self._asks.rows(STEPS, clinic_id=clinic_id, alert_id=alert_id))

    async def transitions_of_session(self, clinic_id: UUID, session_id: UUID) -> list[Transition]:
        """The steps of all alerts of a session, in order."""
        return _transitions(await self._asks.rows(STEPS_OF_SESSION, clinic_id=clinic_id, session_id=session_id))


def alert_of(row: Any) -> Alert:
    """A record of table `alert` as the domain has it."""
    values = {name: row[column] for name, column in _COLUMNS.items()}
    values["kind"] = AlertKind(values["kind"])
    values["priority"] = Priority(values["priority"])
    values["limit_priority"] = Priority(values["limit_priority"])
    values["state"] = AlertState(values["state"])
    return Alert(**values)


def _transitions(rows: Sequence[Any]) -> list[Transition]:
    return [
        Transition(
            row["number"],
            row["alert_id"],
            Step(row["step"]),
            row["at"],
            row["by"],
            row["note"],
            AlertState(row["state"]),
            Priority(row["priority"]),
            row["value"],
            row["worst_value"],
            row["escalation"],
        )
        for row in rows
    ]
