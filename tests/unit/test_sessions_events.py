"""What happened is recorded, corrected and never overwritten; the dosing clock follows it."""

from dataclasses import replace
from uuid import UUID

import pytest

from kat_monitor.domain.vitals import Phase
from kat_monitor.rules.dosing_clock import dosing_clock
from tests.unit.session_story import CLINICIAN, DOSE, Tale, us


def clock(tale: Tale, at: float) -> tuple[float, float, bool]:
    """(elapsed, remaining) in minutes, paused."""
    found = dosing_clock(tale.state, us(at))
    assert found is not None
    return found.elapsed_us / 60e6, found.remaining_us / 60e6, found.paused


def test_there_is_no_clock_before_dosing() -> None:
    assert dosing_clock(Tale().prepared().state, us(10)) is None


def test_the_clock_runs_from_the_first_dose_and_stops_at_zero() -> None:
    tale = Tale().dosed(10)
    assert clock(tale, 10) == (0, 40, False)
    assert clock(tale, 25) == (15, 25, False)
    assert clock(tale, 55) == (45, 0, False)


def test_a_pause_holds_the_clock_and_moves_the_window() -> None:
    tale = Tale().dosed(10)
    tale.ask(20, tale.event("pause"))
    assert clock(tale, 25) == (10, 30, True)
    assert dosing_clock(tale.state, us(25)).ends_at is None  # type: ignore[union-attr]
    tale.ask(26, tale.event("resume", at=25))
    assert clock(tale, 30) == (15, 25, False)
    assert dosing_clock(tale.state, us(30)).ends_at == us(55)  # type: ignore[union-attr]


def test_an_extra_dose_moves_the_end_of_the_window_not_its_start() -> None:
    tale = Tale("nasal_esketamine").prepared()
    spray = {"drug": "esketamine", "amount_mg": 28.0, "route": "nasal"}
    tale.ask(10, tale.event("dose", **spray))
    tale.ask(15, tale.event("dose", **spray))
    assert clock(tale, 20) == (10, 35, False)


def test_the_clock_stands_after_dosing() -> None:
    tale = Tale().dosed(10)
    tale.ask(30, tale.event("stop", reason="bp", given_mg=17.5))
    assert clock(tale, 60) == (20, 0, False)


def test_stop_moves_dosing_to_recovery_at_its_own_time() -> None:
    tale = Tale().dosed(10)
    tale.ask(40, tale.event("stop", at=35, reason="distress", given_mg=20.0))
    assert tale.state.phases[-1] == (Phase.RECOVERY, us(35))
    assert tale.state.entered[-1].reason == "distress"
    assert tale.state.events[-1].data == {"given_mg": 20.0}


def test_a_stop_dated_before_dosing_ends_it_where_it_began() -> None:
    tale = Tale().dosed(10)
    tale.ask(20, tale.event("stop", at=5, reason="line", given_mg=0.0))
    assert tale.state.phases[-1] == (Phase.RECOVERY, us(10))


@pytest.mark.parametrize(("kinds", "code"), [
    (["resume"], "not_paused"),
    (["pause", "pause"], "already_paused"),
    (["pause", "resume", "resume"], "not_paused"),
])  # fmt: skip
def test_switches_need_something_to_switch(kinds: list[str], code: str) -> None:
    tale = Tale().dosed(10)
    for i, kind in enumerate(kinds[:-1]):
        tale.ask(11 + i, tale.event(kind))
    assert tale.refused(20, tale.event(kinds[-1])).code == code


def test_what_is_told_late_is_judged_by_what_was_then() -> None:
    """Promise 9: nobody is refused a fact because meanwhile the session went on."""
    tale = Tale().dosed(10)
    tale.ask(30, tale.event("pause"))
    tale.ask(31, tale.event("pause", at=15))
    assert tale.refused(31, tale.event("resume", at=12)).code == "not_paused"
    assert tale.refused(31, tale.event("pause", at=16)).code == "already_paused"
    tale.ask(32, tale.event("resume", at=18))
    assert list(tale.state.course.pauses) == [(us(15), us(18)), (us(30), None)]
    tale.ask(40, tale.to(Phase.RECOVERY))
    tale.ask(41, tale.event("resume", at=35))
    tale.ask(50, tale.event("pause", at=37))
    tale.ask(50, tale.event("resume", at=38))
    assert list(tale.state.course.pauses) == [(us(15), us(18)), (us(30), us(35)), (us(37), us(38))]
    assert clock(tale, 60) == (21, 0, False)
    assert tale.refused(50, tale.event("pause")).code == "not_dosing"
    assert tale.refused(50, tale.event("pause", at=5)).code == "not_dosing"


@pytest.mark.parametrize("at", [39, None])
def test_a_stop_told_after_recovery_began_is_what_was_given_and_why(at: float | None) -> None:
    tale = Tale().dosed(10)
    tale.ask(40, tale.to(Phase.RECOVERY))
    tale.ask(45, tale.event("stop", at=at, reason="nausea", given_mg=20.0))
    stopped = tale.state.events[-1]
    assert (stopped.event, stopped.reason, stopped.data) == ("stop", "nausea", {"given_mg": 20.0})
    assert tale.state.phases[-1] == (Phase.RECOVERY, us(40))


def test_a_stop_is_recorded_after_the_end_too() -> None:
    tale = Tale().dosed(10)
    tale.ask(40, tale.to(Phase.DISCHARGED, outcome="transferred"))
    tale.ask(60, tale.event("stop", at=35, reason="distress", given_mg=20.0))
    assert [e.event for e in tale.state.events] == ["dose", "stop"]
    assert tale.state.phase is Phase.DISCHARGED


def test_a_stop_of_an_earlier_dosing_does_not_end_the_present_one() -> None:
    tale = Tale().dosed(10)
    tale.ask(40, tale.to(Phase.RECOVERY))
    tale.ask(50, tale.event("dose", **DOSE.data()))
    decision = tale.ask(60, tale.event("stop", at=39, reason="line", given_mg=20.0))
    assert [notice.code for notice in decision.warnings] == ["not_moved"]
    assert tale.state.phase is Phase.DOSING
    tale.ask(61, tale.event("stop", reason="line", given_mg=35.0))
    assert tale.state.phases[-1] == (Phase.RECOVERY, us(61))


@pytest.mark.parametrize("kind", ["pause", "resume", "stop"])
def test_there_is_nothing_to_pause_or_stop_outside_dosing(kind: str) -> None:
    tale = Tale().prepared()
    assert tale.refused(10, tale.event(kind)).code == "not_dosing"


def test_a_fact_may_lie_any_time_back_but_not_ahead() -> None:
    tale = Tale().dosed(10)
    tale.ask(300, tale.event("note", at=-600, text="slept badly"))
    assert tale.state.events[-1].at == us(-600)
    assert tale.refused(300, tale.event("note", at=300.1)).errors[0].code == "in_future"


def test_off_monitor_lasts_ten_minutes_at_most() -> None:
    tale = Tale().prepared()
    for minutes in (0, 10.5, None):
        assert tale.refused(10, tale.event("off_monitor", reason="walk", minutes=minutes)).status == 422
    tale.ask(10, tale.event("off_monitor", reason="toilet", minutes=10))
    assert tale.state.course.off_monitor_until() == us(20)


def test_off_monitor_in_dosing_is_a_clinicians() -> None:
    tale = Tale().dosed(10)
    request = tale.event("off_monitor", reason="toilet", minutes=5)
    assert tale.refused(11, request).code == "clinician_required"
    tale.ask(11, request, CLINICIAN)
    assert tale.state.course.off_monitor == ((us(11), us(16)),)


def test_off_monitor_needs_a_patient_in_the_chair() -> None:
    tale = Tale()
    assert tale.refused(1, tale.event("off_monitor", reason="walk", minutes=5)).code == "not_checked_in"


def test_oxygen_is_in_force_until_it_is_off() -> None:
    tale = Tale().dosed(10)
    tale.ask(20, tale.event("oxygen", state="on", l_min=2))
    assert tale.state.course.on_oxygen
    tale.ask(30, tale.event("oxygen", state="off", at=25))
    assert not tale.state.course.on_oxygen
    assert [tale.state.course.oxygen_at(us(m)) for m in (19, 20, 24.9, 25)] == [False, True, True, False]


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    tale = Tale().dosed(10)
    wrong = tale.state.course.doses[0]
    tale.ask(12, tale.event("dose", at=8.5, corrects=wrong.id, **replace(DOSE, amount_mg=30).data()))
    assert [(e.at, e.data["amount_mg"]) for e in tale.state.course.doses] == [(us(8.5), 30)]
    assert len([e for e in tale.state.events if e.event == "dose"]) == 2
    assert tale.state.phase is Phase.DOSING
    assert tale.refused(13, tale.event("note", corrects=wrong.id)).code == "already_corrected"


def test_a_dose_corrected_to_a_note_is_no_dose() -> None:
    tale = Tale().dosed(10)
    tale.ask(12, tale.event("note", corrects=tale.state.course.doses[0].id, text="given to the next chair"))
    assert tale.state.course.doses == ()


def test_a_corrected_dose_does_not_reopen_dosing() -> None:
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.ask(55, tale.event("dose", at=51, corrects=tale.state.course.doses[0].id, **DOSE.data()))
    assert tale.state.phase is Phase.RECOVERY


def test_what_is_not_known_cannot_be_named() -> None:
    tale = Tale().dosed(10)
    assert tale.refused(11, tale.event("note", corrects=UUID(int=5))).status == 404
    assert tale.refused(11, tale.event("intervention", answers_alert=UUID(int=5))).status == 404


def test_an_intervention_may_answer_an_alert_that_is_over() -> None:
    tale = Tale().dosed(10)
    tale.cuff(15, 165, 90)
    alert = next(iter(tale.state.limits.alerts.values()))
    tale.cuff(16, 166, 90)
    for minute in (17, 18):
        tale.cuff(minute, 120, 80)
    tale.ask(19, tale.event("intervention", text="reassured", answers_alert=alert.id))
    assert [e.answers_alert for e in tale.state.course.answers] == [alert.id]
