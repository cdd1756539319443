"""An alert: one episode of one limit from one source, or one technical condition, and every step of its life."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from kat_monitor.domain.vitals import Phase, Priority


class AlertKind(StrEnum):
    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


class AlertState(StrEnum):
    """provisional → active → returned (gone, nobody has acknowledged) → closed (design 6.5)."""

    PROVISIONAL = "provisional"
    ACTIVE = "active"
    RETURNED = "returned"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self is not AlertState.CLOSED


class Step(StrEnum):
    """Names of transitions, stored with each appended row."""

    OPENED = "opened"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    """Became active because the confirming time passed without a reading."""
    NOT_CONFIRMED = "not_confirmed"
    WORSE = "worse"
    """worst_value moved; no change of state."""
    REARMED = "rearmed"
    RAISED_PRIORITY = "raised_priority"
    ENDED = "ended"
    CLOSED = "closed"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    REVIEWED = "reviewed"
    APPENDED = "appended"
    SUPPRESSED = "suppressed"
    """A higher limit of the same metric, direction and source opened: this one neither sounds nor escalates."""
    RELEASED = "released"
    """That higher one ended: the escalation clock starts here."""
    MOVED = "moved"
    """Its patient went to another chair, and the alert with them."""


@dataclass(frozen=True, slots=True)
class Alert:
    """The alert as it stands. Times in microseconds; values in tenths of the metric's unit (rate: per minute).

    `opened_at` is the `effective_at` of the first breaching reading, which with (session, limit, source) gives the id.
    `raised_at, returned_at, closed_at, acknowledged_at` are commit times, `ended_at` the `effective_at` of the ending
    reading or the session's end. `priority` is the present one (lowered while provisional), `limit_priority` the
    limit's own. `subject` names what a technical alert is about (a device, gateway, session metric).
    """

    id: UUID
    clinic_id: UUID
    session_id: UUID | None
    chair_id: UUID | None
    limit: str
    source: str
    kind: AlertKind
    priority: Priority
    limit_priority: Priority
    state: AlertState
    opened_at: int
    raised_at: int
    protocol_code: str | None = None
    protocol_version: int | None = None
    metric: int | None = None
    subject: str | None = None
    detail: str | None = None
    active_at: int | None = None
    """Commit time at which it last became active or was re-armed: the escalation clock starts here."""
    returned_at: int | None = None
    closed_at: int | None = None
    ended_at: int | None = None
    confirm_by: int | None = None
    closed_reason: str | None = None
    value: int | None = None
    limit_value: int | None = None
    worst_value: int | None = None
    acknowledged_by: UUID | None = None
    acknowledged_at: int | None = None
    acknowledged_value: int | None = None
    note: str | None = None
    escalation: int = 0
    """0 none, 1 all stations, 2 clinician on call."""
    suppressed: bool = False
    """A higher limit of the same metric, direction and source is open: neither sounds nor escalates."""
    late: bool = False
    unconfirmed: bool = False
    recorded: bool = True
    found_after_end: bool = False
    reviewed_from: int | None = None
    reviewed_to: int | None = None
    reminded_at: int | None = None
    """Commit time of the reminder since the acknowledgement: when it changes, a screen sounds one burst."""

    @property
    def acknowledged(self) -> bool:
        return self.acknowledged_at is not None

    @property
    def is_open(self) -> bool:
        return self.state is not AlertState.CLOSED


@dataclass(frozen=True, slots=True)
class AlertChange:
    """What one journal entry did to one alert: the alert after it, and the row to append."""

    alert: Alert
    step: Step
    at: int
    """Commit time, microseconds."""
    by: UUID | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TimerArmed:
    """A timer that must come back as a `TimerFired` entry at `due_at` (clinic microseconds)."""

    session_id: UUID
    kind: str
    """`confirm`"""
    alert_id: UUID
    due_at: int


@dataclass(frozen=True, slots=True)
class TimerDropped:
    session_id: UUID
    kind: str
    alert_id: UUID


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    session_id: UUID
    phase: Phase


Change = AlertChange | TimerArmed | TimerDropped | PhaseChanged


ALERT_NAMESPACE = UUID("6f0c1d2e-6b0c-5a57-9d6a-6b61742d6d6f")


def alert_id(session_id: UUID, limit: str, source: str, device_id: UUID, seq: int) -> UUID:
    """A physiological alert's id, from its opening reading: a retry makes the same id (design 6.2)."""
    return uuid5(ALERT_NAMESPACE, f"{session_id}/{limit}/{source}/{device_id}/{seq}")


def review_alert_id(first: UUID) -> UUID:
    """Of an episode that only a review confirmed: `first`, the id its opening reading gives, is closed already."""
    return uuid5(ALERT_NAMESPACE, f"{first}/review")


def technical_alert_id(clinic_id: UUID, code: str, subject: str, cause: str) -> UUID:
    """An alert without a reading: `cause` is the causing event's id or the timer's due time (design 6.3)."""
    return uuid5(ALERT_NAMESPACE, f"{clinic_id}/{code}/{subject}/{cause}")
