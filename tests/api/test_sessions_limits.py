"""Numbers of one session's own: who may set them, who must sign beside them, and what they would mean now."""

from uuid import uuid4

from tests.api.chairside import SECOND, good, paths, plan, refused
from tests.server_fixtures import PASSWORD, Running


async def test_a_clinician_tightens_a_limit_alone(manual: Running) -> None:
    place = await plan(manual)
    await place.rested()
    path = f"{place.session}/limits/systolic_high"
    body = {"value": 160.5, "reason": "known aneurysm in the family"}
    refused(await place.nurse.put(path, json=body), 403, "forbidden")
    limit = good(await place.clinician.put(path, json=body))
    assert (limit["code"], limit["value"], limit["clear"], limit["would_breach"]) == (
        "systolic_high",
        160.5,
        150.5,
        False,
    )
    assert [row["reason"] for row in limit["history"]] == [body["reason"]]
    seen = await place.state()
    assert next(item for item in seen["limits"] if item["code"] == "systolic_high")["value"] == 160.5


async def test_it_says_whether_the_newest_value_would_breach(manual: Running) -> None:
    place = await plan(manual)
    path = f"{place.session}/limits/systolic_high"
    body = {"value": 121, "clear": 115, "immediate": 130, "reason": "tight today"}
    unknown = good(await place.clinician.put(path, json=body))
    assert unknown["would_breach"] is None
    await place.rested()
    assert good(await place.clinician.put(path, json=body))["would_breach"] is True


async def test_loosening_a_high_limit_takes_a_second_person(manual: Running) -> None:
    place = await plan(manual)
    path = f"{place.session}/limits/systolic_high"
    body = {"value": 185, "reason": "usually runs high"}
    refused(await place.clinician.put(path, json=body), 409, "second_person_required")
    oneself = {"username": "clinician", "password": PASSWORD}
    refused(await place.clinician.put(path, json={**body, "second_person": oneself}), 409, "second_person_required")
    limit = good(await place.clinician.put(path, json={**body, "second_person": SECOND}))
    second = manual.server.directory.user_named("clinician2")
    assert second is not None
    assert (limit["value"], limit["history"][-1]["second"]) == (185, str(second.id))


async def test_a_password_is_not_kept_in_the_hash_of_the_request(manual: Running) -> None:
    place = await plan(manual)
    path = f"{place.session}/limits/systolic_high"
    key = {"Idempotency-Key": str(uuid4())}
    body = {"value": 185, "reason": "usually runs high", "second_person": SECOND}
    first = good(await place.clinician.put(path, json=body, headers=key))
    other = {**body, "second_person": {"username": "nurse2", "password": PASSWORD}}
    refused(await place.clinician.put(path, json=other, headers=key), 409, "key_reused")
    assert good(await place.clinician.put(path, json=body, headers=key)) == first


async def test_numbers_that_do_not_fit_are_named(manual: Running) -> None:
    place = await plan(manual)
    why = {"reason": "tried"}
    for changed, path in (
        ({"value": 170, "clear": 175, **why}, "clear"),
        ({"value": 170, "immediate": 160, **why}, "immediate"),
        ({"value": "170", **why}, "value"),
        ({"value": 170}, "reason"),
        ({"value": 170, "reason": "\u0000"}, "reason"),
        ({"value": 170, "priority": "low", **why}, "priority"),
        ({**why}, "value"),
        ({"value": 170, "second_person": {}, **why}, "second_person.username"),
    ):
        answer = await place.clinician.put(f"{place.session}/limits/systolic_high", json=changed)
        assert path in paths(refused(answer, 422, "bad_value")), changed
    for code in ("no_such", "%00", "a/b"):
        answer = await place.clinician.put(f"{place.session}/limits/{code}", json={"value": 170, **why})
        assert answer.status_code == 404, answer.text
    answer = await place.clinician.put(f"/sessions/{uuid4()}/limits/systolic_high", json={"value": 170, **why})
    refused(answer, 404, "not_found")
