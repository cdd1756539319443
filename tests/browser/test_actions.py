"""What a nurse does to a session, at the real server: each journey walked with its clicks counted."""

import re
import secrets
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.test_scripted import AXE
from tests.browser.test_wall import SOON_MS, log_in, tile


@dataclass
class Screen:
    """One logged-in page, and how often somebody has pressed something on it since the last count."""

    page: Page
    server: Server

    def at(self, test: str) -> Locator:
        return self.page.locator(f"[data-test={test}]")

    async def press(self, test: str) -> None:
        self.pressed += 1
        await self.at(test).first.click()

    async def fill(self, name: str, value: str) -> None:
        await self.page.locator(f"[name='{name}']").fill(value)

    async def pick(self, name: str, value: str) -> None:
        """One of a row of choices, by its label as a person would."""
        self.pressed += 1
        await self.page.locator(f"label:has(> input[name='{name}'][value='{value}'])").first.click()

    async def open(self, place: Place) -> None:
        self.pressed += 1
        await tile(self.page, place).get_by_role("link").first.click(position={"x": 6, "y": 6})
        await expect(self.at("actions")).to_be_visible(timeout=SOON_MS)

    pressed: int = 0


async def _screen(page: Page, server: Server, login: tuple[str, str]) -> Screen:
    await log_in(page, server, login)
    await expect(page.locator("[data-test=connection]")).to_have_text("Live", timeout=SOON_MS)
    return Screen(page, server)


@pytest.fixture
async def nurse(page: Page, server: Server, console: Console) -> Screen:
    return await _screen(page, server, server.nurse)


@pytest.fixture
async def clinician(page: Page, server: Server, console: Console) -> Screen:
    return await _screen(page, server, ("clinician", server.nurse[1]))


def answered(server: Server, place: Place, **but: str) -> None:
    """The whole pre-treatment check, with nothing that stops but what is named."""
    items = server.get("protocols/iv_infusion")["screening"]
    no_stop = {"yes": "no", "no": "yes", None: "yes"}
    answers = {item["item"]: no_stop[item["stops_on"]] for item in items} | but
    server.post(server.nurse, f"sessions/{place.session_id}/screening", {"answers": answers})


def dosed(server: Server, place: Place) -> None:
    """A dose is a fact: it moves the session to dosing whatever the gates say."""
    dose = {"kind": "dose", "drug": "ketamine", "amount_mg": 35, "route": "iv"}
    server.post(server.nurse, f"sessions/{place.session_id}/events", dose)


def events(server: Server, place: Place, kind: str) -> list[dict[str, Any]]:
    return [event for event in server.get(f"sessions/{place.session_id}/events") if event["kind"] == kind]


def phase(server: Server, place: Place) -> str:
    return str(server.get(f"sessions/{place.session_id}")["phase"])


async def test_a_patient_is_seated_in_three_presses_and_two_ticks(nurse: Screen, server: Server) -> None:
    label, name = f"Z seat {secrets.token_hex(2)}", f"Sia Turner{secrets.token_hex(2)}"
    server.chair(label)
    patient = {"mrn": f"T{secrets.token_hex(4)}", "name": name, "birth_date": "1980-05-17"}
    server.post(server.nurse, "patients", patient)
    free = nurse.page.locator(f"[data-chair='{label}']")
    await free.locator("[data-test=start-session]").click(timeout=SOON_MS)
    nurse.pressed = 1
    await nurse.fill("search", name.split()[1])
    await nurse.press("patient-found")
    await nurse.at("tick-name").check()
    await nurse.at("tick-mrn").check()
    await nurse.press("submit")
    await expect(free).to_have_attribute("data-phase", "preparing", timeout=SOON_MS)
    assert nurse.pressed == 3
    session = await free.get_attribute("data-session")
    told = server.get(f"sessions/{session}/timeline")
    checked = [line["identifiers"] for line in told if line["type"] == "phase"]
    assert checked == [["mrn", "name"]]
    if await nurse.at("read").count():
        await nurse.at("read").click()
    server.discharge(str(session))


async def test_one_identifier_is_not_enough_and_nothing_is_planned(
    nurse: Screen, server: Server, console: Console
) -> None:
    console.allow("status of 422")
    label = f"Z one {secrets.token_hex(2)}"
    chair = server.chair(label)
    free = nurse.page.locator(f"[data-chair='{label}']")
    await free.locator("[data-test=start-session]").click(timeout=SOON_MS)
    await nurse.press("new-patient")
    await nurse.fill("name", "Una Once")
    await nurse.press("submit")
    await expect(nurse.page.locator("[data-field=mrn] [data-test=field-refused]")).to_be_visible()
    assert await nurse.page.locator("[name=name]").input_value() == "Una Once"
    await nurse.fill("mrn", f"T{secrets.token_hex(4)}")
    await nurse.fill("birth_date", "1991-02-03")
    await nurse.press("submit")
    await nurse.at("tick-name").check()
    await nurse.press("submit")
    await expect(nurse.page.locator("[data-field=identifiers] [data-test=field-refused]")).to_contain_text("Tick two")
    assert server.get(f"sessions?chair_id={chair}")["items"] == []


async def test_the_gates_are_said_in_words_and_a_refusal_keeps_what_was_typed(
    nurse: Screen, server: Server, place: Place, console: Console
) -> None:
    console.allow("status of 409")
    answered(server, place, avm="yes")
    await nurse.open(place)
    await nurse.press("act-clear")
    gates = nurse.at("open-gates")
    await expect(gates.locator("[data-gate=screening_stop]")).to_contain_text("Not treated today: “Any arteriovenous")
    await expect(gates.locator("[data-gate=baseline_missing]")).to_contain_text("two minutes apart")
    await nurse.fill("dose.amount_mg", "35")
    await expect(nurse.page.locator("[data-field='dose.amount_mg']")).to_contain_text("0.5 mg/kg")
    await expect(nurse.at("tick-override")).to_be_disabled()
    await expect(nurse.at("override")).to_contain_text("Only a clinician")
    await nurse.press("submit")
    refusal = nurse.at("refusal")
    await expect(refusal).to_contain_text("Not yet:")
    await expect(refusal.locator("[data-gate=screening_stop]")).to_contain_text("answer it again and say why")
    assert await nurse.page.locator("[name='dose.amount_mg']").input_value() == "35"
    assert phase(server, place) == "preparing"


async def test_a_wrong_number_is_refused_beside_its_field_and_kept(
    nurse: Screen, server: Server, place: Place, console: Console
) -> None:
    console.allow("status of 422")
    dosed(server, place)
    await nurse.open(place)
    await nurse.press("act-dose")
    await nurse.fill("amount_mg", "thirty")
    await nurse.press("submit")
    await expect(nurse.page.locator("[data-field=amount_mg] [data-test=field-refused]")).to_be_visible()
    await expect(nurse.page.locator("[name=amount_mg]")).to_be_focused()
    assert await nurse.page.locator("[name=amount_mg]").input_value() == "thirty"
    assert len(events(server, place, "dose")) == 1


async def test_a_clinician_goes_on_with_a_reason_and_limits_in_the_same_step(
    clinician: Screen, server: Server, place: Place
) -> None:
    answered(server, place)
    await clinician.open(place)
    await clinician.press("act-clear")
    await clinician.fill("dose.amount_mg", "35")
    await clinician.press("tick-override")
    await clinician.fill("reason", "no cuff fits, agreed with the patient")
    await clinician.page.locator("[name=limit]").select_option("systolic_raised")
    await clinician.fill("limit_value", "155")
    await clinician.press("submit")
    await expect(clinician.at("panel-clear")).to_have_count(0, timeout=SOON_MS)
    session = server.get(f"sessions/{place.session_id}")
    assert session["phase"] == "dosing"
    assert next(limit["value"] for limit in session["limits"] if limit["code"] == "systolic_raised") == 155


async def test_medication_for_an_alert_takes_four_presses(nurse: Screen, server: Server, place: Place) -> None:
    dosed(server, place)
    server.read(place.cuff, "nibp", systolic=200, diastolic=104, mean=136)
    await expect(tile(nurse.page, place)).to_have_attribute("data-level", "3", timeout=SOON_MS)
    await nurse.open(place)
    await nurse.press("act-medication")
    await nurse.press("preset")
    await nurse.page.keyboard.type("10")
    await nurse.press("submit")
    await expect(nurse.at("panel-medication")).to_have_count(0, timeout=SOON_MS)
    assert nurse.pressed == 4
    (given,) = events(server, place, "medication")
    assert (given["drug"], given["amount"], given["unit"], given["route"]) == ("labetalol", 10, "mg", "iv")
    answers = server.get(f"alerts/{given['answers_alert']}")
    assert answers["session_id"] == place.session_id
    await nurse.press("act-medication")
    await expect(nurse.at("effects")).to_contain_text("Labetalol 10 mg")
    await expect(nurse.at("effects")).to_contain_text("+5 min: due")


async def test_a_symptom_is_told_in_one_press_and_its_severity_in_another(
    nurse: Screen, server: Server, place: Place
) -> None:
    dosed(server, place)
    await nurse.open(place)
    await nurse.press("act-symptom")
    first = nurse.page.locator(".terms").first
    await expect(first).to_have_attribute("data-red", "true")
    await nurse.press("term-chest_pain")
    await nurse.press("severity-2")
    await expect(nurse.at("told")).to_contain_text("Chest pain, moderate", timeout=SOON_MS)
    (told,) = events(server, place, "symptom")
    assert (told["term"], told["severity"]) == ("chest_pain", 2)


async def test_limits_take_four_presses_and_say_what_the_newest_value_does(
    clinician: Screen, server: Server, place: Place
) -> None:
    dosed(server, place)
    server.read(place.cuff, "nibp", systolic=150, diastolic=88, mean=108)
    await clinician.open(place)
    await clinician.press("act-limits")
    clinician.pressed += 1
    await clinician.page.locator("[data-limit=systolic_raised] [data-test=limit]").click()
    await clinician.fill("value", "145")
    await clinician.fill("reason", "usual for this patient")
    await clinician.press("submit")
    assert clinician.pressed == 4
    await expect(clinician.at("would-breach")).to_have_attribute("data-breach", "true", timeout=SOON_MS)


async def test_loosening_a_critical_limit_asks_for_a_second_person(
    clinician: Screen, server: Server, place: Place, console: Console
) -> None:
    console.allow("status of 409")
    dosed(server, place)
    await clinician.open(place)
    await clinician.press("act-limits")
    await clinician.page.locator("[data-limit=systolic_high] [data-test=limit]").click()
    await clinician.fill("value", "190")
    await clinician.fill("reason", "agreed with cardiology")
    await clinician.press("submit")
    await expect(clinician.at("second-person")).to_be_visible()
    await clinician.fill("second_person.username", server.nurse[0])
    await clinician.fill("second_person.password", server.nurse[1])
    assert await clinician.page.locator("[name=value]").input_value() == "190"
    await clinician.press("submit")
    await expect(clinician.at("would-breach")).to_contain_text("Now 190", timeout=SOON_MS)


async def test_a_nurse_sees_limits_but_may_not_press_them(nurse: Screen, server: Server, place: Place) -> None:
    dosed(server, place)
    await nurse.open(place)
    await expect(nurse.at("act-limits")).to_be_disabled()
    await expect(nurse.at("act-limits")).to_have_attribute("title", "Only a clinician can do this")


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


def resting(server: Server) -> Place:
    """A patient who was checked in ten minutes ago and measured three times since."""
    label, name = f"Z rest {secrets.token_hex(2)}", f"Ria Quiet{secrets.token_hex(2)}"
    patient = {"mrn": f"T{secrets.token_hex(4)}", "name": name, "birth_date": "1980-05-17"}
    body = {
        "patient_id": server.post(server.nurse, "patients", patient)["id"],
        "chair_id": server.chair(label),
        "protocol": "iv_infusion",
        "weight_kg": 70,
    }
    session = str(server.post(server.nurse, "sessions", body)["id"])
    check_in = {"to": "preparing", "identifiers": ["name", "mrn"], "at": ago(10)}
    server.post(server.nurse, f"sessions/{session}/transitions", check_in)
    for minutes in (7, 4, 1):
        reading = {"observed_at": ago(minutes), "systolic": 124, "diastolic": 78, "heart_rate": 70, "spo2": 98}
        server.post(server.nurse, f"sessions/{session}/readings", reading)
    return Place(label, session, "", "", name)


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


async def test_baseline_and_dose_take_four_presses(nurse: Screen, server: Server) -> None:
    place = resting(server)
    answered(server, place)
    await nurse.open(place)
    await nurse.press("accept-baseline")
    await expect(nurse.at("accept-baseline")).to_have_count(0, timeout=SOON_MS)
    await nurse.press("act-clear")
    await expect(nurse.at("all-checked")).to_be_visible(timeout=SOON_MS)
    await nurse.page.keyboard.type("35")
    await nurse.press("submit")
    await expect(nurse.at("warned")).to_contain_text("Respiratory rate was not measured", timeout=SOON_MS)
    assert nurse.pressed == 4
    session = server.get(f"sessions/{place.session_id}")
    assert (session["phase"], session["baseline"]["systolic"], session["dosing"]["total_mg"]) == ("dosing", 124, 35)
    server.discharge(place.session_id)


async def test_a_reading_left_out_of_the_baseline_needs_its_reason(
    nurse: Screen, server: Server, console: Console
) -> None:
    console.allow("status of 422")
    place = resting(server)
    await nurse.open(place)
    await nurse.press("act-baseline")
    await expect(nurse.at("candidate")).to_have_count(3, timeout=SOON_MS)
    await nurse.at("leave-out").first.check()
    await nurse.press("submit")
    await expect(nurse.page.locator("[data-field='exclude.0.reason'] [data-test=field-refused]")).to_be_visible()
    await nurse.fill("exclude.0.reason", "talked")
    await nurse.press("submit")
    await expect(nurse.at("panel-baseline")).to_have_count(0, timeout=SOON_MS)
    baseline = server.get(f"sessions/{place.session_id}")["baseline"]
    assert [one["reason"] for one in baseline["excluded"]] == ["talked"]
    server.discharge(place.session_id)


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
