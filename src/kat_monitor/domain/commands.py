"""What a person asks of a session, typed: one frozen request for every POST and PUT under `/sessions` and `/alerts`.

Times are clinic microseconds, measured values tenths; the doors convert. `second` is a second person who has signed in
with their own password (the door has checked it). `new_id` names what the request makes: a retry makes the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from kat_monitor.domain.registry import Role
from kat_monitor.domain.vitals import METRIC_NAMES, Phase

OUTCOMES = ("met", "override", "left_before_ready", "transferred")
DEPARTURES = frozenset({"left_before_ready", "transferred"})
"""Facts: never refused."""

IDENTIFIERS = ("name", "birth_date", "mrn")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `id` is the person; programs act for one."""

    id: UUID
    roles: frozenset[Role]
    came: Mapping[str, str] = field(default_factory=dict, compare=False)
    """By which station and whose login, for the audit trail; empty for who acts by their own login elsewhere."""

    @property
    def is_clinician(self) -> bool:
        return Role.CLINICIAN in self.roles


@dataclass(frozen=True, slots=True)
class Dose:
    """Total mg of one administration; each nasal device is its own."""

    drug: str
    amount_mg: float
    route: str
    weight_kg: float | None = None
    lot: str | None = None
    concentration_mg_ml: float | None = None

    def data(self) -> dict[str, Any]:
        """The fields of api.md that were given."""
        given = {
            "drug": self.drug,
            "amount_mg": self.amount_mg,
            "route": self.route,
            "weight_kg": self.weight_kg,
            "lot": self.lot,
            "concentration_mg_ml": self.concentration_mg_ml,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class LimitNumbers:
    """New numbers of one limit, tenths. What is left out keeps its distance from `value`."""

    value: int
    clear: int | None = None
    immediate: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A clinician's range, tenths of mmHg, inclusive."""

    systolic: tuple[int, int] | None = None
    diastolic: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSession:
    new_id: UUID
    patient_id: UUID
    chair_id: UUID
    protocol: str
    planned_dosing_min: float | None = None
    weight_kg: float | None = None
    scheduled_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    session_id: UUID
    to: Phase
    new_id: UUID
    """Names the dose event, if there is a dose."""
    at: int | None = None
    identifiers: tuple[str, ...] = ()
    dose: Dose | None = None
    outcome: str | None = None
    reason: str | None = None
    override: bool = False
    limits: Mapping[str, LimitNumbers] = field(default_factory=dict)
    target: Target | None = None
    second: UUID | None = None
    told: str | None = None
    """What who departs was told."""
    accompanied_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerScreening:
    session_id: UUID
    answers: Mapping[str, str]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockBaseline:
    """`exclude` is (device, seq, reason)."""

    session_id: UUID
    exclude: tuple[tuple[UUID, int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvent:
    """`data` holds the fields of api.md for `event`, checked at the door, numbers as given there."""

    session_id: UUID
    new_id: UUID
    event: str
    at: int | None = None
    text: str | None = None
    reason: str | None = None
    answers_alert: UUID | None = None
    corrects: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssessment:
    """`assessment` is pre_dose or discharge; `values` as api.md, only the parts observed."""

    session_id: UUID
    assessment: str
    values: Mapping[str, Any]
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterReading:
    """A reading by hand; `values` are tenths in the order of `Metric`."""

    session_id: UUID
    values: tuple[int | None, ...]
    observed_at: int | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if len(self.values) != len(METRIC_NAMES):
            raise ValueError("one value or None per metric")


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidReading:
    session_id: UUID
    device_id: UUID
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReadings:
    """What a device, or all at a chair, measured in [from_at, to_at) belongs to session `to` (None: to nobody).

    Taken into the session itself from wherever it is; given to another or to nobody only what is this session's.
    `recent_us`: what was measured within it may still arrive in order, and be judged live.
    """

    session_id: UUID
    new_id: UUID
    from_at: int
    to_at: int
    to: UUID | None
    reason: str
    recent_us: int
    device_id: UUID | None = None
    chair_id: UUID | None = None

    @property
    def of(self) -> UUID | None:
        return None if self.to == self.session_id else self.session_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveSession:
    session_id: UUID
    chair_id: UUID
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectPatient:
    session_id: UUID
    patient_id: UUID
    reason: str
    second: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimit:
    session_id: UUID
    code: str
    numbers: LimitNumbers
    reason: str
    second: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlert:
    session_id: UUID
    alert_id: UUID
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateAlert:
    session_id: UUID
    alert_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEmergency:
    """Help is needed at this chair now (`on`), or is not any more."""

    session_id: UUID
    new_id: UUID
    on: bool
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForReading:
    """A cuff reading now, whatever the timetable says."""

    session_id: UUID
    new_id: UUID


SessionRequest = (
    CreateSession
    | Transition
    | AnswerScreening
    | LockBaseline
    | RecordEvent
    | RecordAssessment
    | EnterReading
    | VoidReading
    | CorrectReadings
    | MoveSession
    | CorrectPatient
    | SetLimit
    | AcknowledgeAlert
    | EscalateAlert
    | CallEmergency
    | AskForReading
)


_MANUAL = UUID("0d0a5a2c-5f4b-5a66-8f6e-6b61746d616e")


def manual_device_id(session_id: UUID) -> UUID:
    """The device that holds a session's readings entered by hand."""
    return uuid5(_MANUAL, str(session_id))
