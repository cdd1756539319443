"""What is written about a session: every POST and PUT under `/sessions`, decided and committed by the one writer."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from kat_monitor.access.identity import Identity
from kat_monitor.api import session_answers as answers
from kat_monitor.api.acting import require_signature
from kat_monitor.api.auth import Who
from kat_monitor.api.event_bodies import AnyEvent, event_request, needs_signature
from kat_monitor.api.idempotency import GivenOnce, new_id
from kat_monitor.api.names import with_names
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.api.second_person import GivenSigning
from kat_monitor.api.session_bodies import (
    AssessmentBody,
    BaselineBody,
    CorrectPatientBody,
    CorrectReadingsBody,
    HandReadingBody,
    LimitBody,
    MoveBody,
    NewSession,
    ScreeningBody,
    TransitionBody,
    VoidBody,
)
from kat_monitor.domain.commands import SessionRequest
from kat_monitor.ingest.commands import Answered, Once, SessionWork, View
from kat_monitor.ingest.verdicts import LATE_US

router = APIRouter(tags=["sessions"])


async def ask(parts: Parts, who: Identity, request: SessionRequest, view: View, once: Once | None) -> Response:
    """Submit it to the writer; the answer comes after the commit. Raises KatError with the refusal."""
    answered: Answered = await parts.pipeline.submit(SessionWork(who.clinic_id, request, who.actor, view, once))
    people = parts.pipeline.clinics[who.clinic_id].people
    return JSONResponse(with_names(answered.body, people), answered.status)


@router.post("/sessions", status_code=201)
async def create_session(given: NewSession, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Plan a session. The chair may be taken until check-in."""
    request = given.request(new_id(who.clinic_id, once))
    return await ask(parts, who, request, answers.whole_session(201), once)


@router.post("/sessions/{id}/transitions")
async def move_on(
    id: UUID, given: TransitionBody, who: Who, parts: GivenParts, once: GivenOnce, signing: GivenSigning
) -> Response:
    """To another phase, or 409 with the gates that are not met."""
    require_signature(who, given.needs_signature)
    second = await signing.by(given.second_person)
    request = given.request(id, new_id(who.clinic_id, once), second)
    return await ask(parts, who, request, answers.whole_session(), once)


@router.post("/sessions/{id}/screening")
async def answer_screening(id: UUID, given: ScreeningBody, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Answers of the pre-treatment check; the newest of each item counts, and all are kept."""
    return await ask(parts, who, given.request(id), answers.screening, once)


@router.post("/sessions/{id}/baseline")
async def lock_baseline(
    id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: BaselineBody | None = None
) -> Response:
    """Lock it from what was measured, or correct a locked one by leaving readings out."""
    return await ask(parts, who, (given or BaselineBody()).request(id), answers.baseline, once)


@router.post("/sessions/{id}/events", status_code=201)
async def record_event(id: UUID, given: AnyEvent, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Something that happened. A dose is never refused; it moves the session to dosing."""
    require_signature(who, needs_signature(given))
    return await ask(parts, who, event_request(given, id, new_id(who.clinic_id, once)), answers.event, once)


@router.post("/sessions/{id}/assessments", status_code=201)
async def record_assessment(id: UUID, given: AssessmentBody, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """What a nurse observed, before the dose or before going home."""
    return await ask(parts, who, given.request(id), answers.assessment, once)


@router.post("/sessions/{id}/readings", status_code=201)
async def enter_reading(id: UUID, given: HandReadingBody, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """A reading by hand, judged as any other, with its author."""
    return await ask(parts, who, given.request(id), answers.hand_reading, once)


@router.post("/sessions/{id}/readings/void")
async def void_reading(id: UUID, given: VoidBody, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Struck through, never removed."""
    return await ask(parts, who, given.request(id), answers.whole_session(), once)


@router.post("/sessions/{id}/readings/correct")
async def correct_readings(
    id: UUID, given: CorrectReadingsBody, who: Who, parts: GivenParts, once: GivenOnce
) -> Response:
    """What was measured then is this session's, another's or nobody's; where it was stored stays. Reviews follow."""
    request = given.request(id, new_id(who.clinic_id, once), round(LATE_US * parts.clock.rate))
    return await ask(parts, who, request, answers.readings_corrected, once)


@router.post("/sessions/{id}/move")
async def move_session(id: UUID, given: MoveBody, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """The patient went to another chair."""
    return await ask(parts, who, given.request(id), answers.whole_session(), once)


@router.post("/sessions/{id}/correct-patient")
async def correct_patient(
    id: UUID, given: CorrectPatientBody, who: Who, parts: GivenParts, once: GivenOnce, signing: GivenSigning
) -> Response:
    """The session is another person's. Needs a second person's own sign-in."""
    request = given.request(id, await signing.by(given.second_person))
    return await ask(parts, who, request, answers.whole_session(), once)


@router.put("/sessions/{id}/limits/{code}")
async def set_limit(
    id: UUID, code: str, given: LimitBody, who: Who, parts: GivenParts, once: GivenOnce, signing: GivenSigning
) -> Response:
    """Numbers of this session's own, for what is judged from now on."""
    request = given.request(id, code, await signing.by(given.second_person))
    return await ask(parts, who, request, answers.limit, once)
