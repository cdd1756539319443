"""Nothing in the line of a quiet tile is cut, at the least size of every density: long words come in short forms."""

import pytest
from playwright.async_api import expect

from tests.browser import desk, script, ward
from tests.browser.desk import LEE
from tests.browser.test_scripted import Wire, wire

__all__ = ["wire"]

LONG = "Wilhelmina Featherstone-Haugh"
POINT = {"kind": "point", "code": "bp_40"}
TEXTS = (
    "Blood pressure 40 minutes after the first device",
    "Blood pressure at two hours, before the session ends",
    "Look at the infusion site and at the patient's arm",
)
CUT = """[...document.querySelectorAll('.tile .strip > *')]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 3)
    .map((e) => `${e.closest('.tile').dataset.chair} ${e.className} ${e.textContent}`)"""


@pytest.mark.parametrize(
    ("count", "size", "density", "first"),
    [
        (12, (1769, 1010), "L", "BP +40 min"),
        (24, (1834, 956), "M", "BP +40 min"),
        (60, (1880, 1070), "S", "BP +40"),
    ],
)
async def test_what_is_due_and_whose_chair_it_is_fit_the_smallest_tile(
    wire: Wire, built: str, count: int, size: tuple[int, int], density: str, first: str
) -> None:
    snapshot = desk.ward_on_shift(LEE, first=ward.crowd(count))
    snapshot["alerts"] = []
    for n, seat in enumerate(snapshot["chairs"]):
        if seat["session"] is None:
            continue
        state, seconds = (("planned", 730), ("overdue", -740), ("due", 0))[n % 3]
        seat["due"] = [{**POINT, "text": TEXTS[n // 3 % 3], "state": state, "at": script.at(seconds)}]
        snapshot["system"]["assignments"][seat["chair"]["id"]] = {
            "nurse_id": LEE["id"],
            "name": (LONG, "RN Okafor")[n % 2],
            "covered_by": None,
            "covered_by_name": None,
        }
    wire.greet = [script.hello(), snapshot]
    page = wire.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.goto(built)
    await expect(page.locator("[data-test=tile]")).to_have_count(count)
    await expect(page.locator("[data-test=wall]")).to_have_attribute("data-density", density)
    box = await page.locator("[data-test=tile]").first.bounding_box()
    assert box is not None
    least = {"L": 330, "M": 230, "S": 138}[density]
    assert least <= box["width"] < least + 8, box
    strip = page.locator("[data-chair='Chair 1'] [data-test=strip]")
    await expect(strip).to_contain_text(first)
    await expect(strip.locator(f"[title='{TEXTS[0]}']")).to_have_count(1)
    if density != "S":
        await expect(strip.locator("[data-test=nurse]")).to_have_attribute("title", LONG)
    assert await page.evaluate(CUT) == []
