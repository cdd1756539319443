"""Cover, hand-over and being on call: nothing changes hands before the receiver accepts it, alert by alert."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.assignments import Assignment, Assignments, Offer, OfferKind, OfferState, OnCall, TakenAlert
from kat_monitor.errors import KatError, bad_value, not_found, refused
from kat_monitor.rules.assignments import in_force, put, require_free, require_own, without_waiting
from kat_monitor.rules.responsible import Floor, of_alert, of_chair


def at(offer: Offer, now: int) -> Offer:
    """The same, made now."""
    return replace(offer, made_at=now)


def make(
    assigned: Assignments, floor: Floor, offer: Offer, *, take_over: bool = False, receiver: str = "to"
) -> Assignments:
    """The offer stands. Raises KatError 422 for who or what it names, 409 where it is not the giver's to give."""
    if offer.kind is OfferKind.ON_CALL:
        return _offer_on_call(assigned, floor, offer)
    if offer.receiver_id == offer.giver_id:
        raise bad_value(receiver, "yourself", "An offer is made to somebody else.")
    if offer.receiver_id not in floor.on:
        raise bad_value(receiver, "not_on_shift", "Only a nurse or clinician on shift is given chairs.")
    if not offer.chair_ids:
        raise bad_value("chair_ids", "too_short", "Name the chairs.")
    if offer.kind is OfferKind.ASSIGN:
        require_free(assigned, floor, offer.chair_ids, offer.receiver_id, take_over=take_over)
    else:
        require_own(assigned, offer.giver_id, _not_only_alerts(assigned, floor, offer))
    _require_not_offered(assigned, offer.chair_ids)
    return _with(assigned, offer)


def _offer_on_call(assigned: Assignments, floor: Floor, offer: Offer) -> Assignments:
    if offer.chair_ids:
        raise bad_value("chair_ids", "not_taken", "Being on call is about no chair.")
    if any(other.is_open and other.kind is OfferKind.ON_CALL for other in assigned.offers.values()):
        raise refused("offer_open", "Somebody has been asked already: withdraw that offer first.")
    if offer.receiver_id != offer.giver_id:
        return _with(assigned, offer)
    taken = replace(offer, state=OfferState.ACCEPTED, settled_at=floor.now)
    return replace(_with(assigned, taken), on_call=OnCall(offer.receiver_id, floor.now))


def _not_only_alerts(assigned: Assignments, floor: Floor, offer: Offer) -> list[UUID]:
    """Chairs of a hand-over but for those of which the giver has an alert alone: that may be handed on by itself."""
    if offer.kind is not OfferKind.HAND_OVER:
        return list(offer.chair_ids)
    with_alert = {
        chair_id for id, chair_id in floor.alerts.items() if (t := assigned.taken.get(id)) and t.by == offer.giver_id
    }
    return [chair_id for chair_id in offer.chair_ids if chair_id not in with_alert]


def _require_not_offered(assigned: Assignments, chair_ids: Iterable[UUID]) -> None:
    wanted = set(chair_ids)
    for other in assigned.offers.values():
        if other.is_open and wanted & set(other.chair_ids) - set(other.chairs_accepted):
            detail = "One of these chairs is offered already: withdraw that offer first."
            raise refused("offer_open", detail, more={"offer_id": str(other.id)})


def accept(
    assigned: Assignments,
    floor: Floor,
    offer_id: UUID,
    by: UUID,
    chair_ids: Iterable[UUID] | None = None,
    alert_ids: Iterable[UUID] = (),
) -> Assignments:
    """The receiver takes these alerts, then these chairs; without either, all chairs of the offer.

    Raises KatError 409 `alerts_not_accepted` with what has to be accepted first, and then nothing is accepted.
    """
    offer = find(assigned, offer_id)
    require_receiver(offer, by)
    _require_open(offer)
    alerts = list(dict.fromkeys(alert_ids))
    if offer.kind is OfferKind.ON_CALL:
        done = replace(offer, state=OfferState.ACCEPTED, settled_at=floor.now)
        return replace(_with(assigned, done), on_call=OnCall(by, floor.now))
    if by not in floor.on:
        raise refused("not_on_shift", "Begin your shift first.")
    chairs = _chairs_meant(offer, chair_ids, alerts)
    assigned, offer = _accept_alerts(assigned, floor, offer, alerts)
    _require_all_alerts(assigned, floor, offer, chairs)
    for chair_id in chairs:
        assigned, offer = _accept_chair(assigned, floor, offer, chair_id)
    return _with(assigned, without_waiting(offer, floor.now))


def _chairs_meant(offer: Offer, chair_ids: Iterable[UUID] | None, alerts: list[UUID]) -> list[UUID]:
    if chair_ids is None:
        wanted = [] if alerts else list(offer.chair_ids)
    else:
        wanted = list(dict.fromkeys(chair_ids))
    if any(chair_id not in offer.chair_ids for chair_id in wanted):
        raise bad_value("chair_ids", "not_offered", "This chair is not part of the offer.")
    return [chair_id for chair_id in wanted if chair_id not in offer.chairs_accepted]


def _accept_alerts(assigned: Assignments, floor: Floor, offer: Offer, alerts: list[UUID]) -> tuple[Assignments, Offer]:
    waiting = alerts_of(assigned, floor, offer)
    for alert_id in alerts:
        if alert_id not in floor.alerts or alert_id in offer.alerts_accepted:
            # Closed meanwhile, or accepted already.
            continue
        if alert_id not in waiting:
            raise bad_value("alert_ids", "not_offered", "This alert is not part of the offer.")
        offer = replace(offer, alerts_accepted={**offer.alerts_accepted, alert_id: floor.now})
        taken = TakenAlert(offer.receiver_id, floor.now, offer.id)
        assigned = replace(assigned, taken={**assigned.taken, alert_id: taken})
    return assigned, offer


def alerts_of(assigned: Assignments, floor: Floor, offer: Offer) -> list[UUID]:
    """What an offer comprises now: the open alerts of its chairs that are not a third person's."""
    return [
        alert_id
        for alert_id, chair_id in floor.alerts.items()
        if chair_id in offer.chair_ids
        and (alert_id in offer.alerts_accepted or _is_givers(assigned, floor, offer, alert_id, chair_id))
    ]


def _is_givers(assigned: Assignments, floor: Floor, offer: Offer, alert_id: UUID, chair_id: UUID) -> bool:
    person = of_alert(assigned, floor.on, alert_id, chair_id)
    if offer.kind is OfferKind.ASSIGN:
        return person is None or person == of_chair(assigned, floor.on, chair_id)
    return person in (None, offer.giver_id)


def _require_all_alerts(assigned: Assignments, floor: Floor, offer: Offer, chairs: list[UUID]) -> None:
    left = [
        {"alert_id": str(alert_id), "chair_id": str(floor.alerts[alert_id])}
        for alert_id in alerts_of(assigned, floor, offer)
        if floor.alerts[alert_id] in chairs
        and of_alert(assigned, floor.on, alert_id, floor.alerts[alert_id]) != offer.receiver_id
    ]
    if left:
        raise refused("alerts_not_accepted", "Accept the open alerts of the chair first.", more={"alerts": left})


def _accept_chair(assigned: Assignments, floor: Floor, offer: Offer, chair_id: UUID) -> tuple[Assignments, Offer]:
    """It moves. What its giver or receiver had of its alerts alone goes with it."""
    offer = replace(offer, chairs_accepted={**offer.chairs_accepted, chair_id: floor.now})
    before = assigned.chairs.get(chair_id)
    owner = None if before is None else before.nurse_id
    if offer.kind is OfferKind.COVER and before is not None:
        after = replace(before, covered_by=offer.receiver_id, offer_id=offer.id, since=floor.now)
    elif offer.kind is OfferKind.ASSIGN or owner == offer.giver_id:
        after = Assignment(chair_id, offer.receiver_id, floor.now)
    else:
        # Only an alert was the giver's to give.
        return assigned, offer
    pair = (offer.giver_id, offer.receiver_id)
    taken = {id: t for id, t in assigned.taken.items() if not (floor.alerts.get(id) == chair_id and t.by in pair)}
    return replace(assigned, chairs={**assigned.chairs, chair_id: after}, taken=taken), offer


def decline(assigned: Assignments, floor: Floor, offer_id: UUID, by: UUID) -> Assignments:
    """The receiver does not want it: what is accepted already stays accepted, the rest stays with the giver."""
    offer = find(assigned, offer_id)
    require_receiver(offer, by)
    return _close(assigned, floor, offer, OfferState.DECLINED)


def withdraw(assigned: Assignments, floor: Floor, offer_id: UUID, by: UUID) -> Assignments:
    """The giver takes back what has not been accepted."""
    offer = find(assigned, offer_id)
    if by != offer.giver_id:
        raise KatError(403, "not_yours", "Only who made an offer withdraws it.")
    return _close(assigned, floor, offer, OfferState.WITHDRAWN)


def _close(assigned: Assignments, floor: Floor, offer: Offer, state: OfferState) -> Assignments:
    _require_open(offer)
    if offer.kind is OfferKind.COVER and offer.chairs_accepted:
        # It covers what was accepted, until it ends.
        rest = tuple(chair for chair in offer.chair_ids if chair in offer.chairs_accepted)
        return _with(assigned, without_waiting(replace(offer, chair_ids=rest), floor.now))
    return _with(assigned, replace(offer, state=state, settled_at=floor.now))


def end(assigned: Assignments, floor: Floor, offer_id: UUID, by: UUID) -> Assignments:
    """A cover is over: its chairs, and the alerts accepted with it, are the owner's again."""
    offer = find(assigned, offer_id)
    if by not in (offer.giver_id, offer.receiver_id):
        raise KatError(403, "not_yours", "Only the two of them end a cover.")
    if not in_force(assigned, offer):
        raise refused("not_in_force", "Nothing of this is in force.")
    chairs = {
        chair_id: replace(a, covered_by=None, offer_id=None, since=floor.now) if a.offer_id == offer.id else a
        for chair_id, a in assigned.chairs.items()
    }
    taken = {id: t for id, t in assigned.taken.items() if t.offer_id != offer.id}
    over = replace(offer, state=OfferState.ENDED, settled_at=floor.now)
    return _with(replace(assigned, chairs=chairs, taken=taken), over)


def went_off(assigned: Assignments, floor: Floor, person: UUID) -> Assignments:
    """Whoever ends their shift declines what was offered to them: nobody waits for an answer that cannot come.

    Where it was ended for them with chairs in their hands (the account was closed), these have no nurse from now on;
    what they covered goes back.
    """
    for assignment in list(assigned.chairs.values()):
        if assignment.nurse_id == person:
            covered_by, offer_id = assignment.covered_by, assignment.offer_id
            left = Assignment(assignment.chair_id, None, floor.now, covered_by, offer_id)
            assigned = put(assigned, floor, left)
        elif assignment.covered_by == person:
            back = Assignment(assignment.chair_id, assignment.nurse_id, floor.now)
            assigned = put(assigned, floor, back)
    assigned = replace(assigned, taken={id: t for id, t in assigned.taken.items() if t.by != person})
    for offer in list(assigned.offers.values()):
        if offer.is_open and offer.receiver_id == person and offer.kind is not OfferKind.ON_CALL:
            assigned = _close(assigned, floor, offer, OfferState.DECLINED)
    return assigned


def find(assigned: Assignments, offer_id: UUID) -> Offer:
    """Raises KatError 404 for one that nobody made, or that was settled long ago."""
    offer = assigned.offers.get(offer_id)
    if offer is None:
        raise not_found("offer")
    return offer


def require_receiver(offer: Offer, by: UUID) -> None:
    if by != offer.receiver_id:
        raise KatError(403, "not_receiver", "Only who was asked can answer.")


def _require_open(offer: Offer) -> None:
    if not offer.is_open:
        raise closed(offer)


def closed(offer: Offer) -> KatError:
    """409 with how it was settled."""
    return refused("offer_closed", "This offer is settled.", more={"state": offer.state.value})


def _with(assigned: Assignments, offer: Offer) -> Assignments:
    return replace(assigned, offers={**assigned.offers, offer.id: offer})
