"""Works by which people change who is responsible for what, and sign the opening check.

Each decides first, on memory as the turn has it, then adds its rows and its audit event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from kat_monitor.access.audit import act
from kat_monitor.access.identity import Identity
from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.assignments import Assignments, OpeningCheck
from kat_monitor.errors import bad_value, not_found
from kat_monitor.ingest.assigning import enter_assignments
from kat_monitor.ingest.commands import Answered, Once, remember, replayed
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import floor_of
from kat_monitor.rules.responsible import Floor
from kat_monitor.store.batch import RowWrite, StoredAnswer

Decide = Callable[[Assignments, Floor], Assignments]
"""What is asked, of the state it meets. Raises KatError."""
Show = Callable[[ClinicState, Assignments, Floor], Answered]
"""The answer, from all as it is afterwards; what was settled just now is still there."""


class Lookup(Protocol):
    """What these works need of the record."""

    async def alert(self, clinic_id: UUID, alert_id: UUID) -> Alert | None: ...
    async def answer(self, clinic_id: UUID, key: UUID) -> StoredAnswer | None: ...


@dataclass(slots=True)
class ChangeAssignments:
    """One request about chairs, offers or being on call. `action` and `subject` are what the audit trail says."""

    who: Identity
    action: str
    subject: object
    decide: Decide
    show: Show
    chair_ids: Sequence[UUID] = ()
    alert_ids: Sequence[UUID] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    once: Once | None = None
    stored: StoredAnswer | None = None
    unknown: bool = False

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    async def prepare(self, lookup: Lookup) -> None:
        """Runs in the writer's task. What a body points at must be the clinic's own."""
        if self.once is not None:
            self.stored = await lookup.answer(self.clinic_id, self.once.key)
        for alert_id in self.alert_ids:
            self.unknown = self.unknown or await lookup.alert(self.clinic_id, alert_id) is None

    def run(self, turn: Turn, clinic: ClinicState) -> Answered:
        repeated = replayed(turn, self.clinic_id, self.once, self.stored)
        if repeated is not None:
            return repeated
        if self.unknown:
            raise not_found("alert")
        if any(chair_id not in clinic.chairs for chair_id in self.chair_ids):
            raise not_found("chair")
        floor = floor_of(clinic, turn.now)
        after = self.decide(clinic.assigned, floor)
        enter_assignments(turn, clinic, after, self.who.id)
        turn.audits.append(act(self.who, turn.now, self.action, self.subject, **self.details))
        answered = self.show(clinic, after, floor)
        remember(turn, self.clinic_id, self.once, answered)
        return answered


@dataclass(slots=True)
class SignOpeningCheck:
    """The day may begin: what a person answered, beside what the server saw."""

    who: Identity
    check: OpeningCheck
    show: Callable[[ClinicState, OpeningCheck], Answered]
    once: Once | None = None
    stored: StoredAnswer | None = None

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    async def prepare(self, lookup: Lookup) -> None:
        if self.once is not None:
            self.stored = await lookup.answer(self.clinic_id, self.once.key)

    def run(self, turn: Turn, clinic: ClinicState) -> Answered:
        repeated = replayed(turn, self.clinic_id, self.once, self.stored)
        if repeated is not None:
            return repeated
        check = replace(self.check, signed_at=turn.now)
        if any(chair_id not in clinic.chairs for chair_id in check.chairs_confirmed):
            raise bad_value("chairs_confirmed", "unknown", "There is no such chair.")
        values = {
            "day": check.day,
            "signed_at": check.signed_at,
            "by": check.by,
            "station_id": check.station_id,
            "answers": dict(check.answers),
            "notes": dict(check.notes),
            "chairs_confirmed": list(check.chairs_confirmed),
            "note": check.note,
            "seen": dict(check.seen),
        }
        turn.batch.rows.append(RowWrite("opening_check", {"clinic_id": self.clinic_id, "id": check.id}, values))
        turn.audits.append(act(self.who, turn.now, "opening_check.sign", check.id, day=check.day))
        clinic.opening_check = check
        turn.touch(clinic).duty = True
        answered = self.show(clinic, check)
        remember(turn, self.clinic_id, self.once, answered)
        return answered
