"""Loads scenario files and says exactly what is wrong with one that cannot be played."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast, get_args

from kat_simulators.faults import FAULT_KINDS, PARTS, Fault, FaultKind, Part
from kat_simulators.monitor import StreamSource
from kat_simulators.pharmacokinetics import Route
from kat_simulators.physiology import Episode
from kat_simulators.scenario import FaultSpan, Given, Habits, Scenario, Step, Who
from kat_simulators.tables import ScenarioError, Table
from kat_simulators.usual import usual_steps

ROUTES: dict[str, Route] = {
    "iv_infusion": "iv",
    "im_injection": "im",
    "nasal_esketamine": "nasal",
    "sublingual": "sublingual",
}
"""Protocol pack to pharmacokinetic route."""

ACTIONS = ("check_in", "screening", "baseline", "transition", "event", "assessment", "reading", "measure")
SIZES = ("systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate")


def shipped() -> list[str]:
    """Names of the scenarios that come with the package."""
    folder = files("kat_simulators") / "scenarios"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def load(name: str) -> Scenario:
    """A shipped scenario by name, or any file by path; ScenarioError says what is wrong with it."""
    path: Traversable = Path(name) if name.endswith(".toml") else files("kat_simulators") / "scenarios" / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ScenarioError(name, "file", f"no such scenario; there are {', '.join(shipped())}") from None
    return parse(text, path.name)


def parse(text: str, file: str) -> Scenario:
    """A scenario from TOML text; `file` is only for messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(file, "file", str(error)) from None
    return _scenario(Table(file, "", data), file.removesuffix(".toml"))


def _scenario(top: Table, name: str) -> Scenario:
    protocol = top.text("protocol", among=tuple(ROUTES))
    start, until = top.number("start_min", low=-120, high=0), top.number("until_min", low=1, high=470)
    doses = tuple(_given(table) for table in top.tables("dose"))
    if list(doses) != sorted(doses, key=lambda given: given.at_min):
        raise top.error("dose", "doses must be in order of at_min")
    scenario = Scenario(
        name=name,
        title=top.text("title"),
        shows=top.text("shows"),
        protocol=protocol,
        route=ROUTES[protocol],
        planned_min=top.number("planned_min", low=1, high=240),
        start_min=start,
        until_min=until,
        seed=int(top.number("seed", low=0)),
        who=_who(top.table("patient")),
        doses=doses,
        episodes=tuple(_episode(table) for table in top.tables("episode")),
        cuff=_cuff(top),
        sources=_sources(top),
        disturbed=top.truth("disturbed", False),
        still=top.truth("still", False),
        faults=tuple(_fault(table) for table in top.tables("fault")),
        clock=tuple(_pair(table, "at_min", "offset_s") for table in top.tables("clock")),
        away=tuple(_span(table) for table in top.tables("away")),
        steps=(),
        habits=_habits(top.table("staff")),
        begins=top.text("begins", "") or None,
    )
    steps = [*usual_steps(top.table("usual"), doses, ROUTES[protocol]), *(_step(table) for table in top.tables("step"))]
    top.done()
    outside = [step for step in steps if not start <= step.at_min <= until]
    if outside:
        raise top.error("step", f"{outside[0].do} at minute {outside[0].at_min:g} is outside the session")
    ordered = tuple(sorted(steps, key=lambda step: step.at_min))
    return replace(scenario, steps=ordered)


def _who(table: Table) -> Who:
    birth_date = table.text("birth_date")
    if len(birth_date) != 10 or not birth_date[:4].isdigit():
        raise table.error("birth_date", f"must be YYYY-MM-DD, not {birth_date!r}")
    who = Who(
        name=table.text("name"),
        birth_date=birth_date,
        sex=table.text("sex", among=("female", "male", "other")),
        weight_kg=table.number("weight_kg", low=30, high=250),
        systolic=table.number("systolic", low=70, high=200),
        diastolic=table.number("diastolic", low=40, high=130),
        heart_rate=table.number("heart_rate", 70.0, 35, 140),
        spo2=table.number("spo2", 97.0, 80, 100),
        respiratory_rate=table.number("respiratory_rate", 15.0, 8, 30),
        hypertensive=table.truth("hypertensive", False),
        response=table.number("response", 0.0, -4, 4),
        response_heart_rate=table.number("response_heart_rate", 0.0, -4, 4),
    )
    table.done()
    return who


def _given(table: Table) -> Given:
    given = Given(
        at_min=table.number("at_min", low=0),
        drug=table.text("drug"),
        amount_mg=table.number("amount_mg", low=0.1, high=2000),
        over_min=table.number("over_min", 0.0, 0, 240),
        stopped_at_min=table.maybe("stopped_at_min", low=0),
        through=table.text("through", "", ("", "transition", "override", "event")),
        extra=dict(table.table("extra").rest()),
    )
    if given.stopped_at_min is not None and not given.at_min < given.stopped_at_min <= given.at_min + given.over_min:
        raise table.error("stopped_at_min", "must lie within the infusion")
    table.done()
    return given


def _span(table: Table) -> tuple[float, float]:
    low, high = _pair(table, "from_min", "to_min")
    if high <= low:
        raise table.error("to_min", f"must be after from_min {low:g}")
    return low, high


def _pair(table: Table, first: str, second: str) -> tuple[float, float]:
    pair = table.number(first), table.number(second)
    table.done()
    return pair


def _episode(table: Table) -> Episode:
    sizes = {name: table.number(name, 0.0) for name in SIZES}
    low, high = table.number("from_min"), table.number("to_min")
    ramp = table.number("ramp_min", 2.0, 0, 60)
    table.done()
    if high <= low:
        raise table.error("to_min", f"must be after from_min {low:g}")
    return Episode(low, high, ramp, **sizes)


def _fault(table: Table) -> FaultSpan:
    kind = cast(FaultKind, table.text("kind", among=FAULT_KINDS))
    part = cast(Part, table.text("part", among=PARTS))
    sizes = {name: table.number(name, 0.0) for name in SIZES}
    reason = table.text("reason", "cuff could not measure")
    low, high = _span(table)
    return FaultSpan(low, high, Fault(kind, part, 0, 0, reason, **sizes))


def _cuff(top: Table) -> tuple[tuple[float, float], ...]:
    segments = []
    for table in top.tables("cuff"):
        segments.append((table.number("from_min"), table.number("every_min", low=0.5, high=120)))
        table.done()
    if not segments or segments != sorted(segments):
        raise top.error("cuff", "needs at least one segment, in order of from_min")
    return tuple(segments)


def _sources(top: Table) -> tuple[StreamSource, ...]:
    given = top.raw("sources")
    if given is None:
        return get_args(StreamSource)
    if not isinstance(given, list) or any(source not in get_args(StreamSource) for source in given):
        raise top.error("sources", f"must be a list out of {', '.join(get_args(StreamSource))}")
    return tuple(given)


def _habits(table: Table) -> Habits:
    habits = Habits(
        acknowledge_after_s=None
        if table.raw("acknowledge_after_s") is False
        else _seconds(table, "acknowledge_after_s", 45),
        measure_after_s=None if table.raw("measure_after_s") is False else _seconds(table, "measure_after_s", 60),
    )
    table.done()
    return habits


def _seconds(table: Table, key: str, default: float) -> float:
    return table.number(key, default, 0, 3600)


def _step(table: Table) -> Step:
    moment = table.number("at_min")
    do = table.text("do", among=ACTIONS)
    by = table.text("by", "nurse", ("nurse", "clinician"))
    return Step(moment, do, by, table.rest())
