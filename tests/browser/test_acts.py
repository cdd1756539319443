"""The rarer acts of a session on the real server: what the nurse sees after each, and what the server holds of it."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.acting import Screen, answered, clinician, dosed, events, nurse, phase, resting, screen
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.station import PATIENTLY_MS, opened
from tests.browser.test_turn_over import READY, apart
from tests.browser.test_wall import SOON_MS, log_in

__all__ = ["apart", "clinician", "nurse"]

TIMELINE = "[data-test=timeline] li"


async def more(at: Screen, act: str) -> None:
    """One of the acts that stand a tap further."""
    await at.press("act-more")
    await at.press(f"act-{act}")
    await expect(at.at(f"panel-{act}")).to_be_visible()


async def saved(at: Screen, act: str) -> None:
    """The panel's own form is sent, and taken."""
    panel = at.at(f"panel-{act}")
    await panel.locator("[data-test=submit]").last.click()
    await expect(panel).to_have_count(0, timeout=PATIENTLY_MS)


def cuffs(server: Server, place: Place) -> dict[str, list[Any]]:
    return dict(server.get(f"sessions/{place.session_id}/readings?cuff=true"))


def clock(minutes: float) -> str:
    """As a nurse types a moment some minutes ago; the browser's zone is London's, which is UTC in winter."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%H:%M")


def nasal(server: Server) -> Place:
    """A patient for the nasal spray: rested, measured, every question answered, baseline locked."""
    place = resting(server, "nasal_esketamine")
    answered(server, place, "nasal_esketamine")
    server.post(server.nurse, f"sessions/{place.session_id}/baseline", {})
    return place


async def test_each_nasal_device_is_a_dose_of_its_own_and_asked_for_never_sent(nurse: Screen, server: Server) -> None:
    place = nasal(server)
    await opened(nurse, place)
    await nurse.press("act-clear")
    await nurse.fill("dose.amount_mg", "28")
    await nurse.press("submit")
    # What the server warns of is read first; then the next device is at hand.
    await expect(nurse.at("warned")).to_contain_text("Respiratory rate was not measured", timeout=PATIENTLY_MS)
    await nurse.press("read")
    await expect(nurse.at("panel-dose")).to_be_visible()
    await expect(nurse.at("given").locator("li")).to_have_text([re.compile("28 mg Nasal")], timeout=SOON_MS)
    assert [dose["amount_mg"] for dose in events(server, place, "dose")] == [28]
    await nurse.fill("amount_mg", "28")
    await nurse.press("submit")
    await expect(nurse.at("given").locator("li")).to_have_count(2, timeout=SOON_MS)
    await expect(nurse.at("field-amount_mg")).to_have_count(0)
    await nurse.press("another-dose")
    await expect(nurse.at("field-amount_mg")).to_have_value("")
    await nurse.at("close-panel").click()
    given = events(server, place, "dose")
    assert [(dose["drug"], dose["route"], dose["amount_mg"]) for dose in given] == [("esketamine", "nasal", 28)] * 2
    assert server.get(f"sessions/{place.session_id}")["dosing"]["total_mg"] == 56
    await expect(nurse.page.locator(TIMELINE, has_text="Dose esketamine, 28 mg")).to_have_count(2, timeout=SOON_MS)
    server.discharge(place.session_id)


async def test_an_extra_dose_in_recovery_begins_dosing_again(nurse: Screen, server: Server, place: Place) -> None:
    dosed(server, place)
    server.post(server.nurse, f"sessions/{place.session_id}/transitions", {"to": "recovery"})
    await opened(nurse, place)
    await more(nurse, "dose")
    await expect(nurse.at("given").locator("li")).to_have_text([re.compile("35 mg IV")], timeout=SOON_MS)
    await nurse.fill("amount_mg", "10")
    await saved(nurse, "dose")
    await expect(nurse.at("act-stop")).to_be_visible(timeout=SOON_MS)
    session = server.get(f"sessions/{place.session_id}")
    assert (session["phase"], session["dosing"]["total_mg"]) == ("dosing", 45)


async def test_readings_at_the_wrong_chair_are_given_to_whom_they_belong(
    page: Page, apart: Server, console: Console
) -> None:
    """A device cannot have measured where it did not stand: a demo's own chairs, measured since before it began."""
    at = await screen(page, apart, apart.nurse)
    mine, theirs = at_chair(apart, "Chair 1"), at_chair(apart, "Chair 2")
    before = measured(apart, theirs)
    await opened(at, mine)
    await more(at, "wrong_chair")
    await page.locator("[name=chair]").select_option(label=theirs.label)
    await at.fill("from", clock(9))
    await at.fill("to", clock(2))
    await at.fill("reason", "cuff of the next chair")
    await saved(at, "wrong_chair")
    given = {one for one, moved in measured(apart, mine).items() if moved}
    assert given
    assert given <= before.keys()
    assert given & measured(apart, theirs).keys() == set()
    await expect(page.locator(TIMELINE, has_text="cuff of the next chair")).to_contain_text("Robin Ashe")
    # And back again: they were nobody's else.
    await more(at, "wrong_chair")
    await page.locator("[name=chair]").select_option(label=theirs.label)
    await at.fill("from", clock(9))
    await at.fill("to", clock(2))
    await at.pick("whose", "nobody")
    await at.fill("reason", "tried on by a nurse")
    await saved(at, "wrong_chair")
    assert given & measured(apart, mine).keys() == set()


def at_chair(server: Server, label: str) -> Place:
    chair = next(one["id"] for one in server.get("chairs") if one["label"] == label)
    sessions = server.get(f"sessions?chair_id={chair}&limit=5")["items"]
    now = next(one for one in sessions if one["phase"] in {"preparing", "dosing", "recovery"})
    return Place(label, now["id"], "", "", "")


def measured(server: Server, place: Place) -> dict[tuple[str, int], bool]:
    """Its cuff readings by device and number, and whether a correction has given them to it."""
    found = cuffs(server, place)
    return dict(zip(zip(found["device"], found["seq"], strict=True), found["corrected"], strict=True))


async def test_a_struck_reading_stays_in_sight_struck_through(nurse: Screen, server: Server, place: Place) -> None:
    server.read(place.cuff, "nibp", systolic=171, diastolic=83, mean=112)
    server.read(place.cuff, "nibp", systolic=128, diastolic=79, mean=95)
    await opened(nurse, place)
    await more(nurse, "void")
    which = nurse.page.locator("[data-field=seq] label", has_text="171/83")
    await which.click(timeout=SOON_MS)
    await nurse.fill("reason", "artefact: movement")
    await saved(nurse, "void")
    stored = cuffs(server, place)
    assert dict(zip(stored["systolic"], stored["voided"], strict=True)) == {171: True, 128: False}
    told = nurse.page.locator(TIMELINE, has_text="artefact: movement")
    await expect(told).to_contain_text("Reading voided", timeout=SOON_MS)
    await nurse.page.get_by_role("button", name="Table").click()
    row = nurse.at("reading-row").filter(has_text="171/83")
    await expect(row).to_have_attribute("data-voided", "true", timeout=SOON_MS)
    await expect(nurse.at("reading-row").filter(has_text="128/79")).to_have_attribute("data-voided", "false")


async def test_the_session_becomes_the_right_patients_when_a_second_person_signs(
    nurse: Screen, server: Server, place: Place, console: Console
) -> None:
    console.allow("status of 422")
    name = f"Rika Right{secrets.token_hex(2)}"
    right = {"mrn": f"T{secrets.token_hex(4)}", "name": name, "birth_date": "1971-02-03"}
    patient = server.post(server.nurse, "patients", right)["id"]
    await opened(nurse, place)
    await more(nurse, "patient")
    await nurse.fill("search", name.split()[1])
    await nurse.at("patient-found").click(timeout=SOON_MS)
    await nurse.fill("reason", "wristband read again")
    await nurse.fill("second_person.username", "clinician")
    await nurse.fill("second_person.password", "not the clinician's password")
    await nurse.at("panel-patient").locator("[data-test=submit]").click()
    await expect(nurse.at("second-person").locator(".refusal").first).to_be_visible(timeout=PATIENTLY_MS)
    await expect(nurse.at("field-reason")).to_have_value("wristband read again")
    assert server.get(f"sessions/{place.session_id}")["patient"]["id"] != patient
    await nurse.fill("second_person.password", server.nurse[1])
    await saved(nurse, "patient")
    await expect(nurse.page.locator("[data-test=session] h1").last).to_contain_text(name, timeout=SOON_MS)
    assert server.get(f"sessions/{place.session_id}")["patient"]["id"] == patient


async def test_off_the_monitor_is_in_sight_until_the_patient_is_back(
    nurse: Screen, server: Server, place: Place
) -> None:
    await opened(nurse, place)
    await more(nurse, "off_monitor")
    await nurse.pick("reason", "toilet")
    await saved(nurse, "off_monitor")
    away = nurse.at("off-now")
    await expect(away).to_contain_text("Off the monitor until", timeout=SOON_MS)
    assert server.get(f"sessions/{place.session_id}")["off_monitor_until"] is not None
    await away.get_by_role("button", name="Back on the monitor").click()
    await expect(away).to_have_count(0, timeout=SOON_MS)
    first, back = events(server, place, "off_monitor")
    assert (first["minutes"], first["corrected_by"], back["at"]) == (10, back["id"], first["at"])
    assert back["minutes"] < 10
    # The entry ends in the very moment it says, rounded up to a tenth of a minute.
    assert datetime.fromisoformat(first["at"]) + timedelta(minutes=back["minutes"]) < datetime.now(UTC) + timedelta(
        seconds=30
    )


async def test_a_transfer_is_recorded_with_what_was_told_and_who_went_along(
    nurse: Screen, server: Server, place: Place
) -> None:
    dosed(server, place)
    await opened(nurse, place)
    await more(nurse, "leave")
    await nurse.pick("outcome", "transferred")
    await nurse.fill("told", "To the emergency department, blood pressure")
    await nurse.fill("accompanied_by", "RN Lee")
    await saved(nurse, "leave")
    assert phase(server, place) == "discharged"
    left = nurse.page.locator(TIMELINE, has_text="Discharged")
    for words in ("transferred", "told: To the emergency department", "accompanied by RN Lee"):
        await expect(left).to_contain_text(words, timeout=SOON_MS)
    await expect(nurse.at("emergency")).to_have_count(0)


async def test_who_is_ready_but_for_the_driver_waits_in_sight(page: Page, apart: Server, console: Console) -> None:
    await log_in(page, apart, apart.nurse)
    at = Screen(page, apart)
    chair = page.locator(f"[data-test=tile][data-chair='{READY}']")
    await expect(chair).to_contain_text("Criteria met", timeout=PATIENTLY_MS)
    session = await chair.get_attribute("data-session")
    place = Place(READY, str(session), "", "", "")
    await opened(at, place)
    await at.press("act-assessment")
    escort = page.locator("[data-item=escort]")
    await escort.locator("label", has_text="No").click()
    await escort.locator("[data-test=submit]").click()
    await expect(escort).to_contain_text("Not here", timeout=PATIENTLY_MS)
    await at.press("done")
    await at.press("act-discharge")
    await expect(at.at("waiting")).to_contain_text("Medically ready, waiting for the driver", timeout=PATIENTLY_MS)
    ready = apart.get(f"sessions/{session}/readiness")
    assert (ready["ready"], ready["waiting_for_driver"]) == (False, True)
    await at.at("close-panel").click()
    await page.get_by_role("link", name="Wall", exact=True).click()
    await expect(chair.locator("[data-test=to-discharge]")).to_have_count(0, timeout=PATIENTLY_MS)
    await expect(page.locator("[data-test=due], .due").first).to_be_visible()
