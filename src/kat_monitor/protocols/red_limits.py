"""The red limits (design 5) are the floor under every clinic's protocol: no new version is stored without them."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kat_monitor.domain.protocol import Limit, LimitKind
from kat_monitor.domain.vitals import METRIC_NAMES, OPEN_PHASES, Metric, Phase, Priority, from_tenths, to_tenths


@dataclass(frozen=True, slots=True)
class RedLimit:
    """Somebody is called at `value` (tenths), whatever else a protocol says."""

    metric: Metric
    kind: LimitKind
    value: int

    def met_by(self, limit: Limit, phase: Phase) -> bool:
        """This limit, as it is or stricter, without a condition that takes it away."""
        strict = limit.value <= self.value if self.kind is LimitKind.ABOVE else limit.value >= self.value
        asked = limit.metric is self.metric and limit.kind is self.kind and phase in limit.when
        return asked and strict and limit.priority is Priority.HIGH and not limit.needs_symptom


@dataclass(frozen=True, slots=True)
class Floor:
    """`red_limits.toml`. The delays are what no limit may exceed that is to count, seconds."""

    limits: tuple[RedLimit, ...]
    longest_hold_s: float
    longest_confirm_s: float

    def prompt(self, limit: Limit) -> bool:
        """A limit that waits for an hour is none."""
        return limit.hold_s <= self.longest_hold_s and (limit.confirm_s or 0.0) <= self.longest_confirm_s


@cache
def floor() -> Floor:
    """The red limits as shipped."""
    said = tomllib.loads((files(__package__) / "red_limits.toml").read_text("utf-8"))
    limits = tuple(
        RedLimit(Metric(METRIC_NAMES.index(row["metric"])), LimitKind(row["kind"]), to_tenths(row["value"]))
        for row in said["limit"]
    )
    return Floor(limits, said["longest_hold_s"], said["longest_confirm_s"])


def missing_red_limits(limits: Iterable[Limit]) -> list[str]:
    """What is missing, each as a reason to put behind the key `limit`."""
    least = floor()
    kept = tuple(limit for limit in limits if least.prompt(limit))
    found = []
    for red in least.limits:
        open_ = [p for p in Phase if p in OPEN_PHASES and not any(red.met_by(limit, p) for limit in kept)]
        if open_:
            side = "at most" if red.kind is LimitKind.ABOVE else "at least"
            found.append(
                f"needs a high-priority limit on {red.metric.wire}, kind {red.kind.value}, value {side} "
                f"{from_tenths(red.value)}, in {', '.join(phase.value for phase in open_)} (hold_s at most "
                f"{least.longest_hold_s:g}, confirm_s at most {least.longest_confirm_s:g}, without needs_symptom)"
            )
    return found
