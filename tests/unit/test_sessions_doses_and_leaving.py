"""Phases: what a dose does to them, wrong orders, and leaving: outcomes, departures and what is never refused."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from kat_monitor.domain.commands import Dose, LimitNumbers, Target
from kat_monitor.domain.vitals import Phase
from kat_monitor.rules.decide import Occupied, decide
from tests.unit.session_story import CLINICIAN, DOSE, NADIA, NURSE, Tale, gates, us


def test_the_nasal_range_is_of_all_devices_in_mg() -> None:
    tale = Tale("nasal_esketamine").prepared()
    spray = Dose("esketamine", 28.0, "nasal")
    tale.ask(10, tale.to(Phase.DOSING, dose=spray))
    tale.ask(15, tale.event("dose", **spray.data()))
    assert [e.at for e in tale.state.course.doses] == [us(10), us(15)]


@pytest.mark.parametrize(("born", "held"), [("1960-09-21", False), ("1960-09-22", True), ("1990-01-01", True)])
def test_the_hold_limit_depends_on_whole_years(born: str, held: bool) -> None:
    """The story is set on 2026-09-21: 66 years that day, or a day short of it."""
    tale = Tale().prepared(systolic=145.0)
    request = tale.to(Phase.DOSING, dose=DOSE)
    patient = replace(NADIA, birth_date=born)
    if held:
        assert gates(tale.refused(10, request, patient=patient)) == ["hold_systolic"]
    else:
        tale.ask(10, request, patient=patient)


def test_a_baseline_on_the_hold_limit_is_within() -> None:
    tale = Tale().prepared(systolic=140.0, diastolic=90.0)
    tale.ask(10, tale.to(Phase.DOSING, dose=DOSE))
    assert tale.state.phase is Phase.DOSING


def test_asking_for_the_present_phase_changes_nothing() -> None:
    tale = Tale().dosed()
    assert not tale.ask(11, tale.to(Phase.DOSING)).changes
    assert tale.refused(11, tale.to(Phase.DOSING, dose=DOSE)).code == "already_dosing"
    limits = {"systolic_raised": LimitNumbers(1500)}
    assert tale.refused(11, tale.to(Phase.DOSING, limits=limits), CLINICIAN).code == "already_in_phase"


@pytest.mark.parametrize(("to", "code"), [
    (Phase.SCHEDULED, "no_way_back"), (Phase.RECOVERY, "not_dosing"),
])  # fmt: skip
def test_wrong_order_names_the_gate(to: Phase, code: str) -> None:
    tale = Tale().prepared()
    assert tale.refused(10, tale.to(to)).code == code


# ---- a dose is a fact -----------------------------------------------------------------------------------------------


def test_a_dose_while_preparing_moves_to_dosing_and_says_what_was_open() -> None:
    tale = Tale()
    tale.check_in(0)
    tale.screen(1, allergy="yes")
    decision = tale.ask(20, tale.event("dose", at=12, **DOSE.data()))
    assert tale.state.phases[-1] == (Phase.DOSING, us(12))
    assert decision.stop
    assert {gate.code for gate in decision.open_gates} == {"screening_stop", "baseline_missing"}


def test_a_dose_with_every_gate_met_opens_none() -> None:
    tale = Tale().prepared()
    decision = tale.ask(10, tale.event("dose", **DOSE.data()))
    assert (decision.open_gates, decision.stop) == ((), False)
    assert tale.state.phase is Phase.DOSING


def test_a_dose_before_check_in_opens_the_session_at_its_own_time() -> None:
    tale = Tale()
    decision = tale.ask(20, tale.event("dose", at=-30, **DOSE.data()))
    assert tale.state.phases[-1] == (Phase.DOSING, us(-30))
    assert decision.open_gates[0].code == "not_checked_in"
    assert not decision.stop


def test_a_dose_is_recorded_even_where_the_chair_is_taken() -> None:
    tale = Tale()
    decision = tale.ask(20, tale.event("dose", **DOSE.data()), chair=Occupied(by=UUID(int=99)))
    assert tale.state.phase is Phase.SCHEDULED
    assert len(tale.state.course.doses) == 1
    assert decision.open_gates


def test_a_dose_dated_before_the_phase_moves_no_earlier_than_the_phase() -> None:
    tale = Tale().prepared()
    tale.ask(12, tale.event("dose", at=-5, **DOSE.data()))
    assert tale.state.phases[-1] == (Phase.DOSING, us(0))
    assert tale.state.course.first_dose_at == us(-5)


def test_an_extra_dose_in_recovery_goes_back_to_dosing() -> None:
    tale = Tale().dosed()
    tale.ask(50, tale.to(Phase.RECOVERY))
    decision = tale.ask(60, tale.event("dose", at=58, **replace(DOSE, amount_mg=10).data()))
    assert [phase for phase, _ in tale.state.phases[-3:]] == [Phase.DOSING, Phase.RECOVERY, Phase.DOSING]
    assert tale.state.phase_since == us(58)
    assert decision.open_gates == ()


def test_a_dose_forgotten_during_dosing_does_not_reopen_it() -> None:
    tale = Tale().dosed()
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.ask(60, tale.event("dose", at=30, **DOSE.data()))
    assert tale.state.phase is Phase.RECOVERY
    assert tale.state.course.last_dose_at == us(30)


def test_gates_a_clinician_has_passed_are_not_asked_again() -> None:
    tale = Tale().prepared(systolic=150.0)
    tale.ask(10, tale.to(Phase.DOSING, dose=DOSE, override=True, reason="known"), CLINICIAN)
    tale.ask(50, tale.to(Phase.RECOVERY))
    assert tale.ask(51, tale.event("dose", **replace(DOSE, amount_mg=5).data())).open_gates == ()


def test_a_dose_is_recorded_after_the_end_too() -> None:
    tale = Tale().dosed()
    tale.ask(20, tale.to(Phase.DISCHARGED, outcome="transferred"))
    tale.ask(30, tale.event("dose", at=15, **DOSE.data()))
    assert tale.state.phase is Phase.DISCHARGED
    assert len(tale.state.course.doses) == 2


# ---- going home -----------------------------------------------------------------------------------------------------


def test_discharge_needs_an_outcome_and_met_needs_readiness() -> None:
    tale = Tale().dosed()
    assert tale.refused(11, tale.to(Phase.DISCHARGED)).status == 422
    assert tale.refused(11, tale.to(Phase.DISCHARGED, outcome="met")).code == "not_in_recovery"
    tale.ask(50, tale.to(Phase.RECOVERY))
    refusal = tale.refused(60, tale.to(Phase.DISCHARGED, outcome="met"))
    assert (refusal.status, refusal.code) == (409, "not_ready")
    assert {"observation", "blood_pressure", "escort"} <= set(gates(refusal))


def test_override_at_discharge_is_a_clinicians_with_a_reason() -> None:
    tale = Tale().dosed()
    tale.ask(50, tale.to(Phase.RECOVERY))
    request = tale.to(Phase.DISCHARGED, outcome="override", reason="seen and well")
    assert tale.refused(60, request).status == 403
    assert tale.refused(60, replace(request, reason=" "), CLINICIAN).status == 422
    tale.ask(60, request, CLINICIAN)
    assert (tale.state.outcome, tale.state.ended_at) == ("override", us(60))


@pytest.mark.parametrize("outcome", ["left_before_ready", "transferred"])
@pytest.mark.parametrize("phase", [Phase.PREPARING, Phase.DOSING, Phase.RECOVERY])
def test_a_departure_is_never_refused(outcome: str, phase: Phase) -> None:
    tale = Tale()
    tale.check_in(0)
    if phase is not Phase.PREPARING:
        tale.ask(1, tale.event("dose", **DOSE.data()))
    if phase is Phase.RECOVERY:
        tale.ask(2, tale.to(Phase.RECOVERY))
    bare = tale.to(Phase.DISCHARGED, outcome=outcome, at=us(50))
    numbers = {"systolic_high": LimitNumbers(1750)}
    target = Target((1000, 1500), None)
    loaded = replace(bare, limits=numbers, target=target, override=True, dose=DOSE)
    decision = decide(tale.state, loaded, NURSE, us(100), tale.facts)
    misplaced = [w.detail.split(": ")[1].split(" ")[0] for w in decision.warnings if w.code == "not_here"]
    assert misplaced == ["dose", "limits", "target", "override"], "said, and no reason to refuse"
    tale.ask(100, bare)
    assert (tale.state.phase, tale.state.outcome, tale.state.ended_at) == (Phase.DISCHARGED, outcome, us(50))


def test_a_departure_dated_before_its_phase_ends_with_the_phase_and_says_so() -> None:
    tale = Tale().dosed(10)
    decision = tale.ask(60, tale.to(Phase.DISCHARGED, outcome="left_before_ready", at=us(5)))
    assert tale.state.ended_at == us(10)
    assert [w.code for w in decision.warnings] == ["no_reason_given", "moved_to_phase_start"]


def test_a_departure_keeps_what_was_said_and_who_went_along() -> None:
    tale = Tale().dosed(10)
    leaves = tale.to(Phase.DISCHARGED, outcome="left_before_ready", told="not to drive", accompanied_by="his brother")
    silent = decide(tale.state, replace(leaves, accompanied_by=None), NURSE, us(60), tale.facts)
    assert [(w.code, "accompanied_by not given" in w.detail) for w in silent.warnings] == [("no_reason_given", True)]
    assert tale.ask(60, leaves).warnings == ()
    assert (tale.state.entered[-1].told, tale.state.entered[-1].accompanied_by) == ("not to drive", "his brother")


@pytest.mark.parametrize(("to", "fields", "misplaced"), [
    (Phase.DISCHARGED, {"outcome": "met", "override": True}, ["override"]),
    (Phase.DISCHARGED, {"outcome": "met"}, ["limits", "target"]),
    (Phase.DISCHARGED, {"outcome": "override", "reason": "well", "override": True}, ["limits", "target"]),
    (Phase.DISCHARGED, {"outcome": "override", "reason": "well", "told": "rest"}, ["limits", "target", "told"]),
    (Phase.CANCELLED, {"override": True}, ["limits", "target", "override"]),
    (Phase.PREPARING, {"override": True, "reason": "well"}, ["override"]),
    (Phase.RECOVERY, {"override": True, "accompanied_by": "Sam"}, ["override", "accompanied_by"]),
])  # fmt: skip
def test_what_has_no_meaning_in_a_transition_is_refused_and_not_dropped(
    to: Phase, fields: dict[str, Any], misplaced: list[str]
) -> None:
    tale = Tale() if to is Phase.PREPARING else Tale().dosed(10)
    if "limits" in misplaced:
        fields = {**fields, "limits": {"systolic_high": LimitNumbers(1750)}, "target": Target((1000, 1500), None)}
    refusal = tale.refused(20, tale.to(to, **fields), CLINICIAN)
    assert [(error.path, error.code) for error in refusal.errors] == [(name, "not_here") for name in misplaced]


def test_a_discharge_by_override_may_say_so_twice() -> None:
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.ask(60, tale.to(Phase.DISCHARGED, outcome="override", override=True, reason="seen and well"), CLINICIAN)
    assert tale.state.outcome == "override"


def test_who_was_never_there_does_not_depart() -> None:
    tale = Tale()
    assert tale.refused(1, tale.to(Phase.DISCHARGED, outcome="transferred")).code == "not_checked_in"


def test_a_session_is_cancelled_only_before_any_dose() -> None:
    for prepare in (False, True):
        tale = Tale()
        if prepare:
            tale.check_in(0)
        tale.ask(1, tale.to(Phase.CANCELLED, reason="fever"))
        assert tale.state.phase is Phase.CANCELLED
    tale = Tale().dosed()
    assert tale.refused(11, tale.to(Phase.CANCELLED)).code == "dose_given"


def test_nothing_moves_after_the_end() -> None:
    tale = Tale().dosed()
    tale.ask(20, tale.to(Phase.DISCHARGED, outcome="transferred"))
    assert tale.refused(21, tale.to(Phase.RECOVERY)).code == "session_ended"
    assert not tale.ask(21, tale.to(Phase.DISCHARGED)).changes
