"""What one commit takes, in the domain's own types, and the two ways it can fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertChange
from kat_monitor.domain.audit import AuditRow
from kat_monitor.domain.journal import Command
from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Phase

FEW = 64
"""Readings that go into one statement with what they caused; above it COPY is quicker, for all its round trips."""


class StoreRefused(Exception):
    """PostgreSQL refuses the data itself: rolled back, the connection goes on, trying again cannot help.

    `reason` names the kind of refusal and never quotes data.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreAway(Exception):
    """PostgreSQL cannot be reached, is too slow, or cannot store now. What was in flight is not known to be stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as lists and searches see it, written whole each time. Times in microseconds."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    chair_id: UUID
    protocol_code: str
    protocol_version: int
    phase: Phase
    created_at: int
    listed_at: int
    """Where it stands in lists: check-in, before that the planned time, else its creation."""
    planned_dosing_min: float
    outcome: str | None = None
    weight_kg: float | None = None
    scheduled_at: int | None = None
    checked_in_at: int | None = None
    dosing_at: int | None = None
    """First dose."""
    dosing_ended_at: int | None = None
    ended_at: int | None = None
    summary: Summary


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer to an `Idempotency-Key`, kept with what the request did."""

    clinic_id: UUID
    key: UUID
    body_sha256: bytes
    status: int
    body: Any
    """JSON-ready."""
    created_at: int


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One row of a registry table: clinic, account, login, token, gateway, chair, device, device_stay, patient, ...

    `key` holds the primary key, `clinic_id` included. `insert` fails on an existing row, `update` on a missing one.
    """

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    how: Literal["insert", "update", "upsert"] = "insert"


@dataclass(frozen=True, slots=True)
class Notice:
    """An escalation to be told outside by webhook; one per alert and level, whatever happens."""

    id: UUID
    clinic_id: UUID
    alert_id: UUID
    level: int
    payload: Mapping[str, Any]
    due_at: int
    """Wall-clock microseconds of the next attempt."""
    attempts: int = 0
    sent_at: int | None = None
    cancelled_at: int | None = None


@dataclass(slots=True)
class Batch:
    """All of one transaction. `alerts` and `sessions` hold final rows; `transitions` are appended in order."""

    readings: list[Reading] = field(default_factory=list)
    entries: list[tuple[UUID, Command]] = field(default_factory=list)
    """(clinic, entry), in position order per clinic."""
    alerts: dict[UUID, Alert] = field(default_factory=dict)
    transitions: list[AlertChange] = field(default_factory=list)
    sessions: dict[UUID, SessionRow] = field(default_factory=dict)
    answers: list[StoredAnswer] = field(default_factory=list)
    rows: list[RowWrite] = field(default_factory=list)
    audits: list[AuditRow] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    """Upserted by (alert, level)."""

    @property
    def only_readings(self) -> bool:
        """Nothing but readings: the common, fast case."""
        return not (
            self.entries
            or self.alerts
            or self.transitions
            or self.sessions
            or self.answers
            or self.rows
            or self.audits
            or self.notices
        )

    @property
    def is_pressing(self) -> bool:
        """Readings alone and many of them, or with the alerts that they raised: nothing may slow it."""
        if self.entries or self.rows or not self.readings:
            return False
        return bool(self.alerts) or len(self.readings) > FEW

    @property
    def is_empty(self) -> bool:
        return not self.readings and self.only_readings
