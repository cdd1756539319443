"""How an alert looks in answers: as it is recorded, with what is coming of it and where it sounds."""

from uuid import UUID

from kat_monitor.api.parts import Parts
from kat_monitor.domain.alerts import Alert
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.view import Json, alert_view


def alert_shown(parts: Parts, clinic_id: UUID, alert: Alert) -> Json:
    """Without names: these are put in on the way out."""
    clinic = parts.pipeline.clinics[clinic_id]
    return {**alert_view(alert), **coming(parts, clinic, alert)}


def coming(parts: Parts, clinic: ClinicState, alert: Alert) -> Json:
    """`remind_at`, `escalates_at`, `escalates_to`, `sounds_at`."""
    return parts.hub.feed(clinic).told_alerts.coming(clinic, alert)
