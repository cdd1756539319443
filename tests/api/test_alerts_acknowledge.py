"""Acknowledging and escalating over REST: once, by a named person, and the second one is told who was first."""

import asyncio
from typing import Any
from uuid import uuid4

from kat_monitor.rules.technical import not_recording
from tests.api.chairside import DOSE, Chairside, good, paths, plan, refused
from tests.server_fixtures import Running


async def alarmed(running: Running) -> tuple[Chairside, dict[str, Any]]:
    """In dosing, with systolic_high active from the cuff."""
    place = await plan(running)
    await place.dosed()
    await place.measure(205, 96)
    return place, await named(place, "systolic_high")


async def named(place: Chairside, limit: str) -> dict[str, Any]:
    found = [alert for alert in await place.alerts() if alert["limit"] == limit]
    assert len(found) == 1, found
    alert: dict[str, Any] = found[0]
    return alert


async def test_an_acknowledgement_names_its_person_time_and_value(manual: Running) -> None:
    place, alert = await alarmed(manual)
    assert (alert["state"], alert["priority"], alert["acknowledged_by"]) == ("active", "high", None)
    await manual.advance(5)
    taken = good(await place.nurse.post(f"/alerts/{alert['id']}/acknowledge", json={"note": "measuring again"}))
    me = good(await place.nurse.get("/me"))
    assert (taken["id"], taken["state"], taken["acknowledged_value"]) == (alert["id"], "active", 205)
    assert (taken["acknowledged_by"], taken["acknowledged_by_name"]) == (me["id"], "Nurse")
    assert (taken["acknowledged_at"], taken["note"]) == (manual.now(), "measuring again")


async def test_the_second_is_told_who_was_first(manual: Running) -> None:
    _, alert = await alarmed(manual)
    path = f"/alerts/{alert['id']}/acknowledge"
    people = [await manual.as_(name) for name in ("nurse", "nurse2", "clinician")]
    answers = await asyncio.gather(*(person.post(path) for person in people))
    first = good(next(answer for answer in answers if answer.status_code == 200))
    for answer in answers:
        if answer.status_code != 200:
            problem = refused(answer, 409, "already_acknowledged")
            assert problem["alert"]["acknowledged_by"] == first["acknowledged_by"]
            assert problem["alert"]["acknowledged_by_name"] == first["acknowledged_by_name"]
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_the_same_key_gets_the_first_answer(manual: Running) -> None:
    place, alert = await alarmed(manual)
    path, key = f"/alerts/{alert['id']}/acknowledge", {"Idempotency-Key": str(uuid4())}
    first = good(await place.nurse.post(path, json={}, headers=key))
    await manual.advance(60)
    assert good(await place.nurse.post(path, json={}, headers=key)) == first
    refused(await place.nurse.post(path, json={"note": "x"}, headers=key), 409, "key_reused")


async def test_a_returned_alert_is_closed_by_it_and_stays_findable(manual: Running) -> None:
    place, alert = await alarmed(manual)
    await manual.advance(60)
    await place.measure(120, 80)
    assert (await named(place, "systolic_high"))["state"] == "returned"
    path = f"/alerts/{alert['id']}"
    taken = good(await place.nurse.post(f"{path}/acknowledge"))
    assert (taken["state"], taken["closed_at"]) == ("closed", manual.now())
    problem = refused(await place.nurse.post(f"{path}/acknowledge"), 409, "already_acknowledged")
    assert problem["alert"]["state"] == "closed"
    refused(await place.nurse.post(f"{path}/escalate"), 409, "already_closed")


async def test_a_technical_alert_is_acknowledged_the_same_way(manual: Running) -> None:
    place = await plan(manual)
    good(await place.event("dose", **DOSE), 201)
    alert = await named(place, "dosing_with_open_gates")
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/alerts/{alert['id']}/acknowledge"
    taken = good(await place.nurse.post(path, json={"note": "clinician is here"}, headers=key))
    assert (taken["state"], taken["note"], taken["acknowledged_by_name"]) == ("closed", "clinician is here", "Nurse")
    assert good(await place.nurse.post(path, json={"note": "clinician is here"}, headers=key)) == taken
    problem = refused(await place.clinician.post(path), 409, "already_acknowledged")
    assert problem["alert"]["acknowledged_by_name"] == "Nurse"


async def test_escalating_by_hand_goes_up_to_the_clinician_and_tells_outside(manual: Running) -> None:
    place, alert = await alarmed(manual)
    path = f"/alerts/{alert['id']}/escalate"
    assert await waiting(manual) == []
    assert good(await place.nurse.post(path, json={}))["escalation"] == 2
    assert await waiting(manual) == [(alert["id"], 2)]
    refused(await place.nurse.post(path), 409, "already_escalated")


async def test_a_technical_alert_is_escalated_at_once(manual: Running) -> None:
    place = await plan(manual)
    good(await place.event("dose", **DOSE), 201)
    alert = await named(place, "dosing_with_open_gates")
    assert good(await place.nurse.post(f"/alerts/{alert['id']}/escalate"))["escalation"] == 2
    assert await waiting(manual) == [(alert["id"], 2)]
    refused(await place.nurse.post(f"/alerts/{alert['id']}/escalate"), 409, "already_escalated")


async def waiting(running: Running) -> list[tuple[str, int]]:
    """(alert, level) of what waits to be told outside."""
    found = await running.server.reader.ledger.notices_waiting(running.clinic_id)
    return [(str(notice.alert_id), notice.level) for notice in found]


async def test_what_cannot_be_said_of_an_alert_is_refused(manual: Running) -> None:
    place, alert = await alarmed(manual)
    path = f"/alerts/{alert['id']}/acknowledge"
    someone = {"acknowledged_by": str(uuid4())}
    assert paths(refused(await place.nurse.post(path, json=someone), 422, "not_enrolled")) == ["acknowledged_by"]
    for body, field in (({"note": "a\u0000"}, "note"), ({"who": "me"}, "who")):
        assert paths(refused(await place.nurse.post(path, json=body), 422, "bad_value")) == [field]
    refused(await place.nurse.post(f"/alerts/{uuid4()}/acknowledge"), 404, "not_found")
    refused(await place.nurse.post("/alerts/no-id/acknowledge"), 404, "not_found")
    for name in ("admin", "auditor", "wallboard"):
        refused(await (await manual.as_(name)).post(path), 403, "forbidden")
    assert (await named(place, "systolic_high"))["acknowledged_by"] is None


async def test_an_alert_that_is_shown_but_not_recorded_cannot_be_acknowledged_yet(manual: Running) -> None:
    place = await plan(manual)
    clinic = manual.server.pipeline.clinics[manual.clinic_id]
    shown = not_recording(clinic, manual.clock.now_us())
    manual.server.hub.show(clinic, [shown])
    answer = await place.nurse.post(f"/alerts/{shown.id}/acknowledge")
    refused(answer, 503, "not_recorded")
    assert answer.headers["retry-after"] == "2"
