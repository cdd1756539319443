"""A PostgreSQL that a test may stop, and a server on it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from kat_monitor.clock import RealClock
from tests.faults.outside import OwnPostgres
from tests.scenarios.bedside import Bedside, arrange
from tests.server_fixtures import provision, start_server


@pytest_asyncio.fixture
async def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnPostgres]:
    """A server of this test's own, gone with it."""
    made = OwnPostgres(tmp_path_factory.mktemp("own"))
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture
async def frail(own_postgres: OwnPostgres) -> AsyncIterator[Bedside]:
    """A bedside in dosing, a screen that watches, and a database that is about to go away. Real clock."""
    database = await own_postgres.database()
    running = await start_server(database, RealClock(), await provision(database))
    bed = await arrange(running)
    await bed.check_in()
    await bed.watch_once()
    yield bed
    own_postgres.release()
    if bed.glass is not None:
        await bed.glass.close()
    assert running.stop is not None
    await running.stop()
