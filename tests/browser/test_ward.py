"""The wall in every state of a tile and at every density: a scripted ward, looked at as a nurse would."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser import script, ward
from tests.browser.test_scripted import AXE, Wire, wire

__all__ = ["wire"]

LOOKS = {
    1: ("dosing", "0", "none", "none", "live"),
    2: ("dosing", "3", "patient", "needed", "live"),
    3: ("dosing", "2", "patient", "needed", "live"),
    4: ("dosing", "2", "patient", "done", "live"),
    5: ("preparing", "0", "none", "none", "live"),
    6: ("recovery", "3", "patient", "needed", "live"),
    7: ("recovery", "0", "none", "none", "live"),
    8: ("dosing", "1", "technical", "needed", "stale"),
    9: ("dosing", "1", "technical", "needed", "live"),
    10: ("recovery", "2", "technical", "needed", "lost"),
    11: ("scheduled", "0", "none", "none", "live"),
    12: ("free", "0", "none", "none", "live"),
}


def chair(page: Page, n: int) -> Any:
    return page.locator(f"[data-chair='Chair {n}']")


async def shown(wire: Wire, built: str, count: int = 12, size: tuple[int, int] = (1920, 1080)) -> Page:
    wire.greet = [script.hello(), ward.crowd(count)]
    await wire.page.set_viewport_size({"width": size[0], "height": size[1]})
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(count)
    return wire.page


async def test_every_state_is_said_by_its_tile(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    for n, look in LOOKS.items():
        for name, value in zip(("phase", "level", "kind", "ack", "fresh"), look, strict=True):
            await expect(chair(page, n)).to_have_attribute(f"data-{name}", value)


async def test_every_priority_has_a_shape_and_marks_and_a_number_of_its_own(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    shapes = {2: "high", 3: "medium", 8: "link-low", 10: "link-medium"}
    marks = {2: "***", 3: "**", 8: "!", 10: "!!"}
    for n, shape in shapes.items():
        strip = chair(page, n).locator("[data-test=strip]")
        await expect(strip.locator(".glyph")).to_have_attribute("data-shape", shape)
        await expect(strip.locator(".words")).to_have_text(re.compile(rf"^{re.escape(marks[n])} "))
    await expect(chair(page, 2).locator(".hit.high")).to_have_text("192")
    await expect(chair(page, 3).locator(".hit.medium")).to_have_text("124")
    await expect(chair(page, 4).locator("[data-test=strip] .words")).not_to_contain_text("*")
    await expect(chair(page, 2).locator("[data-test=strip] .more")).to_have_text("+2")


async def test_where_all_is_well_there_is_no_colour(wire: Wire, built: str) -> None:
    """Grey is normal: nothing in a calm tile but the dose and its window has a hue."""
    page = await shown(wire, built)
    coloured = """(tile) => [...tile.querySelectorAll('*')].flatMap((e) => {
        const style = getComputedStyle(e);
        return ['color', 'backgroundColor', 'borderTopColor', 'stroke', 'fill'].map((name) => [e, style[name]]);
      }).filter(([e, colour]) => {
        const [r, g, b, a] = (colour.match(/[\\d.]+/g) ?? []).map(Number);
        return a !== 0 && Math.max(r, g, b) - Math.min(r, g, b) > 40 && !e.closest('.dose, .window');
      }).map(([e, colour]) => `${e.className} ${colour}`)"""
    for n in (1, 5, 7, 11, 12):
        assert await chair(page, n).evaluate(coloured) == [], n
    assert await chair(page, 3).evaluate(coloured) != []


async def test_the_trend_has_a_bar_for_each_reading_and_colours_what_is_beyond(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    trend = chair(page, 2).locator("[data-test=trend]")
    bars = "(paths) => paths.map((path) => (path.getAttribute('d').match(/M/g) ?? []).length)"
    readings = [v for v in ward.chairs()[1]["trend"]["systolic"] if v is not None]
    assert await trend.locator(".bar:not([data-beyond])").evaluate_all(bars) == [len(readings)]
    assert await trend.locator("[data-beyond]").evaluate_all(bars) == [1, 1]
    await expect(trend.locator(".dose")).to_have_count(1)
    await expect(chair(page, 5).locator(".dose, .window, .band")).to_have_count(0)
    await expect(chair(page, 10).locator(".gap")).to_have_count(1)


@pytest.mark.parametrize(
    ("count", "size", "density"),
    [(8, (1280, 800), "M"), (12, (1920, 1080), "L"), (24, (1920, 1080), "M"), (60, (1920, 1080), "S")],
)
async def test_all_chairs_are_on_the_screen_at_once(
    wire: Wire, built: str, count: int, size: tuple[int, int], density: str
) -> None:
    page = await shown(wire, built, max(count, 12), size) if count > 8 else await eight(wire, built, size)
    await expect(page.locator("[data-test=wall]")).to_have_attribute("data-density", density)
    hidden = """(height) => [...document.querySelectorAll('[data-test=tile]')]
        .filter((tile) => tile.getBoundingClientRect().bottom > height).map((tile) => tile.dataset.chair)"""
    assert await page.evaluate(hidden, size[1]) == []
    rows = await page.locator("[data-test=alert]").count()
    assert rows == len(ward.alerts())


async def eight(wire: Wire, built: str, size: tuple[int, int]) -> Page:
    first = ward.snapshot()
    first["chairs"] = first["chairs"][:8]
    wire.greet = [script.hello(rate=30), first]
    await wire.page.set_viewport_size({"width": size[0], "height": size[1]})
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(8)
    return wire.page


CUT = """[...document.querySelectorAll('.bp, .v, .ack, .readiness, .due-at, .tile h2, .phase, .tally, .nums, .time')]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || (e.matches('.nums') && e.scrollHeight > e.clientHeight + 1))
    .map((e) => `${e.closest('[data-chair]')?.dataset.chair} ${e.className} ${e.textContent}`)"""
OVER = """[...document.querySelectorAll('.nums')].flatMap((nums) => {
    const bp = nums.querySelector('.bp').getBoundingClientRect();
    const ends = [...nums.querySelectorAll('.bp > *')].map((e) => e.getBoundingClientRect().right);
    return [...nums.querySelectorAll('.one')].map((one) => one.getBoundingClientRect())
      .filter((one) => Math.max(0, ...ends) > one.left && bp.bottom > one.top + 2 && one.bottom > bp.top + 2);
  }).length"""


@pytest.mark.parametrize("count", [12, 24, 60])
@pytest.mark.parametrize("size", [(1920, 1080), (1600, 900), (1280, 800), (1180, 820), (820, 1180), (390, 844)])
async def test_no_number_is_cut_off_or_covered(wire: Wire, built: str, count: int, size: tuple[int, int]) -> None:
    page = await shown(wire, built, count, size)
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert await page.evaluate(CUT) == []
    assert await page.evaluate(OVER) == 0
    small = "[...document.querySelectorAll('.ack')].filter((e) => e.offsetHeight < 44).length"
    assert await page.evaluate(small) == 0


@pytest.mark.parametrize("count", [12, 24, 60])
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_no_rule_of_accessibility_is_broken_in_either_theme(
    wire: Wire, built: str, count: int, theme: str
) -> None:
    await wire.page.add_init_script(f"localStorage.setItem('kat-monitor-theme', '{theme}')")
    page = await shown(wire, built, count)
    await expect(page.locator("html")).to_have_attribute("data-theme", theme)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []


async def test_the_theme_is_chosen_at_the_screen_and_kept(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="Light screen").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


BEATS = {
    frozenset[str](): "-",
    frozenset({"beat-high"}): "h",
    frozenset({"beat-medium"}): "m",
    frozenset({"beat-high", "beat-medium"}): "b",
}
"""A quarter of a second each: high every second of them, medium four in a row and four not."""
FLASHES = """() => {
  window.seen = [];
  new MutationObserver(() => window.seen.push(document.documentElement.className)).observe(
    document.documentElement, {attributes: true, attributeFilter: ['class']});
}"""


async def test_what_calls_flashes_in_one_beat_until_somebody_takes_it(wire: Wire, built: str) -> None:
    await wire.page.emulate_media(reduced_motion="no-preference")
    page = await shown(wire, built)
    await page.evaluate(FLASHES)
    await wire.pass_time(4, seq=1)
    seen = "".join(BEATS[frozenset(classes.split())] for classes in await page.evaluate("window.seen"))
    assert len(seen) >= 16
    assert seen in "-h-hmbmb" * (len(seen) // 8 + 2)
    assert await page.evaluate("document.getAnimations().length") == 0
    taken = [a | {"acknowledged_at": script.at(4), "acknowledged_by_name": "RN Lee"} for a in ward.alerts()]
    wire.say({"type": "changes", "seq": 2, "alerts": taken})
    await expect(page.locator("[data-ack=needed]")).to_have_count(0)
    await page.evaluate("window.seen.length = 0")
    await wire.pass_time(2, seq=2)
    assert await page.evaluate("window.seen") == []
    assert await page.evaluate("document.documentElement.className") == ""


async def test_nothing_flashes_where_motion_is_unwanted(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    await page.evaluate(FLASHES)
    await wire.pass_time(4, seq=1)
    assert await page.evaluate("window.seen") == []
    ring = "getComputedStyle(document.querySelector(\"[data-chair='Chair 2']\")).boxShadow"
    assert await page.evaluate(ring) != "none"


async def test_the_tallies_count_what_is_open_and_say_it_in_words(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    for name, text in {
        "high": "2 critical",
        "medium": "2 warning",
        "low": "1 caution",
        "technical": "3 technical",
    }.items():
        await expect(page.locator(f"[data-tally={name}]")).to_have_text(text)
    await expect(page.locator("[data-tally=medium]")).to_have_attribute("data-state", "calls")


async def test_an_acknowledged_alert_keeps_an_outline_and_who_has_it(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    strip = chair(page, 4).locator("[data-test=strip]")
    await expect(strip).to_contain_text("SBP 168, limit 160")
    await expect(strip.locator("[data-test=ack-done]")).to_have_text("RN Okafor 14:31")
    await expect(strip).to_have_class(re.compile(r"\bquiet\b"))


async def test_the_last_values_are_told_where_nothing_is_shown(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    tile = chair(page, 10)
    await expect(tile.locator("[data-test=bp]")).to_have_text(script.GONE)
    await expect(tile.locator("[data-test=last]")).to_have_text("Last 126/78 at 14:16")


async def test_the_letters_come_from_here(wire: Wire, built: str) -> None:
    asked: list[str] = []
    wire.page.on("request", lambda request: asked.append(request.url))
    page = await shown(wire, built)
    assert await page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Inter Variable\"'))")
    assert [url for url in asked if not url.startswith(built)] == []


NOTES = """() => {
  window.notes = [];
  const set = AudioParam.prototype.setValueAtTime;
  AudioParam.prototype.setValueAtTime = function (value, at) {
    if (value >= 150) window.notes.push(value);
    return set.call(this, value, at);
  };
}"""


@pytest.mark.parametrize(
    ("alert", "notes"),
    [
        (script.alert(1, 2, "systolic_high", "high", value=192.0), [262, 330, 392, 392, 523] * 2),
        (script.alert(1, 2, "spo2_lowish", "medium", source="pulse_ox"), [523, 494, 440]),
        (script.alert(1, 2, "cuff_overdue", "low"), [262]),
    ],
)
async def test_each_priority_has_its_burst_and_each_subject_its_tune(
    wire: Wire, built: str, alert: script.Frame, notes: list[int]
) -> None:
    wire.greet = [script.hello(), ward.crowd(12) | {"alerts": []}]
    await wire.page.goto(built)
    await wire.page.evaluate(NOTES)
    await wire.page.click("[data-test=turn-on-sound]")
    await expect(wire.page.locator("[data-test=sound]")).to_have_text("Sound on")
    await wire.page.evaluate("window.notes.length = 0")
    wire.say({"type": "changes", "seq": 2, "alerts": [alert]})
    await expect(wire.page.locator("[data-test=alert]")).to_have_count(1)
    assert await wire.page.evaluate("window.notes") == notes


async def test_the_sound_is_made_quieter_never_silent_and_stays_so(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    await page.click("[data-test=turn-on-sound]")
    await page.click("[data-test=screen-menu]")
    volume = page.locator("[data-test=volume]")
    for words in ("100 %", "60 %", "30 %", "100 %", "60 %"):
        await expect(volume).to_have_text(words)
        await volume.click()
    await page.reload()
    await page.click("[data-test=turn-on-sound]")
    await page.click("[data-test=screen-menu]")
    await expect(volume).to_have_text("30 %")


async def test_everything_on_the_wall_is_reached_by_keys(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    await wire.answer("**/acknowledge", 200, ward.alerts()[0])
    await wire.answer_record(6)
    await page.keyboard.press("a")
    assert wire.acknowledgements == []
    await page.keyboard.press("n")
    await expect(page.locator(f"[data-test=alert][data-alert='{script.alert_id(1)}'] .ack")).to_be_focused()
    await page.keyboard.press("a")
    await expect(page.locator("[data-test=ack]:focus")).to_have_count(0)
    assert len(wire.acknowledgements) == 1
    await page.keyboard.press("1")
    await expect(chair(page, 1)).to_be_focused()
    for key in ("ArrowRight", "ArrowDown"):
        await page.keyboard.press(key)
    await expect(chair(page, 6)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(rf"/s/{script.session_id(6)}$"))
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-test=tile]")).to_have_count(12)


async def test_letters_can_be_switched_off_and_stay_off(wire: Wire, built: str) -> None:
    page = await shown(wire, built)
    await page.keyboard.press("?")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    await page.get_by_role("checkbox").uncheck()
    await page.get_by_role("button", name="Close").click()
    await page.reload()
    await expect(page.locator("[data-test=tile]")).to_have_count(12)
    await page.keyboard.press("t")
    await page.keyboard.press("?")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.locator("[data-test=keys]")).to_have_count(0)
