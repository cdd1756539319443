"""A protocol as `GET /protocols/{code}` tells it: natural units, ready for JSON."""

from dataclasses import asdict
from typing import Any

from kat_monitor.domain.limit_told import limit_told
from kat_monitor.domain.protocol import (
    Discharge,
    Escalation,
    Expected,
    FixedPoint,
    Protocol,
    ScreeningItem,
    Timetable,
)
from kat_monitor.domain.vitals import Phase, from_tenths

_TENTHS = ("bp_pct", "bp_low_systolic", "bp_rising", "spo2_least", "spo2_baseline", "spo2_below_baseline")
"""Numbers of the discharge criteria that are percents or measured values."""


def describe(protocol: Protocol) -> dict[str, Any]:
    """What screens and programs may know of it; mmHg, beats/min, %, breaths/min, °C, minutes and seconds as named."""
    return {
        "expected": _expected(protocol.expected),
        "limits": [limit_told(limit) for limit in protocol.limits],
        "timetable": _timetable(protocol.timetable),
        "screening": [_screening(item) for item in protocol.screening],
        "discharge": _discharge(protocol.discharge),
        "escalation": _escalation(protocol.escalation),
        "audio": {"pause_max_s": protocol.audio.pause_max_s},
    }


def _expected(effect: Expected) -> dict[str, Any]:
    return {"onset_min": effect.onset_min, "peak_min": effect.peak_min, "offset_min": effect.offset_min}


def _timetable(table: Timetable) -> dict[str, Any]:
    return {
        "interval_min": {phase.value: table.interval_min[phase] for phase in Phase if phase in table.interval_min},
        "after_amber_min": table.after_amber_min,
        "after_red_min": table.after_red_min,
        "waiting_min": table.waiting_min,
        "points": [_point(point) for point in table.points],
    }


def _point(point: FixedPoint) -> dict[str, Any]:
    return {
        "code": point.code,
        "text": point.text,
        "minute": point.minute,
        "from_min": point.from_min,
        "to_min": point.to_min,
    }


def _screening(item: ScreeningItem) -> dict[str, Any]:
    return {"item": item.item, "text": item.text, "level": item.level.value, "stops_on": item.stops_on}


def _discharge(criteria: Discharge) -> dict[str, Any]:
    told = asdict(criteria)
    return told | {key: from_tenths(told[key]) for key in _TENTHS}


def _escalation(times: Escalation) -> dict[str, float]:
    return asdict(times)
