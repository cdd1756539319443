"""Cuffs: one reading is a question, the next one is the answer (design 6.2)."""

from typing import Any

import pytest

from kat_monitor.domain.alerts import AlertState, Step, TimerArmed
from kat_monitor.domain.protocol import LimitKind
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Metric, Phase, Priority, Source
from tests.unit.engine_story import (
    HIGH_DIASTOLIC,
    HIGH_SYSTOLIC,
    LOW_SYSTOLIC,
    RAISED_SYSTOLIC,
    SESSION,
    Story,
    alerts,
    limit,
    names,
    steps,
    told,
    us,
)


def test_the_first_breach_asks_for_another_measurement_one_level_lower() -> None:
    story = Story(HIGH_SYSTOLIC)
    changes = story.cuff(0, 185, received=3)
    alert = told(changes, Step.OPENED)
    assert (alert.state, alert.priority, alert.limit_priority) == (
        AlertState.PROVISIONAL,
        Priority.MEDIUM,
        Priority.HIGH,
    )
    assert (alert.confirm_by, alert.active_at) == (us(123), None)
    assert changes[1] == TimerArmed(SESSION, "confirm", alert.id, us(123))


@pytest.mark.parametrize(
    ("second", "expected", "state"),
    [
        (180.0, ["confirmed", "dropped"], AlertState.ACTIVE),
        (179.9, ["not_confirmed", "dropped"], AlertState.CLOSED),
        (150.0, ["not_confirmed", "dropped"], AlertState.CLOSED),
    ],
    ids=["on the limit", "short of clear", "well"],
)
def test_the_next_reading_answers(second: Any, expected: Any, state: AlertState) -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    changes = story.cuff(60, second)
    assert names(changes) == expected
    alert = alerts(changes)[0]
    assert alert.state is state
    if state is AlertState.ACTIVE:
        assert (alert.priority, alert.active_at, alert.worst_value) == (Priority.HIGH, us(60), 1850)
    else:
        assert (alert.closed_reason, alert.ended_at, alert.closed_at) == ("not_confirmed", us(60), us(60))


def test_time_confirms_when_nobody_measures() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185, received=2)
    changes = story.fire(story.alert("systolic_high"), late_by=30)
    alert = told(changes, Step.UNCONFIRMED)
    assert (alert.state, alert.unconfirmed, alert.active_at) == (AlertState.ACTIVE, True, us(152))
    assert names(story.cuff(200, 175)) == []
    again = told(story.cuff(260, 181), Step.CONFIRMED)
    assert not again.unconfirmed
    assert names(story.cuff(320, 169.9)) == ["ended"]


def test_a_timer_whose_alert_has_moved_on_does_nothing() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    provisional = story.alert("systolic_high")
    story.cuff(60, 185)
    assert story.fire(provisional) == []


def test_an_acknowledged_question_is_a_new_level_when_answered() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    story.acknowledge(10, story.alert("systolic_high"))
    assert story.alert("systolic_high").acknowledged
    confirmed = told(story.cuff(60, 185), Step.CONFIRMED)
    assert not confirmed.acknowledged
    assert confirmed.acknowledged_value is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [(199.9, AlertState.PROVISIONAL), (200.0, AlertState.ACTIVE)],
    ids=["a tenth below immediate", "on immediate"],
)
def test_at_immediate_nobody_waits(value: float, expected: Any) -> None:
    story = Story(HIGH_SYSTOLIC)
    assert told(story.cuff(0, value), Step.OPENED).state is expected


def test_a_limit_without_confirm_s_is_active_at_once() -> None:
    story = Story(limit("systolic_now", Metric.SYSTOLIC, LimitKind.ABOVE, 180, 170, hold_s=60.0))
    assert told(story.cuff(0, 180), Step.OPENED).state is AlertState.ACTIVE


@pytest.mark.parametrize(("gap", "expected"), [(600, "active"), (600.1, "provisional")], ids=["10 min", "more"])
def test_the_previous_reading_speaks_for_ten_minutes(gap: float, expected: Any) -> None:
    story = Story(HIGH_SYSTOLIC, RAISED_SYSTOLIC)
    story.cuff(0, 165)
    assert told(story.cuff(gap, 185), Step.OPENED).state.value == expected


def test_a_previous_breach_of_the_other_direction_says_nothing() -> None:
    story = Story(HIGH_SYSTOLIC, LOW_SYSTOLIC)
    story.cuff(0, 85)
    assert told(story.cuff(60, 185), Step.OPENED).state is AlertState.PROVISIONAL


def test_only_the_last_reading_before_speaks() -> None:
    story = Story(HIGH_SYSTOLIC, RAISED_SYSTOLIC)
    story.cuff(0, 165)
    story.cuff(60, 150)
    assert told(story.cuff(120, 185), Step.OPENED).state is AlertState.PROVISIONAL


def test_the_previous_reading_is_taken_as_it_was_judged_then() -> None:
    story = Story(HIGH_SYSTOLIC, RAISED_SYSTOLIC)
    story.override(0, "systolic_raised", 170, 165)
    story.cuff(10, 165)
    story.override(20, "systolic_raised", 160, 155)
    assert told(story.cuff(60, 185), Step.OPENED).state is AlertState.PROVISIONAL


def test_a_limit_that_was_not_in_force_then_does_not_speak() -> None:
    amber = limit(
        "systolic_raised", Metric.SYSTOLIC, LimitKind.ABOVE, 160, 155, confirm_s=120.0, when=frozenset({Phase.DOSING})
    )
    story = Story(HIGH_SYSTOLIC, amber, phase=Phase.PREPARING)
    story.cuff(0, 165)
    story.phase(30, Phase.DOSING)
    assert told(story.cuff(60, 185), Step.OPENED).state is AlertState.PROVISIONAL


def test_another_sources_reading_does_not_speak() -> None:
    story = Story(HIGH_SYSTOLIC, RAISED_SYSTOLIC)
    story.cuff(0, 165, source=Source.MANUAL)
    assert told(story.cuff(60, 185), Step.OPENED).state is AlertState.PROVISIONAL


def test_doubtful_readings_speak_only_when_they_breach() -> None:
    story = Story(HIGH_SYSTOLIC, RAISED_SYSTOLIC)
    story.cuff(0, 165)
    story.cuff(60, 150, flags=Flag.IRREGULAR_PULSE)
    assert story.alert("systolic_raised").state is AlertState.PROVISIONAL
    assert told(story.cuff(100, 185), Step.OPENED).state is AlertState.ACTIVE


def test_both_pressures_in_one_reading_confirm_each_other() -> None:
    story = Story(HIGH_SYSTOLIC, HIGH_DIASTOLIC)
    changes = story.cuff(0, 180, 110)
    assert steps(changes) == [("systolic_high", "opened"), ("diastolic_high", "opened")]
    assert {alert.state for alert in alerts(changes)} == {AlertState.ACTIVE}


def test_pressures_of_opposite_directions_do_not() -> None:
    low_diastolic = limit("diastolic_low", Metric.DIASTOLIC, LimitKind.BELOW, 50, 55, confirm_s=120.0)
    story = Story(HIGH_SYSTOLIC, low_diastolic)
    changes = story.cuff(0, 185, 45)
    assert {alert.state for alert in alerts(changes)} == {AlertState.PROVISIONAL}


@pytest.mark.parametrize(
    ("at", "expected"), [(0, "active"), (-0.1, "provisional"), (600, "active"), (600.1, "provisional")],
    ids=["10 min before", "more", "the same moment", "after"],
)  # fmt: skip
def test_a_red_flag_in_the_ten_minutes_before_leaves_no_question(at: float, expected: Any) -> None:
    story = Story(HIGH_SYSTOLIC)
    story.symptom(at, "chest_pain", committed=600.5)
    assert told(story.cuff(600, 185, received=601), Step.OPENED).state.value == expected


def test_a_question_runs_on_outside_the_phases_of_its_limit() -> None:
    only_dosing = limit(
        "systolic_dosing", Metric.SYSTOLIC, LimitKind.ABOVE, 180, 170, confirm_s=120.0, when=frozenset({Phase.DOSING})
    )
    story = Story(only_dosing)
    story.cuff(0, 185)
    story.phase(30, Phase.RECOVERY)
    assert names(story.cuff(60, 185)) == ["confirmed", "dropped"]
    assert names(story.cuff(120, 185)) == []
    assert names(story.cuff(180, 165)) == ["ended"]


def test_late_and_invalid_readings_answer_nothing() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    assert story.cuff(60, 120, late=True, received=130) == []
    assert story.cuff(61, 120, flags=Flag.CUFF_LOOSE) == []
    assert story.cuff(62, 120, flags=Flag.SUSPECT) == []
    assert story.reading(63, Source.NIBP, flags=Flag.FAILED) == []
    assert story.open() == {"systolic_high": "provisional"}
    assert names(story.cuff(64, 185, flags=Flag.SUSPECT)) == ["confirmed", "dropped"]


def test_a_loose_cuff_still_counts_its_pulse() -> None:
    pulse = limit("heart_rate_high", Metric.HEART_RATE, LimitKind.ABOVE, 131, 126, hold_s=10.0, confirm_s=120.0)
    story = Story(HIGH_SYSTOLIC, pulse)
    changes = story.cuff(0, 210, heart_rate=140, flags=Flag.CUFF_LOOSE)
    assert steps(changes) == [("heart_rate_high", "opened")]


def test_the_sessions_end_takes_a_question_for_an_answer() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    story.acknowledge(10, story.alert("systolic_high"))
    changes = story.phase(50, Phase.DISCHARGED, committed=60)
    assert sorted(names(changes)) == ["dropped", "ended"]
    alert = told(changes, Step.ENDED)
    assert (alert.state, alert.ended_at, alert.returned_at) == (AlertState.RETURNED, us(50), us(60))
    assert (alert.priority, alert.acknowledged) == (Priority.HIGH, False)
