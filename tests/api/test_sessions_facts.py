"""What is recorded of a session over REST: events of every kind, observations, readings by hand, corrections."""

import json
from typing import Any
from uuid import uuid4

import httpx

from tests.api.chairside import DOSE, ESCORT, SECOND, Chairside, good, make, paths, plan, refused
from tests.server_fixtures import PASSWORD, Running
from tests.store_fixtures import connect

GIVEN: list[dict[str, Any]] = [
    {"kind": "dose", **DOSE, "lot": "L-1", "concentration_mg_ml": 10},
    {"kind": "oxygen", "state": "on", "l_min": 2.5},
    {"kind": "oxygen", "state": "off"},
    {"kind": "medication", "drug": "ondansetron", "amount": 4, "unit": "mg", "route": "iv"},
    {"kind": "intervention", "text": "Turned the light down"},
    {"kind": "symptom", "term": "nausea", "severity": 2, "text": "after sitting up"},
    {"kind": "adverse_event", "term": "vomiting", "severity": 2, "serious": False, "action": "none", "outcome": "gone"},
    {"kind": "note", "text": "Two lines\nof text"},
    {"kind": "pause", "reason": "toilet"},
    {"kind": "resume"},
    {"kind": "stop", "reason": "line", "given_mg": 30},
]

WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "kind"),
    ({"kind": "song"}, "kind"),
    ({"kind": None}, "kind"),
    ({"kind": ["dose"]}, "kind"),
    ({"kind": "note"}, "text"),
    ({"kind": "note", "text": "half \ud83d"}, "text"),
    ({"kind": "note", "text": "nul \u0000"}, "text"),
    ({"kind": "note", "text": "x" * 5000}, "text"),
    ({"kind": "note", "text": "x", "severity": 2}, "severity"),
    ({"kind": "note", "text": "x", "at": "2026-11-20"}, "at"),
    ({"kind": "note", "text": "x", "at": "2026-11-20T23:00:00Z"}, "at"),
    ({"kind": "note", "text": "x", "corrects": "1"}, "corrects"),
    ({"kind": "dose", "drug": "ketamine", "route": "iv"}, "amount_mg"),
    ({"kind": "dose", **DOSE, "amount_mg": 1e400}, "amount_mg"),
    ({"kind": "dose", **DOSE, "weight_kg": 0}, "weight_kg"),
    ({"kind": "medication", "drug": "ondansetron", "amount": 4, "unit": "mg"}, "route"),
    ({"kind": "stop", "reason": "tired", "given_mg": 1}, "reason"),
    ({"kind": "stop", "reason": "bp", "given_mg": -1}, "given_mg"),
    ({"kind": "oxygen", "state": True}, "state"),
    ({"kind": "off_monitor", "reason": "toilet"}, "minutes"),
    ({"kind": "off_monitor", "reason": "toilet", "minutes": 11}, "minutes"),
    ({"kind": "off_monitor", "reason": "smoke", "minutes": 5}, "reason"),
    ({"kind": "symptom", "term": "nausea"}, "severity"),
    ({"kind": "symptom", "term": "nausea", "severity": 4}, "severity"),
    ({"kind": "symptom", "term": "nausea", "severity": 1.5}, "severity"),
    ({"kind": "symptom", "term": "nausea", "severity": True}, "severity"),
]


async def test_every_kind_of_event_is_kept_as_it_was_given(manual: Running) -> None:
    place = await plan(manual)
    await place.rested()
    for given in GIVEN:
        await manual.advance(1)
        made = good(await place.post("/events", given), 201)
        assert {name: made[name] for name in given} == given
        assert made["at"] == manual.now()
        assert made["corrected_by"] is None
    listed = good(await place.nurse.get(f"{place.session}/events"))
    assert [event["kind"] for event in listed] == [given["kind"] for given in GIVEN]
    seen = await place.state()
    assert (seen["phase"], seen["dosing"]["total_mg"], seen["on_oxygen"]) == ("recovery", 35, False)


async def test_each_wrong_field_of_an_event_is_named(manual: Running) -> None:
    place = await plan(manual)
    await place.rested()
    for given, path in WRONG:
        assert paths(refused(await spelled(place, given), 422, "bad_value")) == [path], given
    assert good(await place.nurse.get(f"{place.session}/events")) == []


async def spelled(place: Chairside, given: dict[str, Any]) -> httpx.Response:
    """As JSON that no careful program would send: half characters, and 1e400, which many read as Infinity."""
    content = json.dumps(given).replace("Infinity", "1e400")
    headers = {"content-type": "application/json"}
    return await place.nurse.post(f"{place.session}/events", content=content, headers=headers)


async def test_however_a_red_flag_is_typed_it_alarms(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    made = good(await place.event("symptom", term=" Chest-Pains ", severity=1), 201)
    assert (made["term"], made["told"], made["warnings"]) == ("chest_pain", "Chest-Pains", [])
    good(await place.event("symptom", term="short of breath", severity=2), 201)
    (alert,) = [a for a in await place.alerts() if a["limit"] == "red_flag"]
    assert (alert["priority"], alert["state"], alert["detail"]) == ("high", "active", "chest_pain, breathlessness")


async def test_a_term_nobody_knows_is_recorded_with_a_warning(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    made = good(await place.event("symptom", term="Siezure", severity=3), 201)
    assert made["term"] == "Siezure"
    assert "told" not in made
    (warning,) = made["warnings"]
    assert warning["code"] == "unknown_term"
    assert "seizure" in warning["detail"]
    assert [a for a in await place.alerts() if a["limit"] == "red_flag"] == []


async def test_the_catalogue_is_there_for_a_screen(manual: Running) -> None:
    nurse = await manual.as_("nurse")
    seen = good(await nurse.get("/symptoms"))
    assert seen["severity"] == [0, 3]
    flags = [entry["term"] for entry in seen["terms"] if entry["red_flag"]]
    assert flags == [entry["term"] for entry in seen["terms"]][: len(flags)]
    assert "collapse" in flags


async def test_an_event_corrects_an_earlier_one_once(manual: Running) -> None:
    place = await plan(manual)
    await place.dosed()
    (dose,) = good(await place.nurse.get(f"{place.session}/events"))
    good(await place.event("dose", **{**DOSE, "amount_mg": 30}, corrects=dose["id"]), 201)
    assert (await place.state())["dosing"]["total_mg"] == 30
    refused(await place.event("dose", **DOSE, corrects=dose["id"]), 409, "already_corrected")
    refused(await place.event("note", text="x", corrects=str(uuid4())), 404, "not_found")
    refused(await place.event("note", text="x", answers_alert=str(uuid4())), 404, "not_found")


async def test_assessments_come_in_parts(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    values = {"aldrete": {"activity": 2, "oxygen": 1}, "moaa_s": 5, "oriented": True, "nausea": "mild"}
    made = good(await place.post("/assessments", {"kind": "pre_dose", "values": values}), 201)
    assert (made["kind"], made["values"]) == ("pre_dose", values)
    good(await place.post("/assessments", {"kind": "discharge", "values": {"escort": ESCORT}}), 201)
    for wrong, path in (
        ({"values": {"moaa_s": 6}}, "values.moaa_s"),
        ({"values": {"moaa_s": "5"}}, "values.moaa_s"),
        ({"values": {"oriented": 1}}, "values.oriented"),
        ({"values": {"aldrete": {"oxygen": 3}}}, "values.aldrete.oxygen"),
        ({"values": {"nausea": "some"}}, "values.nausea"),
        ({"values": {"escort": {"name": "Sam\u0000", "present": True}}}, "values.escort.name"),
        ({"values": {"mood": "fine"}}, "values.mood"),
        ({"values": {}}, "values"),
        ({"values": {"oriented": None}}, "values"),
        ({"kind": "later", "values": {"oriented": True}}, "kind"),
    ):
        answer = await place.post("/assessments", {"kind": "discharge", **wrong})
        assert paths(refused(answer, 422, "bad_value")) == [path], wrong
    assert len(good(await place.nurse.get(f"{place.session}/assessments"))) == 2


async def test_a_reading_by_hand_counts_and_says_who(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    made = good(await place.post("/readings", {"systolic": 121.6, "diastolic": 80, "note": "left arm"}), 201)
    me = good(await place.nurse.get("/me"))
    assert (made["systolic"], made["diastolic"], made["heart_rate"]) == (121.6, 80, None)
    assert (made["source"], made["late"], made["by"], made["note"]) == ("manual", False, me["id"], "left arm")
    second = good(await place.post("/readings", {"respiratory_rate": 14}), 201)
    assert (second["device"], second["seq"]) == (made["device"], made["seq"] + 1)
    columns = good(await place.nurse.get(f"{place.session}/readings", params={"step": "raw"}))
    assert columns["systolic"] == [121.6, None]
    for wrong, path in (
        ({}, "systolic"),
        ({"systolic": 400, "diastolic": 80}, "systolic"),
        ({"systolic": 120, "diastolic": 130}, "systolic"),
        ({"spo2": "97"}, "spo2"),
        ({"spo2": True}, "spo2"),
        ({"pulse": 70}, "pulse"),
        ({"heart_rate": 70, "observed_at": manual.now(-60)}, "observed_at"),
        ({"heart_rate": 70, "observed_at": manual.now(3600)}, "observed_at"),
    ):
        assert paths(refused(await place.post("/readings", wrong), 422, "bad_value")) == [path], wrong


async def test_a_first_reading_that_the_record_refused_does_not_stand_in_the_way_of_the_next(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    sql = await connect(manual.database)
    await sql.execute("ALTER TABLE reading ADD CONSTRAINT odd CHECK (systolic <> 1300) NOT VALID")
    refused(await place.post("/readings", {"systolic": 130, "diastolic": 80}), 422, "refused_by_store")
    await sql.execute("ALTER TABLE reading DROP CONSTRAINT odd")
    assert good(await place.post("/readings", {"systolic": 130, "diastolic": 80}), 201)["systolic"] == 130
    assert await sql.fetchval("SELECT count(*) FROM device WHERE kind = 'manual'") == 1
    await sql.close()
    columns = good(await place.nurse.get(f"{place.session}/readings", params={"step": "raw"}))
    assert columns["systolic"] == [130]


async def test_a_high_pressure_by_hand_raises_an_alert(manual: Running) -> None:
    place = await plan(manual)
    await place.dosed()
    good(await place.post("/readings", {"systolic": 205, "diastolic": 100}), 201)
    raised = {alert["limit"]: alert for alert in await place.alerts() if alert["source"] == "manual"}
    assert (raised["systolic_high"]["state"], raised["systolic_high"]["value"]) == ("active", 205)


async def test_a_reading_is_struck_once(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    seq = await place.measure(150, 95)
    body = {"device": place.cuff["id"], "seq": seq, "reason": "cuff on the wrong patient"}
    refused(await place.post("/readings/void", {**body, "seq": 99}), 404, "not_found")
    refused(await place.post("/readings/void", {**body, "device": str(uuid4())}), 404, "not_found")
    assert paths(refused(await place.post("/readings/void", {**body, "seq": -1}), 422, "bad_value")) == ["seq"]
    assert paths(refused(await place.post("/readings/void", {**body, "seq": 2**63}), 422, "bad_value")) == ["seq"]
    assert paths(refused(await place.post("/readings/void", {**body, "reason": ""}), 422, "bad_value")) == ["reason"]
    assert good(await place.post("/readings/void", body))["phase"] == "preparing"
    refused(await place.post("/readings/void", body), 409, "already_voided")


async def test_a_baseline_is_corrected_by_leaving_readings_out_with_a_reason(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    for systolic in (120, 140, 124):
        await place.measure(systolic, 80)
        await manual.advance(150)
    locked = good(await place.post("/baseline", {}))
    assert (locked["systolic"], locked["heart_rate"]) == (124, None)
    out = {"device": place.cuff["id"], "seq": 2, "reason": "talking"}
    assert paths(refused(await place.post("/baseline", {"exclude": [{**out, "reason": " "}]}), 422, "bad_value")) == [
        "exclude.0.reason"
    ]
    corrected = good(await place.post("/baseline", {"exclude": [out]}))
    assert (corrected["systolic"], corrected["excluded"]) == (122, [out])


async def test_a_patient_moves_to_a_free_chair(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    admin = await manual.as_("admin")
    other = await make(admin, "/chairs", label="Chair 2")
    refused(await place.post("/move", {"chair_id": str(uuid4())}), 404, "not_found")
    await manual.advance(60)
    moved = good(await place.post("/move", {"chair_id": other["id"]}))
    assert moved["chair"]["label"] == "Chair 2"
    ann = await make(place.nurse, "/patients", mrn="4712", name="Ann Lee", birth_date="1990-01-02")
    wanted = {"patient_id": ann["id"], "chair_id": other["id"], "protocol": "iv_infusion"}
    second = await make(place.nurse, "/sessions", **wanted)
    body = {"to": "preparing", "identifiers": ["name", "mrn"]}
    refused(await place.nurse.post(f"/sessions/{second['id']}/transitions", json=body), 409, "chair_occupied")


async def test_correcting_the_patient_takes_two(manual: Running) -> None:
    place = await plan(manual)
    await place.check_in()
    ann = await make(place.nurse, "/patients", mrn="4712", name="Ann Lee", birth_date="1990-01-02")
    body = {"patient_id": ann["id"], "reason": "two folders swapped"}
    path = "/correct-patient"
    refused(await place.post(path, body), 409, "second_person_required")
    oneself = {"username": "nurse", "password": PASSWORD}
    refused(await place.post(path, {**body, "second_person": oneself}), 409, "second_person_required")
    admin = {"username": "admin", "password": PASSWORD}
    refused(await place.post(path, {**body, "second_person": admin}), 409, "second_person_required")
    wrong = {"username": "nobody", "password": "not the password"}
    assert paths(refused(await place.post(path, {**body, "second_person": wrong}), 422, "bad_value")) == [
        "second_person"
    ]
    key = {"Idempotency-Key": str(uuid4())}
    seen = good(await place.post(path, {**body, "second_person": SECOND}, **key))
    assert seen["patient"]["name"] == "Ann Lee"
    assert good(await place.post(path, {**body, "second_person": SECOND}, **key)) == seen
