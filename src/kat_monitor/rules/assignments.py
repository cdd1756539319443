"""How a chair gets a nurse at once: taken, taken over, by a check-in, by a patient who is moved; and put down again."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.assignments import Assignment, Assignments, Offer, OfferKind, OfferState
from kat_monitor.errors import refused
from kat_monitor.rules.responsible import Floor, of_chair


def take(assigned: Assignments, floor: Floor, by: UUID, chair_ids: Iterable[UUID], *, take_over: bool) -> Assignments:
    """`by` has these chairs from now on. Raises KatError 409 `chair_taken`: nothing is taken then."""
    wanted = list(dict.fromkeys(chair_ids))
    require_free(assigned, floor, wanted, by, take_over=take_over)
    for chair_id in wanted:
        if _nurse_of(assigned, chair_id) != by or of_chair(assigned, floor.on, chair_id) != by:
            assigned = put(assigned, floor, Assignment(chair_id, by, floor.now))
    return assigned


def require_free(assigned: Assignments, floor: Floor, chair_ids: Iterable[UUID], by: UUID, *, take_over: bool) -> None:
    """Raises KatError 409 `chair_taken` with the chairs that somebody else on shift has."""
    taken = [
        {"chair_id": str(chair_id), "nurse_id": str(person)}
        for chair_id in chair_ids
        if (person := _somebody_else(assigned, floor, chair_id, by)) is not None
    ]
    if taken and not take_over:
        raise refused("chair_taken", "Somebody on shift has one of these chairs.", more={"chairs": taken})


def _somebody_else(assigned: Assignments, floor: Floor, chair_id: UUID, by: UUID) -> UUID | None:
    """Who on shift has the chair or covers it, if it is not `by` alone."""
    assignment = assigned.chairs.get(chair_id)
    both = () if assignment is None else (assignment.covered_by, assignment.nurse_id)
    return next((person for person in both if person is not None and person != by and person in floor.on), None)


def release(assigned: Assignments, floor: Floor, by: UUID, chair_ids: Iterable[UUID]) -> Assignments:
    """Put down chairs in which nobody sits. Raises KatError 409 `not_yours`, `covered` or `chair_in_use`."""
    wanted = list(dict.fromkeys(chair_ids))
    require_own(assigned, by, wanted)
    busy = {*floor.occupied, *floor.alerts.values()}
    in_use = [str(chair_id) for chair_id in wanted if chair_id in busy]
    if in_use:
        detail = "A chair with a patient or an open alert is handed over, not put down."
        raise refused("chair_in_use", detail, more={"chair_ids": in_use})
    for chair_id in wanted:
        assigned = put(assigned, floor, Assignment(chair_id, None, floor.now))
    return assigned


def require_own(assigned: Assignments, by: UUID, chair_ids: Iterable[UUID]) -> None:
    """Raises KatError 409 for chairs that `by` does not have, or that somebody covers."""
    wanted = list(chair_ids)
    not_own = [str(c) for c in wanted if _nurse_of(assigned, c) != by]
    if not_own:
        raise refused("not_yours", "Only who has a chair gives it away.", more={"chair_ids": not_own})
    covered = [str(c) for c in wanted if assigned.chairs[c].covered_by is not None]
    if covered:
        raise refused(
            "covered", "Somebody covers one of these chairs: end the cover first.", more={"chair_ids": covered}
        )


def check_in(assigned: Assignments, floor: Floor, by: UUID, chair_id: UUID) -> Assignments:
    """Who checks a patient in has the chair, if they are on shift and nobody on shift has it."""
    if by not in floor.on or of_chair(assigned, floor.on, chair_id) is not None:
        return assigned
    return put(assigned, floor, Assignment(chair_id, by, floor.now))


def move(assigned: Assignments, floor: Floor, from_chair: UUID, to_chair: UUID) -> Assignments:
    """The nurse goes with a patient who is moved: nobody gets a patient whom they have not accepted.

    Whoever had the chair moved to is offered the patient by hand-over, like any other. A patient whom nobody on shift
    has belongs to the nurse of the chair they come to.
    """
    mine = assigned.chairs.get(from_chair)
    if mine is None or of_chair(assigned, floor.on, from_chair) is None:
        return assigned
    there = assigned.chairs.get(to_chair)
    if there is not None and (there.nurse_id, there.covered_by) == (mine.nurse_id, mine.covered_by):
        return assigned
    return put(assigned, floor, replace(mine, chair_id=to_chair, since=floor.now))


def put(assigned: Assignments, floor: Floor, assignment: Assignment) -> Assignments:
    """The chair changes hands; what was offered about it as another's is off."""
    changed = replace(assigned, chairs={**assigned.chairs, assignment.chair_id: assignment})
    return _end_empty_covers(_without_offers(changed, assignment.chair_id, floor.now), floor.now)


def _without_offers(assigned: Assignments, chair_id: UUID, now: int) -> Assignments:
    """Open offers lose a chair that went another way; one that loses all is withdrawn."""
    offers = dict(assigned.offers)
    for offer in assigned.offers.values():
        if offer.is_open and chair_id in offer.chair_ids and chair_id not in offer.chairs_accepted:
            left = tuple(chair for chair in offer.chair_ids if chair != chair_id)
            offers[offer.id] = without_waiting(replace(offer, chair_ids=left), now)
    return replace(assigned, offers=offers)


def without_waiting(offer: Offer, now: int) -> Offer:
    """Settled when none of its chairs waits any more."""
    if any(chair_id not in offer.chairs_accepted for chair_id in offer.chair_ids):
        return offer
    state = OfferState.ACCEPTED if offer.chair_ids else OfferState.WITHDRAWN
    return replace(offer, state=state, settled_at=now)


def in_force(assigned: Assignments, offer: Offer) -> bool:
    """A cover of which something still holds."""
    if offer.kind is not OfferKind.COVER:
        return False
    chairs = any(a.covered_by is not None and a.offer_id == offer.id for a in assigned.chairs.values())
    return chairs or any(taken.offer_id == offer.id for taken in assigned.taken.values())


def _end_empty_covers(assigned: Assignments, now: int) -> Assignments:
    offers = {
        id: replace(offer, state=OfferState.ENDED, settled_at=now)
        if offer.state is OfferState.ACCEPTED and offer.kind is OfferKind.COVER and not in_force(assigned, offer)
        else offer
        for id, offer in assigned.offers.items()
    }
    return replace(assigned, offers=offers)


def standing(assigned: Assignments, floor: Floor) -> Assignments:
    """Without what is settled: open offers, covers in force and open alerts stay in memory."""
    assigned = replace(assigned, taken={id: taken for id, taken in assigned.taken.items() if id in floor.alerts})
    kept = {id: offer for id, offer in assigned.offers.items() if offer.is_open or in_force(assigned, offer)}
    return replace(assigned, offers=kept)


def _nurse_of(assigned: Assignments, chair_id: UUID) -> UUID | None:
    assignment = assigned.chairs.get(chair_id)
    return None if assignment is None else assignment.nurse_id
