"""`/assignments` and `/offers`: who has which chair, and what it takes to change that."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from kat_monitor.access.identity import Identity
from kat_monitor.api.assignments_shown import AssignmentsShown, OfferShown, assignments_shown, offer_shown
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Id, Note, Shown, Time
from kat_monitor.api.idempotency import GivenOnce, new_id
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.domain.assignments import Assignments, Offer, OfferKind
from kat_monitor.domain.registry import Role
from kat_monitor.errors import KatError, bad_value, not_found
from kat_monitor.ingest.assignments import ChangeAssignments, Decide, Show
from kat_monitor.ingest.commands import Answered, Once
from kat_monitor.rules import assignments as rules
from kat_monitor.rules import offers
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import floor_of
from kat_monitor.rules.responsible import Floor

router = APIRouter(tags=["duty"])

MOST = 500
Ids = Annotated[list[Id], Field(max_length=MOST)]
SomeIds = Annotated[list[Id], Field(min_length=1, max_length=MOST)]


class Assigning(Body):
    chair_ids: SomeIds
    nurse_id: Id | None = None
    """Left out, or oneself: at once. Somebody else: they are asked."""
    take_over: bool = False
    """Also what somebody on shift has; kept in the audit trail."""


class Releasing(Body):
    chair_ids: SomeIds


class NewOffer(Body):
    kind: Literal["hand_over", "cover", "on_call"]
    to: Id
    chair_ids: Ids = Field(default_factory=list)
    until: Time | None = None
    """When a cover is meant to end. It ends when one of the two says so."""
    note: Note | None = None


class Acceptance(Body):
    """Without either list: all chairs of the offer."""

    chair_ids: Ids | None = None
    alert_ids: Ids = Field(default_factory=list)


class Answering(Body):
    """Nothing needs to be said."""


@router.get("/assignments")
async def list_assignments(who: Who, parts: GivenParts) -> AssignmentsShown:
    """Every chair with its nurse, the clinician on call, and what is offered."""
    clinic = parts.pipeline.clinics[who.clinic_id]
    return assignments_shown(clinic, clinic.assigned, floor_of(clinic, parts.clock.now_us()))


@router.post("/assignments", response_model=AssignmentsShown, responses={201: {"model": OfferShown}})
async def assign(given: Assigning, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Take chairs at once; 409 for one that somebody on shift has. Naming somebody else makes an offer (201)."""
    if given.nurse_id is not None and given.nurse_id != who.id:
        return await _assign_to(given, given.nurse_id, who, parts, once)

    def decide(assigned: Assignments, floor: Floor) -> Assignments:
        if who.id not in floor.on:
            raise not_on_shift()
        return rules.take(assigned, floor, who.id, given.chair_ids, take_over=given.take_over)

    return await _ask(parts, _about_chairs(who, "assignment.take", given.chair_ids, decide, once, given.take_over))


async def _assign_to(given: Assigning, nurse_id: UUID, who: Identity, parts: Parts, once: Once | None) -> Response:
    chair_ids = tuple(dict.fromkeys(given.chair_ids))
    offer = Offer(new_id(who.clinic_id, once), OfferKind.ASSIGN, who.id, nurse_id, 0, chair_ids)
    return await _ask(parts, _making(who, offer, once, take_over=given.take_over, receiver="nurse_id"))


@router.post("/assignments/release", response_model=AssignmentsShown)
async def release(given: Releasing, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Put down chairs in which nobody sits, before going home. What has a patient or an alert is handed over."""

    def decide(assigned: Assignments, floor: Floor) -> Assignments:
        return rules.release(assigned, floor, who.id, given.chair_ids)

    return await _ask(parts, _about_chairs(who, "assignment.release", given.chair_ids, decide, once))


@router.post("/offers", status_code=201, response_model=OfferShown)
async def make_offer(given: NewOffer, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    """Hand chairs over, have them covered, or name who is on call. Nothing changes before the receiver accepts."""
    now = parts.clock.now_us()
    if given.until is not None and given.until <= now:
        raise bad_value("until", "in_the_past", "Must lie ahead.")
    if given.until is not None and given.kind != "cover":
        raise bad_value("until", "not_taken", "Only a cover has an end.")
    if given.kind == "on_call":
        _require_clinician(parts, who.clinic_id, given.to)
    chair_ids = tuple(dict.fromkeys(given.chair_ids))
    id = new_id(who.clinic_id, once)
    offer = Offer(id, OfferKind(given.kind), who.id, given.to, 0, chair_ids, given.until, given.note)
    return await _ask(parts, _making(who, offer, once))


@router.get("/offers/{id}")
async def show_offer(id: UUID, who: Who, parts: GivenParts) -> OfferShown:
    """One offer, also when it is settled."""
    clinic = parts.pipeline.clinics[who.clinic_id]
    offer = clinic.assigned.offers.get(id) or await parts.reader.assignments.offer(who.clinic_id, id)
    if offer is None:
        raise not_found("offer")
    return offer_shown(clinic, clinic.assigned, floor_of(clinic, parts.clock.now_us()), offer)


@router.post("/offers/{id}/accept", response_model=OfferShown)
async def accept(id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: Acceptance | None = None) -> Response:
    """The receiver accepts alerts and chairs. A chair moves when all its open alerts are accepted."""
    given = given or Acceptance()

    def decide(assigned: Assignments, floor: Floor) -> Assignments:
        return offers.accept(assigned, floor, id, who.id, given.chair_ids, given.alert_ids)

    return await _ask(parts, await _answering(parts, who, id, "accept", decide, once, given.alert_ids))


@router.post("/offers/{id}/decline", response_model=OfferShown)
async def decline(id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: Answering | None = None) -> Response:
    """The receiver does not take it; what is not accepted stays where it is."""

    def decide(assigned: Assignments, floor: Floor) -> Assignments:
        return offers.decline(assigned, floor, id, who.id)

    return await _ask(parts, await _answering(parts, who, id, "decline", decide, once))


@router.post("/offers/{id}/withdraw", response_model=OfferShown)
async def withdraw(id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: Answering | None = None) -> Response:
    """The giver takes back what is not accepted."""

    def decide(assigned: Assignments, floor: Floor) -> Assignments:
        return offers.withdraw(assigned, floor, id, who.id)

    return await _ask(parts, await _answering(parts, who, id, "withdraw", decide, once))


@router.post("/offers/{id}/end", response_model=OfferShown)
async def end(id: UUID, who: Who, parts: GivenParts, once: GivenOnce, given: Answering | None = None) -> Response:
    """A cover is over; either of the two says so. All of it is the owner's again."""

    def decide(assigned: Assignments, floor: Floor) -> Assignments:
        return offers.end(assigned, floor, id, who.id)

    return await _ask(parts, await _answering(parts, who, id, "end", decide, once))


def not_on_shift() -> KatError:
    return KatError(422, "not_on_shift", "Begin your shift first: only who is on shift has chairs.")


def _require_clinician(parts: Parts, clinic_id: UUID, person_id: UUID) -> None:
    user = parts.directory.user_of(clinic_id, person_id)
    if user is None or not user.active or Role.CLINICIAN not in user.roles:
        raise bad_value("to", "no_clinician", "Only a clinician of this clinic is on call.")


def _about_chairs(
    who: Identity, action: str, chair_ids: list[UUID], decide: Decide, once: Once | None, take_over: bool = False
) -> ChangeAssignments:
    details: dict[str, Any] = {"chairs": sorted(map(str, chair_ids))}
    if take_over:
        details["take_over"] = True

    def show(clinic: ClinicState, assigned: Assignments, floor: Floor) -> Answered:
        return Answered(200, _json(assignments_shown(clinic, rules.standing(assigned, floor), floor)))

    return ChangeAssignments(who, action, who.id, decide, show, chair_ids, details=details, once=once)


def _making(
    who: Identity, offer: Offer, once: Once | None, *, take_over: bool = False, receiver: str = "to"
) -> ChangeAssignments:
    def decide(assigned: Assignments, floor: Floor) -> Assignments:
        made = offers.at(offer, floor.now)
        return offers.make(assigned, floor, made, take_over=take_over, receiver=receiver)

    details = {"kind": offer.kind.value, "to": str(offer.receiver_id), "chairs": sorted(map(str, offer.chair_ids))}
    return ChangeAssignments(
        who, "offer.make", offer.id, decide, _one(offer.id, 201), offer.chair_ids, details=details, once=once
    )


async def _answering(
    parts: Parts,
    who: Identity,
    id: UUID,
    verb: str,
    decide: Decide,
    once: Once | None,
    alert_ids: list[UUID] | None = None,
) -> ChangeAssignments:
    """One that is settled says so (409), whenever that was."""
    settled = None
    if id not in parts.pipeline.clinics[who.clinic_id].assigned.offers:
        settled = await parts.reader.assignments.offer(who.clinic_id, id)

    def decided(assigned: Assignments, floor: Floor) -> Assignments:
        if id not in assigned.offers and settled is not None:
            raise offers.closed(settled)
        return decide(assigned, floor)

    details = {"alerts": sorted(map(str, alert_ids))} if alert_ids else {}
    return ChangeAssignments(
        who, f"offer.{verb}", id, decided, _one(id, 200), alert_ids=alert_ids or (), details=details, once=once
    )


def _one(offer_id: UUID, status: int) -> Show:
    def show(clinic: ClinicState, assigned: Assignments, floor: Floor) -> Answered:
        return Answered(status, _json(offer_shown(clinic, assigned, floor, assigned.offers[offer_id])))

    return show


def _json(shown: Shown) -> Any:
    return shown.model_dump(mode="json", by_alias=True)


async def _ask(parts: Parts, work: ChangeAssignments) -> Response:
    answered: Answered = await parts.pipeline.submit(work)
    return JSONResponse(answered.body, answered.status)
