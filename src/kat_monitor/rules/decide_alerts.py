"""Acknowledging and escalating a physiological alert, by a named person (design 6.5)."""

from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.commands import AcknowledgeAlert, EscalateAlert
from kat_monitor.domain.journal import Acknowledged, Escalated
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.errors import not_found, refused
from kat_monitor.rules.decision import Asked, Decision
from kat_monitor.rules.engine import acknowledge_value

ON_CALL = 2
"""The highest level of escalation: the clinician on call."""


def acknowledge(asked: Asked, request: AcknowledgeAlert) -> Decision:
    """Raises KatError 404, 409 `already_acknowledged` (who was first is in the detail) or `already_closed`."""
    alert = _alert(asked, request.alert_id)
    if alert.acknowledged_by is not None and alert.acknowledged_at is not None:
        detail = f"Acknowledged by {alert.acknowledged_by} at {to_rfc3339(alert.acknowledged_at)}."
        raise refused("already_acknowledged", detail)
    if not alert.is_open:
        raise refused("already_closed", "The alert is closed.")
    entry = Acknowledged(
        position=0,
        session_id=asked.state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        alert_id=alert.id,
        note=request.note,
        value=acknowledge_value(asked.state.limits, alert),
    )
    return Decision(entries=(entry,))


def escalate(asked: Asked, request: EscalateAlert) -> Decision:
    """By hand it goes to the clinician on call. Raises KatError 404, 409 `already_closed` or `already_escalated`."""
    alert = _alert(asked, request.alert_id)
    if not alert.is_open:
        raise refused("already_closed", "The alert is closed.")
    if alert.escalation >= ON_CALL:
        raise refused("already_escalated", "The clinician on call has been told.")
    entry = Escalated(
        position=0,
        session_id=asked.state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        alert_id=alert.id,
        level=ON_CALL,
    )
    return Decision(entries=(entry,))


def _alert(asked: Asked, alert_id: UUID) -> Alert:
    alert = asked.state.limits.alerts.get(alert_id)
    if alert is None and asked.facts.alert is not None and asked.facts.alert.id == alert_id:
        alert = asked.facts.alert
    if alert is None or alert.session_id != asked.state.id:
        raise not_found("alert")
    return alert
