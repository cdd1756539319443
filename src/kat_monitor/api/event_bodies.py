"""What may be recorded as an event: one strict body per kind, told apart by `kind`."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Discriminator, Field, Tag

from kat_monitor.api.fields import TAG, UNKNOWN_KIND, Body, Id, Line, Note, Number, Time
from kat_monitor.domain.commands import Dose, RecordEvent

Positive = Annotated[Number, Field(gt=0, le=100_000)]
Weight = Annotated[Number, Field(gt=0, le=700)]
"""kg"""
Severity = Annotated[int, Field(ge=0, le=3)]
_COMMON = frozenset({"kind", "at", "text", "answers_alert", "corrects"})


class DoseBody(Body):
    """One administration; each nasal device is its own."""

    drug: Line
    amount_mg: Positive
    """Total mg given."""
    route: Line
    weight_kg: Weight | None = None
    lot: Line | None = None
    concentration_mg_ml: Positive | None = None

    def dose(self) -> Dose:
        return Dose(self.drug, self.amount_mg, self.route, self.weight_kg, self.lot, self.concentration_mg_ml)


class EventBody(Body):
    """What every event may say."""

    at: Time | None = None
    """When it happened; left out, now. Facts may lie any time back, never in the future."""
    text: Note | None = None
    answers_alert: Id | None = None
    """The alert it is an answer to; its effect is then measured."""
    corrects: Id | None = None
    """The event in whose place it stands."""

    def data(self) -> dict[str, Any]:
        """The fields of its own kind that were given."""
        return self.model_dump(exclude=set(_COMMON), exclude_none=True)


class ReasonedBody(EventBody):
    reason: Note | None = None

    def data(self) -> dict[str, Any]:
        return {name: value for name, value in super().data().items() if name != "reason"}


class DoseEvent(DoseBody, ReasonedBody):
    kind: Literal["dose"]


class PauseEvent(ReasonedBody):
    kind: Literal["pause"]


class ResumeEvent(ReasonedBody):
    kind: Literal["resume"]


class StopEvent(EventBody):
    """Dosing ends before its time and recovery begins."""

    kind: Literal["stop"]
    reason: Literal["bp", "distress", "nausea", "line", "patient", "other"]
    given_mg: Annotated[Number, Field(ge=0, le=100_000)] | None = None
    """What was given until then. Stopping does not wait for it: it can follow as a correction."""


class OxygenEvent(ReasonedBody):
    kind: Literal["oxygen"]
    state: Literal["on", "off"]
    l_min: Annotated[Number, Field(ge=0, le=100)] | None = None


class OffMonitorEvent(EventBody):
    kind: Literal["off_monitor"]
    reason: Literal["walk", "toilet", "procedure"]
    minutes: Annotated[Number, Field(gt=0, le=10)]
    """How long technical alerts of this chair are held at most."""


class MedicationEvent(ReasonedBody):
    kind: Literal["medication"]
    drug: Line
    amount: Positive
    unit: Line
    route: Line


class InterventionEvent(ReasonedBody):
    kind: Literal["intervention"]
    action: Line | None = None
    """What was done, in a word: orient, reassure, light, sound, reposition, recuff, other_arm, pause, call."""


class SymptomEvent(ReasonedBody):
    """A red flag alarms by itself, at any severity but 0 (not there)."""

    kind: Literal["symptom"]
    term: Line
    """One of `GET /symptoms`, or other words for it. Any other is recorded as told, with a warning."""
    severity: Severity


class AdverseEvent(ReasonedBody):
    kind: Literal["adverse_event"]
    term: Line
    severity: Severity
    onset: Time | None = None
    serious: bool | None = None
    action: Line | None = None
    outcome: Line | None = None


class NoteEvent(ReasonedBody):
    kind: Literal["note"]
    text: Note


def _kind_of(given: Any) -> str | None:
    """The tag of the body's kind; an unknown or missing one is refused under its own name."""
    kind = given.get("kind") if isinstance(given, dict) else getattr(given, "kind", None)
    return TAG + kind if isinstance(kind, str) else None


AnyEvent = Annotated[
    Annotated[DoseEvent, Tag(TAG + "dose")]
    | Annotated[PauseEvent, Tag(TAG + "pause")]
    | Annotated[ResumeEvent, Tag(TAG + "resume")]
    | Annotated[StopEvent, Tag(TAG + "stop")]
    | Annotated[OxygenEvent, Tag(TAG + "oxygen")]
    | Annotated[OffMonitorEvent, Tag(TAG + "off_monitor")]
    | Annotated[MedicationEvent, Tag(TAG + "medication")]
    | Annotated[InterventionEvent, Tag(TAG + "intervention")]
    | Annotated[SymptomEvent, Tag(TAG + "symptom")]
    | Annotated[AdverseEvent, Tag(TAG + "adverse_event")]
    | Annotated[NoteEvent, Tag(TAG + "note")],
    Discriminator(_kind_of, custom_error_type=UNKNOWN_KIND, custom_error_message="Is not a kind of event."),
]
"""The body of `POST /sessions/{id}/events`."""


def needs_signature(given: AnyEvent) -> bool:
    """A medicine, and whatever stands in another event's place."""
    return given.kind == "medication" or given.corrects is not None


def event_request(given: AnyEvent, session_id: UUID, id: UUID) -> RecordEvent:
    """`reason` is text of its own, but for stop and off_monitor, where it is one of a few and part of what happened."""
    return RecordEvent(
        session_id=session_id,
        new_id=id,
        event=given.kind,
        at=given.at,
        text=given.text,
        reason=given.reason if isinstance(given, ReasonedBody) else None,
        answers_alert=given.answers_alert,
        corrects=given.corrects,
        data=given.data(),
    )
