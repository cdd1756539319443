"""Scenarios: who sits in the chair, what goes wrong, and what staff do at which minute; minute 0 is the first dose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kat_simulators.faults import ClockStep, Fault
from kat_simulators.monitor import QUIET, STILL, CuffPlan, Noise, Setup, StreamSource
from kat_simulators.pharmacokinetics import Dose, Route
from kat_simulators.physiology import MINUTE_US, Episode, Patient, patient
from kat_simulators.population import Population, typical

SECOND_US = 1_000_000
LINGERS_MIN = 60.0
"""How long after its planned end a patient may still be in the chair."""


@dataclass(frozen=True, slots=True)
class Who:
    """The patient as registered, and the body behind the name; None means the typical value."""

    name: str
    birth_date: str
    sex: str
    weight_kg: float
    systolic: float
    diastolic: float
    heart_rate: float
    spo2: float
    respiratory_rate: float
    hypertensive: bool = False
    response: float = 0.0
    response_heart_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Given:
    """A dose as given and as recorded; `through` is the door it goes through."""

    at_min: float
    drug: str
    amount_mg: float
    over_min: float
    stopped_at_min: float | None
    through: str  # transition | override | event
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing staff do: `do` names it, `body` goes with it as api.md has it."""

    at_min: float
    do: str
    by: str = "nurse"
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaultSpan:
    """A fault in minutes from the first dose."""

    from_min: float
    to_min: float
    fault: Fault


@dataclass(frozen=True, slots=True)
class Habits:
    """How this scenario's staff react to alerts; None: not at all. Seconds after the alert appears."""

    acknowledge_after_s: float | None = 45.0
    measure_after_s: float | None = 60.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole session, ready to be played. Minutes count from the first dose; at `start_min` the patient sits down."""

    name: str
    title: str
    shows: str
    protocol: str
    route: Route
    planned_min: float
    start_min: float
    until_min: float
    seed: int
    who: Who
    doses: tuple[Given, ...]
    episodes: tuple[Episode, ...]
    cuff: tuple[tuple[float, float], ...]  # (from minute, every minutes)
    sources: tuple[StreamSource, ...]
    disturbed: bool
    still: bool  # the arm lies still: two cuff readings of the same pressure hardly differ
    faults: tuple[FaultSpan, ...]
    clock: tuple[tuple[float, float], ...]  # (minute, offset seconds)
    away: tuple[tuple[float, float], ...]
    steps: tuple[Step, ...]
    habits: Habits = Habits()
    begins: str | None = None

    def person(self) -> Population:
        """The body behind the name, as a population of one."""
        who, year = self.who, int(self.who.birth_date[:4])
        age = 2026.0 - year
        one = np.ones(1)
        return replace(
            typical(self.route, who.weight_kg, age),
            hypertensive=np.array([who.hypertensive]),
            systolic=one * who.systolic,
            diastolic=one * who.diastolic,
            heart_rate=one * who.heart_rate,
            spo2=one * who.spo2,
            respiratory_rate=one * who.respiratory_rate,
            response=one * who.response,
            response_diastolic=one * who.response,
            response_heart_rate=one * who.response_heart_rate,
        )

    def body(self, dose_at: int, person: Population | None = None) -> Patient:
        """The patient whose first dose is at `dose_at` (microseconds); `person` replaces the scenario's own body."""
        shift = -self.start_min
        episodes = tuple(replace(e, from_min=e.from_min + shift, to_min=e.to_min + shift) for e in self.episodes)
        doses = tuple(_dose(given, self.route, shift) for given in self.doses)
        zero = dose_at + round(self.start_min * MINUTE_US)
        whole = self.until_min - self.start_min + LINGERS_MIN
        return patient(person or self.person(), self.route, zero, self.seed, doses, episodes, whole)

    def setup(self, dose_at: int, cuff_device: str, monitor_device: str, interval_s: float, seed: int) -> Setup:
        """The chair's devices with this scenario's faults placed in time."""
        spans = tuple(
            replace(s.fault, from_at=at(dose_at, s.from_min), to_at=at(dose_at, s.to_min)) for s in self.faults
        )
        steps = tuple(ClockStep(at(dose_at, minute), round(offset_s * SECOND_US)) for minute, offset_s in self.clock)
        return Setup(
            cuff_device=cuff_device,
            monitor_device=monitor_device,
            seed=seed,
            interval_s=interval_s,
            sources=self.sources,
            noise=Noise() if self.disturbed else STILL if self.still else QUIET,
            faults=spans,
            clock=steps,
        )

    def plan(self, dose_at: int) -> CuffPlan:
        """The cuff's timetable placed in time."""
        segments = tuple((at(dose_at, begin), round(every * MINUTE_US)) for begin, every in self.cuff)
        return CuffPlan(segments)


def at(dose_at: int, minute: float) -> int:
    """Microseconds of a scenario minute."""
    return dose_at + round(minute * MINUTE_US)


def _dose(given: Given, route: Route, shift: float) -> Dose:
    if given.over_min <= 0:
        return Dose(given.at_min + shift, given.amount_mg, route)
    ran = given.over_min if given.stopped_at_min is None else given.stopped_at_min - given.at_min
    return Dose(given.at_min + shift, given.amount_mg * ran / given.over_min, route, ran)
