"""How assignments and offers look in answers."""

from uuid import UUID

from pydantic import Field

from kat_monitor.api.fields import Shown, TimeOut
from kat_monitor.domain.assignments import Assignments, Offer
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import called_of
from kat_monitor.rules.offers import alerts_of
from kat_monitor.rules.responsible import Floor, of_chair


class Named(Shown):
    id: UUID
    name: str | None


class ChairAssigned(Shown):
    chair_id: UUID
    label: str
    nurse: Named | None
    """Whose chair it is."""
    covered_by: Named | None
    """Who has it meanwhile."""
    since: TimeOut | None
    on_shift: bool
    """Whether the one who is responsible now is on shift."""


class ChairOffered(Shown):
    chair_id: UUID
    label: str | None
    accepted_at: TimeOut | None


class AlertOffered(Shown):
    alert_id: UUID
    chair_id: UUID | None
    """Null once the alert is closed."""
    accepted_at: TimeOut | None


class OfferShown(Shown):
    id: UUID
    kind: str
    """`assign`, `hand_over`, `cover` or `on_call`."""
    giver: Named = Field(serialization_alias="from")
    to: Named
    chairs: list[ChairOffered]
    alerts: list[AlertOffered]
    """The open alerts of its chairs, as they come and go while it is open."""
    made_at: TimeOut
    until: TimeOut | None
    note: str | None
    state: str
    """`open`, `accepted`, `declined`, `withdrawn` or `ended`."""
    settled_at: TimeOut | None


class AssignmentsShown(Shown):
    chairs: list[ChairAssigned]
    on_call: Named | None
    offers: list[OfferShown]
    """Open ones, and covers in force."""


def named(clinic: ClinicState, person_id: UUID) -> Named:
    return Named(id=person_id, name=clinic.people.get(person_id))


def assignments_shown(clinic: ClinicState, assigned: Assignments, floor: Floor) -> AssignmentsShown:
    called = called_of(clinic, assigned)
    offers = sorted(assigned.offers.values(), key=lambda offer: (offer.made_at, offer.id))
    return AssignmentsShown(
        chairs=[
            _chair(clinic, assigned, floor, chair_id)
            for chair_id in sorted(clinic.chairs, key=lambda id: (clinic.chairs[id].label, id))
        ],
        on_call=None if called is None else named(clinic, called),
        offers=[offer_shown(clinic, assigned, floor, offer) for offer in offers],
    )


def _chair(clinic: ClinicState, assigned: Assignments, floor: Floor, chair_id: UUID) -> ChairAssigned:
    has = assigned.chairs.get(chair_id)
    nurse_id, covered_by = (None, None) if has is None else (has.nurse_id, has.covered_by)
    return ChairAssigned(
        chair_id=chair_id,
        label=clinic.chairs[chair_id].label,
        nurse=None if nurse_id is None else named(clinic, nurse_id),
        covered_by=None if covered_by is None else named(clinic, covered_by),
        since=None if has is None else has.since,
        on_shift=of_chair(assigned, floor.on, chair_id) is not None,
    )


def offer_shown(clinic: ClinicState, assigned: Assignments, floor: Floor, offer: Offer) -> OfferShown:
    now = alerts_of(assigned, floor, offer) if offer.is_open else []
    alerts = sorted({*offer.alerts_accepted, *now})
    return OfferShown(
        id=offer.id,
        kind=offer.kind.value,
        giver=named(clinic, offer.giver_id),
        to=named(clinic, offer.receiver_id),
        chairs=[
            ChairOffered(
                chair_id=chair_id,
                label=clinic.chairs[chair_id].label if chair_id in clinic.chairs else None,
                accepted_at=offer.chairs_accepted.get(chair_id),
            )
            for chair_id in offer.chair_ids
        ],
        alerts=[
            AlertOffered(
                alert_id=alert_id,
                chair_id=floor.alerts.get(alert_id),
                accepted_at=offer.alerts_accepted.get(alert_id),
            )
            for alert_id in alerts
        ],
        made_at=offer.made_at,
        until=offer.until,
        note=offer.note,
        state=offer.state.value,
        settled_at=offer.settled_at,
    )
