"""A tablet beside one patient: one chair, silent, no other patient's name, and one large answer."""

import re

from playwright.async_api import Page, expect

from tests.browser import desk, script, ward
from tests.browser.desk import LEE, OKAFOR
from tests.browser.test_screens import NAMES_OF_OTHERS
from tests.browser.test_scripted import Wire, wire
from tests.browser.test_ward import FLASHES, NOTES
from tests.browser.test_who import axe

__all__ = ["wire"]

ROOM = {"label": "Room 1 tablet", "kind": "room", "chair_id": script.chair_id(1), "privacy": "full"}


async def room(wire: Wire, built: str, *people: script.Frame) -> Page:
    away = [one | {"station_id": "another"} for one in people]
    await desk.seat_at(wire, *away, station=ROOM)
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=room]")).to_have_attribute("data-chair", "Chair 1")
    return wire.page


async def test_it_shows_one_chair_and_nobody_else(wire: Wire, built: str) -> None:
    page = await room(wire, built, LEE)
    await expect(page.locator("[data-test=bp]")).to_have_count(1)
    await expect(page.locator("[data-test=alert], [data-test=tile]")).to_have_count(0)
    shown = await page.content()
    assert [name for name in NAMES_OF_OTHERS if name in shown] == []
    assert await axe(page) == []


async def test_what_happens_elsewhere_neither_sounds_nor_flashes_here(wire: Wire, built: str) -> None:
    await wire.page.emulate_media(reduced_motion="no-preference")
    page = await room(wire, built, LEE)
    await page.evaluate(NOTES)
    await page.evaluate(FLASHES)
    await wire.pass_time(3, seq=1)
    strips = page.locator("[data-test=strip]")
    await expect(strips).to_have_count(0)
    wire.say({"type": "changes", "seq": 2, "alerts": [script.alert(20, 1, "spo2_low", "high", value=88.0)]})
    await expect(strips).to_have_count(1)
    await wire.pass_time(12, seq=2)
    assert await page.evaluate("window.notes") == []
    assert wire.sent("seen")[-1]["audio"] == "muted"
    assert wire.sent("seen")[-1]["alerts"] == [script.alert_id(20)]


async def test_i_am_here_is_an_acknowledgement_in_a_name(wire: Wire, built: str) -> None:
    page = await room(wire, built, LEE, OKAFOR)
    sent = await desk.answers(wire, "**/acknowledge", (200, ward.alerts()[0]))
    await expect(page.locator("[data-test=im-here]")).to_have_count(0)
    called = script.alert(20, 1, "spo2_low", "high", value=88.0, source="pulse_ox")
    wire.say({"type": "changes", "seq": 2, "alerts": [called]})
    here = page.locator("[data-test=im-here]")
    box = await here.bounding_box()
    assert box is not None
    assert box["height"] >= 110
    assert await axe(page) == []
    await here.click()
    await page.locator("[data-test=name]", has_text="RN Lee").click()
    await expect(here).to_be_disabled()
    assert [one["body"] for one in sent] == [{"acknowledged_by": LEE["id"]}]
    wire.say({"type": "changes", "seq": 3, "alerts": [called | {"acknowledged_at": script.at(0)}]})
    await expect(here).to_have_count(0)


async def test_half_a_minute_before_a_cuff_there_is_a_ring(wire: Wire, built: str) -> None:
    page = await room(wire, built, LEE)
    calm = page.locator("[data-test=room]")
    await expect(calm).to_have_attribute("data-cuff-soon", "false")
    await expect(page.locator("[data-test=room-next]")).to_have_text(re.compile(r"^BP in 1:0\d$"))
    await wire.pass_time(38, seq=1)
    await expect(calm).to_have_attribute("data-cuff-soon", "true")
    await expect(page.locator("[data-test=room-next]")).to_have_text(re.compile(r"^The cuff will squeeze in 0:[12]\d$"))
    assert await page.evaluate("document.getAnimations().length") == 0
    called = script.alert(20, 1, "spo2_low", "high", value=88.0)
    wire.say({"type": "changes", "seq": 2, "alerts": [called]})
    await expect(calm).to_have_attribute("data-cuff-soon", "false")
