"""The red limits (design 5) are the floor under every clinic's protocol: no new version is stored without them."""

from collections.abc import Iterable
from dataclasses import dataclass

from kat_monitor.domain.protocol import Limit, LimitKind
from kat_monitor.domain.vitals import OPEN_PHASES, Metric, Phase, Priority, from_tenths

LONGEST_HOLD_S = 60.0
LONGEST_CONFIRM_S = 300.0
"""Ours: not delays that anybody should choose, but what would be as good as having no limit."""


@dataclass(frozen=True, slots=True)
class RedLimit:
    """Somebody is called at `value` (tenths), whatever else a protocol says."""

    metric: Metric
    kind: LimitKind
    value: int

    def met_by(self, limit: Limit, phase: Phase) -> bool:
        """This limit, as it is or stricter, without a condition or a delay that takes it away."""
        strict = limit.value <= self.value if self.kind is LimitKind.ABOVE else limit.value >= self.value
        asked = limit.metric is self.metric and limit.kind is self.kind and phase in limit.when
        prompt = limit.hold_s <= LONGEST_HOLD_S and (limit.confirm_s or 0.0) <= LONGEST_CONFIRM_S
        return asked and strict and prompt and limit.priority is Priority.HIGH and not limit.needs_symptom


RED_LIMITS = (
    RedLimit(Metric.SYSTOLIC, LimitKind.ABOVE, 1800),
    RedLimit(Metric.SYSTOLIC, LimitKind.BELOW, 900),
    RedLimit(Metric.DIASTOLIC, LimitKind.ABOVE, 1100),
    RedLimit(Metric.HEART_RATE, LimitKind.ABOVE, 1310),
    RedLimit(Metric.HEART_RATE, LimitKind.BELOW, 400),
    RedLimit(Metric.SPO2, LimitKind.BELOW, 910),
)


def missing_red_limits(limits: Iterable[Limit]) -> list[str]:
    """What is missing, each as a reason to put behind the key `limit`."""
    kept = tuple(limits)
    found = []
    for red in RED_LIMITS:
        open_ = [p for p in Phase if p in OPEN_PHASES and not any(red.met_by(limit, p) for limit in kept)]
        if open_:
            side = "at most" if red.kind is LimitKind.ABOVE else "at least"
            found.append(
                f"needs a high-priority limit on {red.metric.wire}, kind {red.kind.value}, value {side} "
                f"{from_tenths(red.value)}, in {', '.join(phase.value for phase in open_)} (hold_s at most "
                f"{LONGEST_HOLD_S:g}, confirm_s at most {LONGEST_CONFIRM_S:g}, without needs_symptom)"
            )
    return found
