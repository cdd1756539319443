"""The demo runs for days: its simulated staff outlive their logins."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from kat_monitor.access.logins import IDLE_US, LASTS_US
from kat_simulators.outbox import DoorRefused
from kat_simulators.staff import Staff
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
