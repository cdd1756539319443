"""The page of alerts: what is open in its three states, the day's history with its counts, and the hand-over list."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser import script
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.pdf import read_pdf
from tests.browser.script import Frame, alert, alert_id, at, chair_id, session_id
from tests.browser.test_scripted import AXE, Wire, wire
from tests.browser.test_wall import SOON_MS, log_in

__all__ = ["wire"]

WIDER = """[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest('.sr, .scroll-x > *')).map((e) => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`)"""
"""What sticks out at the right of the window."""
SIZES = ((1920, 1080), (1180, 820), (820, 1180), (390, 844))
WHO = {"acknowledged_by": "00000000-0000-4000-b000-000000000009", "acknowledged_by_name": "RN Okafor"}
OPEN: list[Frame] = [
    alert(1, 2, "systolic_high", "high", value=192.0, limit_value=180.0, worst_value=196.0),
    alert(2, 3, "heart_rate_high", "medium", value=131.0, limit_value=130.0, opened_at=at(-300)),
    alert(3, 5, "device_silent", "medium", opened_at=at(-900)),
    alert(
        4, 4, "spo2_low", "medium", value=91.0, raised_at=at(-130), acknowledged_at=at(-100), remind_at=at(72), **WHO
    ),
    alert(5, 1, "systolic_high", "high", value=182.0, state="returned", returned_at=at(-60), ended_at=at(-90)),
]
PAST: list[Frame] = [
    *OPEN,
    alert(6, 2, "diastolic_high", "high", value=112.0, state="closed", opened_at=at(-7200), raised_at=at(-7199))
    | {"acknowledged_at": at(-7169), "ended_at": at(-6900), "note": "seen at the chair"}
    | WHO,
    alert(7, 6, "sensor_off", "low", state="closed", opened_at=at(-3700), raised_at=at(-3690), ended_at=at(-3600)),
]
EVENTS = [
    {"id": "e1", "kind": "dose", "at": at(-1900), "recorded_at": at(-1899), "drug": "ketamine", "amount_mg": 35.0},
    {"id": "e2", "kind": "medication", "at": at(-400), "recorded_at": at(-399), "drug": "ondansetron", "amount": 4}
    | {"unit": "mg", "route": "iv"},
    {"id": "e3", "kind": "note", "at": at(-300), "recorded_at": at(-299), "text": "Holds the nurse's hand"},
]


def chart(n: int, name: str) -> Frame:
    patient = {"id": session_id(n), "mrn": f"MRN-{n}821", "name": name, "birth_date": "1982-03-02", "sex": "female"}
    return {"id": session_id(n), "patient": patient, "events": EVENTS}


@pytest.fixture
def asked() -> list[str]:
    """The addresses at which the day's alerts were asked for."""
    return []


@pytest.fixture
async def alerts(wire: Wire, asked: list[str]) -> Wire:
    """Five open alerts on the wire, seven of the day on the record, and charts."""
    wire.greet = [script.hello(), {**script.snapshot(), "alerts": OPEN}]

    async def day(route: Route) -> None:
        asked.append(route.request.url)
        query = parse_qs(urlsplit(route.request.url).query)
        wanted = {
            name: query[key][0]
            for name, key in (("chair_id", "chair_id"), ("priority", "priority"), ("kind", "kind"))
            if key in query
        }
        found = [one for one in PAST if all(one[name] == value for name, value in wanted.items())]
        await route.fulfill(status=200, content_type="application/json", body=json.dumps(found))

    async def charts(route: Route) -> None:
        found = re.search(r"/sessions/([0-9a-f-]+)(/events)?$", urlsplit(route.request.url).path)
        body: Any = {"items": [], "next_cursor": None}
        if found is not None:
            n = int(found[1][-3:])
            seated = next(
                item["session"]
                for item in script.chairs()
                if item["session"] and item["session"]["id"] == session_id(n)
            )
            body = EVENTS if found[2] else chart(n, seated["patient"]["name"])
        await route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    await wire.page.route(re.compile(r"/api/v1/alerts\?"), day)
    await wire.page.route(re.compile(r"/api/v1/sessions"), charts)
    return wire


async def opened(wire: Wire, built: str, path: str = "alerts", size: tuple[int, int] = SIZES[0]) -> Page:
    await wire.page.set_viewport_size({"width": size[0], "height": size[1]})
    await wire.page.goto(f"{built}{path}")
    wait_for = "handover-chair" if "handover" in path else "past-alert"
    await expect(wire.page.locator(f"[data-test={wait_for}]").first).to_be_visible()
    return wire.page


def ids(group: str, page: Page) -> Any:
    return page.locator(f"[data-group={group}] [data-alert]").evaluate_all(
        "rows => rows.map((row) => row.dataset.alert)"
    )


async def test_open_alerts_stand_by_what_is_asked_of_a_nurse(alerts: Wire, built: str) -> None:
    page = await opened(alerts, built)
    assert await ids("active", page) == [alert_id(1), alert_id(3), alert_id(2)], "by priority, then age"
    assert await ids("taken", page) == [alert_id(4)]
    assert await ids("unreviewed", page) == [alert_id(5)]
    taken = page.locator("[data-group=taken] [data-alert]")
    await expect(taken.locator("[data-test=ack-done]")).to_have_text(re.compile(r"RN Okafor 14:30"))
    await expect(taken.locator("[data-test=again]")).to_have_text(re.compile(r"Sounds again in 1:\d\d"))
    await alerts.pass_time(30, 1)
    await expect(taken.locator("[data-test=again]")).to_have_text(re.compile(r"Sounds again in 0:\d\d"))
    await expect(page.locator("[data-group=active] [data-alert]").first).to_contain_text("Chair 2 Ana <b>Rivera</b>")
    await expect(page.locator("[data-group=unreviewed]")).to_contain_text("resolved 14:30")


async def test_reviewing_is_one_press_and_the_server_decides(alerts: Wire, built: str) -> None:
    await alerts.answer("**/acknowledge", 200, OPEN[4])
    page = await opened(alerts, built)
    async with page.expect_response("**/acknowledge"):
        await page.locator("[data-group=unreviewed] [data-test=ack]").click()
    assert len(alerts.acknowledgements) == 1
    await expect(page.locator("[data-group=unreviewed] [data-alert]")).to_have_count(1)
    alerts.say({"type": "changes", "seq": 2, "alerts": [{**OPEN[4], "state": "closed", "acknowledged_at": at(1)}]})
    await expect(page.locator("[data-group=unreviewed] [data-alert]")).to_have_count(0)


async def test_the_day_is_counted_and_filtered_by_chips_in_the_address(
    alerts: Wire, built: str, asked: list[str]
) -> None:
    page = await opened(alerts, built)
    first = parse_qs(urlsplit(asked[0]).query)
    assert (first["from"], first["to"]) == (["2026-11-20T00:00:00.000Z"], ["2026-11-21T00:00:00.000Z"])
    await expect(page.locator("[data-test=day-count]")).to_have_text("7")
    await expect(page.locator("[data-test=response-median]")).to_have_text("0:30")
    await expect(page.locator("[data-test=response-waiting]")).to_have_text("4")
    rows = page.locator("[data-test=per-chair] tbody tr")
    await expect(rows.filter(has_text="Chair 2").locator("td").first).to_have_text("2")
    hours = await page.locator("[data-test=per-hour] tbody th").all_inner_texts()
    assert hours == ["12:00", "13:00", "14:00"]
    closed = page.locator(f"[data-past-alert='{alert_id(6)}']")
    await expect(closed).to_contain_text("RN Okafor, after 0:30")
    await expect(closed).to_contain_text("seen at the chair")
    await page.select_option("[data-test=field-priority]", "high")
    await page.select_option("[data-test=field-chair]", chair_id(2))
    await expect(page.locator("[data-test=past-alert]")).to_have_count(2)
    assert parse_qs(urlsplit(page.url).query) == {"chair": [chair_id(2)], "priority": ["high"]}
    await page.reload()
    await expect(page.locator("[data-test=past-alert]")).to_have_count(2)
    await page.locator("[data-test=chip-chair]").click()
    await expect(page.locator("[data-test=past-alert]")).to_have_count(3)
    await page.locator("[data-test=chip-priority]").click()
    await page.select_option("[data-test=field-kind]", "technical")
    await expect(page.locator("[data-test=past-alert]")).to_have_count(2)


async def test_the_hand_over_list_says_of_each_chair_what_the_next_nurse_asks(alerts: Wire, built: str) -> None:
    page = await opened(alerts, built)
    await page.locator("[data-test=handover]").click()
    await expect(page.locator("[data-test=print]")).to_be_enabled()
    await expect(page.locator("[data-test=handover-chair]")).to_have_count(5)
    ana = page.locator("[data-test=handover-chair][data-chair='Chair 2']")
    for part, said in (
        ("baseline", "124/78 · HR 70"),
        ("last", "BP 192/104 (14:30)"),
        ("alerts", "SBP 192, limit 180"),
        ("given", "ketamine, 35 mg"),
        ("given", "ondansetron, 4 mg, IV"),
        ("due", "Nothing due"),
        ("notes", "14:27 Holds the nurse's hand"),
    ):
        await expect(ana.locator(f"[data-part={part}]")).to_contain_text(said)
    await expect(ana.locator("header")).to_contain_text(re.compile("44 y · F · MRN-2821.*Dosing 32 of 40 min"))
    await expect(page.locator("[data-chair='Chair 1'] [data-part=due]")).to_contain_text("Blood pressure at 14:34")
    await expect(page.locator("[data-test=free]")).to_have_text("Free: Chair 6")
    await expect(page.locator("[data-test=printed]")).to_contain_text(
        "Northside Clinic · Fri, 20 Nov 2026, 14:32 GMT · Printed by RN Okafor"
    )


async def test_the_hand_over_list_prints_to_a4(alerts: Wire, built: str, tmp_path: Path) -> None:
    page = await opened(alerts, built, "alerts?show=handover")
    await expect(page.locator("[data-test=print]")).to_be_enabled()
    printed = tmp_path / "handover.pdf"
    await page.pdf(path=printed, format="A4")
    paper = read_pdf(printed)
    assert 1 <= paper.pages <= 3
    for words in (
        "Northside Clinic",
        "Chair 2",
        "MRN-2821",
        "Dosing 32 of 40 min",
        "192/104",
        "*** SBP 192, limit 180",
        "ondansetron",
        "Holds the nurse",
        "Free: Chair 6",
        "GMT",
    ):
        assert paper.says(words), words
    for words in ("Turn on sound", "Log out", "Refresh"):
        assert not paper.says(words), words


async def test_a_chart_that_cannot_be_read_is_said_and_not_left_out(alerts: Wire, built: str) -> None:
    await alerts.answer(f"**/sessions/{session_id(2)}/events", 503, {"code": "store_away", "detail": ""})
    page = await opened(alerts, built, "alerts?show=handover")
    ana = page.locator("[data-test=handover-chair][data-chair='Chair 2']")
    await expect(ana.locator("[data-part=given]")).to_contain_text("Could not be read")
    await expect(page.locator("[data-chair='Chair 1'] [data-part=given]")).to_contain_text("ketamine")


@pytest.mark.parametrize("path", ["alerts", "alerts?show=handover"])
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_no_rule_of_accessibility_is_broken(alerts: Wire, built: str, path: str, theme: str) -> None:
    page = await opened(alerts, built, path)
    await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found["violations"]] == []
        assert await page.evaluate(WIDER) == [], (width, height)
        small = await page.locator(".sheet :is(button, select, input, a.btn):visible").evaluate_all(
            "all => all.filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"
        )
        assert small == []


async def test_the_page_is_worked_by_keys_alone(alerts: Wire, built: str) -> None:
    await alerts.answer("**/acknowledge", 200, OPEN[0])
    page = await opened(alerts, built)
    await page.keyboard.press("n")
    assert await page.evaluate("document.activeElement.closest('[data-alert]').dataset.alert") == alert_id(1)
    async with page.expect_response("**/acknowledge"):
        await page.keyboard.press("a")
    assert len(alerts.acknowledgements) == 1
    await page.locator("[data-test=handover]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=print]")).to_be_enabled()
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-test=alerts-page]")).to_be_visible()
    await page.locator("[data-test=field-kind]").focus()
    await page.keyboard.press("t")
    await expect(page.locator("[data-test=chip-kind]")).to_have_text(re.compile("Technical"))


async def test_what_resolved_unseen_is_reviewed_on_the_real_server(
    page: Page, server: Server, place: Place, console: Console
) -> None:
    server.read(place.cuff, "nibp", systolic=207, diastolic=84, mean=125)
    server.read(place.cuff, "nibp", systolic=128, diastolic=80, mean=96)
    await log_in(page, server, server.nurse)
    await page.get_by_role("link", name="Alerts", exact=True).click()
    row = page.locator("[data-group=unreviewed] [data-alert]", has_text=place.label)
    await expect(row).to_contain_text("SBP 207", timeout=SOON_MS)
    await expect(row).to_contain_text(place.patient)
    await row.locator("[data-test=ack]").click()
    await expect(row).to_have_count(0, timeout=SOON_MS)
    await page.locator("[data-test=refresh]").click()
    past = page.locator("[data-test=past-alert]", has_text=place.label).filter(has_text="SBP 207")
    await expect(past).to_contain_text(re.compile(r"Robin Ashe, after \d+:\d\d"), timeout=SOON_MS)
