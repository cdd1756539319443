"""The check before the first patient: what the server saw stands beside what a nurse signed."""

from typing import Any
from urllib.parse import quote

import httpx

from kat_monitor.domain.times import to_rfc3339
from kat_monitor.ingest.door import PATH, Door
from tests.api.desk import Desk, another_nurse, good, open_desk, refused
from tests.api.doors import PASSWORD, Doors, make

ALL_WELL = dict.fromkeys(("sound_heard", "oxygen", "suction", "resuscitation_bag", "rescue_medicines_in_date"), "yes")


async def opened(doors: Doors) -> tuple[Desk, dict[str, str], dict[str, Any]]:
    """A desk with its nurse on shift, what signs for her, and a chair with a monitor that gave a test reading."""
    admin = await doors.log_in("admin")
    chair = await make(admin, "/chairs", {"label": "Chair 1"})
    await make(admin, "/chairs", {"label": "Chair 2"})
    gateway = await make(admin, "/gateways", {"label": "Gateway"})
    stand = {"kind": "monitor", "gateway_id": gateway["id"], "chair_id": chair["id"]}
    await make(admin, "/devices", {"code": "m", "label": "Monitor 1", **stand})
    through = httpx.ASGITransport(Door(doors.parts.pipeline, 100_000))
    now = to_rfc3339(doors.clock.now_us())
    reading = {"device": "m", "seq": 1, "observed_at": now, "source": "nibp", "systolic": 118, "diastolic": 76}
    async with httpx.AsyncClient(transport=through, base_url="http://clinic.test") as sender:
        key = {"Authorization": f"Bearer {gateway['key']}"}
        good(await sender.post(PATH, json={"sent_at": now, "readings": [reading]}, headers=key))
    desk = await open_desk(doors)
    person = good(await desk.post("/shifts"), 201)["person"]["id"]
    return desk, {"Kat-Person": person, "Kat-Password": quote(PASSWORD)}, chair


async def test_the_draft_says_what_the_server_sees(doors: Doors) -> None:
    desk, _, chair = await opened(doors)
    nurse = await doors.log_in("nurse")
    patient = await make(nurse, "/patients", {"mrn": "1", "name": "Ada Moss", "birth_date": "1980-01-01"})
    plan = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "iv_infusion"}
    session = await make(nurse, "/sessions", plan)

    draft = await desk.get("/opening-checks/draft")

    (monitor,) = draft["monitors"]
    assert (monitor["label"], monitor["state"], monitor["clock_skew_s"]) == ("Monitor 1", "ok", 0)
    assert [c["label"] for c in draft["chairs"]] == ["Chair 1", "Chair 2"]
    assert (draft["chairs"][0]["reading"]["what"], draft["chairs"][1]["reading"]) == ("118/76 mmHg", None)
    assert [person["name"] for person in draft["on"]] == ["Nurse"]
    assert [(one["session_id"], one["patient"]["name"]) for one in draft["today"]] == [(session["id"], "Ada Moss")]
    doors.clock.later(60)
    (monitor,) = (await desk.get("/opening-checks/draft"))["monitors"]
    assert (monitor["state"], monitor["clock_skew_s"]) == ("unknown", None), "what is not heard is not said to be right"


async def test_it_is_signed_at_the_station_and_keeps_what_was_seen(doors: Doors) -> None:
    desk, signature, chair = await opened(doors)
    body = {"answers": ALL_WELL, "chairs_confirmed": [chair["id"]]}
    refused(await desk.post("/opening-checks", body), 403, "signature_required")

    check = good(await desk.post("/opening-checks", body, **signature), 201)

    assert (check["by_name"], check["station_id"]) == ("Nurse", desk.station["id"])
    assert check["seen"]["chairs"][0]["reading"]["what"] == "118/76 mmHg"
    assert (await desk.get("/opening-checks", day=check["day"])) == [check]
    assert await desk.get("/opening-checks", day="2020-01-01") == []
    assert doors.parts.hub.feed(doors.parts.pipeline.clinics[doors.clinics["north"]]).system["opening_check"] == {
        "signed_at": check["signed_at"],
        "by_name": "Nurse",
    }


async def test_a_no_without_a_word_about_it_is_not_taken(doors: Doors) -> None:
    desk, signature, _ = await opened(doors)
    answers = {**ALL_WELL, "suction": "no", "oxygen": "no"}
    body = {"answers": answers, "notes": {"oxygen": "half full, ordered"}}
    problem = refused(await desk.post("/opening-checks", body, **signature), 422, "bad_value")
    assert [(e["path"], e["code"]) for e in problem["errors"]] == [("notes.suction", "missing")]
    assert await desk.get("/opening-checks") == []
    body["notes"] = {"oxygen": "half full, ordered", "suction": "the pump is away for repair"}
    check = good(await desk.post("/opening-checks", body, **signature), 201)
    assert check["notes"] == body["notes"]
    missing = {"answers": {"oxygen": "yes"}}
    problem = refused(await desk.post("/opening-checks", missing, **signature), 422, "bad_value")
    assert {e["path"] for e in problem["errors"]} >= {"answers.suction", "answers.sound_heard"}
    unknown = {"answers": ALL_WELL, "chairs_confirmed": ["00000000-0000-0000-0000-000000000001"]}
    problem = refused(await desk.post("/opening-checks", unknown, **signature), 422, "bad_value")
    assert [e["path"] for e in problem["errors"]] == ["chairs_confirmed"]


async def test_two_at_one_station_hand_over_by_name(doors: Doors) -> None:
    await another_nurse(doors)
    desk, _, chair = await opened(doors)
    ben = await desk.joins("ben")
    good(await desk.post("/assignments", {"chair_ids": [chair["id"]]}))
    wanted = {"kind": "hand_over", "to": ben["id"], "chair_ids": [chair["id"]]}
    offer = good(await desk.post("/offers", wanted), 201)
    accept = f"/offers/{offer['id']}/accept"
    refused(await desk.post(accept), 403, "not_receiver")
    refused(await desk.post(accept, {}, **{"Kat-Person": ben["id"]}), 403, "signature_required")
    signed = {"Kat-Person": ben["id"], "Kat-Password": quote(PASSWORD)}
    assert good(await desk.post(accept, {}, **signed))["state"] == "accepted"
    (first, _) = (await desk.get("/assignments"))["chairs"]
    assert first["nurse"] == {"id": ben["id"], "name": "Ben Ito"}


async def test_an_offer_sent_twice_under_one_key_is_one(doors: Doors) -> None:
    await another_nurse(doors)
    desk, _, chair = await opened(doors)
    ben = await desk.joins("ben")
    good(await desk.post("/assignments", {"chair_ids": [chair["id"]]}))
    wanted = {"kind": "cover", "to": ben["id"], "chair_ids": [chair["id"]]}
    key = {"Idempotency-Key": "7c9fdc2e-8f0f-4c58-8f39-39c5ac0f9a11"}
    first = good(await desk.post("/offers", wanted, **key), 201)
    assert good(await desk.post("/offers", wanted, **key), 201) == first
    refused(await desk.post("/offers", wanted), 409, "offer_open")
