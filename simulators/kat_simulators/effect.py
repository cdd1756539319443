"""How a concentration moves pressure, pulse and breathing, each patient in their own measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kat_simulators.parameters import BREATHING, NASAL_EFFECT, NASAL_EFFECT_FROM_65, PEOPLE, RACEMIC_EFFECT
from kat_simulators.pharmacokinetics import Floats, Route
from kat_simulators.population import Population


@dataclass(frozen=True, slots=True)
class Rise:
    """Change from baseline, each (N, T): mmHg, mmHg, beats/min, %, breaths/min."""

    systolic: Floats
    diastolic: Floats
    heart_rate: Floats
    spo2: Floats
    respiratory_rate: Floats


def _hill(concentration: Floats, c50: float, exponent: float) -> Floats:
    raised = np.maximum(concentration, 0.0) ** exponent
    return np.asarray(raised / (c50**exponent + raised), dtype=np.float64)


def _by_age(people: Population, name: str, route: Route) -> Floats:
    """One parameter of the effect for each patient (N): esketamine by nose acts more strongly from 65 years."""
    if route != "nasal":
        return np.full(people.size, float(getattr(RACEMIC_EFFECT, name)))
    older, younger = float(getattr(NASAL_EFFECT_FROM_65, name)), float(getattr(NASAL_EFFECT, name))
    return np.where(people.age >= 65.0, older, younger)


def _scales(people: Population, route: Route) -> tuple[Floats, Floats]:
    """How strongly each patient's systolic and diastolic respond (N): mean near 1, some below 0 (no rise at all)."""
    rho = _by_age(people, "systolic_diastolic_correlation", route)
    group = np.where(people.hypertensive, PEOPLE.hypertensive_scale, 1.0)
    group = group * np.where(people.age >= 50.0, PEOPLE.from_50_scale, 1.0)
    mixed = rho * people.response + np.sqrt(1.0 - rho * rho) * people.response_diastolic
    systolic = group * (1.0 + _by_age(people, "sd_scale_systolic", route) * people.response)
    return systolic, group * (1.0 + _by_age(people, "sd_scale_diastolic", route) * mixed)


def rise(people: Population, concentration: Floats, route: Route) -> Rise:
    """What `concentration` (N, T) in ng/mL does to every patient; source of each size in `parameters`."""
    effect = NASAL_EFFECT if route == "nasal" else RACEMIC_EFFECT
    share = _hill(concentration, effect.c50_ng_ml, effect.exponent)
    systolic, diastolic = _scales(people, route)
    pulse = 1.0 + effect.sd_scale_heart_rate * people.response_heart_rate
    pulse = pulse * np.where(people.hypertensive, PEOPLE.hypertensive_heart_rate_scale, 1.0)
    slowed = _hill(concentration, BREATHING.c50_ng_ml, 2.0)
    return Rise(
        systolic=(systolic * _by_age(people, "emax_systolic", route))[:, None] * share,
        diastolic=(diastolic * _by_age(people, "emax_diastolic", route))[:, None] * share,
        heart_rate=(pulse * _by_age(people, "emax_heart_rate", route))[:, None] * share,
        spo2=-BREATHING.spo2_fall * slowed,
        respiratory_rate=-BREATHING.respiratory_rate_fall * slowed,
    )
