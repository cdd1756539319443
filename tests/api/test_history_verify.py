"""What a running server really commits bears itself out: live, after late data and its review, and after a restart."""

import asyncio
from typing import Any

from sqlalchemy import URL

from kat_monitor.clock import ManualClock
from kat_monitor.history.verify import Verdict, verify
from kat_monitor.store.connect import Deadlines
from tests.api.chairside import Chairside, good, plan
from tests.server_fixtures import START_US, Running, provision, start_server


async def looked_at(database: URL) -> Verdict:
    verdict = await verify(database, Deadlines())
    assert verdict.good, verdict.findings
    return verdict


async def spike(story: Chairside) -> None:
    """Provisional, confirmed two minutes later, acknowledged, worse than that, over, and one that nobody confirmed."""
    await story.measure(186, 96)
    await story.running.advance(110)
    await story.measure(188, 97)
    (alert, *_) = await story.alerts()
    good(await story.nurse.post(f"/alerts/{alert['id']}/acknowledge", json={"note": "with the patient"}))
    await story.running.advance(120)
    await story.measure(202, 112)
    await story.running.advance(300)
    await story.measure(140, 84)
    await story.running.advance(300)
    await story.measure(184, 90)
    await story.running.advance(150)
    await story.measure(130, 80)


async def send_late(story: Chairside, back_s: float, *pressures: tuple[float, float]) -> None:
    """Readings two minutes apart that the gateway kept, the first `back_s` ago."""
    readings = []
    for n, (systolic, diastolic) in enumerate(pressures):
        story.seq += 1
        at = story.running.now(back_s - 120 * n)
        values = {"systolic": systolic, "diastolic": diastolic}
        readings.append({"device": "cuff", "seq": story.seq, "observed_at": at, "source": "nibp", **values})
    answer = good(await story.gateway.post("/readings", json={"sent_at": story.running.now(), "readings": readings}))
    assert answer["late"] == len(pressures)


async def reviewed(running: Running, times: int) -> None:
    """The clock moves past the quiet time and the second look has been taken."""
    await running.advance(3)
    async with asyncio.timeout(60):
        while running.server.reviews.done < times:
            await asyncio.sleep(0.01)
    await running.settle()


async def test_a_session_with_everything_in_it(manual: Running, database: URL) -> None:
    story = await plan(manual)
    await story.dosed()
    await manual.advance(600)
    await spike(story)
    live = await looked_at(database)
    assert live.alerts > 2

    good(await story.event("symptom", term="chest_pain", severity=3), 201)
    voided = await story.measure(150, 90)
    good(await story.post("/readings/void", {"device": story.cuff["id"], "seq": voided, "reason": "arm moved"}))
    await send_late(story, 1500, (192, 101), (194, 102))
    await reviewed(manual, 1)
    await manual.advance(120)
    after = await looked_at(database)
    assert (after.late, after.reviews) == (2, 1)

    good(await story.to("discharged", outcome="left_before_ready", reason="Taxi was there"))
    await manual.advance(120)
    assert (await looked_at(database)).entries > after.entries


async def test_late_data_about_an_alert_that_is_closed_widens_it(manual: Running, database: URL) -> None:
    story = await plan(manual)
    await story.dosed()
    await manual.advance(600)
    await story.measure(186, 96)
    good(await story.nurse.post(f"/alerts/{(await systolic(story))['id']}/acknowledge", json={}))
    await manual.advance(120)
    await story.measure(188, 97)
    good(await story.nurse.post(f"/alerts/{(await systolic(story))['id']}/acknowledge", json={}))
    await manual.advance(300)
    await story.measure(130, 80)
    await manual.advance(300)
    await send_late(story, 690, (187, 97), (188, 97))
    await reviewed(manual, 1)
    await manual.advance(120)

    verdict = await looked_at(database)

    spike = next(a for a in good(await story.nurse.get(f"{story.session}/alerts")) if a["limit"] == "systolic_high")
    assert spike["state"] == "closed"
    assert spike["reviewed_from"] is not None
    assert verdict.reviews == 1


async def stopped(running: Running) -> None:
    assert running.stop is not None
    await running.stop()


async def systolic(story: Chairside) -> Any:
    return next(alert for alert in await story.alerts() if alert["limit"] == "systolic_high")


async def test_after_a_restart_what_goes_on_still_agrees(database: URL) -> None:
    first = await start_server(database, ManualClock(START_US), await provision(database))
    try:
        story = await plan(first)
        await story.dosed()
        await first.advance(300)
        await story.measure(186, 96)
        await first.advance(60)
        assert (await systolic(story))["state"] == "provisional"
    finally:
        await stopped(first)
    again = await start_server(database, first.clock, first.clinic_id)
    try:
        story.running, story.nurse = again, await again.as_("nurse")
        story.gateway = again.client(Authorization=story.gateway.headers["authorization"])
        await again.advance(90)
        alert = await systolic(story)
        assert (alert["state"], alert["unconfirmed"]) == ("active", True)
        good(await story.nurse.post(f"/alerts/{alert['id']}/acknowledge", json={}))
        await story.measure(140, 84)
        verdict = await looked_at(database)
    finally:
        await stopped(again)

    assert verdict.sessions == 1
    assert verdict.alerts > 1
