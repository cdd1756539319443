"""`GET /alerts`: what is open on the wall and what was, and one alert's whole life."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kat_monitor.api.alerts_shown import alert_shown, coming
from kat_monitor.api.auth import Who
from kat_monitor.api.charts import OBJECT, OBJECTS, named_json, schema_of
from kat_monitor.api.filters import AlertsAsked
from kat_monitor.api.paging import link_next
from kat_monitor.api.parts import GivenParts
from kat_monitor.api.sessions_read import require_chair, require_range
from kat_monitor.api.trail import note_read
from kat_monitor.domain.alerts import AlertState
from kat_monitor.errors import not_found
from kat_monitor.history.alerts import AlertFilters, alert_life, find_alerts
from kat_monitor.history.cursor import from_cursor

router = APIRouter(tags=["alerts"])

OPEN = "open"


@router.get("/alerts", responses=schema_of(OBJECTS, "Those that fit, newest first"))
async def list_alerts(
    asked: Annotated[AlertsAsked, Query()], request: Request, who: Who, parts: GivenParts
) -> Response:
    """Physiological and technical, as they are recorded. `Link` says that there are more, and where."""
    require_range(asked.start, asked.end)
    if asked.chair_id is not None:
        require_chair(parts, who, asked.chair_id)
    if asked.session_id is not None and await parts.reader.sessions.one(who.clinic_id, asked.session_id) is None:
        raise not_found("session")
    filters = AlertFilters(
        open=asked.state == OPEN,
        state=None if asked.state in (None, OPEN) else AlertState(asked.state),
        start=asked.start,
        end=asked.end,
        chair_id=asked.chair_id,
        priority=asked.priority,
        kind=asked.kind,
        acknowledged_by=asked.acknowledged_by,
        session_id=asked.session_id,
        after=None if asked.cursor is None else from_cursor(asked.cursor),
    )
    found, cursor = await find_alerts(parts.reader, who.clinic_id, filters, asked.limit)
    await note_read(parts, who, "alerts.search", "alerts")
    response = named_json(parts, who, [alert_shown(parts, who.clinic_id, alert) for alert in found])
    link_next(request, response, cursor)
    return response


@router.get("/alerts/{id}", responses=schema_of(OBJECT, "The alert with its transitions"))
async def get_alert(id: UUID, who: Who, parts: GivenParts) -> Response:
    """As it stands, and every step that led there."""
    found = await parts.reader.alerts.one(who.clinic_id, id)
    if found is None:
        raise not_found("alert")
    await note_read(parts, who, "alert.read", id)
    life = alert_life(found, await parts.reader.alerts.transitions(who.clinic_id, id))
    clinic = parts.pipeline.clinics[who.clinic_id]
    return named_json(parts, who, {**life, **coming(parts, clinic, found)})
