"""What is told to the outside about an escalation: codes and places, nobody's name."""

from typing import Any

from kat_monitor.domain.alerts import Alert, technical_alert_id
from kat_monitor.store.batch import Notice


def notice(alert: Alert, level: int, wall: int, chair: str | None) -> Notice:
    """What the webhook says: codes and places, no names, no numbers that identify."""
    payload: dict[str, Any] = {
        "alert_id": str(alert.id),
        "level": level,
        "limit": alert.limit,
        "kind": alert.kind.value,
        "priority": alert.priority.value,
        "chair": chair,
    }
    return Notice(
        id=technical_alert_id(alert.clinic_id, "notice", str(alert.id), str(level)),
        clinic_id=alert.clinic_id,
        alert_id=alert.id,
        level=level,
        payload=payload,
        due_at=wall,
    )
