"""Who takes the lock again knows whether another server had the record meanwhile."""

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import URL

from kat_monitor.store.batch import Batch, StoreAway
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.errors import StartRefused
from kat_monitor.store.writer import Writer
from tests.store.made import MadeClinic


@pytest_asyncio.fixture
async def clinic(database: URL) -> MadeClinic:
    """On the record since before anybody owned it here."""
    made = MadeClinic()
    founder = Writer(database, Deadlines())
    await founder.open()
    await founder.commit(Batch(rows=made.rows()))
    await founder.close()
    return made


@pytest_asyncio.fixture
async def owner(clinic: MadeClinic, writer: Writer) -> Writer:
    """Opened after the clinic was there."""
    await writer.close()
    await writer.open()
    return writer


async def test_a_takeover_that_is_over_again_is_seen(
    owner: Writer, clinic: MadeClinic, database: URL, sql: asyncpg.Connection
) -> None:
    await owner.commit(Batch(readings=[clinic.reading(1)]))
    await owner.reopen()
    await owner.reopen()
    await owner.close()
    other = Writer(database, Deadlines())
    await other.open()
    await other.close()

    for _ in range(2):
        with pytest.raises(StartRefused) as refusal:
            await owner.reopen()
        assert refusal.value.code == "taken_over"
        assert not owner.is_open
    with pytest.raises(StoreAway):
        await owner.commit(Batch(readings=[clinic.reading(2)]))
    # As a new owner, with memory read back, it may.
    await owner.open()
    await owner.reopen()
    await owner.commit(Batch(readings=[clinic.reading(2)]))
    assert len(await sql.fetch("TABLE reading")) == 2


async def test_a_clinic_founded_meanwhile_is_a_takeover(
    owner: Writer, clinic: MadeClinic, database: URL, sql: asyncpg.Connection
) -> None:
    await owner.close()
    other = Writer(database, Deadlines())
    await other.open()
    await other.commit(Batch(rows=MadeClinic().rows()))
    await other.close()

    with pytest.raises(StartRefused):
        await owner.reopen()
    assert await sql.fetchval("SELECT min(owner_epoch) FROM clinic") == 0, "the new one has had no owner yet"
