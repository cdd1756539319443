"""The end of a visit, from the wall: a patient who is ready goes home, and the chair is made ready for the next."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.acting import screen
from tests.browser.clinic import Server
from tests.browser.conftest import Console, demo
from tests.browser.test_wall import SOON_MS

READY = "Chair 3"
"""A new demo has somebody there for whom every criterion is met."""


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A clinic of its own, as new as a demo is."""
    with demo(tmp_path_factory.mktemp("turn-over")) as running:
        yield running


async def test_who_is_ready_goes_home_by_two_presses_and_the_chair_is_free_by_one(
    page: Page, apart: Server, console: Console
) -> None:
    nurse = await screen(page, apart, apart.nurse)
    chair = page.locator(f"[data-test=tile][data-chair='{READY}']")
    session_id = await chair.get_attribute("data-session")
    await expect(chair).to_contain_text("Criteria met", timeout=SOON_MS)
    await chair.locator("[data-test=to-discharge]").click()
    await expect(nurse.at("panel-discharge")).to_be_visible(timeout=SOON_MS)
    await expect(nurse.at("left-to-ask")).to_have_count(0)
    await nurse.press("submit")
    await expect(nurse.at("panel-discharge")).to_have_count(0, timeout=SOON_MS)
    assert nurse.pressed == 1, "beside the press on the tile"
    left = apart.get(f"sessions/{session_id}")
    assert (left["phase"], left["outcome"]) == ("discharged", "met")
    await page.goto(apart.url)
    await expect(chair).to_have_attribute("data-phase", "discharged", timeout=SOON_MS)
    await chair.locator("[data-test=mark-ready]").click()
    await expect(chair).to_have_attribute("data-phase", "free", timeout=SOON_MS)
    await expect(chair.locator("[data-test=start-session]")).to_be_enabled()
