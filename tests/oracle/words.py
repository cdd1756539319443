"""What the oracle says: an alert as the design makes it, a fault in a journal, and the times the design fixes."""

from dataclasses import dataclass
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertState
from kat_monitor.domain.vitals import Priority

SECOND = 1_000_000
MINUTE = 60 * SECOND

GAP_LEAST = 15 * SECOND
PREVIOUS_WITHIN = 10 * MINUTE
SYMPTOM_WITHIN = 10 * MINUTE
RATE_FROM = 1 * MINUTE
RATE_TO = 15 * MINUTE
LATE_AFTER = 60 * SECOND
LATE_AFTER_BY_HAND = 10 * MINUTE
RED_FLAG = "red_flag"
NURSE = "nurse"
NOT_CONFIRMED = "not_confirmed"
RED_FLAG_TERMS = frozenset(
    {
        "chest_pain",
        "breathlessness",
        "severe_headache",
        "visual_loss",
        "new_confusion",
        "seizure",
        "weakness",
        "speech_change",
        "collapse",
    }
)


class JournalError(Exception):
    """The journal itself is wrong: a timer is missing, doubled or false, or an acknowledgement names no alert."""


@dataclass(frozen=True, slots=True)
class Version:
    """The numbers of a limit that were in force at one time (tenths; `baseline` None for the absolute kinds)."""

    value: int
    clear: int
    baseline: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """One alert as the design wants it. Times in microseconds, values in tenths."""

    id: UUID
    limit: str
    source: str
    limit_priority: Priority
    state: AlertState
    priority: Priority
    opened_at: int
    raised_at: int
    value: int | None = None
    worst_value: int | None = None
    ended_at: int | None = None
    returned_at: int | None = None
    closed_at: int | None = None
    closed_reason: str | None = None
    unconfirmed: bool = False
    confirm_by: int | None = None
    acknowledged_at: int | None = None
    acknowledged_by: UUID | None = None
    acknowledged_value: int | None = None
    rearmed: tuple[int, ...] = ()
    suppressed: bool = False
    late: bool = False
    found_after_end: bool = False
    reviewed: tuple[tuple[int, int], ...] = ()

    @property
    def provisional(self) -> bool:
        return self.state is AlertState.PROVISIONAL

    @property
    def lasting(self) -> bool:
        """The condition is still there: provisional or active."""
        return self.state in (AlertState.PROVISIONAL, AlertState.ACTIVE)


def expected_from(alert: Alert) -> Expected:
    """An alert that a review put into the journal, in the oracle's words."""
    return Expected(
        id=alert.id,
        limit=alert.limit,
        source=alert.source,
        limit_priority=alert.limit_priority,
        state=alert.state,
        priority=alert.priority,
        opened_at=alert.opened_at,
        raised_at=alert.raised_at,
        value=alert.value,
        worst_value=alert.worst_value,
        ended_at=alert.ended_at,
        returned_at=alert.returned_at,
        unconfirmed=alert.unconfirmed,
        late=alert.late,
        found_after_end=alert.found_after_end,
    )
