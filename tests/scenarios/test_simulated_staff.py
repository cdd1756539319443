"""The demo runs for days: its simulated staff outlive their logins."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from kat_monitor.access.logins import IDLE_US, LASTS_US
from kat_simulators.on_shift import come_on_shift
from kat_simulators.outbox import DoorRefused
from kat_simulators.staff import Crew, Staff
from tests.server_fixtures import PASSWORD, SECOND, Running


@pytest_asyncio.fixture
async def client(manual: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=manual.url, timeout=30.0) as made:
        yield made


@pytest.mark.parametrize("away_us", [IDLE_US, LASTS_US])
async def test_a_login_that_locked_or_ended_is_followed_by_another(
    manual: Running, client: httpx.AsyncClient, away_us: int
) -> None:
    nurse = await Staff.login(client, manual.clock, "nurse", PASSWORD)
    patient = {"mrn": "1", "name": "Ana Ruiz", "birth_date": "1980-01-01"}
    made = await nurse.must("/patients", patient)
    manual.clock.set(manual.clock.now_us() + away_us + SECOND)

    answers = await asyncio.gather(*(nurse.get("/patients") for _ in range(5)))

    assert [[one["id"] for one in answer] for answer in answers] == [[made["id"]]] * 5
    directory = manual.server.directory
    account = directory.user_named("nurse")
    assert account is not None
    new = [login for login in directory.logins_of(account.id) if login.created_at == manual.clock.wall_us()]
    assert len(new) == 1, "one login for all that were refused"
    assert (await nurse.post("/patients", {**patient, "mrn": "2"})).status == 201


async def test_who_is_not_let_in_any_more_is_told_so(manual: Running, client: httpx.AsyncClient) -> None:
    """A password that somebody changed ends what the simulation can do, not in an endless loop."""
    nurse = await Staff.login(client, manual.clock, "nurse", PASSWORD)
    admin = await manual.as_("admin")
    (account,) = [user for user in (await admin.get("/users")).json() if user["username"] == "nurse"]
    changed = await admin.patch(f"/users/{account['id']}", json={"password": "another horse, another battery"})
    assert changed.status_code == 200, changed.text

    async def asked() -> None:
        with pytest.raises(DoorRefused, match="login of nurse: 401"):
            await nurse.get("/patients")

    asking = asyncio.create_task(asked())
    while not asking.done():
        await manual.advance(1)
    await asking


async def test_they_are_on_shift_with_the_chairs_nobody_has(manual: Running, client: httpx.AsyncClient) -> None:
    nurse = await Staff.login(client, manual.clock, "nurse", PASSWORD)
    clinician = await Staff.login(client, manual.clock, "clinician", PASSWORD)
    admin, other = await manual.as_("admin"), await manual.as_("nurse2")
    chairs = [(await admin.post("/chairs", json={"label": f"Chair {n}"})).json()["id"] for n in (1, 2)]
    assert (await other.post("/shifts", json={})).status_code == 201
    assert (await other.post("/assignments", json={"chair_ids": chairs[1:]})).status_code == 200

    for _ in range(2):
        await come_on_shift(Crew(nurse, clinician), chairs)

    sheet = await nurse.get("/assignments")
    assert [chair["nurse"]["name"] for chair in sheet["chairs"]] == ["Nurse", "Nurse2"]
    assert sheet["on_call"]["name"] == "Clinician"
    (station,) = await nurse.get("/stations")
    (shift,) = [shift for shift in await nurse.get("/shifts") if shift["name"] == "Nurse"]
    assert (station["label"], shift["station_id"]) == ("Simulated desk", station["id"])
