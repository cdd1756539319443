"""One running server owns a database: an advisory lock, and a clear word about who holds it."""

import asyncio
import time
from typing import Any

from kat_monitor.store.errors import StartRefused

LOCK = (0x6B6174, 1)
"""Key of the advisory lock ("kat", 1): scoped to the database by PostgreSQL."""
RETRY_S = 0.05
PATIENCE_S = 1.5
"""A server killed a moment ago holds the lock until PostgreSQL has noticed."""

_HOLDER = """
SELECT a.pid, a.application_name, a.client_addr::text AS address,
       to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS since
FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::int::oid AND l.objid = $2::int::oid AND l.objsubid = 2
AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def take_ownership(raw: Any, patience_s: float = PATIENCE_S) -> None:
    """Take the lock on this asyncpg connection. Raises StartRefused naming the server that has it.

    A backend with our own application name is the ghost of a connection we lost; it is ended, so that the fate of what
    was in flight on it is decided before anything is read back.
    """
    deadline = time.monotonic() + patience_s
    while not await raw.fetchval("SELECT pg_try_advisory_lock($1::int, $2::int)", *LOCK):
        holder = await raw.fetchrow(_HOLDER, *LOCK)
        ours = await raw.fetchval("SELECT current_setting('application_name')")
        if holder is not None and holder["application_name"] == ours:
            await raw.execute("SELECT pg_terminate_backend($1::int)", holder["pid"])
        elif holder is not None and time.monotonic() > deadline:
            where = holder["address"] or "this machine"
            raise StartRefused(
                "owned_by_another",
                f"Another server owns this database: {holder['application_name']} on {where}, "
                f"connected since {holder['since']}. Stop it first.",
            )
        await asyncio.sleep(RETRY_S)
