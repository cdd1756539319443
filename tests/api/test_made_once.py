"""What is set up is made once, however often the request for it is sent; a secret is said once and kept nowhere."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from kat_monitor.store.tables import answer
from tests.api.desk import API, good, refused
from tests.api.doors import PASSWORD, Doors, make

BORN = "1980-05-17"
CHAIR = {"label": "Chair 9", "room": "Attic"}
PATIENT = {"mrn": "T-4711", "name": "Nora Once", "birth_date": BORN, "sex": "female"}
USER = {"username": "una", "name": "Una Once", "roles": ["nurse"]}


@pytest_asyncio.fixture
async def admin(doors: Doors) -> httpx.AsyncClient:
    return await doors.log_in("admin")


async def sent(browser: httpx.AsyncClient, path: str, body: Any, key: str) -> httpx.Response:
    return await browser.post(API + path, json=body, headers={"Idempotency-Key": key})


async def rows(browser: httpx.AsyncClient, path: str, **like: Any) -> list[dict[str, Any]]:
    found = good(await browser.get(API + path))
    return [row for row in found if {key: row[key] for key in like} == like]


async def device(admin: httpx.AsyncClient) -> dict[str, Any]:
    gateway = (await make(admin, "/gateways", {"label": "Beside"}))["id"]
    return {"code": "cuff-9", "label": "Cuff 9", "kind": "cuff", "gateway_id": gateway, "interval_s": 300}


@pytest.mark.parametrize("path", ["/chairs", "/devices", "/users", "/patients", "/protocols"])
async def test_the_same_request_twice_is_one_row_and_the_same_answer(
    doors: Doors, admin: httpx.AsyncClient, path: str
) -> None:
    who, body, like = admin, dict[str, Any](), dict[str, Any]()
    if path == "/chairs":
        body = like = CHAIR
    elif path == "/devices":
        body, like = await device(admin), {"code": "cuff-9"}
    elif path == "/users":
        body, like = {**USER, "password": PASSWORD}, {"username": "una"}
    elif path == "/patients":
        who, body, like = await doors.log_in("nurse"), PATIENT, {"mrn": "T-4711"}
    else:
        who = await doors.log_in("clinician")
        toml = good(await who.get(f"{API}/protocols/iv_infusion"))["toml"]
        body, like = {"toml": toml + "\n# ours\n"}, {"code": "iv_infusion"}
    key = str(uuid4())

    first, second = await sent(who, path, body, key), await sent(who, path, body, key)

    assert good(second, 201) == good(first, 201)
    (one,) = await rows(who, path, **like)
    assert one.get("id") == first.json().get("id")
    if path == "/protocols":
        assert one["version"] == first.json()["version"]
    other = {**body, "label": "Chair 10"} if path == "/chairs" else {**body, "x": 1}
    again = await sent(who, path, other, key)
    assert again.status_code in (409, 422)
    if path == "/chairs":
        refused(again, 409, "key_reused")
    # Another key is another request.
    another = await sent(who, path, body, str(uuid4()))
    assert another.status_code == {"/chairs": 201, "/protocols": 200}.get(path, 409), another.text


@pytest.mark.parametrize("path", ["/gateways", "/tokens", "/users", "/stations"])
async def test_a_secret_is_in_one_answer_and_not_in_the_record(
    doors: Doors, admin: httpx.AsyncClient, path: str
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "/gateways": {"label": "Once"},
        "/tokens": {"label": "Once"},
        "/users": USER,
        "/stations": {"label": "Once", "kind": "station"},
    }
    field = {"/gateways": "key", "/tokens": "secret", "/users": "password"}.get(path)
    key, body = str(uuid4()), bodies[path]

    answered = await sent(admin, path, body, key)
    made = good(answered, 201)
    secret = answered.cookies["kat_station"] if field is None else made[field]
    # The answer was lost: the browser never got the cookie.
    if field is None:
        admin.cookies.delete("kat_station")

    again = await sent(admin, path, body, key)

    assert refused(again, 409, "already_made")["id"] == made["id"]
    assert secret not in again.text
    assert "kat_station" not in again.cookies
    assert len(await rows(admin, path, id=made["id"])) == 1
    named = {name: body[name] for name in ("label", "username") if name in body}
    assert len(await rows(admin, path, **named)) == 1
    kept = await doors.parts.reader.rows(select(answer).where(answer.c.clinic_id == doors.clinics["north"]))
    assert secret not in json.dumps([{k: str(v) for k, v in row.items()} for row in kept])


async def test_at_once_it_is_made_once_too(admin: httpx.AsyncClient) -> None:
    key = str(uuid4())
    both = await asyncio.gather(*(sent(admin, "/chairs", CHAIR, key) for _ in range(2)))
    assert good(both[0], 201) == good(both[1], 201)
    assert len(await rows(admin, "/chairs", **CHAIR)) == 1
