"""People on shift around a bedside: who has which chair, and what they offer one another."""

from typing import Any

import httpx

from tests.scenarios.bedside import Bedside, good, make


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
