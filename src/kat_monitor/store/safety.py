"""Refuses a database that could lose what it said it has stored."""

import asyncpg

from kat_monitor.store.errors import StartRefused

NEEDED = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}
"""Settings and their safe values: each other value can lose an acknowledged reading in a crash or a loss of power."""
OLDEST = 150000


async def require_durable(connection: asyncpg.Connection) -> None:
    """Raise StartRefused unless this connection's commits survive a crash of the machine."""
    bad = []
    for name, safe in NEEDED.items():
        value = await connection.fetchval("SELECT current_setting($1)", name)
        if value not in safe:
            bad.append(f"{name} is {value}")
    if bad:
        raise StartRefused(
            "unsafe_database",
            f"This PostgreSQL could lose readings it has confirmed: {', '.join(bad)}. Turn them on and start again.",
        )
    version = connection.get_server_version()
    if (number := version.major * 10000) < OLDEST:
        raise StartRefused("old_database", f"PostgreSQL {number // 10000} is too old; 15 is the oldest that works.")


async def require_schema(connection: asyncpg.Connection, head: str) -> None:
    """Raise StartRefused unless the schema is at `head`."""
    there = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    version = await connection.fetchval("SELECT version_num FROM alembic_version") if there else None
    if version != head:
        raise StartRefused(
            "schema", f"The database is at schema {version or 'none'}, not {head}: run kat-monitor migrate."
        )
