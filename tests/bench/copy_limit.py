"""The limit of storing: PostgreSQL's own binary COPY of the same rows, from a file of its own, into the same table."""

import time

from sqlalchemy import URL

from tests.bench.database import Postgres, connect

_DUMP = "COPY (SELECT * FROM reading ORDER BY position LIMIT 1000000) TO '/proc/self/cwd/bench.copy' (FORMAT binary)"
_LOAD = "COPY reading FROM '/proc/self/cwd/bench.copy' (FORMAT binary)"
# The file lies in the data folder, which is where PostgreSQL's processes stand.


async def dump(url: URL) -> None:
    """Write the readings of this database, in the order in which they were stored, into the file."""
    raw = await connect(url)
    try:
        await raw.execute(_DUMP)
    finally:
        await raw.close()


async def rows_per_second(postgres: Postgres) -> float:
    """Load the file into the reading table of a fresh database: rows a second, commit included."""
    async with postgres.database() as url:
        raw = await connect(url)
        try:
            await raw.execute("CHECKPOINT")
            begun = time.perf_counter()
            said = await raw.execute(_LOAD)
            return int(said.split()[-1]) / (time.perf_counter() - begun)
        finally:
            await raw.close()
