"""Another clinic's things do not exist: every route with an id of theirs answers as for an id that never was."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio

from kat_monitor.access.policy import POLICIES
from kat_monitor.domain.registry import Role
from tests.api.doors import Doors, make
from tests.api.test_policy import routes

PATIENT = {"mrn": "4711", "name": "Ada Lovelace", "birth_date": "1980-02-28", "sex": "female"}
REASON = "asked by the medical lead"
BODIES: dict[str, Any] = {
    "PATCH /chairs/{id}": {"label": "Mine now"},
    "POST /chairs/{id}/ready": {},
    "PATCH /devices/{id}": {"label": "Mine now"},
    "PATCH /patients/{id}": {"name": "Mine now"},
    "PATCH /users/{id}": {"name": "Mine now"},
    "POST /sessions/{id}/transitions": {"to": "cancelled", "reason": REASON},
    "POST /sessions/{id}/emergency": {"state": "on"},
    "POST /sessions/{id}/recheck": {},
    "POST /sessions/{id}/screening": {"answers": {"allergy": "no"}},
    "POST /sessions/{id}/baseline": {},
    "POST /sessions/{id}/events": {"kind": "note", "text": "hello"},
    "POST /sessions/{id}/assessments": {"kind": "pre_dose", "values": {"oriented": True}},
    "POST /sessions/{id}/readings": {"systolic": 120, "diastolic": 80},
    "POST /sessions/{id}/readings/void": {"device": str(uuid4()), "seq": 1, "reason": REASON},
    "POST /sessions/{id}/readings/correct": {
        "device": str(uuid4()),
        "from": "2026-11-18T10:00:00Z",
        "to": "2026-11-18T10:10:00Z",
        "reason": REASON,
    },
    "POST /sessions/{id}/move": {"chair_id": str(uuid4())},
    "POST /sessions/{id}/correct-patient": {
        "patient_id": str(uuid4()),
        "reason": REASON,
        "second_person": {"username": "nurse-south", "password": "correct horse battery staple"},
    },
    "PUT /sessions/{id}/limits/{code}": {"value": 175, "reason": REASON},
    "POST /alerts/{id}/acknowledge": {"note": "seen"},
    "POST /alerts/{id}/escalate": {},
    "PATCH /stations/{id}": {"label": "Mine now"},
    "POST /shifts/{id}/end": {"reason": REASON},
    "POST /offers/{id}/accept": {},
    "POST /offers/{id}/decline": {},
    "POST /offers/{id}/withdraw": {},
    "POST /offers/{id}/end": {},
}
"""A good body for each route with an id that takes one."""


@pytest_asyncio.fixture
async def theirs(doors: Doors) -> dict[str, str]:
    """What the northern clinic has, by the first part of its path."""
    admin, nurse = await doors.log_in("admin"), await doors.log_in("nurse")
    chair = await make(admin, "/chairs", {"label": "Northern chair"})
    gateway = await make(admin, "/gateways", {"label": "Northern gateway"})
    device = {"code": "cuff", "label": "Northern cuff", "kind": "cuff", "gateway_id": gateway["id"]}
    patient = await make(nurse, "/patients", PATIENT)
    found = {
        "chairs": chair["id"],
        "gateways": gateway["id"],
        "devices": (await make(admin, "/devices", {**device, "chair_id": chair["id"]}))["id"],
        "patients": patient["id"],
        "users": (await make(admin, "/users", {"username": "northern", "name": "N", "roles": ["nurse"]}))["id"],
        "tokens": (await make(nurse, "/tokens", {"label": "Northern token"}))["id"],
        "shifts": (await make(nurse, "/shifts", {}))["id"],
    }
    clinician = await doors.log_in("clinician")
    second = {"username": "second", "name": "S", "roles": ["clinician"]}
    on_call = {"kind": "on_call", "to": (await make(admin, "/users", second))["id"]}
    found["offers"] = (await make(clinician, "/offers", on_call))["id"]
    at_the_wall = {"label": "Northern wall", "kind": "wall"}
    found["stations"] = (await make(await doors.log_in("nurse"), "/stations", at_the_wall))["id"]
    if "POST /api/v1/sessions" in routes():
        new = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "iv_infusion"}
        session = await make(nurse, "/sessions", new)
        found["sessions"] = session["id"]
        found["alerts"] = await an_alert(nurse, session["id"])
    return found


async def an_alert(nurse: httpx.AsyncClient, session_id: str) -> str:
    """A red flag opens an alert whoever the patient is."""
    path = f"/sessions/{session_id}"
    checked = {"to": "preparing", "identifiers": ["name", "birth_date"]}
    assert (await nurse.post(f"/api/v1{path}/transitions", json=checked)).status_code == 200
    await make(nurse, f"{path}/events", {"kind": "symptom", "term": "chest_pain", "severity": 3})
    (alert,) = (await nurse.get(f"/api/v1{path}/alerts")).json()
    return str(alert["id"])


def with_ids() -> list[str]:
    """Routes, as in POLICIES, whose path names a thing of a clinic."""
    served = [route.replace("/api/v1", "") for route in routes()]
    return [route for route in served if "{id}" in route and not route.endswith(" /s/{id}")]


def person_for(route: str) -> str:
    """A role that may use the route."""
    roles = POLICIES[route].roles
    return next(role for role in ("clinician", "admin", "auditor", "nurse") if Role(role) in roles)


async def test_every_route_with_an_id_of_theirs_is_404(doors: Doors, theirs: dict[str, str]) -> None:
    clients = {role: await doors.log_in(role, "south") for role in ("clinician", "admin", "auditor", "nurse")}
    wrong = []
    for route in with_ids():
        method, template = route.split(" ")
        kind = template.split("/")[1]
        answers = []
        for thing in (theirs[kind], str(uuid4())):
            path = re.sub(r"\{id\}", thing, template).replace("{code}", "systolic_high")
            body = BODIES[route] if method in ("POST", "PUT", "PATCH") else None
            who = clients[person_for(route) if route != "PATCH /devices/{id}" else "admin"]
            answer = await who.request(method, f"/api/v1{path}", json=body)
            answers.append((answer.status_code, answer.json()["code"], answer.json()["detail"]))
        if answers[0][:2] != (404, "not_found") or answers[0] != answers[1]:
            wrong.append((route, answers))
    assert wrong == []


async def test_the_same_routes_work_for_their_own_people(doors: Doors, theirs: dict[str, str]) -> None:
    """Else the test before would pass for a route that is always 404."""
    clients = {role: await doors.log_in(role) for role in ("clinician", "admin", "auditor", "nurse")}
    for route in sorted(with_ids(), key=lambda route: route.startswith("DELETE")):
        method, template = route.split(" ")
        kind = template.split("/")[1]
        path = template.replace("{id}", theirs[kind]).replace("{code}", "systolic_high")
        body = BODIES[route] if method in ("POST", "PUT", "PATCH") else None
        who = clients["nurse" if kind == "tokens" else "admin" if kind == "devices" else person_for(route)]
        answer = await who.request(method, f"/api/v1{path}", json=body)
        inner = str(uuid4()) in path or route.endswith(("/move", "/correct-patient", "/void", "/correct"))
        assert answer.status_code != 404 or inner, (route, answer.text)
        assert answer.status_code < 500, (route, answer.text)


async def test_lists_and_searches_show_nothing_of_theirs(doors: Doors, theirs: dict[str, str]) -> None:
    clients = {role: await doors.log_in(role, "south") for role in ("clinician", "admin", "nurse")}
    lists = [route.split(" ")[1] for route in routes() if route.startswith("GET /api/v1/") and "{" not in route]
    assert len(lists) >= 8
    for path in lists:
        for query in ("", "?q=Ada", "?q=4711"):
            for role, client in clients.items():
                answer = await client.get(path + query)
                for name, thing in theirs.items():
                    assert thing not in answer.text, (path, role, name)
                assert "Northern" not in answer.text
                assert "Lovelace" not in answer.text


async def test_no_body_may_point_at_a_thing_of_theirs(doors: Doors, theirs: dict[str, str]) -> None:
    admin, nurse = await doors.log_in("admin", "south"), await doors.log_in("nurse", "south")
    gateway = await make(admin, "/gateways", {"label": "Own"})
    chair = await make(admin, "/chairs", {"label": "Own"})
    patient = await make(nurse, "/patients", PATIENT)
    device = {"code": "cuff", "label": "Own", "kind": "cuff", "gateway_id": gateway["id"]}
    own = await make(admin, "/devices", device)
    tries: list[tuple[httpx.AsyncClient, str, str, dict[str, Any]]] = [
        (admin, "POST", "/devices", {**device, "code": "a", "gateway_id": theirs["gateways"]}),
        (admin, "POST", "/devices", {**device, "code": "b", "chair_id": theirs["chairs"]}),
        (nurse, "POST", "/stations", {"label": "Own", "kind": "room", "chair_id": theirs["chairs"]}),
        (nurse, "POST", "/assignments", {"chair_ids": [theirs["chairs"]]}),
        (nurse, "POST", "/assignments/release", {"chair_ids": [theirs["chairs"]]}),
        (nurse, "POST", "/offers", {"kind": "cover", "to": str(uuid4()), "chair_ids": [theirs["chairs"]]}),
        (admin, "PATCH", f"/devices/{own['id']}", {"gateway_id": theirs["gateways"]}),
        (nurse, "PATCH", f"/devices/{own['id']}", {"chair_id": theirs["chairs"]}),
    ]
    if "sessions" in theirs:
        session = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "iv_infusion"}
        begun = await make(nurse, "/sessions", session)
        tries += [
            (nurse, "POST", "/sessions", {**session, "patient_id": theirs["patients"]}),
            (nurse, "POST", "/sessions", {**session, "chair_id": theirs["chairs"]}),
            (nurse, "POST", f"/sessions/{begun['id']}/move", {"chair_id": theirs["chairs"]}),
        ]
    for client, method, path, body in tries:
        answer = await client.request(method, f"/api/v1{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, path, body)


async def test_two_clinics_may_use_the_same_names(doors: Doors) -> None:
    for clinic in ("north", "south"):
        admin, nurse = await doors.log_in("admin", clinic), await doors.log_in("nurse", clinic)
        await make(admin, "/chairs", {"label": "Chair 1"})
        gateway = await make(admin, "/gateways", {"label": "Gateway"})
        await make(admin, "/devices", {"code": "c", "label": "C", "kind": "cuff", "gateway_id": gateway["id"]})
        await make(nurse, "/patients", PATIENT)


async def test_usernames_are_one_space_and_a_taken_one_says_no_more(doors: Doors) -> None:
    admin = await doors.log_in("admin", "south")
    answer = await admin.post("/api/v1/users", json={"username": "Nurse-North", "name": "N", "roles": ["nurse"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")
    assert "north" not in answer.text.lower()
