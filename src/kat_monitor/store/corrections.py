"""Reads sessions after corrections of whose readings are: with what was given to them, without what was taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, any_, bindparam, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from kat_monitor.domain.corrections import Span, Whose
from kat_monitor.domain.journal import Entry, ReadingsCorrected
from kat_monitor.domain.readings import Reading
from kat_monitor.store.asking import Asks
from kat_monitor.store.codec import decode
from kat_monitor.store.journals import Journals
from kat_monitor.store.query import Query
from kat_monitor.store.tables import journal, reading, session

Key = tuple[UUID, int]

_clinic_id = bindparam("clinic_id", type_=Uuid())
_start, _end = bindparam("start", type_=BigInteger()), bindparam("end", type_=BigInteger())
_ids = any_(bindparam("ids", type_=ARRAY(Uuid())))

CORRECTIONS = Query(
    select(
        journal.c.kind,
        journal.c.position,
        journal.c.session_id,
        journal.c.at,
        journal.c.committed_at,
        journal.c.by,
        journal.c.data,
    )
    # As a literal: the index is for this very value.
    .where(journal.c.clinic_id == _clinic_id, journal.c.kind == literal_column("'readings_corrected'"))
    .order_by(journal.c.position)
)
# A reading is stored as a session's that was open when it was measured, or as nobody's; so the index on
# (session_id, effective_at) finds it, and none on the device is needed.
OPEN_BETWEEN = Query(
    select(session.c.id).where(
        session.c.clinic_id == _clinic_id,
        or_(session.c.checked_in_at < _end, session.c.dosing_at < _end),
        or_(session.c.ended_at.is_(None), session.c.ended_at > _start),
    )
)
MEASURED = Query(
    select(reading)
    .where(
        reading.c.clinic_id == _clinic_id,
        or_(reading.c.session_id == _ids, reading.c.session_id.is_(None)),
        reading.c.effective_at >= _start,
        reading.c.effective_at < _end,
        reading.c.device_id == bindparam("device_id", type_=Uuid()),
    )
    .order_by(reading.c.effective_at, reading.c.position)
)
VOIDED = Query(
    select(journal.c.data["device_id"].astext.label("device_id"), journal.c.data["seq"].astext.label("seq")).where(
        journal.c.clinic_id == _clinic_id, journal.c.session_id == _ids, journal.c.kind == "void"
    )
)


@dataclass(frozen=True, slots=True)
class Given:
    """Readings stored as others' (or nobody's) that are a session's now, and which of them were struck through."""

    readings: Sequence[Reading] = ()
    voided: frozenset[Key] = frozenset()


class Corrections:
    """Corrections of one clinic's readings, and what follows from them."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def whose(self, clinic_id: UUID) -> Whose:
        """Every correction; few."""
        rows = await self._asks.rows(CORRECTIONS, clinic_id=clinic_id)
        entries = [decode(*row) for row in rows]
        return Whose([entry for entry in entries if isinstance(entry, ReadingsCorrected)])

    async def measured(self, clinic_id: UUID, spans: Sequence[Span]) -> list[Reading]:
        """All that was measured there, as stored, each once, by time."""
        found: dict[Key, Reading] = {}
        for device_id, start, end in spans:
            ids = [row["id"] for row in await self._asks.rows(OPEN_BETWEEN, clinic_id=clinic_id, start=start, end=end)]
            asked: dict[str, Any] = {"ids": ids, "start": start, "end": end, "device_id": device_id}
            for row in await self._asks.rows(MEASURED, clinic_id=clinic_id, **asked):
                one = Reading._make(row)
                found[one.device_id, one.seq] = one
        return sorted(found.values(), key=attrgetter("effective_at", "position"))

    async def given(self, clinic_id: UUID, session_id: UUID, whose: Whose) -> Given:
        """What corrections gave to this session, as its own."""
        spans = whose.given_to(session_id)
        if not spans:
            return Given()
        others = [one for one in await self.measured(clinic_id, spans) if one.session_id != session_id]
        owned = [whose.owned(one) for one in others]
        sources = {one.session_id for one in others if one.session_id is not None}
        rows = await self._asks.rows(VOIDED, clinic_id=clinic_id, ids=list(sources))
        voided = frozenset((UUID(row["device_id"]), int(row["seq"])) for row in rows)
        return Given([one for one in owned if one.session_id == session_id], voided)

    async def entries(self, clinic_id: UUID, session_id: UUID) -> list[Entry]:
        """A session's journal with corrections applied: what it has now, in position order, as `Journals.one`."""
        stored = await Journals(self._asks).one(clinic_id, session_id)
        whose = await self.whose(clinic_id)
        if not whose:
            return stored
        kept = [
            one
            for one in stored
            if not isinstance(one, Reading) or whose.of(one.device_id, one.effective_at, session_id) == session_id
        ]
        given = await self.given(clinic_id, session_id, whose)
        kept += [one for one in given.readings if (one.device_id, one.seq) not in given.voided]
        return sorted(kept, key=attrgetter("position"))
