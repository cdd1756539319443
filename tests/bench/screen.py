"""One live screen, as a wall is: takes every frame, says every few seconds what it shows, and tells when each came."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec
from websockets.asyncio.client import ClientConnection, connect

SEEN_EVERY_S = 4.0


class Value(msgspec.Struct):
    """A shown value: when it was measured."""

    effective_at: datetime


class Vitals(msgspec.Struct):
    """One chair's news. Of all metrics only the one that the monitors of the load send."""

    chair_id: str
    spo2: Value | None = None


class Shown(msgspec.Struct):
    """An alert in a frame."""

    id: str
    session_id: str | None
    limit: str
    state: str
    opened_at: datetime


class Frame(msgspec.Struct):
    """What is needed of `changes`; other types have none of it."""

    type: str
    seq: int = 0
    vitals: list[Vitals] = []
    alerts: list[Shown] = []


class Kind(msgspec.Struct):
    """The first look at a frame."""

    type: str


_kind = msgspec.json.Decoder(Kind)
_frame = msgspec.json.Decoder(Frame)
Listener = Callable[[Frame, float], None]


class LiveScreen:
    """Counts frames; `listener`, when set, gets each `changes` frame with the time it came (perf_counter)."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.frames = 0
        self.shown_seq = 0
        self.listener: Listener | None = None

    async def read(self) -> None:
        """Until the server closes."""
        async for text in self._socket:
            came = time.perf_counter()
            self.frames += 1
            if _kind.decode(text).type == "changes":
                frame = _frame.decode(text)
                self.shown_seq = frame.seq
                if self.listener is not None:
                    self.listener(frame, came)

    async def report(self) -> None:
        """For ever: what a screen that is watched and audible says."""
        while True:
            said = {
                "type": "seen",
                "alerts": [],
                "audio": "running",
                "visible": True,
                "shown_seq": self.shown_seq,
                "painted_ms": 10,
            }
            await self._socket.send(json.dumps(said))
            await asyncio.sleep(SEEN_EVERY_S)


class ScreenLost(Exception):
    """The screen was closed during a measurement: there is no figure."""


@asynccontextmanager
async def live_screen(port: int, token: str) -> AsyncIterator[LiveScreen]:
    """A screen that stays connected for the whole block. Raises ScreenLost when it did not."""
    headers = {"Authorization": f"Bearer {token}"}
    url = f"ws://127.0.0.1:{port}/api/v1/live"
    async with connect(url, additional_headers=headers, compression=None, max_size=None) as socket:
        screen = LiveScreen(socket)
        reading, reporting = asyncio.create_task(screen.read()), asyncio.create_task(screen.report())
        try:
            yield screen
            if reading.done() or reporting.done():
                raise ScreenLost(f"closed with {socket.close_code} after {screen.frames} frames")
        finally:
            reading.cancel()
            reporting.cancel()
            await asyncio.gather(reading, reporting, return_exceptions=True)
