"""Draws patients who differ as published patients do, so that alarms meet the whole spread and not one average body."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kat_simulators.parameters import CLEMENTS, INTRAMUSCULAR, PEOPLE, PEREZ_RUIXO, SUBLINGUAL
from kat_simulators.pharmacokinetics import ClementsPatients, Floats, NasalPatients, Route

AgeGroup = Literal["adult", "under_65", "from_65"]
_AGES: dict[AgeGroup, tuple[float, float]] = {"adult": (22.0, 75.0), "under_65": (22.0, 64.99), "from_65": (65.0, 80.0)}


@dataclass(frozen=True, slots=True)
class Population:
    """N patients: who they are, their resting signs, how strongly they respond, how they handle the drug."""

    age: Floats
    hypertensive: NDArray[np.bool_]
    weight_kg: Floats
    systolic: Floats
    diastolic: Floats
    heart_rate: Floats
    spo2: Floats
    respiratory_rate: Floats
    response: Floats  # standard normal: systolic
    response_diastolic: Floats  # standard normal, correlated with `response`
    response_heart_rate: Floats  # standard normal
    clements: ClementsPatients
    nasal: NasalPatients

    @property
    def size(self) -> int:
        """How many patients."""
        return int(self.age.size)

    def pick(self, index: int) -> Population:
        """The one patient at `index`, as a population of one."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        nested = {key: own.pop(key) for key in ("clements", "nasal")}
        chosen = {key: value[index : index + 1] for key, value in own.items()}
        deep = {
            key: replace(value, **{f.name: getattr(value, f.name)[index : index + 1] for f in fields(value)})
            for key, value in nested.items()
        }
        return Population(**chosen, **deep)


def _lognormal(rng: np.random.Generator, typical: float, cv: float, count: int) -> Floats:
    """Median `typical`, coefficient of variation `cv`."""
    return typical * np.exp(rng.normal(0.0, math.sqrt(math.log1p(cv * cv)), count))


def _clements(rng: np.random.Generator, weight: Floats, route: Route) -> ClementsPatients:
    count = weight.size
    volume = _lognormal(rng, 1.0, CLEMENTS.cv_volume, count)
    clearance = _lognormal(rng, 1.0, CLEMENTS.cv_clearance, count)
    uptake = SUBLINGUAL if route == "sublingual" else INTRAMUSCULAR
    fraction = np.minimum(_lognormal(rng, uptake.fraction, uptake.cv_fraction, count), 1.0)
    ka = _lognormal(rng, uptake.ka_per_min, uptake.cv_ka, count)
    return ClementsPatients(
        v1_l=CLEMENTS.v1_l_per_kg * weight * volume,
        k10=CLEMENTS.k10_per_min * clearance / volume,
        k12=np.full(count, CLEMENTS.k12_per_min),
        k21=np.full(count, CLEMENTS.k21_per_min),
        fraction=fraction,
        ka=ka,
        weight_kg=weight,
    )


def _nasal(rng: np.random.Generator, age: Floats) -> NasalPatients:
    p, count = PEREZ_RUIXO, age.size
    logit = math.log(p.nasal_fraction / (1.0 - p.nasal_fraction)) + rng.normal(0.0, p.sd_logit_fraction, count)
    flow = p.qh_l_per_h - p.qh_loss_per_year_over_60 * np.maximum(age - 60.0, 0.0)
    return NasalPatients(
        nasal_fraction=1.0 / (1.0 + np.exp(-logit)),
        ka_nasal=_lognormal(rng, p.ka_nasal_per_h, p.cv_ka_nasal, count),
        ka_swallowed=_lognormal(rng, p.ka_swallowed_per_h, p.cv_ka_swallowed, count),
        vc_l=_lognormal(rng, p.vc_l, p.cv_vc, count),
        vp1_l=_lognormal(rng, p.vp1_l, p.cv_vp1, count),
        qh=flow * _lognormal(rng, 1.0, p.cv_qh, count),
        vh_l=_lognormal(rng, p.vh_l, p.cv_vh, count),
        kel=_lognormal(rng, p.kel_per_h, p.cv_kel, count),
    )


def sample(count: int, seed: int, route: Route = "iv", ages: AgeGroup = "adult") -> Population:
    """`count` patients from `seed`; the same arguments always give the same patients."""
    rng = np.random.default_rng([seed, count])
    low, high = _AGES[ages]
    age = rng.uniform(low, high, count)
    hypertensive = rng.random(count) < PEOPLE.hypertensive_share
    weight = np.clip(rng.normal(PEOPLE.weight_mean_kg, PEOPLE.weight_sd_kg, count), 45.0, 130.0)
    systolic = rng.normal(PEOPLE.systolic_mean, PEOPLE.systolic_sd, count)
    systolic = np.clip(systolic + PEOPLE.systolic_hypertensive_extra * hypertensive, 92.0, 160.0)
    diastolic = systolic * PEOPLE.diastolic_of_systolic + rng.normal(0.0, PEOPLE.diastolic_sd, count)
    return Population(
        age=age,
        hypertensive=hypertensive,
        weight_kg=weight,
        systolic=systolic,
        diastolic=np.clip(diastolic, 50.0, 94.0),
        heart_rate=np.clip(rng.normal(PEOPLE.heart_rate_mean, PEOPLE.heart_rate_sd, count), 56.0, 96.0),
        spo2=np.clip(rng.normal(PEOPLE.spo2_mean, PEOPLE.spo2_sd, count), 96.0, 99.0),
        respiratory_rate=np.clip(
            rng.normal(PEOPLE.respiratory_rate_mean, PEOPLE.respiratory_rate_sd, count), 14.0, 18.0
        ),
        response=rng.normal(0.0, 1.0, count),
        response_diastolic=rng.normal(0.0, 1.0, count),
        response_heart_rate=rng.normal(0.0, 1.0, count),
        clements=_clements(rng, weight, route),
        nasal=_nasal(rng, age),
    )


def typical(route: Route = "iv", weight_kg: float = 70.0, age: float = 45.0) -> Population:
    """The typical patient: every published median, no variation, `response` zero (so scale one)."""
    one = np.ones(1)
    p = PEREZ_RUIXO
    uptake = SUBLINGUAL if route == "sublingual" else INTRAMUSCULAR
    return Population(
        age=one * age,
        hypertensive=np.zeros(1, dtype=np.bool_),
        weight_kg=one * weight_kg,
        systolic=one * PEOPLE.systolic_mean,
        diastolic=one * PEOPLE.systolic_mean * PEOPLE.diastolic_of_systolic,
        heart_rate=one * PEOPLE.heart_rate_mean,
        spo2=one * PEOPLE.spo2_mean,
        respiratory_rate=one * PEOPLE.respiratory_rate_mean,
        response=0.0 * one,
        response_diastolic=0.0 * one,
        response_heart_rate=0.0 * one,
        clements=ClementsPatients(
            v1_l=one * CLEMENTS.v1_l_per_kg * weight_kg,
            k10=one * CLEMENTS.k10_per_min,
            k12=one * CLEMENTS.k12_per_min,
            k21=one * CLEMENTS.k21_per_min,
            fraction=one * uptake.fraction,
            ka=one * uptake.ka_per_min,
            weight_kg=one * weight_kg,
        ),
        nasal=NasalPatients(
            nasal_fraction=one * p.nasal_fraction,
            ka_nasal=one * p.ka_nasal_per_h,
            ka_swallowed=one * p.ka_swallowed_per_h,
            vc_l=one * p.vc_l,
            vp1_l=one * p.vp1_l,
            qh=one * (p.qh_l_per_h - p.qh_loss_per_year_over_60 * max(age - 60.0, 0.0)),
            vh_l=one * p.vh_l,
            kel=one * p.kel_per_h,
        ),
    )
