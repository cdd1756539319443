"""An emergency: everybody hears it at once, the technical alerts of the chair are still, what the body says is not."""

from typing import Any

from sqlalchemy import URL

from kat_monitor.history.verify import verify
from kat_monitor.store.connect import Deadlines
from tests.api.chairside import refused
from tests.scenarios.bedside import Bedside, good, until
from tests.scenarios.conftest import Again


async def call(bed: Bedside, state: str, **more: Any) -> Any:
    return good(await bed.post("/emergency", {"state": state}, **more))


async def agrees(database: URL) -> None:
    verdict = await verify(database, Deadlines())
    assert verdict.good, verdict.findings


async def test_it_calls_everybody_at_once_and_lasts_until_it_is_over(bed: Bedside) -> None:
    await bed.dosing()
    glass = await bed.watch_once()
    said = await call(bed, "on")
    alert = await bed.one("emergency")
    assert said == {
        "id": bed.session_id,
        "chair_id": bed.chair["id"],
        "emergency": {"since": alert["opened_at"]},
        "alert_id": alert["id"],
    }
    assert (alert["priority"], alert["kind"], alert["escalation"]) == ("high", "technical", 2)
    assert await bed.steps(alert) == ["opened", "escalated"]
    await until(lambda: alert["id"] in glass.alerts, "the alert")
    tile = next(s for f in reversed(glass.frames) for s in f.get("sessions", ()) if s["id"] == bed.session_id)
    assert tile["emergency"] == said["emergency"]
    waiting = await bed.running.server.reader.ledger.notices_waiting(bed.running.clinic_id)
    assert [(str(n.alert_id), n.level) for n in waiting] == [(alert["id"], 2)]
    await bed.live(600)
    await bed.acknowledge(alert)
    await bed.live(300)
    assert (await bed.one("emergency"))["state"] == "active"
    assert (await call(bed, "off"))["emergency"] is None
    assert [a["id"] for a in await bed.closed("emergency")] == [alert["id"]]
    assert good(await bed.nurse.get(bed.session))["emergency"] is None


async def test_saying_it_twice_changes_nothing(bed: Bedside) -> None:
    await bed.check_in()
    first = await call(bed, "on")
    assert await call(bed, "on", by="clinician") == first
    await call(bed, "off")
    gone = await call(bed, "off")
    assert (gone["emergency"], gone["alert_id"]) == (None, first["alert_id"])
    events = good(await bed.nurse.get(f"{bed.session}/events"))
    assert [(e["kind"], e["state"]) for e in events] == [("emergency", "on"), ("emergency", "off")]
    assert (await bed.one("emergency"))["state"] == "returned"


async def test_technical_alerts_of_the_chair_are_held_and_physiological_ones_are_not(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(20, heart_rate=5)
    held = await bed.one("cannot_measure")
    await call(bed, "on")
    await bed.live(200, sources=())
    assert await bed.open("sensor_silent") == []
    assert (await bed.one("cannot_measure"))["escalation"] == held["escalation"]
    await bed.inflate(205, 85)
    assert (await bed.one("systolic_high"))["state"] == "active"
    await bed.live(30, sources=())
    assert (await bed.one("systolic_high"))["escalation"] == 1
    await call(bed, "off")
    await bed.live(29, sources=())
    assert await bed.open("sensor_silent") == [], "silence is counted from the end of it"
    await bed.live(2, sources=())
    assert await bed.open("sensor_silent") != []


async def test_a_restart_in_the_middle_changes_nothing(restartable: tuple[Bedside, Again], database: URL) -> None:
    bed, again = restartable
    await bed.dosing()
    said = await call(bed, "on")
    bed = await again(bed, away_s=40)
    await bed.live(60, sources=())
    alert = await bed.one("emergency")
    assert (alert["id"], alert["state"], alert["escalation"]) == (said["alert_id"], "active", 2)
    assert await bed.steps(alert) == ["opened", "escalated"]
    assert await bed.open("sensor_silent") == []
    assert await call(bed, "on") == said
    await call(bed, "off")
    bed = await again(bed)
    await bed.live(5)
    assert (await bed.one("emergency"))["state"] == "returned"
    await agrees(database)


async def test_it_outlasts_the_session_and_leaves_with_nobody_but_a_person(
    restartable: tuple[Bedside, Again], database: URL
) -> None:
    bed, again = restartable
    await bed.dosing()
    await call(bed, "on")
    gone = {"outcome": "transferred", "told": "to hospital", "accompanied_by": "ambulance crew"}
    good(await bed.to("discharged", **gone))
    bed = await again(bed, away_s=7200)
    await bed.live(10, sources=())
    assert (await bed.one("emergency"))["state"] == "active"
    await call(bed, "off")
    assert (await bed.one("emergency"))["state"] == "returned"
    await bed.acknowledge(await bed.one("emergency"))
    assert await bed.open("emergency") == []
    await agrees(database)


async def test_a_mistaken_call_is_corrected_like_any_event(bed: Bedside) -> None:
    await bed.check_in()
    await call(bed, "on")
    (event,) = good(await bed.nurse.get(f"{bed.session}/events"))
    good(await bed.event("note", text="wrong button", corrects=event["id"]), 201)
    await bed.live(2)
    assert (await bed.one("emergency"))["state"] == "returned"


async def test_an_end_said_by_mistake_is_taken_back_and_calls_again(bed: Bedside) -> None:
    await bed.check_in()
    await call(bed, "on")
    first = await bed.one("emergency")
    await call(bed, "off")
    (_, over) = good(await bed.nurse.get(f"{bed.session}/events"))
    good(await bed.event("note", text="not over", corrects=over["id"]), 201)
    await bed.live(2)
    assert good(await bed.nurse.get(bed.session))["emergency"] is not None
    again = [a for a in await bed.open("emergency") if a["state"] == "active"]
    assert len(again) == 1, await bed.open("emergency")
    assert again[0]["id"] != first["id"]
    assert again[0]["escalation"] == 2
    good(await bed.post("/emergency", {"state": "off"}))
    await bed.live(2)
    assert [a for a in await bed.open("emergency") if a["state"] == "active"] == []


async def test_it_goes_where_the_patient_goes(bed: Bedside) -> None:
    admin = await bed.running.as_("admin")
    other = good(await admin.post("/chairs", json={"label": "Chair 2"}), 201)
    await bed.check_in()
    await call(bed, "on")
    good(await bed.post("/move", {"chair_id": other["id"]}))
    assert (await bed.one("emergency"))["chair_id"] == other["id"]


async def test_a_planned_session_may_call_too_and_wrong_words_are_named(bed: Bedside) -> None:
    await call(bed, "on")
    await bed.live(5)
    assert (await bed.one("emergency"))["state"] == "active"
    refused(await bed.post("/emergency", {"state": "maybe"}), 422, "bad_value")
    refused(await bed.nurse.post(f"/sessions/{bed.chair['id']}/emergency", json={"state": "on"}), 404, "not_found")
    refused(
        await (await bed.running.as_("auditor")).post(f"{bed.session}/emergency", json={"state": "on"}),
        403,
        "forbidden",
    )
