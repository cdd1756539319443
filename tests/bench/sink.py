"""The no-op that shows what the load itself can do: finds the end of a request and answers, and knows nothing else."""

import asyncio
import re
from typing import cast

import uvloop

from tests.bench import asgi, machine
from tests.bench.raw_asgi import ANSWER

RESPONSE = (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(ANSWER)) + ANSWER
_length = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Sink(asyncio.Protocol):
    """One connection; a request at a time, as wrk sends them."""

    def __init__(self) -> None:
        self._missing = 0
        self._head = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            found = _length.search(self._head, 0, end)
            self._missing = end + 4 + (int(found.group(1)) if found else 0) - len(self._head)
            self._head = b""
        if self._missing <= 0:
            self._transport.write(RESPONSE)


async def run(port: int) -> None:
    """For ever."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    given = asgi.arguments().parse_args()
    machine.pin(given.core)
    uvloop.run(run(given.port))
