"""Every page on the real server, in both themes and at every size: nothing broken for anybody, and a picture kept.

The pictures lie in `test-results/screenshots`, which git ignores, for people to look at.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.clinic import Server
from tests.browser.conftest import Console, demo
from tests.browser.test_scripted import AXE
from tests.project.source_tree import ROOT

SHOTS = ROOT / "test-results" / "screenshots"
SIZES = ((1920, 1080), (1180, 820), (820, 1180), (390, 844))
PAGES = {
    "wall": "",
    "session": "s/{session}",
    "alerts": "alerts",
    "history": "history",
    "record": "history/{session}",
    "compare": "history/compare?patient={patient}",
    "shift": "shift",
    "setup": "setup",
    "setup-chairs": "setup/chairs",
    "setup-devices": "setup/devices",
    "setup-gateways": "setup/gateways",
    "setup-protocols": "setup/protocols",
    "setup-people": "setup/people",
    "setup-escalation": "setup/escalation",
    "setup-stations": "setup/stations",
    "setup-audit": "setup/audit",
    "setup-screen": "setup/screen",
}
QUIET = "document.querySelector('[aria-busy=true]') === null"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RULES = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A clinic of these pictures alone: no chairs and alerts of other tests in them."""
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
async def entered(page: Page, server: Server, console: Console) -> Page:
    """Logged in as somebody who may see every page."""
    # One login for all of them: a person's oldest login ends at the twentieth.
    cookie = server.client(server.admin).cookies["kat_login"]
    await page.context.add_cookies([{"name": "kat_login", "value": cookie, "url": server.url}])
    await page.add_init_script("localStorage.setItem('kat-monitor-login', '1')")
    await page.goto(server.url)
    await expect(page.locator("[data-test=tile]").first).to_be_visible()
    return page


def address(server: Server, path: str) -> str:
    """Of a page about a session that is dosing or recovering now."""
    sessions = server.get("sessions?phase=recovery&limit=5")["items"] or server.get("sessions?limit=5")["items"]
    return server.url + path.format(session=sessions[0]["id"], patient=sessions[0]["patient"]["id"])


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_whole_in_both_themes(entered: Page, server: Server, name: str, theme: str) -> None:
    page = entered
    await page.evaluate(f"localStorage.setItem('kat-monitor-theme', '{theme}')")
    await page.goto(address(server, PAGES[name]))
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await expect(page.locator("[data-connection=live]").first).to_be_visible()
    await page.wait_for_load_state("networkidle")
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.screenshot(path=SHOTS / f"{name}-{theme}-{width}.png")
        assert await page.evaluate(WIDE) <= 0, f"it scrolls sideways at {width}"
    await page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(RULES)
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []


@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia", "tritanopia", "achromatopsia"])
async def test_the_wall_is_kept_as_everybody_sees_it(entered: Page, kind: str) -> None:
    session = await entered.context.new_cdp_session(entered)
    await session.send("Emulation.setEmulatedVisionDeficiency", {"type": kind})
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"wall-{kind}.png"
    await entered.screenshot(path=path)
    assert Path(path).stat().st_size > 10_000
