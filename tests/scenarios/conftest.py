"""The bedside that the stories begin with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest_asyncio
from sqlalchemy import URL

from kat_monitor.clock import ManualClock
from tests.scenarios.bedside import Bedside, arrange
from tests.server_fixtures import SECOND, START_US, Running, provision, start_server

Again = Callable[..., Awaitable[Bedside]]


@pytest_asyncio.fixture
async def bed(manual: Running) -> AsyncIterator[Bedside]:
    """A planned session on a clock moved by hand."""
    made = await arrange(manual)
    yield made
    if made.glass is not None:
        await made.glass.close()


@pytest_asyncio.fixture
async def restartable(database: URL) -> AsyncIterator[tuple[Bedside, Again]]:
    """A bedside, and a way to have its server end and another start so many seconds later."""
    running = await start_server(database, ManualClock(START_US), await provision(database))
    runs = [running]

    async def again(bed: Bedside, away_s: float = 0.0) -> Bedside:
        before = bed.running
        if bed.glass is not None:
            await bed.glass.close()
        assert before.stop is not None
        await before.stop()
        clock = ManualClock(before.clock.now_us() + round(away_s * SECOND))
        after = await start_server(database, clock, before.clinic_id)
        runs.append(after)
        sender = after.client(Authorization=bed.gateway.headers["authorization"])
        nurse, clinician = await after.as_("nurse"), await after.as_("clinician")
        return replace(bed, running=after, nurse=nurse, clinician=clinician, gateway=sender, glass=None)

    yield await arrange(running), again
    last: Running = runs[-1]
    assert last.stop is not None
    await last.stop()
