"""`/audit`: the trail for those who look after it. Looking into it is in it too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from kat_monitor.api.auth import Who
from kat_monitor.api.charts import OBJECTS, as_json, clinic_of, schema_of
from kat_monitor.api.fields import Line, Time
from kat_monitor.api.filters import Asked, Cursor
from kat_monitor.api.parts import GivenParts
from kat_monitor.api.sessions_read import require_chair, require_range
from kat_monitor.api.trail import note_read
from kat_monitor.history.audit import AuditFilters, find_audit, number_of
from kat_monitor.rules.clinic import ClinicState

router = APIRouter(tags=["audit"])

MOST = 500
_PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["items", "next_cursor"],
    "properties": {"items": OBJECTS, "next_cursor": {"type": ["string", "null"]}},
}


class AuditAsked(Asked):
    """Filters of `GET /audit`; all given must fit."""

    start: Time | None = Field(None, alias="from")
    end: Time | None = Field(None, alias="to")
    action: Line | None = None
    """As `session.read`; its first part alone (`session`) takes all of its kind."""
    subject: Line | None = None
    """The id or code that it was about."""
    actor: UUID | None = None
    """A person's account, or a gateway."""
    chair_id: UUID | None = None
    """About this chair, a session that is or ended there, or an alert of it."""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100
    cursor: Cursor | None = None
    """`next_cursor` of the page before."""


@router.get("/audit", responses=schema_of(_PAGE, "A page of the trail, newest first"))
async def read_audit(asked: Annotated[AuditAsked, Query()], who: Who, parts: GivenParts) -> Response:
    """Who did or read what, newest first: ids and codes, and the present names of who did it."""
    require_range(asked.start, asked.end)
    if asked.chair_id is not None:
        require_chair(parts, who, asked.chair_id)
    filters = AuditFilters(
        start=asked.start,
        end=asked.end,
        action=asked.action,
        subject=asked.subject,
        actor=asked.actor,
        chair_id=asked.chair_id,
        before=None if asked.cursor is None else number_of(asked.cursor),
    )
    await note_read(parts, who, "audit.read", "audit")
    items, cursor = await find_audit(parts.reader, who.clinic_id, filters, asked.limit)
    clinic = clinic_of(parts, who)
    named = [{**item, "actor_name": _name(clinic, item["actor"])} for item in items]
    return as_json({"items": named, "next_cursor": cursor})


def _name(clinic: ClinicState, actor: str | None) -> str | None:
    if actor is None:
        return None
    gateway = clinic.gateways.get(UUID(actor))
    return clinic.people.get(UUID(actor)) or (None if gateway is None else gateway.gateway.label)
