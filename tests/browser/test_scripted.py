"""What the wall does when its server falls silent, skips a number or refuses: a scripted connection."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from tests.browser import script, scripted_record
from tests.browser.conftest import Console

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
NURSE = {"id": "00000000-0000-4000-b000-000000000001", "username": "nurse", "name": "RN Okafor", "roles": ["nurse"]}
TIMELINE = [
    {
        "at": script.at(-1900),
        "recorded_at": script.at(-1899),
        "type": "event",
        "kind": "dose",
        "drug": "ketamine",
        "amount_mg": 35.0,
        "route": "iv",
    }
]


@dataclass
class Wire:
    """The server's side of the live connection: every connection made, and every frame the screen sent."""

    page: Page
    console: Console
    greet: list[script.Frame] = field(default_factory=lambda: [script.hello(), script.snapshot()])
    opened: list[WebSocketRoute] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    acknowledgements: list[str] = field(default_factory=list)

    def accept(self, connection: WebSocketRoute) -> None:
        self.opened.append(connection)
        connection.on_message(lambda text: self.heard.append(json.loads(text)))
        for frame in self.greet:
            connection.send(json.dumps(frame))

    def say(self, *frames: script.Frame) -> None:
        for frame in frames:
            self.opened[-1].send(json.dumps(frame))

    def sent(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["type"] == kind]

    async def answer(self, pattern: str | re.Pattern[str], status: int, body: object) -> None:
        """Answer every request to that path so; acknowledgements keep their keys. Chromium says every refusal aloud."""
        if status >= 400:
            self.console.allow(rf"^error: Failed to load resource: .* status of {status}")

        async def fulfil(route: Route) -> None:
            if "acknowledge" in route.request.url:
                self.acknowledgements.append(route.request.headers.get("idempotency-key", ""))
            kind = "application/json" if status < 400 else "application/problem+json"
            await route.fulfill(status=status, content_type=kind, body=json.dumps(body))

        await self.page.route(pattern, fulfil)

    async def answer_record(self, n: int, **instead: object) -> None:
        """What the page of session `n` reads; `instead` replaces answers by their last word."""
        for path, body in scripted_record.answers(n).items():
            name = path.strip("/").replace("?", "_").replace("=", "_") or "detail"
            pattern = re.compile(rf"/sessions/{script.session_id(n)}{re.escape(path)}$")
            await self.answer(pattern, 200, instead.get(name, body))
        await self.answer(
            "**/protocols/*/versions/*", 200, {"timetable": {"interval_min": {"dosing": 5, "recovery": 15}}}
        )
        await self.answer("**/sessions-by-minute?**", 200, {"sessions": [], "usual": None})
        await self.answer(
            "**/sessions?patient_id=**", 200, {"items": [{"id": script.session_id(n)}], "next_cursor": None}
        )

    async def pass_time(self, seconds: float, seq: int | None = None) -> None:
        """Let the page's clock run; with `seq`, heartbeats keep the connection alive every 2 s."""
        start = await self.page.evaluate("Date.now()") / 1000 - script.NOW.timestamp()
        passed = 0.0
        while passed < seconds:
            span = min(2.0, seconds - passed)
            passed += span
            await self.page.clock.run_for(round(span * 1000))
            if seq is not None:
                self.say(script.heartbeat(seq, start + passed))


@pytest.fixture
async def wire(page: Page, built: str, console: Console) -> Wire:
    """A page where somebody is logged in, with a scripted server, its clock in the tests' hands; not yet opened."""
    wire = Wire(page, console)
    await page.add_init_script("localStorage.setItem('kat-monitor-login', '1')")
    await wire.answer("**/api/v1/me", 200, NURSE)
    await page.route_web_socket("**/api/v1/live", wire.accept)
    await page.clock.install(time=script.NOW.timestamp())
    return wire


@pytest.fixture
async def wall(wire: Wire, built: str) -> Wire:
    """The wall, drawn from the scripted snapshot."""
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(6)
    return wire


def chair(page: Page, n: int) -> Any:
    return page.locator(f"[data-chair='Chair {n}']")


async def test_tiles_say_phase_level_kind_and_freshness(wall: Wire) -> None:
    tile = chair(wall.page, 2)
    for name, value in {"phase": "dosing", "level": "3", "kind": "patient", "ack": "needed", "fresh": "live"}.items():
        await expect(tile).to_have_attribute(f"data-{name}", value)
    await expect(tile.locator("[data-test=strip] [data-test=alert-text]")).to_contain_text("SBP 192, limit 180")
    await expect(tile.locator("[data-test=bp]")).to_have_text("192/104")
    await expect(tile.locator("[data-test=patient]")).to_have_text("Ana <b>Rivera</b>")
    await expect(tile.locator("[data-test=phase]")).to_contain_text("32:06")
    await expect(chair(wall.page, 6)).to_have_attribute("data-phase", "free")
    await expect(wall.page).to_have_title("*** Chair 2 SBP 192, limit 180")


async def test_a_provisional_alert_counts_down(wall: Wire) -> None:
    state = chair(wall.page, 3).locator("[data-test=strip] [data-test=alert-state]")
    await wall.pass_time(3, seq=1)
    await expect(state).to_have_text(re.compile(r"^measure again, 1:1[0-6] · 14:31$"))


async def test_ready_is_explained_and_a_new_alert_takes_it_back(wall: Wire) -> None:
    ready = chair(wall.page, 4).locator("[data-test=readiness]")
    await expect(ready.locator("summary")).to_have_text("Criteria met")
    await ready.locator("summary").click()
    await expect(ready.locator("[data-criterion=escort]")).to_contain_text("Responsible adult (driver)")
    lost = {"session_id": script.session_id(4), "ready": False, "as_of": script.at(0), "criteria": script.CRITERIA}
    wall.say({"type": "changes", "seq": 2, "alerts": [script.alert(9, 4, "spo2_low", "high")], "readiness": [lost]})
    await expect(ready.locator("summary")).to_have_text("1 of 3 criteria met")
    await expect(chair(wall.page, 4)).to_have_attribute("data-level", "3")


async def test_no_old_number_survives_its_time(wall: Wire) -> None:
    tile = chair(wall.page, 1)
    await wall.pass_time(6, seq=1)
    await expect(tile).to_have_attribute("data-fresh", "stale")
    await wall.pass_time(26, seq=1)
    await expect(tile).to_have_attribute("data-fresh", "lost")
    await expect(tile.locator("[data-test=heart_rate]")).to_have_text(script.GONE)
    await expect(tile.locator("[data-metric=heart_rate]")).to_contain_text("last at 14:31")
    await expect(chair(wall.page, 5).locator("[data-test=bp]")).to_have_text(script.GONE)
    shown = await tile.locator(".v").all_inner_texts()
    assert shown == [script.GONE] * 3


async def test_silence_is_said_and_heals(wall: Wire) -> None:
    page = wall.page
    await wall.pass_time(6)
    await expect(page.locator("[data-test=connection]")).to_have_text("Waiting")
    assert wall.sent("resync")
    wall.greet = []
    await wall.pass_time(6)
    await expect(page.get_by_role("alert")).to_have_text(
        "Not connected since 14:32:00. Values are old. Watch patients directly."
    )
    await expect(page).to_have_title("NOT CONNECTED")
    await expect(chair(page, 1)).not_to_have_attribute("data-fresh", "live")
    await expect(chair(page, 2).locator("[data-test=ack]")).to_be_disabled()
    await wall.pass_time(3)
    wall.say(script.hello() | {"server_time": script.at(15)}, script.snapshot(40))
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(page.locator("[data-test=connection]")).to_have_text("Live")
    assert len(wall.opened) > 1


async def test_a_gap_is_asked_about_and_nothing_is_taken_before_the_answer(wall: Wire) -> None:
    wall.say({"type": "changes", "seq": 3, "alerts": [script.alert(9, 1, "spo2_low", "high")]})
    await expect(chair(wall.page, 1)).to_have_attribute("data-level", "0")
    await wall.pass_time(1)
    assert len(wall.sent("resync")) == 1
    later = script.snapshot(4)
    later["alerts"].append(script.alert(9, 1, "spo2_low", "high"))
    wall.say(later)
    await expect(chair(wall.page, 1)).to_have_attribute("data-level", "3")


async def test_one_click_is_one_request_and_only_a_frame_acknowledges(wall: Wire) -> None:
    await wall.answer("**/acknowledge", 200, script.alerts()[0])
    button = chair(wall.page, 2).locator("[data-test=ack]")
    await button.click()
    await expect(chair(wall.page, 2).locator(".done")).to_have_text("Acknowledged")
    await expect(chair(wall.page, 2)).to_have_attribute("data-ack", "needed")
    done = script.alerts()[0] | {"acknowledged_by": "RN Okafor", "acknowledged_at": script.at(0)}
    wall.say({"type": "changes", "seq": 2, "alerts": [done]})
    await expect(chair(wall.page, 2)).to_have_attribute("data-ack", "done")
    row = wall.page.locator(f"[data-test=alert][data-alert='{script.alert_id(1)}']")
    await expect(row.locator("[data-test=ack-done]")).to_have_text("RN Okafor 14:32")
    assert len(wall.acknowledgements) == 1
    assert len(wall.acknowledgements[0]) == 36


async def test_a_failed_acknowledgement_says_so_and_is_retried_under_its_key(wall: Wire) -> None:
    await wall.answer("**/acknowledge", 503, {"code": "not_recording", "detail": "the database is away"})
    button = chair(wall.page, 2).locator("[data-test=ack]")
    await button.click()
    await expect(button).to_have_text("Not acknowledged. Try again")
    await expect(chair(wall.page, 2)).to_have_attribute("data-ack", "needed")
    await button.click()
    await expect(button).to_be_enabled()
    assert len(wall.acknowledgements) == 2
    assert len(set(wall.acknowledgements)) == 1


async def test_the_second_to_acknowledge_learns_who_was_first(wall: Wire) -> None:
    first = {"code": "already_acknowledged", "acknowledged_by": "RN Lee", "acknowledged_at": script.at(-5)}
    await wall.answer("**/acknowledge", 409, first | {"detail": ""})
    await chair(wall.page, 2).locator("[data-test=ack]").click()
    await expect(chair(wall.page, 2).locator("[data-test=ack-first]")).to_have_text(
        "Already acknowledged by RN Lee at 14:31"
    )


async def test_sound_needs_one_click_and_is_reported_truly(wall: Wire) -> None:
    page = wall.page
    await expect(page.locator("[data-test=sound]")).to_have_text("Sound off")
    await wall.pass_time(5, seq=1)
    assert wall.sent("seen")[-1]["audio"] == "blocked"
    await page.click("[data-test=turn-on-sound]")
    await expect(page.locator("[data-test=sound]")).to_have_text("Sound on")
    await wall.pass_time(6, seq=1)
    seen = wall.sent("seen")[-1]
    assert seen["audio"] == "running"
    assert seen["visible"] is True
    assert seen["alerts"] == sorted(script.alert_id(n) for n in (1, 2, 3))
    assert seen["shown_seq"] == 1
    await page.click("[data-test=pause-sound]")
    await expect(page.locator("[data-test=sound]")).to_contain_text("Sound paused")
    await wall.pass_time(6, seq=1)
    assert wall.sent("seen")[-1]["audio"] == "muted"


async def test_after_sleep_a_new_snapshot_comes_before_any_alarm(wall: Wire) -> None:
    wall.greet = []
    await wall.page.clock.fast_forward(180_000)
    await wall.page.clock.run_for(1_000)
    await expect(wall.page.locator("[data-test=connection]")).to_have_text("Waiting")
    await expect(wall.page.get_by_role("alert")).to_have_count(0)
    assert len(wall.opened) == 2
    wall.say(script.hello() | {"server_time": script.at(181)}, script.snapshot(90))
    await expect(wall.page.locator("[data-test=connection]")).to_have_text("Live")
    await expect(wall.page.locator("[data-test=slept]")).to_contain_text("asleep for 3 min")
    await wall.pass_time(62, seq=90)
    await expect(wall.page.locator("[data-test=slept]")).to_have_count(0)


async def test_the_bands_of_a_demo_and_of_a_server_that_does_not_record(wire: Wire, built: str) -> None:
    away = script.snapshot()
    away["system"] = away["system"] | {"recording": False}
    wire.greet = [script.hello(rate=30), away]
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=simulated]")).to_have_text("Simulated, 30 x")
    await expect(wire.page.get_by_role("alert")).to_contain_text("Not recording")
    await expect(wire.page.locator("[data-test=watching]")).to_have_text("2 watching, 1 with sound")


async def test_a_wall_without_names_says_no_name_anywhere(wire: Wire, built: str) -> None:
    nameless = script.snapshot()
    for item in nameless["chairs"]:
        if item["session"] is not None:
            item["session"]["patient"] = {"initials": item["session"]["patient"]["initials"]}
    wire.greet = [script.hello(), nameless]
    await wire.page.goto(built)
    await expect(chair(wire.page, 1).locator("[data-test=patient]")).to_have_text("ML")
    assert "Laurent" not in await wire.page.content()


async def test_a_lost_login_asks_again_over_a_wall_that_stays(wall: Wire) -> None:
    await wall.page.unroute("**/api/v1/me")
    await wall.answer("**/api/v1/me", 401, {"code": "not_logged_in", "detail": ""})
    await wall.opened[-1].close(code=4001)
    await expect(wall.page.locator("[data-test=login]")).to_be_visible()
    await expect(wall.page.locator("[data-test=tile]")).to_have_count(6)
    await wall.pass_time(40)
    assert len(wall.opened) == 1
    await wall.answer("**/api/v1/login", 200, {"user": NURSE})
    await wall.page.fill("[data-test=username]", "nurse")
    await wall.page.fill("[data-test=password]", "correct horse battery")
    await wall.page.click("[data-test=log-in]")
    await expect(wall.page.locator("[data-test=login]")).to_have_count(0)
    await expect(wall.page.locator("[data-test=connection]")).to_have_text("Live")


async def test_a_locked_login_keeps_its_wall_and_alarms_and_asks_for_a_person(wall: Wire) -> None:
    await wall.answer("**/api/v1/me", 200, NURSE | {"locked": True})
    await wall.answer("**/acknowledge", 401, {"code": "login_locked", "detail": ""})
    await chair(wall.page, 2).locator("[data-test=ack]").click()
    await expect(wall.page.locator("[data-test=login]")).to_contain_text("Locked")
    await expect(wall.page.locator("[data-test=connection]")).to_have_text("Live")
    await expect(wall.page.locator("[data-test=tile]")).to_have_count(6)
    assert len(wall.opened) == 2
    await wall.pass_time(8, seq=1)
    assert wall.sent("seen")[-1]["visible"] is True


async def test_the_session_page_shows_its_timeline_and_the_way_back(wall: Wire) -> None:
    page = wall.page
    await wall.answer_record(2, timeline=TIMELINE)
    await chair(page, 2).get_by_role("link").click()
    await expect(page).to_have_url(re.compile(rf"/s/{script.session_id(2)}$"))
    await expect(page.locator("[data-test=timeline] li")).to_contain_text("ketamine, 35 mg, IV")
    await expect(page.locator("[data-test=alert-bar]")).to_contain_text("SBP 192, limit 180")
    assert len(wall.opened) == 1
    await page.get_by_role("link", name="Back to the wall").click()
    await expect(page.locator("[data-test=tile]")).to_have_count(6)


async def test_an_alarm_moves_no_tile(wall: Wire) -> None:
    before = [await tile.bounding_box() for tile in await wall.page.locator("[data-test=tile]").all()]
    wall.say({"type": "changes", "seq": 2, "alerts": [script.alert(9, 1, "spo2_low", "high")]})
    await expect(chair(wall.page, 1)).to_have_attribute("data-level", "3")
    after = [await tile.bounding_box() for tile in await wall.page.locator("[data-test=tile]").all()]
    assert after == before


async def test_where_nobody_logged_in_the_server_is_only_asked_whether_anybody_can(
    page: Page, built: str, console: Console
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    await page.route("**/api/v1/setup", lambda route: route.fulfill(json={"needed": False}))
    async with page.expect_response("**/api/v1/setup"):
        await page.goto(built)
    await expect(page.locator("[data-test=login]")).to_be_visible()
    assert [url for url in asked if "/api/" in url] == [f"{built}api/v1/setup"]


async def test_what_is_resolved_does_not_hide_what_goes_on(wall: Wire) -> None:
    resolved = script.alerts()[0] | {"state": "returned"}
    wall.say(
        {
            "type": "changes",
            "seq": 2,
            "alerts": [resolved, script.alert(9, 2, "diastolic_raised", "medium", value=103.0)],
        }
    )
    tile = chair(wall.page, 2)
    await expect(tile.locator("[data-test=strip] [data-test=alert-text]")).to_contain_text("DBP 103")
    await expect(tile).to_have_attribute("data-level", "2")
    rows = await wall.page.locator("[data-test=alert]").evaluate_all("(rows) => rows.map((row) => row.dataset.alert)")
    assert rows[-1] == script.alert_id(1)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1180, 820), (820, 1180), (390, 844)])
async def test_nothing_is_cut_off(wall: Wire, width: int, height: int) -> None:
    page = wall.page
    await page.set_viewport_size({"width": width, "height": height})
    await page.reload()
    await expect(page.locator("[data-test=tile]")).to_have_count(6)
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    cut = """[...document.querySelectorAll('.bp, .v, .ack, .phase')]
        .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => `${e.className} ${e.textContent}`)"""
    assert await page.evaluate(cut) == []
    small = "[...document.querySelectorAll('.ack')].filter((e) => e.offsetHeight < 44).length"
    assert await page.evaluate(small) == 0


@pytest.mark.parametrize("place", ["", f"s/{script.session_id(2)}"])
async def test_no_rule_of_accessibility_is_broken(wall: Wire, built: str, place: str) -> None:
    await wall.answer_record(2)
    await wall.page.goto(built + place)
    await expect(wall.page.locator("[data-alert]").first).to_be_visible()
    await wall.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await wall.page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []
