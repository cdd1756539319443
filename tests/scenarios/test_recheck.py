"""A blood pressure asked for now: due at once, met by the next sure cuff reading and by nothing less."""

from typing import Any

from sqlalchemy import URL

from kat_monitor.history.verify import verify
from kat_monitor.store.connect import Deadlines
from tests.api.chairside import refused
from tests.scenarios.bedside import Bedside, good
from tests.scenarios.conftest import Again


async def asked(bed: Bedside) -> dict[str, Any] | None:
    """The item on the chair's list."""
    feed = bed.running.server.hub.feed(bed.running.server.pipeline.clinics[bed.running.clinic_id])
    await bed.running.server.hub.tick()
    state = feed.clinic.sessions[next(id for id in feed.clinic.sessions if str(id) == bed.session_id)]
    feed.refresh(state, bed.running.clock.now_us())
    items = [item for item in feed._told_due(state.id) if item["kind"] == "recheck"]  # noqa: SLF001 - as it is sent
    assert len(items) <= 1
    return items[0] if items else None


async def test_it_is_due_then_overdue_until_it_is_measured(bed: Bedside) -> None:
    await bed.dosing()
    due = good(await bed.post("/recheck", {}), 201)
    assert (due["kind"], due["at"], due["state"], due["chair_id"]) == (
        "recheck",
        bed.running.now(),
        "due",
        bed.chair["id"],
    )
    assert await asked(bed) == due
    again = good(await bed.post("/recheck", {}, by="clinician"), 201)
    assert again == due
    await bed.live(60)
    item = await asked(bed)
    assert item is not None
    assert (item["state"], item["at"]) == ("overdue", due["at"])
    await bed.inflate(130, 80)
    assert await asked(bed) is None
    events = good(await bed.nurse.get(f"{bed.session}/events"))
    assert [e["kind"] for e in events].count("recheck") == 1


async def test_neither_a_doubtful_nor_a_failed_nor_an_older_reading_meets_it(bed: Bedside) -> None:
    await bed.dosing()
    good(await bed.post("/recheck", {}), 201)
    await bed.live(10)
    await bed.inflate(130, 80, status=["motion"])
    await bed.send(bed.item("nibp", status=["failed"], reason="cuff leaks"))
    await bed.inflate(130, 80, back_s=30)
    assert await asked(bed) is not None
    await bed.inflate(130, 80)
    assert await asked(bed) is None


async def test_a_struck_reading_asks_for_it_again(bed: Bedside) -> None:
    await bed.dosing()
    good(await bed.post("/recheck", {}), 201)
    await bed.live(10)
    seq = await bed.inflate(130, 80)
    assert await asked(bed) is None
    good(await bed.post("/readings/void", {"device": bed.cuff["id"], "seq": seq, "reason": "other arm"}))
    assert await asked(bed) is not None
    good(await bed.post("/readings", {"systolic": 128, "diastolic": 82}), 201)
    assert await asked(bed) is None


async def test_a_restart_still_asks_and_the_record_agrees(restartable: tuple[Bedside, Again], database: URL) -> None:
    bed, again = restartable
    await bed.dosing()
    due = good(await bed.post("/recheck", {}), 201)
    bed = await again(bed, away_s=10)
    item = await asked(bed)
    assert item is not None
    assert (item["at"], item["event_id"]) == (due["at"], due["event_id"])
    await bed.inflate(130, 80)
    assert await asked(bed) is None
    verdict = await verify(database, Deadlines())
    assert verdict.good, verdict.findings


async def test_nobody_sits_there(bed: Bedside) -> None:
    refused(await bed.post("/recheck", {}), 409, "not_checked_in")
    await bed.check_in()
    good(await bed.post("/recheck", {}), 201)
    good(await bed.to("discharged", outcome="left_before_ready"))
    refused(await bed.post("/recheck", {}), 409, "session_ended")
