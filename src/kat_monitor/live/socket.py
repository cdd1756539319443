"""The conversation on `WS /api/v1/live`: hello, snapshot, numbered changes, heartbeats; receipts come back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from kat_monitor.clock import Clock
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.live.feed import encoded, hello
from kat_monitor.live.hub import Hub
from kat_monitor.live.mailbox import TOO_SLOW, Receipt, Screen
from kat_monitor.live.tile import uuid_set
from kat_monitor.rules.clinic import ClinicState

HEARTBEAT_S = 2.0
SEND_S = 5.0
MOST_SEEN = 2_000
MOST_PAINTED_MS = 3_600_000
AUDIO = frozenset({"running", "blocked", "muted"})

SendText = Callable[[str], Awaitable[None]]
ReceiveText = Callable[[], Awaitable[str | None]]


class Conversation:
    """One screen on one socket. `send` and `receive` are the socket's; `receive` gives None at the end."""

    def __init__(
        self, hub: Hub, clock: Clock, clinic: ClinicState, screen: Screen, version: str, *, send_s: float = SEND_S
    ) -> None:
        self._send_s = send_s
        self._hub = hub
        self._clock = clock
        self._clinic = clinic
        self._screen = screen
        self._version = version

    async def run(self, send: SendText, receive: ReceiveText, still_allowed: Callable[[], bool]) -> int:
        """Until either side ends it; returns the close code to use (1000 when the peer left)."""
        station_id = self._screen.station_id
        station = None if station_id is None else self._clinic.duty.active(station_id)
        first = hello(self._clinic, self._version, self._clock.now_us(), self._clock.rate, HEARTBEAT_S, station)
        self._screen.offer(encoded(first))
        # The hello must not be lost to the snapshot's clearing of the mailbox.
        if not await self._send(send, await self._screen.next() or ""):
            return TOO_SLOW
        self._hub.join(self._clinic, self._screen)
        tasks = [
            asyncio.ensure_future(self._write(send)),
            asyncio.ensure_future(self._read(receive)),
            asyncio.ensure_future(self._beat(still_allowed)),
            asyncio.ensure_future(self._screen.ended()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._hub.leave(self._clinic, self._screen)
        for task in done:
            # A bug in one of them must be seen, not taken for a screen that left.
            task.result()
        return self._screen.closed or 1000

    async def _write(self, send: SendText) -> None:
        while (frame := await self._screen.next()) is not None:
            if not await self._send(send, frame):
                return
            self._hub.frames_sent += 1

    async def _send(self, send: SendText, frame: str) -> bool:
        try:
            async with asyncio.timeout(self._send_s):
                await send(frame)
        except TimeoutError:
            self._screen.close(TOO_SLOW)
            return False
        except (ConnectionError, RuntimeError):
            # The peer is gone; starlette says RuntimeError for a socket that is closed already.
            return False
        return True

    async def _read(self, receive: ReceiveText) -> None:
        while (text := await receive()) is not None:
            try:
                frame = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(frame, dict):
                self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame.get("type") == "resync":
            self._hub.resync(self._clinic, self._screen)
        elif frame.get("type") == "seen" and (receipt := self._receipt(frame)) is not None:
            self._hub.seen(self._clinic, self._screen, receipt)

    def _receipt(self, frame: dict[str, Any]) -> Receipt | None:
        """A receipt that is not whole counts for nothing: the screen then does not count as watching."""
        alerts = uuid_set(frame.get("alerts"), MOST_SEEN)
        audio, visible, seq, painted = (frame.get(k) for k in ("audio", "visible", "shown_seq", "painted_ms"))
        if alerts is None or not isinstance(visible, bool) or not isinstance(seq, int):
            return None
        if not isinstance(audio, str) or audio not in AUDIO:
            return None
        # Compared first: the greatest of JSON's integers has no float.
        painted_ms = float(painted) if isinstance(painted, int | float) and 0 <= painted <= MOST_PAINTED_MS else 0.0
        return Receipt(self._clock.wall_us(), alerts, audio, visible, seq, painted_ms)

    async def _beat(self, still_allowed: Callable[[], bool]) -> None:
        """A heartbeat every 2 s; a login that ended meanwhile closes the screen."""
        while True:
            await self._clock.sleep(HEARTBEAT_S)
            if not still_allowed():
                self._screen.close(4003)
                return
            feed = self._hub.feed(self._clinic)
            beat = {"type": "heartbeat", "seq": feed.seq, "server_time": to_rfc3339(self._clock.now_us())}
            self._screen.offer(encoded(beat))
