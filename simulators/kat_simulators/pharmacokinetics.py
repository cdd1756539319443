"""Drug concentration over time for many patients at once, so that effects follow what the published models say.

All models here are linear, so one step is exact: x(t+h) = e^(Ah) x(t) + (integral of e^(As) ds) * rate.
Shapes: N patients, T minutes of the grid, n compartments; amounts in mg, concentrations in ng/mL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kat_simulators.parameters import DEVICE_MG, PEREZ_RUIXO

Floats = NDArray[np.float64]
Route = Literal["iv", "im", "nasal", "sublingual"]

STEP_MIN = 0.5
NG_ML_PER_MG_L = 1000.0
_TAYLOR_TERMS = 10
_SQUARINGS = 6


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose: minutes from the session's zero, mg (or mg/kg where `per_kg`), route, and how long an infusion runs."""

    at_min: float
    amount: float
    route: Route
    duration_min: float = 0.0
    per_kg: bool = False


@dataclass(frozen=True, slots=True)
class ClementsPatients:
    """Individual two-compartment values, each an array of N: litres, 1/min, fraction absorbed, 1/min, kg."""

    v1_l: Floats
    k10: Floats
    k12: Floats
    k21: Floats
    fraction: Floats
    ka: Floats
    weight_kg: Floats


@dataclass(frozen=True, slots=True)
class NasalPatients:
    """Individual values of the nasal model, each an array of N: fractions, 1/h, litres, L/h."""

    nasal_fraction: Floats
    ka_nasal: Floats
    ka_swallowed: Floats
    vc_l: Floats
    vp1_l: Floats
    qh: Floats
    vh_l: Floats
    kel: Floats


def grid(until_min: float) -> Floats:
    """Minutes 0, 0.5, ... up to and including `until_min`."""
    return np.arange(0.0, until_min + STEP_MIN / 2, STEP_MIN)


def _propagators(a: Floats) -> tuple[Floats, Floats]:
    """e^(A h) and its integral over one step, batched over N (Taylor with scaling and squaring)."""
    count, size = a.shape[0], a.shape[1]
    block = np.zeros((count, 2 * size, 2 * size))
    block[:, :size, :size] = a
    block[:, :size, size:] = np.eye(size)
    block *= STEP_MIN / 2**_SQUARINGS
    term = np.broadcast_to(np.eye(2 * size), block.shape).copy()
    total = term.copy()
    for k in range(1, _TAYLOR_TERMS):
        term = term @ block / k
        total += term
    for _ in range(_SQUARINGS):
        total = total @ total
    return total[:, :size, :size], total[:, :size, size:]


def _run(a: Floats, bolus: Floats, rate: Floats, central: int) -> Floats:
    """Amount in compartment `central` (N, T) for boluses (T, N, n) and constant rates within each step (T, N, n)."""
    step, forced = _propagators(a)
    steps = bolus.shape[0]
    x = bolus[0].copy()
    out = np.empty((a.shape[0], steps))
    out[:, 0] = x[:, central]
    for t in range(1, steps):
        x = (step @ x[:, :, None])[:, :, 0]
        if rate[t - 1].any():
            x += (forced @ rate[t - 1][:, :, None])[:, :, 0]
        x += bolus[t]
        out[:, t] = x[:, central]
    return out


def _add_rate(rate: Floats, compartment: int, begin: float, duration: float, total: Floats) -> None:
    """Spread `total` (N) evenly from `begin` for `duration` minutes; steps only partly covered get their share."""
    edges = np.arange(rate.shape[0]) * STEP_MIN
    covered = np.clip(np.minimum(edges + STEP_MIN, begin + duration) - np.maximum(edges, begin), 0.0, None)
    rate[:, :, compartment] += covered[:, None] / STEP_MIN * (total / duration)[None, :]


def _step_of(at_min: float, steps: int) -> int | None:
    index = round(at_min / STEP_MIN)
    return index if 0 <= index < steps else None


def clements(patients: ClementsPatients, doses: Sequence[Dose], minutes: Floats) -> Floats:
    """Concentration (N, T) in ng/mL by the two-compartment model; compartments: depot, central, peripheral."""
    count, steps = patients.v1_l.size, minutes.size
    a = np.zeros((count, 3, 3))
    a[:, 0, 0] = -patients.ka
    a[:, 1, 0] = patients.ka
    a[:, 1, 1] = -(patients.k10 + patients.k12)
    a[:, 1, 2] = patients.k21
    a[:, 2, 1] = patients.k12
    a[:, 2, 2] = -patients.k21
    bolus, rate = np.zeros((steps, count, 3)), np.zeros((steps, count, 3))
    for dose in doses:
        amount = dose.amount * (patients.weight_kg if dose.per_kg else np.ones(count))
        if dose.duration_min > 0:
            _add_rate(rate, 1, dose.at_min, dose.duration_min, amount)
            continue
        index = _step_of(dose.at_min, steps)
        if index is not None:
            absorbed = amount if dose.route == "iv" else amount * patients.fraction
            bolus[index, :, 1 if dose.route == "iv" else 0] += absorbed
    return _run(a, bolus, rate, 1) / patients.v1_l[:, None] * NG_ML_PER_MG_L


def _nasal_matrix(patients: NasalPatients) -> Floats:
    """Rates per minute; compartments: nose, gut, liver, central, peripheral 1 and 2."""
    p = PEREZ_RUIXO
    a = np.zeros((patients.vc_l.size, 6, 6))
    a[:, 0, 0] = -patients.ka_nasal
    a[:, 3, 0] = patients.ka_nasal
    a[:, 1, 1] = -patients.ka_swallowed
    a[:, 2, 1] = patients.ka_swallowed * p.gut_fraction
    a[:, 2, 2] = -(patients.qh / patients.vh_l + patients.kel + p.kmet_per_h)
    a[:, 3, 2] = patients.qh / patients.vh_l
    a[:, 2, 3] = patients.qh / patients.vc_l
    a[:, 3, 3] = -(patients.qh + p.q1_l_per_h + p.q2_l_per_h) / patients.vc_l
    a[:, 3, 4] = p.q1_l_per_h / patients.vp1_l
    a[:, 4, 3] = p.q1_l_per_h / patients.vc_l
    a[:, 4, 4] = -p.q1_l_per_h / patients.vp1_l
    a[:, 3, 5] = p.q2_l_per_h / p.vp2_l
    a[:, 5, 3] = p.q2_l_per_h / patients.vc_l
    a[:, 5, 5] = -p.q2_l_per_h / p.vp2_l
    return a / 60.0


def nasal(patients: NasalPatients, doses: Sequence[Dose], minutes: Floats) -> Floats:
    """Esketamine concentration (N, T) in ng/mL; each dose is one device, the first of a session absorbed best."""
    p = PEREZ_RUIXO
    count, steps = patients.vc_l.size, minutes.size
    bolus, rate = np.zeros((steps, count, 6)), np.zeros((steps, count, 6))
    for number, dose in enumerate(sorted(doses, key=lambda d: d.at_min)):
        index = _step_of(dose.at_min, steps)
        if index is None:
            continue
        through_nose = patients.nasal_fraction * (1.0 if number == 0 else p.later_device_factor)
        bolus[index, :, 0] += dose.amount * through_nose
        _add_rate(rate, 1, dose.at_min, p.swallow_h * 60.0, dose.amount * (1.0 - through_nose))
    return _run(_nasal_matrix(patients), bolus, rate, 3) / patients.vc_l[:, None] * NG_ML_PER_MG_L


def devices(total_mg: float, apart_min: float = 5.0) -> list[Dose]:
    """The nasal devices that make up `total_mg`, `apart_min` from one to the next (56 mg is two, 84 mg three)."""
    return [Dose(i * apart_min, DEVICE_MG, "nasal") for i in range(round(total_mg / DEVICE_MG))]
