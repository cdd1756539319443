"""Small commands of the machine's own: a timer fires, storing works again, a fold differs, a chart was read."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kat_monitor.domain.alerts import AlertState, TimerArmed
from kat_monitor.domain.audit import AuditEvent
from kat_monitor.domain.journal import TimerFired
from kat_monitor.domain.vitals import Priority
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.technical import Condition, raise_now, was_not_recording
from kat_monitor.store.batch import RowWrite


@dataclass(frozen=True, slots=True)
class FireTimer:
    """A confirming time is over. What was confirmed or closed meanwhile is left alone."""

    clinic_id: UUID
    timer: TimerArmed

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        timer = self.timer
        state = clinic.sessions.get(timer.session_id)
        alert = None if state is None else state.limits.alerts.get(timer.alert_id)
        if state is None or alert is None or alert.state is not AlertState.PROVISIONAL:
            return
        fired = TimerFired(
            position=0,
            session_id=state.id,
            at=timer.due_at,
            committed_at=turn.now,
            timer=timer.kind,
            alert_id=timer.alert_id,
        )
        turn.enter(clinic, state, fired)


def recording_again(turn: Turn, clinics: Iterable[ClinicState], since: int, *, said: bool) -> None:
    """The first commit after the database was away: a row that proves it can be written, and the alert."""
    for clinic in clinics:
        key: dict[str, object] = {"clinic_id": clinic.clinic.id, "key": "recording"}
        turn.batch.rows.append(RowWrite("meta", key, {"value": {"away_from": since, "back_at": turn.now}}, "upsert"))
        if said:
            was_not_recording(turn, clinic, since)


@dataclass(frozen=True, slots=True)
class FoldDiffers:
    """The journal folds to other alerts than are stored: the stored ones stand, and it is raised."""

    clinic_id: UUID
    session_id: UUID

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        state = clinic.sessions.get(self.session_id)
        if state is not None:
            detail = "the stored alerts differ from what the journal says; see `kat-monitor verify`"
            said = Condition(
                code="evaluation_failed",
                subject=str(state.id),
                priority=Priority.HIGH,
                since=turn.now,
                source="server",
                detail=detail,
                session_id=state.id,
                chair_id=state.chair_id,
            )
            raise_now(turn, clinic, said)


@dataclass(frozen=True, slots=True)
class Audited:
    """Somebody read a chart: written before they get it."""

    clinic_id: UUID
    event: AuditEvent

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        turn.audits.append(self.event)


@dataclass(frozen=True, slots=True)
class Forget:
    """Ended sessions that nobody works with any more leave memory."""

    clinic_id: UUID
    idle_us: int

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        for session_id, state in list(clinic.sessions.items()):
            ended_at = state.ended_at
            if ended_at is None or state.limits.alerts or turn.now - ended_at < self.idle_us:
                continue
            del clinic.sessions[session_id]
            clinic.memories.pop(session_id, None)
            if not any(s.patient_id == state.patient_id for s in clinic.sessions.values()):
                clinic.patients.pop(state.patient_id, None)
