"""A shared station on the real server: people with a PIN who are on at it, and a patient they act for."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.acting import Screen
from tests.browser.clinic import Place, Server
from tests.browser.test_wall import log_in

PATIENTLY_MS = 30_000
"""Passwords and PINs are slow on purpose, and slower after wrong ones."""


@dataclass(frozen=True)
class Person:
    """Somebody who works in the clinic."""

    id: str
    name: str
    login: tuple[str, str]
    pin: str


def hired(clinic: Server, role: str, name: str, pin: str = "428913") -> Person:
    """A person nobody has seen before, who has set a PIN."""
    mark = secrets.token_hex(3)
    login = (f"{role}-{mark}", secrets.token_urlsafe(18))
    full = f"{name} {mark}"
    body = {"username": login[0], "name": full, "password": login[1], "roles": [role]}
    made = clinic.post(clinic.admin, "users", body)
    once = {"Idempotency-Key": str(uuid.uuid4())}
    said = clinic.client(login).put("me/pin", json={"password": login[1], "pin": pin}, headers=once)
    assert said.status_code == 204, said.text
    return Person(str(made["id"]), full, login, pin)


def seated(clinic: Server, tag: str) -> Place:
    """A fresh chair with a monitor and a cuff, and a patient who is checked in."""
    mark = secrets.token_hex(2)
    label, patient = f"Z {tag} {mark}", f"Nora {tag.title()}{mark}"
    chair = clinic.chair(label)
    clinic.device(f"{tag}-{mark}-monitor", chair, "monitor", 1)
    clinic.device(f"{tag}-{mark}-cuff", chair, "cuff", 300)
    session = clinic.session(chair, patient)
    return Place(label, session, f"{tag}-{mark}-monitor", f"{tag}-{mark}-cuff", patient)


async def desk(page: Page, clinic: Server, first: Person, *others: Person) -> Screen:
    """The first logs in at a browser without a name, names it and starts the shift; the others join there."""
    await log_in(page, clinic, first.login)
    await page.locator("[data-test=nav]").get_by_text("Shift").click()
    await page.fill("[data-test=field-label]", f"Station {secrets.token_hex(3)}")
    await page.get_by_role("button", name="Name this screen").click()
    await expect(page.locator("[data-test=station-here]")).to_contain_text("Station", timeout=PATIENTLY_MS)
    await page.click("[data-test=start-shift]")
    people = page.locator("[data-test=people]")
    await expect(people).to_contain_text(first.name, timeout=PATIENTLY_MS)
    for one in others:
        await page.click("[data-test=join]")
        join = page.get_by_role("form", name="Someone joins here")
        await join.locator("[data-test=field-username]").fill(one.login[0])
        await join.locator("[data-test=field-password]").fill(one.login[1])
        await join.get_by_role("button", name="Join").click()
        await expect(people.locator("li", has_text=one.name)).to_contain_text("here", timeout=PATIENTLY_MS)
    return Screen(page, clinic)


async def opened(at: Screen, place: Place) -> None:
    """The session's own page: the wall may be too full for buttons."""
    await at.page.goto(f"{at.server.url}s/{place.session_id}")
    await expect(at.at("actions")).to_be_visible(timeout=PATIENTLY_MS)
    await expect(at.at("act-note")).to_be_enabled(timeout=PATIENTLY_MS)


async def typed(at: Screen, pin: str) -> None:
    """Six digits into the field that has the focus."""
    await expect(at.at("pin")).to_be_focused()
    await at.page.keyboard.type(pin)


def audited(clinic: Server, action: str, actor: str) -> list[dict[str, Any]]:
    """What the trail says that person did of that kind, newest first."""
    asked = clinic.client(clinic.admin).get("audit", params={"action": action, "actor": actor})
    assert asked.is_success, asked.text
    return list(asked.json()["items"])
