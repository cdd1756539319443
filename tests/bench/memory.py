"""`memory`: the server's resident size with no, some and many open sessions, two hours into each, under load."""

import asyncio
import time
from dataclasses import dataclass

from tests.bench.clinic import provision
from tests.bench.database import as_text, connect
from tests.bench.machine import resident_kb
from tests.bench.measuring import Setting
from tests.bench.report import Row, Target
from tests.bench.screen import live_screen
from tests.bench.servers import served
from tests.bench.stored import Filler
from tests.bench.wrk import load

HOURS_S = 7200
BETWEEN_MS = 60_000
"""A stream reading a minute is enough to fill what a session remembers of two hours."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class Sizes:
    """Resident kB: just started; with readings coming in; with a screen watching."""

    started: int
    loaded: int
    watched: int


async def memory(setting: Setting) -> Row:
    """kB per open session between none and most, with everything on."""
    counts = (0, 50, 200) if setting.quick else (0, 500, 5000)
    sizes = [await _sizes(setting, sessions) for sessions in counts]
    none, most = sizes[0], sizes[-1]
    each = (most.watched - none.watched) / counts[-1]
    notes = [
        f"{count:,} sessions: {size.started / 1024:.0f} MB started, {size.loaded / 1024:.0f} MB with readings, "
        f"{size.watched / 1024:.0f} MB with a screen"
        for count, size in zip(counts, sizes, strict=True)
    ]
    notes.append(f"without a screen {(most.loaded - none.loaded) / counts[-1]:.1f} kB per session")
    return Row(
        "memory", each, "kB/session", targets=[Target("kB per session", each, 30.0, 10.0, more=False)], notes=notes
    )


async def _sizes(setting: Setting, sessions: int) -> Sizes:
    async with setting.postgres.database() as url:
        bench = await provision(url, sessions, minutes=HOURS_S // 60, monitor_ms=BETWEEN_MS)
        raw = await connect(url)
        try:
            filler = Filler(raw, bench)
            await filler.of_places()
            await filler.close()
        finally:
            await raw.close()
        async with served("serve_ours", setting.server_core, "--url", as_text(url), ready="/readyz") as server:
            await asyncio.sleep(2.0)
            started = resident_kb(server.process.pid)
            if sessions:
                seq = time.time_ns() // 1000
                await load(server.port, bench.key, batch=BATCH, chairs=sessions, first_seq=seq, seconds=5)
                await asyncio.sleep(2.0)
            loaded = resident_kb(server.process.pid)
            async with live_screen(server.port, bench.token):
                await asyncio.sleep(6.0)
                watched = resident_kb(server.process.pid)
    return Sizes(started, loaded, watched)
