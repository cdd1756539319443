"""Every panel that people act in, in both themes and at three sizes: nothing broken for anybody, and a picture kept."""

import secrets
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page, expect

from tests.browser import desk as scripted
from tests.browser import script
from tests.browser.acting import Screen, ago, dosed, resting
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.desk import LEE, OKAFOR
from tests.browser.station import PATIENTLY_MS, desk, hired, opened, seated
from tests.browser.test_every_page import RULES, SHOTS, WIDE
from tests.browser.test_room import ROOM, room
from tests.browser.test_scripted import AXE, NURSE, Wire, wire
from tests.browser.test_shift import clinic

__all__ = ["clinic", "wire"]

SIZES = ((390, 844), (1180, 820), (1920, 1080))
CUT = """[...document.querySelectorAll('.panel, .sign, .names, .menu-panel, .off-now, .room')]
    .filter((e) => e.checkVisibility()).map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => e.scrollWidth > e.clientWidth + 1 || box.right > innerWidth + 1 || box.left < -1)
    .map(([e]) => e.className)"""
"""What holds more than it is wide, or sticks out of the window."""
CLIPPED = """[...document.querySelectorAll('[data-test=tile] [data-test=bp]')]
    .filter((e) => e.getBoundingClientRect().right > e.closest('[data-test=tile]').getBoundingClientRect().right)
    .map((e) => e.textContent)"""
"""Pressures that their tile cuts off."""


@pytest.fixture(params=["dark", "light"])
async def theme(page: Page, request: pytest.FixtureRequest) -> str:
    """Chosen before the page is opened: what is drawn on a canvas has its colours from then."""
    await page.add_init_script(f"localStorage.setItem('kat-monitor-theme', '{request.param}')")
    return str(request.param)


@dataclass
class Look:
    """One theme's look at whatever is on the page, and what was found wrong with it."""

    page: Page
    theme: str
    broken: list[object] = field(default_factory=list)

    async def at(self, name: str, of: str = "document") -> None:
        """`of`: what alone is held to the rules; the page under an open menu is not to be touched."""
        for width, height in SIZES:
            await self.page.set_viewport_size({"width": width, "height": height})
            await self.page.screenshot(path=SHOTS / f"panel-{name}-{self.theme}-{width}.png")
            if await self.page.evaluate(WIDE) > 0:
                self.broken.append((name, width, "scrolls sideways"))
            for found in (CUT, CLIPPED):
                self.broken += [(name, width, cut) for cut in await self.page.evaluate(found)]
            if width != SIZES[1][0]:
                await self.rules(name, width, of)

    async def rules(self, name: str, width: int, of: str = "document") -> None:
        found = await self.page.evaluate(RULES.replace("axe.run(", f"axe.run({of}, "))
        self.broken += [
            (name, width, rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]
        ]


async def look(page: Page, theme: str) -> Look:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    SHOTS.mkdir(parents=True, exist_ok=True)
    return Look(page, theme)


async def panel(at: Screen, act: str, *, further: bool = False) -> None:
    if further:
        await at.at("act-more").click()
    await at.at(f"act-{act}").click()
    await expect(at.at(f"panel-{act}")).to_be_visible(timeout=PATIENTLY_MS)


async def close(at: Screen) -> None:
    await at.at("close-panel").click()
    await expect(at.at("close-panel")).to_have_count(0)


async def at_desk(page: Page, clinic: Server, place: Place, theme: str) -> tuple[Screen, Look]:
    nurse, doctor = hired(clinic, "nurse", "RN Panel"), hired(clinic, "clinician", "Dr Panel", "903174")
    at = await desk(page, clinic, nurse, doctor)
    await opened(at, place)
    return at, await look(page, theme)


async def test_the_panels_before_the_dose(page: Page, clinic: Server, console: Console, theme: str) -> None:
    place = resting(clinic)
    at, seen = await at_desk(page, clinic, place, theme)
    await panel(at, "screening")
    await page.locator("[data-item=avm] label", has_text="Yes").click()
    await expect(at.at("panel-screening")).to_contain_text("Not treated today")
    await seen.at("screening")
    await close(at)
    await panel(at, "baseline")
    await expect(at.at("candidate")).to_have_count(3, timeout=PATIENTLY_MS)
    await at.at("leave-out").first.check()
    await seen.at("baseline")
    await close(at)
    await panel(at, "clear")
    await at.at("tick-override").check()
    await seen.at("clear-override")
    assert seen.broken == []
    clinic.discharge(place.session_id)


async def test_the_panels_of_starting_a_session(page: Page, clinic: Server, console: Console, theme: str) -> None:
    label, name = f"Z panel {secrets.token_hex(2)}", f"Sia Turner{secrets.token_hex(2)}"
    clinic.chair(label)
    born = {"mrn": f"T{secrets.token_hex(4)}", "name": name, "birth_date": "1980-05-17"}
    clinic.post(clinic.nurse, "patients", born)
    nurse = hired(clinic, "nurse", "RN Seat")
    at = await desk(page, clinic, nurse)
    await page.goto(clinic.url)
    await page.locator(f"[data-chair='{label}'] [data-test=start-session]").click(timeout=PATIENTLY_MS)
    seen = await look(page, theme)
    await at.fill("search", name.split()[1])
    await expect(at.at("patient-found")).to_be_visible(timeout=PATIENTLY_MS)
    await seen.at("seat-find")
    await at.at("new-patient").click()
    await seen.at("seat-new")
    await at.at("cancel").click()
    await at.fill("search", name.split()[1])
    await at.at("patient-found").click(timeout=PATIENTLY_MS)
    await at.at("submit").click(timeout=PATIENTLY_MS)
    await expect(at.at("field-refused").first).to_be_visible()
    await seen.at("seat-confirm")
    assert seen.broken == []


async def test_the_panels_of_an_emergency_and_its_sheet(
    page: Page, clinic: Server, console: Console, theme: str
) -> None:
    place = seated(clinic, "help")
    dosed(clinic, place)
    await page.add_init_script(
        "window.print = () => document.body.append(document.querySelector('.paper').cloneNode(true));"
    )
    at, seen = await at_desk(page, clinic, place, theme)
    await at.at("emergency").click()
    await expect(at.at("emergency-on")).to_be_visible(timeout=PATIENTLY_MS)
    log = at.at("emergency-log").locator("li")
    for taps, term in enumerate(("help_called", "oxygen_on"), start=1):
        await at.at(f"log-{term}").click()
        await expect(log).to_have_count(taps, timeout=PATIENTLY_MS)
    await log.first.locator("[data-test=undo]").click()
    if await at.at("sign").count():
        await page.keyboard.press("Escape")
    await at.at("end-emergency").click()
    await expect(at.at("end-yes")).to_be_visible()
    await seen.at("emergency")
    await at.at("print-sheet").click()
    paper = page.locator(".paper")
    await expect(paper).to_have_count(1, timeout=PATIENTLY_MS)
    await page.emulate_media(media="print")
    await expect(paper).to_contain_text("Handed over to")
    await seen.rules("sheet", SIZES[-1][0])
    await page.screenshot(path=SHOTS / f"panel-sheet-{theme}.png", full_page=True)
    await page.emulate_media(media="screen")
    assert seen.broken == []
    clinic.post(clinic.nurse, f"sessions/{place.session_id}/emergency", {"state": "off"})
    clinic.discharge(place.session_id)


async def test_the_panels_of_going_home_signing_and_who_acts(
    page: Page, clinic: Server, console: Console, theme: str
) -> None:
    place = seated(clinic, "leave")
    dosed(clinic, place)
    clinic.post(clinic.nurse, f"sessions/{place.session_id}/transitions", {"to": "recovery"})
    at, seen = await at_desk(page, clinic, place, theme)
    await panel(at, "discharge")
    await expect(at.at("left-to-ask")).to_be_visible()
    await at.at("tick-override").check()
    await seen.at("discharge")
    await at.fill("reason", "agreed")
    await page.locator("form[aria-label=Discharge] [data-test=submit]").click()
    await expect(at.at("pin")).to_be_focused()
    await seen.at("sign-pin")
    await at.at("sign-other").click()
    await expect(at.at("sign-password")).to_be_focused()
    await seen.at("sign-password")
    await at.at("sign-cancel").click()
    await close(at)
    await panel(at, "assessment")
    await seen.at("assessment")
    await close(at)
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await at.at("who").click()
    await expect(at.at("acting")).to_have_count(2)
    await seen.at("who-menu", "'.menu-panel'")
    assert seen.broken == []
    clinic.discharge(place.session_id)


async def test_the_panels_of_repairs(page: Page, clinic: Server, console: Console, theme: str) -> None:
    place = resting(clinic)
    clinic.post(clinic.nurse, f"sessions/{place.session_id}/events", {"kind": "note", "text": "wrong pateint"})
    away = {"kind": "off_monitor", "reason": "walk", "minutes": 10, "at": ago(1)}
    clinic.post(clinic.nurse, f"sessions/{place.session_id}/events", away)
    at, seen = await at_desk(page, clinic, place, theme)
    await expect(at.at("off-now")).to_be_visible(timeout=PATIENTLY_MS)
    await seen.at("off-now")
    await panel(at, "correction", further=True)
    await expect(at.at("correct").first).to_be_visible(timeout=PATIENTLY_MS)
    await seen.at("correction")
    await page.locator("li", has_text="wrong pateint").locator("[data-test=correct]").click()
    await expect(at.at("panel-note")).to_be_visible()
    await seen.at("correct-note")
    await close(at)
    await panel(at, "void", further=True)
    await expect(page.locator("[data-field=seq] label").first).to_be_visible(timeout=PATIENTLY_MS)
    await seen.at("void")
    await close(at)
    await panel(at, "wrong_chair", further=True)
    await at.pick("whose", "other")
    await seen.at("wrong-chair")
    await close(at)
    await panel(at, "move", further=True)
    await seen.at("move")
    await close(at)
    await panel(at, "patient", further=True)
    await seen.at("patient")
    await close(at)
    await at.at("act-more").click()
    await seen.at("more")
    assert seen.broken == []
    clinic.discharge(place.session_id)


async def test_the_locked_wall(wire: Wire, built: str, theme: str) -> None:
    await wire.answer("**/api/v1/me", 200, NURSE | {"locked": True})
    await scripted.seat_at(wire, OKAFOR, LEE)
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=login]")).to_contain_text("Alerts can be taken by name")
    seen = await look(wire.page, theme)
    await seen.at("locked")
    await wire.page.click("[data-test=unlock]")
    await expect(wire.page.locator("[data-test=username]")).to_be_visible()
    await seen.at("locked-login")
    assert seen.broken == []


async def test_the_room_page(wire: Wire, built: str, theme: str) -> None:
    page = await room(wire, built, LEE, OKAFOR)
    seen = await look(page, theme)
    await seen.at("room")
    called = script.alert(20, 1, "spo2_low", "high", value=88.0, source="pulse_ox")
    wire.say({"type": "changes", "seq": 2, "alerts": [called]})
    await expect(page.locator("[data-test=im-here]")).to_be_visible()
    await seen.at("room-called")
    await page.locator("[data-test=im-here]").click()
    await expect(page.locator("[data-test=name]")).to_have_count(2)
    await seen.at("room-names")
    assert seen.broken == []


async def test_the_room_page_that_has_no_chair(wire: Wire, built: str, theme: str) -> None:
    await scripted.seat_at(wire, LEE, station=ROOM | {"chair_id": None})
    await wire.page.goto(built)
    await expect(wire.page.locator("main.connecting a")).to_be_visible()
    seen = await look(wire.page, theme)
    await seen.at("room-empty")
    assert seen.broken == []
