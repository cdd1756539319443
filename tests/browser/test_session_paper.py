"""One session's page on paper, and what is left of it in sight when its login ends."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser import script
from tests.browser.conftest import Console
from tests.browser.pdf import read_pdf
from tests.browser.scripted_record import NURSE_NAME, PRESSURES
from tests.browser.test_scripted import NURSE, Wire, wire
from tests.browser.test_session_page import opened

__all__ = ["wire"]


def says_all(said: Any, words: Sequence[str]) -> list[str]:
    return [word for word in words if not said.says(word)]


@pytest.mark.parametrize("emulated", [True, False])
async def test_the_page_on_paper(wire: Wire, built: str, tmp_path: Path, emulated: bool) -> None:
    page = await opened(wire, built)
    await page.locator("[data-test=show-last]").click()
    if emulated:
        await page.emulate_media(media="print")
        await expect(page.locator("[data-test=chart]")).to_have_attribute("data-printing", "true")
        await expect(page.locator("[data-test=alert-bar]")).to_be_hidden()
    await page.pdf(path=tmp_path / "session.pdf", format="A4")
    printed = read_pdf(tmp_path / "session.pdf")
    assert printed.pages >= 1
    wanted = ["Northside Clinic", "Ana <b>Rivera</b>", "MRN 4821", "penicillin", f"by {NURSE_NAME}", "Signature"]
    wanted += [f"{systolic}/{diastolic}" for _, systolic, diastolic in PRESSURES]
    wanted += ["*** 180", "** 165", "Baseline 136", "Labetalol 10 mg IV", "Minimum observation", "SBP 174, limit 165"]
    wanted += [f"0:30 by {NURSE_NAME}", "not acknowledged", "left arm"]
    assert says_all(printed, wanted) == []


async def test_a_print_says_that_not_all_of_the_record_could_be_read(wire: Wire, built: str, console: Console) -> None:
    console.allow("status of 500")
    page = await opened(wire, built)
    state = page.locator("[data-test=reading-state]")
    await page.emulate_media(media="print")
    await expect(state).to_be_hidden()
    await wire.answer(f"**/sessions/{script.session_id(2)}/alerts", 500, {"code": "internal", "detail": ""})
    taken = script.alerts()[0] | {"acknowledged_at": script.at(0)}
    wire.say({"type": "changes", "seq": 2, "alerts": [taken]})
    await page.clock.run_for(2_000)
    await expect(state).to_contain_text("Not all of the record could be read")
    await expect(state).to_be_visible()


@pytest.mark.parametrize("me", [(200, NURSE | {"locked": True}), (401, {"code": "not_logged_in", "detail": ""})])
async def test_a_chart_closes_with_its_login_and_the_wall_stays(
    wire: Wire, built: str, me: tuple[int, dict[str, Any]]
) -> None:
    page = await opened(wire, built)
    await expect(page.locator("[data-test=patient-facts]")).to_be_visible()
    await page.keyboard.press("t")
    await page.locator("[data-test=field-text]").fill("Sleepy, talks")
    await wire.answer("**/api/v1/me", *me)
    names = wire.greet
    nameless = script.snapshot()
    for item in nameless["chairs"]:
        if item["session"] is not None:
            item["session"]["patient"] = {"initials": "AR"}
    wire.greet = [script.hello(), nameless]
    await wire.opened[-1].close(code=4001)
    await expect(page.locator("[data-test=login]")).to_be_visible()
    await expect(page.locator("[data-test=session]")).to_be_hidden()
    await expect(page.locator("[data-test=field-text]")).to_be_hidden()
    await expect(page.locator("[data-test=tile]").first).to_be_visible()
    assert "Rivera" not in await page.locator("#app").inner_text()
    wire.greet = names
    await wire.answer("**/api/v1/me", 200, NURSE)
    await wire.answer("**/api/v1/login", 200, {"user": NURSE})
    if me[0] == 200:
        await page.click("[data-test=unlock]")
    await page.fill("[data-test=username]", "nurse")
    await page.fill("[data-test=password]", "correct horse battery")
    await page.click("[data-test=log-in]")
    await expect(page.locator("[data-test=field-text]")).to_have_value("Sleepy, talks")
