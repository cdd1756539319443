"""Sessions, alerts and what is computed of them as JSON-ready answers, in the units and names of the HTTP contract."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.journal import Assessed, BaselineLocked, Event, LimitOverridden, ReadingsCorrected, Screened
from kat_monitor.domain.limit_told import limit_told
from kat_monitor.domain.readiness import Criterion, DueItem, Effect, Readiness, Summary
from kat_monitor.domain.registry import Chair, Patient
from kat_monitor.domain.times import maybe_rfc3339, to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US, Phase, from_tenths
from kat_monitor.rules.decision import age_years
from kat_monitor.rules.dosing_clock import dosing_clock
from kat_monitor.rules.effects import effects
from kat_monitor.rules.engine import effective_limit, limit_history
from kat_monitor.rules.gates import dosing_gates, mg_per_kg
from kat_monitor.rules.readiness import readiness
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.summary import summary

Json = dict[str, Any]

BASELINE_METRICS = ("systolic", "diastolic", "mean", "heart_rate", "spo2")


def session_view(
    state: SessionState, patient: Patient | None, chair: Chair | None, now: int, technical: Sequence[Alert] = ()
) -> Json:
    """`GET /sessions/{id}`: all of it. `technical` are the open technical alerts with this session's id."""
    return {
        "id": str(state.id),
        "patient": patient_view(patient),
        "chair": chair_view(chair),
        "protocol": {"code": state.protocol.code, "version": state.protocol.version},
        "phase": state.phase.value,
        "outcome": state.outcome,
        "phases": phases_view(state),
        "scheduled_at": maybe_rfc3339(state.created.scheduled_at),
        "weight_kg": state.created.weight_kg,
        "dosing": dosing_view(state, now),
        "screening": screening_view(state),
        "baseline": baseline_view(state),
        "target": target_view(state),
        "on_oxygen": state.course.on_oxygen,
        "emergency": emergency_view(state),
        "off_monitor_until": maybe_rfc3339(state.course.off_monitor_until()),
        "limits": limits_view(state),
        "summary": summary_view(summary(state, now)),
        "readiness": readiness_view(readiness(state, now, technical)),
        "gates": gates_view(state, patient, now),
    }


def gates_view(state: SessionState, patient: Patient | None, now: int) -> list[Json]:
    """What stands against the dose while preparing; the dose itself is asked for when it is given."""
    if state.phase is not Phase.PREPARING:
        return []
    age = None if patient is None else age_years(patient.birth_date, now)
    gates = [gate for gate in dosing_gates(state, now, None, age) if gate.code != "dose_missing"]
    return [{"code": gate.code, "detail": gate.detail, "passable": gate.passable} for gate in gates]


def patient_view(patient: Patient | None) -> Json | None:
    if patient is None:
        return None
    return {
        "id": str(patient.id),
        "mrn": patient.mrn,
        "name": patient.name,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
    }


def chair_view(chair: Chair | None) -> Json | None:
    return None if chair is None else {"id": str(chair.id), "label": chair.label, "room": chair.room}


def phases_view(state: SessionState) -> list[Json]:
    """Oldest first; `to` of the present phase is null."""
    ends: list[int | None] = [at for _, at in state.phases[1:]]
    return [
        {"phase": phase.value, "from": to_rfc3339(start), "to": maybe_rfc3339(end)}
        for (phase, start), end in zip(state.phases, [*ends, None], strict=True)
    ]


def dosing_view(state: SessionState, now: int) -> Json | None:
    """None before dosing."""
    clock = dosing_clock(state, now)
    if clock is None:
        return None
    total_mg = sum(float(event.data["amount_mg"]) for event in state.course.doses)
    return {
        "started_at": to_rfc3339(clock.started_at),
        "planned_min": state.created.planned_dosing_min,
        "elapsed_min": _minutes(clock.elapsed_us),
        "remaining_min": _minutes(clock.remaining_us),
        "ends_at": maybe_rfc3339(clock.ends_at),
        "paused": clock.paused,
        "running": state.phase is Phase.DOSING,
        "total_mg": total_mg,
        "mg_per_kg": mg_per_kg(total_mg, _weight(state)),
    }


def emergency_view(state: SessionState) -> Json | None:
    """Since when help is called for; None while it is not."""
    since = state.course.emergency_since
    return None if since is None else {"since": to_rfc3339(since)}


def _weight(state: SessionState) -> float | None:
    """The newest weight given with a dose, else the session's, kg."""
    given = [event.data["weight_kg"] for event in state.course.doses if event.data.get("weight_kg")]
    return given[-1] if given else state.created.weight_kg


def screening_view(state: SessionState) -> Json:
    """The newest answer per item, and every row that was written."""
    return {"answers": dict(state.screening), "rows": [_screened(row) for row in state.screenings]}


def _screened(row: Screened) -> Json:
    return {"at": to_rfc3339(row.committed_at), "by": _id(row.by), "answers": dict(row.answers), "note": row.note}


def baseline_numbers(state: SessionState) -> Json | None:
    """The values alone; None without a baseline."""
    baseline = state.baseline
    if baseline is None:
        return None
    return {name: _number(getattr(baseline, name)) for name in BASELINE_METRICS}


def baseline_view(state: SessionState) -> Json | None:
    """The answer of `POST /sessions/{id}/baseline`; None without a baseline."""
    return None if state.baseline is None else baseline_row(state.baseline)


def baseline_row(row: BaselineLocked) -> Json:
    """One baseline row; `readings` and `excluded` name (device, seq)."""
    return {
        **{name: _number(getattr(row, name)) for name in BASELINE_METRICS},
        "readings": [{"device": str(device), "seq": seq} for device, seq in row.readings],
        "excluded": [{"device": str(device), "seq": seq, "reason": reason} for device, seq, reason in row.excluded],
        "locked_at": to_rfc3339(row.committed_at),
        "locked_by": _id(row.by),
    }


def correction_view(entry: ReadingsCorrected) -> Json:
    """Which readings, whose they were (null: whosever) and whose they are (null: nobody's)."""
    return {
        "spans": [
            {"device": str(device), "from": to_rfc3339(start), "to": to_rfc3339(end)}
            for device, start, end in entry.spans
        ],
        "chair_id": _id(entry.chair_id),
        "from_session": _id(entry.of),
        "to_session": _id(entry.to),
        "reason": entry.reason,
    }


def target_view(state: SessionState) -> Json | None:
    target = state.target
    if target is None:
        return None
    return {
        "systolic": None if target.systolic is None else [from_tenths(v) for v in target.systolic],
        "diastolic": None if target.diastolic is None else [from_tenths(v) for v in target.diastolic],
        "at": to_rfc3339(target.committed_at),
        "by": _id(target.by),
        "reason": target.reason,
    }


def limits_view(state: SessionState) -> list[Json]:
    """Every limit with the numbers now in force and what they were."""
    return [limit_view(state, limit.code) for limit in state.protocol.protocol.limits]


def limit_view(state: SessionState, code: str) -> Json:
    """One limit as it now stands, with its history. Raises KeyError for an unknown code."""
    told = limit_told(effective_limit(state.limits, code))
    return told | {"history": [_override_row(row) for row in limit_history(state.limits, code)]}


def _override_row(row: LimitOverridden) -> Json:
    return {
        "value": from_tenths(row.value),
        "clear": from_tenths(row.clear),
        "immediate": _number(row.immediate),
        "from": to_rfc3339(row.committed_at),
        "by": _id(row.by),
        "second": _id(row.second_by),
        "reason": row.reason,
    }


def summary_view(line: Summary) -> Json:
    return {
        "peak_systolic": _number(line.peak_systolic),
        "peak_systolic_min": line.peak_systolic_min,
        "peak_diastolic": _number(line.peak_diastolic),
        "peak_diastolic_min": line.peak_diastolic_min,
        "max_rise_systolic": _number(line.max_rise_systolic),
        "max_rise_diastolic": _number(line.max_rise_diastolic),
        "alerts": {"high": line.alerts_high, "medium": line.alerts_medium, "low": line.alerts_low},
        "minutes_in_dosing": line.minutes_in_dosing,
        "readings": line.readings,
        "coverage_pct": line.coverage_pct,
        "waited_for_driver_min": line.waited_for_driver_min,
    }


def readiness_view(found: Readiness) -> Json:
    """`GET /sessions/{id}/readiness`."""
    return {
        "ready": found.ready,
        "as_of": to_rfc3339(found.as_of),
        "criteria": [_criterion(criterion) for criterion in found.criteria],
        "waiting_for_driver": found.waiting_for_driver,
        "waiting_since": maybe_rfc3339(found.waiting_since),
    }


def _criterion(criterion: Criterion) -> Json:
    return {
        "code": criterion.code,
        "state": criterion.state.value,
        "evidence": dict(criterion.evidence),
        "not_before": maybe_rfc3339(criterion.not_before),
    }


def due_view(item: DueItem, chair_id: UUID) -> Json:
    return {
        "chair_id": str(chair_id),
        "kind": item.kind,
        "at": to_rfc3339(item.at),
        "state": item.state.value,
        "code": item.code,
        "text": item.text,
        "event_id": _id(item.event_id),
    }


def nothing_due(chair_id: UUID) -> Json:
    """Names in `changes` a chair where nothing is due any more: its list becomes empty."""
    return {"chair_id": str(chair_id), "kind": None, "at": None, "state": None}


def events_view(state: SessionState) -> list[Json]:
    """`GET /sessions/{id}/events`, in order of commit, corrected ones marked, effects measured."""
    measured = effects(state)
    return [event_view(state, event, [e for e in measured if e.event_id == event.id]) for event in state.events]


def effects_view(state: SessionState) -> dict[str, list[Json]]:
    """By the id of each intervention or medication that answers an alert: what it did after 5 and after 10 minutes."""
    found: dict[str, list[Json]] = {}
    for effect in effects(state):
        found.setdefault(str(effect.event_id), []).append(_effect(effect))
    return found


def event_view(state: SessionState, event: Event, measured: Sequence[Effect] = ()) -> Json:
    """One event: its own fields beside the common ones; a dose with its mg/kg."""
    corrected_by = next((other.id for other in state.events if other.corrects == event.id), None)
    seen: Json = {
        **event.data,
        "id": str(event.id),
        "kind": event.event,
        "at": to_rfc3339(event.at),
        "recorded_at": to_rfc3339(event.committed_at),
        "by": _id(event.by),
        "text": event.text,
        "reason": event.reason if event.reason is not None else event.data.get("reason"),
        "answers_alert": _id(event.answers_alert),
        "corrects": _id(event.corrects),
        "corrected_by": _id(corrected_by),
    }
    if event.event == "dose":
        weight = event.data.get("weight_kg") or state.created.weight_kg
        seen["mg_per_kg"] = mg_per_kg(float(event.data["amount_mg"]), weight)
    if measured:
        seen["effect"] = [_effect(effect) for effect in measured]
    return seen


def _effect(effect: Effect) -> Json:
    return {
        "minute": effect.minute,
        "due_at": to_rfc3339(effect.due_at),
        "at": maybe_rfc3339(effect.reading_at),
        "systolic": _number(effect.systolic),
        "diastolic": _number(effect.diastolic),
    }


def assessments_view(state: SessionState) -> list[Json]:
    """`GET /sessions/{id}/assessments`, in order of commit."""
    return [assessment_view(row) for row in state.assessments]


def assessment_view(row: Assessed) -> Json:
    return {
        "kind": row.assessment,
        "at": to_rfc3339(row.at),
        "recorded_at": to_rfc3339(row.committed_at),
        "by": _id(row.by),
        "values": dict(row.values),
    }


def alert_view(alert: Alert) -> Json:
    """An alert of the HTTP contract: values in the metric's unit, times RFC 3339."""
    protocol = None
    if alert.protocol_code is not None:
        protocol = {"code": alert.protocol_code, "version": alert.protocol_version}
    return {
        "id": str(alert.id),
        "session_id": _id(alert.session_id),
        "chair_id": _id(alert.chair_id),
        "limit": alert.limit,
        "source": alert.source,
        "protocol": protocol,
        "kind": alert.kind.value,
        "priority": alert.priority.value,
        "state": alert.state.value,
        "opened_at": to_rfc3339(alert.opened_at),
        "raised_at": to_rfc3339(alert.raised_at),
        "returned_at": maybe_rfc3339(alert.returned_at),
        "closed_at": maybe_rfc3339(alert.closed_at),
        "ended_at": maybe_rfc3339(alert.ended_at),
        "confirm_by": maybe_rfc3339(alert.confirm_by),
        "closed_reason": alert.closed_reason,
        "value": _number(alert.value),
        "limit_value": _number(alert.limit_value),
        "worst_value": _number(alert.worst_value),
        "acknowledged_by": _id(alert.acknowledged_by),
        "acknowledged_at": maybe_rfc3339(alert.acknowledged_at),
        "acknowledged_value": _number(alert.acknowledged_value),
        "reminded_at": maybe_rfc3339(alert.reminded_at),
        "escalation": alert.escalation,
        "late": alert.late,
        "unconfirmed": alert.unconfirmed,
        "recorded": alert.recorded,
        "found_after_end": alert.found_after_end,
        "reviewed_from": maybe_rfc3339(alert.reviewed_from),
        "reviewed_to": maybe_rfc3339(alert.reviewed_to),
        "suppressed": alert.suppressed,
        "subject": alert.subject,
        "detail": alert.detail,
        "note": alert.note,
    }


def _number(tenths: int | None) -> float | int | None:
    return None if tenths is None else from_tenths(tenths)


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _minutes(us: int) -> float:
    return round(us / MINUTE_US, 2)
