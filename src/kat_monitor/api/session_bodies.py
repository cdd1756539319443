"""What a request about a session may hold, strictly, and what it becomes: tenths, microseconds, one domain request."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from kat_monitor.api.event_bodies import DoseBody, Weight
from kat_monitor.api.fields import Body, Code, Count, Id, Line, Note, Number, Time
from kat_monitor.api.second_person import SecondPerson
from kat_monitor.domain.commands import (
    DEPARTURES,
    AnswerScreening,
    CorrectPatient,
    CorrectReadings,
    CreateSession,
    EnterReading,
    LimitNumbers,
    LockBaseline,
    MoveSession,
    RecordAssessment,
    SetLimit,
    Target,
    Transition,
    VoidReading,
)
from kat_monitor.domain.vitals import METRIC_NAMES, Phase, to_tenths
from kat_monitor.errors import bad_value

Value = Annotated[Number, Field(ge=-1_000, le=1_000)]
"""A measured value or a limit, in its metric's unit."""
Score = Annotated[int, Field(ge=0, le=2)]


def _tenths(value: float | None) -> int | None:
    return None if value is None else to_tenths(value)


class NewSession(Body):
    patient_id: Id
    chair_id: Id
    protocol: Code
    """The code of a pack; its newest version is pinned."""
    planned_dosing_min: Annotated[Number, Field(gt=0, le=1_440)] | None = None
    weight_kg: Weight | None = None
    scheduled_at: Time | None = None

    def request(self, id: UUID) -> CreateSession:
        return CreateSession(
            new_id=id,
            patient_id=self.patient_id,
            chair_id=self.chair_id,
            protocol=self.protocol,
            planned_dosing_min=self.planned_dosing_min,
            weight_kg=self.weight_kg,
            scheduled_at=self.scheduled_at,
        )


class LimitNumbersBody(Body):
    """New numbers of one limit; what is left out keeps its distance from `value`."""

    value: Value
    clear: Value | None = None
    immediate: Value | None = None

    def numbers(self) -> LimitNumbers:
        return LimitNumbers(to_tenths(self.value), _tenths(self.clear), _tenths(self.immediate))


Range = Annotated[list[Value], Field(min_length=2, max_length=2)]
"""[lowest, highest], both inside."""


class TargetBody(Body):
    """The clinician's range for this patient, mmHg."""

    systolic: Range | None = None
    diastolic: Range | None = None

    def target(self) -> Target | None:
        """None when neither is given."""
        if self.systolic is None and self.diastolic is None:
            return None
        return Target(_pair(self.systolic), _pair(self.diastolic))


def _pair(given: list[float] | None) -> tuple[int, int] | None:
    return None if given is None else (to_tenths(given[0]), to_tenths(given[1]))


class TransitionBody(Body):
    to: Literal["preparing", "dosing", "recovery", "discharged", "cancelled"]
    at: Time | None = None
    """When it was decided: not in the future, at most 15 minutes back; left out, now."""
    identifiers: Annotated[list[Literal["name", "birth_date", "mrn"]], Field(max_length=3)] | None = None
    """Which ones were checked with the patient; check-in takes two."""
    dose: DoseBody | None = None
    """Checked and recorded with the transition to dosing."""
    outcome: Literal["met", "override", "left_before_ready", "transferred"] | None = None
    reason: Note | None = None
    override: bool | None = None
    """A clinician passes the gates that a clinician may pass, with a reason."""
    limits: Annotated[dict[Code, LimitNumbersBody], Field(max_length=100)] | None = None
    target: TargetBody | None = None
    second_person: SecondPerson | None = None
    told: Note | None = None
    """Of a departure (`left_before_ready`, `transferred`): what the patient was told."""
    accompanied_by: Note | None = None

    @property
    def needs_signature(self) -> bool:
        """Sending somebody home, and passing a gate. Who leaves or is taken away has left: that is a fact."""
        home = self.to == "discharged" and self.outcome not in DEPARTURES
        return home or self.override is True or self.limits is not None or self.target is not None

    def request(self, session_id: UUID, id: UUID, second: UUID | None) -> Transition:
        return Transition(
            session_id=session_id,
            to=Phase(self.to),
            new_id=id,
            at=self.at,
            identifiers=tuple(self.identifiers or ()),
            dose=None if self.dose is None else self.dose.dose(),
            outcome=self.outcome,
            reason=self.reason,
            override=self.override is True,
            limits={code: body.numbers() for code, body in (self.limits or {}).items()},
            target=None if self.target is None else self.target.target(),
            second=second,
            told=self.told,
            accompanied_by=self.accompanied_by,
        )


class ScreeningBody(Body):
    answers: Annotated[dict[Code, Literal["yes", "no", "unknown"]], Field(min_length=1, max_length=200)]
    note: Note | None = None

    def request(self, session_id: UUID) -> AnswerScreening:
        return AnswerScreening(session_id=session_id, answers=self.answers, note=self.note)


class ExcludedReading(Body):
    device: Id
    seq: Count
    reason: Note


class BaselineBody(Body):
    exclude: Annotated[list[ExcludedReading], Field(max_length=100)] | None = None

    def request(self, session_id: UUID) -> LockBaseline:
        excluded = tuple((item.device, item.seq, item.reason) for item in self.exclude or ())
        return LockBaseline(session_id=session_id, exclude=excluded)


class Aldrete(Body):
    activity: Score | None = None
    respiration: Score | None = None
    circulation: Score | None = None
    consciousness: Score | None = None
    oxygen: Score | None = None


class Escort(Body):
    """The responsible adult."""

    name: Line | None = None
    relation: Line | None = None
    phone: Line | None = None
    present: bool


class Observations(Body):
    """What was observed; parts may come one at a time, the newest of each counts."""

    aldrete: Aldrete | None = None
    moaa_s: Annotated[int, Field(ge=0, le=5)] | None = None
    oriented: bool | None = None
    speech_clear: bool | None = None
    gait_steady: bool | None = None
    perception_clear: bool | None = None
    suicide_risk_unchanged: bool | None = None
    cannula_out: bool | None = None
    instructions_given: bool | None = None
    nausea: Literal["none", "mild", "moderate", "severe"] | None = None
    escort: Escort | None = None

    def values(self) -> dict[str, Any]:
        """Those that were given; an empty part is none."""
        return {name: value for name, value in self.model_dump(exclude_none=True).items() if value != {}}


class AssessmentBody(Body):
    kind: Literal["pre_dose", "discharge"]
    at: Time | None = None
    values: Observations

    def request(self, session_id: UUID) -> RecordAssessment:
        return RecordAssessment(session_id=session_id, assessment=self.kind, values=self.values.values(), at=self.at)


class HandReadingBody(Body):
    """mmHg, beats/min, %, breaths/min, °C."""

    observed_at: Time | None = None
    systolic: Value | None = None
    diastolic: Value | None = None
    heart_rate: Value | None = None
    spo2: Value | None = None
    respiratory_rate: Value | None = None
    temperature: Value | None = None
    note: Note | None = None

    def request(self, session_id: UUID) -> EnterReading:
        values = tuple(_tenths(getattr(self, name, None)) for name in METRIC_NAMES)
        return EnterReading(session_id=session_id, values=values, observed_at=self.observed_at, note=self.note)


class VoidBody(Body):
    device: Id
    seq: Count
    reason: Note

    def request(self, session_id: UUID) -> VoidReading:
        return VoidReading(session_id=session_id, device_id=self.device, seq=self.seq, reason=self.reason)


class CorrectReadingsBody(Body):
    """What `device`, or every device at `chair`, measured from `from` until before `to`."""

    device: Id | None = None
    chair: Id | None = None
    from_: Time = Field(alias="from")
    to: Time
    to_session: Id | None = None
    """Left out: it is this session's, whosever it was. Else what was this session's is that one's, or nobody's (null).
    """
    reason: Note

    def request(self, session_id: UUID, new_id: UUID, recent_us: int) -> CorrectReadings:
        """Raises KatError 422 unless it names a device or a chair."""
        if (self.device is None) == (self.chair is None):
            raise bad_value("device", "one_of", "Name a device or a chair.")
        return CorrectReadings(
            session_id=session_id,
            new_id=new_id,
            device_id=self.device,
            chair_id=self.chair,
            from_at=self.from_,
            to_at=self.to,
            to=self.to_session if "to_session" in self.model_fields_set else session_id,
            reason=self.reason,
            recent_us=recent_us,
        )


class MoveBody(Body):
    chair_id: Id
    at: Time | None = None

    def request(self, session_id: UUID) -> MoveSession:
        return MoveSession(session_id=session_id, chair_id=self.chair_id, at=self.at)


class CorrectPatientBody(Body):
    patient_id: Id
    reason: Note
    second_person: SecondPerson | None = None
    """Without one the answer is 409 `second_person_required`."""

    def request(self, session_id: UUID, second: UUID | None) -> CorrectPatient:
        return CorrectPatient(session_id=session_id, patient_id=self.patient_id, reason=self.reason, second=second)


class LimitBody(LimitNumbersBody):
    reason: Note
    second_person: SecondPerson | None = None
    """Loosening a high-priority limit needs one."""

    def request(self, session_id: UUID, code: str, second: UUID | None) -> SetLimit:
        return SetLimit(session_id=session_id, code=code, numbers=self.numbers(), reason=self.reason, second=second)
