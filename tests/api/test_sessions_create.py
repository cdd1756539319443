"""Planning a session: what it answers, what it refuses, and that a retry plans it once."""

from typing import Any
from uuid import uuid4

import httpx

from tests.api.chairside import Chairside, good, paths, plan, refused
from tests.server_fixtures import Running


def body(place: Chairside, **changed: Any) -> dict[str, Any]:
    wanted = {"patient_id": place.patient["id"], "chair_id": place.chair["id"], "protocol": "iv_infusion"}
    return {**wanted, **changed}


async def test_a_planned_session_is_answered_whole(manual: Running) -> None:
    place = await plan(manual, planned_dosing_min=45, scheduled_at="2026-11-20T10:00:00+01:00")
    made = await place.state()
    assert (made["phase"], made["outcome"], made["baseline"], made["dosing"]) == ("scheduled", None, None, None)
    assert made["patient"]["name"] == "Nadia Berg"
    assert made["chair"]["label"] == "Chair 1"
    assert made["protocol"] == {"code": "iv_infusion", "version": 1}
    assert made["scheduled_at"] == "2026-11-20T09:00:00.000Z"
    assert made["weight_kg"] == 70
    assert [phase["phase"] for phase in made["phases"]] == ["scheduled"]
    high = next(limit for limit in made["limits"] if limit["code"] == "systolic_high")
    assert (high["value"], high["metric"], high["priority"], high["history"]) == (180, "systolic", "high", [])


async def test_the_same_key_gets_the_first_answer_and_plans_once(manual: Running) -> None:
    place = await plan(manual)
    key = {"Idempotency-Key": str(uuid4())}
    first = await place.nurse.post("/sessions", json=body(place), headers=key)
    await manual.advance(60)
    again = await place.nurse.post("/sessions", content=first.request.content + b" ", headers=key | JSON)
    assert (again.status_code, again.json()) == (201, good(first, 201))
    listed = good(await place.nurse.get("/sessions"))["items"]
    assert len(listed) == 2
    other = await place.nurse.post("/sessions", json=body(place, weight_kg=80), headers=key)
    refused(other, 409, "key_reused")


JSON = {"content-type": "application/json"}


async def test_a_key_counts_for_one_address_only(manual: Running) -> None:
    place = await plan(manual)
    other = good(await place.nurse.post("/sessions", json=body(place)), 201)
    key, same = {"Idempotency-Key": str(uuid4())}, {"to": "cancelled"}
    good(await place.post("/transitions", same, **key))
    refused(await place.nurse.post(f"/sessions/{other['id']}/transitions", json=same, headers=key), 409, "key_reused")


async def test_a_refusal_is_not_kept_under_its_key(manual: Running) -> None:
    place = await plan(manual)
    key = {"Idempotency-Key": str(uuid4())}
    refused(await place.post("/transitions", {"to": "recovery"}, **key), 409, "not_dosing")
    good(await place.post("/transitions", {"to": "cancelled"}, **key))


async def test_a_key_that_is_no_uuid_is_refused(manual: Running) -> None:
    place = await plan(manual)
    for key in ("", "1", "not-a-uuid", "x" * 300):
        answer = await place.post("/transitions", {"to": "cancelled"}, **{"Idempotency-Key": key})
        assert paths(refused(answer, 422, "bad_value")) == ["Idempotency-Key"]
    assert (await place.state())["phase"] == "scheduled"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"patient_id": "7"}, "patient_id"),
    ({"patient_id": 7}, "patient_id"),
    ({"chair_id": None}, "chair_id"),
    ({"protocol": "no_such"}, "protocol"),
    ({"protocol": "a\u0000"}, "protocol"),
    ({"planned_dosing_min": 5}, "planned_dosing_min"),
    ({"planned_dosing_min": "45"}, "planned_dosing_min"),
    ({"planned_dosing_min": True}, "planned_dosing_min"),
    ({"weight_kg": 0}, "weight_kg"),
    ({"weight_kg": -70}, "weight_kg"),
    ({"scheduled_at": "2026-11-20T10:00:00"}, "scheduled_at"),
    ({"scheduled_at": 1_790_000_000}, "scheduled_at"),
    ({"extra": 1}, "extra"),
]


async def test_each_wrong_field_is_named(manual: Running) -> None:
    place = await plan(manual)
    for changed, path in WRONG:
        problem = refused(await place.nurse.post("/sessions", json=body(place, **changed)), 422, "bad_value")
        assert paths(problem) == [path]


async def test_an_unknown_patient_or_chair_is_not_found(manual: Running) -> None:
    place = await plan(manual)
    for field in ("patient_id", "chair_id"):
        answer = await place.nurse.post("/sessions", json=body(place, **{field: str(uuid4())}))
        refused(answer, 404, "not_found")


async def test_only_those_who_treat_may_write(manual: Running) -> None:
    place = await plan(manual)
    for name in ("admin", "auditor", "wallboard"):
        client = await manual.as_(name)
        refused(await client.post("/sessions", json=body(place)), 403, "forbidden")
        refused(await client.post(f"{place.session}/events", json={"kind": "note", "text": "x"}), 403, "forbidden")
    refused(await place.gateway.post("/sessions", json=body(place)), 403, "forbidden")
    stranger: httpx.AsyncClient = manual.client()
    refused(await stranger.post("/sessions", json=body(place)), 401, "not_logged_in")
    assert len(good(await place.nurse.get("/sessions"))["items"]) == 1
