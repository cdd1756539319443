"""What a population of simulated patients does, as numbers beside the published ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kat_simulators.effect import Rise
from kat_simulators.monitor import Noise, cuff_error
from kat_simulators.pharmacokinetics import STEP_MIN, Dose, Floats, clements, devices, grid, nasal
from kat_simulators.physiology import rises
from kat_simulators.population import AgeGroup, Population, sample, typical

SEED = 20261121
COUNT = 2000
IV_DOSE = (Dose(0.0, 0.5, "iv", 40.0, per_kg=True),)
INFUSED_MIN = 40.0
BACK_MIN = 90.0
UNTIL_MIN = 240.0
MEASURED_MIN = 130.0
"""How long cuffs are watched: to 90 min after an infusion."""
IV_CUFF_MIN = 5.0
NASAL_CUFF_MIN = 20.0
BASELINE_AT_MIN = (-8.0, -5.0, -2.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: measured noise-free, seen through the monitor, published, and its band (None: none)."""

    name: str
    value: float
    unit: str
    published: str
    low: float | None
    high: float | None
    source: str
    monitored: float | None = None

    @property
    def within(self) -> bool | None:
        """Whether the noise-free value lies in the band; None when there is no band."""
        if self.low is None or self.high is None:
            return None
        # numpy's own truth values are not `False`, and would pass as inside.
        return bool(self.low <= self.value <= self.high)


@dataclass(frozen=True, slots=True)
class Group:
    """A population after one treatment: noise-free rises (N, T) on `minutes`, and what cuffs saw (N, readings)."""

    people: Population
    minutes: Floats
    rise: Rise
    seen_minutes: Floats
    seen_systolic: Floats
    seen_diastolic: Floats
    seen_baseline_systolic: Floats
    seen_baseline_diastolic: Floats

    @property
    def peak_systolic(self) -> Floats:
        """Largest noise-free systolic rise of each session (N)."""
        return np.asarray(self.rise.systolic.max(axis=1), dtype=np.float64)

    @property
    def peak_diastolic(self) -> Floats:
        """Largest noise-free diastolic rise of each session (N)."""
        return np.asarray(self.rise.diastolic.max(axis=1), dtype=np.float64)

    @property
    def seen_peak_systolic(self) -> Floats:
        """Largest systolic rise over the measured baseline (N)."""
        return np.asarray(self.seen_systolic.max(axis=1) - self.seen_baseline_systolic, dtype=np.float64)

    @property
    def seen_peak_diastolic(self) -> Floats:
        """Largest diastolic rise over the measured baseline (N)."""
        return np.asarray(self.seen_diastolic.max(axis=1) - self.seen_baseline_diastolic, dtype=np.float64)


def _seen(people: Population, minutes: Floats, rise: Rise, every_min: float, seed: int) -> Group:
    """Let cuffs measure the population on a timetable, with the noise of `monitor`."""
    seen_minutes = np.arange(every_min, MEASURED_MIN + 0.1, every_min)
    columns = np.rint(seen_minutes / STEP_MIN).astype(np.int64)
    seeds = (seed * 1_000_003 + np.arange(people.size, dtype=np.int64))[:, None]
    settings = Noise()
    error_s, error_d, _ = cuff_error(seeds, np.rint(seen_minutes * 60).astype(np.int64)[None, :], settings)
    rest_s, rest_d, _ = cuff_error(seeds, np.rint(np.array(BASELINE_AT_MIN) * 60).astype(np.int64)[None, :], settings)
    systolic, diastolic = people.systolic[:, None], people.diastolic[:, None]
    return Group(
        people=people,
        minutes=minutes,
        rise=rise,
        seen_minutes=seen_minutes,
        seen_systolic=np.rint(systolic + rise.systolic[:, columns] + error_s),
        seen_diastolic=np.rint(diastolic + rise.diastolic[:, columns] + error_d),
        seen_baseline_systolic=np.median(np.rint(systolic + rest_s), axis=1),
        seen_baseline_diastolic=np.median(np.rint(diastolic + rest_d), axis=1),
    )


def iv_group(seed: int = SEED, count: int = COUNT) -> Group:
    """Ketamine by vein, 0.5 mg/kg over 40 min."""
    people, minutes = sample(count, seed), grid(UNTIL_MIN)
    return _seen(people, minutes, rises(people, IV_DOSE, minutes, "iv"), IV_CUFF_MIN, seed)


def nasal_group(ages: AgeGroup, seed: int = SEED, count: int = COUNT) -> Group:
    """Esketamine by nose: every other patient 56 mg, the others 84 mg, five minutes between devices."""
    people, minutes = sample(count, seed, "nasal", ages), grid(UNTIL_MIN)
    low, high = (rises(people, devices(mg), minutes, "nasal") for mg in (56.0, 84.0))
    odd = (np.arange(count) % 2 == 1)[:, None]
    mixed = Rise(*(np.where(odd, getattr(high, name), getattr(low, name)) for name in Rise.__dataclass_fields__))
    return _seen(people, minutes, mixed, NASAL_CUFF_MIN, seed)


def _peak(concentration: Floats, minutes: Floats) -> tuple[float, float]:
    index = int(concentration.argmax())
    return float(concentration[index]), float(minutes[index])


def concentration_rows() -> list[Row]:
    """The typical patient's exposure, per route."""
    minutes = grid(UNTIL_MIN)
    person = typical("iv")
    rows = []
    peak, _ = _peak(clements(person.clements, IV_DOSE, minutes)[0], minutes)
    rows.append(Row("IV 0.5 mg/kg over 40 min: Cmax, typical", peak, "ng/mL", "185", 173, 197, "S37; S21"))
    for mg, cmax, width, tmax in ((56.0, 73.0, 4.0, 41.0), (84.0, 101.0, 5.0, 44.0)):
        peak, when = _peak(nasal(person.nasal, devices(mg), minutes)[0], minutes)
        name = f"nasal {mg:g} mg"
        rows.append(Row(f"{name}: Cmax, typical", peak, "ng/mL", f"{cmax:g}", cmax - width, cmax + width, "S27"))
        rows.append(Row(f"{name}: time of Cmax", when, "min", f"{tmax:g}", tmax - 4, tmax + 4, "S27"))
    peak, when = _peak(clements(person.clements, [Dose(0.0, 35.0, "im")], minutes)[0], minutes)
    rows.append(Row("IM 35 mg: Cmax, typical", peak, "ng/mL", "162-181", 162, 181, "S29; ours"))
    rows.append(Row("IM 35 mg: time of Cmax", when, "min", "14-18", 14, 18, "S29; ours"))
    peak, when = _peak(clements(typical("sublingual").clements, [Dose(0.0, 25.0, "sublingual")], minutes)[0], minutes)
    rows.append(Row("sublingual 25 mg: Cmax, typical", peak, "ng/mL", "28.6 (SD 6.6)", 22.0, 35.2, "S31"))
    rows.append(Row("sublingual 25 mg: time of Cmax", when, "min", "32-51", 32, 51, "S30; S31"))
    return rows


def iv_rows(group: Group) -> list[Row]:
    """The effect by vein beside S1, S2 and S5."""
    s, d = group.peak_systolic, group.peak_diastolic
    seen_s, seen_d = group.seen_peak_systolic, group.seen_peak_diastolic
    back = round((INFUSED_MIN + BACK_MIN) / STEP_MIN)
    seen_back = int(np.argmin(np.abs(group.seen_minutes - (INFUSED_MIN + BACK_MIN))))
    curve, seen_curve = group.rise.systolic.mean(axis=0), group.seen_systolic.mean(axis=0)
    returned = float((np.abs(group.rise.systolic[:, back]) <= 5.0).mean() * 100)
    seen_returned = np.abs(group.seen_systolic[:, seen_back] - group.seen_baseline_systolic) <= 5.0
    high = (group.people.systolic[:, None] + group.rise.systolic).max(axis=1) >= 180.0
    seen_high = float((group.seen_systolic.max(axis=1) >= 180.0).mean() * 100)
    pulse = float(group.rise.heart_rate.max(axis=1).mean())
    return [
        Row("IV largest systolic rise, mean", s.mean(), "mmHg", "16.0", 15.0, 17.0, "S1", seen_s.mean()),
        Row("IV largest systolic rise, SD", s.std(), "mmHg", "11.2", 9.7, 12.7, "S1", seen_s.std()),
        Row("IV largest diastolic rise, mean", d.mean(), "mmHg", "11.0", 10.0, 12.0, "S1", seen_d.mean()),
        Row("IV largest diastolic rise, SD", d.std(), "mmHg", "8.5", 7.0, 10.0, "S1", seen_d.std()),
        Row(
            "IV mean curve peaks at",
            float(group.minutes[curve.argmax()]),
            "min",
            "40",
            37.0,
            43.0,
            "S1",
            float(group.seen_minutes[seen_curve.argmax()]),
        ),
        Row(
            "IV within 5 mmHg 90 min after the end",
            returned,
            "%",
            "back by 1.5 h",
            85.0,
            100.0,
            "S5",
            float(seen_returned.mean() * 100),
        ),
        Row("IV systolic >= 180, sessions", float(high.mean() * 100), "%", "0.98", 0.5, 2.0, "S1", seen_high),
        Row("IV largest pulse rise, mean", pulse, "beats/min", "4.1 (0.6-7.6)", 0.55, 7.63, "S2"),
    ]


def nasal_rows(group: Group, ages: str, systolic: float, diastolic: float) -> list[Row]:
    """The effect by nose beside S13; only the systolic mean has a band."""
    s, seen = group.peak_systolic, group.seen_peak_systolic
    low, high = systolic - 1.5, systolic + 1.5
    often, seen_often = float((s >= 40.0).mean() * 100), float((seen >= 40.0).mean() * 100)
    d, seen_d = float(group.peak_diastolic.mean()), float(group.seen_peak_diastolic.mean())
    name = f"nasal {ages}"
    return [
        Row(f"{name}: largest systolic rise, mean", s.mean(), "mmHg", f"{systolic:g}", low, high, "S13", seen.mean()),
        Row(f"{name}: largest diastolic rise, mean", d, "mmHg", f"{diastolic:g}", None, None, "S13", seen_d),
        Row(f"{name}: systolic rise >= 40, sessions", often, "%", "about 1-2", None, None, "S12, ours", seen_often),
    ]


def table(seed: int = SEED, count: int = COUNT) -> list[Row]:
    """Every row, for one seed."""
    rows = [*iv_rows(iv_group(seed, count)), *concentration_rows()]
    rows += nasal_rows(nasal_group("under_65", seed, count), "under 65", 13.3, 8.7)
    rows += nasal_rows(nasal_group("from_65", seed, count), "from 65", 16.0, 9.5)
    return rows


def outside(rows: Sequence[Row]) -> list[Row]:
    """Rows whose value left its band."""
    return [row for row in rows if row.within is False]
