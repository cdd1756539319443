"""The audit trail: who did or read what, append-only and hash-chained per clinic."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One act before it is chained. `actor` is a person or gateway; `details`: ids and codes, no patient data."""

    clinic_id: UUID
    at: int
    actor: UUID | None
    action: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A chained act: `hash = sha256(previous || canonical json of the rest)`."""

    number: int
    event: AuditEvent
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends. Kept apart from the rows: without it a chain that lost its newest rows is a good chain."""

    number: int
    hash: bytes

    def value(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"number": self.number, "hash": self.hash.hex()}

    @classmethod
    def of(cls, value: Any) -> "Head":
        return cls(int(value["number"]), bytes.fromhex(value["hash"]))


HEAD_KEY = "audit_head"
"""Of the clinic's small facts (`meta`)."""
GENESIS = bytes(32)
START = Head(0, GENESIS)
"""Of a chain without rows."""


def chain(event: AuditEvent, number: int, previous: bytes) -> AuditRow:
    """The row that follows `previous` in the clinic's chain."""
    text = json.dumps(
        [number, str(event.clinic_id), event.at, str(event.actor), event.action, event.subject, event.details],
        sort_keys=True,
        separators=(",", ":"),
    )
    return AuditRow(number, event, previous, hashlib.sha256(previous + text.encode()).digest())
