"""The audit trail as people look through it: newest first, by whom, about what; and that looking is in it."""

from typing import Any

import httpx

from tests.api.chairside import Chairside, good, plan, refused
from tests.api.doors import Doors, make
from tests.server_fixtures import Running


async def trail(client: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = good(await client.get("/audit", params=asked))["items"]
    return items


async def story(running: Running) -> Chairside:
    side = await plan(running)
    await side.check_in()
    good(await side.nurse.get(side.session))
    return side


async def test_it_is_read_newest_first_and_reading_it_is_in_it(manual: Running) -> None:
    side = await story(manual)
    auditor = await manual.as_("auditor")
    items = await trail(auditor)
    numbers = [item["number"] for item in items]
    assert numbers == sorted(numbers, reverse=True)
    newest = items[0]
    assert (newest["action"], newest["subject"], newest["actor_name"]) == ("audit.read", "audit", "Auditor")
    (read,) = await trail(auditor, action="session.read")
    assert (read["subject"], read["actor_name"]) == (side.session_id, "Nurse")
    assert "name" not in str([{**item, "actor_name": None} for item in items]).replace("actor_name", "")


async def test_pages_follow_each_other_without_a_gap(manual: Running) -> None:
    await story(manual)
    admin = await manual.as_("admin")
    whole = [item["number"] for item in await trail(admin)]
    paged: list[int] = []
    cursor = None
    while True:
        asked = {"limit": 3} if cursor is None else {"limit": 3, "cursor": cursor}
        page = good(await admin.get("/audit", params=asked))
        paged += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 3
    assert [number for number in paged if number <= whole[0]] == whole
    refused(await admin.get("/audit", params={"cursor": "nothing"}), 422, "bad_value")


async def test_filters_are_all_kept(manual: Running) -> None:
    side = await story(manual)
    await manual.advance(60)
    later = manual.now()
    await side.event("note", text="sleepy")
    auditor = await manual.as_("auditor")
    me = good(await side.nurse.get("/me"))["id"]
    assert {item["actor"] for item in await trail(auditor, actor=me)} == {me}
    assert {item["subject"] for item in await trail(auditor, subject=side.session_id)} == {side.session_id}
    kinds = {item["action"] for item in await trail(auditor, action="device")}
    assert kinds == {"device.create"}
    assert await trail(auditor, action="dev") == []
    since = await trail(auditor, **{"from": later})
    assert {item["action"] for item in since} >= {"RecordEvent"}
    assert all(item["at"] >= later for item in since)
    assert all(item["at"] < later for item in await trail(auditor, to=later))
    here = await trail(auditor, chair_id=side.chair["id"])
    assert {item["action"] for item in here} >= {"chair.create", "device.create", "CreateSession", "session.read"}
    assert {item["action"] for item in here}.isdisjoint({"login.begin", "patient.create"})
    wrong = {"from": later, "to": "2026-11-20T09:00:00Z"}
    refused(await auditor.get("/audit", params=wrong), 422, "bad_value")
    refused(await auditor.get("/audit", params={"chair_id": side.session_id}), 404, "not_found")


async def test_each_clinic_sees_its_own(doors: Doors) -> None:
    north, south = await doors.log_in("admin"), await doors.log_in("auditor", "south")
    chair = await make(north, "/chairs", {"label": "Northern chair"})
    found = (await south.get("/api/v1/audit")).json()["items"]
    assert found
    assert {item["subject"] for item in found}.isdisjoint({chair["id"]})
    assert (await south.get("/api/v1/audit", params={"chair_id": chair["id"]})).status_code == 404
