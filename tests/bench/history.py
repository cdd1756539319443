"""`history`: one session's two hours over REST, raw and stepped, when little and when much else is stored."""

import time
from collections.abc import Sequence
from uuid import UUID, uuid5

import httpx
from sqlalchemy import URL

from kat_monitor.domain.vitals import MINUTE_US
from tests.bench.clinic import Bench, provision
from tests.bench.database import as_text, connect
from tests.bench.measuring import Setting, percentile
from tests.bench.report import Row, Target
from tests.bench.servers import served
from tests.bench.stored import Filler

SESSION_S = 7200
A_DAY = 10
"""Sessions of each day of the past."""
STEP_S = 60
CALLS = 40
DAY_US = 24 * 60 * MINUTE_US

Took = dict[str, list[float]]


async def history(setting: Setting) -> Row:
    """The worse of raw and stepped: how much slower with the greater number of readings stored."""
    scales = (50_000, 200_000) if setting.quick else (100_000, 10_000_000)
    async with setting.postgres.database() as url:
        bench = await provision(url, 1, minutes=SESSION_S // 60)
        raw = await connect(url)
        try:
            filler = Filler(raw, bench)
            await filler.of_places()
            stored = int(await raw.fetchval("SELECT count(*) FROM reading"))
            found: list[tuple[Took, float]] = []
            day = 1
            for scale in scales:
                while stored < scale:
                    stored += await _fill_day(filler, bench, day)
                    day += 1
                await filler.close()
                found.append(await setting.watched(f"history at {scale:,}", lambda: _ask(setting, url, bench)))
        finally:
            await raw.close()
    return _row(scales, found)


def _row(scales: Sequence[int], found: Sequence[tuple[Took, float]]) -> Row:
    (few, _), (many, _) = found
    grows = {kind: percentile(many[kind], 0.5) / percentile(few[kind], 0.5) for kind in few}
    notes = [
        f"{kind}: p50 {percentile(few[kind], 0.5):.1f} ms at {scales[0]:,} stored, "
        f"{percentile(many[kind], 0.5):.1f} ms at {scales[1]:,}"
        for kind in few
    ]
    return Row(
        "history",
        max(grows.values()),
        "x",
        {f"{kind}_p50_ms_at_{scales[0]}": percentile(took, 0.5) for kind, took in few.items()},
        None,
        percentile(many["raw"], 0.5),
        percentile(many["raw"], 0.99),
        max(other for _, other in found),
        targets=[Target(f"{kind} grows", ratio, 1.5, more=False) for kind, ratio in grows.items()],
        notes=notes,
    )


async def _fill_day(filler: Filler, bench: Bench, day: int) -> int:
    """Sessions of an earlier day, long ended and of no concern to the server's memory; how many readings."""
    devices = [uuid5(bench.clinic_id, f"device {n}") for n in range(A_DAY)]
    sessions: list[UUID] = [uuid5(bench.clinic_id, f"session {day} {n}") for n in range(A_DAY)]
    await filler.stream(devices, sessions, bench.checked_in_at - day * DAY_US, 1.0, SESSION_S)
    return A_DAY * SESSION_S


async def _ask(setting: Setting, url: URL, bench: Bench) -> Took:
    """Milliseconds of each call."""
    took: Took = {"raw": [], "stepped": []}
    steps = {"raw": "raw", "stepped": str(STEP_S)}
    path = f"/api/v1/sessions/{bench.places[0].session_id}/readings"
    async with served("serve_ours", setting.server_core, "--url", as_text(url), ready="/readyz") as server:
        headers = {"Authorization": f"Bearer {bench.token}"}
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60.0) as client:
            for n in range(CALLS):
                for kind, step in steps.items():
                    begun = time.perf_counter()
                    answer = await client.get(path, params={"step": step})
                    passed = (time.perf_counter() - begun) * 1000
                    answer.raise_for_status()
                    if n >= CALLS // 4:
                        took[kind].append(passed)
    return took
