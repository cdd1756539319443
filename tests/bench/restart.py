"""`restart`: from the start of the process to `readyz`, with open sessions to be folded again from their journals."""

import time
from dataclasses import dataclass

from tests.bench.clinic import provision
from tests.bench.database import as_text, connect
from tests.bench.measuring import Setting
from tests.bench.report import Row, Target
from tests.bench.servers import served
from tests.bench.stored import Filler

HOURS_S = 7200
FOLD_S = 3.0


@dataclass(frozen=True, slots=True)
class Restarted:
    """Seconds. `fold`: opening the store and reading back; `ready`: the whole process; `fetch`: the same rows alone."""

    fold: float
    ready: float
    fetch: float
    readings: int


async def restart(setting: Setting) -> Row:
    """50 sessions are the row, ten times as many are printed."""
    few, many = (5, 20) if setting.quick else (50, 500)
    found, other = await setting.watched("restart", lambda: _restart(setting, few))
    more, _ = await setting.watched("restart, many", lambda: _restart(setting, many))
    return Row(
        "restart",
        found.fold,
        "s",
        {"asyncpg_fetch": found.fetch},
        other_cpu=other,
        targets=[Target("fold, s", found.fold, FOLD_S, more=False)],
        notes=[
            f"{few} sessions, {found.readings:,} readings: process start to readyz {found.ready:.2f} s",
            f"{many} sessions, {more.readings:,} readings: fold {more.fold:.2f} s, to readyz {more.ready:.2f} s",
            f"{more.fold / found.fold:.1f} x the time for {more.readings / found.readings:.1f} x the readings",
        ],
    )


async def _restart(setting: Setting, sessions: int) -> Restarted:
    seconds = 1800 if setting.quick else HOURS_S
    async with setting.postgres.database() as url:
        bench = await provision(url, sessions, minutes=seconds // 60)
        raw = await connect(url)
        try:
            filler = Filler(raw, bench)
            await filler.of_places()
            await filler.close()
            begun = time.perf_counter()
            readings = 0
            for place in bench.places:
                readings += len(
                    await raw.fetch("SELECT * FROM reading WHERE session_id = $1 ORDER BY position", place.session_id)
                )
            fetch = time.perf_counter() - begun
        finally:
            await raw.close()
        async with served("serve_ours", setting.server_core, "--url", as_text(url), ready="/readyz") as server:
            return Restarted(server.start_s, server.ready_s, fetch, readings)
