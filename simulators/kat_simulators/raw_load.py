"""Posts prepared bodies as fast as connections allow, for measuring the door itself and nothing of the simulators."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kat_simulators.monitor import rfc3339

TICK_US = 1000


@dataclass(slots=True)
class Loaded:
    """What a raw load did: requests and readings sent, answers by status, seconds, each answer's milliseconds."""

    requests: int = 0
    readings: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Readings a second."""
        return self.readings / self.seconds if self.seconds else 0.0


def bodies(devices: list[str], per_request: int, start_us: int) -> Iterator[bytes]:
    """Endless JSON bodies of `per_request` calm readings, round robin over `devices`, identities never repeated."""
    at, turn = start_us, 0
    while True:
        items = []
        for _ in range(per_request):
            items.append(_item(devices[turn % len(devices)], at, turn))
            turn += 1
            at += TICK_US if turn % len(devices) == 0 else 0
        yield json.dumps({"sent_at": rfc3339(at), "readings": items}).encode()


def _item(device: str, at: int, turn: int) -> dict[str, object]:
    return {
        "device": device,
        "seq": at,
        "observed_at": rfc3339(at),
        "source": "pulse_ox",
        "spo2": 96 + turn % 3,
        "heart_rate": 68 + turn % 9,
    }


async def raw_load(
    url: str, key: str, devices: list[str], *, per_request: int, connections: int, seconds: float, start_us: int
) -> Loaded:
    """Keep `connections` connections busy for `seconds`; each uses its own share of `devices` so that order holds."""
    if connections < 1 or len(devices) < connections:
        raise ValueError("needs at least one device for each connection")
    total = Loaded()
    begun = time.perf_counter()
    shares = [devices[number::connections] for number in range(connections)]
    async with asyncio.TaskGroup() as group:
        for share in shares:
            source = bodies(share, per_request, start_us)
            group.create_task(_connection(url, key, source, per_request, begun + seconds, total))
    total.seconds = time.perf_counter() - begun
    return total


async def _connection(
    url: str, key: str, source: Iterator[bytes], per_request: int, until: float, total: Loaded
) -> None:
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port or 80)
    try:
        while time.perf_counter() < until:
            body = next(source)
            sent = time.perf_counter()
            writer.write(_head(where.netloc, key, len(body)) + body)
            await writer.drain()
            status = await _answer(reader)
            total.milliseconds.append((time.perf_counter() - sent) * 1000.0)
            total.requests += 1
            total.readings += per_request
            total.statuses[status] = total.statuses.get(status, 0) + 1
    finally:
        writer.close()


def _head(host: str, key: str, length: int) -> bytes:
    lines = (
        "POST /api/v1/readings HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer with a Content-Length to its end; its status. IncompleteReadError if the server hangs up."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    length = 0
    for line in head[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    await reader.readexactly(length)
    return int(head[0].split()[1])
