"""A simulated gateway: keeps every reading until the server has accepted it, and says so when it is quiet."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from kat_simulators.clocks import SimulationClock
from kat_simulators.monitor import SimulatedReading, encode, rfc3339

BATCH = 500
HEARTBEAT_S = 5.0
TICK_S = 0.5
LONGEST_WAIT_S = 30.0
MAY_RETRY = (429, 503)
BODY_REFUSED = (400, 413, 422)
"""The same body will never pass; a smaller one may."""


class DoorRefused(RuntimeError):
    """The server answered something that sending again will not cure (a wrong key, a wrong shape)."""


class DoorSilent(DoorRefused):
    """The server gave no answer that counts for long: away, too slow, or failing. The same may pass later."""


@dataclass(slots=True)
class Sent:
    """What became of the readings so far."""

    posts: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    """Rejections by the item's code."""
    retried: int = 0
    warnings: int = 0
    refused: int = 0
    """Posts and heartbeats that sending again will not cure."""
    dropped: int = 0
    """Readings that no post would carry."""


def _raise(refusal: DoorRefused) -> None:
    raise refusal


class Outbox:
    """A gateway's queue and its posts. `away` says whether the server cannot be reached at a moment (true time).

    `refused` hears of what sending again will not cure. By default it raises; one that returns lets the gateway go on
    as a real one does: a body is halved down to the reading that is at fault, which is given up, and a refused key is
    tried again at leisure.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        key: str,
        clock: SimulationClock,
        *,
        sender: Callable[[int], int] = lambda true_at: true_at,
        away: Callable[[int], bool] = lambda true_at: False,
        batch: int = BATCH,
        refused: Callable[[DoorRefused], None] = _raise,
    ) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}
        self._clock = clock
        self._queue: deque[SimulatedReading] = deque()
        self._batch = self._most = batch
        self._refused = refused
        self.sender = sender
        self.away = away
        self.sent = Sent()

    @property
    def queued(self) -> int:
        """Readings not yet accepted."""
        return len(self._queue)

    def put(self, readings: Sequence[SimulatedReading]) -> None:
        """Keep these until they are accepted."""
        self._queue.extend(readings)

    async def run(self) -> None:
        """Send what waits and heartbeats, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send_for_ever())
            group.create_task(self._beat_for_ever())

    async def _send_for_ever(self) -> None:
        while True:
            wait_s = await self.flush()
            await self._clock.sleep(wait_s if wait_s is not None else TICK_S)

    async def flush(self) -> float | None:
        """Post until the queue is empty (None), or the server wants to be left alone for this many seconds."""
        while self._queue and not self.away(self._clock.now_us()):
            batch = [self._queue[i] for i in range(min(self._most, len(self._queue)))]
            wait_s = await self._post(batch)
            if wait_s is not None:
                self.sent.retried += 1
                return wait_s
        return None

    async def _post(self, batch: Sequence[SimulatedReading]) -> float | None:
        """Post one batch and drop from the queue what need not be sent again; seconds to wait if none was taken."""
        body = {"sent_at": rfc3339(self.sender(self._clock.now_us())), "readings": [encode(r) for r in batch]}
        try:
            answer = await self._client.post("/api/v1/readings", json=body, headers=self._headers)
        except httpx.HTTPError:
            return 2.0
        self.sent.posts += 1
        if answer.status_code in MAY_RETRY:
            return wait_of(answer)
        if answer.status_code != 200:
            self._tell("readings", answer)
            if answer.status_code not in BODY_REFUSED:
                return LONGEST_WAIT_S
            self._give_way(batch)
            return None
        self._most = min(self._batch, 2 * self._most)
        told = answer.json()
        self.sent.accepted += told["accepted"]
        self.sent.duplicates += told["duplicates"]
        self.sent.warnings += len(told["warnings"])
        self.sent.rejected += len(told["rejected"])
        self.sent.codes.update(item["code"] for item in told["rejected"])
        again = {item["index"] for item in told["rejected"] if not item["permanent"]}
        for _ in batch:
            self._queue.popleft()
        self._queue.extendleft(reversed([reading for index, reading in enumerate(batch) if index in again]))
        return 2.0 if again else None

    def _give_way(self, batch: Sequence[SimulatedReading]) -> None:
        """Half as much next time; a reading that is refused alone is given up."""
        if len(batch) > 1:
            self._most = len(batch) // 2
        else:
            self._queue.popleft()
            self.sent.dropped += 1

    def _tell(self, what: str, answer: httpx.Response) -> None:
        self.sent.refused += 1
        self._refused(DoorRefused(f"{what}: {answer.status_code} {answer.text[:300]}"))

    async def _beat_for_ever(self) -> None:
        while True:
            if not self.away(self._clock.now_us()):
                await self.beat()
            await self._clock.sleep(HEARTBEAT_S)

    async def beat(self) -> None:
        """One heartbeat; a server that cannot be reached is tried again at the next."""
        body = {"sent_at": rfc3339(self.sender(self._clock.now_us())), "queued": self.queued}
        try:
            answer = await self._client.post("/api/v1/gateways/heartbeat", json=body, headers=self._headers)
        except httpx.HTTPError:
            return
        if answer.status_code >= 400 and answer.status_code not in MAY_RETRY:
            self._tell("heartbeat", answer)


def wait_of(answer: httpx.Response) -> float:
    """Seconds of Retry-After, between 0.1 and 30."""
    try:
        asked = float(answer.headers.get("Retry-After", "2"))
    except ValueError:
        asked = 2.0
    return min(max(asked, 0.1), LONGEST_WAIT_S)
