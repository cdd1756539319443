"""A person's request on its way through the writer's turn: looked up, decided, entered and answered, once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.audit import AuditEvent
from kat_monitor.domain.commands import (
    AcknowledgeAlert,
    Actor,
    CorrectPatient,
    CorrectReadings,
    CreateSession,
    EscalateAlert,
    MoveSession,
    SessionRequest,
    VoidReading,
    manual_device_id,
)
from kat_monitor.domain.journal import Event, ReadingsCorrected, SessionCreated
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.registry import Device
from kat_monitor.errors import refused
from kat_monitor.ingest import corrections
from kat_monitor.ingest.assigning import follow
from kat_monitor.ingest.facts import facts_for
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState, DeviceState
from kat_monitor.rules.decide import Decision, decide
from kat_monitor.rules.decide_alerts import ON_CALL
from kat_monitor.rules.decision import NOTHING_MEASURED, Measured
from kat_monitor.rules.state import SessionState, new_session
from kat_monitor.rules.technical import acknowledge, dosing_with_open_gates, escalate, move
from kat_monitor.store.batch import RowWrite, StoredAnswer

MOST_DETAIL = 500
"""Characters of an alert's text."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the caller hears: an HTTP status and a JSON-ready body."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Once:
    """An `Idempotency-Key` with the hash of the request it came with."""

    key: UUID
    body_sha256: bytes


class Lookup(corrections.LooksUp, Protocol):
    """What a request may need from the record before it is decided (see `readback.ReadBack`)."""

    async def alert(self, clinic_id: UUID, alert_id: UUID) -> Alert | None: ...
    async def reading(self, clinic_id: UUID, device_id: UUID, seq: int) -> Reading | None: ...
    async def answer(self, clinic_id: UUID, key: UUID) -> StoredAnswer | None: ...
    async def ensure_patient(self, clinic_id: UUID, patient_id: UUID) -> None: ...


View = Callable[[ClinicState, SessionState, Decision, int], Answered]
"""Builds the answer from the state after the entries: (clinic, session, decision, now)."""

Also = Callable[[Turn, ClinicState, SessionState], None]
"""What else follows in the same turn, once the entries are in."""

AlertView = Callable[[Turn, ClinicState, Alert], Answered]
"""Builds the answer from an alert as it is afterwards, and adds to the turn what else follows from it."""


@dataclass(slots=True)
class SessionWork:
    """One request about one session (`view`), or about one of its alerts (`alert_view`).

    The answer is built within the turn, so that it is stored with what was done.
    """

    clinic_id: UUID
    request: SessionRequest
    who: Actor
    view: View | None = None
    once: Once | None = None
    alert_view: AlertView | None = None
    also: Also | None = None
    stored: StoredAnswer | None = None
    alert: Alert | None = None
    reading: Reading | None = None
    measured: Measured = NOTHING_MEASURED

    async def prepare(self, lookup: Lookup) -> None:
        """Runs in the writer's task, so nothing can commit between it and `run`."""
        request = self.request
        if self.once is not None:
            self.stored = await lookup.answer(self.clinic_id, self.once.key)
        if isinstance(request, CreateSession | CorrectPatient):
            await lookup.ensure_patient(self.clinic_id, request.patient_id)
        if isinstance(request, CreateSession):
            return
        await lookup.ensure_session(self.clinic_id, request.session_id)
        if isinstance(request, AcknowledgeAlert | EscalateAlert):
            self.alert = await lookup.alert(self.clinic_id, request.alert_id)
        elif isinstance(request, VoidReading):
            self.reading = await lookup.reading(self.clinic_id, request.device_id, request.seq)
        elif isinstance(request, CorrectReadings):
            self.measured = await corrections.look_up(lookup, self.clinic_id, request)

    def run(self, turn: Turn, clinic: ClinicState) -> Answered:
        """Decide, enter, answer. Raises KatError before anything is entered."""
        repeated = replayed(turn, self.clinic_id, self.once, self.stored)
        if repeated is not None:
            return repeated
        request = self.request
        state = None if isinstance(request, CreateSession) else clinic.sessions.get(request.session_id)
        if state is not None and isinstance(request, CorrectReadings):
            corrections.spans_of(clinic, request)
        reading = None if self.reading is None else clinic.whose.owned(self.reading)
        facts = facts_for(clinic, state, request, turn.now, alert=self.alert, reading=reading, measured=self.measured)
        decision = decide(state, request, self.who, turn.now, facts)
        chair_id = None if state is None else state.chair_id
        if isinstance(request, CreateSession):
            state = created(clinic, decision)
        if state is None:
            raise AssertionError("a decision about no session")
        enter(turn, clinic, state, request, decision)
        follow(turn, clinic, state, request, from_chair=chair_id, by=self.who.id)
        for entry in decision.entries:
            if isinstance(entry, ReadingsCorrected):
                corrections.enter_elsewhere(turn, clinic, state, entry, self.measured)
        if self.also is not None and decision.changes:
            self.also(turn, clinic, state)
        turn.audits.append(
            AuditEvent(
                self.clinic_id, turn.now, self.who.id, type(request).__name__, str(state.id), dict(self.who.came)
            )
        )
        answered = self._answered(turn, clinic, state, decision)
        remember(turn, self.clinic_id, self.once, answered)
        return answered

    def _answered(self, turn: Turn, clinic: ClinicState, state: SessionState, decision: Decision) -> Answered:
        if self.view is not None:
            return self.view(clinic, state, decision, turn.now)
        if self.alert_view is None or self.alert is None:
            raise AssertionError("a request that nobody answers")
        return self.alert_view(turn, clinic, turn.batch.alerts.get(self.alert.id, self.alert))


def replayed(turn: Turn, clinic_id: UUID, once: Once | None, stored: StoredAnswer | None) -> Answered | None:
    """The first answer to the same key. Raises KatError 409 `key_reused` for another body."""
    if once is None:
        return None
    if stored is None:
        stored = next((a for a in turn.batch.answers if (a.clinic_id, a.key) == (clinic_id, once.key)), None)
    if stored is None:
        return None
    if stored.body_sha256 != once.body_sha256:
        raise refused("key_reused", "This Idempotency-Key came with another request.")
    return Answered(stored.status, stored.body)


def remember(turn: Turn, clinic_id: UUID, once: Once | None, answered: Answered) -> None:
    """Keep the answer with the entry, in the same commit."""
    if once is not None:
        turn.batch.answers.append(
            StoredAnswer(clinic_id, once.key, once.body_sha256, answered.status, answered.body, turn.now)
        )


def created(clinic: ClinicState, decision: Decision) -> SessionState:
    """The new session's state, in memory; entering its first entry puts it into the journal."""
    first = decision.entries[0]
    if not isinstance(first, SessionCreated):
        raise AssertionError("a session begins with its creation")
    key = (first.protocol_code, first.protocol_version)
    state = new_session(first, clinic.protocols[key], clinic.compiled[key])
    clinic.sessions[state.id] = state
    return state


def enter(turn: Turn, clinic: ClinicState, state: SessionState, request: SessionRequest, decision: Decision) -> None:
    """Readings by hand first, then the entries; what a dose left open is raised as an alert."""
    for reading in decision.readings:
        device = manual_device(turn, clinic, state)
        device.high_water = max(device.high_water, reading.seq)
        turn.touched_devices.add((clinic.clinic.id, device.device.id))
        turn.store_reading(clinic, state, reading._replace(position=turn.next_position(clinic)))
    before = state.patient_id
    for entry in decision.entries:
        turn.enter(clinic, state, entry)
    if isinstance(request, CorrectPatient) and state.patient_id != before:
        turn.touch(clinic).sessions.add(state.id)
    if isinstance(request, MoveSession) and decision.entries:
        move(turn, clinic, state.id, state.chair_id, decision.entries[0].by)
    if decision.open_gates:
        detail = _told([gate.detail for gate in decision.open_gates])
        dose = next(entry for entry in decision.entries if isinstance(entry, Event))
        dosing_with_open_gates(turn, clinic, state.id, state.chair_id, dose, stop=decision.stop, detail=detail)


def _told(gates: list[str]) -> str:
    """As many of the gates as an alert's text holds, and how many are left out."""
    for told in range(len(gates), 0, -1):
        left = [] if told == len(gates) else [f"and {len(gates) - told} more"]
        text = "; ".join(gates[:told] + left)
        if len(text) <= MOST_DETAIL:
            return text
    return gates[0][:MOST_DETAIL]


def manual_device(turn: Turn, clinic: ClinicState, state: SessionState) -> DeviceState:
    """The device that a session's readings by hand belong to, made at the first."""
    device_id = manual_device_id(state.id)
    known = clinic.devices.get(device_id)
    if known is not None and known.high_water >= 0:
        return known
    # Without a stored reading its own row may not be stored either: the commit that made it may have failed.
    device = Device(
        id=device_id,
        clinic_id=clinic.clinic.id,
        code=f"manual-{state.id}",
        label="By hand",
        kind="manual",
        gateway_id=None,
        chair_id=None,
    )
    turn.batch.rows.append(
        RowWrite(
            "device",
            {"clinic_id": device.clinic_id, "id": device.id},
            {
                "code": device.code,
                "label": device.label,
                "kind": device.kind,
                "gateway_id": None,
                "chair_id": None,
                "interval_ms": device.interval_ms,
            },
            how="upsert",
        )
    )
    made = known or DeviceState(device, [], -1)
    clinic.devices[device_id] = made
    return made


@dataclass(slots=True)
class TechnicalWork:
    """Acknowledging or escalating a technical alert: its own steps are its record."""

    clinic_id: UUID
    alert_id: UUID
    who: Actor
    alert_view: AlertView
    note: str | None = None
    escalating: bool = False
    once: Once | None = None
    stored: StoredAnswer | None = None
    known: Alert | None = None

    async def prepare(self, lookup: Lookup) -> None:
        if self.once is not None:
            self.stored = await lookup.answer(self.clinic_id, self.once.key)
        self.known = await lookup.alert(self.clinic_id, self.alert_id)

    def run(self, turn: Turn, clinic: ClinicState) -> Answered:
        """Raises KatError 409 `already_acknowledged`, `already_closed` or `already_escalated`."""
        repeated = replayed(turn, self.clinic_id, self.once, self.stored)
        if repeated is not None:
            return repeated
        alert = clinic.technical.get(self.alert_id) or self.known
        if alert is None:
            raise AssertionError("the door looked the alert up")
        if self.escalating:
            if not alert.is_open:
                raise refused("already_closed", "The alert is closed.")
            if alert.escalation >= ON_CALL:
                raise refused("already_escalated", "The clinician on call has been told.")
            after = escalate(turn, clinic, alert, ON_CALL, self.who.id)
        else:
            after = acknowledge(turn, clinic, alert, self.who.id, self.note)
        turn.audits.append(
            AuditEvent(
                self.clinic_id,
                turn.now,
                self.who.id,
                "EscalateAlert" if self.escalating else "AcknowledgeAlert",
                str(alert.id),
                dict(self.who.came),
            )
        )
        answered = self.alert_view(turn, clinic, after)
        remember(turn, self.clinic_id, self.once, answered)
        return answered
