"""The schema that migrations make is the one the program describes."""

import asyncio

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from kat_monitor.store.columns import metadata
from kat_monitor.store.errors import StartRefused
from kat_monitor.store.migrate import migrate, migrations_folder, newest_revision
from kat_monitor.store.safety import require_schema
from tests.store_fixtures import connect

CATALOGUE = """
SELECT c.conrelid::regclass::text || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint AS c
WHERE c.connamespace = 'public'::regnamespace AND c.conrelid::regclass::text <> 'alembic_version'
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL SELECT table_name || ' ' || column_name || ' ' || ordinal_position || ' ' || data_type || ' ' || is_nullable
    || ' ' || coalesce(column_default, '') || ' ' || is_identity
FROM information_schema.columns WHERE table_schema = 'public'
    AND table_name NOT IN ('alembic_version', 'reading_readable')
ORDER BY 1
"""


async def catalogue(url: URL) -> list[str]:
    """Every column, constraint and index of a database, as PostgreSQL itself puts them."""
    connection = await connect(url)
    try:
        return [row[0] for row in await connection.fetch(CATALOGUE)]
    finally:
        await connection.close()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_migrations_and_tables_agree(database: URL, empty_database: URL) -> None:
    engine = create_async_engine(database, poolclass=NullPool)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
    # Alembic does not look at checks and exclusions; PostgreSQL's own words for them do.
    engine = create_async_engine(empty_database, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    assert await catalogue(database) == await catalogue(empty_database)


async def test_migrating_twice_and_at_once_is_harmless(empty_database: URL) -> None:
    assert await asyncio.gather(*(migrate(empty_database) for _ in range(3))) == [newest_revision()] * 3
    before = await catalogue(empty_database)

    await migrate(empty_database)

    assert await catalogue(empty_database) == before


async def test_the_way_back(database: URL) -> None:
    def down(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    engine = create_async_engine(database, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(down)
    await engine.dispose()

    assert await catalogue(database) == []
    await migrate(database)


async def test_an_old_schema_is_refused_in_words(empty_database: URL) -> None:
    connection = await connect(empty_database)
    with pytest.raises(StartRefused) as refusal:
        await require_schema(connection, newest_revision())
    assert "kat-monitor migrate" in refusal.value.detail
    await migrate(empty_database)
    await require_schema(connection, newest_revision())
    await connection.close()


async def test_readings_can_be_read_by_people(sql: asyncpg.Connection) -> None:
    await sql.execute(
        "INSERT INTO reading VALUES (gen_random_uuid(), gen_random_uuid(), 1, NULL, 1, 0, 129, 0, false, 1000, "
        "1790000000123456, NULL, 1790000000123456, 1790000000123456, 937, 601, NULL, NULL, NULL, NULL, NULL, NULL)"
    )

    row = await sql.fetchrow("SELECT *, observed_at::text AS seen FROM reading_readable")

    assert (row["source"], row["status"], str(row["systolic"]), row["mean"]) == (
        "nibp",
        ["motion", "suspect"],
        "93.7",
        None,
    )
    assert row["seen"] == "2026-09-21 14:13:20.123456+00"
