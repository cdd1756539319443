"""One running server owns a database: an advisory lock, a clear word about who holds it, and a count of owners.

The lock says who has it now. The count says whether anybody else had it since: each server that takes the database
raises every clinic's epoch, so who lost the lock for a moment sees on its return whether memory is still the record's.
"""

import asyncio
import time
from typing import Any
from uuid import UUID

from kat_monitor.store import standing
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

_BEGIN = "UPDATE clinic SET owner_epoch = owner_epoch + 1 RETURNING clinic_id, owner_epoch"

Epochs = dict[UUID, int]
"""The epoch of each clinic that has had an owner."""


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


async def begin_epoch(raw: Any) -> Epochs:
    """A new owner, on the connection that holds the lock: durable when it returns."""
    return {row["clinic_id"]: row["owner_epoch"] for row in await raw.fetch(_BEGIN)}


async def require_epoch(raw: Any, ours: Epochs) -> None:
    """The owner of before, back on the lock. Raises StartRefused when another has had the database meanwhile."""
    epochs = {row["clinic_id"]: row["owner_epoch"] for row in await raw.fetch(standing.CLINICS.sql)}
    # One that was founded since has had no owner yet.
    found = {clinic_id: epoch for clinic_id, epoch in epochs.items() if epoch > 0}
    if found != ours:
        raise StartRefused(
            "taken_over",
            "Another server has owned this database meanwhile, so what this one holds in memory is not the record "
            "any more. Start this server again.",
        )
