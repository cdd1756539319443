"""Ready to leave: what people have to observe, and who comes for the patient."""

from typing import Any
from uuid import UUID

import pytest

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState
from kat_monitor.domain.commands import AcknowledgeAlert, LimitNumbers
from kat_monitor.domain.vitals import Phase, Priority
from kat_monitor.rules.readiness import readiness, waiting_since
from tests.unit.session_story import CLINIC, CLINICIAN, DOSE, SESSION, Tale, us
from tests.unit.test_readiness import ESCORT, WELL, criterion, recovered, said, streamed


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
