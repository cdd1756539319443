"""A gateway whose stream breaks off in full flow leaves nothing waiting in the server."""

import asyncio
import json

from websockets.asyncio.client import connect

from kat_monitor.ingest.stream import IN_FLIGHT
from tests.api.chairside import plan
from tests.server_fixtures import Running

FRAMES = 12 * IN_FLIGHT


def frame(running: Running, number: int) -> str:
    reading = {"device": "cuff", "seq": number, "observed_at": running.now(), "source": "nibp", "systolic": 120}
    return json.dumps({"frame": number, "sent_at": running.now(), "readings": [reading]})


def streams() -> int:
    """Tasks of the server that serve a stream: those it stands in, and those that answer it."""
    codes = [getattr(task.get_coro(), "cr_code", None) for task in asyncio.all_tasks()]
    return sum(code is not None and code.co_name in ("run_asgi", "_answer_in_order") for code in codes)


async def test_a_stream_that_breaks_off_leaves_no_task_waiting(running: Running) -> None:
    side = await plan(running)
    url = f"{running.url.replace('http', 'ws')}/api/v1/readings/stream"
    for attempt in range(2):
        key = {"Authorization": side.gateway.headers["authorization"]}
        socket = await connect(url, additional_headers=key)
        for number in range(FRAMES):
            await socket.send(frame(running, attempt * FRAMES + number))
        socket.transport.abort()
    async with asyncio.timeout(20):
        while streams():
            await asyncio.sleep(0.05)
    # And what was posted is judged all the same, so the door is free for the next stream.
    async with connect(url, additional_headers=key) as socket:
        await socket.send(frame(running, 2 * FRAMES))
        assert json.loads(await socket.recv())["accepted"] == 1
