"""Reads the record over a pool of connections that cannot write; each subject has its own part."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import URL, Select
from sqlalchemy.exc import SQLAlchemyError

from kat_monitor.store.alert_rows import AlertRows
from kat_monitor.store.assignments import AssignmentRows
from kat_monitor.store.batch import StoreAway
from kat_monitor.store.connect import Deadlines, reader_engine
from kat_monitor.store.corrections import Corrections
from kat_monitor.store.duty import DutyRows
from kat_monitor.store.errors import as_trouble
from kat_monitor.store.journals import Journals
from kat_monitor.store.ledger import Ledger
from kat_monitor.store.query import Query
from kat_monitor.store.session_rows import SessionRows
from kat_monitor.store.standing import Standing
from kat_monitor.store.turnover import Turnover

_EXPECTED = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Reader:
    """Raises StoreAway when PostgreSQL cannot answer; any other error is a bug. Every answer is of one clinic."""

    def __init__(self, url: URL, deadlines: Deadlines, *, size: int = 8) -> None:
        self._engine = reader_engine(url, deadlines, size=size)
        self.standing = Standing(self)
        self.sessions = SessionRows(self)
        self.journals = Journals(self)
        self.corrections = Corrections(self)
        self.alerts = AlertRows(self)
        self.ledger = Ledger(self)
        self.duty = DutyRows(self)
        self.turnover = Turnover(self)
        self.assignments = AssignmentRows(self)

    async def close(self) -> None:
        await self._engine.dispose()

    async def rows(self, query: Query | Select[Any], **parameters: Any) -> Sequence[Any]:
        """All rows, as asyncpg records (by position and by column name, json columns decoded).

        A Select made on the spot is checked to stay within one clinic (query.Unscoped) and compiled: about 0.3 ms.
        """
        asked = query if isinstance(query, Query) else Query(query)
        async with self._connection() as raw:
            found: Sequence[Any] = await raw.fetch(asked.sql, *asked.arguments(parameters))
            return found

    async def row(self, query: Query | Select[Any], **parameters: Any) -> Any | None:
        """The first row or None."""
        found = await self.rows(query, **parameters)
        return found[0] if found else None

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """A connection that is alive; one that is not fit for the next question does not go back to the pool."""
        try:
            async with self._engine.connect() as connection:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                if raw.is_closed():
                    await connection.invalidate()
                    raw = (await connection.get_raw_connection()).driver_connection
                fit = False
                try:
                    yield raw
                    fit = True
                except asyncpg.PostgresError:
                    fit = not raw.is_closed()
                    raise
                finally:
                    if not fit:
                        # Cut off in the middle of an answer, or without one.
                        raw.terminate()
                        await connection.invalidate()
        except _EXPECTED as error:
            trouble = as_trouble(error)
            if isinstance(trouble, StoreAway):
                raise trouble from None
            raise
