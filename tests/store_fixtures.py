"""Real PostgreSQL for tests: one private server per run, one fresh database per test, migrated once and copied."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import URL

from kat_monitor.store.connect import Deadlines
from kat_monitor.store.embedded import PORT, ROLE, Embedded
from kat_monitor.store.migrate import migrate
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer

TEMPLATE = "template_kat"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The run's own PostgreSQL, with durability on as in production."""
    with Embedded(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest_asyncio.fixture(scope="session")
async def template(postgres: Embedded) -> str:
    """A migrated database that tests copy."""
    await _administer(postgres, f"CREATE DATABASE {TEMPLATE}")
    await migrate(postgres.url(TEMPLATE))
    return TEMPLATE


@pytest_asyncio.fixture
async def database(postgres: Embedded, template: str) -> AsyncIterator[URL]:
    """A fresh database with the whole schema; dropped with whoever is still connected to it."""
    name = f"test_{next(_numbers)}"
    await _administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.url(name)
    await _administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def empty_database(postgres: Embedded) -> AsyncIterator[URL]:
    """A database without any schema."""
    name = f"test_{next(_numbers)}"
    await _administer(postgres, f"CREATE DATABASE {name}")
    yield postgres.url(name)
    await _administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def writer(database: URL) -> AsyncIterator[Writer]:
    """An open writer on the test's database."""
    opened = Writer(database, Deadlines())
    await opened.open()
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def reader(database: URL) -> AsyncIterator[Reader]:
    """A reader on the test's database."""
    opened = Reader(database, Deadlines(), size=2)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def sql(database: URL) -> AsyncIterator[asyncpg.Connection]:
    """A plain connection of the test's own, to look and to meddle."""
    connection = await connect(database)
    yield connection
    await connection.close()


async def connect(url: URL, *, application_name: str = "a test") -> asyncpg.Connection:
    """A plain asyncpg connection to the database of `url`."""
    settings = {"timezone": "UTC", "application_name": application_name}
    return await asyncpg.connect(
        host=str(url.query["host"]), port=PORT, user=ROLE, database=url.database, server_settings=settings
    )


async def until_someone_waits_for_a_lock(sql: asyncpg.Connection) -> None:
    """Until a statement in this database stands before a lock (pg_stat_activity stands still in a transaction)."""
    waiting = (
        "SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database "
        "WHERE NOT l.granted AND d.datname = current_database()"
    )
    async with asyncio.timeout(10):
        while not await sql.fetchval(waiting):
            await asyncio.sleep(0.01)


async def _administer(postgres: Embedded, statement: str) -> None:
    connection = await connect(postgres.url("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
