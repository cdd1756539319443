"""Joins a scenario midway, so that a demo shows chairs in every phase from its first minute.

A server believes a check-in at most 15 minutes back, while doses are facts that may lie any time back. So: check-in and
a resting baseline are placed in the last quarter of an hour, then the doses are recorded at the times they would have
had, then recovery if it has begun. From there on the scenario runs as written. Only the order of these records differs
from a session seen from its start; monitors show what such a patient would show, except before `felt_from`.
"""

from __future__ import annotations

from dataclasses import replace

from kat_simulators.physiology import MINUTE_US
from kat_simulators.scenario import Scenario, Step, Taken

CHECKED_IN_AGO_MIN = 14.4
FIRST_CUFF_AGO_MIN = 14.2
CUFF_APART_MIN = 2.3
SINCE_AGO_MIN = 4.1
"""More than ten minutes after the first: two pressures that far apart are what going home needs."""
PREPARED_AGO_MIN = 9.2
FELT_AGO_MIN = 8.8
RECOVERED_AGO_MIN = 6.0
STAYS_MIN = 13.0
"""Within the quarter of an hour for which a driver counts as present."""
PREPARING = ("check_in", "screening", "baseline")


def take_over(scenario: Scenario, dose_at: int, now: int) -> Scenario:
    """`scenario` as it can be joined at `now`; unchanged when check-in is not yet a quarter of an hour ago."""
    minute = (now - dose_at) / MINUTE_US
    if minute - scenario.start_min <= CHECKED_IN_AGO_MIN:
        return scenario
    steps = _steps(scenario, minute)
    end = max((step.at_min for step in steps), default=minute)
    return replace(
        scenario,
        steps=steps,
        cuff=_cuff(scenario, minute),
        until_min=max(scenario.until_min, end + 5.0),
        taken=Taken(minute - CHECKED_IN_AGO_MIN, minute - FELT_AGO_MIN),
    )


def _steps(scenario: Scenario, minute: float) -> tuple[Step, ...]:
    past = [step for step in scenario.steps if step.at_min <= minute]
    ready = [_prepared(step, minute) for step in past if step.do in PREPARING or _is(step, "kind", "pre_dose")]
    given = [_as_fact(step) for step in past if "dose" in step.body or _is(step, "kind", "dose")]
    recovered = [
        replace(step, at_min=max(step.at_min, minute - RECOVERED_AGO_MIN))
        for step in past
        if _is(step, "to", "recovery")
    ]
    assessed = [replace(step, at_min=minute) for step in past if _is(step, "kind", "discharge")]
    left = [replace(step, at_min=minute + STAYS_MIN) for step in past if _is(step, "to", "discharged")]
    coming = [
        replace(step, at_min=max(step.at_min, minute + STAYS_MIN)) if _is(step, "to", "discharged") else step
        for step in scenario.steps
        if step.at_min > minute
    ]
    return (*ready, *given, *recovered, *assessed, *sorted([*left, *coming], key=lambda step: step.at_min))


def _is(step: Step, key: str, value: str) -> bool:
    return step.body.get(key) == value


def _prepared(step: Step, minute: float) -> Step:
    if step.do == "assessment":  # a fact, and only what was seen before the dose counts as seen before it
        return step
    return replace(step, at_min=minute - (CHECKED_IN_AGO_MIN if step.do == "check_in" else PREPARED_AGO_MIN))


def _as_fact(step: Step) -> Step:
    """A dose already given is recorded as an event, which no gate refuses."""
    if step.do == "event":
        return step
    return Step(step.at_min, "event", step.by, {"kind": "dose", **step.body["dose"]})


def _cuff(scenario: Scenario, minute: float) -> tuple[tuple[float, float], ...]:
    """Three resting measurements, one since, then the scenario's own rhythm."""
    segments = [(minute - FIRST_CUFF_AGO_MIN, CUFF_APART_MIN), (minute - SINCE_AGO_MIN, 30.0)]
    begun = [segment for segment in scenario.cuff if segment[0] <= minute]
    if begun:
        first, every = begun[-1]
        segments.append((first + (int((minute - first) / every) + 1) * every, every))
    return (*segments, *(segment for segment in scenario.cuff if segment[0] > minute))
