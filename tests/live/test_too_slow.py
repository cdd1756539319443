"""A screen that does not keep up is closed with 4008 and let go; it never holds up the others or the server."""

import asyncio
import socket
from typing import Any
from uuid import uuid4

import pytest
from starlette.websockets import WebSocket

from kat_monitor.api.live import close
from kat_monitor.app import PEER_SILENT_MS, listen
from kat_monitor.live.hub import Hub
from kat_monitor.live.mailbox import MOST_FRAMES, TOO_SLOW, Screen
from kat_monitor.live.socket import Conversation
from tests.live.stage import START, Stage
from tests.server_fixtures import Running

SOON_S = 20
"""What should be over at once: give up instead of waiting for ever."""


class Stalled:
    """A peer that takes the hello and the snapshot, then nothing more."""

    def __init__(self, takes: int = 2) -> None:
        self.left = takes
        self.stuck = asyncio.Event()

    async def send(self, text: str) -> None:
        self.left -= 1
        if self.left < 0:
            self.stuck.set()
            await asyncio.Event().wait()

    async def receive(self) -> str | None:
        await asyncio.Event().wait()
        return None


def screen_of(stage: Stage) -> Screen:
    return Screen(stage.clinic.clinic.id, uuid4(), None, named=True, now_wall=START)


async def told(hub: Hub, stage: Stage, frames: int) -> None:
    """So many frames for every screen."""
    for number in range(frames):
        hub.feed(stage.clinic).send({"system": {"number": number}})
        await asyncio.sleep(0)


async def test_more_frames_than_fit_close_it_with_4008_even_while_a_send_is_stuck() -> None:
    stage, peer = Stage(1), Stalled()
    hub, screen = stage.hub, screen_of(stage)
    talk = Conversation(hub, stage.clock, stage.clinic, screen, "1", send_s=3600)
    talking = asyncio.create_task(talk.run(peer.send, peer.receive, lambda: True))
    async with asyncio.timeout(SOON_S):
        while not hub.feed(stage.clinic).screens or screen.waiting:
            await asyncio.sleep(0)
        await told(hub, stage, 1)
        await peer.stuck.wait()
        await told(hub, stage, MOST_FRAMES)
        assert screen.closed is None, "as many as fit"
        await told(hub, stage, 1)
        assert await talking == TOO_SLOW
    assert (hub.closed_too_slow, hub.feed(stage.clinic).screens, screen.waiting) == (1, set(), 0)


@pytest.mark.parametrize("takes", [0, 1, 2])
async def test_a_send_that_takes_too_long_closes_it_with_4008(takes: int) -> None:
    stage, peer = Stage(1), Stalled(takes)
    talk = Conversation(stage.hub, stage.clock, stage.clinic, screen_of(stage), "1", send_s=0.0)
    talking = asyncio.create_task(talk.run(peer.send, peer.receive, lambda: True))
    async with asyncio.timeout(SOON_S):
        while not talking.done():
            stage.hub.feed(stage.clinic).send({"system": {}})
            await asyncio.sleep(0)
    assert talking.result() == TOO_SLOW
    assert stage.hub.feed(stage.clinic).screens == set()


async def test_closing_a_socket_that_takes_nothing_ends_all_the_same() -> None:
    sent: list[str] = []

    async def send(message: Any) -> None:
        sent.append(message["type"])
        if message["type"] == "websocket.close":
            await asyncio.Event().wait()

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    stalled = WebSocket({"type": "websocket"}, receive, send)
    await stalled.accept()
    async with asyncio.timeout(SOON_S):
        await close(stalled, TOO_SLOW, within_s=0.01)
    assert sent == ["websocket.accept", "websocket.close"]


async def test_a_real_screen_that_stops_reading_is_let_go(running: Running) -> None:
    """Over a socket whose buffers are full: its place in the feed is free long before anybody reads."""
    feed = running.server.hub.feed(running.server.pipeline.clinics[running.clinic_id])
    cookies = (await running.as_("nurse")).cookies
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Origin": running.url}
    reader, writer = await _tiny(running)
    writer.write(_upgrade(running, headers))
    assert b" 101 " in await reader.readline()
    async with asyncio.timeout(SOON_S):
        while not feed.screens:
            await asyncio.sleep(0)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        while feed.screens:
            feed.send({"system": {**feed.system, "filler": "x" * 100_000}})
            await asyncio.sleep(0)
    assert running.server.hub.closed_too_slow == 1
    writer.transport.abort()


async def _tiny(running: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that holds next to nothing on our side."""
    host, port = running.url.removeprefix("http://").split(":")
    ours = socket.socket()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ours.setblocking(False)
    await asyncio.get_running_loop().sock_connect(ours, (host, int(port)))
    return await asyncio.open_connection(sock=ours, limit=4096)


def _upgrade(running: Running, headers: dict[str, str]) -> bytes:
    host = running.url.removeprefix("http://")
    fixed = {"Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    said = {**fixed, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers}
    lines = ["GET /api/v1/live HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode()


async def test_a_peer_that_is_gone_without_a_word_is_noticed_by_the_kernel() -> None:
    """What the listening socket accepts inherits it."""
    seen: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
        writer.close()

    listening = listen("127.0.0.1", 0)
    assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == PEER_SILENT_MS
    async with await asyncio.start_server(accepted, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname()[:2])
        assert await seen == PEER_SILENT_MS
        writer.close()
