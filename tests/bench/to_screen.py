"""`alert_to_screen` and `vitals_to_screen`: from posting a reading to the frame that shows it, at a ward's pace."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from websockets.asyncio.client import connect as connect_socket

from tests.bench.clinic import Bench, Place, provision
from tests.bench.database import Raw, as_text, connect
from tests.bench.measuring import Setting, percentile
from tests.bench.posting import Poster, paced, poster
from tests.bench.report import Row, Target
from tests.bench.screen import Frame, live_screen
from tests.bench.servers import served

SESSIONS = 200
PER_SECOND = 500
BREACH_EVERY = 25
"""One reading in so many is at `immediate`: 20 a second. As many are cuff readings that end the breach 5 s later."""
CALM_AFTER = 100
"""Breaches between a chair's breach and its end."""
LIMIT = "systolic_high"
ECHO = "x" * 300
WARM_UP_S = 3.0


class Watch:
    """What was posted and is not yet on the screen; and how long the others took, milliseconds."""

    def __init__(self) -> None:
        self.alerts: list[float] = []
        self.vitals: list[float] = []
        self.missing: dict[tuple[str, datetime], float] = {}
        self._values: dict[str, list[tuple[datetime, float]]] = {}

    def breached(self, place: Place, at: datetime, sent: float) -> None:
        self.missing[str(place.session_id), at] = sent

    def measured(self, place: Place, at: datetime, sent: float) -> None:
        self._values.setdefault(str(place.chair_id), []).append((at, sent))

    def hear(self, frame: Frame, came: float) -> None:
        """A frame came in."""
        for alert in frame.alerts:
            if alert.limit == LIMIT and alert.session_id is not None and alert.state == "active":
                sent = self.missing.pop((alert.session_id, alert.opened_at), None)
                if sent is not None:
                    self.alerts.append((came - sent) * 1000)
        for item in frame.vitals:
            if item.spo2 is None:
                continue
            waiting = self._values.get(item.chair_id, [])
            shown = item.spo2.effective_at
            self.vitals += [(came - sent) * 1000 for at, sent in waiting if at <= shown]
            waiting[:] = [(at, sent) for at, sent in waiting if at > shown]

    def clear(self) -> None:
        """Warm from here on."""
        self.alerts.clear()
        self.vitals.clear()


class Ward:
    """The readings of a ward, one a post: monitors in turn, and cuffs that breach and calm down again."""

    def __init__(self, bench: Bench, to: Poster, watch: Watch) -> None:
        self._places = bench.places
        self._to = to
        self._watch = watch
        self._seq = time.time_ns() // 1000
        self._monitor = 0

    def post(self, n: int) -> None:
        """The n-th reading."""
        breach, of_cuff = divmod(n, BREACH_EVERY)
        at = datetime.now(UTC)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        if of_cuff == 0:
            place = self._places[breach % len(self._places)]
            values = {"systolic": 212, "diastolic": 84, "mean": 120, "heart_rate": 101}
            self._watch.breached(place, at, self._send(place.cuff, "nibp", at, values))
        elif of_cuff == BREACH_EVERY // 2 and breach >= CALM_AFTER:
            place = self._places[(breach - CALM_AFTER) % len(self._places)]
            self._send(place.cuff, "nibp", at, {"systolic": 121, "diastolic": 79, "mean": 93, "heart_rate": 71})
        else:
            self._monitor += 1
            place = self._places[self._monitor % len(self._places)]
            values = {"heart_rate": 68 + n % 9, "spo2": 96 + n % 3, "respiratory_rate": 14 + n % 4}
            self._watch.measured(place, at, self._send(place.monitor, "pulse_ox", at, values))

    def _send(self, device: str, source: str, at: datetime, values: dict[str, int]) -> float:
        self._seq += 1
        text = at.isoformat(timespec="milliseconds")
        return self._to.post(
            [{"device": device, "seq": self._seq, "observed_at": text, "source": source, **values}], text
        )


async def to_screen(setting: Setting) -> list[Row]:
    """Both rows, from one run."""
    (watch, other) = await setting.watched("to_screen", lambda: _ours(setting))
    echo, _ = await setting.watched("websocket echo", lambda: _echo(setting))
    commit, _ = await setting.watched("one-row commit", lambda: _commit(setting))
    limit = {"websocket_echo": percentile(echo, 0.5), "one_row_commit": percentile(commit, 0.5)}
    base = sum(limit.values())
    p50, p99 = percentile(watch.alerts, 0.5), percentile(watch.alerts, 0.99)
    alerts = Row(
        "alert_to_screen",
        p50,
        "ms",
        limit,
        None,
        p50,
        p99,
        other,
        targets=[
            Target("p50, times echo + commit", p50 / base, 4.0, 2.0, more=False),
            Target("p99, times echo + commit", p99 / base, 20.0, 8.0, more=False),
        ],
        notes=[
            f"{len(watch.alerts)} alerts",
            f"p99 of the echo {percentile(echo, 0.99):.3g} ms, of the commit {percentile(commit, 0.99):.3g} ms",
        ],
    )
    late = [sent for sent in watch.missing.values() if time.perf_counter() - sent > 2]
    if len(late) > len(watch.alerts) // 100:
        alerts.void = f"{len(late)} alerts never came"
    p50, p99 = percentile(watch.vitals, 0.5), percentile(watch.vitals, 0.99)
    vitals = Row(
        "vitals_to_screen",
        p99,
        "ms",
        {"frame_every": 500.0},
        None,
        p50,
        p99,
        other,
        targets=[Target("p99 ms", p99, 550.0, more=False)],
        notes=[f"{len(watch.vitals)} values"],
    )
    return [alerts, vitals]


async def _ours(setting: Setting) -> Watch:
    async with setting.postgres.database() as url:
        bench = await provision(url, SESSIONS)
        watch = Watch()
        async with (
            served("serve_ours", setting.server_core, "--url", as_text(url), ready="/readyz") as server,
            live_screen(server.port, bench.token) as screen,
            poster(server.port, bench.key) as to,
        ):
            ward = Ward(bench, to, watch)
            screen.listener = watch.hear
            await paced(PER_SECOND, WARM_UP_S, ward.post)
            watch.clear()
            shift = round(PER_SECOND * WARM_UP_S)
            await paced(PER_SECOND, setting.seconds * 4, lambda n: ward.post(n + shift))
            await asyncio.sleep(1.0)
    return watch


async def _echo(setting: Setting) -> list[float]:
    """Milliseconds there and back, at the same pace as the posts."""
    took: list[float] = []
    async with (
        served("echo", setting.server_core) as server,
        connect_socket(f"ws://127.0.0.1:{server.port}/", compression=None) as socket,
    ):
        for n in range(setting.seconds * 250):
            await asyncio.sleep(1 / PER_SECOND)
            begun = time.perf_counter()
            await socket.send(ECHO)
            await socket.recv()
            if n >= setting.seconds * 25:
                took.append((time.perf_counter() - begun) * 1000)
    return took


async def _commit(setting: Setting) -> list[float]:
    """Milliseconds of one row by binary COPY, committed, at the same pace."""
    took: list[float] = []
    async with setting.postgres.database() as url:
        bench = await provision(url, 1)
        raw: Raw = await connect(url)
        try:
            for n in range(setting.seconds * 250):
                await asyncio.sleep(1 / PER_SECOND)
                row = _row(bench, n)
                begun = time.perf_counter()
                await raw.copy_records_to_table("reading", records=[row])
                if n >= setting.seconds * 25:
                    took.append((time.perf_counter() - begun) * 1000)
        finally:
            await raw.close()
    return took


def _row(bench: Bench, n: int) -> tuple[Any, ...]:
    place = bench.places[0]
    at = bench.checked_in_at + n
    ids: tuple[UUID, UUID, int, UUID] = (bench.clinic_id, place.monitor_id, at, place.session_id)
    return (*ids, n, 3, 0, 0, False, 1000, at, at, at, at, None, None, None, 700, 970, 140, None, None)
