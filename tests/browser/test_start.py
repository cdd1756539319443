"""What a browser gets at the start: a page even where it is too old, and the newest page after an update."""

import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from kat_monitor import __version__
from tests.browser import script
from tests.browser.conftest import Console
from tests.browser.test_scripted import Wire, wall, wire

__all__ = ["wall", "wire"]
OLD = "Watch patients directly."


@pytest.mark.parametrize("missing", ["delete AbortSignal.timeout", "delete Element.prototype.checkVisibility"])
async def test_a_browser_too_old_gets_a_page_that_says_so(
    page: Page, built: str, console: Console, missing: str
) -> None:
    await page.add_init_script(missing)
    await page.goto(f"{built}s/{script.session_id(1)}")
    await expect(page.locator(".cannot-start")).to_be_visible()
    await expect(page.locator(".cannot-start")).to_contain_text(OLD)
    await expect(page.locator("[data-test=login]")).to_have_count(0)


async def test_a_browser_that_cannot_read_the_scripts_gets_it_after_a_while(page: Page, built: str) -> None:
    async def unreadable(route: Route) -> None:
        await route.fulfill(content_type="text/javascript", body="this is no language a browser knows")

    await page.route("**/index-*.js", unreadable)
    await page.goto(built)
    await expect(page.locator(".cannot-start")).to_be_visible(timeout=15_000)


async def test_a_browser_without_scripts_gets_it_too(browser: Browser, built: str) -> None:
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    await page.goto(built)
    await expect(page.locator(".cannot-start")).to_be_visible(timeout=15_000)
    await page.context.close()


async def test_a_new_browser_never_sees_it(page: Page, built: str, console: Console) -> None:
    await page.route("**/api/v1/setup", lambda route: route.fulfill(json={"needed": False}))
    await page.goto(built)
    await expect(page.locator("[data-test=login]")).to_be_visible()
    await expect(page.locator(".cannot-start")).to_have_count(0)


def quiet() -> script.Frame:
    """The wall with nothing open."""
    return script.snapshot() | {"alerts": []}


async def loads(wire: Wire) -> list[str]:
    """The addresses of the pages and scripts that are asked for from now on."""
    asked: list[str] = []

    # Files of pages that are fetched ahead are no new load.
    def note(url: str) -> None:
        if "/static/" not in url or "/index-" in url:
            asked.append(url)

    wire.page.on("request", lambda request: note(request.url))
    return asked


async def test_an_update_is_loaded_by_itself_once_when_nobody_would_miss_anything(wire: Wire, built: str) -> None:
    wire.greet = [script.hello(), quiet()]
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(6)
    wire.greet = [script.hello(version="9.9.9"), quiet()]
    async with wire.page.expect_navigation():
        wire.say(script.hello(version="9.9.9"), quiet())
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(6)
    # The files of this test never become the newer page: it is told, and not loaded for ever.
    asked = await loads(wire)
    await expect(wire.page.locator("[data-test=updated]")).to_be_visible()
    await wire.pass_time(4, seq=1)
    assert [url for url in asked if url.endswith((".js", ".html", "/"))] == []


async def test_an_update_waits_for_an_alert_and_for_a_click(wall: Wire) -> None:
    asked = await loads(wall)
    wall.say(script.hello(version="9.9.9"), script.snapshot())
    await expect(wall.page.locator("[data-test=updated]")).to_have_text(re.compile(r"^Updated\.\s*Reload$"))
    await wall.pass_time(3, seq=1)
    assert asked == []
    async with wall.page.expect_navigation():
        await wall.page.click("[data-test=updated] button")


async def test_an_update_waits_for_a_screen_that_can_be_heard(wire: Wire, built: str) -> None:
    wire.greet = [script.hello(), quiet()]
    await wire.page.goto(built)
    await wire.page.click("[data-test=turn-on-sound]")
    await expect(wire.page.locator("[data-test=sound]")).to_have_text("Sound on")
    asked = await loads(wire)
    wire.say(script.hello(version="9.9.9"), quiet())
    await expect(wire.page.locator("[data-test=updated]")).to_be_visible()
    await wire.pass_time(3, seq=1)
    assert asked == []


async def test_an_update_waits_for_who_is_typing(wire: Wire, built: str) -> None:
    wire.greet = [script.hello(), quiet()]
    for path in ("users", "chairs", "devices"):
        await wire.answer(f"**/api/v1/{path}", 200, [])
    await wire.answer("**/api/v1/me", 200, ADMIN)
    await wire.page.goto(f"{built}setup/chairs")
    await wire.page.click("[data-test=add-chairs]")
    await wire.page.fill("[data-test=field-label]", "Chair 1")
    wire.say(script.hello(version="9.9.9"), quiet())
    await expect(wire.page.locator("[data-test=updated]")).to_be_visible()
    await wire.pass_time(3, seq=1)
    await expect(wire.page.locator("[data-test=field-label]")).to_have_value("Chair 1")
    async with wire.page.expect_navigation():
        await wire.page.click("[data-test=close-panel]")
        await wire.pass_time(2, seq=1)


async def test_nothing_comes_from_an_old_folder_or_from_elsewhere(wire: Wire, built: str) -> None:
    asked = await loads(wire)
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(6)
    assert all(url.startswith(built) for url in asked)
    scripts = [url for url in asked if url.endswith((".js", ".css"))]
    assert scripts
    assert all(f"/static/{__version__}/" in url for url in scripts)


ADMIN = {"id": "00000000-0000-4000-b000-000000000003", "username": "admin", "name": "Kim Novak", "roles": ["admin"]}
