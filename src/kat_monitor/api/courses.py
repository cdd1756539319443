"""`/patients/{id}/sessions-by-minute`: a patient's sessions beside each other, and what is usual for them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from kat_monitor.api.auth import Who
from kat_monitor.api.charts import OBJECTS, as_json, clinic_of, schema_of
from kat_monitor.api.filters import Asked
from kat_monitor.api.parts import GivenParts
from kat_monitor.api.trail import note_read
from kat_monitor.errors import not_found
from kat_monitor.history.courses import by_minute, pressures, sessions_of, usual_view

router = APIRouter(tags=["patients"])

_SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["sessions", "usual"],
    "properties": {"sessions": OBJECTS, "usual": {"type": ["object", "null"]}},
}


class CoursesAsked(Asked):
    before: UUID | None = None
    """A session of the patient: it and what was dosed later are left out."""


@router.get("/patients/{id}/sessions-by-minute", responses=schema_of(_SHAPE, "Sessions with a dose, newest first"))
async def sessions_by_minute(
    id: UUID, asked: Annotated[CoursesAsked, Query()], who: Who, parts: GivenParts
) -> Response:
    """The newest twelve, each as its pressures by minutes after the first dose, every five; and what is usual: the
    middle, the lowest and the highest systolic of them.
    """
    if not await parts.reader.standing.patients(who.clinic_id, [id]):
        raise not_found("patient")
    before = None
    if asked.before is not None:
        before = await parts.reader.sessions.one(who.clinic_id, asked.before)
        if before is None or before.patient_id != id:
            raise not_found("session")
    await note_read(parts, who, "patient.sessions.read", id)
    await parts.pipeline.listing.settled()
    whose = clinic_of(parts, who).whose
    rows = await sessions_of(parts.reader, who.clinic_id, id, before)
    sessions = [by_minute(row, await pressures(parts.reader, row, whose)) for row in rows]
    return as_json({"sessions": sessions, "usual": usual_view(sessions)})
