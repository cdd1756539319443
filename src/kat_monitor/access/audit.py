"""What the audit trail says of one act: who, by which login or token, did what to which thing. Ids and codes only."""

from typing import Any

from kat_monitor.access.identity import Identity
from kat_monitor.domain.audit import AuditEvent


def act(who: Identity, at: int, action: str, subject: object, **details: Any) -> AuditEvent:
    """An act of `who`. `action` is `thing.verb`, `subject` an id or a code, `details` ids and codes only."""
    said = {"via": who.via.value, "credential": str(who.credential_id), **who.came, **details}
    return AuditEvent(who.clinic_id, at, who.id, action, str(subject), said)
