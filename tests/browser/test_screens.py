"""One screen of its own: whose names it says, its light, where alerts sound, whether it is seen; finding a chair."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import desk, script, ward
from tests.browser.test_scripted import AXE, Wire, wire
from tests.browser.test_ward import NOTES, chair, shown

__all__ = ["wire"]

NAMES_OF_OTHERS = [name.split()[-1] for name in (ward.NAMES + ward.MORE_NAMES) if name.split()[-1] != "Rivera"]


@pytest.mark.parametrize("privacy", ["initials", "chair"])
async def test_a_screen_that_says_no_names_says_them_nowhere(wire: Wire, built: str, privacy: str) -> None:
    """Not in a tile, the title, a label, the list of alerts, the search or what a screen reader hears."""
    first = ward.crowd(24)
    wire.greet = [script.hello() | {"station": desk.STATION | {"kind": "wall", "privacy": privacy}}, first]
    await wire.answer("**/api/v1/stations/here", 200, {"station": desk.STATION | {"privacy": privacy}, "people": []})
    page = wire.page
    await page.goto(built)
    await expect(page.locator("[data-test=tile]")).to_have_count(24)
    await page.keyboard.press("/")
    await expect(page.locator("[data-test=find]")).to_be_visible()
    wire.say({"type": "changes", "seq": 2, "sessions": [first["chairs"][0]["session"]]})
    wire.say({"type": "changes", "seq": 3, "alerts": [script.alert(30, 1, "spo2_low", "high", value=88.0)]})
    await expect(page.locator("[data-test=announcer]")).to_contain_text("Chair 1")
    shown = await page.content() + await page.title()
    parts = [part for name in (ward.NAMES + ward.MORE_NAMES) for part in name.split()]
    assert [part for part in parts if part in shown] == []
    initials = chair(page, 1).locator("[data-test=patient]")
    await expect(initials).to_have_text("AR" if privacy == "initials" else "")


async def test_a_chair_is_found_by_its_name_or_its_patients(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    await page.keyboard.press("/")
    await expect(page.locator("[data-test=find] input")).to_be_focused()
    await page.keyboard.type("hadd")
    await expect(page.locator("[data-test=find-hit]")).to_have_text(["Chair 7 Lina Haddad"])
    assert (await axe_found(page)) == []
    await page.keyboard.press("Enter")
    await expect(chair(page, 7)).to_be_focused()
    await page.keyboard.press("/")
    await expect(page.locator("[data-test=find] input")).to_be_focused()
    await page.keyboard.type("2")
    await expect(page.locator("[data-test=find-hit]").first).to_have_text("Chair 2 Ana Rivera")
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-test=find]")).to_have_count(0)


async def axe_found(page: Page) -> list[str]:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [f"{rule['id']} {[node['target'] for node in rule['nodes']]}" for rule in found["violations"]]


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_a_dimmed_screen_dims_no_alarm_and_stays_readable(wire: Wire, built: str, theme: str) -> None:
    await wire.page.add_init_script(f"localStorage.setItem('kat-monitor-theme', '{theme}')")
    page = await shown(wire, built)
    fill = "getComputedStyle(document.querySelector(\"[data-chair='Chair 2'] .strip\")).backgroundColor"
    ground = "getComputedStyle(document.body).backgroundColor"
    alarm, neutral = await page.evaluate(fill), await page.evaluate(ground)
    await page.click("[data-test=screen-menu]")
    await page.locator("[data-test=brightness]").fill("50")
    assert await page.evaluate(fill) == alarm
    assert await page.evaluate(ground) != neutral
    assert (await axe_found(page)) == []
    await page.reload()
    await expect(page.locator("html")).to_have_class(re.compile(r"\bdimmed\b"))


async def test_what_covers_a_page_is_told_to_who_comes_back(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    hide = """(state) => {
        Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    await page.evaluate(hide, "hidden")
    await expect(page).to_have_title(re.compile(r"^\(hidden\) "))
    await wire.pass_time(14, seq=1)
    await page.evaluate(hide, "visible")
    await expect(page.locator("[data-test=was-hidden]")).to_contain_text(re.compile(r"hidden for [1-3]\d s"))
    seen = {"id": "x", "label": "Corridor", "kind": "wall", "chair_id": None, "visible": False, "audio": "running"}
    wire.say({"type": "changes", "seq": 2, "system": ward.snapshot()["system"] | {"stations": [seen]}})
    await expect(page.locator("[data-test=hidden-stations]")).to_contain_text("Corridor: hidden")


@pytest.mark.parametrize(("stations", "heard"), [(None, True), ([desk.STATION["id"]], True), (["another"], False)])
async def test_an_alert_sounds_at_the_stations_it_names(
    wire: Wire, built: str, stations: list[str] | None, heard: bool
) -> None:
    await desk.seat_at(wire, desk.LEE, first=ward.crowd(12) | {"alerts": []})
    page = wire.page
    await page.goto(built)
    await page.evaluate(NOTES)
    await page.click("[data-test=turn-on-sound]")
    await expect(page.locator("[data-test=sound]")).to_have_text("Sound on")
    await page.evaluate("window.notes.length = 0")
    called = script.alert(1, 2, "systolic_high", "high", value=192.0, sounds_at=stations)
    wire.say({"type": "changes", "seq": 2, "alerts": [called]})
    await expect(page.locator("[data-test=alert]")).to_have_count(1)
    assert (await page.evaluate("window.notes.length") > 0) is heard
    wire.say({"type": "changes", "seq": 3, "alerts": [called | {"sounds_at": None, "escalation": 1}]})
    await expect(page.locator("[data-test=alert-state]").first).to_contain_text("Escalated")
    assert await page.evaluate("window.notes.length") > 0
