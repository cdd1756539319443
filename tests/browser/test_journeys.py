"""The journeys of a day on the real server, each with its presses counted: shift, help, the past, the set-up."""

import re
import secrets
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.acting import Screen, dosed
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.station import PATIENTLY_MS, Person, desk, hired, seated
from tests.browser.test_shift import chair_of, clinic, pages
from tests.browser.test_wall import log_in

__all__ = ["clinic", "pages"]


@pytest.fixture
def nurse(clinic: Server) -> Person:
    return hired(clinic, "nurse", "RN Giver")


@pytest.fixture
def second(clinic: Server) -> Person:
    return hired(clinic, "nurse", "RN Taker", "582046")


async def entered(page: Page, clinic: Server, login: tuple[str, str]) -> Screen:
    await log_in(page, clinic, login)
    at = Screen(page, clinic)
    await expect(at.at("connection")).to_have_text("Live", timeout=PATIENTLY_MS)
    return at


async def visit(at: Screen, name: str) -> None:
    """A page of the top bar, by one press."""
    at.pressed += 1
    await at.page.locator("[data-test=nav]").get_by_role("link", name=name, exact=True).click()


async def test_a_shift_starts_with_two_presses(
    page: Page, clinic: Server, nurse: Person, second: Person, console: Console
) -> None:
    at = await desk(page, clinic, nurse)
    await at.press("who")
    await at.press("logout")
    await expect(at.at("username")).to_be_visible(timeout=PATIENTLY_MS)
    await page.goto(f"{clinic.url}shift")
    await page.fill("[data-test=username]", second.login[0])
    await page.fill("[data-test=password]", second.login[1])
    at.pressed = 0
    await at.press("log-in")
    await expect(at.at("start-shift")).to_be_enabled(timeout=PATIENTLY_MS)
    await at.press("start-shift")
    here = page.locator("[data-test=person]", has_text=second.name)
    await expect(here).to_contain_text("here", timeout=PATIENTLY_MS)
    assert at.pressed == 2
    await at.press("heard-yes")
    await expect(at.at("sound-state")).to_have_text("Sound heard")
    assert second.id in {shift["person_id"] for shift in clinic.get("shifts")}


async def test_chairs_change_hands_by_three_presses_of_one_and_one_for_each_thing_of_the_other(
    page: Page, clinic: Server, nurse: Person, second: Person, console: Console, pages: Any
) -> None:
    place = seated(clinic, "hands")
    chair = clinic.get(f"sessions/{place.session_id}")["chair"]["id"]
    taker = await desk(await pages(), clinic, second)
    giver = await desk(page, clinic, nurse)
    clinic.post(nurse.login, "assignments", {"chair_ids": [chair], "take_over": True})
    clinic.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    await expect(chair_of(page, place.label).locator("[data-test=nurse-of]")).to_have_text(
        nurse.name, timeout=PATIENTLY_MS
    )
    await visit(giver, "Wall")
    await visit(taker, "Wall")
    giver.pressed = taker.pressed = 0
    await visit(giver, "Shift")
    await giver.press("new-offer")
    form = page.get_by_role("form", name="Hand over or ask for cover")
    await form.get_by_label("To", exact=True).select_option(label=second.name)
    await expect(form.get_by_label(place.label)).to_be_checked()
    await giver.press("submit")
    await expect(giver.at("offer")).to_contain_text(second.name, timeout=PATIENTLY_MS)
    assert giver.pressed == 3

    await expect(taker.at("who")).to_contain_text("1 hand-over waits", timeout=PATIENTLY_MS)
    await visit(taker, "Shift")
    offered = taker.at("offer-to-me")
    await expect(offered).to_be_visible(timeout=PATIENTLY_MS)
    alerts = offered.locator("[data-test=accept-alert]")
    owed = await alerts.count()
    assert owed > 0
    for left in range(owed, 0, -1):
        await taker.press("accept-alert")
        await expect(alerts).to_have_count(left - 1, timeout=PATIENTLY_MS)
    await taker.press("accept-chair")
    await expect(chair_of(taker.page, place.label).locator("[data-test=nurse-of]")).to_have_text(
        second.name, timeout=PATIENTLY_MS
    )
    assert taker.pressed == 2 + owed
    stored = next(one for one in clinic.get("assignments")["chairs"] if one["chair_id"] == chair)
    assert stored["nurse"]["id"] == second.id
    clinic.discharge(place.session_id)


async def test_the_hand_over_list_is_printed_by_three_presses(page: Page, clinic: Server, console: Console) -> None:
    place = seated(clinic, "list")
    await page.add_init_script("window.print = () => { window.printed = true; }")
    at = await entered(page, clinic, clinic.nurse)
    await visit(at, "Alerts")
    await at.press("handover")
    await expect(at.at("print")).to_be_enabled(timeout=PATIENTLY_MS)
    await expect(page.locator("[data-test=handover-chair]", has_text=place.label)).to_contain_text(place.patient)
    await at.press("print")
    assert await page.evaluate("window.printed === true")
    assert at.pressed == 3
    clinic.discharge(place.session_id)


async def test_the_clinician_on_call_is_called_by_two_presses(page: Page, clinic: Server, console: Console) -> None:
    place = seated(clinic, "call")
    dosed(clinic, place)
    at = await entered(page, clinic, clinic.nurse)
    clinic.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    await at.open(place)
    await expect(at.at("alert-text").first).to_contain_text("SBP 207, limit 180", timeout=PATIENTLY_MS)
    await expect(at.at("alert-call")).to_have_text("Call Dr Imani Hale now")
    await at.press("alert-call")
    await expect(at.at("alert-call")).to_have_count(0, timeout=PATIENTLY_MS)
    assert at.pressed == 2
    called = [one for one in clinic.get("alerts?state=open") if one["session_id"] == place.session_id]
    assert 2 in {one["escalation"] for one in called}
    clinic.discharge(place.session_id)


async def test_an_escalated_alert_is_answered_on_a_tablet_by_two_presses(
    page: Page, clinic: Server, console: Console
) -> None:
    place = seated(clinic, "tablet")
    dosed(clinic, place)
    clinic.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    await page.set_viewport_size({"width": 820, "height": 1180})
    at = await entered(page, clinic, clinician(clinic))
    at.pressed += 1  # the link in the message
    await page.goto(f"{clinic.url}s/{place.session_id}")
    await expect(at.at("chart")).to_have_attribute("data-bars", "1", timeout=PATIENTLY_MS)
    bar = at.at("alert-bar")
    await expect(bar).to_contain_text("SBP 207, limit 180")
    at.pressed += 1
    take = bar.get_by_role("button", name="SBP 207, limit 180")
    await take.click()
    await expect(take).to_have_count(0, timeout=PATIENTLY_MS)
    assert at.pressed == 2
    [alert] = [one for one in clinic.get(f"sessions/{place.session_id}/alerts") if one["limit"] == "systolic_high"]
    assert alert["acknowledged_by"] == clinic.client(clinician(clinic)).get("me").json()["id"]
    clinic.discharge(place.session_id)


async def test_a_schedule_is_changed_by_six_presses_and_the_difference_is_read_first(
    page: Page, clinic: Server, console: Console
) -> None:
    at = await entered(page, clinic, clinician(clinic))
    before = clinic.get("protocols/sublingual")["version"]
    await visit(at, "Setup")
    await at.press("part-protocols")
    at.pressed += 1
    await page.click("[data-code=sublingual] [data-test=show-protocol]")
    await at.press("new-version")
    text = await at.at("toml-text").input_value()
    await at.at("toml-text").fill(re.sub(r"(?m)^preparing = 5\.0", "preparing = 4.0", text))
    await at.press("check")
    await expect(at.at("difference")).to_contain_text("preparing", ignore_case=True, timeout=PATIENTLY_MS)
    await at.press("save-version")
    await expect(at.at("told")).to_contain_text(f"{before + 1}", timeout=PATIENTLY_MS)
    assert at.pressed == 6
    after = clinic.get("protocols/sublingual")
    assert (after["version"], after["timetable"]["interval_min"]["preparing"]) == (before + 1, 4.0)


def clinician(clinic: Server) -> tuple[str, str]:
    return "clinician", clinic.nurse[1]


def again(clinic: Server, place: Place, tag: str) -> Place:
    """The same patient in another session, at another chair."""
    patient = clinic.get(f"sessions/{place.session_id}")["patient"]["id"]
    label, cuff = f"Z {tag} {secrets.token_hex(2)}", f"{tag}-{secrets.token_hex(2)}-cuff"
    chair = clinic.chair(label)
    clinic.device(cuff, chair, "cuff", 300)
    body = {"patient_id": patient, "chair_id": chair, "protocol": "iv_infusion", "weight_kg": 70.0}
    session = clinic.post(clinic.nurse, "sessions", body)
    check_in = {"to": "preparing", "identifiers": ["name", "birth_date"]}
    clinic.post(clinic.nurse, f"sessions/{session['id']}/transitions", check_in)
    return Place(label, str(session["id"]), "", cuff, place.patient)


async def test_two_sessions_of_a_patient_are_compared_by_three_presses(
    page: Page, clinic: Server, console: Console
) -> None:
    first = seated(clinic, "twice")
    dosed(clinic, first)
    clinic.read(first.cuff, "nibp", systolic=131, diastolic=84, mean=100)
    clinic.discharge(first.session_id)
    newer = again(clinic, first, "twice")
    dosed(clinic, newer)
    clinic.read(newer.cuff, "nibp", systolic=146, diastolic=88, mean=107)
    at = await entered(page, clinic, clinic.nurse)
    await visit(at, "History")
    at.pressed += 1
    await page.locator(f"[data-session='{newer.session_id}'] [data-test=open-record]").click(timeout=PATIENTLY_MS)
    await at.press("compare")
    sessions = page.locator("[data-test=multiples] > li")
    await expect(sessions).to_have_count(2, timeout=PATIENTLY_MS)
    assert at.pressed == 3
    shown = await sessions.evaluate_all("all => all.map((one) => one.dataset.session)")
    assert shown == [newer.session_id, first.session_id]
    await expect(sessions.nth(0)).to_contain_text("146")
    await expect(sessions.nth(1)).to_contain_text("131")
    await expect(at.at("compare-patient")).to_have_text(first.patient)
    clinic.discharge(newer.session_id)


async def test_a_past_session_is_found_by_three_presses(page: Page, clinic: Server, console: Console) -> None:
    place = seated(clinic, "past")
    dosed(clinic, place)
    clinic.discharge(place.session_id)
    at = await entered(page, clinic, clinic.nurse)
    await visit(at, "History")
    await at.fill("text", place.patient)
    await at.press("search")
    await expect(at.at("session-row")).to_have_count(1, timeout=PATIENTLY_MS)
    await at.press("open-record")
    await expect(at.at("whose")).to_contain_text(place.patient, timeout=PATIENTLY_MS)
    await expect(at.at("timeline")).to_contain_text("left before ready", timeout=PATIENTLY_MS)
    assert at.pressed == 3


async def test_a_nurse_is_added_by_four_presses(page: Page, clinic: Server, console: Console) -> None:
    at = await entered(page, clinic, clinic.admin)
    mark = secrets.token_hex(3)
    await visit(at, "Setup")
    await at.press("part-people")
    await at.press("add-person")
    await at.fill("name", f"RN {mark}")
    await at.fill("username", f"new-{mark}")
    await at.at("role-nurse").check()
    await at.press("submit")
    await expect(at.at("secret")).to_be_visible(timeout=PATIENTLY_MS)
    assert at.pressed == 4, "beside the role that is ticked"
    secret = await at.at("secret").inner_text()
    assert clinic.client((f"new-{mark}", secret)).get("me").json()["name"] == f"RN {mark}"


async def test_who_did_what_at_a_chair_is_found_by_three_presses(page: Page, clinic: Server, console: Console) -> None:
    place = seated(clinic, "trail")
    clinic.read(place.cuff, "nibp", systolic=207, diastolic=104, mean=138)
    (alert, *_) = [one for one in clinic.get("alerts?state=open") if one["session_id"] == place.session_id]
    clinic.post(clinic.nurse, f"alerts/{alert['id']}/acknowledge", {})
    at = await entered(page, clinic, clinic.admin)
    await visit(at, "Setup")
    await at.press("part-audit")
    at.pressed += 1
    await page.get_by_label("Chair").select_option(label=place.label)
    row = page.locator("[data-test=audit-row][data-action=AcknowledgeAlert]")
    await expect(row).to_have_count(1, timeout=PATIENTLY_MS)
    await expect(row).to_contain_text("Robin Ashe")
    assert at.pressed == 3
    clinic.discharge(place.session_id)
