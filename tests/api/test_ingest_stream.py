"""A refusal on the stream says which frame it is about, whenever that can be read."""

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect

from kat_monitor.ingest.decode import MAX_READINGS
from tests.api.chairside import plan
from tests.server_fixtures import Running

REFUSED: list[tuple[Any, int | None, str]] = [
    ({"frame": 1, "sent_at": "1999-12-31T23:59:59Z", "readings": []}, 1, "bad_value"),
    ({"frame": 2, "sent_at": "soon", "readings": []}, 2, "bad_value"),
    ({"frame": 3, "readings": "none"}, 3, "bad_value"),
    ({"frame": 4}, 4, "bad_value"),
    ({"frame": 5, "readings": [{}] * (MAX_READINGS + 1)}, 5, "too_many_readings"),
    ({"frame": "6", "readings": []}, None, "bad_value"),
    ({"readings": []}, None, "bad_value"),
    ([{"frame": 8}], None, "wrong_shape"),
    ("{", None, "malformed_json"),
]


@pytest.mark.parametrize(("sent", "number", "code"), REFUSED)
async def test_a_refusal_carries_the_number_of_its_frame(
    running: Running, sent: Any, number: int | None, code: str
) -> None:
    side = await plan(running)
    url = f"{running.url.replace('http', 'ws')}/api/v1/readings/stream"
    async with connect(url, additional_headers={"Authorization": side.gateway.headers["authorization"]}) as socket:
        await socket.send(sent if isinstance(sent, str) else json.dumps(sent))
        answer = json.loads(await socket.recv())
    assert (answer["frame"], answer["problem"]["code"]) == (number, code)
