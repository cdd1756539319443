"""The history of sessions: searched on the real server, read, printed, compared, and worked by keys alone."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser import script
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.pdf import read_pdf
from tests.browser.script import Frame, chair_id, session_id
from tests.browser.test_alerts_page import SIZES, WIDER
from tests.browser.test_scripted import AXE, Wire, wire
from tests.browser.test_wall import SOON_MS, log_in

__all__ = ["wire"]

PATIENT = {"id": session_id(901), "mrn": "MRN-4821", "name": "Ana Rivera", "birth_date": "1982-03-02", "sex": "female"}
PROTOCOL = {"code": "iv_infusion", "version": 1, "title": "Ketamine infusion into a vein"}
HIGH = {"high": 1, "medium": 2, "low": 0}


def item(n: int) -> Frame:
    """Session `n` of a list: one a day, newest first."""
    at = script.at(-86_400 * n)
    summary = {
        "peak_systolic": 150.0 + n,
        "peak_systolic_min": 31.0,
        "peak_diastolic": 92.0,
        "peak_diastolic_min": 31.0,
    }
    rest = {"max_rise_systolic": 28.0, "max_rise_diastolic": 14.0, "alerts": HIGH, "minutes_in_dosing": 40.0}
    trend = {"step_s": 180, "from_min": -15, "systolic": [128, None, 131, 140, None, 152], "heart_rate": [70] * 6}
    return {
        "id": session_id(n),
        "patient": PATIENT,
        "chair": {"id": chair_id(2), "label": "Chair 2", "room": "A"},
        "protocol": {"code": "iv_infusion", "version": 1},
        "phase": "discharged",
        "outcome": "met",
        "created_at": at,
        "scheduled_at": None,
        "checked_in_at": at,
        "dosing_at": at,
        "ended_at": at,
        "summary": summary | rest | {"readings": 280, "coverage_pct": 97.5, "waited_for_driver_min": None},
        "trend": trend,
    }


def by_minute(n: int, rise: int) -> Frame:
    minutes = list(range(-10, 95, 5))
    systolic = [124 + max(0, rise - abs(minute - 30)) for minute in minutes]
    return {
        "session_id": session_id(n),
        "day": "2026-11-20",
        "protocol": {"code": "iv_infusion", "version": 1},
        "dosed_at": script.at(-7 * 86_400 * n),
        "minutes": minutes,
        "systolic": systolic,
        "diastolic": [value - 45 for value in systolic],
        "heart_rate": [None, *([72] * (len(minutes) - 1))],
    }


COMPARED = {"sessions": [by_minute(1, 45), by_minute(2, 30), by_minute(3, 28)]}


@pytest.fixture
def asked() -> list[dict[str, list[str]]]:
    """The queries of the searches that were made."""
    return []


@pytest.fixture
async def shelf(wire: Wire, asked: list[dict[str, list[str]]]) -> Wire:
    """Fifty-three sessions on the record, in two pages; none that reached 290."""

    async def search(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        asked.append(query)
        if "min_peak_systolic" in query and float(query["min_peak_systolic"][0]) >= 290:
            body: Frame = {"items": [], "next_cursor": None}
        elif "cursor" in query:
            body = {"items": [item(n) for n in range(51, 54)], "next_cursor": None}
        else:
            body = {"items": [item(n) for n in range(1, 51)], "next_cursor": "c2"}
        await route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    await wire.page.route(re.compile(r"/api/v1/sessions\?"), search)
    await wire.answer("**/api/v1/chairs", 200, [{"id": chair_id(2), "label": "Chair 2", "room": "A"}])
    await wire.answer("**/api/v1/protocols", 200, [PROTOCOL])
    await wire.answer(re.compile(r"/api/v1/patients/[0-9a-f-]+$"), 200, PATIENT)
    await wire.answer("**/sessions-by-minute", 200, COMPARED)
    return wire


async def opened(wire: Wire, built: str, path: str, sign: str, size: tuple[int, int] = SIZES[0]) -> Page:
    await wire.page.set_viewport_size({"width": size[0], "height": size[1]})
    await wire.page.goto(f"{built}{path}")
    await expect(wire.page.locator(sign).first).to_be_visible()
    return wire.page


def rows(page: Page) -> Locator:
    return page.locator("[data-test=session-row]")


# -- scripted ----------------------------------------------------------------------------------------------------------


async def test_a_search_stands_in_the_address_but_for_what_may_be_a_name(
    shelf: Wire, built: str, asked: list[dict[str, list[str]]]
) -> None:
    page = await opened(shelf, built, "history", "[data-test=session-row]")
    await page.fill("[data-test=field-text]", "rivera ana")
    await page.fill("[data-test=field-from]", "2026-07-01")
    await page.fill("[data-test=field-to]", "2026-07-02")
    await page.select_option("[data-test=field-chair]", chair_id(2))
    await page.select_option("[data-test=field-protocol]", "iv_infusion")
    await page.select_option("[data-test=field-had]", "high")
    await page.fill("[data-test=field-over]", "150")
    await page.click("[data-test=search]")
    await expect(page.locator("[data-test=chip-text]")).to_have_text(re.compile("“rivera ana”"))
    assert "rivera" not in page.url
    wanted = {
        "q": ["rivera ana"],
        "from": ["2026-06-30T23:00:00.000Z"],
        "to": ["2026-07-02T23:00:00.000Z"],
        "chair_id": [chair_id(2)],
        "protocol": ["iv_infusion"],
        "had_priority": ["high"],
        "min_peak_systolic": ["150"],
    }
    assert {name: asked[-1].get(name) for name in wanted} == wanted, "days of London in summer"
    await page.reload()
    await expect(page.locator("[data-test=chip-text]")).to_be_visible()
    await expect(page.locator("[data-test=field-text]")).to_have_value("rivera ana")
    assert asked[-1]["q"] == ["rivera ana"]
    await page.click("[data-test=chip-text]")
    await expect(page.locator("[data-test=chip-text]")).to_have_count(0)
    assert "q" not in asked[-1]
    assert asked[-1]["had_priority"] == ["high"]
    await page.go_back()
    await expect(page.locator("[data-test=chip-text]")).to_be_visible()


async def test_nothing_found_shows_the_filters_as_chips_to_take_away(shelf: Wire, built: str) -> None:
    page = await opened(shelf, built, "history?over=290&had=low", "[data-test=no-match]")
    await expect(page.locator("[data-test=no-match]")).to_contain_text("No session matches")
    await expect(page.locator("[data-test=chip-over]")).to_have_text(re.compile("Peak SBP at least 290"))
    await page.click("[data-test=chip-over]")
    await expect(rows(page)).to_have_count(50)
    assert urlsplit(page.url).query == "had=low"


async def test_more_is_added_below_and_a_page_that_fails_loses_nothing(shelf: Wire, built: str) -> None:
    page = await opened(shelf, built, "history", "[data-test=session-row]")
    await expect(page.locator("[data-test=found-count]")).to_have_text("50 and more")
    shelf.console.allow("status of 503")

    async def away(route: Route) -> None:
        await route.fulfill(status=503, content_type="application/problem+json", body='{"code": "store_away"}')

    await page.route(re.compile("cursor="), away)
    await page.click("[data-test=more]")
    await expect(page.locator("[data-test=not-read]")).to_be_visible()
    await expect(rows(page)).to_have_count(50)
    await page.unroute(re.compile("cursor="), away)
    await page.get_by_role("button", name="Try again").click()
    await expect(rows(page)).to_have_count(53)
    await expect(page.locator("[data-test=more]")).to_have_count(0)
    await expect(page.locator("[data-test=found-count]")).to_have_text("53")


async def test_a_row_says_when_whose_how_high_and_how_it_ended(shelf: Wire, built: str) -> None:
    page = await opened(shelf, built, "history", "[data-test=session-row]")
    said = ["Thu, 19 Nov 2026", "14:32 GMT", "Ana Rivera", "MRN-4821", "Chair 2", "151/92", "+31 min", "+28/+14"]
    said += ["1 high", "2 medium", "40 min", "98 %", "Criteria met"]
    await expect(rows(page).first).to_have_text(re.compile(".*".join(re.escape(words) for words in said)))
    await expect(rows(page).first.locator("[data-test=small-trend]")).to_have_count(1)


async def test_what_no_search_can_be_is_said_beside_its_field(shelf: Wire, built: str, asked: list[Any]) -> None:
    page = await opened(shelf, built, "history", "[data-test=session-row]")
    before = len(asked)
    await page.fill("[data-test=field-over]", "900")
    await page.fill("[data-test=field-from]", "2026-07-02")
    await page.fill("[data-test=field-to]", "2026-07-01")
    await page.click("[data-test=search]")
    await expect(page.locator("[data-field=over] [data-test=field-refused]")).to_have_text("30 to 300 mmHg.")
    await expect(page.locator("[data-field=to] [data-test=field-refused]")).to_have_text("Not before the first day.")
    assert len(asked) == before


async def test_sessions_are_compared_by_minutes_after_the_dose(shelf: Wire, built: str) -> None:
    page = await opened(shelf, built, f"history/compare?patient={PATIENT['id']}", "[data-test=newest-line]")
    await expect(page.locator("[data-test=compare-patient]")).to_have_text("Ana Rivera")
    await expect(page.locator("[data-test=earlier-line]")).to_have_count(2)
    await expect(page.locator("[data-test=against-usual]")).to_have_text(
        "Newest session at its peak: 16 above usual at +30 min, by the median of 2 earlier sessions."
    )
    await expect(page.locator("[data-test=multiples] > li")).to_have_count(3)
    await page.get_by_text("As a table").click()
    line = page.locator("[data-test=compare-table] tbody tr", has_text="+30 min")
    assert await line.locator("td").all_inner_texts() == ["169", "154", "152", "153 (152\u2013154)"]
    before = await page.locator("[data-test=newest-line]").get_attribute("d")
    await page.click("[data-test=metric-heart_rate]")
    await expect(page.locator("[data-test=metric-heart_rate]")).to_have_attribute("aria-pressed", "true")
    assert await page.locator("[data-test=newest-line]").get_attribute("d") != before


@pytest.mark.parametrize(
    ("path", "sign"),
    [
        ("history?had=high", "[data-test=session-row]"),
        (f"history/compare?patient={PATIENT['id']}", "[data-test=newest-line]"),
    ],
)
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_no_rule_of_accessibility_is_broken(shelf: Wire, built: str, path: str, sign: str, theme: str) -> None:
    page = await opened(shelf, built, path, sign)
    await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found["violations"]] == []
        assert await page.evaluate(WIDER) == [], (width, height)


async def test_history_is_worked_by_keys_alone(shelf: Wire, built: str) -> None:
    page = await opened(shelf, built, "history", "[data-test=session-row]")
    await page.locator("[data-test=field-text]").focus()
    await page.keyboard.type("ant")
    await expect(page.locator("[data-test=field-text]")).to_have_value("ant")
    assert await page.evaluate("document.documentElement.dataset.theme ?? 'dark'") == "dark", (
        "letters typed do nothing else"
    )
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=chip-text]")).to_be_visible()
    await page.locator("[data-test=search]").focus()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.dataset.test") == "chip-text"
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=chip-text]")).to_have_count(0)
    await expect(page.locator("[data-test=session-row]").first).to_be_visible()
    await page.locator("[data-test=search]").focus()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.dataset.test") == "open-record"
    await page.keyboard.press("Tab")
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


# -- the real server ---------------------------------------------------------------------------------------------------


async def past(page: Page, server: Server) -> dict[str, Any]:
    """One of the demo's earlier sessions, with a high alert; the history is open."""
    await log_in(page, server, server.nurse)
    await page.get_by_role("link", name="History", exact=True).click()
    await expect(rows(page).first).to_be_visible(timeout=SOON_MS)
    found = server.get("sessions?had_priority=high&phase=discharged&limit=200")["items"]
    # Other tests leave sessions with a high alert behind, in which nobody was ever dosed.
    whole = (one for one in found if one["summary"]["minutes_in_dosing"] > 0)
    return next(one for one in whole if one["summary"]["peak_systolic"] >= 180)


async def test_the_demos_history_is_found_by_everything_that_is_asked(
    page: Page, server: Server, place: Place, console: Console
) -> None:
    one = await past(page, server)
    first, last = one["patient"]["name"].split()
    for text in (f"{last.upper()} {first[:3]}", one["patient"]["mrn"]):
        await page.fill("[data-test=field-text]", text)
        await page.click("[data-test=search]")
        query = server.get(f"sessions?patient_id={one['patient']['id']}&limit=200")["items"]
        await expect(rows(page)).to_have_count(len(query), timeout=SOON_MS)
        shown = await rows(page).evaluate_all("all => all.map((row) => row.dataset.session)")
        assert shown == [found["id"] for found in query]
    await page.click("[data-test=chip-text]")
    await page.select_option("[data-test=field-had]", "high")
    await page.fill("[data-test=field-over]", "180")
    day = one["checked_in_at"][:10]
    await page.fill("[data-test=field-from]", day)
    await page.fill("[data-test=field-to]", day)
    await page.click("[data-test=search]")
    await expect(rows(page).locator(f"xpath=self::*[@data-session='{one['id']}']")).to_be_visible(timeout=SOON_MS)
    for row in await rows(page).all():
        await expect(row).to_contain_text(re.compile("GMT|BST"))
        peak = re.search(r"(\d+)/\d+", await row.locator("[data-label='Peak BP']").inner_text())
        assert peak is not None
        assert int(peak[1]) >= 180


async def test_a_record_is_reached_read_and_printed_with_all_that_happened(
    page: Page, server: Server, console: Console, tmp_path: Path
) -> None:
    one = await past(page, server)
    await page.fill("[data-test=field-text]", one["patient"]["mrn"])
    await page.click("[data-test=search]")
    await page.locator(f"[data-session='{one['id']}'] [data-test=open-record]").click()
    await expect(page.locator("[data-test=whole-record]")).to_be_visible(timeout=SOON_MS)
    await expect(page.locator("[data-test=whose]")).to_contain_text(one["patient"]["name"])
    await expect(page.locator("[data-test=timeline]")).to_contain_text("Discharged", timeout=SOON_MS)
    assert await page.locator("[data-test=whole-record] form, [data-test=actions]").count() == 0
    printed = tmp_path / "record.pdf"
    await page.pdf(path=printed, format="A4")
    paper = read_pdf(printed)
    assert paper.pages >= 1
    high = [
        a for a in server.get(f"sessions/{one['id']}/alerts") if (a["priority"], a["kind"]) == ("high", "physiological")
    ]
    assert any(paper.says(f"*** {name}") for name in ("SBP", "DBP", "HR", "SpO₂")), high
    for words in (
        one["patient"]["name"],
        one["patient"]["mrn"],
        "Session record",
        "Baseline",
        "Ketamine",
        "Discharged",
        "Robin Ashe",
    ):
        assert paper.says(words), words
    for words in ("Turn on sound", "Compare sessions", "Log out"):
        assert not paper.says(words), words
    await page.click("[data-test=back]")
    await expect(page.locator("[data-test=chip-text]")).to_be_visible()


async def test_from_history_to_comparison_in_three_clicks(page: Page, server: Server, console: Console) -> None:
    await log_in(page, server, server.nurse)
    await page.get_by_role("link", name="History", exact=True).click()
    await rows(page).last.locator("[data-test=open-record]").click(timeout=SOON_MS)
    await page.locator("[data-test=compare]").click(timeout=SOON_MS)
    await expect(page.locator("[data-test=newest-line]")).to_be_visible(timeout=SOON_MS)
    await expect(page.locator("[data-test=multiples] > li")).not_to_have_count(0)
