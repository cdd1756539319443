"""Whatever is sent: a clear refusal as problem details, nothing echoed, never a 500."""

import json
import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kat_monitor.access.policy import POLICIES
from kat_monitor.domain.registry import Role
from tests.api.doors import Doors
from tests.api.test_policy import routes
from tests.api.test_second_clinic import BODIES

CANARY = "Kanarienvogel"
RAW: dict[str, tuple[bytes, set[int]]] = {
    "nothing": (b"", {400, 422}),
    "half an object": (b'{"label": ', {400}),
    "not UTF-8": (b'{"label": "\xff\xfe"}', {400}),
    "deep": (b"[" * 100_000, {400}),
    "deep and closed": (b"[" * 50_000 + b"]" * 50_000, {400, 422}),
    "a long number": (b"1" * 6_000, {400, 422}),
    "a list": (b"[]", {422}),
    "null": (b"null", {422}),
    "text": (b'"text"', {422}),
    "unknown field": (json.dumps({CANARY: CANARY}).encode(), {404, 422}),
    "NaN everywhere": (b"NaN", {400, 422}),
}
BAD_TEXTS = ("\\u0000", "a\\u0000b", "\\ud800", "\\u0007", "", "   ", "x" * 10_000)
NEED_NO_BODY = ("/api/v1/shifts", "/api/v1/settings/escalation/test")
"""Routes without an id that do what they are for when nothing is said."""


def writing() -> list[str]:
    """Served routes that take a body."""
    return [
        r for r in routes() if r.split(" ")[0] in ("POST", "PUT", "PATCH") and "/api/v1/" in r and "logout" not in r
    ]


def path_of(route: str) -> str:
    return re.sub(r"\{id\}", str(uuid4()), route.split(" ")[1]).replace("{code}", "systolic_high")


async def somebody(doors: Doors, route: str) -> httpx.AsyncClient:
    """Somebody who gets as far as the body."""
    if "heartbeat" in route:
        admin = await doors.log_in("admin")
        key = (await admin.post("/api/v1/gateways", json={"label": "Gateway"})).json()["key"]
        return await doors.visitor(authorization=f"Bearer {key}")
    policy = POLICIES[route.replace("/api/v1", "")]
    # All of a device, not only where it stands, is an admin's to change.
    as_admin = Role.ADMIN in policy.roles and (Role.CLINICIAN not in policy.roles or "/devices" in route)
    return await doors.log_in("admin" if as_admin else "clinician")


def check(answer: httpx.Response, *expected: int) -> dict[str, Any]:
    """A refusal of the promised shape."""
    assert answer.status_code in expected, (answer.request.url, answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= set(problem)
    assert problem["status"] == answer.status_code
    assert re.fullmatch(r"[a-z0-9_]+", problem["code"])
    return problem


@pytest.mark.parametrize("name", RAW)
async def test_bodies_that_are_no_object_are_refused_everywhere(doors: Doors, name: str) -> None:
    body, expected = RAW[name]
    for route in writing():
        if route.endswith("/protocols"):
            continue
        client = await somebody(doors, route)
        method, path = route.split(" ")[0], path_of(route)
        if name in ("nothing", "null") and path in NEED_NO_BODY:
            continue
        answer = await client.request(method, path, content=body, headers={"content-type": "application/json"})
        # A route that takes an empty object may find before the body that its thing does not exist.
        problem = check(answer, *expected, 404)
        assert CANARY not in json.dumps([problem["detail"], [e["detail"] for e in problem.get("errors", [])]])


async def test_text_that_no_database_or_screen_can_bear_is_refused(doors: Doors) -> None:
    admin, nurse = await doors.log_in("admin"), await doors.log_in("nurse")
    for text in BAD_TEXTS:
        for client, path, body in (
            (admin, "/chairs", '{"label": "%s"}'),
            (admin, "/gateways", '{"label": "%s"}'),
            (admin, "/users", '{"username": "%s", "name": "N", "roles": ["nurse"]}'),
            (admin, "/users", '{"username": "ok", "name": "%s", "roles": ["nurse"]}'),
            (nurse, "/patients", '{"mrn": "%s", "name": "N", "birth_date": "1980-01-01"}'),
            (nurse, "/patients", '{"mrn": "1", "name": "%s", "birth_date": "1980-01-01"}'),
            (nurse, "/tokens", '{"label": "%s"}'),
            (nurse, "/login", '{"username": "%s", "password": ""}'),
        ):
            sent = (body % text).encode("utf-8", "surrogatepass")
            answer = await client.post(f"/api/v1{path}", content=sent, headers={"content-type": "application/json"})
            problem = check(answer, 422)
            assert problem["code"] == "bad_value"
            assert all(set(error) == {"path", "code", "detail"} for error in problem["errors"])


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", '"1"', "true", "null", "0", "-1", "[]"])
async def test_numbers_that_are_none_are_refused(doors: Doors, number: str) -> None:
    admin = await doors.log_in("admin")
    gateway = (await admin.post("/api/v1/gateways", json={"label": "G"})).json()["id"]
    body = f'{{"code": "c", "label": "L", "kind": "k", "gateway_id": "{gateway}", "interval_s": {number}}}'
    answer = await admin.post("/api/v1/devices", content=body, headers={"content-type": "application/json"})
    assert check(answer, 422)["errors"][0]["path"] == "interval_s"


async def test_an_error_names_its_field_and_never_quotes_it(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    body = {"mrn": 17, "name": CANARY * 50, "birth_date": CANARY, "sex": [CANARY]}
    answer = await nurse.post("/api/v1/patients", json=body)
    problem = check(answer, 422)
    assert {e["path"]: e["code"] for e in problem["errors"]} == {
        "mrn": "string_type",
        "name": "string_too_long",
        "birth_date": "bad_date",
        "sex": "string_type",
    }
    assert CANARY not in answer.text


async def test_too_large_is_413_announced_or_not(doors: Doors) -> None:
    client = await doors.visitor()
    most = doors.parts.settings.body_bytes
    large = json.dumps({"username": "x" * most, "password": "x"}).encode()
    headers = {"content-type": "application/json"}
    assert check(await client.post("/api/v1/login", content=large, headers=headers), 413)["code"] == "too_large"

    async def dripping() -> Any:
        for start in range(0, len(large), 1024):
            yield large[start : start + 1024]

    answer = await client.post("/api/v1/login", content=dripping(), headers=headers)
    assert check(answer, 413)["code"] == "too_large"


async def test_what_the_router_refuses_is_a_problem_too(doors: Doors) -> None:
    client = await doors.log_in("clinician")
    assert check(await client.get("/api/v1/nothing"), 404)["code"] == "not_found"
    assert check(await client.get("/nothing/at/all"), 404)["code"] == "not_found"
    assert check(await client.get("/api/v1/chairs/"), 404)["code"] == "not_found"
    answer = await client.put("/api/v1/chairs", json={})
    assert check(answer, 405)["code"] == "method_not_allowed"
    assert "GET" in answer.headers["allow"]
    for id in ("1", "not-a-uuid", "%00", "%ff", "..%2f..", "x" * 3000):
        check(await client.patch(f"/api/v1/patients/{id}", json={"name": "N"}), 404)


async def test_a_protocol_that_is_wrong_says_where_and_why(doors: Doors) -> None:
    client = await doors.log_in("clinician")
    pack = doors.parts.pipeline.clinics[doors.clinics["north"]].protocols["iv_infusion", 1].toml
    path = "/api/v1/protocols"
    broken = await client.post(path, content=pack.replace("clear = ", "klear = ", 1))
    errors = check(broken, 422)["errors"]
    assert any("line" in error["detail"] and error["code"] == "unknown_key" for error in errors)
    for body, status in ((b"\xff", 400), (b"", 422), (b"a = [", 422), (b"x = 1" * 20_000, 422)):
        check(await client.post(path, content=body), status)
    for body, status in ((b"{", 400), (b"[" * 100_000, 400), (b"{}", 422), (b'{"toml": 1}', 422), (b"[]", 422)):
        check(await client.post(path, content=body, headers={"content-type": "application/json"}), status)
    halved = b'{"toml": "a = \\ud800"}'
    check(await client.post(path, content=halved, headers={"content-type": "application/json"}), 422)


def test_every_written_route_has_a_good_body_for_the_other_tests() -> None:
    needed = {r.replace("/api/v1", "") for r in writing() if "{id}" in r}
    assert needed <= set(BODIES)
