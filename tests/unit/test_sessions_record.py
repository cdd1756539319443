"""The record: answers, observations, readings by hand, voids, moves, the right patient, acknowledgements."""

from dataclasses import replace
from uuid import UUID

import pytest

from kat_monitor.domain.alerts import AlertState
from kat_monitor.domain.commands import (
    AcknowledgeAlert,
    AnswerScreening,
    CorrectPatient,
    EnterReading,
    EscalateAlert,
    MoveSession,
    RecordAssessment,
    VoidReading,
    manual_device_id,
)
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Phase, Source
from kat_monitor.rules.clinic import JudgedMemory
from kat_monitor.rules.decide import Occupied
from tests.unit.session_story import CHAIR, CUFF, NADIA, NURSE, SECOND, SESSION, Tale, us

OTHER_CHAIR = UUID(int=33)

# ---- the pre-treatment check ----------------------------------------------------------------------------------------


def test_answers_are_rows_and_the_newest_counts() -> None:
    tale = Tale()
    tale.ask(1, AnswerScreening(session_id=SESSION, answers={"allergy": "unknown", "avm": "no"}))
    tale.ask(2, AnswerScreening(session_id=SESSION, answers={"allergy": "no"}, note="asked again"))
    assert tale.state.screening == {"allergy": "no", "avm": "no"}
    assert [row.note for row in tale.state.screenings] == [None, "asked again"]


def test_answers_must_fit_the_protocol() -> None:
    tale = Tale()
    refusal = tale.refused(1, AnswerScreening(session_id=SESSION, answers={"shoe_size": "no", "avm": "maybe"}))
    assert [(e.path, e.code) for e in refusal.errors] == [
        ("answers.shoe_size", "unknown_item"), ("answers.avm", "unknown_answer"),
    ]  # fmt: skip


def test_taking_back_a_stop_asks_why() -> None:
    tale = Tale()
    tale.ask(1, AnswerScreening(session_id=SESSION, answers={"allergy": "yes"}))
    for answer, note in (("no", None), ("unknown", None), ("no", " ")):
        silent = AnswerScreening(session_id=SESSION, answers={"avm": "no", "allergy": answer}, note=note)
        assert [(e.path, e.code) for e in tale.refused(2, silent).errors] == [("note", "reason_required")]
    tale.ask(3, AnswerScreening(session_id=SESSION, answers={"allergy": "yes", "avm": "no"}))
    tale.ask(4, AnswerScreening(session_id=SESSION, answers={"allergy": "no"}, note="it was penicillin"))
    assert tale.state.screening == {"allergy": "no", "avm": "no"}
    tale.ask(5, AnswerScreening(session_id=SESSION, answers={"allergy": "unknown"}))


# ---- assessments ----------------------------------------------------------------------------------------------------


def test_an_assessment_says_something() -> None:
    tale = Tale()
    assert tale.refused(1, RecordAssessment(session_id=SESSION, assessment="discharge", values={})).status == 422
    tale.assess(2, "pre_dose", moaa_s=5)
    assert tale.state.assessments[0].values == {"moaa_s": 5}


# ---- readings by hand -----------------------------------------------------------------------------------------------


def test_a_reading_by_hand_is_a_manual_cuff_reading_with_its_author() -> None:
    tale = Tale()
    tale.check_in(0)
    (reading,) = tale.ask(5, tale.hand(5, systolic=130, diastolic=82), manual_seq=7).readings
    assert (reading.device_id, reading.seq) == (manual_device_id(SESSION), 7)
    assert (reading.source, reading.systolic, reading.late) == (Source.MANUAL, 1300, False)
    (entry,) = tale.last.entries
    assert (entry.kind, entry.by) == ("hand_reading", NURSE.id)
    assert tale.state.cuffs.newest == reading._replace(position=3)


@pytest.mark.parametrize(("observed", "late"), [(10.0, False), (9.99, True)])
def test_a_reading_by_hand_is_late_only_over_ten_minutes(observed: float, late: bool) -> None:
    tale = Tale()
    tale.check_in(0)
    assert tale.ask(20, tale.hand(20, observed=observed, systolic=130)).readings[0].late is late


def test_a_reading_by_hand_before_the_last_judged_is_late() -> None:
    tale = Tale()
    tale.check_in(0)
    (first,) = tale.ask(10, tale.hand(10, systolic=130, diastolic=80)).readings
    judged = JudgedMemory()
    judged.note_judged(first)
    assert tale.ask(11, tale.hand(11, observed=9, systolic=131), judged=judged, manual_seq=2).readings[0].late
    assert not tale.ask(11, tale.hand(11, observed=9, spo2=97), judged=judged, manual_seq=3).readings[0].late
    assert not tale.ask(11, tale.hand(11, observed=10, systolic=131), judged=judged, manual_seq=4).readings[0].late


def test_a_reading_by_hand_can_be_doubtful() -> None:
    tale = Tale()
    tale.check_in(0)
    (reading,) = tale.ask(5, tale.hand(5, systolic=120, diastolic=110)).readings
    assert reading.flags == Flag.SUSPECT


@pytest.mark.parametrize("values", [{"spo2": 0.5}, {"systolic": 20}, {"systolic": 85, "diastolic": 80}, {}])
def test_what_cannot_be_is_sent_back(values: dict[str, float]) -> None:
    tale = Tale()
    tale.check_in(0)
    assert tale.refused(5, tale.hand(5, **values)).status == 422


def test_nothing_measured_before_check_in_or_after_the_end_is_taken() -> None:
    tale = Tale()
    assert tale.refused(1, tale.hand(1, spo2=97)).code == "not_checked_in"
    tale.check_in(2)
    assert tale.refused(3, tale.hand(3, observed=1, spo2=97)).errors[0].code == "before_check_in"
    assert tale.refused(3, tale.hand(3, observed=4, spo2=97)).errors[0].code == "in_future"
    tale.ask(10, tale.to(Phase.DISCHARGED, outcome="transferred"))
    assert tale.refused(12, tale.hand(12, observed=10, spo2=97)).code == "session_ended"
    (reading,) = tale.ask(12, tale.hand(12, observed=9.9, spo2=97)).readings
    assert reading.late


def test_one_value_per_metric() -> None:
    with pytest.raises(ValueError, match="one value or None per metric"):
        EnterReading(session_id=SESSION, values=(1200, 800))


# ---- voids ----------------------------------------------------------------------------------------------------------


def test_a_reading_is_voided_once_with_a_reason() -> None:
    tale = Tale().prepared()
    reading = tale.cuff(9.5, 190, 100)
    request = VoidReading(session_id=SESSION, device_id=CUFF, seq=reading.seq, reason="wrong patient")
    assert tale.refused(10, request).status == 404
    assert tale.refused(10, request, reading=reading._replace(session_id=UUID(int=9))).status == 404
    assert tale.refused(10, replace(request, reason=""), reading=reading).status == 422
    tale.ask(10, request, reading=reading)
    assert tale.state.cuffs.newest is not None
    assert tale.state.cuffs.newest.systolic == 1200
    assert tale.refused(11, request, reading=reading).code == "already_voided"


# ---- moves and corrections ------------------------------------------------------------------------------------------


def test_a_session_moves_to_a_free_chair() -> None:
    tale = Tale().prepared()
    request = MoveSession(session_id=SESSION, chair_id=OTHER_CHAIR, at=us(9))
    assert tale.refused(10, request, chair_known=False).status == 404
    assert tale.refused(10, request, chair=Occupied(by=UUID(int=99))).code == "chair_occupied"
    assert tale.refused(10, request, chair=Occupied(until=us(9.5))).code == "chair_occupied"
    tale.ask(10, request)
    assert tale.state.chair_id == OTHER_CHAIR
    assert tale.state.chairs == [(CHAIR, us(0)), (OTHER_CHAIR, us(9))]
    assert tale.state.limits.chair_id == OTHER_CHAIR
    assert not tale.ask(11, request).changes


def test_a_move_is_no_earlier_than_the_stay_before() -> None:
    tale = Tale().prepared()
    early = MoveSession(session_id=SESSION, chair_id=OTHER_CHAIR, at=us(-1))
    assert tale.refused(10, early).errors[0].code == "before_stay"


def test_the_patient_is_corrected_by_two_people() -> None:
    tale = Tale().prepared()
    other = replace(NADIA, id=UUID(int=44))
    request = CorrectPatient(session_id=SESSION, patient_id=other.id, reason="twin sister", second=SECOND)
    assert tale.refused(10, replace(request, second=None), patient=other).code == "second_person_required"
    assert tale.refused(10, replace(request, second=NURSE.id), patient=other).code == "second_person_required"
    assert tale.refused(10, request).status == 404
    busy = Occupied(by=UUID(int=99))
    assert tale.refused(10, request, patient=other, patient_busy=busy).code == "patient_in_session"
    tale.ask(10, request, patient=other)
    assert tale.state.patient_id == other.id
    assert tale.state.created.patient_id == NADIA.id


# ---- alerts ---------------------------------------------------------------------------------------------------------


def alarmed() -> tuple[Tale, UUID]:
    """Systolic 205: active at once."""
    tale = Tale().dosed()
    tale.cuff(15, 205, 90)
    alert = next(a for a in tale.state.limits.alerts.values() if a.limit == "systolic_high")
    assert alert.state is AlertState.ACTIVE
    return tale, alert.id


def test_an_alert_is_acknowledged_once_and_the_second_hears_who_was_first() -> None:
    tale, alert_id = alarmed()
    tale.cuff(16, 202, 90)
    tale.ask(17, AcknowledgeAlert(session_id=SESSION, alert_id=alert_id, note="seen"))
    alert = tale.state.limits.alerts[alert_id]
    assert (alert.acknowledged_by, alert.acknowledged_at, alert.acknowledged_value) == (NURSE.id, us(17), 2020)
    refusal = tale.refused(18, AcknowledgeAlert(session_id=SESSION, alert_id=alert_id))
    assert refusal.code == "already_acknowledged"
    assert str(NURSE.id) in refusal.detail


def test_a_closed_alert_is_not_acknowledged() -> None:
    tale, alert_id = alarmed()
    tale.ask(17, AcknowledgeAlert(session_id=SESSION, alert_id=alert_id))
    tale.cuff(18, 120, 80)
    stored = next(c.alert for c in tale.changes if getattr(c, "alert", None) and c.alert.id == alert_id)  # type: ignore[union-attr]
    request = AcknowledgeAlert(session_id=SESSION, alert_id=alert_id)
    assert tale.refused(19, request).status == 404
    assert tale.refused(19, request, alert=stored).code == "already_acknowledged"
    assert tale.refused(19, request, alert=replace(stored, acknowledged_by=None)).code == "already_closed"


def test_an_alert_escalated_by_hand_goes_to_the_clinician_on_call() -> None:
    tale, alert_id = alarmed()
    tale.ask(16, EscalateAlert(session_id=SESSION, alert_id=alert_id))
    assert tale.state.limits.alerts[alert_id].escalation == 2
    assert tale.refused(17, EscalateAlert(session_id=SESSION, alert_id=alert_id)).code == "already_escalated"
    assert tale.refused(17, EscalateAlert(session_id=SESSION, alert_id=UUID(int=5))).status == 404
