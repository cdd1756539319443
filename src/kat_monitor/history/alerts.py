"""Finds alerts over all sessions, and tells one alert's life step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import Priority, from_tenths
from kat_monitor.history.cursor import Place, to_cursor
from kat_monitor.rules.view import alert_view
from kat_monitor.store.alert_rows import Transition, alert_of
from kat_monitor.store.reader import Reader
from kat_monitor.store.tables import alert

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AlertFilters:
    """None: anything. Times in microseconds, `start <= opened_at < end`. `open`: provisional, active or returned."""

    open: bool = False
    state: AlertState | None = None
    start: int | None = None
    end: int | None = None
    chair_id: UUID | None = None
    priority: Priority | None = None
    kind: AlertKind | None = None
    acknowledged_by: UUID | None = None
    session_id: UUID | None = None
    after: Place | None = None


async def find_alerts(
    reader: Reader, clinic_id: UUID, filters: AlertFilters, limit: int
) -> tuple[list[Alert], str | None]:
    """The newest that fit, newest first, and the cursor of what follows; None when that is all."""
    asked = select(alert).where(alert.c.clinic_id == clinic_id)
    if filters.open:
        asked = asked.where(alert.c.state != AlertState.CLOSED.value)
    if filters.state is not None:
        asked = asked.where(alert.c.state == filters.state.value)
    if filters.start is not None:
        asked = asked.where(alert.c.opened_at >= filters.start)
    if filters.end is not None:
        asked = asked.where(alert.c.opened_at < filters.end)
    equal = (
        (alert.c.chair_id, filters.chair_id),
        (alert.c.session_id, filters.session_id),
        (alert.c.priority, filters.priority and filters.priority.value),
        (alert.c.kind, filters.kind and filters.kind.value),
        (alert.c.acknowledged_by, filters.acknowledged_by),
    )
    for column, value in equal:
        if value is not None:
            asked = asked.where(column == value)
    if filters.after is not None:
        asked = asked.where(tuple_(alert.c.opened_at, alert.c.id) < tuple_(*filters.after))
    rows = await reader.rows(asked.order_by(alert.c.opened_at.desc(), alert.c.id.desc()).limit(limit + 1))
    found = [alert_of(row) for row in rows[:limit]]
    return found, to_cursor(Place(found[-1].opened_at, found[-1].id)) if len(rows) > limit else None


def alert_life(found: Alert, steps: Sequence[Transition]) -> Json:
    """`GET /alerts/{id}`."""
    return {**alert_view(found), "transitions": [transition_view(step) for step in steps]}


def transition_view(step: Transition) -> Json:
    """What was done, when (of commit) and by whom, and how the alert stood after it."""
    return {
        "step": step.step.value,
        "at": to_rfc3339(step.at),
        "by": None if step.by is None else str(step.by),
        "note": step.note,
        "state": step.state.value,
        "priority": step.priority.value,
        "value": None if step.value is None else from_tenths(step.value),
        "worst_value": None if step.worst_value is None else from_tenths(step.worst_value),
        "escalation": step.escalation,
    }
