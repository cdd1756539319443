"""One server owns a database: a second refuses and says who; who loses the lock commits nothing more."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import URL

from kat_monitor.app import Server
from kat_monitor.clock import RealClock
from kat_monitor.settings import Settings
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.errors import StartRefused
from kat_monitor.store.ownership import LOCK
from kat_monitor.store.writer import Writer
from tests.faults.outside import Process
from tests.scenarios.bedside import arrange, until
from tests.server_fixtures import Running
from tests.store_fixtures import connect, until_someone_waits_for_a_lock

END_THE_OWNER = """
SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
"""
WRITERS = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name LIKE 'kat-monitor writer%' AND datname = current_database()
"""


async def test_a_second_server_refuses_and_says_who_has_it(running: Running) -> None:
    second = Server(Settings(cookie_secure=False, port=0, lock_s=0.2), RealClock(), running.database)
    with pytest.raises(StartRefused) as refusal:
        await second.start()
    assert refusal.value.code == "owned_by_another"
    assert "kat-monitor writer" in refusal.value.detail
    await second.stop()


async def test_a_second_process_ends_with_one_sentence(running: Running) -> None:
    process = await Process(running.database).run("serve")
    said, _ = await process.communicate()
    assert process.returncode == 1
    assert b"Another server owns this database" in said
    assert b"Traceback" not in said


async def test_who_loses_the_lock_commits_nothing_more(running: Running, sql: asyncpg.Connection) -> None:
    bed = await arrange(running)
    await bed.check_in()
    await bed.inflate(120, 80)
    other = await connect(running.database)
    taking = asyncio.ensure_future(other.execute("SELECT pg_advisory_lock($1::int, $2::int)", *LOCK))
    await until_someone_waits_for_a_lock(sql)
    await sql.execute(END_THE_OWNER)
    await taking
    before = await sql.fetchval("SELECT count(*) FROM reading")
    item = bed.item("nibp", systolic=205, diastolic=85)
    answer = await bed.gateway.post("/readings", json={"sent_at": running.now(), "readings": [item]})
    assert answer.status_code == 503
    assert (await bed.event("note", text="lost")).status_code == 503
    assert await sql.fetchval("SELECT count(*) FROM reading") == before
    await until(lambda: running.server.pipeline.usurped is not None, "the refusal to go on")
    await other.close()
    # Memory here is not the other's record: this server stays out until it is started anew.
    answer = await bed.gateway.post("/readings", json={"sent_at": running.now(), "readings": [item]})
    assert answer.status_code == 503
    ready = await bed.gateway.get(f"{running.url}/readyz")
    assert ready.status_code == 503


async def test_a_takeover_that_is_over_again_is_seen(running: Running, sql: asyncpg.Connection) -> None:
    """Another server had the record between our losing the lock and our taking it again: memory is not it any more."""
    bed = await arrange(running)
    await bed.check_in()
    await bed.inflate(120, 80)
    other = Writer(running.database, Deadlines(lock_s=30.0))
    taking = asyncio.ensure_future(other.open())
    async with asyncio.timeout(10):
        while await sql.fetchval(WRITERS) < 2:
            await asyncio.sleep(0.01)
    # Nobody new comes in: the owner cannot be back before the other has come and gone.
    name = running.database.database
    aside = await connect(running.database.set(database="postgres"))
    await aside.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    await sql.execute(END_THE_OWNER)
    await taking
    await other.close()
    await aside.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    await aside.close()

    await until(lambda: running.server.pipeline.usurped is not None, "the refusal to go on")
    refusal = running.server.pipeline.usurped
    assert refusal is not None
    assert refusal.code == "taken_over"
    item = bed.item("nibp", systolic=205, diastolic=85)
    answer = await bed.gateway.post("/readings", json={"sent_at": running.now(), "readings": [item]})
    assert answer.status_code == 503
    ready = await bed.gateway.get(f"{running.url}/readyz")
    assert "start_again" in {reason["code"] for reason in ready.json()["reasons"]}


async def test_the_owner_may_start_again_after_it_has_stopped(database: URL) -> None:
    for _ in range(2):
        server = Server(Settings(cookie_secure=False, port=0), RealClock(), database)
        await server.start()
        await server.stop()
