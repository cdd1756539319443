"""What goes wrong, ends or calls for help in a session, at the real server; and that its panels suit everybody."""

import re
import signal
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.acting import Screen, clinician, dosed, events, nurse, phase
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.test_scripted import AXE
from tests.browser.test_wall import SOON_MS

__all__ = ["clinician", "nurse"]


async def test_leaving_is_never_refused_and_what_was_told_is_kept(nurse: Screen, server: Server, place: Place) -> None:
    dosed(server, place)
    await nurse.open(place)
    await nurse.press("act-more")
    await nurse.press("act-leave")
    await nurse.pick("outcome", "transferred")
    await nurse.fill("told", "Blood pressure high; to the emergency department")
    await nurse.fill("accompanied_by", "RN Lee")
    await nurse.press("submit")
    await expect(nurse.at("panel-leave")).to_have_count(0, timeout=SOON_MS)
    session = server.get(f"sessions/{place.session_id}")
    assert (session["phase"], session["outcome"]) == ("discharged", "transferred")


async def test_discharge_says_what_is_open_and_each_tap_closes_one(
    nurse: Screen, server: Server, place: Place, console: Console
) -> None:
    console.allow("status of 409")
    dosed(server, place)
    server.post(server.nurse, f"sessions/{place.session_id}/transitions", {"to": "recovery"})
    await nurse.open(place)
    await nurse.press("act-discharge")
    await expect(nurse.page.locator("[data-test=left-to-ask] [data-item=instructions_given]")).to_be_visible()
    await nurse.page.locator("[data-item=instructions_given] label", has_text="Yes").click()
    await expect(nurse.page.locator("[data-item=instructions_given]")).to_have_count(0, timeout=SOON_MS)
    await nurse.page.locator("form[aria-label=Discharge] [data-test=submit]").click()
    await expect(nurse.at("refusal")).to_contain_text("Modified Aldrete score")
    assert phase(server, place) == "recovery"


async def test_an_entry_is_corrected_and_one_that_never_happened_is_struck(
    nurse: Screen, server: Server, place: Place
) -> None:
    server.post(server.nurse, f"sessions/{place.session_id}/events", {"kind": "note", "text": "wrong pateint"})
    await nurse.open(place)
    await nurse.press("act-more")
    await nurse.press("act-correction")
    await nurse.press("correct")
    assert await nurse.page.locator("[name=text]").input_value() == "wrong pateint"
    await nurse.fill("text", "wrong patient")
    await nurse.press("submit")
    await expect(nurse.at("panel-note")).to_have_count(0, timeout=SOON_MS)
    first, second = events(server, place, "note")
    assert (second["corrects"], second["text"], second["at"]) == (first["id"], "wrong patient", first["at"])


async def test_the_keys_of_a_session_open_its_panels_and_never_from_a_field(
    nurse: Screen, server: Server, place: Place
) -> None:
    dosed(server, place)
    await nurse.open(place)
    for key, panel in (("d", "panel-dose"), ("m", "panel-medication"), ("t", "panel-note")):
        await nurse.page.keyboard.press(key)
        await expect(nurse.at(panel)).to_be_visible()
        if panel == "panel-note":
            await expect(nurse.page.locator("[name=text]")).to_be_focused()
            await nurse.page.keyboard.type("dtm")
            assert await nurse.page.locator("[name=text]").input_value() == "dtm"
        await nurse.page.keyboard.press("Escape")
        await expect(nurse.at(panel)).to_have_count(0)
    assert await nurse.page.evaluate("document.documentElement.dataset.theme") == "dark"


async def test_a_lost_race_says_who_was_first_and_when(
    nurse: Screen, server: Server, place: Place, console: Console
) -> None:
    console.allow("status of 409")
    dosed(server, place)
    await nurse.open(place)
    await nurse.press("act-pause")
    first = server.post(server.nurse, f"sessions/{place.session_id}/events", {"kind": "pause"})
    assert first["phase"] == "dosing"
    await expect(nurse.at("panel-pause")).to_be_visible()
    await nurse.press("submit")
    await expect(nurse.at("refusal")).to_contain_text("Dosing is paused already.")
    await expect(nurse.at("lost")).to_have_text(re.compile(r"^Done by .*Ashe.* at \d\d:\d\d:\d\d\. Nothing was"))
    assert len(events(server, place, "pause")) == 1


async def test_recheck_takes_two_presses_and_says_press_start(nurse: Screen, server: Server, place: Place) -> None:
    dosed(server, place)
    await nurse.open(place)
    await nurse.press("act-recheck")
    await expect(nurse.at("recheck-asked")).to_have_text(re.compile("Press START on the monitor"), timeout=SOON_MS)
    assert nurse.pressed == 2


async def test_an_emergency_is_called_first_logged_by_taps_and_ended_with_a_second_press(
    nurse: Screen, server: Server, place: Place
) -> None:
    dosed(server, place)
    await nurse.open(place)
    await nurse.press("emergency")
    assert nurse.pressed == 2
    await expect(nurse.at("emergency-on")).to_contain_text("EMERGENCY", timeout=SOON_MS)
    await nurse.press("log-help_called")
    await nurse.press("log-oxygen_on")
    log = nurse.at("emergency-log").locator("li")
    await expect(log).to_have_count(2, timeout=SOON_MS)
    await expect(log.first).to_have_text(re.compile(r"^\d\d:\d\d:\d\dOxygen on"))
    await log.first.locator("[data-test=undo]").click()
    await expect(log.first).to_have_attribute("data-struck", "true", timeout=SOON_MS)
    await nurse.press("end-emergency")
    await expect(nurse.at("emergency-on")).to_be_visible()
    await nurse.press("end-yes")
    await expect(nurse.at("panel-emergency")).to_have_count(0, timeout=SOON_MS)
    await expect(nurse.at("emergency")).to_have_attribute("data-on", "false", timeout=SOON_MS)
    taken_back = [event["action"] for event in events(server, place, "intervention") if event["corrected_by"]]
    assert taken_back == ["oxygen_on"]


async def test_the_hand_over_sheet_prints_alone_with_what_was_given(
    nurse: Screen, server: Server, place: Place
) -> None:
    dosed(server, place)
    await nurse.open(place)
    await nurse.press("emergency")
    sheet = await nurse.page.evaluate("""() => new Promise((printed) => {
      window.print = () => printed(document.querySelector('.paper').textContent);
      document.querySelector('[data-test=print-sheet]').click();
    })""")
    for part in ("Emergency hand-over", place.patient, "ketamine, 35 mg, IV", "Handed over to"):
        assert part in sheet


PREPARING = ("screening", "assessment", "baseline", "clear", "note", "more")
DOSING = ("dose", "medication", "symptom", "limits", "stop", "more")


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_no_rule_of_accessibility_is_broken_by_a_panel(
    clinician: Screen, server: Server, place: Place, theme: str
) -> None:
    page = clinician.page
    if theme == "light":
        await page.keyboard.press("t")
    await clinician.open(place)
    broken: list[Any] = []
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    for panels, begin in ((PREPARING, False), (DOSING, True)):
        if begin:
            dosed(server, place)
            await expect(clinician.at("act-stop")).to_be_visible(timeout=SOON_MS)
        for panel in panels:
            await clinician.press(f"act-{panel}")
            await expect(clinician.at(f"panel-{panel}")).to_be_visible()
            found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
            broken += [(panel, rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]]
            await clinician.at("close-panel").click()
    assert broken == []


async def test_offline_nothing_can_be_sent_and_the_reason_is_said(
    nurse: Screen, server: Server, place: Place, console: Console
) -> None:
    console.allow("WebSocket connection to")
    await nurse.open(place)
    await nurse.press("act-note")
    await nurse.fill("text", "still here")
    server.signal(signal.SIGSTOP)
    try:
        await expect(nurse.at("submit")).to_be_disabled(timeout=20_000)
        await expect(nurse.at("submit")).to_contain_text("Not connected: nothing can be saved now")
        await expect(nurse.at("act-clear")).to_be_disabled()
        assert await nurse.page.locator("[name=text]").input_value() == "still here"
    finally:
        server.signal(signal.SIGCONT)
    await expect(nurse.at("submit")).to_be_enabled(timeout=40_000)
    await nurse.press("submit")
    await expect(nurse.at("panel-note")).to_have_count(0, timeout=SOON_MS)
