"""While nothing can be recorded: what is posted is judged for the screens alone, and a call for help is heard."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kat_monitor.domain.commands import CallEmergency
from kat_monitor.errors import KatError
from kat_monitor.ingest.commands import SessionWork
from kat_monitor.ingest.parts import Part
from kat_monitor.ingest.turn import Turn
from kat_monitor.ingest.verdicts import Judge, Post
from kat_monitor.rules.clinic import ClinicState


def judge_unrecorded(turn: Turn, parts: Iterable[Part], clinics: Mapping[UUID, ClinicState], rate: float) -> None:
    """On memory as it stands, which is read back before anything is recorded."""
    judge = Judge(turn, {}, rate)
    for part in parts:
        item = part.waiting.item
        if isinstance(item, Post):
            # At or below the high-water mark it is stored or was judged already: each reading once.
            fresh = [p for p in part.items if p.candidate.seq > p.device.high_water]
            judge.take(item, clinics[item.clinic_id], fresh)
        elif isinstance(item, SessionWork) and isinstance(item.request, CallEmergency):
            _call(turn, item, clinics[item.clinic_id])


def _call(turn: Turn, work: SessionWork, clinic: ClinicState) -> None:
    try:
        work.run(turn, clinic)
    except KatError:
        # A session that is not in memory: its caller hears 503, as everybody does.
        return
