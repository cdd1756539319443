"""What screens are told of who has which chair, what is offered, who is on call, and whether the day was opened."""

from uuid import UUID

from kat_monitor.domain.assignments import Assignment, Offer
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.live.tile import Json
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import called_of

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
        "offers": [_offer(clinic, offer) for offer in sorted(assigned.offers.values(), key=_in_order)],
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


def _offer(clinic: ClinicState, offer: Offer) -> Json:
    """Enough to ask the receiver; its alerts are asked for."""
    return {
        "id": str(offer.id),
        "kind": offer.kind.value,
        "from": _named(clinic, offer.giver_id),
        "to": _named(clinic, offer.receiver_id),
        "chair_ids": [str(chair_id) for chair_id in offer.chair_ids],
        "state": offer.state.value,
    }


def _in_order(offer: Offer) -> tuple[int, UUID]:
    return offer.made_at, offer.id


def _named(clinic: ClinicState, person_id: UUID) -> Json:
    return {"id": str(person_id), "name": clinic.people.get(person_id)}
