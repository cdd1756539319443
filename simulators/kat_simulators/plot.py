"""Draws the population against the published points, so that a reader sees at a glance what the simulators do."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kat_simulators.measures import IV_DOSE, UNTIL_MIN, Group
from kat_simulators.pharmacokinetics import Dose, clements, devices, grid, nasal
from kat_simulators.population import typical

BLUE, ORANGE, GREEN, GREY = "#1f5f8b", "#c65d21", "#3c7d3c", "#5a5a5a"


def draw(iv: Group, under_65: Group, from_65: Group, target: Path) -> None:
    """Write the picture (PNG) to `target`, whose folder is made when missing."""
    mpl.use("Agg")
    figure = Figure(figsize=(11, 7.2), layout="constrained")
    axes = figure.subplots(2, 2)
    _curves(axes[0, 0], iv)
    _peaks(axes[0, 1], iv)
    _concentrations(axes[1, 0])
    _nasal(axes[1, 1], under_65, from_65)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=110)


def _curves(axes: Axes, iv: Group) -> None:
    low, middle, high = np.percentile(iv.rise.systolic, [10, 50, 90], axis=0)
    axes.fill_between(iv.minutes, low, high, color=BLUE, alpha=0.15, linewidth=0, label="10-90 % of sessions")
    axes.plot(iv.minutes, iv.rise.systolic.mean(axis=0), color=BLUE, label="mean, systolic")
    axes.plot(iv.minutes, middle, color=BLUE, linestyle=":", linewidth=1, label="median, systolic")
    axes.plot(iv.minutes, iv.rise.diastolic.mean(axis=0), color=ORANGE, label="mean, diastolic")
    axes.errorbar([40], [16.0], yerr=[11.2], fmt="o", color=GREY, capsize=4, label="published peak 16.0 (SD 11.2) [S1]")
    axes.axvspan(0, 40, color=GREY, alpha=0.07, linewidth=0)
    axes.set(title="IV 0.5 mg/kg over 40 min: rise, noise-free", xlabel="minutes", ylabel="mmHg", xlim=(0, 180))
    axes.legend(fontsize=7, frameon=False)


def _peaks(axes: Axes, iv: Group) -> None:
    edges = np.arange(-5.5, 70.0, 3.0).tolist()
    axes.hist(iv.peak_systolic, bins=edges, color=BLUE, alpha=0.6, label="noise-free")
    axes.hist(iv.seen_peak_systolic, bins=edges, histtype="step", color=ORANGE, label="through the cuff, every 5 min")
    axes.axvline(16.0, color=GREY, linestyle="--", linewidth=1, label="published mean 16.0 [S1]")
    axes.set(title="IV: largest systolic rise of a session", xlabel="mmHg", ylabel="sessions of 2,000")
    axes.legend(fontsize=7, frameon=False)


def _concentrations(axes: Axes) -> None:
    minutes, person = grid(UNTIL_MIN), typical("iv")
    lines = (
        ("IV 0.5 mg/kg over 40 min", clements(person.clements, IV_DOSE, minutes), BLUE, "-"),
        ("IM 35 mg", clements(person.clements, [Dose(0.0, 35.0, "im")], minutes), GREEN, "-"),
        (
            "sublingual 100 mg",
            clements(typical("sublingual").clements, [Dose(0.0, 100.0, "sublingual")], minutes),
            GREY,
            "-",
        ),
        ("nasal 56 mg", nasal(person.nasal, devices(56.0), minutes), ORANGE, "-"),
        ("nasal 84 mg", nasal(person.nasal, devices(84.0), minutes), ORANGE, "--"),
    )
    for label, curve, colour, style in lines:
        axes.plot(minutes, curve[0], color=colour, linestyle=style, label=label)
    axes.plot([40, 41, 44], [185, 73, 101], "o", color=GREY, markersize=4, label="published Cmax [S27, S37]")
    axes.set(title="Concentration, typical patient", xlabel="minutes", ylabel="ng/mL", xlim=(0, 180))
    axes.legend(fontsize=7, frameon=False)


def _nasal(axes: Axes, under_65: Group, from_65: Group) -> None:
    for group, colour, label, published in (
        (under_65, BLUE, "under 65", 13.3),
        (from_65, ORANGE, "from 65", 16.0),
    ):
        axes.plot(group.minutes, group.rise.systolic.mean(axis=0), color=colour, label=f"mean, {label}")
        axes.axhline(
            published, color=colour, linestyle="--", linewidth=1, label=f"published mean of maxima {published:g} [S13]"
        )
    axes.set(title="Nasal 56/84 mg: systolic rise, noise-free", xlabel="minutes", ylabel="mmHg", xlim=(0, 240))
    axes.legend(fontsize=7, frameon=False)
