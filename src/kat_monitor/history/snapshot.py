"""Looks at the record as it stood at one moment, while a server may go on writing it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import URL, Select
from sqlalchemy.exc import SQLAlchemyError

from kat_monitor.store.batch import StoreAway
from kat_monitor.store.connect import Deadlines, reader_engine
from kat_monitor.store.errors import as_trouble
from kat_monitor.store.query import Query


class Moment:
    """What the parts of a reader ask, all of it answered from one moment of the record."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def rows(self, query: Query | Select[Any], **parameters: Any) -> Sequence[Any]:
        asked = query if isinstance(query, Query) else Query(query)
        found: Sequence[Any] = await self._raw.fetch(asked.sql, *asked.arguments(parameters))
        return found

    async def row(self, query: Query | Select[Any], **parameters: Any) -> Any | None:
        found = await self.rows(query, **parameters)
        return found[0] if found else None


class Snapshots:
    """One connection that cannot write; ask it one thing at a time."""

    def __init__(self, url: URL, deadlines: Deadlines, *, name: str) -> None:
        self._engine = reader_engine(url, deadlines, size=1, name=name)

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Moment]:
        """The record as of the first question. Raises StoreAway."""
        try:
            async with self._engine.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                assert isinstance(raw, asyncpg.Connection)
                async with raw.transaction(isolation="repeatable_read", readonly=True):
                    yield Moment(raw)
        except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            trouble = as_trouble(error)
            if isinstance(trouble, StoreAway):
                raise trouble from None
            raise
