"""`WS /live` on real sockets: who is let in, what they are shown, and how they are told to go."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Origin

from kat_monitor.access.logins import IDLE_US
from tests.api.chairside import Chairside, good, plan
from tests.server_fixtures import Running

GONE_S = 30
"""A socket that should have been closed long ago: give up instead of waiting for ever."""


class Socket:
    """A screen: frames as they come, heartbeats left out."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def next(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame; with `kind`, the next of that type."""
        while True:
            frame: dict[str, Any] = json.loads(await self.connection.recv())
            if frame["type"] == kind or (kind is None and frame["type"] != "heartbeat"):
                return frame

    async def say(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def code(self) -> int | None:
        """Read on until it is closed; the close code."""
        async with asyncio.timeout(GONE_S):
            with suppress(ConnectionClosedError):
                async for _ in self.connection:
                    pass
        return self.connection.close_code


def address(running: Running) -> str:
    return f"{running.url.replace('http', 'ws')}/api/v1/live"


@asynccontextmanager
async def opened(running: Running, who: str | None = "nurse", **headers: str) -> AsyncIterator[Socket]:
    """A socket as a browser opens it: with the cookie of `who` and its page's origin."""
    given = {"Origin": running.url, **headers}
    if who is not None:
        cookies = (await running.as_(who)).cookies
        given["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    given = {name: value for name, value in given.items() if value}
    said = given.pop("Origin", None)
    origin = None if said is None else Origin(said)
    async with connect(address(running), origin=origin, additional_headers=given) as connection:
        yield Socket(connection)


async def greeted(socket: Socket) -> dict[str, Any]:
    """The snapshot that follows the hello."""
    assert (await socket.next())["type"] == "hello"
    snapshot = await socket.next()
    assert snapshot["type"] == "snapshot"
    return snapshot


async def seated(running: Running) -> Chairside:
    place = await plan(running)
    await place.check_in()
    return place


def patient_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    (chair,) = snapshot["chairs"]
    patient: dict[str, Any] = chair["session"]["patient"]
    return patient


# -- who is let in -----------------------------------------------------------------------------------------------------


async def test_a_login_with_its_own_page_sees_hello_and_all_of_the_wall(manual: Running) -> None:
    place = await seated(manual)
    async with opened(manual) as socket:
        hello = await socket.next()
        assert (hello["type"], hello["server_time"], hello["clock_rate"]) == ("hello", manual.now(), 1.0)
        assert hello["clinic"]["name"] == "Test clinic"
        snapshot = await socket.next()
        assert snapshot["type"] == "snapshot"
        assert patient_of(snapshot)["name"] == place.patient["name"]
        assert snapshot["system"]["recording"] is True


@pytest.mark.parametrize("origin", ["", "http://elsewhere.example", "null"])
async def test_a_cookie_opens_nothing_for_another_page(manual: Running, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with opened(manual, Origin=origin):
            pass
    assert refusal.value.response.status_code == 403


async def test_without_a_login_it_closes_with_4001(manual: Running) -> None:
    async with opened(manual, None) as socket:
        assert await socket.code() == 4001
    async with opened(manual, None, Cookie="kat_login=katl_nobody") as socket:
        assert await socket.code() == 4001


async def test_a_token_needs_no_origin(manual: Running) -> None:
    await seated(manual)
    nurse = await manual.as_("nurse")
    token = good(await nurse.post("/tokens", json={"label": "wall"}), 201)
    headers = {"Origin": "", "Authorization": f"Bearer {token['secret']}"}
    async with opened(manual, None, **headers) as socket:
        assert "name" in patient_of(await greeted(socket))
        assert (await nurse.delete(f"/tokens/{token['id']}")).status_code == 204
        await manual.advance(2)
        assert await socket.code() == 4003


async def test_a_gateways_key_is_no_screen(manual: Running) -> None:
    admin = await manual.as_("admin")
    gateway = good(await admin.post("/gateways", json={"label": "Gateway"}), 201)
    with pytest.raises(InvalidStatus) as refusal:
        async with opened(manual, None, Authorization=f"Bearer {gateway['key']}"):
            pass
    assert refusal.value.response.status_code == 403


# -- with and without names --------------------------------------------------------------------------------------------


async def test_a_wallboard_shows_initials_only(manual: Running) -> None:
    place = await seated(manual)
    async with opened(manual, "wallboard") as socket:
        snapshot = await greeted(socket)
        assert patient_of(snapshot) == {"initials": "NB"}
        good(await place.event("note", text="x"), 201)
        changes = await socket.next("changes")
        assert changes["sessions"][0]["patient"] == {"initials": "NB"}


async def test_an_idle_login_goes_on_without_names_and_never_blank(manual: Running) -> None:
    place = await seated(manual)
    async with opened(manual) as socket:
        assert "name" in patient_of(await greeted(socket))
        nurse = manual.server.directory.user_named("nurse")
        assert nurse is not None
        (login,) = manual.server.directory.logins_of(nurse.id)
        login.seen_at -= IDLE_US
        await manual.advance(2)
        again = await socket.next("snapshot")
        assert patient_of(again) == {"initials": "NB"}
        await (await manual.as_("nurse2")).post(f"{place.session}/events", json={"kind": "note", "text": "x"})
        assert (await socket.next("changes"))["sessions"][0]["patient"] == {"initials": "NB"}


# -- going on ----------------------------------------------------------------------------------------------------------


async def test_what_is_committed_comes_in_numbered_frames(manual: Running) -> None:
    place = await seated(manual)
    async with opened(manual) as socket:
        snapshot = await greeted(socket)
        seq = snapshot["seq"]
        good(await place.event("symptom", term="seizure", severity=3), 201)
        seen: set[str] = set()
        while "red_flag" not in seen:
            changes = await socket.next("changes")
            seq += 1
            assert changes["seq"] == seq
            seen |= {alert["limit"] for alert in changes.get("alerts", ())}
        beat = await next_beat(manual, socket)
        assert beat["seq"] >= seq


async def next_beat(running: Running, socket: Socket) -> dict[str, Any]:
    await running.advance(2)
    return await socket.next("heartbeat")


async def test_a_receipt_makes_a_watching_screen_and_junk_does_not(manual: Running) -> None:
    async with opened(manual) as socket:
        snapshot = await greeted(socket)
        assert snapshot["system"]["watching"] == 0
        for junk in ("{", "[]", "null", '"seen"', '{"type": "seen"}', "[" * 9000, '{"type": "unknown"}'):
            await socket.connection.send(junk)
        await socket.connection.send(b"\x00\xff")
        whole = {"alerts": [str(uuid4())], "audio": "running", "visible": True, "shown_seq": 0, "painted_ms": 12}
        await socket.say(type="seen", **{**whole, "audio": "loud"})
        await socket.say(type="seen", **whole)
        system = (await socket.next("changes"))["system"]
        assert (system["watching"], system["audible"]) == (1, 1)


async def test_asking_again_brings_a_new_snapshot(manual: Running) -> None:
    async with opened(manual) as socket:
        first = await greeted(socket)
        await socket.say(type="resync")
        assert (await socket.next("snapshot"))["chairs"] == first["chairs"]


# -- told to go --------------------------------------------------------------------------------------------------------


async def test_logging_out_ends_its_screens_with_4003_and_no_others(manual: Running) -> None:
    nurse = await manual.as_("nurse")
    async with opened(manual) as mine, opened(manual, "nurse2") as other:
        await greeted(mine)
        await greeted(other)
        assert (await nurse.post("/logout")).status_code == 204
        await manual.advance(2)
        assert await mine.code() == 4003
        assert (await other.next("heartbeat"))["type"] == "heartbeat"


async def test_a_role_taken_away_ends_its_screens(manual: Running) -> None:
    admin = await manual.as_("admin")
    async with opened(manual) as socket:
        await greeted(socket)
        users = good(await admin.get("/users"))
        nurse = next(user for user in users if user["username"] == "nurse")
        good(await admin.patch(f"/users/{nurse['id']}", json={"active": False}))
        await manual.advance(2)
        assert await socket.code() == 4003


async def test_a_stopping_server_says_so(manual: Running) -> None:
    async with opened(manual) as socket:
        await greeted(socket)
        manual.server.hub.close_all()
        assert await socket.code() == 1012


async def test_a_screen_that_leaves_is_forgotten(manual: Running) -> None:
    clinic = manual.server.pipeline.clinics[manual.clinic_id]
    feed = manual.server.hub.feed(clinic)
    async with opened(manual) as socket:
        await greeted(socket)
        assert len(feed.screens) == 1
    await manual.advance(2)
    assert feed.screens == set()
