"""Who may go home: each criterion met, not met and unknown, and what takes it back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState
from kat_monitor.domain.commands import AcknowledgeAlert, LimitNumbers, Target
from kat_monitor.domain.readiness import Criterion
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Phase, Priority, Source
from kat_monitor.rules.readiness import readiness, waiting_since
from tests.unit.session_story import CLINIC, CLINICIAN, DOSE, SESSION, Tale, us

WELL: dict[str, Any] = {
    "aldrete": {"activity": 2, "respiration": 2, "circulation": 2, "consciousness": 2, "oxygen": 2},
    "moaa_s": 5,
    "oriented": True,
    "speech_clear": True,
    "gait_steady": True,
    "perception_clear": True,
    "suicide_risk_unchanged": True,
    "cannula_out": True,
    "instructions_given": True,
    "nausea": "none",
}
ESCORT = {"name": "Otto Berg", "relation": "brother", "phone": "0151", "present": True}


def recovered(until: float = 112.0) -> Tale:
    """IV: dosing 10-50, good readings to `until` (ready from 110 on), assessed at 105, the driver there at 106."""
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.stream(80, until)
    for minute in (85, 97, 108):
        tale.cuff(minute, 124, 82)
    tale.assess(105, "discharge", **WELL, escort=ESCORT)
    return tale


def criterion(tale: Tale, code: str, at: float) -> Criterion:
    return readiness(tale.state, us(at)).criterion(code)


def said(tale: Tale, code: str, at: float) -> tuple[str, list[str]]:
    found = criterion(tale, code, at)
    return found.state.value, list(found.evidence.get("reasons", []))


def test_all_met_and_discharged() -> None:
    tale = recovered()
    assert tale.unmet(109.9) == {"observation": "not_met"}
    assert tale.unmet(110) == {}
    assert readiness(tale.state, us(110)).ready
    tale.ask(111, tale.to(Phase.DISCHARGED, outcome="met"))
    assert tale.state.outcome == "met"


def test_an_empty_session_is_not_ready() -> None:
    tale = Tale()
    found = readiness(tale.state, us(0))
    assert not found.ready
    assert {c.state.value for c in found.criteria} == {"unknown", "met"}
    assert {c.code for c in found.criteria if c.state.value == "met"} == {"alerts", "technical_alerts"}
    with pytest.raises(KeyError):
        found.criterion("nonsense")


# ---- observation ----------------------------------------------------------------------------------------------------


def test_observation_runs_from_the_end_of_dosing_and_says_when() -> None:
    tale = recovered()
    assert criterion(tale, "observation", 100).not_before == us(110)
    tale.ask(105, tale.event("dose", at=52, **replace(DOSE, amount_mg=5).data()))
    tale.ask(106, tale.to(Phase.RECOVERY))
    assert criterion(tale, "observation", 107).not_before == us(166)


def test_a_dose_corrected_into_recovery_counts_from_its_own_time() -> None:
    tale = recovered()
    tale.ask(100, tale.event("dose", at=53, corrects=tale.state.course.doses[0].id, **DOSE.data()))
    assert criterion(tale, "observation", 101).not_before == us(113)


def test_im_counts_from_the_last_dose() -> None:
    tale = Tale("im_injection").prepared()
    tale.ask(10, tale.to(Phase.DOSING, dose=replace(DOSE, route="im")))
    tale.ask(30, tale.event("dose", **replace(DOSE, route="im").data()))
    minutes = tale.version.protocol.discharge.observe_min
    assert criterion(tale, "observation", 60).not_before == us(30 + minutes)


def test_nasal_lasts_until_sedation_dissociation_and_respiration_are_back() -> None:
    tale = Tale("nasal_esketamine").prepared()
    tale.ask(10, tale.event("dose", drug="esketamine", amount_mg=28.0, route="nasal"))
    tale.ask(60, tale.to(Phase.RECOVERY))
    tale.stream(100, 135)
    assert said(tale, "observation", 129.9) == ("not_met", [])
    assert said(tale, "observation", 130) == ("not_met", ["not_back:moaa_s", "not_back:perception"])
    tale.assess(131, "discharge", moaa_s=5, perception_clear=True)
    assert said(tale, "observation", 131) == ("met", [])


# ---- blood pressure -------------------------------------------------------------------------------------------------


def pressured(*cuffs: tuple[float, float, float], **more: Any) -> Tale:
    """In recovery from 50 on, with these cuff readings; baseline 120/80."""
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    for minute, systolic, diastolic in cuffs:
        tale.cuff(minute, systolic, diastolic, **more)
    return tale


@pytest.mark.parametrize(("cuffs", "verdict", "reasons"), [
    ([(95, 120, 80), (105, 120, 80)], "met", []),
    ([(95.1, 120, 80), (105, 120, 80)], "met", []),  # 108, 12 or more before, is there from preparing
    ([(95, 144, 96), (105, 144, 96)], "met", []),
    ([(95, 144.1, 80), (105, 120, 80)], "not_met", ["systolic_above_baseline"]),
    ([(95, 120, 96.1), (105, 120, 80)], "not_met", ["diastolic_above_baseline"]),
    ([(95, 120, 80), (105, 95.9, 80)], "not_met", ["breaches:systolic_lowish", "systolic_below_baseline"]),
    ([(95, 120, 64), (105, 120, 64)], "met", []),
    ([(95, 120, 80), (105, 120, 63.9)], "not_met", ["diastolic_below_baseline"]),
    ([(95, 120, 80), (105, 130, 80)], "met", []),
    ([(95, 120, 80), (105, 130.1, 80)], "not_met", ["rising"]),
    ([(95, 140, 80), (100, 142, 80), (105, 120, 80)], "met", []),
    ([(95, 120, 80), (100, 149, 80), (105, 120, 80)], "not_met", ["systolic_above_baseline"]),
    ([(95, 120, 80), (100, 150, 80), (105, 120, 80)], "not_met", ["breaches:rise_systolic", "systolic_above_baseline"]),
    ([(80, 170, 80), (95, 120, 80), (105, 120, 80)], "met", []),
])  # fmt: skip
def test_pressure_at_minute_106(cuffs: list[tuple[float, float, float]], verdict: str, reasons: list[str]) -> None:
    tale = pressured(*cuffs)
    for alert in list(tale.state.limits.alerts):
        tale.ask(105.5, AcknowledgeAlert(session_id=SESSION, alert_id=alert))
    assert said(tale, "blood_pressure", 106) == (verdict, reasons)


def test_pressure_needs_a_reading_of_the_last_15_minutes() -> None:
    tale = pressured((80, 120, 80), (95, 120, 80))
    assert said(tale, "blood_pressure", 110)[0] == "met"
    assert said(tale, "blood_pressure", 110.01) == ("unknown", ["no_recent_reading"])


def test_one_reading_is_not_enough_and_says_from_when_two_are() -> None:
    tale = Tale()
    tale.check_in(0)
    assert said(tale, "blood_pressure", 1) == ("unknown", ["no_reading"])
    tale.ask(2, tale.event("dose", **DOSE.data()))
    for minute in (60, 65):
        tale.cuff(minute, 120, 80)
    assert said(tale, "blood_pressure", 66) == ("unknown", ["no_baseline"])
    tale.ask(67, tale.to(Phase.RECOVERY, target=Target((1000, 1300), (600, 850)), reason="own range"), CLINICIAN)
    found = criterion(tale, "blood_pressure", 68)
    assert (found.state.value, found.not_before) == ("unknown", us(70))


def test_doubtful_and_voided_readings_do_not_meet_it() -> None:
    tale = pressured((80, 120, 80), (95, 120, 80), flags=Flag.MOTION)
    assert said(tale, "blood_pressure", 96) == ("unknown", ["no_recent_reading"])
    tale = pressured((80, 120, 80))
    tale.void(96, tale.cuff(95, 120, 80))
    assert said(tale, "blood_pressure", 96) == ("unknown", ["no_recent_reading"])


def test_lower_is_fine_above_100_with_a_steady_gait_and_no_dizziness() -> None:
    tale = pressured((80, 120, 62), (95, 120, 62))
    assert said(tale, "blood_pressure", 96)[0] == "not_met"
    tale.assess(96, "discharge", gait_steady=True)
    assert said(tale, "blood_pressure", 96)[0] == "met"
    tale.ask(97, tale.event("symptom", term="dizziness", severity=1))
    assert said(tale, "blood_pressure", 98) == ("not_met", ["diastolic_below_baseline"])
    tale.cuff(115, 120, 62)
    tale.cuff(127, 120, 62)
    assert said(tale, "blood_pressure", 127)[0] == "not_met"
    assert said(tale, "blood_pressure", 127.1)[0] == "met"


@pytest.mark.parametrize(("severity", "minutes_before", "serious"), [
    (2, 0, True), (3, 10, True), (1, 5, False), (2, 10.1, False), (2, -1, False),
])  # fmt: skip
def test_a_rise_with_symptoms_is_one_more_limit(severity: int, minutes_before: float, serious: bool) -> None:
    tale = pressured((80, 120, 80), (95, 162, 80))
    tale.ask(97, tale.event("symptom", at=95 - minutes_before, term="headache", severity=severity))
    reasons = said(tale, "blood_pressure", 97)[1]
    assert ("breaches:rise_systolic_symptom" in reasons) is serious
    assert "breaches:systolic_raised" in reasons


def test_a_rate_limit_of_recovery_is_judged_between_readings_of_one_source() -> None:
    usual = Tale().version.protocol.limits
    rate = next(limit for limit in usual if limit.code == "systolic_rate")
    tale = Tale(limits=(replace(rate, when=frozenset({Phase.RECOVERY}), value=10),)).dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    for minute, systolic in ((80, 120), (95, 135)):
        tale.cuff(minute, systolic, 80)
    assert said(tale, "blood_pressure", 96)[1] == ["breaches:systolic_rate", "rising"]
    tale.cuff(106, 145, 80)  # 10 in 11 minutes: less than one a minute
    assert "breaches:systolic_rate" in said(tale, "blood_pressure", 106)[1]  # of the reading before
    tale.cuff(117, 120, 80)
    tale.cuff(128, 120, 80)
    assert said(tale, "blood_pressure", 128)[0] == "met"


def test_a_target_takes_the_place_of_the_distance() -> None:
    tale = pressured((80, 149, 80), (95, 149, 80))
    assert said(tale, "blood_pressure", 96)[0] == "not_met"
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY, target=Target(systolic=(1100, 1550)), reason="known high"), CLINICIAN)
    tale.cuff(80, 149, 80)
    tale.cuff(95, 149, 80)
    assert said(tale, "blood_pressure", 96)[0] == "met"


# ---- heart rate, SpO2, respiration ----------------------------------------------------------------------------------


def streamed(*stretches: tuple[float, float], **values: Any) -> Tale:
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    for start, end in stretches:
        tale.stream(start, end, **values)
    return tale


@pytest.mark.parametrize(("stretches", "at", "reasons"), [
    ([(60, 75)], 75, []),
    ([(60, 74.5)], 74.5, ["not_enough_good_readings", "gap"]),
    ([(60, 74)], 75, []),  # the last reading vouches for a minute more
    ([(60, 70), (71.5, 80)], 80, []),
    ([(60, 70), (72, 80)], 80, ["gap"]),
    ([(60, 70), (72, 87)], 87, []),
    ([(60, 80)], 82, ["gap"]),
    ([(40, 44), (60, 73)], 73, ["gap"]),
    ([(40, 43), (60, 72)], 72, ["not_enough_good_readings", "gap"]),
])  # fmt: skip
def test_fifteen_good_minutes_without_a_gap(
    stretches: list[tuple[float, float]], at: float, reasons: list[str]
) -> None:
    # At an interval of 30 s a reading vouches for at most 90 s, and a gap is longer than that.
    tale = streamed(*stretches)
    assert said(tale, "heart_rate", at) == ("unknown" if reasons else "met", reasons)


def test_only_the_last_thirty_on_monitor_minutes_count() -> None:
    tale = streamed((20, 32), (61, 70))
    assert "not_enough_good_readings" in said(tale, "heart_rate", 70)[1]


def test_doubtful_readings_prove_nothing() -> None:
    tale = streamed((60, 80), flags=int(Flag.LOW_SIGNAL))
    assert said(tale, "heart_rate", 80)[0] == "unknown"


def test_a_breaching_reading_ends_what_was_vouched_for() -> None:
    tale = streamed((60, 75))
    assert said(tale, "heart_rate", 75)[0] == "met"
    for minute in (75.5, 76, 76.5, 77):
        tale.reading(minute, Source.ECG, heart_rate=112, interval_s=30)
    assert said(tale, "heart_rate", 77) == ("unknown", ["gap"])


def test_good_readings_vouch_only_until_a_breaching_one() -> None:
    tale = streamed()
    for half_minute in range(60):
        tale.reading(60 + half_minute / 2, Source.ECG, heart_rate=70, interval_s=30)
        tale.reading(60 + half_minute / 2 + 0.2, Source.ECG, heart_rate=112, interval_s=30)
    assert said(tale, "heart_rate", 89.6) == ("unknown", ["not_enough_good_readings"])
    assert criterion(tale, "heart_rate", 89.6).evidence["good_min"] == 11.9


def test_time_off_the_monitor_does_not_count() -> None:
    tale = streamed((60, 70))
    tale.ask(70, tale.event("off_monitor", reason="toilet", minutes=6))
    tale.stream(76, 81)
    assert said(tale, "heart_rate", 81) == ("met", [])
    tale.ask(82, tale.event("note", corrects=tale.state.events[-1].id))
    assert said(tale, "heart_rate", 81) == ("unknown", ["gap"])


def test_a_respiration_counted_by_hand_counts_for_fifteen_minutes() -> None:
    tale = streamed()
    assert said(tale, "respiratory_rate", 79)[0] == "unknown"
    tale.ask(80, tale.hand(80, respiratory_rate=14))
    assert said(tale, "respiratory_rate", 95)[0] == "met"
    assert said(tale, "respiratory_rate", 95.01)[0] == "unknown"
    tale.ask(96, tale.hand(96, respiratory_rate=26), manual_seq=2)
    assert said(tale, "respiratory_rate", 96)[0] == "unknown"


def test_a_voided_count_does_not_count() -> None:
    tale = streamed()
    (reading,) = tale.ask(80, tale.hand(80, respiratory_rate=14)).readings
    tale.void(81, reading)
    assert said(tale, "respiratory_rate", 82)[0] == "unknown"


def test_spo2_is_measured_on_air() -> None:
    tale = streamed((60, 80))
    assert said(tale, "spo2", 80) == ("met", [])
    tale.ask(80, tale.event("oxygen", state="on", l_min=2))
    assert said(tale, "spo2", 80)[0] == "not_met"
    tale.stream(80.5, 90)
    tale.ask(90, tale.event("oxygen", state="off"))
    tale.stream(90.5, 95)
    assert said(tale, "spo2", 95)[0] == "unknown"  # what was measured on oxygen proves nothing
    tale.stream(95.5, 106)
    assert said(tale, "spo2", 106) == ("met", [])


@pytest.mark.parametrize(("baseline", "value", "verdict"), [
    (98, 94, "met"), (98, 93.9, "not_met"), (95, 93, "met"), (95, 92.9, "not_met"), (96, 93.5, "not_met"),
])  # fmt: skip
def test_spo2_at_least_94_or_near_a_low_baseline(baseline: float, value: float, verdict: str) -> None:
    tale = Tale()
    tale.check_in(0)
    tale.screen(0.5)
    tale.stream(1, 9, spo2=baseline)
    for minute in (2, 5, 8):
        tale.cuff(minute, 120, 80)
    tale.lock(9)
    lowered = {"spo2_lowish": LimitNumbers(900, 905), "spo2_low": LimitNumbers(880)}
    request = tale.to(
        Phase.DOSING, dose=DOSE, override=True, reason="lung disease", limits=lowered, second=UUID(int=13)
    )
    tale.ask(10, request, CLINICIAN)
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.stream(60, 80, spo2=value)
    assert said(tale, "spo2", 80)[0] == verdict


# ---- alerts ---------------------------------------------------------------------------------------------------------


def test_an_alert_that_is_not_closed_holds_the_patient_and_makes_assessments_stale() -> None:
    tale = recovered()
    tale.cuff(110.5, 205, 90)
    assert criterion(tale, "alerts", 111).state.value == "not_met"
    alerts = [a.id for a in tale.state.limits.alerts.values()]
    tale.cuff(111, 124, 82)
    assert {a.state for a in tale.state.limits.alerts.values()} == {AlertState.RETURNED}
    assert criterion(tale, "alerts", 111.5).state.value == "not_met"
    for alert in alerts:
        if alert in tale.state.limits.alerts:
            tale.ask(112, AcknowledgeAlert(session_id=SESSION, alert_id=alert))
    assert criterion(tale, "alerts", 112).state.value == "met"
    assert said(tale, "gait", 112) == ("unknown", ["before:alert_raised"])


def technical(priority: Priority, state: AlertState = AlertState.ACTIVE) -> Alert:
    return Alert(
        id=UUID(int=77), clinic_id=CLINIC, session_id=SESSION, chair_id=None, limit="sensor_silent", source="",
        kind=AlertKind.TECHNICAL, priority=priority, limit_priority=priority, state=state, opened_at=0, raised_at=0,
    )  # fmt: skip


@pytest.mark.parametrize(("alert", "met"), [
    (technical(Priority.LOW), True),
    (technical(Priority.MEDIUM), False),
    (technical(Priority.HIGH), False),
    (technical(Priority.HIGH, AlertState.RETURNED), True),
])  # fmt: skip
def test_active_technical_alerts_above_low_hold_the_patient(alert: Alert, met: bool) -> None:
    assert readiness(recovered().state, us(110), [alert]).ready is met


# ---- what nurses observe --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "value", "code"), [
    ("moaa_s", 4, "moaa_s"), ("oriented", False, "orientation"), ("speech_clear", False, "speech"),
    ("gait_steady", False, "gait"), ("perception_clear", False, "perception"), ("nausea", "moderate", "nausea"),
    ("suicide_risk_unchanged", False, "suicide_risk"), ("cannula_out", False, "cannula_out"),
    ("instructions_given", False, "instructions"), ("aldrete", {"activity": 0}, "aldrete"),
])  # fmt: skip
def test_each_observation_can_hold_the_patient(item: str, value: Any, code: str) -> None:
    tale = recovered()
    tale.assess(110, "discharge", **{item: value})
    assert tale.unmet(110.5) == {code: "not_met"}
    evidence = criterion(tale, code, 110.5).evidence
    assert evidence["value"] == (8 if item == "aldrete" else value)
    tale.assess(111, "discharge", **{item: WELL[item]})
    assert tale.unmet(111) == {}


@pytest.mark.parametrize("item", [*WELL, "escort"])
def test_what_was_not_observed_is_unknown(item: str) -> None:
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.assess(
        105, "discharge", **{name: value for name, value in (WELL | {"escort": ESCORT}).items() if name != item}
    )
    left = {c.code for c in readiness(tale.state, us(106)).criteria if c.evidence.get("reasons") == ["not_assessed"]}
    assert len(left) == 1


def test_parts_may_come_one_at_a_time_and_the_newest_counts() -> None:
    tale = recovered()
    tale.assess(106, "discharge", aldrete={"activity": 1})
    assert criterion(tale, "aldrete", 107).evidence["value"] == 9
    tale.assess(108, "discharge", aldrete={"circulation": 1})
    assert said(tale, "aldrete", 110)[0] == "not_met"


def test_a_patient_need_not_be_better_than_before_the_dose() -> None:
    tale = Tale().dosed(10)
    tale.assess(10, "pre_dose", gait_steady=False, moaa_s=4)
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.assess(60, "discharge", gait_steady=False, moaa_s=4, oriented=False)
    assert [said(tale, code, 61)[0] for code in ("gait", "moaa_s", "orientation")] == ["met", "met", "not_met"]


def test_without_a_pre_dose_assessment_nobody_can_say_it_is_back() -> None:
    tale = Tale()
    tale.check_in(0)
    tale.ask(1, tale.event("dose", **DOSE.data()))
    tale.assess(2, "pre_dose", gait_steady=True)  # after the dose: not a pre-dose assessment
    tale.ask(3, tale.to(Phase.RECOVERY))
    tale.assess(60, "discharge", gait_steady=True)
    assert said(tale, "gait", 61) == ("unknown", ["no_pre_dose_assessment"])


def test_observations_last_thirty_minutes() -> None:
    tale = recovered(140)
    assert said(tale, "gait", 135) == ("met", [])
    assert said(tale, "gait", 135.01) == ("unknown", ["too_old"])
    assert said(tale, "instructions", 135.01)[0] == "met"


@pytest.mark.parametrize(("happening", "reason"), [
    (("medication", {"drug": "x", "amount": 1, "unit": "mg", "route": "iv"}), "before:medication"),
    (("symptom", {"term": "chest_pain", "severity": 1}), "before:red_flag"),
    (("dose", {"drug": "ketamine", "amount_mg": 5.0, "route": "iv"}), "before:dosing_not_ended"),
])  # fmt: skip
def test_what_happens_later_makes_observations_stale(happening: tuple[str, dict[str, Any]], reason: str) -> None:
    tale = recovered()
    kind, data = happening
    tale.ask(110, tale.event(kind, **data))
    if kind == "symptom":
        (alert,) = tale.state.limits.alerts
        tale.ask(110, AcknowledgeAlert(session_id=SESSION, alert_id=alert))
    if kind == "dose":
        reason = "before:last_dose"
        tale.ask(110.5, tale.to(Phase.RECOVERY))
        reason = "before:dosing_ended"
    assert said(tale, "gait", 111)[0] == "unknown"
    assert said(tale, "gait", 111)[1][0] in (reason, "before:alert_raised")


# ---- the driver -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "verdict"), [
    ({"present": False}, "not_met"), ({"phone": ""}, "not_met"), ({"name": None}, "not_met"), ({}, "met"),
])  # fmt: skip
def test_the_driver_is_present_and_known(change: dict[str, Any], verdict: str) -> None:
    tale = recovered()
    tale.assess(109, "discharge", escort=ESCORT | change)
    assert said(tale, "escort", 110)[0] == verdict


def test_waiting_for_the_driver_is_kept() -> None:
    tale = recovered(140)
    tale.assess(107, "discharge", escort=ESCORT | {"present": False})
    found = readiness(tale.state, us(115))
    assert (found.ready, found.waiting_since) == (False, us(110))
    tale.cuff(120, 124, 82)
    assert readiness(tale.state, us(121)).waiting_since == us(110)  # goes on through new readings
    tale.assess(124, "discharge", escort=ESCORT)
    tale.assess(130, "discharge", **WELL, escort=ESCORT)
    assert readiness(tale.state, us(131)).ready
    assert not readiness(tale.state, us(131)).waiting_for_driver
    tale.ask(131, tale.to(Phase.DISCHARGED, outcome="met"))
    assert tale.state.waited_us == us(124) - us(110)


def test_the_wait_ends_when_the_driver_comes_not_when_everybody_leaves() -> None:
    tale = recovered(140)
    tale.assess(107, "discharge", escort=ESCORT | {"present": False})
    tale.assess(118, "discharge", escort=ESCORT)
    tale.assess(120, "discharge", escort=ESCORT)
    tale.ask(121, tale.to(Phase.DISCHARGED, outcome="met"))
    assert tale.state.waited_us == us(118) - us(110)


def test_waiting_is_only_when_all_else_is_met() -> None:
    tale = recovered()
    assert waiting_since(tale.state, us(109)) is None
    assert waiting_since(tale.state, us(111)) == us(110)
