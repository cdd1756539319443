"""`WS /readings/stream`: each frame is answered, in order; what could not be stored says when to send it again."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL
from websockets.asyncio.client import ClientConnection, connect

from kat_monitor.clock import ManualClock
from tests.api.chairside import plan
from tests.server_fixtures import START_US, Running, served

HELD = 100
"""Readings that the small server's inbox holds."""


def frame(running: Running, number: int, first: int, count: int = 1) -> str:
    """One frame with `count` readings numbered from `first`."""
    head = {"device": "cuff", "observed_at": running.now(), "source": "nibp", "systolic": 120, "diastolic": 80}
    readings = [{**head, "seq": seq} for seq in range(first, first + count)]
    return json.dumps({"frame": number, "sent_at": running.now(), "readings": readings})


@asynccontextmanager
async def stream(running: Running) -> AsyncIterator[ClientConnection]:
    side = await plan(running)
    url = f"{running.url.replace('http', 'ws')}/api/v1/readings/stream"
    async with connect(url, additional_headers={"Authorization": side.gateway.headers["authorization"]}) as socket:
        yield socket


async def heard(socket: ClientConnection) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(await socket.recv())
    return said


async def test_answers_come_in_the_order_of_the_frames(manual: Running) -> None:
    async with stream(manual) as socket:
        sent = [frame(manual, n, first=10 * n, count=n % 7 + 1) for n in range(40)]
        sent[5] = '{"frame": 5, "readings": 1}'
        sent[6] = "{"
        for text in sent:
            await socket.send(text)
        answers = [await heard(socket) for _ in sent]
    assert [answer["frame"] for answer in answers] == [*range(6), None, *range(7, 40)]
    assert [answer["problem"]["status"] for answer in answers[5:7]] == [422, 400]
    stored = [answer["accepted"] for n, answer in enumerate(answers) if n not in (5, 6)]
    assert stored == [n % 7 + 1 for n in range(40) if n not in (5, 6)]


async def test_a_frame_that_finds_no_room_says_when_to_send_it_again(database: URL) -> None:
    small = {"inbox_readings": HELD, "batch_readings": HELD, "backlog_batch_readings": HELD}
    async with served(database, ManualClock(START_US), **small) as running, stream(running) as socket:
        await socket.send(frame(running, 1, first=1))
        await socket.send(frame(running, 2, first=2, count=HELD + 1))
        await socket.send(frame(running, 3, first=2, count=HELD - 1))
        answers = [await heard(socket) for _ in range(3)]
    assert [answer["frame"] for answer in answers] == [1, 2, 3]
    assert answers[0]["accepted"] == 1
    assert answers[1].keys() == {"frame", "retry_after_s"}
    assert answers[1]["retry_after_s"] > 0
    assert answers[2].get("accepted") == HELD - 1
