"""What a nurse does to a session until and while it runs, at the real server: each journey with its presses counted."""

import secrets

from playwright.async_api import expect

from tests.browser.acting import Screen, answered, clinician, dosed, events, nurse, phase, resting
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.test_wall import SOON_MS, tile

__all__ = ["clinician", "nurse"]


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
    await expect(nurse.page.locator("input:focus")).to_be_visible()
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


async def test_baseline_and_dose_take_four_presses(nurse: Screen, server: Server) -> None:
    place = resting(server)
    answered(server, place)
    await nurse.open(place)
    await nurse.press("accept-baseline")
    await expect(nurse.at("accept-baseline")).to_have_count(0, timeout=SOON_MS)
    await nurse.press("act-clear")
    await expect(nurse.at("all-checked")).to_be_visible(timeout=SOON_MS)
    await expect(nurse.page.locator("input:focus")).to_be_visible()
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
