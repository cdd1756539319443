"""A gateway whose stream breaks off in full flow leaves nothing waiting in the server."""

import asyncio
import json

from websockets.asyncio.client import connect

from kat_monitor.ingest.stream import IN_FLIGHT
from tests.api.chairside import plan
from tests.server_fixtures import Running

FRAMES = 40 * IN_FLIGHT


def frame(running: Running, number: int) -> str:
    reading = {"device": "cuff", "seq": number, "observed_at": running.now(), "source": "nibp", "systolic": 120}
    return json.dumps({"frame": number, "sent_at": running.now(), "readings": [reading]})


def streams() -> list[str]:
    """Tasks of the server that stand in the stream's code."""
    found = [getattr(task.get_coro(), "cr_code", None) for task in asyncio.all_tasks() if not task.done()]
    return [code.co_qualname for code in found if code is not None and "answer_in_order" in code.co_qualname]


async def test_a_stream_that_breaks_off_leaves_no_task_waiting(running: Running) -> None:
    side = await plan(running)
    url = f"{running.url.replace('http', 'ws')}/api/v1/readings/stream"
    key = side.gateway.headers["authorization"]
    for attempt in range(5):
        socket = await connect(url, additional_headers={"Authorization": key})
        for number in range(FRAMES):
            await socket.send(frame(running, attempt * FRAMES + number))
        socket.transport.abort()
    async with asyncio.timeout(20):
        while streams() or not running.server.pipeline.inbox.is_empty:
            await asyncio.sleep(0.05)
    print([t.get_coro().__qualname__ for t in asyncio.all_tasks()])
    assert 0
