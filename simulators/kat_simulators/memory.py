"""What the demo must not forget over a restart: gateway keys (shown only once) and the sessions it was playing."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kat_simulators.scenario import Who


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """A gateway made by the demo, with the key it was given."""

    id: str
    key: str


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A session being played: enough to go on with it. `taken_at`: up to when it was not played but written."""

    scenario: str
    dose_at: int
    taken_at: int
    patient_id: str
    session_id: str
    next_step: int
    who: Who


@dataclass(slots=True)
class Memory:
    """Kept in `path` (None: not at all), readable by the owner alone because it holds keys."""

    path: Path | None = None
    keys: dict[str, GatewayKey] = field(default_factory=dict)
    ongoing: dict[str, Ongoing] = field(default_factory=dict)
    patients: int = 0

    @classmethod
    def load(cls, path: Path | None) -> Memory:
        """What was kept, or nothing yet."""
        if path is None or not path.exists():
            return cls(path)
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            path,
            {label: GatewayKey(**key) for label, key in data["keys"].items()},
            {label: Ongoing(**{**one, "who": Who(**one["who"])}) for label, one in data["ongoing"].items()},
            int(data["patients"]),
        )

    def save(self) -> None:
        """Write it whole, then put it in place."""
        if self.path is None:
            return
        data = {
            "keys": {label: asdict(key) for label, key in self.keys.items()},
            "ongoing": {label: asdict(one) for label, one in self.ongoing.items()},
            "patients": self.patients,
        }
        fresh = self.path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file)
        fresh.replace(self.path)

    def next_mrn(self) -> str:
        """The next record number."""
        self.patients += 1
        return f"D{100_000 + self.patients}"
