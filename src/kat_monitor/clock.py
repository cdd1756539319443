"""The one clock, handed in: clinic time for everything about patients, wall time for transport."""

import asyncio
import heapq
import itertools
import time
from typing import Protocol

MICROS = 1_000_000


class Clock(Protocol):
    """Two times. Both are microseconds since the Unix epoch, UTC."""

    rate: float
    """How many clinic seconds pass in a wall second; 1.0 outside a demo."""

    def now_us(self) -> int:
        """Clinic time: hold, confirm, due, escalation, phases, expiry, lateness."""
        ...

    def wall_us(self) -> int:
        """Wall time: heartbeats, deadlines, logins, webhook retries."""
        ...

    async def sleep_until(self, clinic_us: int) -> None:
        """Return when clinic time has reached `clinic_us`."""
        ...

    async def sleep(self, wall_s: float) -> None:
        """Return after `wall_s` seconds of wall time."""
        ...


class RealClock:
    """Clinic time is wall time."""

    rate = 1.0

    def now_us(self) -> int:
        return time.time_ns() // 1000

    wall_us = now_us

    async def sleep_until(self, clinic_us: int) -> None:
        while (left := clinic_us - self.now_us()) > 0:
            await asyncio.sleep(left / MICROS)

    async def sleep(self, wall_s: float) -> None:
        await asyncio.sleep(wall_s)


class ScaledClock:
    """Clinic time runs `rate` times as fast as wall time from an anchor (wall_us, clinic_us) that a demo stores."""

    def __init__(self, rate: float, anchor_wall_us: int, anchor_clinic_us: int) -> None:
        if rate <= 0:
            raise ValueError("rate must be positive")
        self.rate = rate
        self.anchor = (anchor_wall_us, anchor_clinic_us)

    def now_us(self) -> int:
        wall, clinic = self.anchor
        return clinic + int((self.wall_us() - wall) * self.rate)

    def wall_us(self) -> int:
        return time.time_ns() // 1000

    async def sleep_until(self, clinic_us: int) -> None:
        while (left := clinic_us - self.now_us()) > 0:
            await asyncio.sleep(left / self.rate / MICROS)

    async def sleep(self, wall_s: float) -> None:
        await asyncio.sleep(wall_s)


class ManualClock:
    """Stands still until told: a simulated hour takes as long as its work. For tests and replays.

    Wall time and clinic time move together. Sleepers wake in the order of their due times.
    """

    rate = 1.0

    def __init__(self, start_us: int) -> None:
        self._now = start_us
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now_us(self) -> int:
        return self._now

    wall_us = now_us

    async def sleep_until(self, clinic_us: int) -> None:
        if clinic_us <= self._now:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (clinic_us, next(self._order), future))
        await future

    async def sleep(self, wall_s: float) -> None:
        await self.sleep_until(self._now + int(wall_s * MICROS))

    def next_due(self) -> int | None:
        """When the next sleeper is due, or None."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def set(self, clinic_us: int) -> None:
        """Move to `clinic_us` (never back) and wake whoever is due; they run when the loop next turns."""
        if clinic_us < self._now:
            raise ValueError("a clock never goes back")
        self._now = clinic_us
        while self._sleepers and self._sleepers[0][0] <= clinic_us:
            future = heapq.heappop(self._sleepers)[2]
            if not future.done():
                future.set_result(None)
