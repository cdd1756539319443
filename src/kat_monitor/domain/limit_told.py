"""A limit as every answer tells it, so that a protocol and a session name its parts alike."""

from typing import Any

from kat_monitor.domain.protocol import Limit
from kat_monitor.domain.vitals import Phase, from_tenths


def limit_told(limit: Limit) -> dict[str, Any]:
    """JSON-ready, in natural units; `when` in the order of a session."""
    return {
        "code": limit.code,
        "metric": limit.metric.wire,
        "when": [phase.value for phase in Phase if phase in limit.when],
        "kind": limit.kind.value,
        "value": from_tenths(limit.value),
        "clear": from_tenths(limit.clear),
        "hold_s": limit.hold_s,
        "confirm_s": limit.confirm_s,
        "immediate": None if limit.immediate is None else from_tenths(limit.immediate),
        "priority": limit.priority.value,
        "rearm": None if limit.rearm is None else from_tenths(limit.rearm),
        "needs_symptom": limit.needs_symptom,
    }
