"""A nurses' desk: an enrolled browser with people on shift at it, on a running server with two clinics."""

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from kat_monitor.store.tables import audit
from tests.api.doors import PASSWORD, Doors, make

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


PIN = "270385"
PINS = {"nurse-north": PIN, "clinician-north": "509162", "ben": "914027"}


async def set_pin(doors: Doors, username: str, pin: str = PIN) -> None:
    """Somebody sets a PIN, at a browser of their own."""
    own = await doors.visitor()
    good(await own.post(f"{API}/login", json={"username": username, "password": PASSWORD}))
    good(await own.put(f"{API}/me/pin", json={"password": PASSWORD, "pin": pin}), 204)


@dataclass
class Ward(Desk):
    """A desk at a nurse's login with the nurse, Ben and the clinician on shift, all with PINs; a patient in a chair."""

    people: dict[str, str]
    """Account by username."""
    session: str
    """The session's path."""

    def acts(self, username: str, pin: str | None = None, **more: str) -> dict[str, str]:
        """The headers of somebody who acts, and signs with this PIN if one is given."""
        signed = {} if pin is None else {"Kat-Pin": pin}
        return {"Kat-Person": self.people[username], **signed, **more}

    def signs(self, username: str) -> dict[str, str]:
        return self.acts(username, PINS[username])

    async def alarm(self) -> str:
        """A red flag opens an alert, whatever the patient's values; its path."""
        body = {"kind": "symptom", "term": "chest_pain", "severity": 3}
        own = await self.doors.log_in("nurse")
        made = good(await own.post(f"{API}{self.session}/events", json=body), 201)
        assert made
        alerts = good(await own.get(f"{API}{self.session}/alerts"))
        return f"/alerts/{max(alerts, key=lambda alert: alert['raised_at'])['id']}"

    async def audited(self, action: str) -> list[tuple[str, dict[str, Any]]]:
        """(actor, details) of what the audit trail holds of an action, oldest first."""
        rows = await self.doors.parts.reader.rows(
            select(audit.c.actor, audit.c.details)
            .where(audit.c.clinic_id == self.doors.clinics["north"], audit.c.action == action)
            .order_by(audit.c.number)
        )
        return [(str(row["actor"]), row["details"]) for row in rows]


async def open_ward(doors: Doors) -> Ward:
    """Everything of it."""
    await another_nurse(doors)
    desk = await open_desk(doors)
    me = good(await desk.post("/shifts"), 201)["person"]
    people = {"nurse-north": me["id"]}
    for username in ("ben", "clinician-north"):
        people[username] = (await desk.joins(username))["id"]
    for username, pin in PINS.items():
        await set_pin(doors, username, pin)
    admin, nurse = await doors.log_in("admin"), await doors.log_in("nurse")
    chair = await make(admin, "/chairs", {"label": "Chair 1"})
    patient = await make(nurse, "/patients", {"mrn": "4711", "name": "Nadia Berg", "birth_date": "1980-05-17"})
    wanted = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "iv_infusion", "weight_kg": 70}
    session = f"/sessions/{(await make(nurse, '/sessions', wanted))['id']}"
    checked = {"to": "preparing", "identifiers": ["name", "birth_date"]}
    good(await nurse.post(f"{API}{session}/transitions", json=checked))
    return Ward(doors, desk.browser, desk.station, people, session)
