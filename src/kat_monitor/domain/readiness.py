"""The computed things a session shows: criteria for going home, what is due, measured effects and the summary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class Met(StrEnum):
    """Unknown is never met."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of design 8. `evidence` is JSON-ready, in natural units (value, time, who).

    `not_before` is the earliest time it can be met, where that can be said; `since` is from when it has been met,
    as far as the record says (None: not met).
    """

    code: str
    state: Met
    evidence: Mapping[str, Any] = field(default_factory=dict)
    not_before: int | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """`waiting_since`: all is met but the responsible adult, since then."""

    as_of: int
    criteria: tuple[Criterion, ...]
    waiting_since: int | None = None

    @property
    def ready(self) -> bool:
        return bool(self.criteria) and all(c.state is Met.MET for c in self.criteria)

    @property
    def waiting_for_driver(self) -> bool:
        return self.waiting_since is not None

    def criterion(self, code: str) -> Criterion:
        """The criterion of that code.

        Raises:
            KeyError: there is none.
        """
        for criterion in self.criteria:
            if criterion.code == code:
                return criterion
        raise KeyError(code)


class DueState(StrEnum):
    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something owed at a time. `kind`: cuff, point (a fixed point), effect (of an intervention), recheck, driver.

    `code` tells items of one kind apart: a fixed point's code, `+5`/`+10` of an effect; `event_id` is the intervention.
    """

    kind: str
    at: int
    state: DueState
    code: str | None = None
    text: str | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Blood pressure `minute` minutes after an intervention; tenths, None where no reading came near enough."""

    event_id: UUID
    minute: int
    due_at: int
    reading_at: int | None = None
    systolic: int | None = None
    diastolic: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One line about a session. Values in tenths, minutes from the first dose (None without one)."""

    peak_systolic: int | None
    peak_systolic_min: float | None
    peak_diastolic: int | None
    peak_diastolic_min: float | None
    max_rise_systolic: int | None
    max_rise_diastolic: int | None
    alerts_high: int
    alerts_medium: int
    alerts_low: int
    minutes_in_dosing: float
    readings: int
    coverage_pct: float | None
    waited_for_driver_min: float | None
