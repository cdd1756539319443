"""Every route and every role: what design 12 gives, and nothing else. Written by hand, apart from the policies."""

import json
import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter

from kat_monitor.access.policy import POLICIES
from kat_monitor.api import assemble
from tests.api.doors import PEOPLE, Doors, make

# n nurse, c clinician, a admin, u auditor, w wallboard, g gateway; * no login needed
READ, CARE = "ncau", "nc"
TABLE = {
    "GET /livez": "*",
    "GET /readyz": "*",
    "GET /metrics": "*",
    "GET /docs": "*",
    "GET /": "*",
    "GET /s/{id}": "*",
    "GET /{page}": "*",
    "GET /history/{session}": "*",
    "GET /setup/{part}": "*",
    "GET /api/v1/openapi.json": "*",
    "GET /api/v1/setup": "*",
    "POST /api/v1/setup": "*",
    "POST /api/v1/login": "*",
    "POST /api/v1/logout": "ncauw",
    "GET /api/v1/me": "ncauw",
    "GET /api/v1/tokens": "ncauw",
    "POST /api/v1/tokens": "ncauw",
    "DELETE /api/v1/tokens/{id}": "ncauw",
    "GET /api/v1/gateways": "au",
    "POST /api/v1/gateways": "a",
    "DELETE /api/v1/gateways/{id}": "a",
    "POST /api/v1/gateways/heartbeat": "g",
    "GET /api/v1/audit": "au",
    "GET /api/v1/settings/escalation": "au",
    "POST /api/v1/settings/escalation/test": "a",
    "GET /api/v1/users": "au",
    "POST /api/v1/users": "a",
    "PATCH /api/v1/users/{id}": "a",
    "PUT /api/v1/me/pin": CARE,
    "DELETE /api/v1/users/{id}/pin": "a",
    "GET /api/v1/chairs": READ,
    "POST /api/v1/chairs": "a",
    "PATCH /api/v1/chairs/{id}": "a",
    "POST /api/v1/chairs/{id}/ready": CARE,
    "GET /api/v1/devices": READ,
    "POST /api/v1/devices": "a",
    "PATCH /api/v1/devices/{id}": "nca",
    "GET /api/v1/patients": READ,
    "GET /api/v1/patients/{id}": READ,
    "GET /api/v1/patients/{id}/history": READ,
    "GET /api/v1/patients/{id}/sessions-by-minute": READ,
    "POST /api/v1/patients": CARE,
    "PATCH /api/v1/patients/{id}": CARE,
    "GET /api/v1/protocols": READ,
    "GET /api/v1/protocols/{code}": READ,
    "GET /api/v1/protocols/{code}/versions": READ,
    "GET /api/v1/protocols/{code}/versions/{n}": READ,
    "GET /api/v1/protocols/{code}/versions/{n}/changes": READ,
    "POST /api/v1/protocols": "c",
    "GET /api/v1/symptoms": READ,
    "POST /api/v1/sessions": CARE,
    "GET /api/v1/sessions": READ,
    "GET /api/v1/sessions/{id}": READ,
    "POST /api/v1/sessions/{id}/transitions": CARE,
    "POST /api/v1/sessions/{id}/emergency": CARE,
    "POST /api/v1/sessions/{id}/recheck": CARE,
    "POST /api/v1/sessions/{id}/screening": CARE,
    "POST /api/v1/sessions/{id}/baseline": CARE,
    "POST /api/v1/sessions/{id}/events": CARE,
    "GET /api/v1/sessions/{id}/events": READ,
    "POST /api/v1/sessions/{id}/assessments": CARE,
    "GET /api/v1/sessions/{id}/assessments": READ,
    "POST /api/v1/sessions/{id}/readings": CARE,
    "GET /api/v1/sessions/{id}/readings": READ,
    "POST /api/v1/sessions/{id}/readings/void": CARE,
    "POST /api/v1/sessions/{id}/readings/correct": CARE,
    "POST /api/v1/sessions/{id}/move": CARE,
    "POST /api/v1/sessions/{id}/correct-patient": CARE,
    "GET /api/v1/sessions/{id}/alerts": READ,
    "GET /api/v1/sessions/{id}/timeline": READ,
    "GET /api/v1/sessions/{id}/readiness": READ,
    "PUT /api/v1/sessions/{id}/limits/{code}": "c",
    "GET /api/v1/alerts": READ,
    "GET /api/v1/alerts/{id}": READ,
    "POST /api/v1/alerts/{id}/acknowledge": CARE,
    "POST /api/v1/alerts/{id}/escalate": CARE,
    "GET /api/v1/stations": READ,
    "GET /api/v1/stations/here": "ncauw",
    "POST /api/v1/stations": "nca",
    "PATCH /api/v1/stations/{id}": "nca",
    "GET /api/v1/shifts": READ,
    "POST /api/v1/shifts": CARE,
    "POST /api/v1/shifts/{id}/end": CARE,
    "GET /api/v1/assignments": READ,
    "POST /api/v1/assignments": CARE,
    "POST /api/v1/assignments/release": CARE,
    "POST /api/v1/offers": CARE,
    "GET /api/v1/offers/{id}": READ,
    "POST /api/v1/offers/{id}/accept": CARE,
    "POST /api/v1/offers/{id}/decline": CARE,
    "POST /api/v1/offers/{id}/withdraw": CARE,
    "POST /api/v1/offers/{id}/end": CARE,
    "GET /api/v1/opening-checks/draft": CARE,
    "POST /api/v1/opening-checks": CARE,
    "GET /api/v1/opening-checks": READ,
}
LETTERS = {"nurse": "n", "clinician": "c", "admin": "a", "auditor": "u", "wallboard": "w", "gateway": "g"}


def routes() -> list[str]:
    """What is really served, as in TABLE."""
    under = {id(router): "/api/v1" for router in assemble.ROUTERS}
    return [
        f"{method} {under.get(id(router), '')}{path}"
        for router in (*assemble.ROUTERS, *assemble.ROOT_ROUTERS)
        for method, path in assemble.routes_of(router)
    ]


def test_every_route_has_a_policy_and_a_row_here() -> None:
    assert sorted(routes()) == sorted(TABLE)
    assert {key for key in POLICIES if not key.startswith("WS ")} == {key.replace("/api/v1", "") for key in TABLE}


def test_a_route_without_a_policy_does_not_start() -> None:
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: None)
    with pytest.raises(LookupError, match="GET /forgotten"):
        assemble.check_policies((*assemble.ROUTERS, router))


def rows() -> list[tuple[str, str]]:
    """Rows of TABLE that are served (that all are is a test of its own); logging out comes last."""
    served = set(routes())
    return sorted((row for row in TABLE.items() if row[0] in served), key=lambda row: row[0].endswith("/logout"))


async def ask(client: httpx.AsyncClient, route: str, body: Any = None) -> httpx.Response:
    method, template = route.split(" ")
    path = re.sub(r"\{(\w+)\}", lambda found: "1" if found[1] == "n" else str(uuid4()), template)
    if method in ("GET", "DELETE"):
        return await client.request(method, path)
    return await client.request(method, path, json=body)


async def test_no_role_gets_in_where_it_may_not_and_each_where_it_may(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    key = (await make(admin, "/gateways", {"label": "Gateway"}))["key"]
    wrong = []
    for route, allowed in rows():
        for role, letter in LETTERS.items():
            # A fresh login each time: logging out is one of the routes.
            client = (
                await doors.visitor(authorization=f"Bearer {key}") if role == "gateway" else await doors.log_in(role)
            )
            answer = await ask(client, route, {})
            may = allowed == "*" or letter in allowed
            code = answer.json()["code"] if "problem" in answer.headers.get("content-type", "") else None
            if may != (answer.status_code not in (401, 403)) or (not may and code != "forbidden"):
                wrong.append((route, role, answer.status_code, code))
            if answer.status_code >= 500:
                wrong.append((route, role, answer.status_code, answer.text))
    assert wrong == []


async def test_nobody_gets_in_without_a_login(doors: Doors) -> None:
    client = await doors.visitor()
    for route, allowed in rows():
        answer = await ask(client, route, {})
        assert (answer.status_code == 401) == (allowed != "*"), (route, answer.status_code)


async def test_a_locked_login_does_nothing_but_look(doors: Doors) -> None:
    clients = {role: await doors.log_in(role) for role in PEOPLE}
    doors.clock.later(3600)
    for route, allowed in rows():
        if allowed == "*" or route.endswith("/logout"):
            continue
        for role, client in clients.items():
            answer = await ask(client, route, {})
            if route == "GET /api/v1/me":
                assert answer.json()["locked"] is True
            elif route == "GET /api/v1/stations/here":
                assert answer.json() == {"station": None, "people": [], "me_on": False}
            else:
                assert (answer.status_code, answer.json()["code"]) == (401, "login_locked"), (route, role)


async def test_a_nurse_moves_a_device_and_changes_nothing_else_of_it(doors: Doors) -> None:
    admin, nurse = await doors.log_in("admin"), await doors.log_in("nurse")
    gateway = await make(admin, "/gateways", {"label": "Gateway"})
    chair = await make(admin, "/chairs", {"label": "Chair"})
    body = {"code": "cuff", "label": "Cuff", "kind": "cuff", "gateway_id": gateway["id"]}
    device = await make(admin, "/devices", body)
    path = f"/api/v1/devices/{device['id']}"
    assert (await nurse.patch(path, json={"chair_id": chair["id"]})).status_code == 200
    for change in (
        {"label": "Mine"},
        {"chair_id": None, "interval_s": 5},
        {"code": "x"},
        {"gateway_id": gateway["id"]},
    ):
        answer = await nurse.patch(path, json=change)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), change
    assert json.loads((await nurse.get("/api/v1/devices")).text)[0]["chair_id"] == chair["id"]
