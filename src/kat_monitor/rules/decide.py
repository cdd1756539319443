"""A person's request becomes journal entries or a refusal; nothing is changed here (design 7)."""

from collections.abc import Callable
from typing import Any

from kat_monitor.domain.commands import (
    AcknowledgeAlert,
    Actor,
    AnswerScreening,
    AskForReading,
    CallEmergency,
    CorrectPatient,
    CorrectReadings,
    CreateSession,
    EnterReading,
    EscalateAlert,
    LockBaseline,
    MoveSession,
    RecordAssessment,
    RecordEvent,
    SessionRequest,
    SetLimit,
    Transition,
    VoidReading,
)
from kat_monitor.errors import not_found
from kat_monitor.rules import (
    decide_alerts,
    decide_events,
    decide_help,
    decide_limits,
    decide_phases,
    decide_readings,
    decide_record,
)
from kat_monitor.rules.decision import FREE, NO_FACTS, Asked, Decision, Facts, Notice, Occupied
from kat_monitor.rules.state import SessionState


def decide(state: SessionState | None, request: SessionRequest, who: Actor, now: int, facts: Facts) -> Decision:
    """What is to be committed for a request, at clinic time `now`. `state` is None only for `CreateSession`.

    Entries carry position 0 and `committed_at = now`; the writer gives positions.

    Raises:
        KatError: the refusal, with status, code and the gates or fields it is about.
    """
    if isinstance(request, CreateSession):
        return decide_record.create(request, who, now, facts)
    if state is None:
        raise not_found("session")
    return _DECIDED_BY[type(request)](Asked(state, who, now, facts), request)


_DECIDED_BY: dict[type, Callable[[Asked, Any], Decision]] = {
    Transition: decide_phases.transition,
    RecordEvent: decide_events.record_event,
    AnswerScreening: decide_record.answer_screening,
    LockBaseline: decide_record.lock_baseline,
    RecordAssessment: decide_record.record_assessment,
    EnterReading: decide_record.enter_reading,
    VoidReading: decide_record.void_reading,
    CorrectReadings: decide_readings.correct_readings,
    MoveSession: decide_record.move,
    CorrectPatient: decide_record.correct_patient,
    SetLimit: decide_limits.set_limit,
    AcknowledgeAlert: decide_alerts.acknowledge,
    EscalateAlert: decide_alerts.escalate,
    CallEmergency: decide_help.emergency,
    AskForReading: decide_help.recheck,
}

__all__ = ["FREE", "NO_FACTS", "Decision", "Facts", "Notice", "Occupied", "decide"]
