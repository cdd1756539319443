"""People on shift around a bedside: who has which chair, and what they offer one another."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.scenarios.bedside import Bedside, Glass, good, make, until
from tests.server_fixtures import PASSWORD


async def begins(bed: Bedside, name: str) -> dict[str, Any]:
    """A person comes on shift at a browser of their own; who they are."""
    client = await bed.running.as_(name)
    shift = await client.post("/shifts", json={})
    assert shift.status_code in (200, 201), shift.text
    person: dict[str, Any] = shift.json()["person"]
    return person


async def leaves(bed: Bedside, name: str) -> httpx.Response:
    """They ask to go home."""
    client = await bed.running.as_(name)
    me = good(await client.get("/me"))["id"]
    (shift,) = [s for s in good(await client.get("/shifts")) if s["person_id"] == me]
    return await client.post(f"/shifts/{shift['id']}/end", json={})


async def takes(bed: Bedside, name: str, *chair_ids: str, **more: Any) -> httpx.Response:
    client = await bed.running.as_(name)
    return await client.post("/assignments", json={"chair_ids": list(chair_ids), **more})


async def offers(bed: Bedside, name: str, kind: str, to: str, *chair_ids: str, **more: Any) -> Any:
    """The offer, made."""
    client = await bed.running.as_(name)
    return await make(client, "/offers", kind=kind, to=to, chair_ids=list(chair_ids), **more)


async def answers(bed: Bedside, name: str, offer: Any, verb: str, **body: Any) -> httpx.Response:
    """`accept`, `decline`, `withdraw` or `end`."""
    client = await bed.running.as_(name)
    return await client.post(f"/offers/{offer['id']}/{verb}", json=body)


async def sheet(bed: Bedside) -> Any:
    """The assignments as anybody reads them."""
    return good(await bed.nurse.get("/assignments"))


async def who_has(bed: Bedside, chair_id: str) -> str | None:
    """Id of who is responsible for the chair now."""
    (chair,) = [c for c in (await sheet(bed))["chairs"] if c["chair_id"] == chair_id]
    has = chair["covered_by"] or chair["nurse"]
    return has["id"] if has is not None and chair["on_shift"] else None


async def offered(bed: Bedside, offer: Any) -> Any:
    return good(await bed.nurse.get(f"/offers/{offer['id']}"))


@dataclass
class Post:
    """A station with one person on shift at it, and its screen."""

    bed: Bedside
    browser: httpx.AsyncClient
    id: str
    person: str
    glass: Glass

    async def reports(self, audio: str = "running") -> None:
        """The screen says what it sounds; returns when the server has heard it."""
        running = self.bed.running
        now, hub = running.clock.wall_us(), running.server.hub
        await self.glass.say(audio=audio)
        feed = hub.feed(running.server.pipeline.clinics[running.clinic_id])

        def heard() -> bool:
            mine = [s.receipt for s in feed.screens if str(s.station_id) == self.id and s.receipt is not None]
            return any(receipt.at_wall >= now and receipt.audio == audio for receipt in mine)

        await until(heard, "the receipt")

    async def hears(self, alert: dict[str, Any], stations: list[str] | None) -> None:
        """Until this screen believes that the alert sounds there."""
        await until(
            lambda: alert["id"] in self.glass.alerts and self.glass.alerts[alert["id"]]["sounds_at"] == stations,
            f"{alert['limit']} at {stations}",
        )


async def station(bed: Bedside, name: str, label: str, kind: str = "station") -> Post:
    """The person enrols a browser, comes on shift there, and its screen opens."""
    browser = bed.running.client()
    good(await browser.post("/login", json={"username": name, "password": PASSWORD}))
    made = await make(browser, "/stations", label=label, kind=kind)
    shift = await browser.post("/shifts", json={})
    assert shift.status_code in (200, 201), shift.text
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    address = bed.running.url.replace("http", "ws") + "/api/v1/live"
    glass = Glass(await connect(address, additional_headers={"Cookie": cookies}, origin=Origin(bed.running.url)))
    glass.reading = asyncio.create_task(glass.read())
    await until(lambda: any(f["type"] == "snapshot" for f in glass.frames), "the snapshot")
    post = Post(bed, browser, made["id"], shift.json()["person"]["id"], glass)
    await post.reports()
    return post
