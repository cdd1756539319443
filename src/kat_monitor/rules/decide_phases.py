"""Transitions of a session: which way it may go, what must be met, and who may pass what is not (design 7)."""

from collections.abc import Sequence

from kat_monitor.domain.commands import DEPARTURES, IDENTIFIERS, OUTCOMES, Transition
from kat_monitor.domain.journal import Command, Event, PhaseEntered
from kat_monitor.domain.readiness import Met
from kat_monitor.domain.vitals import Phase
from kat_monitor.errors import FieldError, GateNotMet, KatError, bad_value, refused
from kat_monitor.rules import check_in
from kat_monitor.rules.decide_limits import individual
from kat_monitor.rules.decision import (
    Asked,
    Decision,
    Notice,
    Occupied,
    age_years,
    decision_at,
    fact_at,
    require_clinician,
    require_reason,
)
from kat_monitor.rules.gates import Gate, dosing_gates, unknown_holds
from kat_monitor.rules.readiness import readiness


def transition(asked: Asked, request: Transition) -> Decision:
    """Decide a transition.

    Raises:
        KatError: 403 (override, limits or target without a clinician), 409 with the gates not met, 422.
    """
    phase = asked.state.phase
    if request.to is phase:
        return _to_present(request)
    if not _departs(request):
        _refuse_misplaced(request)
    if phase.has_ended:
        raise refused("session_ended", f"The session is {phase.value}.")
    if request.override and not _departs(request):
        require_clinician(asked.who, "override")
        require_reason(request.reason, "An override")
    match request.to:
        case Phase.PREPARING:
            return _check_in(asked, request)
        case Phase.DOSING:
            return _to_dosing(asked, request)
        case Phase.RECOVERY:
            return _to_recovery(asked, request)
        case Phase.DISCHARGED:
            return _to_discharged(asked, request)
        case Phase.CANCELLED:
            return _to_cancelled(asked, request)
        case _:
            raise refused("no_way_back", "A session does not go back to scheduled.")


def _departs(request: Transition) -> bool:
    return request.to is Phase.DISCHARGED and request.outcome in DEPARTURES


def _misplaced(request: Transition) -> dict[str, str]:
    """Fields that have no meaning in this transition, each with where it belongs."""
    individual = request.to in (Phase.PREPARING, Phase.DOSING, Phase.RECOVERY)
    overrides = request.to is Phase.DOSING or (request.to is Phase.DISCHARGED and request.outcome == "override")
    departs = _departs(request)
    given = {
        "dose": (request.dose is not None, request.to is Phase.DOSING, "to dosing; else record it as an event"),
        "limits": (bool(request.limits), individual, "to preparing, dosing or recovery"),
        "target": (request.target is not None, individual, "to preparing, dosing or recovery"),
        "override": (request.override, overrides, "to dosing, or with the outcome `override`"),
        "told": (request.told is not None, departs, "that is a departure"),
        "accompanied_by": (request.accompanied_by is not None, departs, "that is a departure"),
    }
    return {name: place for name, (said, fits, place) in given.items() if said and not fits}


def _refuse_misplaced(request: Transition) -> None:
    """Raises KatError 422: what would be dropped is refused."""
    errors = [
        FieldError(name, "not_here", f"{name} goes with a transition {place}.")
        for name, place in _misplaced(request).items()
    ]
    if errors:
        raise KatError(422, "bad_value", " ".join(error.detail for error in errors), errors=errors)


def _to_present(request: Transition) -> Decision:
    """Asked again for where it already is: unchanged."""
    if request.dose is not None:
        raise refused("already_dosing", "The session is in dosing already. Record a further dose as an event.")
    if request.limits or request.target is not None:
        raise refused("already_in_phase", "Nothing changes, so limits cannot be set with it. Set them one by one.")
    return Decision()


def _check_in(asked: Asked, request: Transition) -> Decision:
    state, facts = asked.state, asked.facts
    if state.phase is not Phase.SCHEDULED:
        raise refused("not_scheduled", f"The session is in {state.phase.value}; check-in comes first.")
    unknown = set(request.identifiers) - set(IDENTIFIERS)
    if unknown:
        raise bad_value("identifiers", "unknown_identifier", f"must be of {', '.join(IDENTIFIERS)}.")
    gates = []
    if len(set(request.identifiers)) < 2:
        detail = f"Check two of {', '.join(IDENTIFIERS)} with the patient."
        gates.append(GateNotMet("two_identifiers_required", detail))
    at = decision_at(request.at, asked.now)
    gates += _occupied("chair_occupied", "At that time another session was open at this chair.", facts.chair, at)
    gates += _occupied("patient_in_session", "The patient is in another session.", facts.patient_busy, at)
    _refuse(gates)
    entries = [*individual_of(asked, request), _entered(asked, request, at)]
    return Decision(entries=tuple(entries), warnings=check_in.warnings(facts, at))


def _occupied(code: str, detail: str, by: Occupied, at: int) -> list[GateNotMet]:
    return [GateNotMet(code, detail)] if by.by is not None or at < by.until else []


def individual_of(asked: Asked, request: Transition) -> Sequence[Command]:
    """Limits and target set in the same step."""
    return individual(asked, request.limits, request.target, request.reason, request.second)


def _to_dosing(asked: Asked, request: Transition) -> Decision:
    state = asked.state
    if state.phase is Phase.SCHEDULED:
        raise refused("not_checked_in", "The patient is not checked in.")
    if state.phase is Phase.RECOVERY:
        raise refused("not_preparing", "Dosing is over. Record an extra dose as an event: it goes back to dosing.")
    at = _after_phase(asked, decision_at(request.at, asked.now))
    gates = gates_of(asked, request)
    standing = [gate for gate in gates if not (request.override and gate.passable)]
    _refuse([gate.refusal for gate in standing])
    entered = _entered(asked, request, at, override=bool(gates))
    entries: list[Command] = [*individual_of(asked, request), entered]
    if request.dose is not None:
        entries.append(
            Event(
                position=0,
                session_id=state.id,
                at=at,
                committed_at=asked.now,
                by=asked.who.id,
                id=request.new_id,
                event="dose",
                data=request.dose.data(),
            )
        )
    warnings = [
        Notice("hold_limit_unknown", f"{name} was not measured before the dose: its hold limit could not be checked.")
        for name in unknown_holds(state, asked.now)
    ]
    return Decision(entries=tuple(entries), warnings=tuple(warnings))


def gates_of(asked: Asked, request: Transition) -> list[Gate]:
    """The gates of dosing, with this request's dose."""
    patient = asked.facts.patient
    age = None if patient is None else age_years(patient.birth_date, asked.now)
    return dosing_gates(asked.state, asked.now, request.dose, age)


def _to_recovery(asked: Asked, request: Transition) -> Decision:
    if asked.state.phase is not Phase.DOSING:
        raise refused("not_dosing", f"The session is in {asked.state.phase.value}; recovery follows dosing.")
    at = _after_phase(asked, decision_at(request.at, asked.now))
    return Decision(entries=(*individual_of(asked, request), _entered(asked, request, at)))


def _to_discharged(asked: Asked, request: Transition) -> Decision:
    state = asked.state
    if request.outcome not in OUTCOMES:
        raise bad_value("outcome", "outcome_required", f"must be one of {', '.join(OUTCOMES)}.")
    if state.phase is Phase.SCHEDULED:
        raise refused("not_checked_in", "The patient is not checked in. Cancel the session instead.")
    if request.outcome in DEPARTURES:
        return _departed(asked, request)
    if state.phase is not Phase.RECOVERY:
        raise refused("not_in_recovery", f"The session is in {state.phase.value}; discharge follows recovery.")
    at = _after_phase(asked, decision_at(request.at, asked.now))
    if request.outcome == "override":
        require_clinician(asked.who, "discharge a patient who does not meet the criteria")
        require_reason(request.reason, "Discharge by override")
        return Decision(entries=(_entered(asked, request, at, override=True),))
    open_criteria = [
        GateNotMet(c.code, f"{c.code} is {c.state.value.replace('_', ' ')}.")
        for c in readiness(state, asked.now, asked.facts.technical).criteria
        if c.state is not Met.MET
    ]
    if open_criteria:
        raise refused("not_ready", "Not all criteria are met.", open_criteria)
    return Decision(entries=(_entered(asked, request, at),))


def _departed(asked: Asked, request: Transition) -> Decision:
    """They are gone: recorded as it happened, never refused."""
    at = fact_at(request.at, asked.now)
    warnings = [
        Notice("not_here", f"Not recorded with the departure: {name} goes with a transition {place}.")
        for name, place in _misplaced(request).items()
    ]
    unsaid = [name for name, said in (("told", request.told), ("accompanied_by", request.accompanied_by)) if not said]
    if unsaid:
        detail = f"Say what the patient was told and who goes with them: {' and '.join(unsaid)} not given."
        warnings.append(Notice("no_reason_given", detail))
    since = asked.state.phase_since
    if at < since:
        at = since
        warnings.append(Notice("moved_to_phase_start", "A session cannot end before its present phase began."))
    return Decision(entries=(_entered(asked, request, at),), warnings=tuple(warnings))


def _to_cancelled(asked: Asked, request: Transition) -> Decision:
    state = asked.state
    if state.course.doses or state.phase not in (Phase.SCHEDULED, Phase.PREPARING):
        raise refused("dose_given", "A session is cancelled only before any dose.")
    at = decision_at(request.at, asked.now)
    if state.phase is Phase.PREPARING:
        at = _after_phase(asked, at)
    return Decision(entries=(_entered(asked, request, at),))


def _after_phase(asked: Asked, at: int) -> int:
    """A phase begins no earlier than the one before it."""
    if at < asked.state.phase_since:
        raise bad_value("at", "before_phase", f"{asked.state.phase.value} began later than that.")
    return at


def _refuse(gates: Sequence[GateNotMet]) -> None:
    """409; `code` is the first gate's."""
    if gates:
        raise refused(gates[0].code, " ".join(gate.detail for gate in gates), gates)


def _entered(asked: Asked, request: Transition, at: int, *, override: bool = False) -> PhaseEntered:
    return PhaseEntered(
        position=0,
        session_id=asked.state.id,
        at=at,
        committed_at=asked.now,
        by=asked.who.id,
        to=request.to,
        outcome=request.outcome if request.to is Phase.DISCHARGED else None,
        reason=request.reason,
        override=override,
        identifiers=tuple(sorted(set(request.identifiers))),
        second_by=request.second,
        told=request.told,
        accompanied_by=request.accompanied_by,
    )
