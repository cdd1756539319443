"""Tells a whole session as a story in minutes: requests are decided, their entries folded, as the pipeline does."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from kat_monitor.domain.alerts import Alert, Change
from kat_monitor.domain.commands import (
    Actor,
    AnswerScreening,
    CreateSession,
    Dose,
    EnterReading,
    LockBaseline,
    RecordAssessment,
    RecordEvent,
    SessionRequest,
    Transition,
    VoidReading,
)
from kat_monitor.domain.journal import Entry, SessionCreated, TimerFired
from kat_monitor.domain.protocol import Protocol, ProtocolVersion
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.registry import Patient, Role
from kat_monitor.domain.vitals import METRIC_NAMES, MINUTE_US, Phase, Source, to_tenths
from kat_monitor.errors import KatError
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.rules.compile import Compiled, compile_protocol
from kat_monitor.rules.decide import Decision, Facts, decide
from kat_monitor.rules.fold import apply_entry, fold
from kat_monitor.rules.readiness import readiness
from kat_monitor.rules.state import SessionState

START = 1_790_000_000_000_000
CLINIC, CHAIR, PATIENT, SESSION = UUID(int=2), UUID(int=3), UUID(int=4), UUID(int=1)
CUFF, OXIMETER, ECG = UUID(int=5), UUID(int=6), UUID(int=7)
NURSE = Actor(UUID(int=11), frozenset({Role.NURSE}))
CLINICIAN = Actor(UUID(int=12), frozenset({Role.CLINICIAN}))
SECOND = UUID(int=13)
NADIA = Patient(PATIENT, CLINIC, "4711", "Nadia Berg", "1980-05-17")
DOSE = Dose("ketamine", 35.0, "iv", weight_kg=70.0)


def us(minute: float) -> int:
    return START + round(minute * MINUTE_US)


@cache
def pack(code: str) -> ProtocolVersion:
    return version_of(shipped()[code][0], 1)


@cache
def compiled(code: str) -> Compiled:
    return compile_protocol(pack(code))


class Tale:
    """One session; `at` is minutes from the start of the story."""

    def __init__(self, code: str = "iv_infusion", *, weight_kg: float | None = 70.0, **protocol: Any) -> None:
        self.version = pack(code)
        self.compiled = compiled(code)
        if protocol:
            changed: Protocol = replace(self.version.protocol, **protocol)
            self.version = replace(self.version, protocol=changed)
            self.compiled = compile_protocol(self.version)
        self.patient = NADIA
        self.facts = Facts(patient=NADIA, version=self.version)
        request = CreateSession(new_id=SESSION, patient_id=PATIENT, chair_id=CHAIR, protocol=code, weight_kg=weight_kg)
        (created,) = decide(None, request, NURSE, us(0), self.facts).entries
        assert isinstance(created, SessionCreated)
        self.created = replace(created, position=1)
        self.entries: list[Entry] = []
        self.seq = 0
        self.ids = 1000
        self.state: SessionState = fold(self.created, self.version, self.compiled, [])
        self.last = Decision()
        self.changes: list[Change] = []

    # ---- asking people ---------------------------------------------------------------------------------------------

    def ask(self, at: float, request: SessionRequest, who: Actor = NURSE, **facts: Any) -> Decision:
        """Decide, then fold what was decided."""
        decision = decide(self.state, request, who, us(at), replace(self.facts, **facts))
        for reading in decision.readings:
            self.tell(reading._replace(position=self.position))
        for entry in decision.entries:
            self.tell(replace(entry, position=self.position))
        self.last = decision
        return decision

    def refused(self, at: float, request: SessionRequest, who: Actor = NURSE, **facts: Any) -> KatError:
        """The refusal; the state is as before."""
        before = len(self.entries)
        try:
            self.ask(at, request, who, **facts)
        except KatError as refusal:
            assert len(self.entries) == before
            return refusal
        raise AssertionError(f"not refused: {request}")

    def tell(self, entry: Entry) -> list[Change]:
        self.entries.append(entry)
        self.changes = apply_entry(self.state, entry)
        return self.changes

    @property
    def position(self) -> int:
        return len(self.entries) + 2

    def id(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    def to(self, phase: Phase, **more: Any) -> Transition:
        return Transition(session_id=SESSION, to=phase, new_id=self.id(), **more)

    def event(self, kind: str, **more: Any) -> RecordEvent:
        fields = {name: more.pop(name) for name in ("text", "reason", "answers_alert", "corrects") if name in more}
        at = more.pop("at", None)
        when = None if at is None else us(at)
        return RecordEvent(session_id=SESSION, new_id=self.id(), event=kind, at=when, data=more, **fields)

    def check_in(self, at: float = 0, **more: Any) -> Decision:
        return self.ask(at, self.to(Phase.PREPARING, identifiers=("name", "birth_date"), **more))

    def screen(self, at: float, note: str | None = None, **answers: str) -> Decision:
        """Every item answered so that nothing stands against treatment, but for those given."""
        said = {
            item.item: {"yes": "no", "no": "yes"}.get(item.stops_on or "", "no")
            for item in self.version.protocol.screening
        }
        return self.ask(at, AnswerScreening(session_id=SESSION, answers=said | answers, note=note))

    def lock(self, at: float) -> Decision:
        return self.ask(at, LockBaseline(session_id=SESSION))

    def assess(self, at: float, kind: str, **values: Any) -> Decision:
        return self.ask(at, RecordAssessment(session_id=SESSION, assessment=kind, values=values))

    def hand(self, at: float, *, observed: float | None = None, **values: float) -> EnterReading:
        tenths = tuple(to_tenths(values[name]) if name in values else None for name in METRIC_NAMES)
        return EnterReading(session_id=SESSION, values=tenths, observed_at=None if observed is None else us(observed))

    # ---- devices ---------------------------------------------------------------------------------------------------

    def reading(
        self,
        at: float,
        source: Source,
        *,
        received: float | None = None,
        flags: int = 0,
        late: bool = False,
        interval_s: float = 1.0,
        **values: float,
    ) -> Reading:
        self.seq += 1
        device = {Source.NIBP: CUFF, Source.PULSE_OX: OXIMETER}.get(source, ECG)
        reading = Reading(
            clinic_id=CLINIC, device_id=device, seq=self.seq, session_id=SESSION, position=self.position,
            source=int(source), flags=int(flags), refused=0, late=late, interval_ms=round(interval_s * 1000),
            observed_at=us(at), sent_at=None, received_at=us(at if received is None else received),
            effective_at=us(at), reason=None,
            **{name: to_tenths(values[name]) if name in values else None for name in METRIC_NAMES},
        )  # fmt: skip
        self.tell(reading)
        return reading

    def cuff(self, at: float, systolic: float, diastolic: float, **more: Any) -> Reading:
        return self.reading(at, Source.NIBP, systolic=systolic, diastolic=diastolic, **more)

    def stream(self, start: float, end: float, *, step_s: float = 30.0, flags: int = 0, **values: float) -> None:
        """Ecg and oximeter from `start` to `end`, good unless said otherwise."""
        told = {"heart_rate": 70.0, "spo2": 98.0, "respiratory_rate": 14.0} | values
        at = start
        while at <= end + 1e-9:
            self.reading(at, Source.ECG, flags=flags, heart_rate=told["heart_rate"], interval_s=step_s)
            self.reading(
                at, Source.PULSE_OX, flags=flags, spo2=told["spo2"], respiratory_rate=told["respiratory_rate"],
                interval_s=step_s,
            )  # fmt: skip
            at += step_s / 60

    def void(self, at: float, reading: Reading) -> Decision:
        request = VoidReading(session_id=SESSION, device_id=reading.device_id, seq=reading.seq, reason="kinked tube")
        return self.ask(at, request, reading=reading)

    # ---- chapters --------------------------------------------------------------------------------------------------

    def prepared(self, **pressures: float) -> "Tale":
        """Checked in at 0, checked, three cuff readings, pre-dose assessment, baseline 120/80 locked at minute 9."""
        systolic, diastolic = pressures.get("systolic", 120.0), pressures.get("diastolic", 80.0)
        self.check_in(0)
        self.screen(1)
        self.stream(1, 9)
        for minute in (2, 5, 8):
            self.cuff(minute, systolic, diastolic, heart_rate=70)
        self.assess(8.5, "pre_dose", moaa_s=5, oriented=True, speech_clear=True, gait_steady=True)
        self.lock(9)
        return self

    def dosed(self, at: float = 10) -> "Tale":
        self.prepared()
        self.ask(at, self.to(Phase.DOSING, dose=DOSE))
        return self

    def fire(self, alert: Alert) -> None:
        """The confirm timer of a provisional alert comes back in time."""
        assert alert.confirm_by is not None
        self.tell(
            TimerFired(
                position=self.position, session_id=SESSION, at=alert.confirm_by, committed_at=alert.confirm_by,
                timer="confirm", alert_id=alert.id,
            )
        )  # fmt: skip

    # ---- answers ---------------------------------------------------------------------------------------------------

    def again(self) -> SessionState:
        """The same journal folded anew."""
        return fold(self.created, self.version, self.compiled, self.entries)

    def unmet(self, at: float, technical: Sequence[Alert] = ()) -> dict[str, str]:
        """Criteria that are not met, with their state."""
        found = readiness(self.state, us(at), technical)
        return {c.code: c.state.value for c in found.criteria if c.state.value != "met"}


def gates(refusal: KatError) -> list[str]:
    return [gate.code for gate in refusal.gates]


NOTHING_LEFT = Flag.SENSOR_OFF
