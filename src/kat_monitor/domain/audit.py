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


GENESIS = bytes(32)


def chain(event: AuditEvent, number: int, previous: bytes) -> AuditRow:
    """The row that follows `previous` in the clinic's chain."""
    text = json.dumps(
        [number, str(event.clinic_id), event.at, str(event.actor), event.action, event.subject, event.details],
        sort_keys=True,
        separators=(",", ":"),
    )
    return AuditRow(number, event, previous, hashlib.sha256(previous + text.encode()).digest())
