"""What a ward may rely on at any screen: an alert is told in four ways and spoken once, versions never mix."""

import re
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser import script
from tests.browser.clinic import Server
from tests.browser.conftest import Console
from tests.browser.test_scripted import Wire, chair, wall, wire

__all__ = ["wall", "wire"]


def raised(**over: object) -> script.Frame:
    found = script.alert(9, 1, "systolic_high", "high", value=196.0, limit_value=180.0, worst_value=196.0, **over)
    return {"type": "changes", "seq": 2, "alerts": [found]}


async def test_an_alert_is_on_strip_glyph_rail_title_and_tally(wall: Wire) -> None:
    page = wall.page
    wall.say(raised())
    strip = chair(page, 1).locator("[data-test=strip]")
    await expect(strip.locator("[data-test=alert-text]")).to_contain_text("SBP 196, limit 180")
    await expect(strip.locator(".glyph")).to_have_count(1)
    await expect(page.locator(f"[data-test=alert][data-alert='{script.alert_id(9)}']")).to_contain_text("Chair 1")
    await expect(page).to_have_title(re.compile(r"\*\*\* Chair \d SBP 19\d, limit 180"))
    await expect(page.locator("[data-tally=high]")).to_contain_text("2")
    shapes = await page.evaluate(
        "[...document.querySelectorAll('[data-test=alert]')]"
        ".map(a => [a.dataset.priority, a.querySelector('.glyph').innerHTML])"
    )
    high = {shape for priority, shape in shapes if priority == "high"}
    medium = {shape for priority, shape in shapes if priority == "medium"}
    assert high
    assert medium
    assert not high & medium, "a level is told without its colour"


async def test_a_new_alert_is_spoken_once_and_numbers_never(wall: Wire) -> None:
    page = wall.page
    live = page.locator("[data-test=announcer]")
    wall.say(raised())
    await expect(live).to_contain_text("Chair 1")
    said = await live.text_content() or ""
    assert said.count("SBP 196") == 1
    await page.evaluate(
        """() => {
          window.spoken = [];
          const all = {childList: true, subtree: true, characterData: true};
          for (const region of document.querySelectorAll('[aria-live]:not([aria-live=off]), [role=alert]'))
            new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, all);
        }"""
    )
    values = script.vitals(133, 84, 91, 96, 0)
    wall.say({"type": "changes", "seq": 3, "vitals": [{"chair_id": script.chair_id(1), **values}]})
    await expect(chair(page, 1)).to_contain_text("133")
    await wall.pass_time(3, seq=3)
    assert await page.evaluate("window.spoken") == []
    assert await page.locator("[aria-live] .bp, [aria-live] .v").count() == 0


async def test_a_new_version_asks_for_a_reload_and_leaves_nothing_old(wall: Wire) -> None:
    page = wall.page
    wall.greet = [script.hello(version="0.9.9"), script.snapshot()]
    await wall.opened[-1].close(code=1012)
    await wall.pass_time(4)
    await expect(page.locator("[data-test=updated]")).to_contain_text("Updated")
    wall.greet = [script.hello(), script.snapshot()]
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    await page.locator("[data-test=updated]").get_by_role("button").click()
    await expect(page.locator("[data-test=tile]")).to_have_count(6)
    scripts = [url for url in loaded if url.endswith(".js")]
    served = await page.evaluate("[...document.scripts].map(s => s.src)")
    assert scripts
    assert set(served) <= set(scripts), "nothing is taken from before"
    versions = {re.findall(r"/static/([^/]+)/", url)[0] for url in scripts}
    assert len(versions) == 1


async def test_no_request_leaves_the_origin(page: Page, server: Server, console: Console) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    await page.goto(server.url)
    await page.locator("[data-test=username]").fill(server.nurse[0])
    await page.locator("[data-test=password]").fill(server.nurse[1])
    await page.locator("[data-test=log-in]").click()
    await expect(page.locator("[data-test=tile]").first).to_be_visible()
    for path in ("alerts", "history", "shift", ""):
        await page.goto(server.url + path)
        await expect(page.locator("[data-connection=live]").first).to_be_visible()
    own = urlsplit(server.url).netloc
    assert len(asked) > 10
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {own}
