"""What decisions about responsibility are made on, gathered from a clinic's memory."""

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
