"""What a person at a chair needs at once: everybody, or a blood pressure."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from kat_monitor.access.identity import Identity
from kat_monitor.api.acting import by_name
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Note
from kat_monitor.api.idempotency import GivenOnce, new_id
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.domain.commands import AskForReading, CallEmergency
from kat_monitor.ingest.commands import Also, Answered, SessionWork
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.decide import Decision
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.technical import EMERGENCY, follow_emergency
from kat_monitor.rules.timetable import due_items
from kat_monitor.rules.view import due_view, emergency_view
from kat_monitor.watch.notices import tell

router = APIRouter(tags=["sessions"])


class EmergencyBody(Body):
    state: Literal["on", "off"]
    note: Note | None = None


class RecheckBody(Body):
    """Nothing needs to be said."""


@router.post("/sessions/{id}/emergency")
async def call_emergency(id: UUID, given: EmergencyBody, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Help is needed here, or not any more. Never refused; sounds everywhere and calls the clinician at once."""
    who = by_name(parts, who, None, "Kat-Person")
    request = CallEmergency(session_id=id, new_id=new_id(who.clinic_id, once), on=given.state == "on", note=given.note)
    work = SessionWork(who.clinic_id, request, who.actor, _called, once, also=_raising(parts, who))
    answered: Answered = await parts.pipeline.submit(work)
    return JSONResponse(answered.body, answered.status)


@router.post("/sessions/{id}/recheck", status_code=201)
async def recheck(id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: RecheckBody | None = None) -> Response:
    """A cuff reading is due now. Asked for again before it is measured, it is the same one."""
    request = AskForReading(session_id=id, new_id=new_id(who.clinic_id, once))
    answered: Answered = await parts.pipeline.submit(SessionWork(who.clinic_id, request, who.actor, _due, once))
    return JSONResponse(answered.body, answered.status)


def _raising(parts: Parts, who: Identity) -> Also:
    wall = parts.clock.wall_us()

    def also(turn: Turn, clinic: ClinicState, state: SessionState) -> None:
        alert = follow_emergency(turn, clinic, state, who.id)
        if alert is not None and state.course.emergency_since is not None:
            tell(turn, clinic, alert, wall)

    return also


def _called(clinic: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    """No name: a station whose login is locked may have asked."""
    alert = next((a for a in clinic.technical.values() if a.limit == EMERGENCY and a.session_id == state.id), None)
    said = {"id": str(state.id), "chair_id": str(state.chair_id), "emergency": emergency_view(state)}
    return Answered(200, {**said, "alert_id": None if alert is None else str(alert.id)})


def _due(clinic: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    item = next(item for item in due_items(state, now) if item.kind == "recheck")
    return Answered(201, due_view(item, state.chair_id))
