"""What a screen shows of one chair, JSON-ready: the session's line, its vitals with their ages, the trend."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.registry import Left, Patient
from kat_monitor.domain.times import maybe_rfc3339, to_rfc3339
from kat_monitor.domain.vitals import METRIC_NAMES, PRESSURES, Metric, Phase, Source, from_tenths
from kat_monitor.rules.baseline import progress
from kat_monitor.rules.shown import shown, shown_pressure, times
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.trend import STEP_US, Trend
from kat_monitor.rules.view import baseline_numbers, dosing_view, emergency_view, phases_view

Json = dict[str, Any]
_WIRE = tuple(source.wire for source in Source)
_SINGLE = (Metric.HEART_RATE, Metric.SPO2, Metric.RESPIRATORY_RATE, Metric.TEMPERATURE)


def initials(name: str) -> str:
    """`Maria del Mar Ruiz` is `MR`: the first and the last word."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else ""


def session_tile(state: SessionState, patient: Patient | None, now: int) -> Json:
    """A session in `snapshot` and `changes`. `named(...)` of the same tile takes the name away."""
    who = None if patient is None else {"id": str(patient.id), "name": patient.name, "initials": initials(patient.name)}
    return {
        "id": str(state.id),
        "chair_id": str(state.chair_id),
        "patient": who,
        "phase": state.phase.value,
        "phases": phases_view(state),
        "protocol": {
            "code": state.protocol.code,
            "version": state.protocol.version,
            "name": state.protocol.protocol.title,
        },
        "planned_min": state.created.planned_dosing_min,
        "dosing": _dosing(state, now),
        "baseline": baseline_numbers(state),
        "baseline_progress": baseline_progress(state, now),
        "emergency": emergency_view(state),
        "audio": {"pause_max_s": state.protocol.protocol.audio.pause_max_s},
        "ended_at": maybe_rfc3339(state.ended_at),
    }


def baseline_progress(state: SessionState, now: int) -> Json | None:
    """How many of the readings that a baseline needs are there; None when none is being taken."""
    if state.phase is not Phase.PREPARING or state.baseline is not None:
        return None
    have, need = progress(state, now)
    return {"have": have, "need": need}


def last_view(left: Left | None) -> Json | None:
    """The last patient of a chair, without a name."""
    if left is None:
        return None
    return {
        "session_id": str(left.session_id),
        "ended_at": to_rfc3339(left.ended_at),
        "outcome": left.outcome,
        "phase": left.phase.value,
    }


def _dosing(state: SessionState, now: int) -> Json | None:
    dosing = dosing_view(state, now)
    return None if dosing is None else {**dosing, "as_of": to_rfc3339(now)}


def nameless(tile: Json) -> Json:
    """The same session for a screen without names: initials only."""
    patient = tile["patient"]
    return tile if patient is None else {**tile, "patient": {"initials": patient["initials"]}}


def vitals_of(state: SessionState, rate: float) -> Json:
    """Every metric that has a value: never a bare number."""
    out: Json = {}
    pressure = shown_pressure(state)
    if pressure is not None:
        value = {METRIC_NAMES[m]: _number(pressure.valid(m)) for m in PRESSURES}
        out["blood_pressure"] = _measured(state, pressure, value, rate)
    for metric in _SINGLE:
        reading = shown(state, metric)
        if reading is not None:
            out[METRIC_NAMES[metric]] = _measured(state, reading, _number(reading.valid(metric)), rate)
    return out


def _number(value: int | None) -> float | int | None:
    return None if value is None else from_tenths(value)


def _measured(state: SessionState, reading: Reading, value: object, rate: float) -> Json:
    stale_at, gone_at = times(state, reading, rate)
    said: Json = {
        "value": value,
        "effective_at": to_rfc3339(reading.effective_at),
        "source": _WIRE[reading.source],
        "stale_at": to_rfc3339(stale_at),
        "gone_at": to_rfc3339(gone_at),
    }
    if reading.doubtful:
        said["suspect"] = True
    return said


def trend_of(trend: Trend | None, start: int = 0) -> Json | None:
    """The curve from bucket `start` on; a whole one has no `start`."""
    if trend is None:
        return None
    columns = {
        name: [None if v is None else from_tenths(v) for v in values] for name, values in trend.columns(start).items()
    }
    said: Json = {"from": to_rfc3339(trend.from_at), "step_s": STEP_US // 1_000_000, **columns}
    if start:
        said["start"] = start
    return said


def metrics_gone(before: Mapping[str, Any], now: Mapping[str, Any]) -> Json:
    """Null for each metric that was shown and is no more (a voided reading)."""
    return {key: None for key in before if key not in now}


def uuid_set(texts: object, most: int) -> frozenset[UUID] | None:
    """Alert ids of a receipt; None if it is not a list of ids."""
    if not isinstance(texts, list) or len(texts) > most:
        return None
    try:
        return frozenset(UUID(text) for text in texts)
    except (ValueError, TypeError, AttributeError):
        return None
