"""What decisions about responsibility are made on, gathered from a clinic's memory."""

from uuid import UUID

from kat_monitor.domain.assignments import Assignments
from kat_monitor.domain.registry import Role
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.responsible import Floor

NOBODYS = frozenset({"chair_without_nurse"})
"""Alerts that nobody has to accept: they end when somebody has the chair."""


def floor_of(clinic: ClinicState, now: int) -> Floor:
    """Who is on, which alerts are open at which chair, where somebody sits."""
    # One behind a higher one is not shown, and goes with the chair.
    alerts = {
        alert.id: state.chair_id
        for state in clinic.sessions.values()
        for alert in state.limits.alerts.values()
        if not alert.suppressed
    }
    for alert in clinic.technical.values():
        if alert.chair_id is not None and alert.limit not in NOBODYS:
            alerts[alert.id] = alert.chair_id
    occupied = {state.chair_id for state in clinic.sessions.values() if state.is_open}
    return Floor(now, clinic.duty.shifts, alerts, occupied)


def called_of(clinic: ClinicState, assigned: Assignments) -> UUID | None:
    """The clinician on call; nobody once their account is closed or is no clinician's any more."""
    called = assigned.on_call
    known = called is not None and Role.CLINICIAN in clinic.roles.get(called.person_id, ())
    return called.person_id if called is not None and known else None
