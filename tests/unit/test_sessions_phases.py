"""Which way a session may go, what must be met, and what is never refused."""

from dataclasses import replace
from uuid import UUID

import pytest

from kat_monitor.domain.alerts import PhaseChanged
from kat_monitor.domain.commands import CreateSession, LimitNumbers, Target
from kat_monitor.domain.journal import Event, PhaseEntered
from kat_monitor.domain.vitals import Phase
from kat_monitor.errors import KatError
from kat_monitor.rules.decide import NO_FACTS, Occupied, decide
from tests.unit.session_story import CHAIR, CLINICIAN, DOSE, NURSE, PATIENT, SECOND, SESSION, Tale, gates, us


def create(**more: object) -> CreateSession:
    fields = {"new_id": SESSION, "patient_id": PATIENT, "chair_id": CHAIR, "protocol": "iv_infusion"} | more
    return CreateSession(**fields)  # type: ignore[arg-type]


def test_a_session_is_planned_with_the_packs_minutes_unless_said_otherwise() -> None:
    tale = Tale()
    assert tale.created.planned_dosing_min == 40.0
    (entry,) = decide(None, create(planned_dosing_min=60.0), NURSE, us(0), tale.facts).entries
    assert entry.planned_dosing_min == 60.0  # type: ignore[union-attr]
    with pytest.raises(KatError) as refusal:
        decide(None, create(planned_dosing_min=90.0), NURSE, us(0), tale.facts)
    assert (refusal.value.status, refusal.value.errors[0].path) == (422, "planned_dosing_min")


def test_an_unknown_patient_chair_or_protocol_is_named() -> None:
    facts = Tale().facts
    for missing, status in (({"patient": None}, 404), ({"chair_known": False}, 404), ({"version": None}, 422)):
        with pytest.raises(KatError) as refusal:
            decide(None, create(), NURSE, us(0), replace(facts, **missing))
        assert refusal.value.status == status


def test_there_is_no_deciding_without_a_session() -> None:
    with pytest.raises(KatError) as refusal:
        decide(None, Tale().to(Phase.PREPARING), NURSE, us(0), NO_FACTS)
    assert refusal.value.status == 404


# ---- check-in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [(), ("name",), ("name", "name")])
def test_check_in_takes_two_different_identifiers(named: tuple[str, ...]) -> None:
    tale = Tale()
    refusal = tale.refused(1, tale.to(Phase.PREPARING, identifiers=named))
    assert (refusal.status, refusal.code) == (409, "two_identifiers_required")
    tale.ask(1, tale.to(Phase.PREPARING, identifiers=("mrn", "name")))
    assert tale.state.phase is Phase.PREPARING
    assert tale.state.entered[0].identifiers == ("mrn", "name")
    assert tale.changes == [PhaseChanged(SESSION, Phase.PREPARING)]


def test_one_patient_per_chair_and_one_chair_per_patient() -> None:
    tale = Tale()
    other = Occupied(by=UUID(int=99))
    request = tale.to(Phase.PREPARING, identifiers=("mrn", "name"))
    assert tale.refused(20, request, chair=other).code == "chair_occupied"
    assert tale.refused(20, request, patient_busy=other).code == "patient_in_session"
    # Dated back into the time of the patient before: their readings would become this patient's.
    early = tale.to(Phase.PREPARING, identifiers=("mrn", "name"), at=us(10))
    assert tale.refused(20, early, chair=Occupied(until=us(11))).code == "chair_occupied"
    tale.ask(20, early, chair=Occupied(until=us(10)))
    assert tale.state.opened_at == us(10)


def test_check_in_warns_of_patients_that_may_be_confused() -> None:
    tale = Tale()
    names = ["Nils Borg", "Anna Berg", "Berg, Otto"]
    found = tale.check_in(1)
    assert found.warnings == ()
    for today, expected in (
        (names[:1], {"same_initials"}),
        (names[1:2], {"same_surname"}),
        (names[2:], {"same_surname"}),
        (["Nora Berg"], {"same_surname", "same_initials"}),
        (["Otto Klein"], set()),
    ):
        tale = Tale()
        request = tale.to(Phase.PREPARING, identifiers=("mrn", "name"))
        assert {w.code for w in tale.ask(1, request, names_today=today).warnings} == expected


def test_check_in_warns_of_a_device_that_has_just_measured_somebody_else() -> None:
    tale = Tale()
    request = tale.to(Phase.PREPARING, identifiers=("mrn", "name"))
    seen = tale.ask(10, request, other_readings=[("Cuff 1", us(5)), ("Cuff 2", us(5.1))]).warnings
    assert [(w.code, "Cuff 2" in w.detail) for w in seen] == [("device_just_used", True)]


# ---- when -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "code"), [(30.01, "in_future"), (14.9, "too_old")])
def test_a_decision_is_dated_at_most_15_minutes_back_and_never_ahead(at: float, code: str) -> None:
    tale = Tale()
    refusal = tale.refused(30, tale.to(Phase.PREPARING, identifiers=("mrn", "name"), at=us(at)))
    assert (refusal.status, refusal.errors[0].code) == (422, code)


def test_fifteen_minutes_back_are_still_allowed() -> None:
    tale = Tale()
    tale.ask(30, tale.to(Phase.PREPARING, identifiers=("mrn", "name"), at=us(15)))
    assert tale.state.opened_at == us(15)


def test_a_decision_may_be_dated_back_even_before_it_was_planned() -> None:
    tale = Tale()
    tale.ask(1, tale.to(Phase.PREPARING, identifiers=("mrn", "name"), at=us(-13)))
    assert tale.state.phases == [(Phase.SCHEDULED, us(-13)), (Phase.PREPARING, us(-13))]


def test_a_phase_begins_no_earlier_than_the_one_before_it() -> None:
    tale = Tale().prepared()
    refusal = tale.refused(12, tale.to(Phase.DOSING, dose=DOSE, at=us(-1)))
    assert refusal.errors[0].code == "before_phase"
    tale.ask(12, tale.to(Phase.DOSING, dose=DOSE, at=us(11)))
    assert tale.state.phases[-1] == (Phase.DOSING, us(11))
    assert tale.state.course.first_dose_at == us(11)


# ---- dosing ---------------------------------------------------------------------------------------------------------


def test_dosing_needs_the_check_a_baseline_and_a_dose() -> None:
    tale = Tale()
    assert tale.refused(0, tale.to(Phase.DOSING, dose=DOSE)).code == "not_checked_in"
    tale.check_in(0)
    refusal = tale.refused(1, tale.to(Phase.DOSING))
    assert refusal.status == 409
    assert set(gates(refusal)) == {"screening_unknown", "baseline_missing", "dose_missing"}
    tale = Tale().prepared()
    tale.ask(10, tale.to(Phase.DOSING, dose=DOSE))
    entered, dose = tale.last.entries
    assert isinstance(entered, PhaseEntered)
    assert isinstance(dose, Event)
    assert not entered.override
    assert (entered.at, dose.at) == (us(10), us(10))
    assert dose.data == {"drug": "ketamine", "amount_mg": 35.0, "route": "iv", "weight_kg": 70.0}


@pytest.mark.parametrize(("item", "answer", "code"), [
    ("allergy", "yes", "screening_stop"),
    ("responsible_adult", "no", "screening_stop"),
    ("allergy", "unknown", "screening_unknown"),
    ("opioid_today", "yes", "screening_clinician"),
    ("opioid_today", "unknown", "screening_unknown"),
])  # fmt: skip
def test_the_check_says_what_stands_against_treatment(item: str, answer: str, code: str) -> None:
    tale = Tale().prepared()
    tale.screen(9.5, **{item: answer})
    refusal = tale.refused(10, tale.to(Phase.DOSING, dose=DOSE))
    assert gates(refusal) == [code]
    assert refusal.code == code
    assert item in refusal.gates[0].detail


def test_what_is_only_recorded_stops_nothing() -> None:
    tale = Tale().prepared()
    tale.screen(9.5, consent="no", allergies="unknown")
    tale.ask(10, tale.to(Phase.DOSING, dose=DOSE))
    assert tale.state.phase is Phase.DOSING


def test_a_clinician_passes_what_a_clinician_decides_but_never_a_stop() -> None:
    tale = Tale().prepared(systolic=150.0)
    tale.screen(9.5, opioid_today="yes", stimulant_today="unknown")
    big = replace(DOSE, amount_mg=140.0)
    request = tale.to(Phase.DOSING, dose=big, override=True, reason="known patient")
    assert set(gates(tale.refused(10, tale.to(Phase.DOSING, dose=big)))) == {
        "screening_clinician", "screening_unknown", "hold_systolic", "dose_out_of_range",
    }  # fmt: skip
    assert tale.refused(10, request).status == 403
    bare = tale.to(Phase.DOSING, dose=big, override=True)
    assert tale.refused(10, bare, CLINICIAN).errors[0].code == "reason_required"
    tale.screen(9.6, opioid_today="yes", allergy="yes")
    assert gates(tale.refused(10, request, CLINICIAN)) == ["screening_stop"]
    tale.screen(9.7, "asked again", opioid_today="yes", allergy="unknown")
    assert gates(tale.refused(10, request, CLINICIAN)) == ["screening_unknown"]
    tale.screen(9.8, opioid_today="yes")
    tale.ask(10, request, CLINICIAN)
    assert tale.state.phase is Phase.DOSING
    assert tale.state.entered[-1].override
    assert tale.state.entered[-1].reason == "known patient"


def test_a_missing_baseline_can_be_passed_with_individual_limits_in_the_same_step() -> None:
    tale = Tale()
    tale.check_in(0)
    tale.screen(1)
    request = tale.to(
        Phase.DOSING, dose=DOSE, override=True, reason="cuff broken, pressure known",
        limits={"systolic_raised": LimitNumbers(1500)}, target=Target((1000, 1500), (600, 950)),
    )  # fmt: skip
    tale.ask(2, request, CLINICIAN)
    assert [entry.kind for entry in tale.last.entries] == ["override", "target", "phase", "event"]
    assert tale.state.target is not None
    assert tale.state.target.systolic == (1000, 1500)


def test_limits_and_targets_are_a_clinicians() -> None:
    tale = Tale().prepared()
    request = tale.to(Phase.DOSING, dose=DOSE, reason="low", limits={"systolic_raised": LimitNumbers(1500)})
    assert tale.refused(10, request).status == 403
    loose = tale.to(Phase.DOSING, dose=DOSE, reason="tall", limits={"systolic_high": LimitNumbers(1900)})
    assert tale.refused(10, loose, CLINICIAN).code == "second_person_required"
    tale.ask(10, replace(loose, second=SECOND), CLINICIAN)
    assert tale.state.phase is Phase.DOSING


def test_a_dose_per_kg_needs_a_weight() -> None:
    tale = Tale(weight_kg=None).prepared()
    light = replace(DOSE, weight_kg=None)
    assert gates(tale.refused(10, tale.to(Phase.DOSING, dose=light))) == ["weight_unknown"]
    tale.ask(10, tale.to(Phase.DOSING, dose=DOSE))


@pytest.mark.parametrize(("mg", "within"), [(6.9, False), (7.0, True), (70.0, True), (70.1, False)])
def test_the_ends_of_the_dose_range_are_within(mg: float, within: bool) -> None:
    tale = Tale().prepared()
    request = tale.to(Phase.DOSING, dose=replace(DOSE, amount_mg=mg))
    if within:
        tale.ask(10, request)
    else:
        assert gates(tale.refused(10, request)) == ["dose_out_of_range"]
