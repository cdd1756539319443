"""The listening socket is such that small answers leave at once."""

import asyncio
import socket

from kat_monitor.app import listen


async def test_what_it_accepts_sends_small_answers_at_once() -> None:
    seen: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listening = listen("127.0.0.1", 0)
    async with await asyncio.start_server(accepted, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname()[:2])
        assert await seen == 1
        writer.close()
