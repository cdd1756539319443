"""Brings back a session that is no longer in memory: its journal folded, its open alerts as the record has them."""

import asyncio
from uuid import UUID

from kat_monitor.domain.alerts import AlertKind
from kat_monitor.errors import not_found
from kat_monitor.history.refold import creation, refold
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.state import SessionState
from kat_monitor.store.reader import Reader


async def recall(reader: Reader, clinic: ClinicState, session_id: UUID) -> SessionState:
    """A state of the caller's own. Raises KatError 404 for an unknown session or another clinic's.

    Two hours at 1 Hz take a tenth of a second, so the fold runs in a thread, beside the loop.
    """
    clinic_id = clinic.clinic.id
    entries = await reader.journals.one(clinic_id, session_id)
    if not entries:
        raise not_found("session")
    created = creation(entries)
    key = (created.protocol_code, created.protocol_version)
    folded = await asyncio.to_thread(refold, clinic.protocols[key], clinic.compiled[key], entries)
    stored = await reader.alerts.of_session(clinic_id, session_id)
    state = folded.state
    state.limits.alerts = {a.id: a for a in stored if a.is_open and a.kind is AlertKind.PHYSIOLOGICAL}
    return state
