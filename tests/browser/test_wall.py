"""The wall against the real server: a nurse logs in, sees readings, acknowledges, and sees them grow old."""

import asyncio
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, Page, expect
from pytest_playwright_asyncio import CreateContextCallback

from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console, demo
from tests.browser.script import GONE

SOON_MS = 15_000
CAUGHT_UP_MS = 60_000
"""A new demo first sends what its devices measured before it started: on a busy machine that takes a while."""
INITIALS = re.compile(r"^[A-Z]{1,2}$")


async def log_in(page: Page, server: Server, login: tuple[str, str]) -> None:
    await page.goto(server.url)
    await page.fill("[data-test=username]", login[0])
    await page.fill("[data-test=password]", login[1])
    await page.click("[data-test=log-in]")


def tile(page: Page, place: Place) -> Locator:
    return page.locator(f"[data-chair='{place.label}']")


def taken(server: Server, alert_id: str | None) -> tuple[str, str]:
    """By whom and when the open alert was acknowledged, as the server has it stored."""
    [alert] = [alert for alert in server.get("alerts?state=open") if alert["id"] == alert_id]
    assert alert["acknowledged_at"] is not None
    return alert["acknowledged_by"], alert["acknowledged_at"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A clinic of these tests alone: so few chairs that every tile has its buttons, whatever other tests have added."""
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
async def wall(page: Page, server: Server, console: Console) -> Page:
    """The wall, logged in as the nurse."""
    await log_in(page, server, server.nurse)
    await expect(page.locator("[data-test=connection]")).to_have_text("Live", timeout=SOON_MS)
    return page


async def test_a_wrong_password_is_refused_and_nothing_is_shown(page: Page, server: Server, console: Console) -> None:
    console.allow("status of 401")
    await log_in(page, server, (server.nurse[0], "not the password of anybody"))
    await expect(page.locator("[data-test=login-refused]")).to_have_text("User name or password is not right.")
    await expect(page.locator("[data-test=tile]")).to_have_count(0)


async def test_every_chair_has_a_tile(wall: Page, server: Server) -> None:
    chairs = server.get("chairs")
    await expect(wall.locator("[data-test=tile]")).to_have_count(len(chairs))
    await expect(wall.locator("[data-phase=dosing]").first).to_be_visible(timeout=CAUGHT_UP_MS)


async def test_readings_appear_with_their_age_and_source_and_grow_old(wall: Page, server: Server, place: Place) -> None:
    server.read(place.monitor, "ecg", heart_rate=74)
    server.read(place.monitor, "pulse_ox", spo2=98)
    server.read(place.cuff, "nibp", systolic=131, diastolic=82, mean=98)
    mine = tile(wall, place)
    await expect(mine).to_have_attribute("data-phase", "preparing")
    await expect(mine.locator("[data-test=patient]")).to_have_text(place.patient)
    await expect(mine.locator("[data-test=bp]")).to_have_text("131/82", timeout=SOON_MS)
    await expect(mine.locator("[data-test=heart_rate]")).to_have_text("74")
    await expect(mine.locator("[data-test=spo2]")).to_have_text("98")
    await expect(mine.locator("[data-metric=heart_rate] [data-test=age]")).to_have_text(re.compile(r"^\d+ s · ECG$"))
    await expect(mine.locator("[data-metric=heart_rate]")).to_have_attribute("data-fresh", "stale", timeout=SOON_MS)
    await expect(mine).to_have_attribute("data-fresh", "stale")
    await expect(mine.locator("[data-metric=blood_pressure]")).to_have_attribute("data-fresh", "live")


async def test_an_alert_is_acknowledged_once_and_seen_on_every_screen(
    wall: Page, server: Server, place: Place, new_context: CreateContextCallback, console: Console
) -> None:
    other = await (await new_context()).new_page()
    console.watch(other)
    await log_in(other, server, server.nurse)
    server.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    for screen in (wall, other):
        strip = tile(screen, place).locator("[data-test=strip] [data-test=alert-text]")
        await expect(strip).to_contain_text("SBP 207, limit 180", timeout=SOON_MS)
        await expect(tile(screen, place)).to_have_attribute("data-level", "3")
        await expect(tile(screen, place)).to_have_attribute("data-ack", "needed")
    me = server.get("me")["name"]
    await tile(wall, place).locator("[data-test=ack]").click()
    for screen in (wall, other):
        row = screen.locator("[data-test=alert]", has_text=place.label).filter(has_text="SBP 207")
        await expect(row.locator("[data-test=ack-done]")).to_have_text(
            re.compile(rf"^{me}, again in \d+:\d\d$"), timeout=SOON_MS
        )
    stored = [alert for alert in server.get("alerts?state=open") if alert["session_id"] == place.session_id]
    assert [alert["acknowledged_at"] is not None for alert in stored if alert["limit"] == "systolic_high"] == [True]


async def test_a_single_high_cuff_reading_asks_for_a_second(wall: Page, server: Server, place: Place) -> None:
    server.read(place.cuff, "nibp", systolic=184, diastolic=84, mean=117)
    state = tile(wall, place).locator("[data-test=strip] [data-test=alert-state]")
    await expect(state).to_contain_text(re.compile(r"measure again, \d:\d\d"), timeout=SOON_MS)
    server.read(place.cuff, "nibp", systolic=132, diastolic=80, mean=97)
    await expect(tile(wall, place)).to_have_attribute("data-level", "0", timeout=SOON_MS)


async def test_an_alert_is_painted_and_its_screen_counts_as_watching_and_heard(
    wall: Page, server: Server, place: Place
) -> None:
    watching = wall.locator("[data-test=watching]")
    await expect(wall.locator("[data-test=sound]")).to_have_text("Sound off")
    await expect(watching).to_have_text("1 watching, 0 with sound", timeout=SOON_MS)
    before = server.painted()
    server.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    await expect(tile(wall, place).locator("[data-test=strip] [data-test=alert-text]")).to_contain_text(
        "SBP 207, limit 180", timeout=SOON_MS
    )
    await wall.click("[data-test=turn-on-sound]")
    await expect(wall.locator("[data-test=sound]")).to_have_text("Sound on")
    await expect(watching).to_have_text("1 watching, 1 with sound", timeout=SOON_MS)
    assert server.painted() > before


async def test_a_session_that_ends_clears_its_tile_and_its_open_alert_is_not_the_chairs(
    wall: Page, server: Server, place: Place
) -> None:
    server.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    mine = tile(wall, place)
    await expect(mine).to_have_attribute("data-level", "3", timeout=SOON_MS)
    server.discharge(place.session_id)
    await expect(mine).to_have_attribute("data-phase", "discharged", timeout=SOON_MS)
    await expect(mine).to_have_attribute("data-level", "0", timeout=SOON_MS)
    nurse = server.get("me")["name"]
    only = rf"^{place.label}Discharged \d\d:\d\d{nurse}Left before readyMark chair ready$"
    await expect(mine).to_have_text(re.compile(only))
    row = wall.locator("[data-test=alert]", has_text=place.label).filter(has_text="SBP 207")
    await expect(row.locator("[data-test=earlier]")).to_have_text("Earlier session")
    await row.locator("[data-test=ack]").click()
    await expect(row).to_have_count(0, timeout=SOON_MS)


async def test_a_wallboard_says_initials_and_no_name(
    page: Page, server: Server, place: Place, console: Console
) -> None:
    login = server.wallboard()
    await log_in(page, server, login)
    await expect(tile(page, place).locator("[data-test=patient]")).to_have_text(INITIALS, timeout=SOON_MS)
    shown = await page.locator("[data-test=patient]").all_inner_texts()
    assert [text for text in shown if text != "" and not INITIALS.match(text)] == []
    assert place.patient not in await page.content()


async def test_the_next_patient_never_sees_the_last_ones_values(wall: Page, server: Server, place: Place) -> None:
    server.read(place.cuff, "nibp", systolic=131, diastolic=82, mean=98)
    await expect(tile(wall, place).locator("[data-test=bp]")).to_have_text("131/82", timeout=SOON_MS)
    chair_id = await tile(wall, place).get_attribute("data-chair-id")
    assert chair_id is not None
    server.discharge(place.session_id)
    await expect(tile(wall, place)).to_have_attribute("data-phase", "discharged", timeout=SOON_MS)
    await expect(tile(wall, place)).not_to_contain_text("131")
    following = server.session(chair_id, "Olive Next")
    await expect(tile(wall, place).locator("[data-test=patient]")).to_have_text("Olive Next", timeout=SOON_MS)
    await expect(tile(wall, place).locator("[data-test=bp]")).to_have_text(GONE)
    server.discharge(following)


async def test_the_session_page_tells_what_happened(wall: Page, server: Server, place: Place) -> None:
    server.post(server.nurse, f"sessions/{place.session_id}/events", {"kind": "note", "text": "arrived calm"})
    await tile(wall, place).get_by_role("heading").get_by_role("link").click()
    await expect(wall.locator("[data-test=timeline]")).to_contain_text("arrived calm", timeout=SOON_MS)
    await wall.reload()
    await expect(wall.locator("[data-test=session] h1")).to_contain_text(place.patient, timeout=SOON_MS)
    await expect(wall.locator("[data-test=timeline]")).to_contain_text("checked", timeout=SOON_MS)


async def test_a_server_that_stops_answering_is_noticed_and_comes_back(
    wall: Page, server: Server, console: Console
) -> None:
    console.allow("WebSocket connection to")
    server.signal(signal.SIGSTOP)
    try:
        await expect(wall.locator("[data-test=not-connected]")).to_contain_text("Not connected since", timeout=20_000)
        await expect(wall.locator("[data-fresh=live]")).to_have_count(0)
    finally:
        server.signal(signal.SIGCONT)
    await expect(wall.locator("[data-test=connection]")).to_have_text("Live", timeout=40_000)
    await expect(wall.locator("[data-test=not-connected]")).to_have_count(0)


async def test_after_a_crash_and_a_new_start_the_page_finds_the_same_alert_by_itself(
    wall: Page, server: Server, place: Place, console: Console
) -> None:
    console.allow("WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "status of 503")
    server.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    row = wall.locator("[data-test=alert]", has_text=place.label).filter(has_text="SBP 207")
    await expect(row).to_be_visible(timeout=SOON_MS)
    before = await row.get_attribute("data-alert")
    await row.locator("[data-test=ack]").click()
    done = row.locator("[data-test=ack-done]")
    await expect(done).to_be_visible(timeout=SOON_MS)
    again_in = rf"^{server.get('me')['name']}, again in \d+:\d\d$"
    await expect(done).to_have_text(re.compile(again_in))
    stored = taken(server, before)
    connections: list[str] = []
    wall.on("websocket", lambda socket: connections.append(socket.url))
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    await expect(wall.locator("[data-test=connection]")).to_have_text("Live", timeout=40_000)
    assert connections
    await expect(row).to_have_attribute("data-alert", before or "")
    await expect(done).to_have_text(re.compile(again_in))
    assert taken(server, before) == stored
    await expect(tile(wall, place).locator("[data-test=patient]")).to_have_text(place.patient)


async def test_logging_out_leaves_no_name_on_the_screen(wall: Page, server: Server, place: Place) -> None:
    await expect(tile(wall, place).locator("[data-test=patient]")).to_have_text(place.patient)
    await wall.click("[data-test=who]")  # shifts are used in the demo: the menu of who is on holds it
    await wall.click("[data-test=logout]")
    await expect(wall.locator("[data-test=login]")).to_be_visible()
    assert place.patient not in await wall.content()
