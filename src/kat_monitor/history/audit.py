"""Looks through the audit trail, newest first: who did or read what, about which thing, at which chair."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, or_, select

from kat_monitor.domain.times import to_rfc3339
from kat_monitor.history.cursor import Place, bad_cursor, from_cursor, to_cursor
from kat_monitor.store.reader import Reader
from kat_monitor.store.tables import alert, audit, session

Json = dict[str, Any]
_NUMBER = UUID(int=0)
"""A row's number is its place; the id of a cursor says nothing here."""


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """None: anything. Times in microseconds, `start <= at < end`. `action` takes what begins with it and a dot too."""

    start: int | None = None
    end: int | None = None
    action: str | None = None
    subject: str | None = None
    actor: UUID | None = None
    chair_id: UUID | None = None
    before: int | None = None
    """The number that a page has ended with."""


async def find_audit(
    reader: Reader, clinic_id: UUID, filters: AuditFilters, limit: int
) -> tuple[list[Json], str | None]:
    """The newest that fit, and the cursor of what follows; None when that is all."""
    rows = await reader.rows(_wanted(clinic_id, filters).limit(limit + 1))
    items = [_item(row) for row in rows[:limit]]
    return items, to_cursor(Place(items[-1]["number"], _NUMBER)) if len(rows) > limit else None


def number_of(cursor: str) -> int:
    """Raises KatError 422 for what no page has given."""
    place = from_cursor(cursor)
    if place.id != _NUMBER:
        raise bad_cursor()
    return place.at


def _wanted(clinic_id: UUID, filters: AuditFilters) -> Select[Any]:
    asked = select(audit).where(audit.c.clinic_id == clinic_id).order_by(audit.c.number.desc())
    if filters.before is not None:
        asked = asked.where(audit.c.number < filters.before)
    if filters.start is not None:
        asked = asked.where(audit.c.at >= filters.start)
    if filters.end is not None:
        asked = asked.where(audit.c.at < filters.end)
    if filters.actor is not None:
        asked = asked.where(audit.c.actor == filters.actor)
    if filters.subject is not None:
        asked = asked.where(audit.c.subject == filters.subject)
    if filters.action is not None:
        whole = audit.c.action == filters.action
        asked = asked.where(or_(whole, audit.c.action.startswith(f"{filters.action}.", autoescape=True)))
    if filters.chair_id is not None:
        asked = asked.where(_at_chair(clinic_id, filters.chair_id))
    return asked


def _at_chair(clinic_id: UUID, chair_id: UUID) -> ColumnElement[bool]:
    """About the chair itself, what came to stand there, a session that is or ended there, or an alert of it."""
    return or_(
        audit.c.subject == str(chair_id),
        audit.c.details["chair"].astext == str(chair_id),
        *(
            audit.c.subject.in_(
                select(cast(table.c.id, Text)).where(table.c.clinic_id == clinic_id, table.c.chair_id == chair_id)
            )
            for table in (session, alert)
        ),
    )


def _item(row: Any) -> Json:
    return {
        "number": row["number"],
        "at": to_rfc3339(row["at"]),
        "actor": None if row["actor"] is None else str(row["actor"]),
        "action": row["action"],
        "subject": row["subject"],
        "details": row["details"],
    }
