"""The one writer: a single connection that holds the right to commit and commits a batch in one transaction.

The advisory lock is held on that same connection, so that losing the lock and losing the right to commit are one event.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Iterable
from itertools import chain
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from kat_monitor.domain.readings import READING_COLUMNS
from kat_monitor.store import statements
from kat_monitor.store.batch import FEW, Batch, StoreAway, StoreRefused
from kat_monitor.store.connect import Deadlines, writer_engine
from kat_monitor.store.errors import StartRefused, as_trouble
from kat_monitor.store.ownership import Epochs, begin_epoch, require_epoch, take_ownership
from kat_monitor.store.rows import write_row
from kat_monitor.store.safety import require_durable
from kat_monitor.store.statements import Statement

POSITIONS_AHEAD = 100_000
"""Positions reserved at a time: one small UPDATE every so many entries, and no search for the last one at start-up."""

_EXPECTED = (
    StoreRefused,
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    OverflowError,
    UnicodeEncodeError,
)
"""What a commit may meet; OSError includes TimeoutError. Anything else is a bug: it is seen."""

# Never lower: positions already given out stay below it.
_RESERVE = "UPDATE clinic SET position_reserved = greatest(position_reserved, $2) WHERE clinic_id = $1"

Raw: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Writer:
    """Owns the database while open. One commit at a time; the pipeline sees to that.

    `lost` is set when the connection, and with it the lock, is gone; `reopen` takes both again, unless another server
    had the database in between.
    """

    def __init__(self, url: URL, deadlines: Deadlines) -> None:
        # Who we are, for the second server that is refused, and for recognizing our own ghost after a lost connection.
        name = f"kat-monitor writer {os.getpid()}@{socket.gethostname()[:20]} {secrets.token_hex(4)}"
        self._engine = writer_engine(url, deadlines, name)
        self._deadlines = deadlines
        self._connection: AsyncConnection | None = None
        self._raw: Raw | None = None
        self._reserved: dict[UUID, int] = {}
        self._epochs: Epochs | None = None
        """Of our ownership; None before the first `open`."""
        self.lost = asyncio.Event()

    @property
    def is_open(self) -> bool:
        return self._raw is not None and not self._raw.is_closed()

    async def open(self) -> None:
        """Connect, check that commits are durable, take the lock, as a new owner: read memory back from the record.

        Raises StartRefused (unsafe settings; another server owns the database, and which) or StoreAway.
        """
        self._epochs = None
        await self._connect()

    async def reopen(self) -> None:
        """A fresh connection with the lock, after StoreAway. Raises StoreAway; StartRefused: another took over."""
        await self._drop()
        await self._connect()

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(self._deadlines.connect_s + self._deadlines.lock_s + 1):
                await self._open()
        except _EXPECTED as error:
            await self._drop()
            raise as_trouble(error) or error from None
        except (StartRefused, asyncio.CancelledError):
            await self._drop()
            raise

    async def close(self) -> None:
        """Give up the lock and the connection."""
        await self._drop()
        await self._engine.dispose()

    async def commit(self, batch: Batch) -> None:
        """Write the batch in one transaction; on return it is durable.

        Raises StoreRefused (nothing was written, the connection goes on) or StoreAway (not known whether it was
        written; call `reopen`). Cancelled, it drops the connection, as for StoreAway.
        """
        raw = self._raw
        if raw is None or raw.is_closed():
            self.lost.set()
            raise StoreAway("not connected")
        settled = False
        try:
            await self._transact(raw, batch)
            settled = True
        except _EXPECTED as error:
            trouble = as_trouble(error)
            settled = isinstance(trouble, StoreRefused) and await _rolled_back(raw)
            # Without its cause: that one quotes the data, and this one is logged.
            raise trouble or error from None
        finally:
            if not settled:
                await self._drop()

    # The transaction

    async def _transact(self, raw: Raw, batch: Batch) -> None:
        reserved = _ahead(batch, self._reserved)
        if batch.rows or reserved or (len(batch.readings) > FEW and not batch.only_readings):
            await self._in_transaction(raw, batch, reserved)
        elif batch.only_readings:
            # One COPY is a transaction of its own, committed when it returns: two round trips less where it counts.
            await _copy(raw, batch)
        else:
            # So is one statement: this is how an alert goes.
            await _insert(raw, [*_records(batch), (statements.READINGS, batch.readings)])

    async def _in_transaction(self, raw: Raw, batch: Batch, reserved: dict[UUID, int]) -> None:
        await raw.execute("BEGIN")
        for clinic_id, position in reserved.items():
            await raw.execute(_RESERVE, clinic_id, position)
        for row in batch.rows:
            await write_row(self._sqlalchemy(), row)
        await _insert(raw, _records(batch))
        if not raw.is_in_transaction():
            raise AssertionError("a COPY outside this transaction would commit by itself")
        await _copy(raw, batch)
        if (end := await raw.execute("COMMIT")) != "COMMIT":
            raise AssertionError(f"the transaction ended as {end}")
        self._reserved.update(reserved)

    def _sqlalchemy(self) -> AsyncConnection:
        if self._connection is None:
            raise StoreAway("not connected")
        return self._connection

    # The connection

    async def _open(self) -> None:
        self._connection = await self._engine.connect()
        raw = (await self._connection.get_raw_connection()).driver_connection
        assert isinstance(raw, asyncpg.Connection)
        await require_durable(raw)
        await take_ownership(raw, self._deadlines.lock_s)
        if self._epochs is None:
            self._epochs = await begin_epoch(raw)
        else:
            await require_epoch(raw, self._epochs)
        self._raw = raw
        self.lost.clear()
        raw.add_termination_listener(self._on_termination)

    def _on_termination(self, raw: Any) -> None:
        if raw is self._raw:
            self.lost.set()

    async def _drop(self) -> None:
        """Let go at once, whatever state the connection is in; a server that does not answer is not waited for."""
        connection, raw = self._connection, self._raw
        self._connection = self._raw = None
        self._reserved.clear()
        self.lost.set()
        if raw is not None:
            raw.terminate()
        if connection is not None:
            await connection.invalidate()
            await connection.close()


async def _copy(raw: Raw, batch: Batch) -> None:
    if batch.readings:
        await raw.copy_records_to_table("reading", records=batch.readings, columns=READING_COLUMNS)


def _records(batch: Batch) -> list[tuple[Statement, Iterable[Any]]]:
    return [
        (statements.SESSIONS, batch.sessions.values()),
        (statements.ENTRIES, batch.entries),
        (statements.ALERTS, batch.alerts.values()),
        (statements.TRANSITIONS, batch.transitions),
        (statements.NOTICES, batch.notices),
        (statements.ANSWERS, batch.answers),
        (statements.AUDITS, batch.audits),
        (statements.HEADS, {row.event.clinic_id: row for row in batch.audits}.values()),
    ]


async def _insert(raw: Raw, records: Iterable[tuple[Statement, Iterable[Any]]]) -> None:
    """All of these in one statement."""
    parts = [(statement, rows) for statement, things in records if (rows := statement.rows(things))]
    if parts:
        sql = statements.together(
            tuple((statement, min(len(rows), statements.LISTED + 1)) for statement, rows in parts)
        )
        await raw.execute(sql, *chain.from_iterable(statement.parameters(rows) for statement, rows in parts))


async def _rolled_back(raw: Raw) -> bool:
    """Whether the refused transaction is undone and the connection fit for the next."""
    try:
        if raw.is_in_transaction():
            await raw.execute("ROLLBACK")
    except _EXPECTED:
        return False
    return not raw.is_closed() and not raw.is_in_transaction()


def _ahead(batch: Batch, reserved: dict[UUID, int]) -> dict[UUID, int]:
    """Clinics whose positions in this batch pass what is reserved, with the position to reserve up to."""
    found: dict[UUID, int] = {}
    known: UUID | None = None
    limit = -1
    for reading in batch.readings:
        clinic_id, position = reading[0], reading[4]  # by place: done for every reading
        if clinic_id is not known:
            known = clinic_id
            limit = reserved.get(known, -1)
        if position > limit:
            found[known] = max(found.get(known, 0), position)
    for clinic_id, entry in batch.entries:
        if entry.position > reserved.get(clinic_id, -1):
            found[clinic_id] = max(found.get(clinic_id, 0), entry.position)
    return {clinic_id: position + POSITIONS_AHEAD for clinic_id, position in found.items()}
