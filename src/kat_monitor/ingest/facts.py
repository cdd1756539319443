"""What the clinic knows that a session does not, gathered for one decision."""

from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.commands import (
    CorrectPatient,
    CreateSession,
    EnterReading,
    MoveSession,
    SessionRequest,
    Transition,
    manual_device_id,
)
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.registry import Patient
from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.errors import not_found
from kat_monitor.rules.clinic import ClinicState, JudgedMemory
from kat_monitor.rules.decide import Facts, Occupied
from kat_monitor.rules.decision import Measured
from kat_monitor.rules.state import SessionState

DAY_US = 24 * 60 * MINUTE_US


def facts_for(
    clinic: ClinicState,
    state: SessionState | None,
    request: SessionRequest,
    now: int,
    *,
    alert: Alert | None,
    reading: Reading | None,
    measured: Measured,
) -> Facts:
    """Raises KatError 404 for a session that is not this clinic's."""
    if state is None and not isinstance(request, CreateSession):
        raise not_found("session")
    session_id = None if state is None else state.id
    patient_id = _patient_id(state, request)
    chair_id = _chair_id(state, request)
    judged = None
    manual_seq = 1
    if isinstance(request, EnterReading) and state is not None:
        judged = clinic.memories.setdefault(state.id, JudgedMemory())
        device = clinic.devices.get(manual_device_id(state.id))
        manual_seq = 1 if device is None else device.high_water + 1
    return Facts(
        patient=clinic.patients.get(patient_id),
        chair_known=chair_id in clinic.chairs,
        chair=_chair(clinic, chair_id, session_id),
        patient_busy=_patient(clinic, patient_id, session_id),
        version=clinic.newest_version(request.protocol) if isinstance(request, CreateSession) else None,
        names_today=_names_today(clinic, patient_id, now) if isinstance(request, Transition) else (),
        other_readings=_other_readings(clinic, chair_id, session_id) if isinstance(request, Transition) else (),
        technical=[a for a in clinic.technical.values() if session_id is not None and a.session_id == session_id],
        alert=alert,
        reading=reading,
        measured=measured,
        judged=judged,
        manual_seq=manual_seq,
    )


def _patient_id(state: SessionState | None, request: SessionRequest) -> UUID:
    if isinstance(request, CreateSession | CorrectPatient):
        return request.patient_id
    if state is None:
        raise not_found("session")
    return state.patient_id


def _chair_id(state: SessionState | None, request: SessionRequest) -> UUID:
    if isinstance(request, CreateSession | MoveSession):
        return request.chair_id
    if state is None:
        raise not_found("session")
    return state.chair_id


def _chair(clinic: ClinicState, chair_id: UUID, but: UUID | None) -> Occupied:
    """Who sits there now, other than this session, and until when the last one did."""
    stays = [stay for stay in clinic.occupancy.get(chair_id, ()) if stay.session_id != but]
    by = next((stay.session_id for stay in stays if stay.to_at is None), None)
    return Occupied(by, max((stay.to_at for stay in stays if stay.to_at is not None), default=0))


def _patient(clinic: ClinicState, patient_id: UUID, but: UUID | None) -> Occupied:
    others = [s for s in clinic.sessions.values() if s.patient_id == patient_id and s.id != but]
    by = next((s.id for s in others if s.is_open), None)
    return Occupied(by, max((s.ended_at for s in others if s.ended_at is not None), default=0))


def _names_today(clinic: ClinicState, patient_id: UUID, now: int) -> list[str]:
    """Other patients in the house today."""
    found: list[str] = []
    for session in clinic.sessions.values():
        patient: Patient | None = clinic.patients.get(session.patient_id)
        if patient is not None and patient.id != patient_id and now - session.phase_since < DAY_US:
            found.append(patient.name)
    return found


def _other_readings(clinic: ClinicState, chair_id: UUID, but: UUID | None) -> list[tuple[str, int]]:
    """(label, when) of devices now at the chair that last measured somebody else."""
    return [
        (d.device.label, d.last_heard_at)
        for d in clinic.devices.values()
        if d.device.chair_id == chair_id
        and d.last_heard_at is not None
        and d.last_session_id is not None
        and d.last_session_id != but
    ]
