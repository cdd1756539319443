"""A session's row for lists and searches, written whole from its state."""

from kat_monitor.domain.vitals import Phase
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.summary import summary
from kat_monitor.store.batch import SessionRow


def session_row(state: SessionState, now: int) -> SessionRow:
    """As of `now`; of an ended session as of its end."""
    created = state.created
    dosed_at = state.course.first_dose_at
    checked_in = next((at for phase, at in state.phases if phase is Phase.PREPARING), None)
    return SessionRow(
        id=state.id,
        clinic_id=state.clinic_id,
        patient_id=state.patient_id,
        chair_id=state.chair_id,
        protocol_code=state.protocol.code,
        protocol_version=state.protocol.version,
        phase=state.phase,
        created_at=created.committed_at,
        listed_at=checked_in or created.scheduled_at or created.at,
        planned_dosing_min=created.planned_dosing_min,
        outcome=state.outcome,
        weight_kg=created.weight_kg,
        scheduled_at=created.scheduled_at,
        checked_in_at=checked_in,
        dosing_at=dosed_at,
        dosing_ended_at=state.dosing_ended_at,
        ended_at=state.ended_at,
        summary=summary(state, now),
    )
