"""A list that cannot be read says so, beside a way to ask again that works; what was typed stays."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Page, Route, expect

from kat_monitor.store.embedded import Embedded
from tests.browser.acting import Screen, nurse, resting
from tests.browser.clinic import Server
from tests.browser.conftest import Console, demo
from tests.browser.station import PATIENTLY_MS, opened
from tests.browser.test_journeys import entered, visit

__all__ = ["nurse"]

BUSY = {"code": "store_away", "title": "Not now", "status": 503, "detail": "The record does not answer."}
NOT_READ = re.compile("could not be read", re.IGNORECASE)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Of its own, with little patience for its database: a test holds some of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAT_READ_S", "3")
        with demo(tmp_path_factory.mktemp("held")) as running:
            yield running


@asynccontextmanager
async def held(clinic: Server, table: str) -> AsyncIterator[None]:
    """Nobody reads that table of the record meanwhile."""
    folder = Path(clinic.command[-1]) / "postgres"
    url = Embedded(folder).url()
    connection = await asyncpg.connect(user=url.username, database=url.database, host=str(url.query["host"]), port=5432)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def fail_once(page: Page, console: Console, path: re.Pattern[str]) -> asyncio.Event:
    """The next answer to that address is that the server cannot now; every later one is its own."""
    console.allow("status of 503")
    failed = asyncio.Event()

    async def answer(route: Route) -> None:
        if failed.is_set():
            return await route.fallback()
        failed.set()
        return await route.fulfill(status=503, content_type="application/problem+json", json=BUSY)

    await page.route(path, answer)
    return failed


async def test_alerts_and_sessions_are_asked_for_again_when_the_record_answers(
    page: Page, clinic: Server, console: Console
) -> None:
    console.allow("status of 503", "status of 500")
    at = await entered(page, clinic, clinic.nurse)
    for name, table, rows in (("Alerts", "alert", "past-alert"), ("History", "session", "session-row")):
        async with held(clinic, table):
            await visit(at, name)
            refused = at.at("not-read").first
            await expect(refused).to_contain_text(NOT_READ, timeout=PATIENTLY_MS)
            await expect(at.at(rows)).to_have_count(0)
        await refused.get_by_role("button").click()
        await expect(at.at(rows).first).to_be_visible(timeout=PATIENTLY_MS)
        await expect(at.at("not-read")).to_have_count(0)


PANELS = {
    "correction": ("events", "correct"),
    "void": (r"readings\?cuff=true&from=", "panel-void label[data-value]"),
    "baseline": (r"readings\?cuff=true&from=", "candidate"),
    "screening": (r"protocols/[a-z_]+/versions/", "panel-screening [data-item]"),
    "symptom": ("symptoms", "term-chest_pain"),
    "assessment": ("assessments", "panel-assessment [data-item]"),
}


@pytest.mark.parametrize("act", PANELS)
async def test_a_panel_whose_list_did_not_come_offers_to_try_again(
    nurse: Screen, server: Server, console: Console, act: str
) -> None:
    place = resting(server)
    server.post(server.nurse, f"sessions/{place.session_id}/events", {"kind": "note", "text": "here"})
    await opened(nurse, place)
    asked, row = PANELS[act]
    if await nurse.at(f"act-{act}").count() == 0:
        await nurse.press("act-more")
    failed = await fail_once(nurse.page, console, re.compile(f"/api/v1/(sessions/[0-9a-f-]+/)?{asked}"))
    await nurse.press(f"act-{act}")
    panel = nurse.at(f"panel-{act}")
    refused = panel.locator("[data-test=not-read]")
    await expect(refused).to_contain_text(NOT_READ, timeout=PATIENTLY_MS)
    assert failed.is_set()
    await refused.locator("[data-test=read-again]").click()
    first, *deeper = row.split(" ", 1)
    rows = nurse.at(first).locator(deeper[0]) if deeper else nurse.at(first)
    await expect(rows.first).to_be_visible(timeout=PATIENTLY_MS)
    await expect(refused).to_have_count(0)
    server.discharge(place.session_id)


async def test_finding_a_patient_is_tried_again_with_what_was_typed(
    nurse: Screen, server: Server, console: Console
) -> None:
    place = resting(server)
    await opened(nurse, place)
    await nurse.press("act-more")
    await nurse.press("act-patient")
    await expect(nurse.at("field-search")).to_be_focused()
    await fail_once(nurse.page, console, re.compile(r"/api/v1/patients\?"))
    await nurse.fill("search", place.patient.split()[1])
    await expect(nurse.at("not-read")).to_contain_text(NOT_READ, timeout=PATIENTLY_MS)
    await nurse.press("read-again")
    await expect(nurse.at("patient-found")).to_be_visible(timeout=PATIENTLY_MS)
    await expect(nurse.at("field-search")).to_have_value(place.patient.split()[1])
    server.discharge(place.session_id)


async def test_what_is_typed_before_the_lists_of_the_search_come_stays(
    nurse: Screen, server: Server, console: Console
) -> None:
    asked, come = asyncio.Event(), asyncio.Event()

    async def later(route: Route) -> None:
        asked.set()
        await come.wait()
        await route.fallback()

    await nurse.page.route(re.compile(r"/api/v1/protocols$"), later)
    await visit(nurse, "History")
    await asked.wait()
    await nurse.fill("text", "Somebody")
    come.set()
    await expect(nurse.at("field-protocol").locator("option")).not_to_have_count(1, timeout=PATIENTLY_MS)
    await expect(nurse.at("field-text")).to_have_value("Somebody")
