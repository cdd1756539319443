"""A day at one desk: two nurses and a clinician, a screen that locks, an alert taken with one tap, and a restart."""

from typing import Any

import httpx

from tests.api.chairside import refused
from tests.scenarios.bedside import Bedside, good
from tests.scenarios.conftest import Again
from tests.server_fixtures import PASSWORD, Running

PIN = "270385"
IDLE_S = 16 * 60
LIMIT = {"value": 175, "reason": "agreed with the medical lead"}


class Desk:
    """The browser at the desk, logged in as the first nurse, and who is on shift there."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser
        self.people: dict[str, str] = {}

    async def joins(self, username: str) -> None:
        body = {"username": username, "password": PASSWORD}
        self.people[username] = good(await self.browser.post("/shifts", json=body), 201)["person"]["id"]

    def signs(self, username: str) -> dict[str, str]:
        return {"Kat-Person": self.people[username], "Kat-Pin": PIN}

    async def taken_by(self, username: str, alert: dict[str, Any]) -> Any:
        body = {"acknowledged_by": self.people[username]}
        return good(await self.browser.post(f"/alerts/{alert['id']}/acknowledge", json=body))

    async def moved_to(self, running: Running) -> "Desk":
        """The same browser, at the server that has started since."""
        browser = running.client()
        for name, value in self.browser.cookies.items():
            browser.cookies.set(name, value)
        desk = Desk(browser)
        desk.people = self.people
        return desk


async def open_desk(running: Running) -> Desk:
    """Two nurses and the clinician come in the morning; each has a PIN already."""
    for username in ("nurse2", "clinician"):
        own = running.client()
        good(await own.post("/login", json={"username": username, "password": PASSWORD}))
        assert (await own.put("/me/pin", json={"password": PASSWORD, "pin": PIN})).status_code == 204
    browser = running.client()
    good(await browser.post("/login", json={"username": "nurse", "password": PASSWORD}))
    good(await browser.post("/stations", json={"label": "Desk", "kind": "station"}), 201)
    desk = Desk(browser)
    desk.people["nurse"] = good(await browser.post("/shifts", json={}), 201)["person"]["id"]
    await desk.joins("nurse2")
    await desk.joins("clinician")
    return desk


async def test_a_day_at_one_desk(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    await bed.dosing()
    desk = await open_desk(bed.running)

    # Nobody has touched the desk for a quarter of an hour, and a pressure is far too high.
    await bed.live(IDLE_S)
    refused(await desk.browser.get(bed.session), 401, "login_locked")
    await bed.inflate(205, 85)
    alert = await bed.one("systolic_high")
    taken = await desk.taken_by("nurse2", alert)
    assert (taken["acknowledged_by"], taken["acknowledged_by_name"]) == (desk.people["nurse2"], "Nurse2")

    # The tap covers this level and no other: higher, it calls again.
    await bed.live(60)
    await bed.inflate(218, 88)
    worse = await bed.one("systolic_high")
    assert (worse["id"], worse["acknowledged_by"]) == (alert["id"], None)
    assert "rearmed" in await bed.steps(alert)

    # The clinician decides at the locked desk; a nurse's PIN is worth nothing for that.
    limit = f"{bed.session}/limits/systolic_high"
    refused(await desk.browser.put(limit, json=LIMIT, headers=desk.signs("nurse2")), 403, "forbidden")
    refused(await desk.browser.put(limit, json=LIMIT), 401, "login_locked")
    changed = good(await desk.browser.put(limit, json=LIMIT, headers=desk.signs("clinician")))
    assert changed["history"][-1]["by"] == desk.people["clinician"]

    bed = await again(bed, away_s=30)
    desk = await desk.moved_to(bed.running)
    here = good(await desk.browser.get("/stations/here"))
    assert here["station"]["label"] == "Desk"
    assert {person["id"] for person in here["people"]} == set(desk.people.values())
    assert (await desk.taken_by("nurse2", worse))["acknowledged_by_name"] == "Nurse2"

    # In the evening one goes; from then on their name takes nothing.
    shift = next(s for s in good(await bed.nurse.get("/shifts")) if s["person_id"] == desk.people["nurse2"])
    good(await desk.browser.post(f"/shifts/{shift['id']}/end", json={}, headers=desk.signs("nurse2")))
    body = {"acknowledged_by": desk.people["nurse2"]}
    refused(await desk.browser.post(f"/alerts/{worse['id']}/acknowledge", json=body), 422, "not_on_shift")
