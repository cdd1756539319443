"""Lists of the set-up that only grow: what is left out of them is said on the page."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser import desk, script
from tests.browser.desk import LEE
from tests.browser.test_scripted import Wire, wire

__all__ = ["wire"]

STATION = (
    desk.STATION
    | {"enrolled_at": script.at(-3_600), "retired_at": None}
    | {
        "enrolled_by": None,
        "connected": True,
        "visible": True,
        "audio": "running",
    }
)


async def lists(page: Page, pattern: str, rows: list[Any], link: str | None) -> None:
    async def fulfil(route: Route) -> None:
        headers = {"Content-Type": "application/json", **({} if link is None else {"Link": link})}
        await route.fulfill(status=200, headers=headers, body=json.dumps(rows))

    await page.route(pattern, fulfil)


@pytest.mark.parametrize("link", [None, '</api/v1/stations?cursor=x>; rel="next"'])
async def test_stations_that_are_left_out_are_said(wire: Wire, built: str, link: str | None) -> None:
    await desk.seat_at(wire, LEE)
    await wire.answer("**/api/v1/chairs", 200, [])
    await lists(wire.page, "**/api/v1/stations", [STATION], link)
    await wire.page.goto(f"{built}setup/stations")
    await expect(wire.page.locator("[data-test=station-row]")).to_have_count(1)
    said = wire.page.locator("[data-test=left-out]")
    if link is None:
        await expect(said).to_have_count(0)
    else:
        await expect(said).to_contain_text("More were retired before")
