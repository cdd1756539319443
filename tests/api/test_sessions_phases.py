"""Through the phases over REST: every gate is named, nothing moves that may not, and what may is answered whole."""

from typing import Any

from tests.api.chairside import DOSE, good, paths, plan, refused
from tests.server_fixtures import Running


def gates(problem: Any) -> set[str]:
    return {gate["code"] for gate in problem["gates"]}


async def test_check_in_takes_two_identifiers(manual: Running) -> None:
    place = await plan(manual)
    for given in ([], ["name"], ["name", "name"]):
        problem = refused(await place.to("preparing", identifiers=given), 409, "two_identifiers_required")
        assert gates(problem) == {"two_identifiers_required"}
    assert paths(refused(await place.to("preparing", identifiers=["shoe_size"]), 422, "bad_value")) == ["identifiers.0"]
    seen = await place.check_in()
    assert (seen["phase"], seen["warnings"]) == ("preparing", [])
    assert [phase["phase"] for phase in seen["phases"]] == ["scheduled", "preparing"]


async def test_the_wrong_order_names_its_gate(manual: Running) -> None:
    place = await plan(manual)
    refused(await place.to("dosing", dose=DOSE), 409, "not_checked_in")
    refused(await place.to("recovery"), 409, "not_dosing")
    refused(await place.to("discharged", outcome="met"), 409, "not_checked_in")
    refused(await place.post("/baseline", {}), 409, "not_checked_in")
    refused(await place.post("/readings", {"systolic": 120, "diastolic": 80}), 409, "not_checked_in")
    refused(await place.event("pause"), 409, "not_dosing")
    refused(await place.event("stop", reason="bp", given_mg=1), 409, "not_dosing")
    refused(await place.event("off_monitor", reason="toilet", minutes=5), 409, "not_checked_in")
    await place.check_in()
    refused(await place.to("discharged", outcome="met"), 409, "not_in_recovery")
    refused(await place.post("/baseline", {}), 409, "not_enough_readings")
    assert (await place.state())["phase"] == "preparing"


async def test_dosing_says_every_gate_that_is_not_met(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    problem = refused(await place.to("dosing", dose={**DOSE, "amount_mg": 500}), 409, "screening_unknown")
    assert gates(problem) >= {"screening_unknown", "baseline_missing", "dose_out_of_range"}
    await place.screened(pregnancy="yes")
    problem = refused(await place.to("dosing", dose=DOSE, override=True, reason="why"), 403, "clinician_required")
    problem = refused(
        await place.to("dosing", by="clinician", dose=DOSE, override=True, reason="decided"), 409, "screening_stop"
    )
    assert gates(problem) == {"screening_stop"}


async def test_a_clinician_passes_what_may_be_passed_with_a_reason_and_sets_limits_with_it(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    await place.screened()
    asked: dict[str, Any] = {"dose": DOSE, "override": True, "by": "clinician"}
    assert paths(refused(await place.to("dosing", **asked), 422, "bad_value")) == ["reason"]
    asked["reason"] = "Cuff does not fit; hand pressure is calm"
    limits = {"systolic_high": {"value": 170}}
    problem = refused(await place.to("dosing", **asked, limits={"systolic_high": {"value": "170"}}), 422, "bad_value")
    assert paths(problem) == ["limits.systolic_high.value"]
    assert paths(refused(await place.to("dosing", **asked, limits={"no_such": {"value": 170}}), 422, "bad_value")) == [
        "limits.no_such"
    ]
    problem = refused(await place.to("dosing", **asked, target={"systolic": [100]}), 422, "bad_value")
    assert paths(problem) == ["target.systolic"]
    target = {"systolic": [100, 150], "diastolic": [55.5, 95]}
    seen = good(await place.to("dosing", **asked, limits=limits, target=target))
    assert seen["phase"] == "dosing"
    assert (seen["target"]["systolic"], seen["target"]["diastolic"]) == ([100, 150], [55.5, 95])
    high = next(limit for limit in seen["limits"] if limit["code"] == "systolic_high")
    assert (high["value"], high["clear"], high["immediate"]) == (170, 160, 190)
    assert high["history"][0]["reason"] == asked["reason"]


async def test_a_whole_session(manual: Running) -> None:
    place = await plan(manual)
    baseline = await place.rested()
    assert (baseline["systolic"], baseline["diastolic"], baseline["heart_rate"]) == (121, 80, 71)
    assert len(baseline["readings"]) == 2
    refused(await place.post("/baseline", None), 409, "already_locked")
    seen = good(await place.to("dosing", dose=DOSE))
    assert seen["phase"] == "dosing"
    assert (seen["dosing"]["total_mg"], seen["dosing"]["mg_per_kg"], seen["dosing"]["paused"]) == (35, 0.5, False)
    refused(await place.to("dosing", dose=DOSE), 409, "already_dosing")
    again = good(await place.to("dosing"))
    assert again["phases"] == seen["phases"]
    refused(await place.to("cancelled"), 409, "dose_given")
    await manual.advance(60)
    assert good(await place.event("pause"), 201)["phase"] == "dosing"
    assert (await place.state())["dosing"]["paused"] is True
    refused(await place.event("pause"), 409, "already_paused")
    good(await place.event("resume"), 201)
    stopped = good(await place.event("stop", reason="nausea", given_mg=20.5), 201)
    assert (stopped["phase"], stopped["reason"], stopped["given_mg"]) == ("recovery", "nausea", 20.5)
    problem = refused(await place.to("discharged", outcome="met"), 409, "not_ready")
    assert gates(problem) >= {"observation", "escort", "aldrete"}
    assert paths(refused(await place.to("discharged"), 422, "bad_value")) == ["outcome"]
    refused(await place.to("discharged", outcome="override", reason="fine"), 403, "clinician_required")
    said = {"told": "not to drive today", "accompanied_by": "her sister"}
    refused(await place.to("discharged", by="clinician", outcome="override", reason="fine", **said), 422, "bad_value")
    target = {"systolic": [100, 150]}
    left = good(await place.to("discharged", outcome="left_before_ready", target=target, override=True, **said))
    assert (left["phase"], left["outcome"]) == ("discharged", "left_before_ready")
    assert [warning["code"] for warning in left["warnings"]] == ["not_here", "not_here"]
    timeline = good(await place.nurse.get(f"{place.session}/timeline"))
    end = next(entry for entry in timeline if entry["type"] == "phase" and entry["phase"] == "discharged")
    assert {name: end[name] for name in said} == said
    refused(await place.to("recovery"), 409, "session_ended")
    refused(await place.post("/move", {"chair_id": place.chair["id"]}), 409, "session_ended")


async def test_when_something_was_decided_is_bounded(manual: Running) -> None:
    place = await plan(manual)
    await manual.advance(600)
    two = ["name", "mrn"]
    assert paths(refused(await place.to("preparing", identifiers=two, at=manual.now(-1)), 422, "bad_value")) == ["at"]
    assert paths(refused(await place.to("preparing", identifiers=two, at=manual.now(901)), 422, "bad_value")) == ["at"]
    seen = good(await place.to("preparing", identifiers=two, at=manual.now(600)))
    assert seen["phases"][1]["from"] == manual.now(600)
    problem = refused(await place.to("cancelled", at=manual.now(700)), 422, "bad_value")
    assert paths(problem) == ["at"]


async def test_a_dose_is_a_fact_and_its_open_gates_alarm(manual: Running) -> None:
    place = await plan(manual)
    recorded = good(await place.event("dose", **DOSE), 201)
    assert recorded["phase"] == "dosing"
    assert recorded["mg_per_kg"] == 0.5
    assert {gate["code"] for gate in recorded["open_gates"]} >= {"not_checked_in", "baseline_missing"}
    alert = next(a for a in await place.alerts() if a["limit"] == "dosing_with_open_gates")
    assert (alert["kind"], alert["priority"], alert["session_id"]) == ("technical", "medium", place.session_id)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"to": "scheduled"}, "to"),
    ({"to": "DOSING"}, "to"),
    ({"to": None}, "to"),
    ({"at": "yesterday"}, "at"),
    ({"override": "yes"}, "override"),
    ({"outcome": "well"}, "outcome"),
    ({"reason": "a\u0000b"}, "reason"),
    ({"reason": "   "}, "reason"),
    ({"dose": {"drug": "ketamine", "route": "iv"}}, "dose.amount_mg"),
    ({"dose": {**DOSE, "amount_mg": 0}}, "dose.amount_mg"),
    ({"dose": {**DOSE, "amount_mg": "35"}}, "dose.amount_mg"),
    ({"dose": {**DOSE, "colour": "red"}}, "dose.colour"),
    ({"second_person": {"username": "clinician2"}}, "second_person.password"),
    ({"surprise": 1}, "surprise"),
]


async def test_each_wrong_field_of_a_transition_is_named(manual: Running) -> None:
    place = await plan(manual)
    for changed, path in WRONG:
        problem = refused(await place.post("/transitions", {"to": "preparing", **changed}), 422, "bad_value")
        assert paths(problem) == [path]
