"""A ward of 60 chairs at 2 Hz on the real server: what the wall costs, and how soon an alert is painted."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import URL

from kat_monitor.access.logins import login_row, new_login
from kat_monitor.clock import RealClock
from kat_monitor.store.batch import Batch
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.writer import Writer
from tests.bench.clinic import Bench, Place, provision
from tests.bench.database import as_text, connect
from tests.bench.measuring import Setting
from tests.bench.posting import Poster, poster
from tests.bench.servers import served

CHAIRS, EVERY_S = 60, 0.5
COOKIE = "kat_login"


@dataclass(frozen=True, slots=True)
class Ward:
    """The running server, its clinic, and the cookie of a nurse who is logged in."""

    url: str
    bench: Bench
    cookie: dict[str, Any]
    port: int

    async def taken_in_hand(self) -> None:
        """Acknowledge all that calls: what was open when the clinic was filled is not part of a calm minute."""
        bearer = {"Authorization": f"Bearer {self.bench.token}"}
        async with httpx.AsyncClient(base_url=f"{self.url}api/v1/", headers=bearer, timeout=30) as nurse:
            listed = (await nurse.get("alerts", params={"state": "open"})).raise_for_status().json()
            for alert in listed:
                if alert["acknowledged_at"] is None:
                    (await nurse.post(f"alerts/{alert['id']}/acknowledge")).raise_for_status()

    @asynccontextmanager
    async def streams(self) -> AsyncIterator["Streams"]:
        """The gateway of the ward's devices, connected for the block; hold it no longer idle than 5 s."""
        async with poster(self.port, self.bench.key, connections=1) as to:
            yield Streams(self.bench, to)


@asynccontextmanager
async def ward(setting: Setting) -> AsyncIterator[Ward]:
    """Serve the clinic on the server's core; the built dashboard comes from it too."""
    async with setting.postgres.database() as url:
        bench = await provision(url, CHAIRS, monitor_ms=round(EVERY_S * 1000))
        secret = await _logged_in(url, bench)
        async with served("serve_ours", setting.server_core, "--url", as_text(url), ready="/readyz") as server:
            cookie = {"name": COOKIE, "value": secret, "domain": urlsplit(server.url).hostname, "path": "/"}
            yield Ward(f"{server.url}/", bench, cookie, server.port)


async def _logged_in(url: URL, bench: Bench) -> str:
    """The secret of a login of the clinic's nurse, put into the record before the server reads it."""
    raw = await connect(url)
    try:
        account_id = await raw.fetchval("SELECT id FROM account WHERE clinic_id = $1", bench.clinic_id)
    finally:
        await raw.close()
    login, secret = new_login(bench.clinic_id, account_id, RealClock().wall_us())
    writer = Writer(url, Deadlines())
    await writer.open()
    try:
        await writer.commit(Batch(rows=[login_row(login)]))
    finally:
        await writer.close()
    return secret


class Streams:
    """All monitors twice a second, in one request; a cuff reading now and then; a breach where one is wanted."""

    def __init__(self, bench: Bench, to: Poster) -> None:
        self._places = bench.places
        self._to = to
        self._seq = time.time_ns() // 1000
        self._round = 0

    def measure_all(self) -> None:
        """One cuff reading at every chair, so that none is overdue."""
        text = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._to.post([self._cuff(place, text, 121) for place in self._places], text)

    async def run(self, seconds: float, *, breach_every: int = 0) -> None:
        """Post for that long. `breach_every`: each time after so many rounds one chair's cuff breaches."""
        began = time.monotonic()
        for n in range(round(seconds / EVERY_S)):
            await asyncio.sleep(max(0.0, began + n * EVERY_S - time.monotonic()))
            self._post(breach_every)
            self._round += 1

    def _post(self, breach_every: int) -> None:
        places = self._places
        now = datetime.now(UTC)
        text = now.isoformat(timespec="milliseconds")
        n = self._round
        readings: list[Mapping[str, Any]] = [self._monitor(place, text, n) for place in places]
        readings.append(self._cuff(places[n % CHAIRS], text, 121 + n % 7))
        if breach_every and n % breach_every == 0:
            readings.append(self._cuff(places[(n // breach_every + 7) % CHAIRS], text, 212))
        self._to.post(readings, text)

    def _monitor(self, place: Place, text: str, n: int) -> dict[str, Any]:
        k = n + place.number
        values = {"heart_rate": 68 + k % 9, "spo2": 96 + k % 3, "respiratory_rate": 14 + k % 4}
        return self._reading(place.monitor, text, "pulse_ox", values)

    def _cuff(self, place: Place, text: str, systolic: int) -> dict[str, Any]:
        values = {"systolic": systolic, "diastolic": 80, "mean": 94, "heart_rate": 71}
        return self._reading(place.cuff, text, "nibp", values)

    def _reading(self, device: str, text: str, source: str, values: dict[str, int]) -> dict[str, Any]:
        self._seq += 1
        return {"device": device, "seq": self._seq, "observed_at": text, "source": source, **values}
