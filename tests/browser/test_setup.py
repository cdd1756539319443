"""Setting up against the real server: what each role may change, and what the others are told."""

import re
import secrets
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.clinic import Server
from tests.browser.conftest import Console
from tests.browser.test_wall import log_in

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
SOON_MS = 15_000
PARTS = (
    "",
    "/chairs",
    "/devices",
    "/gateways",
    "/protocols",
    "/people",
    "/escalation",
    "/stations",
    "/audit",
    "/screen",
)


async def open_part(page: Page, server: Server, part: str, login: tuple[str, str]) -> None:
    """The part's own address, logged in; a click away from the address that the login left."""
    await log_in(page, server, login)
    await expect(page.locator("[data-test=connection]")).to_have_text("Live", timeout=SOON_MS)
    await page.click("[data-test=nav] a[href=setup]")
    await page.click(f"[data-test=part-{part}]")
    await expect(page.locator("[data-test=setup-page]")).to_have_attribute("data-part", part)


def row(page: Page, test: str, words: str) -> Locator:
    return page.locator(f"[data-test={test}]", has_text=words)


def mark() -> str:
    """Letters no other test uses."""
    return secrets.token_hex(3)


async def test_ten_chairs_are_added_at_once_and_none_twice(page: Page, server: Server, console: Console) -> None:
    name = f"Bay {mark()} "
    await open_part(page, server, "chairs", server.admin)
    await page.click("[data-test=add-chairs]")
    await page.fill("[data-test=field-label]", f"{name}1\u201310")
    await expect(page.locator("[data-field=label] small")).to_have_text("Adds 10 chairs.")
    await page.fill("[data-test=field-room]", "North")
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-test=add-chairs-panel]")).to_have_count(0)
    await expect(row(page, "chair-row", name)).to_have_count(10)
    # In the order people count, and with the room they were given.
    await expect(row(page, "chair-row", name).nth(9)).to_contain_text(f"{name}10")
    await expect(row(page, "chair-row", name).first).to_contain_text("North")
    await page.click("[data-test=add-chairs]")
    await page.fill("[data-test=field-label]", f"{name}9-12")
    await page.click("[data-test=submit]")
    await expect(row(page, "chair-row", name)).to_have_count(12)
    await page.click("[data-test=add-chairs]")
    await page.fill("[data-test=field-label]", f"{name.upper()}1")
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-test=field-refused]")).to_have_text("There is a chair of this name already.")
    await expect(page.locator("[data-test=field-label]")).to_have_value(f"{name.upper()}1")


async def test_a_chair_that_is_refused_keeps_what_was_typed(page: Page, server: Server, console: Console) -> None:
    console.allow("status of 422")
    await open_part(page, server, "chairs", server.admin)
    await page.click("[data-test=add-chairs]")
    await page.fill("[data-test=field-label]", "x" * 201)
    await page.fill("[data-test=field-room]", "South")
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-field=label] [data-test=field-refused]")).to_contain_text("200")
    await expect(page.locator("[data-test=field-label]")).to_have_value("x" * 201)
    await expect(page.locator("[data-test=field-room]")).to_have_value("South")
    await expect(page.locator("[data-test=field-label]")).to_be_focused()


async def test_a_chair_is_renamed_on_the_wall_too(page: Page, server: Server, console: Console) -> None:
    before, after = f"Old {mark()}", f"New {mark()}"
    server.chair(before)
    await open_part(page, server, "chairs", server.admin)
    await page.locator(f"[data-test=chair-row][data-label='{before}'] [data-test=change-chair]").click()
    await page.fill("[data-test=field-label]", after)
    await page.fill("[data-test=field-room]", "")
    await page.click("[data-test=submit]")
    await expect(page.locator(f"[data-test=chair-row][data-label='{after}']")).to_be_visible()
    await page.click("[data-test=nav] a[href='./']")
    await expect(page.locator(f"[data-chair='{after}']")).to_be_visible()


async def test_a_device_moves_by_one_choice_and_says_when_it_was_heard(
    page: Page, server: Server, console: Console
) -> None:
    one, two, code = f"M {mark()}", f"M {mark()}", f"dev-{mark()}"
    first, second = server.chair(one), server.chair(two)
    server.device(code, first, "cuff", 300)
    await open_part(page, server, "devices", server.nurse)
    mine = page.locator(f"[data-code='{code}']")
    await expect(mine.locator("[data-test=heard]")).to_have_text("not yet")
    await expect(mine.locator("[data-test=change-device]")).to_be_disabled()
    await expect(page.locator("[data-test=reason]")).to_have_text("Only an administrator may change this.")
    await mine.locator("[data-test=move-device]").select_option(label=two)
    await expect(page.locator("[data-test=told]")).to_have_text(f"{code} stands at {two} now.")
    device = next(device for device in server.get("devices") if device["code"] == code)
    assert device["chair_id"] == second
    server.read(code, "nibp", systolic=121, diastolic=80)
    await expect(mine.locator("[data-test=heard]")).to_have_text(re.compile(r"^\d+ s ago$"), timeout=SOON_MS)
    await mine.locator("[data-test=move-device]").select_option(label="Put away")
    await expect(page.locator("[data-test=told]")).to_have_text(f"{code} is put away.")


async def test_a_move_that_is_refused_is_not_shown(page: Page, server: Server, console: Console) -> None:
    console.allow("status of 409")
    chair, code = f"K {mark()}", f"dev-{mark()}"
    server.device(code, server.chair(chair), "cuff", 300)
    await open_part(page, server, "devices", server.admin)
    said = {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "busy",
        "detail": "Not while it measures.",
    }
    await page.route(
        "**/api/v1/devices/*",
        lambda route: route.fulfill(status=409, content_type="application/problem+json", json=said),
    )
    mine = page.locator(f"[data-code='{code}']")
    await mine.locator("[data-test=move-device]").select_option(label="Put away")
    await expect(mine.locator("[data-test=refusal]")).to_contain_text("Not while it measures.")
    await expect(mine.locator("[data-test=move-device] option:checked")).to_have_text(chair)


async def test_a_device_is_added_and_a_name_that_is_taken_is_said(page: Page, server: Server, console: Console) -> None:
    console.allow("status of 409")
    code = f"mon-{mark()}"
    server.device(f"other-{code}", server.chair(f"D {mark()}"), "monitor", 1)
    await open_part(page, server, "devices", server.admin)
    for _ in range(2):
        await page.click("[data-test=add-device]")
        await page.fill("[data-test=field-label]", "Cuff by the door")
        await page.fill("[data-test=field-code]", code)
        await page.select_option("[data-test=field-kind]", "cuff")
        await expect(page.locator("[data-test=field-interval_s]")).to_have_value("300")
        await page.click("[data-test=submit]")
        await expect(page.locator(f"[data-code='{code}']")).to_be_visible()
    await expect(page.locator("[data-test=refusal]")).to_contain_text("already")
    await expect(page.locator("[data-test=field-code]")).to_have_value(code)


async def test_a_gateways_key_is_shown_once_works_and_is_revoked(page: Page, server: Server, console: Console) -> None:
    label = f"Room {mark()}"
    await open_part(page, server, "gateways", server.admin)
    await page.click("[data-test=add-gateway]")
    await page.fill("[data-test=field-label]", label)
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-test=once]")).to_contain_text("Shown this once")
    key = await page.inner_text("[data-test=secret]")
    assert key.startswith("katg_")
    await page.click("[data-test=kept]")
    assert key not in await page.content()
    mine = page.locator(f"[data-test=gateway-row][data-label='{label}']")
    await mine.locator("[data-test=revoke]").click()
    await expect(page.locator("[data-test=revoke-panel]")).to_contain_text("for good")
    await page.click("[data-test=revoke-panel] [data-test=cancel]")
    await expect(mine).to_be_visible()
    await mine.locator("[data-test=revoke]").click()
    await page.click("[data-test=revoke-panel] [data-test=submit]")
    await expect(mine).to_have_count(0)


async def test_a_person_is_added_changed_and_shut_out(page: Page, server: Server, console: Console) -> None:
    console.allow("status of 409")
    username = f"lee-{mark()}"
    await open_part(page, server, "people", server.admin)
    await page.click("[data-test=add-person]")
    await page.fill("[data-test=field-name]", "RN Lee")
    await page.fill("[data-test=field-username]", username)
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-field=roles] [data-test=field-refused]")).to_have_text("Choose at least one.")
    await page.check("[data-test=role-nurse]")
    await page.click("[data-test=submit]")
    password = await page.inner_text("[data-test=secret]")
    await page.click("[data-test=kept]")
    assert server.client((username, password)).get("me").json()["roles"] == ["nurse"]

    mine = page.locator(f"[data-username='{username}']")
    await mine.locator("[data-test=change-person]").click()
    await page.check("[data-test=role-clinician]")
    await page.click("[data-test=submit]")
    await expect(mine).to_contain_text("Clinician, Nurse")
    await mine.locator("[data-test=change-person]").click()
    await page.click("[data-test=new-password]")
    again = await page.inner_text("[data-test=secret]")
    assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", again)
    await page.click("[data-test=kept]")
    assert server.client((username, password)).get("me").status_code == 401
    await mine.locator("[data-test=change-person]").click()
    await page.click("[data-test=switch-account]")
    await expect(mine).to_have_attribute("data-active", "false")

    await page.locator(f"[data-username='{server.admin[0]}'] [data-test=change-person]").click()
    await page.click("[data-test=switch-account]")
    await expect(page.locator("[data-test=refusal]")).to_contain_text("admin")
    await expect(page.locator(f"[data-username='{server.admin[0]}']")).to_have_attribute("data-active", "true")


async def test_others_see_what_they_may_and_are_told_why_not_more(page: Page, server: Server, console: Console) -> None:
    await open_part(page, server, "chairs", server.nurse)
    await expect(page.locator("[data-test=add-chairs]")).to_be_disabled()
    await expect(page.locator("[data-test=reason]")).to_have_text("Only an administrator may change this.")
    for part in ("gateways", "people", "escalation", "audit"):
        await expect(page.locator(f"[data-test=part-{part}]")).to_have_count(0)
    await page.evaluate("history.pushState(null, '', '/setup/people'); dispatchEvent(new PopStateEvent('popstate'))")
    await expect(page.locator("[data-test=not-yours]")).to_be_visible()


async def test_this_screen_has_its_own_keys_theme_and_sound(page: Page, server: Server, console: Console) -> None:
    await open_part(page, server, "screen", server.nurse)
    await page.click("[data-test=theme-light]")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await page.click("[data-test=set-volume] >> nth=2")
    await expect(page.locator("[data-test=set-volume][aria-pressed=true]")).to_have_text("30 %")
    await page.uncheck("[data-test=letters]")
    await page.locator("[data-test=letters]").blur()
    await page.keyboard.press("t")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await page.check("[data-test=letters]")
    await page.keyboard.press("t")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_audit_trail_says_who_did_what_and_is_filtered(page: Page, server: Server, console: Console) -> None:
    label = f"A {mark()}"
    chair = server.chair(label)
    for room in ("East", "West"):
        server.client(server.admin).patch(f"chairs/{chair}", json={"room": room})
    await open_part(page, server, "audit", server.admin)
    rows = page.locator("[data-test=audit-row]")
    await expect(rows.first).to_be_visible()
    await expect(page.locator("[data-test=older]")).to_be_visible()
    await page.click("[data-test=older]")
    await page.click("[data-test=newest]")
    await page.select_option("[data-test=field-chair_id]", label=label)
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text(f"Kim Novakchanged a chair{label}")
    await page.select_option("[data-test=field-action]", "chair.create")
    await expect(rows).to_have_count(1)
    await page.fill("[data-test=field-day]", "2020-01-01")
    await expect(page.locator("[data-test=setup-page]")).to_contain_text("Nothing was done that fits.")
    await page.click("[data-test=clear-filter]")
    await expect(rows.nth(10)).to_be_visible()
    await expect(page.locator("[data-test=field-chair_id]")).to_have_value("")


async def test_escalation_says_whether_anybody_outside_would_hear(page: Page, server: Server, console: Console) -> None:
    await open_part(page, server, "escalation", server.admin)
    await expect(page.locator("[data-test=webhook]")).to_contain_text("Not set")
    await expect(page.locator("[data-test=test-webhook]")).to_be_disabled()
    await expect(page.locator("[data-test=escalation] tbody tr")).to_have_count(4)
    await expect(page.locator("[data-test=escalation]")).to_contain_text("30 s90 s120 s")


async def test_a_webhook_is_tried_and_what_became_of_it_is_said(page: Page, server: Server, console: Console) -> None:
    answers = [{"sent": False, "status": 503, "detail": "busy"}, {"sent": True, "status": 200, "detail": ""}]
    shown = {"webhook_configured": True, "webhook_signed": True, "protocols": []}
    await page.route("**/api/v1/settings/escalation", lambda route: route.fulfill(json=shown))
    await page.route("**/api/v1/settings/escalation/test", lambda route: route.fulfill(json=answers.pop(0)))
    await open_part(page, server, "escalation", server.admin)
    await page.click("[data-test=test-webhook]")
    await expect(page.locator("[data-test=tested]")).to_have_text("The test notice was not taken. 503 busy")
    await page.click("[data-test=test-webhook]")
    await expect(page.locator("[data-test=tested][data-sent=true]")).to_contain_text("took the test notice")


async def test_a_station_is_renamed_given_privacy_and_retired(page: Page, server: Server, console: Console) -> None:
    label = f"Desk {mark()}"
    await open_part(page, server, "stations", server.nurse)
    await page.evaluate(
        "label => fetch('/api/v1/stations', {method: 'POST', headers: {'Content-Type': 'application/json'},"
        " body: JSON.stringify({label, kind: 'station'})}).then(answer => answer.status)",
        label,
    )
    await page.click("[data-test=part-screen]")
    await page.click("[data-test=part-stations]")
    mine = page.locator(f"[data-test=station-row][data-label='{label}']")
    await mine.locator("[data-test=change-station]").click()
    await page.fill("[data-test=station-panel] [data-test=field-label]", f"{label} North")
    await page.select_option("[data-test=station-panel] [data-test=field-privacy]", "initials")
    await page.click("[data-test=station-panel] [data-test=submit]")
    mine = page.locator(f"[data-test=station-row][data-label='{label} North']")
    await expect(mine).to_contain_text("Initials")
    await mine.locator("[data-test=change-station]").click()
    await page.click("[data-test=retire]")
    await page.locator("[data-test=station-panel] [data-test=submit]").last.click()
    await expect(mine).to_contain_text("retired")
    await expect(mine.locator("[data-test=change-station]")).to_be_disabled()


async def test_only_a_clinician_saves_a_protocol_and_all_may_read_it(
    page: Page, server: Server, console: Console
) -> None:
    await open_part(page, server, "protocols", server.admin)
    await page.click("[data-code=nasal_esketamine] [data-test=show-protocol]")
    await expect(page.locator("[data-test=limits] tbody tr").nth(5)).to_be_visible()
    await expect(page.locator("[data-test=new-version]")).to_be_disabled()
    await expect(page.locator("[data-test=reason]")).to_have_text("Only a clinician may save a protocol.")
    told = {
        "timetable": "Cuff every, Dosing",
        "screening": "Not treated today",
        "discharge": "Modified Aldrete score at least9",
        "escalation": "High: all stations after, seconds30",
        "changes": "The first version",
        "toml": 'code = "nasal_esketamine"',
    }
    for view, words in told.items():
        await page.click(f"[data-test=view-{view}]")
        await expect(page.locator("[data-test=protocol]")).to_contain_text(words)


@pytest.mark.parametrize("size", [(1920, 1080), (1180, 820), (390, 844)])
async def test_every_part_is_readable_by_all_in_both_themes(
    page: Page, server: Server, console: Console, size: tuple[int, int]
) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await open_part(page, server, "chairs", server.admin)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[tuple[str, ...]] = []
    for part in PARTS:
        name = part.removeprefix("/") or "start"
        await page.click(f"[data-test=part-{name}]")
        await expect(page.locator("[data-test=setup-page] .none", has_text="Reading")).to_have_count(0)
        for theme in ("dark", "light"):
            await page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
            told = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
            found += [(name, theme, v["id"], str(v["nodes"][0]["target"])) for v in told["violations"]]
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [(name, "scrolls sideways")] if wide else []
    assert found == []
