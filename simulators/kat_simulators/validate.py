"""Proves the simulated patients against published ones: `python -m kat_simulators.validate`, exit 1 outside a band."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kat_simulators.burden import MOST_PER_CALM_HOUR, Burden, measure
from kat_simulators.measures import SEED, Row, iv_group, nasal_group, outside, table
from kat_simulators.plot import draw

OTHER_SEEDS = (1, 2, 3, 4, 5)
PICTURE = Path("docs/images/simulator.png")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def show(rows: Sequence[Row], console: Console) -> None:
    """Print the table: noise-free beside published, and the same through the monitor."""
    shown = Table(title="Simulated patients beside published ones")
    for heading in ("what", "unit", "noise-free", "published", "band", "", "through monitor", "source"):
        shown.add_column(heading, justify="right" if heading in ("noise-free", "through monitor") else "left")
    for row in rows:
        band = "" if row.low is None or row.high is None else f"{row.low:g} to {row.high:g}"
        verdict = {True: "[green]ok[/]", False: "[red]OUT[/]", None: ""}[row.within]
        shown.add_row(
            row.name,
            row.unit,
            _number(row.value),
            row.published,
            band,
            verdict,
            _number(row.monitored),
            row.source,
        )
    console.print(shown)


def show_burden(burdens: Sequence[Burden], console: Console) -> None:
    """Print how often alarms would sound, pack by pack."""
    shown = Table(title="Alerts of simulated sessions, by the highest priority each had (medium and high sound)")
    headings = ("pack", "sessions", "calm", "high", "medium", "low", "tones", "tones per calm hour", "", "most often")
    for number, heading in enumerate(headings):
        shown.add_column(heading, justify="right" if 0 < number < 8 else "left")
    for one in burdens:
        shown.add_row(
            one.protocol,
            str(one.sessions),
            str(one.calm),
            f"{one.high:.2f}",
            f"{one.medium:.2f}",
            f"{one.low:.2f}",
            f"{one.tones:.2f}",
            f"{one.calm_tones_per_hour:.2f} (at most {MOST_PER_CALM_HOUR:g})",
            "[green]ok[/]" if one.quiet_enough else "[red]OUT[/]",
            ", ".join(f"{name} {count}" for name, count in one.busiest),
        )
    console.print(shown)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, draw; 0 when every band holds for the fixed seed and five others."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    console = Console(width=160)
    rows = table(SEED)
    show(rows, console)
    failed = bool(outside(rows))
    for seed in OTHER_SEEDS:
        out = outside(table(seed))
        failed = failed or bool(out)
        console.print(f"seed {seed}: " + ("; ".join(f"{r.name} {r.value:.2f} OUT" for r in out) or "all bands hold"))
    burdens = measure()
    show_burden(burdens, console)
    failed = failed or not all(one.quiet_enough for one in burdens)
    if "--no-plot" not in given:
        draw(iv_group(SEED), nasal_group("under_65", SEED), nasal_group("from_65", SEED), PICTURE)
        console.print(f"drawn: {PICTURE}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
