"""What people do with an alert: acknowledge it, escalate it by hand. Physiological and technical ones alike."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from kat_monitor.access.identity import Identity
from kat_monitor.api.acting import by_name
from kat_monitor.api.alerts_shown import coming
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Id, Note
from kat_monitor.api.idempotency import GivenOnce
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.api.problems import problem
from kat_monitor.domain.alerts import Alert, AlertKind
from kat_monitor.domain.commands import AcknowledgeAlert, EscalateAlert
from kat_monitor.errors import KatError, not_found, unavailable
from kat_monitor.ingest.commands import AlertView, Answered, Once, SessionWork, TechnicalWork
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.view import Json, alert_view
from kat_monitor.watch.notices import tell

router = APIRouter(tags=["alerts"])


class Acknowledgement(Body):
    note: Note | None = None
    acknowledged_by: Id | None = None
    """Who on shift has it, by one tap at an enrolled station, whosever its login is and even when it is locked."""


class Escalation(Body):
    """Nothing needs to be said."""


@router.post("/alerts/{id}/acknowledge")
async def acknowledge(
    id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: Acknowledgement | None = None
) -> Response:
    """Somebody has it. The second one to say so is told who was first."""
    who = by_name(parts, who, None if given is None else given.acknowledged_by, "acknowledged_by")
    note = None if given is None else given.note
    alert = await find_alert(parts, who.clinic_id, id)
    try:
        return await _ask(parts, _acknowledging(parts, who, alert, note, once))
    except KatError as error:
        if error.code != "already_acknowledged":
            raise
        first = await find_alert(parts, who.clinic_id, id)
        return problem(error, alert=_named(parts, parts.pipeline.clinics[who.clinic_id], first))


@router.post("/alerts/{id}/escalate")
async def escalate(id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: Escalation | None = None) -> Response:
    """Call for more help now, without waiting for the time to run out."""
    alert = await find_alert(parts, who.clinic_id, id)
    wall = parts.clock.wall_us()

    def told(turn: Turn, clinic: ClinicState, escalated: Alert) -> Answered:
        tell(turn, clinic, escalated, wall)
        return Answered(200, _named(parts, clinic, escalated))

    return await _ask(parts, _escalating(who, alert, told, once))


async def find_alert(parts: Parts, clinic_id: UUID, id: UUID) -> Alert:
    """As memory has it, else as it is stored. Raises KatError 404, and 503 for one that is shown but not recorded."""
    clinic = parts.pipeline.clinics[clinic_id]
    alert = clinic.technical.get(id)
    if alert is not None:
        return alert
    for session in clinic.sessions.values():
        if id in session.limits.alerts:
            return session.limits.alerts[id]
    if id in parts.hub.feed(clinic).unrecorded:
        raise unavailable("not_recorded", "This alert is not recorded yet; nothing can be noted about it now.")
    stored = await parts.reader.alerts.one(clinic_id, id)
    if stored is None:
        raise not_found("alert")
    return stored


def _named(parts: Parts, clinic: ClinicState, alert: Alert) -> Json:
    """With the name of who acknowledged it, for people to read."""
    by = alert.acknowledged_by
    shown = {**alert_view(alert), **coming(parts, clinic, alert)}
    return {**shown, "acknowledged_by_name": None if by is None else clinic.people.get(by)}


async def _ask(parts: Parts, work: SessionWork | TechnicalWork) -> Response:
    answered: Answered = await parts.pipeline.submit(work)
    return JSONResponse(answered.body, answered.status)


def _acknowledging(
    parts: Parts, who: Identity, alert: Alert, note: str | None, once: Once | None
) -> SessionWork | TechnicalWork:
    def shown(_: Turn, clinic: ClinicState, after: Alert) -> Answered:
        return Answered(200, _named(parts, clinic, after))

    if alert.kind is AlertKind.TECHNICAL or alert.session_id is None:
        return TechnicalWork(who.clinic_id, alert.id, who.actor, shown, note=note, once=once)
    request = AcknowledgeAlert(session_id=alert.session_id, alert_id=alert.id, note=note)
    return SessionWork(who.clinic_id, request, who.actor, once=once, alert_view=shown)


def _escalating(who: Identity, alert: Alert, told: AlertView, once: Once | None) -> SessionWork | TechnicalWork:
    if alert.kind is AlertKind.TECHNICAL or alert.session_id is None:
        return TechnicalWork(who.clinic_id, alert.id, who.actor, told, escalating=True, once=once)
    request = EscalateAlert(session_id=alert.session_id, alert_id=alert.id)
    return SessionWork(who.clinic_id, request, who.actor, once=once, alert_view=told)
