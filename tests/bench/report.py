"""The rows: printed as a table with a verdict for each target, and written in the shape that others read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.machine import ROOT

RESULTS = ROOT / "bench" / "results.json"


@dataclass(frozen=True, slots=True)
class Target:
    """`reached` is compared with `least` and, when there is one, `stretch`; `more` says that more is better."""

    text: str
    reached: float
    least: float
    stretch: float | None = None
    more: bool = True

    @property
    def verdict(self) -> str:
        """stretch, at least or missed."""
        if self.stretch is not None and self._meets(self.stretch):
            return "stretch"
        return "at least" if self._meets(self.least) else "MISSED"

    def _meets(self, bound: float) -> bool:
        return self.reached >= bound if self.more else self.reached <= bound

    def __str__(self) -> str:
        sign = ">=" if self.more else "<="
        further = "" if self.stretch is None else f", stretch {self.stretch:g}"
        return f"{self.text} {self.reached:.3g} ({sign} {self.least:g}{further}): {self.verdict}"


@dataclass(slots=True)
class Row:
    """One figure. `limit`: what bounds it, in the same unit unless its name says otherwise, taken in the same run."""

    name: str
    ours: float
    unit: str
    limit: dict[str, float] = field(default_factory=dict)
    naive: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    other_cpu: float = 0.0
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    void: str | None = None
    """Why there is no figure after all."""

    def as_json(self) -> dict[str, Any]:
        """The fields that results.json has."""
        told: dict[str, Any] = {
            "name": self.name,
            "ours": _rounded(self.ours),
            "unit": self.unit,
            "limit": {name: _rounded(value) for name, value in self.limit.items()},
            "naive": None if self.naive is None else _rounded(self.naive),
        }
        if self.p50_ms is not None:
            told["p50_ms"] = _rounded(self.p50_ms)
        if self.p99_ms is not None:
            told["p99_ms"] = _rounded(self.p99_ms)
        return {**told, "other_cpu": self.other_cpu}


def _rounded(x: float) -> float:
    """Four significant digits: the figures are not better than that."""
    return float(f"{x:.4g}")


def show(row: Row) -> None:
    """One row for people."""
    limits = ", ".join(f"{name} {value:,.4g}" for name, value in row.limit.items())
    naive = "" if row.naive is None else f", naive {row.naive:,.4g}"
    print(f"\n{row.name:16} {row.ours:,.4g} {row.unit}   [{limits}{naive}]   other cpu {row.other_cpu:.2f}")
    if row.p50_ms is not None and row.p99_ms is not None:
        print(f"{'':16} p50 {row.p50_ms:.3g} ms, p99 {row.p99_ms:.3g} ms")
    for line in (*map(str, row.targets), *row.notes):
        print(f"{'':16} {line}")
    if row.void is not None:
        print(f"{'':16} VOID: {row.void}")


def write(rows: Sequence[Row], about: dict[str, Any], file: Path = RESULTS, *, keep: bool = False) -> None:
    """Write `{machine, versions, commit, rows}`; void rows are left out. `keep`: rows not measured now stay."""
    new = [row.as_json() for row in rows if row.void is None]
    if keep and file.exists():
        names = {row["name"] for row in new}
        new = [row for row in json.loads(file.read_text())["rows"] if row["name"] not in names] + new
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**about, "rows": new}, indent=1) + "\n")
