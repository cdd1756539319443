"""The summary of a session some of whose readings were another's: measured anew on what is its own."""

import asyncio
from dataclasses import replace
from uuid import UUID

from kat_monitor.domain.readiness import Summary
from kat_monitor.history.refold import creation, refold
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.summary import summary
from kat_monitor.store.reader import Reader


async def corrected_summary(reader: Reader, clinic: ClinicState, session_id: UUID, was: Summary, now: int) -> Summary:
    """`was` with everything that readings say anew; alerts are counted as they were raised, for that is what happened.

    The fold runs in a thread, beside the loop.
    """
    if session_id not in clinic.whose.sessions:
        return was
    entries = await reader.corrections.entries(clinic.clinic.id, session_id)
    created = creation(entries)
    key = (created.protocol_code, created.protocol_version)
    folded = await asyncio.to_thread(refold, clinic.protocols[key], clinic.compiled[key], entries)
    return replace(
        summary(folded.state, now),
        alerts_high=was.alerts_high,
        alerts_medium=was.alerts_medium,
        alerts_low=was.alerts_low,
    )
