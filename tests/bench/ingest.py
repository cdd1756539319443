"""`ingest_1`, `ingest_20`, `ingest_200`: readings a second through the real door, beside naive and limits."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from statistics import median

from sqlalchemy import URL

from tests.bench import copy_limit
from tests.bench.clinic import Bench, provision
from tests.bench.database import as_text, connect
from tests.bench.measuring import Setting
from tests.bench.report import Row, Target
from tests.bench.screen import live_screen
from tests.bench.servers import Served, served
from tests.bench.wrk import Load, LoadFailed, load

SESSIONS = 200
WARM_UP_S = 2
MOST_LATE = 0.01
LOAD_MUST_REACH = 3.0
"""The load must be able to do so many times what ours does."""

TARGETS: dict[int, tuple[tuple[float, float], str, tuple[float, float]]] = {
    1: ((6.0, 9.0), "raw_asgi", (0.20, 0.35)),
    20: ((4.0, 6.0), "server_side_copy", (0.12, 0.20)),
    200: ((2.5, 4.0), "server_side_copy", (0.16, 0.30)),
}
"""Per batch: times naive (least, stretch), and the share of which limit."""


@dataclass(frozen=True, slots=True)
class Round:
    """Readings a second of each in one round, rows a second of the COPY."""

    ours: Load
    naive: Load
    raw: Load
    load: Load
    copy: float
    other_cpu: float


async def ingest(setting: Setting, batch: int) -> Row:
    """One row: the median of the rounds, in each of which all are measured one after the other."""
    rounds = [await _round(setting, batch) for _ in range(setting.rounds)]
    ours = sorted(rounds, key=lambda one: one.ours.readings_s)[len(rounds) // 2].ours
    naive = median(one.naive.readings_s for one in rounds)
    limit = {
        "raw_asgi": median(one.raw.readings_s for one in rounds),
        "server_side_copy": median(one.copy for one in rounds),
    }
    able = median(one.load.readings_s for one in rounds)
    times, bound, shares = TARGETS[batch]
    row = Row(
        f"ingest_{batch}",
        ours.readings_s,
        "readings/s",
        limit,
        naive,
        ours.p50_ms,
        ours.p99_ms,
        max(one.other_cpu for one in rounds),
        targets=[
            Target("times naive", ours.readings_s / naive, *times),
            Target(f"of {bound}", ours.readings_s / limit[bound], *shares),
        ],
        notes=[
            f"rounds: {', '.join(f'{one.ours.readings_s:,.0f}' for one in rounds)}; the load alone {able:,.0f}",
            f"late {ours.late:.2%}",
            f"naive p50 {rounds[0].naive.p50_ms:.3g} ms, p99 {rounds[0].naive.p99_ms:.3g} ms",
        ],
    )
    if able < LOAD_MUST_REACH * ours.readings_s:
        row.void = f"the load alone reaches {able / ours.readings_s:.1f} x ours, not {LOAD_MUST_REACH:g} x"
    elif (late := max(one.ours.late for one in rounds)) > MOST_LATE:
        row.void = f"{late:.1%} of the readings came late: another work is measured than was meant"
    return row


async def _round(setting: Setting, batch: int) -> Round:
    others = []

    async def watched(name: str, measure: Callable[[], Awaitable[Load]]) -> Load:
        found, other = await setting.watched(f"ingest_{batch} {name}", measure)
        others.append(other)
        return found

    ours = await watched("ours", lambda: _ours(setting, batch))
    copy, other = await setting.watched("server_side_copy", lambda: copy_limit.rows_per_second(setting.postgres))
    others.append(other)
    naive = await watched("naive", lambda: _naive(setting, batch))
    raw = await watched("raw_asgi", lambda: _plain(setting, "raw_asgi", batch))
    alone = await watched("load alone", lambda: _plain(setting, "sink", batch))
    return Round(ours, naive, raw, alone, copy, max(others))


async def _ours(setting: Setting, batch: int) -> Load:
    """With everything on: key, verdicts, identity, rules, alerts, one screen. What was accepted must be stored."""
    async with _clinic(setting) as (url, bench):
        async with (
            served("serve_ours", setting.server_core, "--url", as_text(url), ready="/readyz") as server,
            live_screen(server.port, bench.token),
        ):
            found, warmed = await _twice(setting, server, bench.key, batch)
        stored, late = await _stored(url)
        if stored < found.readings + warmed.readings:
            raise LoadFailed(f"{found.readings + warmed.readings} readings accepted, {stored} stored")
        await copy_limit.dump(url)
        return replace(found, late=late / stored)


async def _naive(setting: Setting, batch: int) -> Load:
    async with (
        _clinic(setting) as (url, bench),
        served("naive", setting.server_core, "--url", as_text(url)) as server,
    ):
        return (await _twice(setting, server, bench.key, batch))[0]


async def _plain(setting: Setting, module: str, batch: int) -> Load:
    async with served(module, setting.server_core) as server:
        return (await _twice(setting, server, "no-key", batch))[0]


async def _twice(setting: Setting, server: Served, key: str, batch: int) -> tuple[Load, Load]:
    """(the measurement, the warming up before it)."""

    async def once(seconds: int) -> Load:
        seq = time.time_ns() // 1000
        return await load(server.port, key, batch=batch, chairs=SESSIONS, first_seq=seq, seconds=seconds)

    warmed = await once(1 if setting.quick else WARM_UP_S)
    return await once(setting.seconds), warmed


@asynccontextmanager
async def _clinic(setting: Setting) -> AsyncIterator[tuple[URL, Bench]]:
    async with setting.postgres.database() as url:
        yield url, await provision(url, SESSIONS)


async def _stored(url: URL) -> tuple[int, int]:
    """(readings, late ones among them)."""
    raw = await connect(url)
    try:
        row = await raw.fetchrow("SELECT count(*), count(*) FILTER (WHERE late) FROM reading")
        return row[0], row[1]
    finally:
        await raw.close()
