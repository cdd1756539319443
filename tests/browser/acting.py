"""A person at a session's page: what they press is counted, and what the server has of it is read."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.test_wall import SOON_MS, log_in, tile


@dataclass
class Screen:
    """One logged-in page, and how often somebody has pressed something on it since the last count."""

    page: Page
    server: Server

    def at(self, test: str) -> Locator:
        return self.page.locator(f"[data-test={test}]")

    async def press(self, test: str) -> None:
        self.pressed += 1
        await self.at(test).first.click()

    async def fill(self, name: str, value: str) -> None:
        await self.page.locator(f"[name='{name}']").fill(value)

    async def pick(self, name: str, value: str) -> None:
        """One of a row of choices, by its label as a person would."""
        self.pressed += 1
        await self.page.locator(f"label:has(> input[name='{name}'][value='{value}'])").first.click()

    async def open(self, place: Place) -> None:
        self.pressed += 1
        await tile(self.page, place).get_by_role("link").first.click(position={"x": 6, "y": 6})
        await expect(self.at("actions")).to_be_visible(timeout=SOON_MS)

    pressed: int = 0


async def screen(page: Page, server: Server, login: tuple[str, str]) -> Screen:
    await log_in(page, server, login)
    await expect(page.locator("[data-test=connection]")).to_have_text("Live", timeout=SOON_MS)
    return Screen(page, server)


@pytest.fixture
async def nurse(page: Page, server: Server, console: Console) -> Screen:
    return await screen(page, server, server.nurse)


@pytest.fixture
async def clinician(page: Page, server: Server, console: Console) -> Screen:
    return await screen(page, server, ("clinician", server.nurse[1]))


def answered(server: Server, place: Place, protocol: str = "iv_infusion", **but: str) -> None:
    """The whole pre-treatment check, with nothing that stops but what is named."""
    items = server.get(f"protocols/{protocol}")["screening"]
    no_stop = {"yes": "no", "no": "yes", None: "yes"}
    answers = {item["item"]: no_stop[item["stops_on"]] for item in items} | but
    server.post(server.nurse, f"sessions/{place.session_id}/screening", {"answers": answers})


def dosed(server: Server, place: Place) -> None:
    """A dose is a fact: it moves the session to dosing whatever the gates say."""
    dose = {"kind": "dose", "drug": "ketamine", "amount_mg": 35, "route": "iv"}
    server.post(server.nurse, f"sessions/{place.session_id}/events", dose)


def events(server: Server, place: Place, kind: str) -> list[dict[str, Any]]:
    return [event for event in server.get(f"sessions/{place.session_id}/events") if event["kind"] == kind]


def phase(server: Server, place: Place) -> str:
    return str(server.get(f"sessions/{place.session_id}")["phase"])


def resting(server: Server, protocol: str = "iv_infusion") -> Place:
    """A patient who was checked in ten minutes ago and measured three times since."""
    label, name = f"Z rest {secrets.token_hex(2)}", f"Ria Quiet{secrets.token_hex(2)}"
    patient = {"mrn": f"T{secrets.token_hex(4)}", "name": name, "birth_date": "1980-05-17"}
    body = {
        "patient_id": server.post(server.nurse, "patients", patient)["id"],
        "chair_id": server.chair(label),
        "protocol": protocol,
        "weight_kg": 70,
    }
    session = str(server.post(server.nurse, "sessions", body)["id"])
    check_in = {"to": "preparing", "identifiers": ["name", "mrn"], "at": ago(10)}
    server.post(server.nurse, f"sessions/{session}/transitions", check_in)
    for minutes in (7, 4, 1):
        reading = {"observed_at": ago(minutes), "systolic": 124, "diastolic": 78, "heart_rate": 70, "spo2": 98}
        server.post(server.nurse, f"sessions/{session}/readings", reading)
    return Place(label, session, "", "", name)


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
