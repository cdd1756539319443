"""Chairs change hands only when the receiver accepts them, alert by alert; until then they stay where they are."""

import asyncio
from typing import Any

from tests.api.chairside import paths, refused
from tests.scenarios.bedside import Bedside, good, make, until
from tests.scenarios.conftest import Again
from tests.scenarios.floor import answers, begins, leaves, offered, offers, sheet, takes, who_has


async def two_on(bed: Bedside) -> tuple[str, str]:
    """Nurse and nurse2 are on shift; the nurse has the chair. Their ids."""
    me, other = await begins(bed, "nurse"), await begins(bed, "nurse2")
    good(await takes(bed, "nurse", bed.chair["id"]))
    return me["id"], other["id"]


async def alarm(bed: Bedside) -> dict[str, Any]:
    """Systolic 205 in dosing."""
    await bed.dosing()
    await bed.inflate(205, 85)
    return await bed.one("systolic_high")


async def test_a_hand_over_in_the_middle_of_an_alert(bed: Bedside) -> None:
    me, other = await two_on(bed)
    alert, chair = await alarm(bed), bed.chair["id"]
    offer = await offers(bed, "nurse", "hand_over", other, chair)
    assert [a["alert_id"] for a in offer["alerts"]] == [alert["id"]], [a["limit"] for a in await bed.open()]
    assert await who_has(bed, chair) == me
    problem = refused(await answers(bed, "nurse2", offer, "accept", chair_ids=[chair]), 409, "alerts_not_accepted")
    assert problem["alerts"] == [{"alert_id": alert["id"], "chair_id": chair}]
    taken = good(await answers(bed, "nurse2", offer, "accept", alert_ids=[alert["id"]]))
    assert (taken["state"], taken["alerts"][0]["accepted_at"]) == ("open", bed.running.now())
    assert await who_has(bed, chair) == me
    await bed.inflate(206, 118)
    second = await bed.one("diastolic_high")
    problem = refused(await answers(bed, "nurse2", offer, "accept", chair_ids=[chair]), 409, "alerts_not_accepted")
    assert [a["alert_id"] for a in problem["alerts"]] == [second["id"]], "a new alert belongs to the offer too"
    done = good(await answers(bed, "nurse2", offer, "accept", chair_ids=[chair], alert_ids=[second["id"]]))
    assert (done["state"], await who_has(bed, chair)) == ("accepted", other)
    problem = refused(await leaves(bed, "nurse2"), 409, "has_chairs")
    assert problem["chairs"] == [{"chair_id": chair, "label": "Chair 1"}]
    assert {alert["id"], second["id"]} <= set(problem["alerts"])
    good(await leaves(bed, "nurse"))


async def test_cover_for_a_break_and_back(bed: Bedside) -> None:
    me, other = await two_on(bed)
    chair = bed.chair["id"]
    offer = await offers(bed, "nurse", "cover", other, chair, until=bed.running.now(back_s=-300))
    assert good(await answers(bed, "nurse2", offer, "accept"))["state"] == "accepted"
    assert await who_has(bed, chair) == other
    refused(await leaves(bed, "nurse"), 409, "has_chairs")
    refused(await leaves(bed, "nurse2"), 409, "has_chairs")
    alert = await alarm(bed)
    await bed.running.advance(600)
    assert await who_has(bed, chair) == other, "it ends when somebody says so, not by itself"
    good(await answers(bed, "nurse", offer, "end"))
    assert await who_has(bed, chair) == me
    refused(await answers(bed, "nurse", offer, "end"), 409, "offer_closed")
    assert alert["id"] in refused(await leaves(bed, "nurse"), 409, "has_chairs")["alerts"]
    good(await leaves(bed, "nurse2"))


async def test_the_receiver_declines_and_the_giver_withdraws(bed: Bedside) -> None:
    me, other = await two_on(bed)
    alert, chair = await alarm(bed), bed.chair["id"]
    for name, verb, state in (("nurse2", "decline", "declined"), ("nurse", "withdraw", "withdrawn")):
        offer = await offers(bed, "nurse", "hand_over", other, chair)
        assert good(await answers(bed, name, offer, verb))["state"] == state
        assert await who_has(bed, chair) == me
        problem = refused(await answers(bed, "nurse2", offer, "accept"), 409, "offer_closed")
        assert problem["state"] == state
        assert (await offered(bed, offer))["state"] == state
    offer = await offers(bed, "nurse", "hand_over", other, chair)
    refused(await answers(bed, "nurse", offer, "accept"), 403, "not_receiver")
    refused(await answers(bed, "nurse2", offer, "withdraw"), 403, "not_yours")
    good(await answers(bed, "nurse2", offer, "accept", alert_ids=[alert["id"]]))
    good(await answers(bed, "nurse", offer, "withdraw"))
    problem = refused(await leaves(bed, "nurse2"), 409, "has_chairs")
    assert (problem["chairs"], problem["alerts"]) == ([], [alert["id"]]), "what was accepted stays accepted"
    back = await offers(bed, "nurse2", "hand_over", me, chair)
    good(await answers(bed, "nurse", back, "accept", chair_ids=[chair], alert_ids=[alert["id"]]))
    good(await leaves(bed, "nurse2"))


async def test_who_goes_home_before_accepting_gets_nothing(bed: Bedside) -> None:
    me, other = await two_on(bed)
    offer = await offers(bed, "nurse", "hand_over", other, bed.chair["id"])
    good(await leaves(bed, "nurse2"))
    assert ((await offered(bed, offer))["state"], await who_has(bed, bed.chair["id"])) == ("declined", me)
    refused(await answers(bed, "nurse2", offer, "accept"), 409, "offer_closed")
    body = {"kind": "hand_over", "to": other, "chair_ids": [bed.chair["id"]]}
    problem = refused(await bed.nurse.post("/offers", json=body), 422, "bad_value")
    assert (paths(problem), problem["errors"][0]["code"]) == (["to"], "not_on_shift")


async def test_two_take_the_same_chair_at_once(bed: Bedside) -> None:
    ids = {(await begins(bed, name))["id"] for name in ("nurse", "nurse2")}
    chair = bed.chair["id"]
    both = await asyncio.gather(*(takes(bed, name, chair) for name in ("nurse", "nurse2")))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    (lost,) = [answer for answer in both if answer.status_code == 409]
    has = await who_has(bed, chair)
    assert refused(lost, 409, "chair_taken")["chairs"] == [{"chair_id": chair, "nurse_id": has}]
    loser = "nurse2" if has == (await begins(bed, "nurse"))["id"] else "nurse"
    good(await takes(bed, loser, chair, take_over=True))
    assert {await who_has(bed, chair)} == ids - {has}


async def test_only_who_is_on_shift_has_chairs(bed: Bedside) -> None:
    refused(await takes(bed, "nurse", bed.chair["id"]), 422, "not_on_shift")
    await begins(bed, "nurse")
    refused(await takes(bed, "nurse", "00000000-0000-0000-0000-000000000000"), 404, "not_found")
    await bed.check_in()
    me = (await begins(bed, "nurse"))["id"]
    assert await who_has(bed, bed.chair["id"]) == me, "who checks a patient in has the chair"


async def test_an_empty_chair_is_put_down_and_a_used_one_is_not(bed: Bedside) -> None:
    await two_on(bed)
    admin = await bed.running.as_("admin")
    empty = (await make(admin, "/chairs", label="Chair 2"))["id"]
    good(await takes(bed, "nurse", empty))
    await bed.check_in()
    body = {"chair_ids": [bed.chair["id"], empty]}
    problem = refused(await bed.nurse.post("/assignments/release", json=body), 409, "chair_in_use")
    assert problem["chair_ids"] == [bed.chair["id"]]
    good(await bed.nurse.post("/assignments/release", json={"chair_ids": [empty]}))
    assert await who_has(bed, empty) is None
    refused(await bed.nurse.post("/assignments/release", json={"chair_ids": [empty]}), 409, "not_yours")


async def test_a_patient_moved_to_another_nurses_chair_keeps_their_nurse(bed: Bedside) -> None:
    me, other = await two_on(bed)
    admin = await bed.running.as_("admin")
    there = (await make(admin, "/chairs", label="Chair 2"))["id"]
    good(await takes(bed, "nurse2", there))
    alert = await alarm(bed)
    good(await bed.post("/move", {"chair_id": there}))
    assert (await who_has(bed, bed.chair["id"]), await who_has(bed, there)) == (me, me)
    offer = await offers(bed, "nurse", "hand_over", other, there)
    assert [a["alert_id"] for a in offer["alerts"]] == [alert["id"]]
    good(await answers(bed, "nurse2", offer, "accept", chair_ids=[there], alert_ids=[alert["id"]]))
    assert await who_has(bed, there) == other


async def test_a_chair_for_somebody_else_is_an_offer(bed: Bedside) -> None:
    _, other = await two_on(bed)
    admin = await bed.running.as_("admin")
    free = (await make(admin, "/chairs", label="Chair 2"))["id"]
    answer = await takes(bed, "nurse", free, nurse_id=other)
    assert answer.status_code == 201, answer.text
    offer = answer.json()
    assert (offer["kind"], offer["to"]["id"], await who_has(bed, free)) == ("assign", other, None)
    assert [o["id"] for o in (await sheet(bed))["offers"]] == [offer["id"]]
    refused(await takes(bed, "nurse", free, nurse_id=other), 409, "offer_open")
    good(await answers(bed, "nurse2", offer, "accept"))
    assert await who_has(bed, free) == other


async def test_a_closed_account_is_not_called(bed: Bedside) -> None:
    admin = await bed.running.as_("admin")
    clinician = good(await (await bed.running.as_("clinician")).get("/me"))["id"]
    await offers(bed, "clinician", "on_call", clinician)
    await bed.check_in()
    good(await bed.post("/emergency", {"state": "on"}))
    good(await admin.patch(f"/users/{clinician}", json={"active": False}))
    assert (await sheet(bed))["on_call"] is None
    good(await bed.post("/emergency", {"state": "off"}))
    good(await bed.post("/emergency", {"state": "on"}))
    notices = await bed.running.server.reader.ledger.notices_waiting(bed.running.clinic_id)
    assert sorted(str(n.payload["on_call"]) for n in notices) == sorted([clinician, "None"])


async def test_on_call_changes_only_when_it_is_accepted(bed: Bedside) -> None:
    await two_on(bed)
    clinician = good(await (await bed.running.as_("clinician")).get("/me"))["id"]
    second = good(await (await bed.running.as_("clinician2")).get("/me"))["id"]
    mine = await offers(bed, "clinician", "on_call", clinician)
    assert (mine["state"], (await sheet(bed))["on_call"]["id"]) == ("accepted", clinician)
    offer = await offers(bed, "clinician", "on_call", second)
    assert (await sheet(bed))["on_call"]["id"] == clinician
    good(await answers(bed, "clinician2", offer, "accept"))
    assert (await sheet(bed))["on_call"]["id"] == second
    nurse = (await begins(bed, "nurse"))["id"]
    problem = refused(await bed.nurse.post("/offers", json={"kind": "on_call", "to": nurse}), 422, "bad_value")
    assert problem["errors"][0]["code"] == "no_clinician"


async def test_a_restart_in_the_middle_of_an_offer_changes_nothing(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    _, other = await two_on(bed)
    alert, chair = await alarm(bed), bed.chair["id"]
    await bed.inflate(206, 118)
    second = await bed.one("diastolic_high")
    admin = await bed.running.as_("admin")
    covered = (await make(admin, "/chairs", label="Chair 2"))["id"]
    good(await takes(bed, "nurse", covered))
    cover = await offers(bed, "nurse", "cover", other, covered)
    good(await answers(bed, "nurse2", cover, "accept"))
    offer = await offers(bed, "nurse", "hand_over", other, chair, note="I go at ten")
    good(await answers(bed, "nurse2", offer, "accept", alert_ids=[alert["id"]]))
    clinician = good(await (await bed.running.as_("clinician")).get("/me"))["id"]
    await offers(bed, "clinician", "on_call", clinician)
    before, kept = await sheet(bed), bed.running.server.pipeline.clinics[bed.running.clinic_id].assigned
    bed = await again(bed)
    assert await sheet(bed) == before
    assert bed.running.server.pipeline.clinics[bed.running.clinic_id].assigned == kept
    done = await answers(bed, "nurse2", offer, "accept", chair_ids=[chair], alert_ids=[second["id"]])
    assert (good(done)["state"], await who_has(bed, chair)) == ("accepted", other)
    good(await answers(bed, "nurse2", cover, "end"))
    assert await who_has(bed, covered) != other


async def test_every_screen_hears_of_an_offer_and_of_each_part_that_is_accepted(bed: Bedside) -> None:
    _, other = await two_on(bed)
    alert, chair = await alarm(bed), bed.chair["id"]
    glass = bed.glass
    assert glass is not None
    assert glass.system["offers"] == []

    def told(**wanted: Any) -> bool:
        (said,) = glass.system["offers"] or [{}]
        return {key: said.get(key) for key in wanted} == wanted

    offer = await offers(bed, "nurse", "hand_over", other, chair, note="Nora is anxious")
    waiting = {"alert_id": alert["id"], "chair_id": chair, "accepted_at": None}
    seat = {"chair_id": chair, "label": "Chair 1", "accepted_at": None}
    await until(lambda: told(id=offer["id"], state="open", chairs=[seat], alerts=[waiting]), "the offer")
    assert "note" not in glass.system["offers"][0], "it may name a patient, and every screen hears it"
    await bed.inflate(206, 118)
    second = await bed.one("diastolic_high")
    both = sorted((alert["id"], second["id"]))
    await until(lambda: [a["alert_id"] for a in glass.system["offers"][0]["alerts"]] == both, "the second alert")
    good(await answers(bed, "nurse2", offer, "accept", alert_ids=[alert["id"]]))
    at = bed.running.now()
    taken = [{**waiting, "alert_id": id, "accepted_at": at if id == alert["id"] else None} for id in both]
    await until(lambda: told(alerts=taken), "one alert accepted")
    good(await answers(bed, "nurse2", offer, "accept", chair_ids=[chair], alert_ids=[second["id"]]))
    await until(lambda: glass.system["offers"] == [], "the offer is settled")
