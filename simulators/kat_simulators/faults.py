"""What goes wrong with monitors, as data: a scenario names faults and the monitor model obeys them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

FaultKind = Literal[
    "motion", "wrong", "low_signal", "irregular_pulse", "cuff_loose", "sensor_off", "demo", "cuff_failed", "silent"
]
Part = Literal["cuff", "pulse_ox", "ecg", "all"]
FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)
PARTS: tuple[str, ...] = get_args(Part)

FLAGS: dict[FaultKind, str] = {
    "motion": "motion",
    "low_signal": "low_signal",
    "irregular_pulse": "irregular_pulse",
    "cuff_loose": "cuff_loose",
    "sensor_off": "sensor_off",
    "demo": "demo",
}
"""The flag a kind puts on the readings; `wrong` puts none, `cuff_failed` has no values, `silent` sends nothing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """From `from_at` up to `to_at` (true time, microseconds) this part misbehaves; sizes are added to what it shows."""

    kind: FaultKind
    part: Part
    from_at: int
    to_at: int
    reason: str = "cuff could not measure"
    systolic: float = 0.0
    diastolic: float = 0.0
    heart_rate: float = 0.0
    spo2: float = 0.0
    respiratory_rate: float = 0.0

    def concerns(self, part: str) -> bool:
        """Whether this fault is about `part`."""
        return self.part in ("all", part)


@dataclass(frozen=True, slots=True)
class ClockStep:
    """From true time `at` on, the sender's clock shows true time plus `offset_us`."""

    at: int
    offset_us: int


def sender_time(steps: tuple[ClockStep, ...], true_at: int) -> int:
    """What the sender's clock shows at `true_at`; the last step at or before it counts."""
    offset = 0
    for step in steps:
        if step.at <= true_at:
            offset = step.offset_us
    return true_at + offset
