"""The filters of lists: each value strict, and a filter nobody knows is refused instead of passed over."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from kat_monitor.api.fields import Code, Line, Search, Time
from kat_monitor.domain.alerts import AlertKind
from kat_monitor.domain.vitals import SECOND_US, Phase, Priority

SHORTEST_STEP_S, LONGEST_STEP_S = 1.0, 86_400.0
MOST_PATIENTS, MOST_ALERTS, MOST_LISTED = 200, 1_000, 200

Cursor = Annotated[str, Field(max_length=200)]


class Asked(BaseModel):
    """Query parameters: texts that are read as what they should be."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


def _step(text: Any) -> int | None:
    """None for `raw`, else microseconds."""
    if text is None or text == "raw":
        return None
    try:
        seconds = float(text)
    except (TypeError, ValueError):
        seconds = 0.0
    if not SHORTEST_STEP_S <= seconds <= LONGEST_STEP_S:
        raise PydanticCustomError("refused", "Is `raw` or seconds, 1 to 86400.")
    return round(seconds * SECOND_US)


class SessionsAsked(Asked):
    """Filters of `GET /sessions`; all given must fit."""

    start: Time | None = Field(None, alias="from")
    """Listed at or after: check-in, before that the planned time."""
    end: Time | None = Field(None, alias="to")
    """Listed before."""
    phase: Phase | None = None
    patient_id: UUID | None = None
    chair_id: UUID | None = None
    protocol: Code | None = None
    min_peak_systolic: Annotated[float, Field(ge=0, le=400)] | None = None
    """mmHg."""
    had_priority: Priority | None = None
    """Had an alert of this priority."""
    q: Line | None = None
    """Words, each part of the patient's name or record number; capitals and accents make no difference."""
    trend: bool = False
    """With a small curve of each session's cuff readings; then 50 a page at most."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None
    """`next_cursor` of the page before."""


class ReadingsAsked(Asked):
    start: Time | None = Field(None, alias="from")
    end: Time | None = Field(None, alias="to")
    step: Annotated[
        int | None,
        BeforeValidator(_step),
        Field(json_schema_extra={"type": "string", "example": "raw"}),
    ] = None
    """`raw` (as stored), or seconds: then min, mean and max per step."""
    cuff: bool = False
    """Only single readings: of a cuff, and by hand."""


class PatientsAsked(Asked):
    q: Search = ""
    """Part of the name or of the record number."""
    limit: Annotated[int, Field(ge=1, le=MOST_PATIENTS)] = MOST_PATIENTS
    cursor: Cursor | None = None
    """From the `Link` of the page before."""


class AlertsAsked(Asked):
    state: Literal["open", "provisional", "active", "returned", "closed"] | None = None
    """`open`: provisional, active or returned."""
    start: Time | None = Field(None, alias="from")
    """Opened at or after."""
    end: Time | None = Field(None, alias="to")
    """Opened before."""
    chair_id: UUID | None = None
    session_id: UUID | None = None
    priority: Priority | None = None
    """As it is now: a provisional one is a level below its limit's."""
    kind: AlertKind | None = None
    acknowledged_by: UUID | None = None
    """The account of who has, or had, it."""
    limit: Annotated[int, Field(ge=1, le=MOST_ALERTS)] = MOST_ALERTS
    cursor: Cursor | None = None
    """From the `Link` of the page before."""


class ListAsked(Asked):
    """A list that only grows: a page of it."""

    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = MOST_LISTED
    cursor: Cursor | None = None
    """From the `Link` of the page before."""
