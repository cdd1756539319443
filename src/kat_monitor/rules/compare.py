"""Whether two lists of alerts say the same: the fold beside the record, at restart and in `kat-monitor verify`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kat_monitor.domain.alerts import Alert

COMPARED = (
    "limit",
    "source",
    "chair_id",
    "priority",
    "limit_priority",
    "state",
    "opened_at",
    "raised_at",
    "ended_at",
    "confirm_by",
    "closed_reason",
    "value",
    "limit_value",
    "worst_value",
    "acknowledged_by",
    "acknowledged_at",
    "acknowledged_value",
    "reminded_at",
    "escalation",
    "suppressed",
    "late",
    "unconfirmed",
    "found_after_end",
    "reviewed_from",
    "reviewed_to",
)
"""What the fold alone decides. Texts and what a screen needs beside are not compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one alert; `field` is `missing` or `unexpected` for a whole alert."""

    alert_id: UUID
    limit: str
    field: str
    folded: Any
    stored: Any


def differences(folded: Sequence[Alert], stored: Sequence[Alert]) -> list[Difference]:
    """Empty when the same alerts stand the same."""
    by_id = {alert.id: alert for alert in stored}
    found = []
    for alert in folded:
        other = by_id.pop(alert.id, None)
        if other is None:
            found.append(Difference(alert.id, alert.limit, "missing", alert.state, None))
            continue
        found += [
            Difference(alert.id, alert.limit, name, getattr(alert, name), getattr(other, name))
            for name in COMPARED
            if getattr(alert, name) != getattr(other, name)
        ]
    found += [Difference(a.id, a.limit, "unexpected", None, a.state) for a in by_id.values()]
    return found
