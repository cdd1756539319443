"""Events: what happened is recorded; only what cannot have happened so is refused (design 7)."""

from dataclasses import replace

from kat_monitor.domain.commands import Dose, RecordEvent
from kat_monitor.domain.journal import Event, PhaseEntered
from kat_monitor.domain.symptoms import near, term_of
from kat_monitor.domain.vitals import Phase
from kat_monitor.errors import bad_value, not_found, refused
from kat_monitor.rules.decision import (
    Asked,
    Decision,
    Notice,
    age_years,
    fact_at,
    require_not_ended,
)
from kat_monitor.rules.gates import Gate, dosing_gates, says_stop

OFF_MONITOR_MIN = 10
"""Longest time off the monitor that holds technical alerts (design 6.3)."""


def record_event(asked: Asked, request: RecordEvent) -> Decision:
    """Decide an event.

    Raises:
        KatError: 404 (the alert or event named), 409 (a pause outside dosing and the like), 422.
    """
    at = fact_at(request.at, asked.now)
    _check_references(asked, request)
    if request.event == "dose":
        return _dose(asked, request, at)
    if request.corrects is None:
        _check_possible(asked, request, at)
    if request.event == "symptom":
        return _symptom(asked, request, at)
    if request.event == "stop" and request.corrects is None:
        return _stop(asked, request, at)
    return Decision(entries=(_event(asked, request, at),))


def _check_references(asked: Asked, request: RecordEvent) -> None:
    state = asked.state
    if request.corrects is not None:
        if all(event.id != request.corrects for event in state.events):
            raise not_found("event")
        if request.corrects in state.course.corrected:
            raise refused("already_corrected", "That event has been corrected already. Correct the newer one.")
    alert = request.answers_alert
    if alert is not None:
        known = alert in state.limits.alerts or state.tally.knows(alert)
        technical = any(other.id == alert for other in asked.facts.technical)
        stored = asked.facts.alert is not None and asked.facts.alert.id == alert
        if not (known or technical or stored):
            raise not_found("alert")


def _check_possible(asked: Asked, request: RecordEvent, at: int) -> None:
    """Switches need something to switch at their own time, however late they are told; and time off the monitor."""
    state = asked.state
    kind = request.event
    if kind in ("pause", "resume"):
        phase = state.phase_at(at)
        if phase is not Phase.DOSING:
            raise refused("not_dosing", f"The session was in {phase.value} then: there was no dosing to {kind}.")
        if kind == "pause" and state.course.paused_at(at):
            raise refused("already_paused", "Dosing was paused already.")
        if kind == "resume" and not state.course.paused_at(at):
            raise refused("not_paused", "Dosing was not paused.")
    elif kind == "stop":
        if all(phase is not Phase.DOSING for phase, _ in state.phases):
            raise refused("not_dosing", f"The session is in {state.phase.value}: there was no dosing to stop.")
    elif kind == "off_monitor":
        require_not_ended(state)
        if not state.is_open:
            raise refused("not_checked_in", "The patient is not checked in.")
        minutes = request.data.get("minutes")
        if not isinstance(minutes, int | float) or not 0 < minutes <= OFF_MONITOR_MIN:
            raise bad_value("minutes", "out_of_bounds", f"must be more than 0 and at most {OFF_MONITOR_MIN}.")
        if state.phase is Phase.DOSING and not asked.who.is_clinician:
            raise refused("clinician_required", "In dosing only a clinician may take a patient off the monitor.")


def _stop(asked: Asked, request: RecordEvent, at: int) -> Decision:
    """It ends the dosing that it belongs to. Told after recovery began, it is what was given and why, and no more."""
    state = asked.state
    event = _event(asked, request, at)
    if state.phase is not Phase.DOSING:
        return Decision(entries=(event,))
    first = next(began for phase, began in state.phases if phase is Phase.DOSING)
    if first <= at < state.phase_since:
        notice = Notice("not_moved", "Recorded for an earlier time of dosing; the present one goes on.")
        return Decision(entries=(event,), warnings=(notice,))
    began = max(at, state.phase_since)
    return Decision(entries=(event, _entered(asked, Phase.RECOVERY, began, reason=_stop_reason(request))))


def _symptom(asked: Asked, request: RecordEvent, at: int) -> Decision:
    """Under the catalogue's term, so that a red flag alarms however it was typed; what was told is kept beside it."""
    told, severity = str(request.data["term"]), int(request.data["severity"])
    term = term_of(told, severity)
    if term is None:
        return Decision(entries=(_event(asked, request, at),), warnings=(_unknown(told),))
    data = {**request.data, "term": term} if term == told else {**request.data, "term": term, "told": told}
    return Decision(entries=(_event(asked, replace(request, data=data), at),))


def _unknown(told: str) -> Notice:
    """What was told is not said back: it may name anybody."""
    close = near(told)
    meant = f" Perhaps {' or '.join(close)} is meant: correct the event." if close else ""
    return Notice("unknown_term", f"Recorded as told, but no catalogue knows this term, so it raises no alarm.{meant}")


def _stop_reason(request: RecordEvent) -> str | None:
    return request.reason if request.reason is not None else request.data.get("reason")


def _dose(asked: Asked, request: RecordEvent, at: int) -> Decision:
    """A dose is a fact. It moves the session to dosing at its own time, whatever the gates say."""
    state = asked.state
    event = _event(asked, request, at)
    moves = request.corrects is None or state.phase in (Phase.SCHEDULED, Phase.PREPARING)
    # In recovery a dose dated back into dosing was given then: recovery began after it, and stands.
    forgotten = state.phase is Phase.RECOVERY and at < state.phase_since
    if not moves or forgotten or state.phase is Phase.DOSING or state.has_ended:
        return Decision(entries=(event,))
    gates = _open_gates(asked, request)
    refusals = tuple(gate.refusal for gate in gates)
    began = at if state.phase is Phase.SCHEDULED else max(at, state.phase_since)
    if state.phase is Phase.SCHEDULED:
        if asked.facts.chair.by is not None or asked.facts.patient_busy.by is not None:
            notice = Notice("not_moved", "Recorded, but another session is open at this chair or of this patient.")
            return Decision(entries=(event,), warnings=(notice,), open_gates=refusals, stop=says_stop(gates))
        began = max(began, asked.facts.chair.until, asked.facts.patient_busy.until)
    entered = _entered(asked, Phase.DOSING, began, reason=None)
    return Decision(entries=(entered, event), open_gates=refusals, stop=says_stop(gates))


def _open_gates(asked: Asked, request: RecordEvent) -> list[Gate]:
    """What stood against this dose. What a clinician has passed for an earlier one is not asked again."""
    state, patient = asked.state, asked.facts.patient
    age = None if patient is None else age_years(patient.birth_date, asked.now)
    gates = dosing_gates(state, asked.now, _dose_of(request), age)
    if state.phase is Phase.SCHEDULED:
        gates.insert(0, Gate("not_checked_in", "The patient is not checked in.", passable=False))
    if any(entry.to is Phase.DOSING and entry.override for entry in state.entered):
        gates = [gate for gate in gates if not gate.passable or gate.code == "dose_out_of_range"]
    return gates


def _dose_of(request: RecordEvent) -> Dose:
    data = request.data
    return Dose(
        drug=str(data.get("drug", "")),
        amount_mg=float(data["amount_mg"]),
        route=str(data.get("route", "")),
        weight_kg=data.get("weight_kg"),
    )


def _event(asked: Asked, request: RecordEvent, at: int) -> Event:
    return Event(
        position=0,
        session_id=asked.state.id,
        at=at,
        committed_at=asked.now,
        by=asked.who.id,
        id=request.new_id,
        event=request.event,
        text=request.text,
        reason=request.reason,
        answers_alert=request.answers_alert,
        corrects=request.corrects,
        data=dict(request.data),
    )


def _entered(asked: Asked, to: Phase, at: int, *, reason: str | None) -> PhaseEntered:
    return PhaseEntered(
        position=0,
        session_id=asked.state.id,
        at=at,
        committed_at=asked.now,
        by=asked.who.id,
        to=to,
        reason=reason,
    )
