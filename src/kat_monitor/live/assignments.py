"""What screens are told of who has which chair, what is offered, who is on call, and whether the day was opened."""

from uuid import UUID

from kat_monitor.domain.assignments import Assignment, Offer
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.live.tile import Json
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import called_of, floor_of
from kat_monitor.rules.offers import alerts_of
from kat_monitor.rules.responsible import Floor

OPENED_FOR_US = 16 * 60 * MINUTE_US
"""A check signed longer ago is another day's, whatever the clinic's time zone."""


def assignments_said(clinic: ClinicState, now: int) -> Json:
    """Its part of the `system` frame. Chairs whose nurse is not on shift have none."""
    assigned, check = clinic.assigned, clinic.opening_check
    if check is not None and now - check.signed_at >= OPENED_FOR_US:
        check = None
    called = called_of(clinic, assigned)
    return {
        "assignments": {
            str(chair_id): _assignment(clinic, assignment)
            for chair_id, assignment in sorted(assigned.chairs.items())
            if assignment.responsible_id in clinic.duty.shifts
        },
        "offers": _offers(clinic, now),
        "on_call": None if called is None else _named(clinic, called),
        "opening_check": None
        if check is None
        else {
            "signed_at": to_rfc3339(check.signed_at),
            "by_name": clinic.people.get(check.by),
        },
    }


def _assignment(clinic: ClinicState, assignment: Assignment) -> Json:
    nurse, cover = assignment.nurse_id, assignment.covered_by
    return {
        "nurse_id": None if nurse is None else str(nurse),
        "name": None if nurse is None else clinic.people.get(nurse),
        "covered_by": None if cover is None else str(cover),
        "covered_by_name": None if cover is None else clinic.people.get(cover),
    }


def _offers(clinic: ClinicState, now: int) -> list[Json]:
    offers = sorted(clinic.assigned.offers.values(), key=_in_order)
    if not offers:
        return []
    floor = floor_of(clinic, now)
    return [_offer(clinic, floor, offer) for offer in offers]


def _offer(clinic: ClinicState, floor: Floor, offer: Offer) -> Json:
    """As the receiver is asked, chair by chair and alert by alert; but for its note, which may name a patient."""
    waiting = alerts_of(clinic.assigned, floor, offer) if offer.is_open else []
    return {
        "id": str(offer.id),
        "kind": offer.kind.value,
        "from": _named(clinic, offer.giver_id),
        "to": _named(clinic, offer.receiver_id),
        "chairs": [
            {
                "chair_id": str(chair_id),
                "label": clinic.chairs[chair_id].label if chair_id in clinic.chairs else None,
                "accepted_at": _time(offer.chairs_accepted.get(chair_id)),
            }
            for chair_id in offer.chair_ids
        ],
        "alerts": [
            {
                "alert_id": str(alert_id),
                "chair_id": _text(floor.alerts.get(alert_id)),
                "accepted_at": _time(offer.alerts_accepted.get(alert_id)),
            }
            for alert_id in sorted({*offer.alerts_accepted, *waiting})
        ],
        "state": offer.state.value,
    }


def _time(at: int | None) -> str | None:
    return None if at is None else to_rfc3339(at)


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)


def _in_order(offer: Offer) -> tuple[int, UUID]:
    return offer.made_at, offer.id


def _named(clinic: ClinicState, person_id: UUID) -> Json:
    return {"id": str(person_id), "name": clinic.people.get(person_id)}
