"""The simulated body: vital signs at any moment, from who the patient is, what was given and what befalls them.

Pure: the same person, doses, episodes and seed give the same signs for the same microsecond, in any order of asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kat_simulators import noise
from kat_simulators.effect import Rise, rise
from kat_simulators.noise import Integers
from kat_simulators.parameters import WANDER
from kat_simulators.pharmacokinetics import Dose, Floats, Route, clements, grid, nasal
from kat_simulators.population import Population

MINUTE_US = 60_000_000
_CHANNELS = {"systolic": 11, "diastolic": 12, "heart_rate": 13, "spo2": 14, "respiratory_rate": 15}
LONGEST_MIN = 480.0


@dataclass(frozen=True, slots=True)
class Signs:
    """Vital signs, each an array of one shape: mmHg, mmHg, mmHg, beats/min, %, breaths/min."""

    systolic: Floats
    diastolic: Floats
    mean: Floats
    heart_rate: Floats
    spo2: Floats
    respiratory_rate: Floats


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that befalls the patient: signs move by these amounts, rising and falling smoothly around a plateau."""

    from_min: float
    to_min: float
    ramp_min: float = 2.0
    systolic: float = 0.0
    diastolic: float = 0.0
    heart_rate: float = 0.0
    spo2: float = 0.0
    respiratory_rate: float = 0.0


def concentrations(people: Population, doses: Sequence[Dose], minutes: Floats, route: Route) -> Floats:
    """Drug in ng/mL (N, T) on `minutes` (from `pharmacokinetics.grid`)."""
    if route == "nasal":
        return nasal(people.nasal, doses, minutes)
    return clements(people.clements, doses, minutes)


def rises(people: Population, doses: Sequence[Dose], minutes: Floats, route: Route) -> Rise:
    """Noise-free change from baseline of every patient (N, T)."""
    return rise(people, concentrations(people, doses, minutes, route), route)


def mean_pressure(systolic: Floats, diastolic: Floats) -> Floats:
    """The usual third of the pulse pressure above diastolic."""
    return diastolic + (systolic - diastolic) / 3.0


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient in one session; minutes count from `zero_at` (microseconds), where the grid begins."""

    person: Population
    route: Route
    zero_at: int
    seed: int
    doses: tuple[Dose, ...]
    episodes: tuple[Episode, ...]
    minutes: Floats
    drug: Rise

    def given(self, doses: Sequence[Dose]) -> Patient:
        """The same patient with another dose history (an extra dose, a stopped infusion)."""
        return replace(self, doses=tuple(doses), drug=rises(self.person, doses, self.minutes, self.route))

    def minute_of(self, at: Integers) -> Floats:
        """Minutes since `zero_at`."""
        return (np.asarray(at, dtype=np.int64) - self.zero_at) / MINUTE_US

    def signs(self, at: Integers) -> Signs:
        """The true signs at each moment of `at` (microseconds), with the slow wander every body has."""
        minute = self.minute_of(at)
        values = {name: self._one(name, minute) for name in _CHANNELS}
        for episode in self.episodes:
            share = _share(episode, minute)
            values = {name: value + share * getattr(episode, name) for name, value in values.items()}
        return Signs(
            systolic=values["systolic"],
            diastolic=values["diastolic"],
            mean=mean_pressure(values["systolic"], values["diastolic"]),
            heart_rate=values["heart_rate"],
            spo2=np.minimum(values["spo2"], 100.0),
            respiratory_rate=np.maximum(values["respiratory_rate"], 4.0),
        )

    def _one(self, name: str, minute: Floats) -> Floats:
        rest = float(getattr(self.person, name)[0])
        drug = np.interp(minute, self.minutes, getattr(self.drug, name)[0])
        slow = float(getattr(WANDER, name)) * _wander(self.seed, _CHANNELS[name], minute * 60.0)
        return np.asarray(rest + drug + slow, dtype=np.float64)


def patient(
    person: Population,
    route: Route,
    zero_at: int,
    seed: int,
    doses: Sequence[Dose] = (),
    episodes: Sequence[Episode] = (),
    until_min: float = LONGEST_MIN,
) -> Patient:
    """One patient whose minute 0 is `zero_at`; `person` must be a population of one."""
    if person.size != 1:
        raise ValueError(f"a patient is one person, not {person.size}")
    minutes = grid(until_min)
    drug = rises(person, doses, minutes, route)
    return Patient(person, route, zero_at, seed, tuple(doses), tuple(episodes), minutes, drug)


def _share(episode: Episode, minute: Floats) -> Floats:
    """0 outside, 1 on the plateau, half a cosine between."""
    ramp = max(episode.ramp_min, 1e-6)
    inward = np.clip(np.minimum(minute - episode.from_min, episode.to_min - minute) / ramp, 0.0, 1.0)
    return np.asarray((1.0 - np.cos(np.pi * inward)) / 2.0, dtype=np.float64)


def _wander(seed: int, channel: int, second: Floats) -> Floats:
    """Unit-SD slow movement: a few sines with the patient's own phases."""
    count = len(WANDER.periods_s)
    phases = noise.uniform(seed, channel, np.arange(count, dtype=np.int64))
    turns = second[..., None] / np.array(WANDER.periods_s) + phases
    return np.asarray(np.sin(2.0 * np.pi * turns).sum(axis=-1) * np.sqrt(2.0 / count), dtype=np.float64)
