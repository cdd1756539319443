"""Who is responsible for a chair and for an alert now, and where that person is to be told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.assignments import Assignments

EVERYWHERE = frozenset({"emergency", "chair_without_nurse", "nobody_watching", "nobody_audible", "not_recording"})
"""Codes that are everybody's from the first moment."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What decisions about who has which chair are made on."""

    now: int
    on: Collection[UUID] = frozenset()
    """People on shift who may have chairs."""
    alerts: Mapping[UUID, UUID] = field(default_factory=dict)
    """Open alerts with a chair -> the chair."""
    occupied: Collection[UUID] = frozenset()
    """Chairs with an open session."""


def of_chair(assigned: Assignments, on: Collection[UUID], chair_id: UUID) -> UUID | None:
    """The one person; None when nobody on shift has it."""
    assignment = assigned.chairs.get(chair_id)
    person = None if assignment is None else assignment.responsible_id
    return person if person in on else None


def of_alert(assigned: Assignments, on: Collection[UUID], alert_id: UUID, chair_id: UUID | None) -> UUID | None:
    """Who accepted it out of an offer, else who has its chair."""
    taken = assigned.taken.get(alert_id)
    if taken is not None and taken.by in on:
        return taken.by
    return None if chair_id is None else of_chair(assigned, on, chair_id)


def held(assigned: Assignments, floor: Floor, person: UUID) -> tuple[list[UUID], list[UUID]]:
    """(chairs, open alerts) that a person has: theirs, covered or not, what they cover, what they accepted alone."""
    chairs = [a.chair_id for a in assigned.chairs.values() if person in (a.nurse_id, a.covered_by)]
    alerts = [
        alert_id for alert_id, chair in floor.alerts.items() if of_alert(assigned, floor.on, alert_id, chair) == person
    ]
    return sorted(chairs), sorted(alerts)


def sounds_at(
    alert: Alert, assigned: Assignments, stations: Mapping[UUID, UUID | None], audible: Collection[UUID]
) -> list[UUID] | None:
    """The stations where an alert sounds; None: everywhere. `stations`: person on shift -> where they are on.

    It is narrowed only while the responsible person's own station is known to sound: in doubt it sounds everywhere.
    """
    if alert.escalation > 0 or alert.chair_id is None or alert.limit in EVERYWHERE:
        return None
    person = of_alert(assigned, stations, alert.id, alert.chair_id)
    station = None if person is None else stations[person]
    return None if station is None or station not in audible else [station]
