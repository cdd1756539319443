"""What staff do in every session, so that a scenario file only writes down what is special about it."""

from __future__ import annotations

from typing import Any

from kat_simulators.scenario import Given, Step
from kat_simulators.tables import Table

WELL: dict[str, Any] = {
    "aldrete": {"activity": 2, "respiration": 2, "circulation": 2, "consciousness": 2, "oxygen": 2},
    "moaa_s": 5,
    "oriented": True,
    "speech_clear": True,
    "gait_steady": True,
    "perception_clear": True,
    "nausea": "none",
    "suicide_risk_unchanged": True,
}
"""An assessment of somebody who is entirely well."""

DROWSY: dict[str, Any] = {
    **WELL,
    "aldrete": {"activity": 1, "respiration": 2, "circulation": 2, "consciousness": 1, "oxygen": 2},
    "moaa_s": 4,
    "gait_steady": False,
    "perception_clear": False,
}
"""An assessment soon after dosing."""


def usual_steps(table: Table, doses: tuple[Given, ...], route: str) -> list[Step]:
    """The steps of `[usual]`: a key gives the minute; a missing key means it is not done. Doses go in as `route`."""
    steps: list[Step] = []
    for key, do, body in (
        ("check_in", "check_in", {}),
        ("screening", "screening", {"answers": table.table("answers").rest()}),
        ("pre_dose", "assessment", {"kind": "pre_dose", "values": WELL}),
        ("baseline", "baseline", {}),
        ("recovery", "transition", {"to": "recovery"}),
        ("drowsy", "assessment", {"kind": "discharge", "values": DROWSY}),
    ):
        minute = table.maybe(key)
        if minute is not None:
            steps.append(Step(minute, do, "nurse", dict(body)))
    steps.extend(_leaving(table))
    steps.extend(_dosing(doses, route))
    table.done()
    return steps


def _leaving(table: Table) -> list[Step]:
    steps: list[Step] = []
    cannula = table.truth("cannula", False)
    for assessed in (table.maybe("assessed"), table.maybe("assessed_again")):
        if assessed is None:
            continue
        values = {**WELL, "instructions_given": True, **({"cannula_out": True} if cannula else {})}
        steps.append(Step(assessed, "assessment", "nurse", {"kind": "discharge", "values": values}))
    escort = table.maybe("escort")
    if escort is not None:
        driver = {"name": "Sam Reed", "relation": "friend", "phone": "020 7946 0018", "present": True}
        steps.append(Step(escort, "assessment", "nurse", {"kind": "discharge", "values": {"escort": driver}}))
    leaves = table.maybe("leaves")
    if leaves is not None:
        steps.append(Step(leaves, "transition", "nurse", {"to": "discharged", "outcome": "met"}))
    return steps


def _dosing(doses: tuple[Given, ...], route: str) -> list[Step]:
    steps: list[Step] = []
    for number, given in enumerate(doses):
        dose = {"drug": given.drug, "amount_mg": given.amount_mg, "route": route}
        through = given.through or ("transition" if number == 0 else "event")
        if through == "event":
            steps.append(Step(given.at_min, "event", "nurse", {"kind": "dose", **dose, **given.extra}))
        else:
            override = {"override": True} if through == "override" else {}
            by = "clinician" if override else "nurse"
            steps.append(
                Step(given.at_min, "transition", by, {"to": "dosing", "dose": dose, **override, **given.extra})
            )
        if given.stopped_at_min is not None:
            ran = (given.stopped_at_min - given.at_min) / given.over_min
            stop = {"kind": "stop", "reason": "distress", "given_mg": round(given.amount_mg * ran, 1)}
            steps.append(Step(given.stopped_at_min, "event", "nurse", stop))
    return steps
