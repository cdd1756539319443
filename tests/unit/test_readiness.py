"""Who may go home: each criterion met, not met and unknown, and what takes it back."""

from dataclasses import replace
from typing import Any

import pytest

from kat_monitor.domain.commands import AcknowledgeAlert, Target
from kat_monitor.domain.readiness import Criterion
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Phase, Source
from kat_monitor.rules.readiness import readiness
from tests.unit.session_story import CLINICIAN, DOSE, SESSION, Tale, us

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
