"""Who acts at a station: by name, by PIN, by password; what has to be signed there, and what a locked wall takes."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest_asyncio

from kat_monitor.access.policy import POLICIES, Signature
from tests.api.desk import API, PIN, Ward, good, open_desk, open_ward, refused, set_pin
from tests.api.doors import PASSWORD, Doors, make

IDLE_S = 16 * 60
NOTE = {"kind": "note", "text": "feels warm"}
MEDICINE = {"kind": "medication", "drug": "ondansetron", "amount": 4, "unit": "mg", "route": "iv"}
LIMIT = {"value": 170, "reason": "asked by the medical lead"}


@pytest_asyncio.fixture
async def ward(doors: Doors) -> Ward:
    return await open_ward(doors)


def by(events: list[dict[str, Any]]) -> list[str]:
    return [event["by_name"] for event in events]


# -- by name -----------------------------------------------------------------------------------------------------------


async def test_what_is_written_is_whose_name_was_said(ward: Ward) -> None:
    path = f"{ward.session}/events"
    good(await ward.post(path, NOTE), 201)
    good(await ward.post(path, NOTE, **ward.acts("ben")), 201)
    assert by(await ward.get(path)) == ["Nurse", "Ben Ito"]
    (first, by_ben) = (await ward.audited("RecordEvent"))[-2:]
    assert first == (ward.people["nurse-north"], {"station": ward.station["id"]})
    login = ward.people["nurse-north"]
    assert by_ben == (ward.people["ben"], {"station": ward.station["id"], "login_of": login})


async def test_one_tap_on_a_name_acknowledges_from_a_locked_wall(ward: Ward) -> None:
    alert = await ward.alarm()
    ward.doors.clock.later(IDLE_S)
    refused(await ward.post(f"{alert}/acknowledge"), 401, "login_locked")

    taken = good(await ward.post(f"{alert}/acknowledge", {"acknowledged_by": ward.people["ben"]}))

    assert (taken["acknowledged_by"], taken["acknowledged_by_name"]) == (ward.people["ben"], "Ben Ito")
    # It was no sign of life of the one whose login it is.
    assert (await ward.get("/me"))["locked"] is True
    (acted,) = await ward.audited("AcknowledgeAlert")
    login = ward.people["nurse-north"]
    assert acted == (ward.people["ben"], {"station": ward.station["id"], "login_of": login})


async def test_one_tap_on_a_name_calls_for_help_from_a_locked_wall(ward: Ward) -> None:
    ward.doors.clock.later(IDLE_S)
    call = f"{ward.session}/emergency"
    refused(await ward.post(call, {"state": "on"}), 401, "login_locked")
    said = good(await ward.post(call, {"state": "on"}, **ward.acts("ben")))
    assert said["emergency"] is not None
    assert set(said) == {"id", "chair_id", "emergency", "alert_id"}, "a locked wall hears no names"


async def test_the_login_of_a_wall_is_enough_for_a_name(ward: Ward) -> None:
    alert = await ward.alarm()
    wall = await open_desk(ward.doors, "admin", label="Wall", kind="wall")
    await wall.browser.post(f"{API}/logout")
    good(await wall.browser.post(f"{API}/login", json={"username": "wallboard-north", "password": PASSWORD}))
    refused(await wall.post(f"{alert}/acknowledge"), 403, "forbidden")
    taken = good(await wall.post(f"{alert}/acknowledge", {"acknowledged_by": ward.people["ben"]}))
    assert taken["acknowledged_by_name"] == "Ben Ito"
    # Only that: to write anything else it takes a PIN.
    refused(await wall.post(f"{ward.session}/events", NOTE, **ward.acts("ben")), 403, "forbidden")
    good(await wall.post(f"{ward.session}/events", NOTE, **ward.signs("ben")), 201)


async def test_who_is_off_shift_acknowledges_nothing(ward: Ward) -> None:
    alert = await ward.alarm()
    (shift,) = [shift for shift in await ward.get("/shifts") if shift["name"] == "Ben Ito"]
    good(await ward.post(f"/shifts/{shift['id']}/end", {"reason": "gone"}))
    for path, body, headers in (
        (f"{alert}/acknowledge", {"acknowledged_by": ward.people["ben"]}, {}),
        (f"{alert}/acknowledge", {}, ward.acts("ben")),
        (f"{ward.session}/events", NOTE, ward.signs("ben")),
    ):
        problem = refused(await ward.post(path, body, **headers), 422, "not_on_shift")
        assert problem["errors"][0]["path"] in ("acknowledged_by", "Kat-Person")
    assert good(await ward.browser.get(API + alert))["acknowledged_by"] is None


async def test_another_clinics_people_are_nobody(ward: Ward) -> None:
    south = await open_desk(ward.doors, clinic="south")
    theirs = good(await south.post("/shifts"), 201)["person"]["id"]
    await set_pin(ward.doors, "nurse-south")
    alert = await ward.alarm()
    for id in (theirs, str(uuid4())):
        acting = {"Kat-Person": id, "Kat-Pin": PIN}
        one = refused(await ward.post(f"{ward.session}/events", NOTE, **acting), 422, "not_on_shift")
        two = refused(await ward.post(f"{alert}/acknowledge", {"acknowledged_by": id}), 422, "not_on_shift")
        assert one["detail"] == two["detail"]


async def test_a_name_from_a_browser_that_is_no_station_is_refused(ward: Ward) -> None:
    alert = await ward.alarm()
    phone = await ward.doors.log_in("nurse")
    acting = ward.signs("ben")
    answer = await phone.post(f"{API}{ward.session}/events", json=NOTE, headers=acting)
    assert refused(answer, 422, "not_enrolled")["errors"][0]["path"] == "Kat-Person"
    answer = await phone.post(f"{API}{alert}/acknowledge", json={"acknowledged_by": ward.people["ben"]})
    assert refused(answer, 422, "not_enrolled")["errors"][0]["path"] == "acknowledged_by"
    # A retired station is such a browser.
    good(await ward.browser.patch(f"{API}/stations/{ward.station['id']}", json={"retired": True}))
    refused(await ward.post(f"{ward.session}/events", NOTE, **acting), 422, "not_enrolled")


async def test_a_name_that_is_none(ward: Ward) -> None:
    answer = await ward.post(f"{ward.session}/events", NOTE, **{"Kat-Person": "ben"})
    assert refused(answer, 422, "bad_value")["errors"][0]["path"] == "Kat-Person"
    alert = await ward.alarm()
    body = {"acknowledged_by": ward.people["clinician-north"]}
    problem = refused(await ward.post(f"{alert}/acknowledge", body, **ward.acts("ben")), 422, "bad_value")
    assert problem["errors"][0]["path"] == "acknowledged_by"


async def test_a_name_gives_nobody_a_clinicians_rights_or_another_login(ward: Ward) -> None:
    limit = f"{API}{ward.session}/limits/systolic_high"
    named = ward.acts("clinician-north")
    assert (await ward.browser.put(limit, json=LIMIT, headers=named)).status_code == 403
    refused(await ward.post("/protocols", {"toml": ""}, **named), 403, "forbidden")
    # What belongs to a login is done at one's own, even with a PIN.
    for path in ("/tokens", "/logout", "/users"):
        refused(await ward.post(path, {}, **ward.signs("ben")), 422, "own_login_required")


# -- signed ------------------------------------------------------------------------------------------------------------


async def test_what_has_to_be_signed_at_a_station(ward: Ward) -> None:
    session = ward.session
    (event,) = [good(await ward.post(f"{session}/events", NOTE), 201)]
    reading = {"device": str(uuid4()), "seq": 1, "reason": "cuff slipped"}
    stretch = {"device": str(uuid4()), "from": "2026-11-18T10:00:00Z", "to": "2026-11-18T10:10:00Z", "reason": "moved"}
    signed: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{session}/transitions", {"to": "discharged", "outcome": "met"}),
        ("POST", f"{session}/transitions", {"to": "dosing", "override": True, "reason": "known"}),
        ("POST", f"{session}/transitions", {"to": "dosing", "target": {"systolic": [100, 150]}}),
        ("POST", f"{session}/events", MEDICINE),
        ("POST", f"{session}/events", {**NOTE, "corrects": event["id"]}),
        ("POST", f"{session}/readings/void", reading),
        ("POST", f"{session}/readings/correct", stretch),
        ("POST", f"{session}/correct-patient", {"patient_id": str(uuid4()), "reason": "mixed up"}),
    ]
    # Named, but not signed, is not enough.
    for headers in ({}, ward.acts("ben")):
        for method, path, body in signed:
            answer = await ward.browser.request(method, API + path, json=body, headers=headers)
            refused(answer, 403, "signature_required")
    limit = await ward.browser.put(f"{API}{session}/limits/systolic_high", json=LIMIT)
    refused(limit, 403, "forbidden")
    for method, path, body in signed:
        answer = await ward.browser.request(method, API + path, json=body, headers=ward.signs("nurse-north"))
        assert answer.json().get("code") != "signature_required", (path, answer.text)
    # Away from stations a login signs, as ever.
    phone = await ward.doors.log_in("nurse")
    good(await phone.post(f"{API}{session}/events", json=MEDICINE), 201)


async def test_a_departure_is_a_fact_and_needs_no_signature(ward: Ward) -> None:
    gone = {"to": "discharged", "outcome": "left_before_ready", "told": "do not drive"}
    left = good(await ward.post(f"{ward.session}/transitions", gone))
    assert (left["phase"], left["outcome"]) == ("discharged", "left_before_ready")


async def test_a_clinician_signs_a_limit_at_a_nurses_login(ward: Ward) -> None:
    path = f"{API}{ward.session}/limits/systolic_high"
    answer = await ward.browser.put(path, json=LIMIT, headers=ward.signs("nurse-north"))
    refused(answer, 403, "forbidden")
    changed = good(await ward.browser.put(path, json=LIMIT, headers=ward.signs("clinician-north")))
    assert changed["history"][-1]["by"] == ward.people["clinician-north"]
    (acted,) = await ward.audited("SetLimit")
    login = ward.people["nurse-north"]
    assert acted[0] == ward.people["clinician-north"]
    assert acted[1] == {"station": ward.station["id"], "login_of": login, "signed": "pin"}


async def test_a_nurses_pin_does_not_make_an_override_pass(ward: Ward) -> None:
    override = {"to": "dosing", "override": True, "reason": "no second reading"}
    problem = (await ward.post(f"{ward.session}/transitions", override, **ward.signs("ben"))).json()
    assert problem["code"] not in ("signature_required", "wrong_pin")
    assert (await ward.get(ward.session))["phase"] == "preparing"


async def test_the_clinicians_own_login_at_a_station_needs_their_pin_too(ward: Ward) -> None:
    other = await open_desk(ward.doors, "clinician", label="Office")
    path = f"{API}{ward.session}/limits/systolic_high"
    refused(await other.browser.put(path, json=LIMIT), 403, "signature_required")
    good(await other.browser.put(path, json=LIMIT, headers=ward.signs("clinician-north")))


async def test_a_pin_is_enough_where_the_login_is_locked(ward: Ward) -> None:
    ward.doors.clock.later(IDLE_S)
    refused(await ward.post(f"{ward.session}/events", NOTE), 401, "login_locked")
    refused(await ward.post(f"{ward.session}/events", NOTE, **ward.acts("ben")), 401, "login_locked")
    good(await ward.post(f"{ward.session}/events", NOTE, **ward.signs("ben")), 201)
    # Nothing is unlocked by it: charts stay closed.
    refused(await ward.browser.get(API + ward.session), 401, "login_locked")
    assert (await ward.get("/me"))["locked"] is True


async def test_a_password_signs_as_well(ward: Ward) -> None:
    path = f"{ward.session}/events"
    wrong = ward.acts("ben", **{"Kat-Password": "wrong horse"})
    refused(await ward.post(path, MEDICINE, **wrong), 403, "wrong_password")
    refused(await ward.post(path, MEDICINE, **ward.acts("ben", **{"Kat-Password": "%ff%zz"})), 403, "wrong_password")
    right = ward.acts("ben", **{"Kat-Password": quote(PASSWORD)})
    good(await ward.post(path, MEDICINE, **right), 201)
    assert (await ward.audited("RecordEvent"))[-1][1]["signed"] == "password"


async def test_the_same_key_by_somebody_else_is_another_request(ward: Ward) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    path = f"{ward.session}/events"
    first = good(await ward.post(path, MEDICINE, **ward.signs("ben"), **key), 201)
    assert good(await ward.post(path, MEDICINE, **ward.signs("ben"), **key), 201) == first
    refused(await ward.post(path, MEDICINE, **ward.signs("nurse-north"), **key), 409, "key_reused")
    assert by(await ward.get(path)) == ["Ben Ito"]
    # An answer is not had again without the PIN.
    refused(await ward.post(path, MEDICINE, **ward.acts("ben"), **key), 403, "signature_required")


# -- the declared page -------------------------------------------------------------------------------------------------


async def test_every_route_that_is_always_signed_refuses_at_a_station_and_no_other_does(ward: Ward) -> None:
    """Whatever is asked: the signature is looked at before the body."""
    own = await open_desk(ward.doors, "clinician", label="Office")
    for route, policy in POLICIES.items():
        method, _, template = route.partition(" ")
        if method in ("GET", "WS") or not policy.by_person or policy.by_name:
            continue
        path = template.replace("{id}", str(uuid4())).replace("{code}", "systolic_high")
        answer = await own.browser.request(method, API + path, json={})
        always = policy.signature is Signature.ALWAYS
        assert (answer.json().get("code") == "signature_required") == always, (route, answer.text)


async def test_a_token_beside_no_station_is_as_before(ward: Ward) -> None:
    token = (await make(await ward.doors.log_in("nurse"), "/tokens", {"label": "program"}))["secret"]
    program = await ward.doors.visitor(Authorization=f"Bearer {token}")
    good(await program.post(f"{API}{ward.session}/events", json=MEDICINE), 201)
    answer = await program.post(f"{API}{ward.session}/events", json=NOTE, headers=ward.signs("ben"))
    refused(answer, 422, "not_enrolled")


async def test_nobody_accepts_patients_by_a_tap_of_somebody_else(ward: Ward) -> None:
    """The login is the nurse's, and the chair."""
    chair = (await ward.get(ward.session))["chair"]["id"]
    good(await ward.post("/assignments", {"chair_ids": [chair]}))
    offer = {"kind": "hand_over", "to": ward.people["ben"], "chair_ids": [chair]}
    id = good(await ward.post("/offers", offer), 201)["id"]
    refused(await ward.post(f"/offers/{id}/accept", {}, **ward.acts("ben")), 403, "signature_required")
    assert await who_has(ward, chair) == "Nurse"
    refused(await ward.post(f"/offers/{id}/accept", {}), 403, "not_receiver")
    assert good(await ward.post(f"/offers/{id}/accept", {}, **ward.signs("ben")))["state"] == "accepted"
    assert await who_has(ward, chair) == "Ben Ito"
    # Who is logged in answers by a tap, as everything else at that login.
    back = {"kind": "hand_over", "to": ward.people["nurse-north"], "chair_ids": [chair]}
    id = good(await ward.post("/offers", back, **ward.acts("ben")), 201)["id"]
    good(await ward.post(f"/offers/{id}/accept", {}, **ward.acts("nurse-north")))
    assert await who_has(ward, chair) == "Nurse"


async def who_has(ward: Ward, chair_id: str) -> str:
    (chair,) = [one for one in (await ward.get("/assignments"))["chairs"] if one["chair_id"] == chair_id]
    return str(chair["nurse"]["name"])
