"""The PostgreSQL that everything measured shares: embedded, in a temporary folder, durable, one database per server."""

import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import URL

from kat_monitor.store.embedded import PORT, ROLE, Embedded
from kat_monitor.store.migrate import migrate

TEMPLATE = "template_kat"

Raw: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Postgres:
    """A running server; `database()` gives a fresh one with the whole schema."""

    def __init__(self, server: Embedded) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self.version = ""

    @property
    def pid(self) -> int:
        """The postmaster; its backends are its children."""
        pid = self._server.postmaster_pid
        if pid is None:
            raise ProcessLookupError("PostgreSQL is not running")
        return pid

    async def prepare(self) -> None:
        """Make the migrated database that the others are copies of."""
        async with self.connected("postgres") as raw:
            await raw.execute(f"CREATE DATABASE {TEMPLATE}")
            self.version = str(await raw.fetchval("SHOW server_version")).split()[0]
        await migrate(self._server.url(TEMPLATE))

    @asynccontextmanager
    async def database(self) -> AsyncIterator[URL]:
        """The address of a fresh database; it is dropped at the end, whoever is still connected."""
        name = f"bench_{next(self._numbers)}"
        async with self.connected("postgres") as raw:
            await raw.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield self._server.url(name)
        finally:
            async with self.connected("postgres") as raw:
                await raw.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @asynccontextmanager
    async def connected(self, name: str) -> AsyncIterator[Raw]:
        """A plain connection without any deadline."""
        raw: Raw = await connect(self._server.url(name))
        try:
            yield raw
        finally:
            await raw.close()


async def connect(url: URL) -> Any:
    """A plain asyncpg connection to the database of `url`."""
    return await asyncpg.connect(
        host=str(url.query["host"]), port=PORT, user=ROLE, database=url.database, server_settings={"jit": "off"}
    )


def as_text(url: URL) -> str:
    """The address for a command line."""
    return url.render_as_string(hide_password=False)


@asynccontextmanager
async def postgres() -> AsyncIterator[Postgres]:
    """Start it, unpinned, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kat-bench-") as folder, Embedded(Path(folder) / "pg") as server:
        running = Postgres(server)
        await running.prepare()
        yield running
