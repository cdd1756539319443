"""How often alarms would sound, per pack: simulated sessions through the real rules, calm ones counted apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from kat_monitor.domain.protocol import Limit, LimitKind, Protocol
from kat_monitor.domain.vitals import Priority
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.rules.compile import compile_protocol
from kat_simulators.chairside import PREPARING_MIN, Chairside, Sounded
from kat_simulators.monitor import Setup
from kat_simulators.pharmacokinetics import Dose, Floats, Route, devices
from kat_simulators.physiology import Patient, patient
from kat_simulators.population import sample

ROUTES: Final[dict[str, Route]] = {
    "iv_infusion": "iv",
    "im_injection": "im",
    "nasal_esketamine": "nasal",
    "sublingual": "sublingual",
}
SESSIONS = 40
MOST_PER_CALM_HOUR = 1.0
T0 = 1_790_000_000_000_000


@dataclass(frozen=True, slots=True)
class Burden:
    """Alerts per session of one pack by the highest priority they had, and tones an hour of calm sessions."""

    protocol: str
    sessions: int
    calm: int
    high: float
    medium: float
    low: float
    tones: float
    calm_tones_per_hour: float
    busiest: tuple[tuple[str, int], ...]

    @property
    def quiet_enough(self) -> bool:
        """At most one sounding alert per calm session hour."""
        return self.calm > 0 and self.calm_tones_per_hour <= MOST_PER_CALM_HOUR


def doses(protocol: Protocol, number: int, weight_kg: float) -> list[Dose]:
    """The pack's usual treatment, at the minute after preparing."""
    match ROUTES[protocol.code]:
        case "iv":
            return [Dose(PREPARING_MIN, 0.5 * weight_kg, "iv", protocol.planned_min)]
        case "im":
            return [Dose(PREPARING_MIN, 0.5 * weight_kg, "im")]
        case "nasal":
            mg = 84.0 if number % 2 else 56.0
            return [Dose(PREPARING_MIN + d.at_min, d.amount, "nasal") for d in devices(mg)]
        case "sublingual":
            return [Dose(PREPARING_MIN, 100.0, "sublingual")]


def measure(sessions: int = SESSIONS, seed: int = 20261121) -> list[Burden]:
    """Every shipped pack, each with `sessions` simulated patients."""
    return [burden(text, protocol, sessions, seed) for text, protocol in shipped().values()]


def burden(text: str, protocol: Protocol, sessions: int, seed: int) -> Burden:
    """One pack: its patients through the rules, from sitting down to the end of the minimum observation."""
    compiled = compile_protocol(version_of(text, 1))
    people = sample(sessions, seed, ROUTES[protocol.code])
    recovery = PREPARING_MIN + protocol.planned_min
    begins = recovery if protocol.discharge.observe_from == "end_of_dosing" else PREPARING_MIN
    end = begins + protocol.discharge.observe_min + 10.0
    heard: list[tuple[bool, Sounded]] = []
    for number in range(sessions):
        given = doses(protocol, number, float(people.weight_kg[number]))
        one = patient(people.pick(number), ROUTES[protocol.code], T0, seed + number, given, (), end)
        setup = Setup("cuff", "monitor", seed * 31 + number)
        chair = Chairside(number, one, setup, compiled, protocol)
        heard.append((is_calm(one, protocol), chair.run(PREPARING_MIN, recovery, end)))
    return _sum(protocol.code, heard, end / 60.0)


def _sum(code: str, heard: list[tuple[bool, Sounded]], hours: float) -> Burden:
    calm = [sounded for quiet, sounded in heard if quiet]
    limits = Counter(name for _, sounded in heard for name in sounded.limits.values())

    def each(priority: Priority) -> float:
        return float(np.mean([sounded.of(priority) for _, sounded in heard]))

    return Burden(
        protocol=code,
        sessions=len(heard),
        calm=len(calm),
        high=each(Priority.HIGH),
        medium=each(Priority.MEDIUM),
        low=each(Priority.LOW),
        tones=float(np.mean([sounded.tones for _, sounded in heard])),
        calm_tones_per_hour=sum(sounded.tones for sounded in calm) / max(len(calm) * hours, 1e-9),
        busiest=tuple(limits.most_common(3)),
    )


def is_calm(one: Patient, protocol: Protocol) -> bool:
    """Whether the patient's true signs, free of noise and wander, breach no limit of the pack at any time."""
    return not any(_breaches(one, limit) for limit in protocol.limits if not limit.needs_symptom)


def _breaches(one: Patient, limit: Limit) -> bool:
    name = limit.metric.wire
    if limit.kind is LimitKind.RATE or not hasattr(one.drug, name):
        return False
    rest, drug = float(getattr(one.person, name)[0]), getattr(one.drug, name)[0]
    moved: Floats = np.asarray(drug * 10.0, dtype=np.float64)
    match limit.kind:
        case LimitKind.ABOVE:
            return bool((rest * 10.0 + moved).max() >= limit.value)
        case LimitKind.BELOW:
            return bool((rest * 10.0 + moved).min() <= limit.value)
        case LimitKind.RISE:
            return bool(moved.max() >= limit.value)
        case LimitKind.FALL:
            return bool(-moved.min() >= limit.value)
        case LimitKind.RISE_PCT:
            return bool((moved * 100.0).max() >= limit.value * rest)
        case LimitKind.FALL_PCT:
            return bool((-moved * 100.0).max() >= limit.value * rest)
