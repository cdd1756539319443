"""Who sits at each chair of a new demo and how far their session has come, so that the first look shows it all."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from kat_monitor.domain.registry import Patient
from kat_simulators.past import Regular
from kat_simulators.people import somebody
from kat_simulators.scenario_files import load

OPENING: tuple[tuple[str, float], ...] = (
    ("spike_at_30", 30.4),
    ("probe_off", 20.6),
    ("ready_at_100", 101.3),
    ("hypertensive", 23.5),
    ("nasal", 33.0),
    ("nasal_driver_late", 128.0),
    ("calm", -8.0),
    ("calm", -19.0),
)
"""Scenario of each chair, and the minute from its first dose at the start: a high alert in the making, a probe about
to fall off, a patient ready to leave, an alert in hand, dosing, waiting for a driver, preparing, planned."""

RESPONSE = {"hypertensive": 0.6}
"""An alert in hand stays one: their pressure is raised and does not reach what would call again."""

BEYOND = (("calm", 12.0), ("nasal", 70.0), ("calm", 66.0), ("sublingual", 24.0), ("calm", 33.0), ("calm", -12.0))
"""The chairs after those: ordinary sessions, so that a large clinic is no more alarming than a small one."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A chair's first session; `regular` names the chair and who sits there."""

    regular: Regular
    scenario: str
    minute: float


def openings(clinic_id: UUID, known: list[Regular], chairs: int) -> Iterator[Opening]:
    """Of each of the first `chairs` chairs; `known` come to theirs, the others are new here."""
    returning = {regular.chair: regular for regular in known}
    for number in range(1, chairs + 1):
        beyond = BEYOND[(number - len(OPENING) - 1) % len(BEYOND)]
        name, minute = OPENING[number - 1] if number <= len(OPENING) else beyond
        regular = returning.get(f"Chair {number}") or _new_here(clinic_id, number, name)
        response = RESPONSE.get(name, regular.who.response)
        yield Opening(replace(regular, who=replace(regular.who, response=response)), name, minute)


def _new_here(clinic_id: UUID, number: int, name: str) -> Regular:
    who = somebody(random.Random(f"opening {number}"), load(name).who)
    id_ = uuid5(clinic_id, f"opening {number}")
    return Regular(
        Patient(id_, clinic_id, f"D{95_000 + number}", who.name, who.birth_date, who.sex), who, f"Chair {number}"
    )
