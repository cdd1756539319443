"""What is signed at a shared station, on the real server: by PIN, in the name of who signs and never of the login."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.acting import Screen, dosed, events
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.station import PATIENTLY_MS, Person, audited, desk, hired, opened, seated, typed
from tests.browser.test_shift import clinic

__all__ = ["clinic"]

WRONG = "975310"
SPENT_TRIES = "status of 403"


@pytest.fixture
def nurse(clinic: Server) -> Person:
    """Whose login the browser has."""
    return hired(clinic, "nurse", "RN Login")


@pytest.fixture
def second(clinic: Server) -> Person:
    """Who works at the same station."""
    return hired(clinic, "nurse", "RN Second", "582046")


@pytest.fixture
def doctor(clinic: Server) -> Person:
    return hired(clinic, "clinician", "Dr Third", "903174")


async def sign_as(at: Screen, person: Person, pin: str) -> None:
    await at.page.locator("[data-test=signer]", has_text=person.name).click()
    await typed(at, pin)


async def test_a_medicine_is_recorded_in_the_name_of_who_signed(
    page: Page, clinic: Server, nurse: Person, second: Person, console: Console
) -> None:
    console.allow(SPENT_TRIES)
    place = seated(clinic, "signed")
    dosed(clinic, place)
    at = await desk(page, clinic, nurse, second)
    await opened(at, place)
    await at.press("act-medication")
    await at.press("preset")
    await expect(at.at("field-amount")).to_be_focused()
    await page.keyboard.type("10")
    await at.press("submit")
    await expect(at.at("signer")).to_have_text([nurse.name, second.name])
    await sign_as(at, second, WRONG)
    await expect(at.at("sign-refused")).to_have_text("That PIN is not right. 4 tries left.", timeout=PATIENTLY_MS)
    await expect(at.at("field-amount")).to_have_value("10")
    assert events(clinic, place, "medication") == []
    # Who has signed once need not name themselves again.
    await expect(page.locator("[data-test=signer][aria-pressed=true]")).to_have_text(second.name)
    await typed(at, second.pin)
    await expect(at.at("panel-medication")).to_have_count(0, timeout=PATIENTLY_MS)
    (given,) = events(clinic, place, "medication")
    assert (given["amount"], given["by"], given["by_name"]) == (10, second.id, second.name)
    line = page.locator("[data-test=timeline] li", has_text="Labetalol")
    await expect(line).to_contain_text(second.name, timeout=PATIENTLY_MS)
    await expect(line).not_to_contain_text(nurse.name)
    (told,) = audited(clinic, "RecordEvent", second.id)
    assert (told["details"]["signed"], told["details"]["login_of"]) == ("pin", nurse.id)
    clinic.discharge(place.session_id)


async def test_limits_need_a_clinicians_own_pin_and_what_was_typed_outlives_every_refusal(
    page: Page, clinic: Server, nurse: Person, doctor: Person, console: Console
) -> None:
    console.allow(SPENT_TRIES)
    place = seated(clinic, "limits")
    dosed(clinic, place)
    at = await desk(page, clinic, nurse, doctor)
    await opened(at, place)
    await at.press("act-limits")
    await page.locator("[data-limit=systolic_raised] [data-test=limit]").click()
    await at.fill("value", "145")
    await at.fill("reason", "usual for this patient")
    await at.press("submit")
    await sign_as(at, nurse, nurse.pin)
    await expect(at.at("refusal")).to_contain_text("Only a clinician can do this", timeout=PATIENTLY_MS)
    await expect(at.at("field-value")).to_have_value("145")
    await at.press("submit")
    await at.press("sign-cancel")
    await expect(at.at("sign")).to_have_count(0)
    await expect(at.at("field-reason")).to_have_value("usual for this patient")
    await at.press("submit")
    await sign_as(at, doctor, WRONG)
    await expect(at.at("sign-refused")).to_contain_text("4 tries left", timeout=PATIENTLY_MS)
    await expect(at.at("field-value")).to_have_value("145")
    assert limit_of(clinic, place)["value"] == 160
    await typed(at, doctor.pin)
    await expect(at.at("would-breach")).to_contain_text("Now 145", timeout=PATIENTLY_MS)
    set_to = limit_of(clinic, place)
    assert (set_to["value"], set_to["history"][-1]["by_name"]) == (145, doctor.name)
    (told,) = audited(clinic, "SetLimit", doctor.id)
    assert (told["details"]["signed"], told["details"]["login_of"]) == ("pin", nurse.id)
    clinic.discharge(place.session_id)


def limit_of(clinic: Server, place: Place) -> dict[str, Any]:
    limits = clinic.get(f"sessions/{place.session_id}")["limits"]
    return next(limit for limit in limits if limit["code"] == "systolic_raised")


def ended(clinic: Server, place: Place) -> dict[str, Any]:
    """The timeline's last change of phase."""
    timeline = clinic.get(f"sessions/{place.session_id}/timeline")
    return dict([line for line in timeline if line["type"] == "phase"][-1])


async def test_a_discharge_with_open_checks_is_the_signing_clinicians_own(
    page: Page, clinic: Server, nurse: Person, doctor: Person, console: Console
) -> None:
    console.allow(SPENT_TRIES)
    place = seated(clinic, "home")
    dosed(clinic, place)
    clinic.post(clinic.nurse, f"sessions/{place.session_id}/transitions", {"to": "recovery"})
    at = await desk(page, clinic, nurse, doctor)
    await opened(at, place)
    await at.press("act-discharge")
    await at.press("tick-override")
    await at.fill("reason", "known here, goes home with her sister")
    form = page.get_by_role("form", name="Discharge")
    await form.locator("[data-test=submit]").click()
    await sign_as(at, doctor, WRONG)
    await expect(at.at("sign-refused")).to_contain_text("4 tries left", timeout=PATIENTLY_MS)
    await expect(at.at("field-reason")).to_have_value("known here, goes home with her sister")
    assert clinic.get(f"sessions/{place.session_id}")["phase"] == "recovery"
    await typed(at, doctor.pin)
    await expect(at.at("panel-discharge")).to_have_count(0, timeout=PATIENTLY_MS)
    left = clinic.get(f"sessions/{place.session_id}")
    assert (left["phase"], left["outcome"]) == ("discharged", "override")
    assert ended(clinic, place)["by_name"] == doctor.name
    (told,) = audited(clinic, "Transition", doctor.id)
    assert (told["details"]["signed"], told["details"]["login_of"]) == ("pin", nurse.id)


async def test_who_leaves_has_left_and_nobody_is_asked_to_sign_for_it(
    page: Page, clinic: Server, nurse: Person, second: Person, console: Console
) -> None:
    """A departure is a fact, recorded for who acts; only going home by decision is signed."""
    place = seated(clinic, "leaves")
    at = await desk(page, clinic, nurse, second)
    await opened(at, place)
    await at.press("who")
    await page.locator("[data-test=acting]", has_text=second.name).click()
    await at.press("act-more")
    await at.press("act-leave")
    await at.pick("outcome", "left_before_ready")
    await at.fill("told", "Not to drive today")
    await at.fill("accompanied_by", "Her brother")
    await at.press("submit")
    await expect(at.at("panel-leave")).to_have_count(0, timeout=PATIENTLY_MS)
    assert clinic.get(f"sessions/{place.session_id}")["outcome"] == "left_before_ready"
    assert ended(clinic, place)["by_name"] == second.name
