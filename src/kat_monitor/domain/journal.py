"""The journal: everything that happened to a session, one frozen entry each, in the order it was committed.

A session's state is a fold over its entries by `position` (readings are entries too). The fold, the review, the oracle
and `kat-monitor verify` all take these types. `at` is when it took effect, `committed_at` when it was committed, both
clinic-clock microseconds; `by` is the person (None for the machine).
"""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    position: int
    session_id: UUID
    at: int
    committed_at: int
    by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCreated(Header):
    """The session as planned; phase `scheduled`."""

    kind: Literal["created"] = "created"
    clinic_id: UUID
    patient_id: UUID
    chair_id: UUID
    protocol_code: str
    protocol_version: int
    planned_dosing_min: float
    weight_kg: float | None = None
    scheduled_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEntered(Header):
    """A transition. `at` is when the phase began."""

    kind: Literal["phase"] = "phase"
    to: Phase
    outcome: str | None = None
    reason: str | None = None
    override: bool = False
    identifiers: tuple[str, ...] = ()
    second_by: UUID | None = None
    told: str | None = None
    """What the patient was told who left before they were ready, or was transferred, and who went with them."""
    accompanied_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Header):
    """A fact of design 7.

    `event` is dose, pause, resume, stop, oxygen, off_monitor, medication, intervention, symptom, adverse_event, note,
    emergency or recheck; `data` holds the fields of its kind (validated at the door). `id` names it for corrections.
    """

    kind: Literal["event"] = "event"
    id: UUID
    event: str
    text: str | None = None
    reason: str | None = None
    answers_alert: UUID | None = None
    corrects: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened(Header):
    kind: Literal["screening"] = "screening"
    answers: dict[str, str]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineLocked(Header):
    """Tenths per metric name; absent = unknown.

    `readings` are the (device, seq) used, `excluded` those left out with a reason.
    """

    kind: Literal["baseline"] = "baseline"
    systolic: int | None = None
    diastolic: int | None = None
    mean: int | None = None
    heart_rate: int | None = None
    spo2: int | None = None
    readings: tuple[tuple[UUID, int], ...] = ()
    excluded: tuple[tuple[UUID, int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSet(Header):
    """A clinician's target range, tenths of mmHg."""

    kind: Literal["target"] = "target"
    systolic: tuple[int, int] | None = None
    diastolic: tuple[int, int] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOverridden(Header):
    """From here on what is judged uses these numbers (tenths) for limit `code`."""

    kind: Literal["override"] = "override"
    code: str
    value: int
    clear: int
    immediate: int | None
    reason: str
    second_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed(Header):
    """`assessment` is pre_dose or discharge; `values` as api.md; parts may come one at a time."""

    kind: Literal["assessment"] = "assessment"
    assessment: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Header):
    """`value` is the newest in-order value of the alert's source and metric at commit, tenths."""

    kind: Literal["acknowledge"] = "acknowledge"
    alert_id: UUID
    note: str | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Header):
    kind: Literal["escalated"] = "escalated"
    alert_id: UUID
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(Header):
    kind: Literal["reminded"] = "reminded"
    alert_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Header):
    """`timer` is `confirm`; `at` is its true due time, however late it fires."""

    kind: Literal["timer"] = "timer"
    timer: str
    alert_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(Header):
    """A reading struck through. In the live fold it changes nothing of the rules; review leaves the reading out."""

    kind: Literal["void"] = "void"
    device_id: UUID
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsCorrected(Header):
    """What devices measured between two times is another session's, or nobody's (`to` None), than was decided.

    It stands in the journal of every session it is about, under one `id`. `spans` are (device, from, to), [from, to) of
    `effective_at`; with `of` only what was that session's; `chair_id` is the chair it was asked for, if it was.
    """

    kind: Literal["readings_corrected"] = "readings_corrected"
    id: UUID
    spans: tuple[tuple[UUID, int, int], ...]
    of: UUID | None
    to: UUID | None
    reason: str
    chair_id: UUID | None = None

    def takes_from(self, session_id: UUID) -> bool:
        """Whether it takes away what was this session's."""
        return self.to != session_id and self.of in (None, session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Header):
    kind: Literal["move"] = "move"
    chair_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCorrected(Header):
    kind: Literal["patient"] = "patient"
    patient_id: UUID
    reason: str
    second_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HandReading(Header):
    """Who entered a manual reading; the values are the reading (device, seq) itself, committed with it."""

    kind: Literal["hand_reading"] = "hand_reading"
    device_id: UUID
    seq: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted(Header):
    """An episode found by review that still holds: it enters the live state as this alert, active."""

    kind: Literal["adopted"] = "adopted"
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed(Header):
    """A review ran: late alerts born, and known alerts whose reviewed span was appended (id, from, to)."""

    kind: Literal["reviewed"] = "reviewed"
    born: tuple[Alert, ...] = ()
    spans: tuple[tuple[UUID, int, int], ...] = ()


Command = (
    SessionCreated
    | PhaseEntered
    | Event
    | Screened
    | BaselineLocked
    | TargetSet
    | LimitOverridden
    | Assessed
    | Acknowledged
    | Escalated
    | Reminded
    | TimerFired
    | Voided
    | ReadingsCorrected
    | Moved
    | PatientCorrected
    | HandReading
    | Adopted
    | Reviewed
)
"""Entries of the `journal` table (everything but readings)."""

Entry = Reading | Command
