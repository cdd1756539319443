"""Chairs, devices and where they stood when, gateways: kept by the record, the same after a restart."""

from uuid import UUID

from sqlalchemy import URL

from kat_monitor.domain.registry import DeviceStay
from kat_monitor.domain.times import from_rfc3339
from kat_monitor.rules.clinic import ClinicState
from tests.api.chairside import plan
from tests.api.doors import START, Doors, make, open_doors
from tests.server_fixtures import Running
from tests.store_fixtures import connect

SECOND = 1_000_000


def north(doors: Doors) -> ClinicState:
    return doors.parts.pipeline.clinics[doors.clinics["north"]]


async def test_a_move_keeps_where_the_device_stood(database: URL) -> None:
    async with open_doors(database) as doors:
        admin, nurse = await doors.log_in("admin"), await doors.log_in("nurse")
        one, two = await make(admin, "/chairs", {"label": "1"}), await make(admin, "/chairs", {"label": "2"})
        gateway = await make(admin, "/gateways", {"label": "G"})
        body = {"code": "cuff", "label": "Cuff", "kind": "cuff", "gateway_id": gateway["id"], "chair_id": one["id"]}
        device = await make(admin, "/devices", {**body, "interval_s": 300})
        path = f"/api/v1/devices/{device['id']}"
        doors.clock.later(60)
        assert (await nurse.patch(path, json={"chair_id": two["id"]})).json()["chair_id"] == two["id"]
        # Twice at the same moment: the second move still has a moment of its own.
        assert (await nurse.patch(path, json={"chair_id": None})).status_code == 200
        assert (await admin.patch(path, json={"chair_id": one["id"], "interval_s": 2.5})).status_code == 200
        state = north(doors).devices[UUID(device["id"])]
        at = START + 60 * SECOND
        chairs = [UUID(one["id"]), UUID(two["id"]), None, UUID(one["id"])]
        assert [s.chair_id for s in state.stays] == chairs
        assert [(s.from_at, s.to_at) for s in state.stays] == [
            (START, at),
            (at, at + 1),
            (at + 1, at + 2),
            (at + 2, None),
        ]
        assert [state.chair_at(t) for t in (START - 1, START, at - 1, at, at + 1, at + 2)] == [
            None,
            chairs[0],
            chairs[0],
            chairs[1],
            None,
            chairs[0],
        ]
        before: list[DeviceStay] = state.stays
        assert north(doors).by_code[UUID(gateway["id"]), "cuff"] is state
    async with open_doors(database, found=False) as again:
        state = north(again).devices[UUID(device["id"])]
        assert state.stays == before
        assert state.device.interval_ms == 2500
        assert len(again.parts.directory.gateway_keys) == 1


async def test_a_code_is_unique_in_its_gateway_and_follows_a_rename(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    one, two = await make(admin, "/gateways", {"label": "1"}), await make(admin, "/gateways", {"label": "2"})
    body = {"code": "cuff", "label": "Cuff", "kind": "cuff"}
    first = await make(admin, "/devices", {**body, "gateway_id": one["id"]})
    second = await make(admin, "/devices", {**body, "gateway_id": two["id"]})
    taken = await admin.post("/api/v1/devices", json={**body, "gateway_id": one["id"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")
    moved = await admin.patch(f"/api/v1/devices/{second['id']}", json={"gateway_id": one["id"]})
    assert moved.json()["code"] == "code_taken"
    assert (await admin.patch(f"/api/v1/devices/{first['id']}", json={"code": "old cuff"})).status_code == 200
    assert (await admin.patch(f"/api/v1/devices/{second['id']}", json={"gateway_id": one["id"]})).status_code == 200
    clinic = north(doors)
    assert {code: state.device.id for (_, code), state in clinic.by_code.items()} == {
        "old cuff": UUID(first["id"]),
        "cuff": UUID(second["id"]),
    }


async def test_two_at_once_cannot_take_the_same_name(doors: Doors) -> None:
    """Both are judged in one batch, against the same memory; taken apart, the second finds the first."""
    admin = await doors.log_in("admin")
    gateway = await make(admin, "/gateways", {"label": "1"})
    device = {"code": "cuff", "label": "Cuff", "kind": "cuff", "gateway_id": gateway["id"]}
    user = {"username": "twice", "name": "T", "roles": ["nurse"], "password": "correct horse battery"}
    for path, body in (("/devices", device), ("/users", user)):
        answers = await doors.at_once([(admin, "POST", path, body), (admin, "POST", path, body)])
        assert sorted(answer.status_code for answer in answers) == [201, 409], path
        assert len((await admin.get(f"/api/v1{path}")).json()) == (1 if path == "/devices" else 6)


async def test_a_device_of_a_revoked_gateway_can_be_put_away_but_none_is_made(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    gateway = await make(admin, "/gateways", {"label": "G"})
    chair = await make(admin, "/chairs", {"label": "C"})
    body = {"code": "cuff", "label": "Cuff", "kind": "cuff", "gateway_id": gateway["id"], "chair_id": chair["id"]}
    device = await make(admin, "/devices", body)
    assert (await admin.delete(f"/api/v1/gateways/{gateway['id']}")).status_code == 204
    assert (await admin.delete(f"/api/v1/gateways/{gateway['id']}")).status_code == 404
    assert (await admin.patch(f"/api/v1/devices/{device['id']}", json={"chair_id": None})).status_code == 200
    answer = await admin.post("/api/v1/devices", json={**body, "code": "other"})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "gateway_id")
    manual = await admin.post("/api/v1/devices", json={**body, "code": "other", "kind": "manual"})
    assert manual.json()["errors"][0]["path"] == "kind"


async def test_chairs_are_renamed_and_lose_their_room(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    chair = await make(admin, "/chairs", {"label": " Chair 1 ", "room": "East"})
    assert chair["label"] == "Chair 1"
    path = f"/api/v1/chairs/{chair['id']}"
    assert (await admin.patch(path, json={"label": "Window"})).json() == {**chair, "label": "Window"}
    assert (await admin.patch(path, json={"room": None})).json() == {**chair, "label": "Window", "room": None}
    assert (await admin.patch(path, json={"label": None})).status_code == 422
    assert (await admin.patch(path, json={})).json()["label"] == "Window"
    assert (await admin.get("/api/v1/chairs")).json() == [{**chair, "label": "Window", "room": None}]


async def test_the_last_admin_stays(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    me = (await admin.get("/api/v1/me")).json()["id"]
    for change in ({"roles": ["nurse"]}, {"active": False}):
        answer = await admin.patch(f"/api/v1/users/{me}", json=change)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    await make(admin, "/users", {"username": "second", "name": "S", "roles": ["admin"]})
    assert (await admin.patch(f"/api/v1/users/{me}", json={"roles": ["nurse"]})).status_code == 200
    assert (await admin.get("/api/v1/users")).status_code == 403, "the change holds at once"


async def test_everything_written_is_in_the_chain_without_patient_data(doors: Doors, database: URL) -> None:
    admin, nurse = await doors.log_in("admin"), await doors.log_in("nurse")
    chair = await make(admin, "/chairs", {"label": "Geheimstuhl"})
    patient = await make(nurse, "/patients", {"mrn": "MRN-4711", "name": "Ada Lovelace", "birth_date": "1980-02-28"})
    assert (await nurse.patch(f"/api/v1/patients/{patient['id']}", json={"sex": "female"})).status_code == 200
    assert (await nurse.get(f"/api/v1/patients/{patient['id']}")).status_code == 200
    assert (await nurse.get("/api/v1/patients?q=Lovelace")).status_code == 200
    rows = [row async for row in doors.parts.reader.ledger.audit(doors.clinics["north"])]
    assert [row.event.action for row in rows] == [
        "login.begin",
        "login.begin",
        "chair.create",
        "patient.create",
        "patient.change",
        "patient.read",
        "patients.search",
    ]
    assert [row.number for row in rows] == list(range(1, 8))
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert rows[2].event.subject == chair["id"]
    assert {row.event.subject for row in rows[3:6]} == {patient["id"]}
    sql = await connect(database)
    stored = str([tuple(row) for row in await sql.fetch("SELECT * FROM audit")])
    await sql.close()
    for secret in ("Lovelace", "4711", "1980", "female", "Geheim"):
        assert secret not in stored


async def test_a_device_and_its_gateway_say_when_they_were_heard(running: Running) -> None:
    beside = await plan(running)
    admin = await running.as_("admin")
    (device,) = (await admin.get("/devices")).json()
    assert (device["last_heard_at"], device["has_readings"]) == (None, False)
    assert (await admin.get("/gateways")).json()[0]["last_heard_at"] is None
    at = running.now()
    await beside.measure(121, 80)
    (device,) = (await admin.get("/devices")).json()
    assert device["has_readings"] is True
    assert from_rfc3339(device["last_heard_at"]) >= from_rfc3339(at)
    assert from_rfc3339((await admin.get("/gateways")).json()[0]["last_heard_at"]) >= from_rfc3339(at)
