"""A patient's sessions beside each other, and small curves in lists, over the real record."""

from tests.api.chairside import DOSE, Chairside, good, plan, refused
from tests.server_fixtures import Running


async def dosed(side: Chairside, *systolic: float) -> None:
    """Checked in, dosed, these pressures every five minutes from the dose on, and gone."""
    await side.check_in()
    good(await side.event("dose", **DOSE), 201)
    for value in systolic:
        await side.running.advance(300)
        await side.measure(value, 80, heart_rate=72)
    await log_in_again(side)
    good(await side.to("discharged", outcome="left_before_ready"))


async def again(side: Chairside) -> None:
    body = {"patient_id": side.patient["id"], "chair_id": side.chair["id"], "protocol": "iv_infusion"}
    side.session_id = good(await side.nurse.post("/sessions", json=body), 201)["id"]


async def test_sessions_of_a_patient_lie_beside_each_other(manual: Running) -> None:
    side = await plan(manual)
    await dosed(side, 131, 150, 140)
    first = side.session_id
    await manual.advance(86_400)
    await log_in_again(side)
    await again(side)
    await dosed(side, 129, 164)
    path = f"/patients/{side.patient['id']}/sessions-by-minute"
    told = good(await side.nurse.get(path))
    newest, oldest = told["sessions"]
    assert (newest["session_id"], oldest["session_id"]) == (side.session_id, first)
    at = dict(zip(oldest["minutes"], oldest["systolic"], strict=True))
    assert (at[0], at[5], at[10], at[15]) == (None, 131, 150, 140)
    usual = dict(zip(told["usual"]["minutes"], told["usual"]["systolic"]["high"], strict=True))
    assert (told["usual"]["n"], usual[10]) == (2, 164)
    earlier = good(await side.nurse.get(path, params={"before": side.session_id}))
    assert [one["session_id"] for one in earlier["sessions"]] == [first]
    assert earlier["usual"]["n"] == 1
    assert good(await side.nurse.get(path, params={"before": first})) == {"sessions": [], "usual": None}
    refused(await side.nurse.get(path, params={"before": side.chair["id"]}), 404, "not_found")
    refused(await side.nurse.get(f"/patients/{side.chair['id']}/sessions-by-minute"), 404, "not_found")
    read = good(await (await manual.as_("auditor")).get("/audit", params={"action": "patient.sessions"}))["items"]
    assert {item["subject"] for item in read} == {side.patient["id"]}


async def test_a_struck_reading_is_in_no_curve(manual: Running) -> None:
    side = await plan(manual)
    await dosed(side, 131, 199)
    void = {"device": side.cuff["id"], "seq": side.seq, "reason": "leaning on the cuff"}
    good(await side.post("/readings/void", void))
    (item,) = good(await side.nurse.get("/sessions", params={"trend": "true"}))["items"]
    assert item["trend"] == {"step_s": 300, "from_min": 5, "systolic": [131], "heart_rate": [72]}
    (plain,) = good(await side.nurse.get("/sessions"))["items"]
    assert "trend" not in plain
    refused(await side.nurse.get("/sessions", params={"trend": "true", "limit": 60}), 422, "bad_value")


async def test_the_timeline_says_what_an_intervention_did(manual: Running) -> None:
    side = await plan(manual)
    await side.check_in()
    good(await side.event("dose", **DOSE), 201)
    await manual.advance(60)
    await side.measure(205, 85)
    alert = (await side.alerts())[0]["id"]
    good(await side.event("intervention", action="reposition", answers_alert=alert), 201)
    good(await side.event("intervention", action="airway"), 201)
    await manual.advance(300)
    await side.measure(161, 84)
    lines = good(await side.nurse.get(f"{side.session}/timeline"))
    answering, other = [line for line in lines if line.get("kind") == "intervention"]
    assert [(one["minute"], one["systolic"]) for one in answering["effect"]] == [(5, 161), (10, None)]
    assert "effect" not in other


async def log_in_again(side: Chairside) -> None:
    """After a quarter of an hour the logins are locked, after a day over."""
    side.running.people.clear()
    side.nurse = await side.running.as_("nurse")
    side.clinician = await side.running.as_("clinician")
