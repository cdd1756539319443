"""When an alert nobody took goes further, and when one somebody took reminds them (design 6.5); arithmetic only."""

from kat_monitor.domain.alerts import Alert, AlertState
from kat_monitor.domain.protocol import Escalation
from kat_monitor.domain.vitals import SECOND_US, Priority


def next_escalation(alert: Alert, rules: Escalation, *, unheard: bool) -> tuple[int, int] | None:
    """(level, due_at in microseconds) of the next step; None unless active, unacknowledged and unsuppressed.

    `unheard`: no station is audible, so the times are multiplied by the pack's factor.
    """
    if alert.state is not AlertState.ACTIVE or alert.active_at is None:
        return None
    if alert.acknowledged or alert.suppressed or alert.late:
        return None
    after_s = _after_s(alert.priority, alert.escalation, rules)
    if after_s is None:
        return None
    factor = rules.unheard_factor if unheard else 1.0
    return alert.escalation + 1, alert.active_at + round(after_s * factor * SECOND_US)


def _after_s(priority: Priority, level: int, rules: Escalation) -> float | None:
    """Seconds from becoming active to level + 1."""
    if priority is Priority.HIGH:
        return (rules.high_stations_s, rules.high_clinician_s, None)[min(level, 2)]
    if priority is Priority.MEDIUM and level == 0:
        return rules.medium_s
    return None


def next_reminder(alert: Alert, rules: Escalation, *, is_cuff: bool) -> int | None:
    """When the one burst of sound after an acknowledgement is due (microseconds), or None.

    For cuff sources this is the latest time; a breaching reading may bring it forward (`engine.step` reports it as
    `reminded`).
    """
    if alert.state is not AlertState.ACTIVE or alert.acknowledged_at is None or alert.suppressed:
        return None
    if alert.reminded_at is not None or alert.priority is Priority.LOW:
        return None
    if is_cuff:
        after_s = rules.remind_cuff_at_s
    else:
        after_s = rules.remind_high_s if alert.priority is Priority.HIGH else rules.remind_medium_s
    return alert.acknowledged_at + round(after_s * SECOND_US)
