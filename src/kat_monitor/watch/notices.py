"""What is told to the outside about an escalation: codes and places, nobody's name."""

from typing import Any, Protocol

from kat_monitor.domain.alerts import Alert, technical_alert_id
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import called_of
from kat_monitor.store.batch import Batch, Notice

CLINICIAN_LEVEL = 2


class BatchTurn(Protocol):
    """What telling the outside needs of the writer's turn."""

    batch: Batch


def tell(turn: BatchTurn, clinic: ClinicState, alert: Alert, wall: int) -> None:
    """Queue the webhook for an alert that has been escalated to the clinician on call."""
    if alert.escalation >= CLINICIAN_LEVEL:
        chair = None if alert.chair_id is None else clinic.chairs.get(alert.chair_id)
        label = None if chair is None else chair.label
        turn.batch.notices.append(notice(clinic, alert, alert.escalation, wall, label))


def notice(clinic: ClinicState, alert: Alert, level: int, wall: int, chair: str | None) -> Notice:
    """What the webhook says: codes and places, no names, no numbers that identify. `on_call`: whose account to call."""
    called = called_of(clinic, clinic.assigned)
    payload: dict[str, Any] = {
        "alert_id": str(alert.id),
        "level": level,
        "limit": alert.limit,
        "kind": alert.kind.value,
        "priority": alert.priority.value,
        "chair": chair,
        "on_call": None if called is None else str(called),
    }
    return Notice(
        id=technical_alert_id(alert.clinic_id, "notice", str(alert.id), str(level)),
        clinic_id=alert.clinic_id,
        alert_id=alert.id,
        level=level,
        payload=payload,
        due_at=wall,
    )
