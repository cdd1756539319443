"""Who is on duty: enrolling a browser, coming on shift, several at one desk, going home, and what the record keeps."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import URL

from kat_monitor.access.identity import Identity, Via
from kat_monitor.domain.assignments import Assignments
from kat_monitor.errors import KatError
from kat_monitor.ingest.assignments import ChangeAssignments
from kat_monitor.ingest.commands import Answered
from kat_monitor.ingest.credentials import ChangeUser
from kat_monitor.ingest.duty import BeginShift
from kat_monitor.rules import assignments as rules
from kat_monitor.rules.responsible import Floor, of_chair
from tests.api.desk import API, another_nurse, good, open_desk, refused
from tests.api.doors import PASSWORD, START, Doors, make, open_doors

MINUTE = 60_000_000


async def test_nobody_is_on_and_nothing_is_enrolled_at_first(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    assert good(await nurse.get(f"{API}/stations/here")) == {"station": None, "people": [], "me_on": False}
    assert good(await nurse.get(f"{API}/shifts")) == []
    assert doors.parts.pipeline.clinics[doors.clinics["north"]].duty.used is False


async def test_two_nurses_at_one_station(doors: Doors) -> None:
    await another_nurse(doors)
    desk = await open_desk(doors)
    began = good(await desk.post("/shifts"), 201)
    assert began["station_id"] == desk.station["id"]
    assert began["person"]["name"] == "Nurse"
    ben = await desk.joins("ben")
    assert (ben["name"], ben["roles"], ben["station_id"]) == ("Ben Ito", ["nurse"], desk.station["id"])

    here = await desk.get("/stations/here")

    assert here["station"]["label"] == "Desk"
    assert here["me_on"] is True
    assert [person["name"] for person in here["people"]] == ["Nurse", "Ben Ito"]
    assert [person["has_pin"] for person in here["people"]] == [False, False]
    duty = doors.parts.pipeline.clinics[doors.clinics["north"]].duty
    assert duty.is_on(UUID(ben["id"]))
    assert duty.stations_of(UUID(ben["id"])) == {UUID(desk.station["id"])}
    # The login is still the first one's: who joined is beside it.
    assert (await desk.get("/me"))["name"] == "Nurse"


async def test_coming_again_moves_and_begins_nothing_anew(doors: Doors) -> None:
    desk, other = await open_desk(doors), await open_desk(doors, label="Wall", kind="wall")
    first = good(await desk.post("/shifts"), 201)

    again = good(await other.post("/shifts"))

    assert (again["id"], again["began_at"]) == (first["id"], first["began_at"])
    assert again["station_id"] == other.station["id"]
    # A browser that is no station does not take a person away from theirs.
    phone = await doors.log_in("nurse")
    assert good(await phone.post(f"{API}/shifts"))["station_id"] == other.station["id"]
    assert len(await desk.get("/shifts")) == 1


async def test_who_cannot_be_on_shift(doors: Doors) -> None:
    desk = await open_desk(doors, "admin")
    refused(await desk.post("/shifts"), 403, "forbidden")
    body = {"username": "auditor-north", "password": PASSWORD}
    refused(await desk.post("/shifts", body), 403, "forbidden")
    for wrong in ({"username": "nurse-north", "password": "wrong horse"}, {**body, "username": "nurse-south"}):
        problem = refused(await desk.post("/shifts", wrong), 422, "bad_value")
        assert [error["path"] for error in problem["errors"]] == ["password"]
    problem = refused(await desk.post("/shifts", {"username": "nurse-north"}), 422, "bad_value")
    assert problem["errors"][0]["path"] == "password"
    phone = await doors.log_in("nurse")
    joining = {"username": "clinician-north", "password": PASSWORD}
    refused(await phone.post(f"{API}/shifts", json=joining), 422, "not_enrolled")
    assert await desk.on() == []


async def test_a_locked_wall_takes_who_says_their_password(doors: Doors) -> None:
    desk = await open_desk(doors, kind="wall")
    doors.clock.later(3600)
    refused(await desk.post("/shifts"), 401, "login_locked")
    await desk.joins("clinician-north")
    assert await desk.on() == ["Clinician"]
    assert (await desk.get("/me"))["locked"] is True


async def test_going_home(doors: Doors) -> None:
    await another_nurse(doors)
    desk = await open_desk(doors)
    mine = good(await desk.post("/shifts"), 201)
    doors.clock.later(60)
    ended = good(await desk.post(f"/shifts/{mine['id']}/end"))
    assert ended["ended_at"] is not None
    assert (ended["ended_by"], ended["reason"]) == (mine["person"]["id"], None)
    assert await desk.on() == []
    refused(await desk.post(f"/shifts/{mine['id']}/end"), 404, "not_found")

    await desk.joins("ben")
    (shift,) = await desk.get("/shifts")
    problem = refused(await desk.post(f"/shifts/{shift['id']}/end"), 422, "bad_value")
    assert problem["errors"][0]["path"] == "reason"
    over = good(await desk.post(f"/shifts/{shift['id']}/end", {"reason": "went home without signing out"}))
    assert (over["ended_by"], over["reason"]) == (mine["person"]["id"], "went home without signing out")


async def test_who_was_on_when(doors: Doors) -> None:
    desk = await open_desk(doors)
    shift = good(await desk.post("/shifts"), 201)
    doors.clock.later(600)
    good(await desk.post(f"/shifts/{shift['id']}/end"))
    doors.clock.later(600)
    nurse = await doors.log_in("nurse")
    asked = {"from": "2026-11-18T00:00:00Z"}
    (was,) = good(await nurse.get(f"{API}/shifts", params=asked))
    assert (was["id"], was["name"], was["began_at"]) == (shift["id"], "Nurse", shift["began_at"])
    assert was["ended_at"] is not None
    assert good(await nurse.get(f"{API}/shifts")) == []
    before = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
    assert good(await nurse.get(f"{API}/shifts", params=before)) == []
    long = {"from": "2026-01-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
    refused(await nurse.get(f"{API}/shifts", params=long), 422, "bad_value")


async def test_a_browser_is_enrolled_once(doors: Doors) -> None:
    desk = await open_desk(doors)
    refused(await desk.post("/stations", {"label": "Again", "kind": "wall"}), 409, "already_enrolled")
    # A program has no browser to enrol.
    token = (await make(await doors.log_in("nurse"), "/tokens", {"label": "program"}))["secret"]
    program = await doors.visitor(Authorization=f"Bearer {token}")
    answer = await program.post(f"{API}/stations", json={"label": "P", "kind": "wall"})
    refused(answer, 403, "browser_login_required")


async def test_a_retired_station_is_none(doors: Doors) -> None:
    desk = await open_desk(doors)
    good(await desk.post("/shifts"), 201)
    admin = await doors.log_in("admin")
    path = f"{API}/stations/{desk.station['id']}"
    renamed = good(await admin.patch(path, json={"label": "Front", "kind": "room", "privacy": "chair"}))
    assert (renamed["label"], renamed["kind"], renamed["privacy"]) == ("Front", "room", "chair")

    retired = good(await admin.patch(path, json={"retired": True}))

    assert retired["retired_at"] is not None
    here = await desk.get("/stations/here")
    assert here["station"] is None
    assert here["me_on"] is True  # she is still here, only not at a station
    duty = doors.parts.pipeline.clinics[doors.clinics["north"]].duty
    assert duty.stations_of(UUID(here["people"][0]["id"])) == set()
    assert good(await admin.patch(path, json={"retired": True})) == retired
    refused(await admin.patch(path, json={"label": "Back"}), 409, "station_retired")
    refused(await admin.patch(path, json={}), 422, "bad_value")
    good(await desk.post("/stations", {"label": "Desk again", "kind": "station"}), 201)


async def test_a_restart_keeps_shifts_and_stations(database: URL) -> None:
    async with open_doors(database) as doors:
        desk = await open_desk(doors, label="Desk", privacy="initials")
        shift = good(await desk.post("/shifts"), 201)
        cookies = dict(desk.browser.cookies)
        gone = await open_desk(doors, label="Gone")
        good(await gone.browser.patch(f"{API}/stations/{gone.station['id']}", json={"retired": True}))
    async with open_doors(database, found=False, at=START + MINUTE) as doors:
        browser = await doors.visitor()
        browser.cookies.update(cookies)
        here = good(await browser.get(f"{API}/stations/here"))
        assert here["station"] == desk.station
        assert [person["id"] for person in here["people"]] == [shift["person"]["id"]]
        assert here["people"][0]["since"] == shift["began_at"]
        assert doors.parts.pipeline.clinics[doors.clinics["north"]].duty.used is True
        assert doors.parts.pipeline.clinics[doors.clinics["south"]].duty.used is False
        stations = good(await browser.get(f"{API}/stations"))
        assert [(s["label"], s["retired_at"] is None) for s in stations] == [("Desk", True), ("Gone", False)]


async def test_a_commit_nobody_knows_of_is_read_back(doors: Doors) -> None:
    """Memory is filled anew from the record, not added to."""
    desk = await open_desk(doors)
    good(await desk.post("/shifts"), 201)
    clinic = doors.parts.pipeline.clinics[doors.clinics["north"]]
    person = next(iter(clinic.duty.shifts))
    clinic.duty.fill((), (), (), used=False)
    await doors.parts.pipeline.readback.restore([clinic.clinic.id], [], [])
    assert clinic.duty.is_on(person)
    assert (await desk.get("/stations/here"))["station"] == desk.station


async def test_nobody_is_on_twice_when_two_ask_at_once(doors: Doors) -> None:
    desk = await open_desk(doors)
    asked: list[tuple[httpx.AsyncClient, str, str, dict[str, str]]] = [(desk.browser, "POST", "/shifts", {})] * 4
    answers = await doors.at_once(asked)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def in_one_commit(doors: Doors, *works: Any) -> list[Any]:
    return await asyncio.gather(*map(doors.parts.pipeline.submit, works), return_exceptions=True)


def identity(doors: Doors, username: str) -> Identity:
    user = doors.parts.directory.user_named(username)
    assert user is not None
    return Identity(user.clinic_id, user.id, user.roles, Via.LOGIN, uuid4(), b"")


async def test_an_account_closed_in_the_same_commit_is_not_on_shift(doors: Doors) -> None:
    directory, nurse, admin = doors.parts.directory, identity(doors, "nurse-north"), identity(doors, "admin-north")
    closing = ChangeUser(directory, admin, nurse.id, 0, active=False)
    duty = doors.parts.pipeline.clinics[nurse.clinic_id].duty

    begun, _ = await in_one_commit(doors, BeginShift(nurse), closing)
    assert begun[1] is True
    assert not duty.is_on(nurse.id)
    assert await doors.parts.reader.duty.shifts_on(nurse.clinic_id) == []

    await doors.parts.pipeline.submit(ChangeUser(directory, admin, nurse.id, 0, active=True))
    _, refusal = await in_one_commit(doors, closing, BeginShift(nurse))
    assert (refusal.status, refusal.code) == (403, "forbidden")
    assert not duty.is_on(nurse.id)
    with pytest.raises(KatError):
        await doors.parts.pipeline.submit(BeginShift(nurse))


async def test_chairs_are_taken_in_the_commit_that_begins_the_shift(doors: Doors) -> None:
    admin, nurse = await doors.log_in("admin"), identity(doors, "nurse-north")
    chair = UUID((await make(admin, "/chairs", {"label": "Chair 1"}))["id"])
    clinic = doors.parts.pipeline.clinics[nurse.clinic_id]

    def take(assigned: Assignments, floor: Floor) -> Assignments:
        assert nurse.id in floor.on
        return rules.take(assigned, floor, nurse.id, [chair], take_over=False)

    taking = ChangeAssignments(nurse, "assignment.take", nurse.id, take, lambda *_: Answered(200, {}), [chair])
    _, answered = await in_one_commit(doors, BeginShift(nurse), taking)
    assert answered == Answered(200, {})
    assert of_chair(clinic.assigned, clinic.duty.shifts, chair) == nurse.id


async def test_the_record_holds_no_secret_of_a_station(doors: Doors) -> None:
    desk = await open_desk(doors)
    secret = desk.browser.cookies["kat_station"]
    assert secret not in str(await desk.get("/stations"))
    clinic = doors.clinics["north"]
    (station,) = await doors.parts.reader.duty.stations(clinic)
    assert secret.encode() != station.secret_sha256
    assert secret not in repr(station)
    assert repr(station.secret_sha256) not in repr(station)
