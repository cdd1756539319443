"""Answers to what was written about a session, built in the writer's turn to be stored with what they answer."""

from kat_monitor.domain.journal import Event, HandReading, ReadingsCorrected
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import Metric, Source, from_tenths
from kat_monitor.ingest.commands import Answered, View
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.decide import Decision
from kat_monitor.rules.queries import would_breach
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.view import (
    Json,
    assessment_view,
    baseline_view,
    correction_view,
    event_view,
    limit_view,
    screening_view,
    session_view,
)


def whole_session(status: int = 200) -> View:
    """All of the session, with what the person should know besides."""

    def view(clinic: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
        return Answered(status, {**session_of(clinic, state, now), "warnings": _warnings(decision)})

    return view


def session_of(clinic: ClinicState, state: SessionState, now: int) -> Json:
    """`GET /sessions/{id}` of a session in memory."""
    technical = [alert for alert in clinic.technical.values() if alert.session_id == state.id]
    patient, chair = clinic.patients.get(state.patient_id), clinic.chairs.get(state.chair_id)
    return session_view(state, patient, chair, now, technical)


def screening(_: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    return Answered(200, {**screening_view(state), "warnings": _warnings(decision)})


def baseline(_: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    return Answered(200, baseline_view(state))


def event(_: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    """The event, the phase it left the session in, and which gates were not met for a dose."""
    recorded = next(entry.id for entry in decision.entries if isinstance(entry, Event))
    found = next(event for event in state.events if event.id == recorded)
    gates = [{"code": gate.code, "detail": gate.detail} for gate in decision.open_gates]
    said = {"phase": state.phase.value, "open_gates": gates, "warnings": _warnings(decision)}
    return Answered(201, {**event_view(state, found), **said})


def assessment(_: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    return Answered(201, assessment_view(state.assessments[-1]))


def hand_reading(_: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    reading = decision.readings[0]
    written = next(entry for entry in decision.entries if isinstance(entry, HandReading))
    return Answered(201, {**_reading(reading), "by": str(written.by), "note": written.note})


def readings_corrected(_: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    """The correction as it stands in the record."""
    entry = next(entry for entry in decision.entries if isinstance(entry, ReadingsCorrected))
    said = {"id": str(entry.id), **correction_view(entry)}
    by = {"recorded_at": to_rfc3339(entry.committed_at), "by": str(entry.by)}
    return Answered(200, {**said, **by, "warnings": _warnings(decision)})


def limit(_: ClinicState, state: SessionState, decision: Decision, now: int) -> Answered:
    """The limit as it now stands, and whether the newest value would breach it (null: cannot be known)."""
    code = decision.limit
    if code is None:
        raise AssertionError("a limit was set without saying which")
    return Answered(200, {**limit_view(state, code), "would_breach": would_breach(state.limits, code)})


def _reading(reading: Reading) -> Json:
    values = {
        m.wire: None if (v := reading.value(m)) is None else from_tenths(v) for m in Metric if m is not Metric.MEAN
    }
    return {
        "device": str(reading.device_id),
        "seq": reading.seq,
        "source": Source(reading.source).wire,
        "observed_at": to_rfc3339(reading.observed_at),
        "effective_at": to_rfc3339(reading.effective_at),
        "recorded_at": to_rfc3339(reading.received_at),
        "late": reading.late,
        "suspect": bool(reading.flags & Flag.SUSPECT),
        **values,
    }


def _warnings(decision: Decision) -> list[Json]:
    return [{"code": notice.code, "detail": notice.detail} for notice in decision.warnings]
