"""Posts at a given pace over connections that stay open: for latencies, where wrk's closed loop would queue."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

CONNECTIONS = 32


class PostFailed(Exception):
    """An answer that was not 200: there is no figure."""


class Poster:
    """A gateway with a few connections; a post takes the next free one, and waits for one when there is none."""

    def __init__(self, host: str, key: str) -> None:
        self._head = (
            f"POST /api/v1/readings HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        )
        self._free: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self._waiting: deque[bytes] = deque()
        self._pending: set[asyncio.Task[None]] = set()
        self.failed: list[str] = []

    async def open(self, port: int, connections: int) -> None:
        """Connect."""
        for _ in range(connections):
            self._free.append(await asyncio.open_connection("127.0.0.1", port))

    def post(self, readings: list[Mapping[str, Any]], sent_at: str) -> float:
        """Send; since when it was to be sent (perf_counter). The answer is awaited elsewhere."""
        body = json.dumps({"sent_at": sent_at, "readings": readings})
        begun = time.perf_counter()
        self._waiting.append(f"{self._head}{len(body)}\r\n\r\n{body}".encode())
        self._send()
        return begun

    def _send(self) -> None:
        while self._waiting and self._free:
            reader, writer = self._free.popleft()
            writer.write(self._waiting.popleft())
            task = asyncio.create_task(self._answer(reader, writer))
            self._pending.add(task)
            task.add_done_callback(self._pending.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await reader.readexactly(length)
        if head.split(b" ", 2)[1] != b"200" or json.loads(body)["rejected"]:
            self.failed.append(body.decode()[:200])
        self._free.append((reader, writer))
        self._send()

    async def close(self) -> None:
        """Wait for the last answers, hang up. Raises PostFailed when any was refused."""
        while self._pending:
            await asyncio.gather(*self._pending)
        for _, writer in self._free:
            writer.close()
        if self.failed:
            raise PostFailed(f"{len(self.failed)} posts, such as {self.failed[0]}")


@asynccontextmanager
async def poster(port: int, key: str, connections: int = CONNECTIONS) -> AsyncIterator[Poster]:
    """Connected for the block. A connection that is idle for 5 s is closed by the server: no more than are used."""
    opened = Poster(f"127.0.0.1:{port}", key)
    await opened.open(port, connections)
    yield opened
    await opened.close()


async def paced(per_second: float, seconds: float, act: Callable[[int], None]) -> None:
    """Call `act(n)` `per_second` times a second for `seconds`, each at its own time whatever the last one took."""
    begun = time.perf_counter()
    for n in range(round(per_second * seconds)):
        left = begun + n / per_second - time.perf_counter()
        if left > 0:
            await asyncio.sleep(left)
        act(n)
