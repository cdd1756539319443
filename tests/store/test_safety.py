"""A database that could lose what it has confirmed is refused at the start."""

import asyncpg
import pytest
from sqlalchemy import URL

from kat_monitor.store.connect import Deadlines, database_url
from kat_monitor.store.embedded import Embedded
from kat_monitor.store.errors import StartRefused
from kat_monitor.store.writer import Writer
from tests.store_fixtures import connect


async def test_a_database_that_commits_before_it_writes_is_refused(database: URL, sql: asyncpg.Connection) -> None:
    await sql.execute(f"ALTER DATABASE {database.database} SET synchronous_commit = off")

    with pytest.raises(StartRefused) as refusal:
        await Writer(database, Deadlines()).open()

    assert refusal.value.code == "unsafe_database"
    assert "synchronous_commit is off" in refusal.value.detail


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_does_not_reach_the_disk_is_refused(
    database: URL, postgres: Embedded, setting: str
) -> None:
    admin = await connect(postgres.url("postgres"))

    async def put(value: str) -> None:
        await admin.execute(f"ALTER SYSTEM SET {setting} = {value}")
        await admin.execute("SELECT pg_reload_conf()")
        while await admin.fetchval("SELECT current_setting($1)", setting) != value:
            continue

    await put("off")
    try:
        with pytest.raises(StartRefused) as refusal:
            await Writer(database, Deadlines()).open()
    finally:
        await put("on")
        await admin.close()

    assert f"{setting} is off" in refusal.value.detail
    writer = Writer(database, Deadlines())
    await writer.open()
    await writer.close()


def test_another_kind_of_database_is_refused() -> None:
    assert database_url("postgresql://u:p@h/d").drivername == "postgresql+asyncpg"
    assert database_url("postgres://u:p@h/d").drivername == "postgresql+asyncpg"
    for wrong in ("sqlite:///x", "not an address"):
        with pytest.raises(StartRefused):
            database_url(wrong)
