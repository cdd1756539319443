"""A nurses' desk: an enrolled browser with people on shift at it, on a running server with two clinics."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.doors import PASSWORD, Doors

API = "/api/v1"


def good(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def refused(answer: httpx.Response, status: int, code: str) -> Any:
    """The problem of a refusal."""
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert problem["code"] == code, problem
    return problem


@dataclass
class Desk:
    """`browser` is logged in as the nurse (or whoever opened it) and enrolled as `station`."""

    doors: Doors
    browser: httpx.AsyncClient
    station: dict[str, Any]

    async def get(self, path: str, **params: Any) -> Any:
        return good(await self.browser.get(API + path, params=params))

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.browser.post(API + path, json=body or {}, headers=headers)

    async def joins(self, username: str) -> dict[str, Any]:
        """Somebody says their password at this desk; who they are."""
        shift: dict[str, Any] = good(await self.post("/shifts", {"username": username, "password": PASSWORD}), 201)
        person: dict[str, Any] = shift["person"]
        return person

    async def on(self) -> list[str]:
        """Names of who is on shift."""
        return [person["name"] for person in (await self.get("/stations/here"))["people"]]


async def open_desk(doors: Doors, role: str = "nurse", clinic: str = "north", **station: Any) -> Desk:
    """Log in and enrol the browser."""
    browser = await doors.log_in(role, clinic)
    wanted = {"label": "Desk", "kind": "station", **station}
    return Desk(doors, browser, good(await browser.post(f"{API}/stations", json=wanted), 201))


async def another_nurse(doors: Doors, username: str = "ben", name: str = "Ben Ito", clinic: str = "north") -> None:
    """One more account."""
    admin = await doors.log_in("admin", clinic)
    body = {"username": username, "name": name, "roles": ["nurse"], "password": PASSWORD}
    good(await admin.post(f"{API}/users", json=body), 201)
