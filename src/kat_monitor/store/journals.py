"""Reads back what happened: a session's whole journal in position order, readings among the other entries."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from kat_monitor.domain.journal import Command, Entry, SessionCreated
from kat_monitor.domain.readings import Reading
from kat_monitor.store.asking import Asks
from kat_monitor.store.codec import decode
from kat_monitor.store.query import Query
from kat_monitor.store.same import Same
from kat_monitor.store.tables import device, journal, reading

AHEAD = 2
"""Sessions fetched while an earlier one is worked on."""

_clinic_id = bindparam("clinic_id", type_=Uuid())
_session_id = bindparam("session_id", type_=Uuid())
_position = attrgetter("position")
_new = tuple.__new__

COMMANDS = Query(
    select(
        journal.c.kind,
        journal.c.position,
        journal.c.at,
        journal.c.committed_at,
        journal.c.by,
        journal.c.data,
    )
    .where(journal.c.clinic_id == _clinic_id, journal.c.session_id == _session_id)
    .order_by(journal.c.position)
)
# Without what the asker knows: read back, thousands of readings share the ids that memory has already.
READINGS = Query(
    select(*(column for column in reading.c if column.name not in ("clinic_id", "session_id")))
    .where(reading.c.clinic_id == _clinic_id, reading.c.session_id == _session_id)
    .order_by(reading.c.position)
)
_asked = (
    func.unnest(bindparam("devices", type_=ARRAY(Uuid())), bindparam("seqs", type_=ARRAY(BigInteger())))
    .table_valued("device_id", "seq", name="asked")
    .render_derived()
)
BY_KEY = Query(
    select(reading)
    .join(_asked, (reading.c.device_id == _asked.c.device_id) & (reading.c.seq == _asked.c.seq))
    .where(reading.c.clinic_id == _clinic_id)
)
_newest = (
    select(func.max(reading.c.seq))
    .where(reading.c.clinic_id == device.c.clinic_id, reading.c.device_id == device.c.id)
    .correlate(device)
    .scalar_subquery()
)
HIGH_WATER = Query(select(device.c.id, _newest.label("seq")).where(device.c.clinic_id == _clinic_id))
HIGH_WATER_OF = Query(
    select(device.c.id, _newest.label("seq")).where(
        device.c.clinic_id == _clinic_id, device.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
    )
)


class Journals:
    """Entries in position order, which is the order they were committed in."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def one(self, clinic_id: UUID, session_id: UUID, same: Same | None = None) -> list[Entry]:
        """A session's whole journal, its creation first; empty for an unknown session."""
        same = Same() if same is None else same
        commands = await self.commands(clinic_id, session_id, same)
        rows = await self._asks.rows(READINGS, clinic_id=clinic_id, session_id=session_id)
        entries: list[Entry] = [_new(Reading, (clinic_id, same[row[0]], row[1], session_id, *row[2:])) for row in rows]
        if not commands:
            return entries
        # Two runs already in order: this sort merges them.
        entries.extend(commands)
        entries.sort(key=_position)
        return entries

    async def many(
        self, clinic_id: UUID, session_ids: Sequence[UUID], same: Same | None = None
    ) -> AsyncIterator[tuple[UUID, list[Entry]]]:
        """(session, journal) one after another, in the order asked; the next ones are fetched meanwhile."""
        waiting = [*reversed(session_ids)]
        fetching: list[tuple[UUID, asyncio.Task[list[Entry]]]] = []
        try:
            while waiting or fetching:
                while waiting and len(fetching) <= AHEAD:
                    session_id = waiting.pop()
                    fetching.append((session_id, asyncio.create_task(self.one(clinic_id, session_id, same))))
                session_id, task = fetching.pop(0)
                yield session_id, await task
        finally:
            for _, task in fetching:
                task.cancel()
            await asyncio.gather(*(task for _, task in fetching), return_exceptions=True)

    async def commands(self, clinic_id: UUID, session_id: UUID, same: Same | None = None) -> list[Command]:
        """The journal without readings."""
        same = Same() if same is None else same
        rows = await self._asks.rows(COMMANDS, clinic_id=clinic_id, session_id=session_id)
        return [_command(session_id, row, same) for row in rows]

    async def readings_by_key(
        self, clinic_id: UUID, keys: Sequence[tuple[UUID, int]]
    ) -> dict[tuple[UUID, int], Reading]:
        """Those of the (device, seq) pairs that are stored."""
        devices, seqs = [key[0] for key in keys], [key[1] for key in keys]
        rows = await self._asks.rows(BY_KEY, clinic_id=clinic_id, devices=devices, seqs=seqs)
        found = map(Reading._make, rows)
        return {(one.device_id, one.seq): one for one in found}

    async def high_water(self, clinic_id: UUID, device_ids: Sequence[UUID] | None = None) -> dict[UUID, int]:
        """The highest stored seq of each device (all of the clinic's by default); -1 where nothing is stored."""
        if device_ids is None:
            rows = await self._asks.rows(HIGH_WATER, clinic_id=clinic_id)
        else:
            rows = await self._asks.rows(HIGH_WATER_OF, clinic_id=clinic_id, ids=list(device_ids))
        return {row["id"]: -1 if row["seq"] is None else row["seq"] for row in rows}


def _command(session_id: UUID, row: Any, same: Same) -> Command:
    kind, position, at, committed_at, by, data = row
    entry = decode(kind, position, session_id, at, at if committed_at == at else committed_at, same[by], data)
    if isinstance(entry, SessionCreated):
        clinic_id, who, where = same[entry.clinic_id], same[entry.patient_id], same[entry.chair_id]
        return replace(entry, clinic_id=clinic_id, patient_id=who, chair_id=where)
    return entry
