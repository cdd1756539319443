"""Every number the simulated physiology rests on, each with its source, kept apart so that the models hold none.

Sources: S1 Yale chart review 2024 (10.1016/j.genhosppsych.2024.07.001); S2 Vankawala 2021 (10.3389/fpsyt.2021.549080);
S3 repeated infusions 2021; S5 Szarmach 2020 (PMC7605942); S13 Doherty 2020 (pubmed 31994024); S27/S28 Perez-Ruixo 2021
(10.1007/s40262-020-00953-4); S29 IM bioavailability; S30 Rolan 2013 (PMC4093926); S31 Chong 2006; S37 Zanos 2018
(PMC6020109); S41 an NIBP accuracy manual. "Ours" marks a value fitted here to a published result, not itself published.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clements:
    """Clements and Grant 1981, 250 mcg/kg: two compartments, per kg and minute (PMID 7459184, by S21)."""

    v1_l_per_kg: float = 1.7522
    k10_per_min: float = 0.0109
    k12_per_min: float = 0.0186
    k21_per_min: float = 0.0137
    cv_volume: float = 0.30  # clinical reference 2.2, ours
    cv_clearance: float = 0.30  # clinical reference 2.2, ours


@dataclass(frozen=True, slots=True)
class Absorption:
    """First-order uptake into the Clements model: fraction absorbed and rate, with between-patient variation."""

    fraction: float
    ka_per_min: float
    cv_fraction: float
    cv_ka: float


INTRAMUSCULAR = Absorption(fraction=0.93, ka_per_min=0.12, cv_fraction=0.05, cv_ka=0.60)
"""F 93 % (S29); ka 0.10-0.15 /min puts 35 mg at 162-181 ng/mL after 14-18 min (ours, clinical reference 2.2)."""

SUBLINGUAL = Absorption(fraction=0.29, ka_per_min=0.03, cv_fraction=0.30, cv_ka=0.60)
"""F 29 % (S30); ka 0.02-0.04 /min puts the peak at 32-51 min (ours, against 0.75 h of S30 and 0.76 h of S31)."""


@dataclass(frozen=True, slots=True)
class PerezRuixo:
    """Esketamine by nose, 820 subjects (S27): three compartments, liver and gut; litres and hours."""

    nasal_fraction: float = 0.54  # of the first 28 mg device
    later_device_factor: float = 0.62  # of each later device of the same session
    sd_logit_fraction: float = 0.708
    ka_nasal_per_h: float = 2.93
    swallow_h: float = 0.53  # zero-order release of the swallowed part
    ka_swallowed_per_h: float = 1.45
    gut_fraction: float = 0.64
    vc_l: float = 192.0
    q1_l_per_h: float = 84.3
    vp1_l: float = 143.0
    q2_l_per_h: float = 37.6
    vp2_l: float = 417.0
    qh_l_per_h: float = 151.0
    qh_loss_per_year_over_60: float = 2.19
    vh_l: float = 101.0
    kel_per_h: float = 1.11
    kmet_per_h: float = 2.77  # leaves the liver together with kel: only their sum gives the published exposure (ours)
    cv_ka_nasal: float = 0.615
    cv_ka_swallowed: float = 1.32
    cv_vc: float = 0.275
    cv_vp1: float = 0.493
    cv_qh: float = 0.232
    cv_vh: float = 0.346
    cv_kel: float = 1.20


DEVICE_MG = 28.0
"""One nasal device holds 28 mg (two sprays of 14 mg), S27."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Rise = emax * scale * C^n / (C50^n + C^n) in mmHg or beats/min; `scale` differs between patients, mean 1."""

    c50_ng_ml: float
    exponent: float
    emax_systolic: float
    emax_diastolic: float
    emax_heart_rate: float
    sd_scale_systolic: float
    sd_scale_diastolic: float
    systolic_diastolic_correlation: float
    sd_scale_heart_rate: float


RACEMIC_EFFECT = Effect(200.0, 2.0, 33.3, 22.7, 8.0, 0.65, 0.74, 0.8, 2.0)
"""C50 200, exponent 2, Emax near 35 (clinical reference 2.4, ours): +16.0 (SD 11.2) / +11.0 (SD 8.5) of S1."""

NASAL_EFFECT = Effect(35.0, 2.0, 14.7, 9.45, 5.0, 0.75, 0.75, 0.8, 2.0)
"""Under 65, fitted to +13.3/+8.7 of S13 over an even mix of 56 and 84 mg (ours)."""

NASAL_EFFECT_FROM_65 = Effect(35.0, 2.0, 17.2, 10.1, 4.0, 0.55, 0.60, 0.8, 2.0)
"""From 65 years, fitted to +16.0/+9.5 of S13 over the same mix (ours)."""


@dataclass(frozen=True, slots=True)
class People:
    """Who comes: baseline signs and what makes one patient differ from the next."""

    systolic_mean: float = 122.5  # without hypertension; the mix gives about 124 (SD 13), near 2.4's N(125, 13)
    systolic_sd: float = 12.4
    systolic_hypertensive_extra: float = 5.0  # ours
    diastolic_of_systolic: float = 0.62  # ours: 125 gives 77
    diastolic_sd: float = 5.5  # ours
    heart_rate_mean: float = 72.0  # ours
    heart_rate_sd: float = 8.0  # ours
    spo2_mean: float = 97.0  # clinical reference 2.4
    spo2_sd: float = 0.6
    respiratory_rate_mean: float = 15.5  # 14-18, clinical reference 2.4
    respiratory_rate_sd: float = 1.3
    weight_mean_kg: float = 78.0  # ours
    weight_sd_kg: float = 15.0  # ours
    hypertensive_share: float = 0.30  # ours; S4 counted 36 %
    hypertensive_scale: float = 1.12  # all with a history of hypertension surged in S1; size ours
    from_50_scale: float = 1.08  # larger from 50 years, S3; size ours
    hypertensive_heart_rate_scale: float = 0.5  # less rise of the pulse, S3; size ours


PEOPLE = People()
CLEMENTS = Clements()
PEREZ_RUIXO = PerezRuixo()


@dataclass(frozen=True, slots=True)
class Breathing:
    """How much the drug slows breathing and lowers SpO2 at full effect; small at these doses (ours)."""

    spo2_fall: float = 1.2
    respiratory_rate_fall: float = 1.5
    c50_ng_ml: float = 200.0


BREATHING = Breathing()


@dataclass(frozen=True, slots=True)
class Wander:
    """Slow movement of a patient's own signs around the curve (SD); beats and mmHg over minutes (ours)."""

    systolic: float = 1.5
    diastolic: float = 1.0
    heart_rate: float = 1.6
    spo2: float = 0.3
    respiratory_rate: float = 0.5
    periods_s: tuple[float, ...] = (41.0, 97.0, 223.0, 587.0)


WANDER = Wander()
