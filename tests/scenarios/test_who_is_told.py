"""An alert sounds first where its nurse is on; in doubt, and when nobody takes it, everywhere."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio

from tests.scenarios.bedside import Bedside, good, make
from tests.scenarios.floor import Post, answers, begins, leaves, offers, station, takes

Posts = tuple[Bedside, Post, Post]


@pytest_asyncio.fixture
async def posts(bed: Bedside) -> AsyncIterator[Posts]:
    """Nurse at the desk with chair 1, nurse2 at the hall; both screens sound."""
    async with AsyncExitStack() as stack:
        desk, hall = await station(bed, "nurse", "Desk"), await station(bed, "nurse2", "Hall")
        for post in (desk, hall):
            stack.push_async_callback(post.glass.close)
        good(await takes(bed, "nurse", bed.chair["id"]))
        yield bed, desk, hall


async def seconds(posts: Posts, count: float) -> None:
    """They pass; both screens go on sounding."""
    bed, desk, hall = posts
    while count > 0:
        await bed.running.advance(min(count, 5))
        await desk.reports()
        await hall.reports()
        await bed.send(*bed.stream())
        count -= 5


async def alarm(posts: Posts) -> dict[str, object]:
    bed, desk, hall = posts
    await bed.check_in()
    await bed.send(*bed.stream())
    await desk.reports()
    await hall.reports()
    await bed.inflate(205, 85)
    return await bed.one("systolic_high")


async def test_its_nurses_station_then_all_then_the_clinician_on_call(posts: Posts) -> None:
    bed, desk, hall = posts
    clinician = good(await (await bed.running.as_("clinician")).get("/me"))["id"]
    await offers(bed, "clinician", "on_call", clinician)
    alert = await alarm(posts)
    await hall.hears(alert, [desk.id])
    await seconds(posts, 30)
    await hall.hears(alert, None)
    await desk.hears(alert, None)
    await seconds(posts, 60)
    notices = await bed.running.server.reader.ledger.notices_waiting(bed.running.clinic_id)
    (told,) = [n.payload for n in notices if n.payload["alert_id"] == alert["id"]]
    assert (told["level"], told["on_call"], "name" in told) == (2, clinician, False)


async def test_a_station_that_falls_silent_is_not_waited_for(posts: Posts) -> None:
    bed, desk, hall = posts
    alert = await alarm(posts)
    await hall.hears(alert, [desk.id])
    await desk.reports(audio="blocked")
    await hall.hears(alert, None)
    await desk.reports()
    await hall.hears(alert, [desk.id])
    await bed.running.advance(10)
    await hall.reports()
    await bed.running.advance(10)
    await hall.hears(alert, None)
    await desk.reports()
    await hall.hears(alert, [desk.id])
    await desk.glass.close()
    await hall.hears(alert, None)


async def test_what_is_accepted_sounds_with_who_accepted_it(posts: Posts) -> None:
    bed, desk, hall = posts
    alert = await alarm(posts)
    offer = await offers(bed, "nurse", "cover", hall.person, bed.chair["id"])
    await desk.hears(alert, [desk.id])
    good(await answers(bed, "nurse2", offer, "accept", alert_ids=[alert["id"]]))
    await desk.hears(alert, [hall.id])
    good(await answers(bed, "nurse2", offer, "accept", chair_ids=[bed.chair["id"]]))
    assert desk.glass.system["assignments"][bed.chair["id"]]["covered_by_name"] == "Nurse2"
    good(await answers(bed, "nurse2", offer, "end"))
    await desk.hears(alert, [desk.id])


async def test_without_a_nurse_or_a_station_of_theirs_it_sounds_everywhere(bed: Bedside) -> None:
    hall = await station(bed, "nurse2", "Hall")
    await bed.check_in()
    await bed.inflate(205, 85)
    alert = await bed.one("systolic_high")
    await hall.hears(alert, None)
    await begins(bed, "nurse")
    good(await takes(bed, "nurse", bed.chair["id"]))
    assert hall.glass.alerts[alert["id"]]["sounds_at"] is None, "a browser of one's own is no station"
    await hall.glass.close()


async def test_a_patient_without_a_nurse_is_an_alert_that_ends_with_one(bed: Bedside) -> None:
    await bed.check_in()
    await bed.live(120)
    assert await bed.open("chair_without_nurse") == [], "nobody uses shifts here"
    other = (await begins(bed, "nurse2"))["id"]
    await bed.live(62)
    alert = await bed.one("chair_without_nurse")
    assert (alert["priority"], alert["kind"], alert["session_id"]) == ("medium", "technical", None)
    assert alert["chair_id"] == bed.chair["id"]
    good(await takes(bed, "nurse2", bed.chair["id"]))
    await bed.live(2)
    assert await bed.open("chair_without_nurse") == []
    admin = await bed.running.as_("admin")
    good(await admin.patch(f"/users/{other}", json={"active": False}))
    await bed.live(58)
    assert await bed.open("chair_without_nurse") == []
    await bed.live(3)
    assert (await bed.one("chair_without_nurse"))["state"] == "active"


async def test_who_comes_on_first_has_a_minute_to_take_the_chairs(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(600)
    await begins(bed, "nurse")
    await bed.running.advance(50)
    assert await bed.open("chair_without_nurse") == []
    good(await takes(bed, "nurse", bed.chair["id"]))
    await bed.running.advance(60)
    assert await bed.open("chair_without_nurse") == []


async def test_an_empty_chair_needs_nobody(bed: Bedside) -> None:
    await begins(bed, "nurse")
    await make(await bed.running.as_("admin"), "/chairs", label="Chair 2")
    await bed.live(120)
    assert await bed.open("chair_without_nurse") == []
    good(await leaves(bed, "nurse"))
