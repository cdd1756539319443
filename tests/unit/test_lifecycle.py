"""The life of an alert after it has opened: taken, worse, superseded, returned, closed (design 6.5)."""

from dataclasses import replace
from typing import Any

import pytest

from kat_monitor.domain.alerts import AlertChange, AlertState, Step
from kat_monitor.domain.journal import Escalated, Moved, Reminded
from kat_monitor.domain.protocol import Limit, LimitKind
from kat_monitor.domain.vitals import Metric, Phase, Priority, Source
from kat_monitor.rules.engine import acknowledge_value, newest_value
from kat_monitor.rules.lifecycle import can_acknowledge
from tests.unit.engine_story import (
    ANNA,
    BERND,
    FAST_HEART,
    HIGH_SYSTOLIC,
    LOW_SPO2,
    LOW_SYSTOLIC,
    RAISED_SYSTOLIC,
    RATE_UP,
    Story,
    alerts,
    limit,
    names,
    steps,
    told,
    us,
)

LOW_NOW = limit("spo2_low", Metric.SPO2, LimitKind.BELOW, 91, 92, rearm=3)
LOWISH_NOW = limit("spo2_lowish", Metric.SPO2, LimitKind.BELOW, 93, 93.5, priority=Priority.MEDIUM, rearm=2)
SAME_RANK = limit("systolic_other", Metric.SYSTOLIC, LimitKind.ABOVE, 175, 165)


def active_spo2() -> Story:
    story = Story(LOW_NOW)
    story.spo2(0, 90)
    return story


def test_taken_and_then_gone_is_closed() -> None:
    story = active_spo2()
    changes = story.acknowledge(5, story.alert("spo2_low"))
    taken = told(changes, Step.ACKNOWLEDGED)
    assert (taken.acknowledged_by, taken.acknowledged_at, taken.acknowledged_value) == (ANNA, us(5), 900)
    assert taken.state is AlertState.ACTIVE
    assert [change.by for change in changes if isinstance(change, AlertChange)] == [ANNA]
    closed = told(story.spo2(10, 97), Step.CLOSED)
    assert (closed.state, closed.ended_at, closed.closed_at) == (AlertState.CLOSED, us(10), us(10))
    assert story.state.alerts == {}


def test_gone_and_then_taken_is_closed_by_taking_it() -> None:
    story = active_spo2()
    story.spo2(10, 97)
    assert story.open() == {"spo2_low": "returned"}
    closed = told(story.acknowledge(20, story.alert("spo2_low")), Step.ACKNOWLEDGED)
    assert (closed.state, closed.returned_at, closed.closed_at) == (AlertState.CLOSED, us(10), us(20))


def test_a_second_acknowledgement_changes_nothing() -> None:
    story = active_spo2()
    story.acknowledge(5, story.alert("spo2_low"))
    assert not can_acknowledge(story.alert("spo2_low"))
    assert story.acknowledge(6, story.alert("spo2_low"), by=BERND) == []
    assert story.alert("spo2_low").acknowledged_by == ANNA


def test_a_new_episode_is_another_alert_beside_the_returned_one() -> None:
    story = active_spo2()
    story.spo2(10, 97)
    assert names(story.spo2(20, 90)) == ["opened"]
    assert sorted(a.state.value for a in story.state.alerts.values()) == ["active", "returned"]


@pytest.mark.parametrize(("value", "sounds"), [(87.1, False), (87.0, True)], ids=["2.9 worse", "3 worse"])
def test_worse_by_rearm_sounds_again(value: float, sounds: bool) -> None:
    story = active_spo2()
    story.acknowledge(5, story.alert("spo2_low"))
    assert names(story.spo2(10, value)) == (["rearmed"] if sounds else ["worse"])
    alert = story.alert("spo2_low")
    assert alert.acknowledged is not sounds
    assert alert.worst_value == round(value * 10)
    assert alert.active_at == (us(10) if sounds else us(0))


def test_rearming_is_measured_from_the_acknowledged_value_not_the_worst() -> None:
    story = active_spo2()
    story.spo2(1, 80)
    story.spo2(2, 90)
    story.acknowledge(5, story.alert("spo2_low"))
    assert names(story.spo2(10, 87)) == ["rearmed"]


def test_rearming_starts_escalation_anew() -> None:
    story = active_spo2()
    alert = story.alert("spo2_low")
    story.tell(Escalated(**story.head(30), alert_id=alert.id, level=1))
    assert story.alert("spo2_low").escalation == 1
    story.acknowledge(35, alert)
    story.spo2(40, 80)
    assert (story.alert("spo2_low").escalation, story.alert("spo2_low").acknowledged_by) == (0, None)


def test_rearm_counts_upwards_for_high_limits() -> None:
    story = Story(FAST_HEART)
    for at in range(11):
        story.reading(at, Source.ECG, heart_rate=140)
    story.acknowledge(12, story.alert("heart_rate_high"))
    assert names(story.reading(13, Source.ECG, heart_rate=128)) == []
    assert names(story.reading(14, Source.ECG, heart_rate=150)) == ["rearmed"]


def test_worst_only_gets_worse() -> None:
    story = active_spo2()
    assert names(story.spo2(1, 88)) == ["worse"]
    assert names(story.spo2(2, 89)) == []
    assert story.alert("spo2_low").worst_value == 880


def test_the_acknowledged_value_is_the_newest_of_the_alerts_own_source() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 205)
    story.cuff(10, 150, source=Source.MANUAL)
    assert acknowledge_value(story.state, story.alert("systolic_high")) == 2050
    assert newest_value(story.state, None, Metric.SYSTOLIC) == 1500
    assert newest_value(story.state, int(Source.NIBP), Metric.SYSTOLIC) == 2050
    assert newest_value(story.state, None, Metric.SPO2) is None


def test_a_rate_is_acknowledged_at_its_rate() -> None:
    story = Story(RATE_UP)
    story.cuff(0, 120)
    story.cuff(120, 145)
    assert acknowledge_value(story.state, story.alert("systolic_fast")) == 125


# ---- reminders -----------------------------------------------------------------------------------------------------


def test_a_breaching_cuff_reading_reminds_once_three_minutes_after_the_acknowledgement() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 205)
    story.acknowledge(10, story.alert("systolic_high"), value=205)
    assert names(story.cuff(189.9, 205)) == []
    assert names(story.cuff(190, 175)) == []
    assert names(story.cuff(200, 185)) == ["reminded"]
    assert story.alert("systolic_high").reminded_at == us(200)
    assert names(story.cuff(400, 185)) == []
    assert story.alert("systolic_high").acknowledged


def test_a_reminder_by_the_clock_is_the_one_reminder() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 205)
    story.acknowledge(10, story.alert("systolic_high"))
    assert names(story.tell(Reminded(**story.head(610), alert_id=story.alert("systolic_high").id))) == ["reminded"]
    assert story.alert("systolic_high").reminded_at == us(610)
    assert names(story.cuff(620, 185)) == []


def test_rearming_and_taking_it_again_reminds_again() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 205)
    story.acknowledge(10, story.alert("systolic_high"))
    assert names(story.cuff(200, 185)) == ["reminded"]
    assert names(story.cuff(260, 215)) == ["rearmed"]
    assert story.alert("systolic_high").reminded_at is None
    story.acknowledge(270, story.alert("systolic_high"))
    assert story.alert("systolic_high").reminded_at is None
    assert names(story.cuff(500, 185)) == ["reminded"]


def test_low_alerts_never_remind() -> None:
    story = Story(limit("systolic_note", Metric.SYSTOLIC, LimitKind.ABOVE, 150, 145, priority=Priority.LOW))
    story.cuff(0, 155)
    story.acknowledge(10, story.alert("systolic_note"))
    assert names(story.cuff(300, 155)) == []


# ---- superseding ---------------------------------------------------------------------------------------------------


def test_the_higher_limit_quiets_the_lower_and_gives_it_back_with_a_new_clock() -> None:
    story = Story(LOW_NOW, LOWISH_NOW)
    story.spo2(0, 93)
    assert steps(story.spo2(10, 91)) == [
        ("spo2_low", "opened"),
        ("spo2_lowish", "worse"),
        ("spo2_lowish", "suppressed"),
    ]
    assert story.alert("spo2_lowish").suppressed
    changes = story.spo2(20, 92.5)
    assert steps(changes) == [("spo2_low", "ended"), ("spo2_lowish", "released")]
    assert not story.alert("spo2_lowish").suppressed
    assert story.alert("spo2_lowish").active_at == us(20)


def test_opening_together_the_lower_is_born_quiet() -> None:
    story = Story(LOW_NOW, LOWISH_NOW)
    changes = story.spo2(0, 88)
    assert steps(changes) == [("spo2_low", "opened"), ("spo2_lowish", "opened")]
    assert [alert.suppressed for alert in alerts(changes)] == [False, True]


def test_a_provisional_higher_one_quiets_too() -> None:
    story = Story(HIGH_SYSTOLIC, RAISED_SYSTOLIC)
    story.cuff(0, 165)
    story.cuff(60, 165)
    story.cuff(1000, 185)
    assert story.state.alerts[story.alert("systolic_high").id].state is AlertState.PROVISIONAL
    assert story.alert("systolic_raised").suppressed
    assert steps(story.cuff(1060, 165)) == [("systolic_high", "not_confirmed"), ("systolic_raised", "released")]


def test_taking_the_higher_takes_the_lower_by_the_same_person() -> None:
    story = Story(LOW_NOW, LOWISH_NOW)
    story.spo2(0, 88)
    changes = story.acknowledge(5, story.alert("spo2_low"), by=BERND, value=88)
    assert steps(changes) == [("spo2_low", "acknowledged"), ("spo2_lowish", "acknowledged")]
    assert story.alert("spo2_lowish").acknowledged_by == BERND
    assert story.alert("spo2_lowish").acknowledged_value == 880
    assert names(story.spo2(10, 92.5)) == ["closed", "released"]
    assert story.alert("spo2_lowish").active_at == us(0)


def test_taking_the_lower_leaves_the_higher() -> None:
    story = Story(LOW_NOW, LOWISH_NOW)
    story.spo2(0, 88)
    assert steps(story.acknowledge(5, story.alert("spo2_lowish"))) == [("spo2_lowish", "acknowledged")]


def test_taking_a_returned_higher_one_does_not_cover_the_lower() -> None:
    story = Story(LOW_NOW, LOWISH_NOW)
    story.spo2(0, 88)
    story.spo2(10, 92.5)
    assert steps(story.acknowledge(15, story.alert("spo2_low"))) == [("spo2_low", "acknowledged")]


@pytest.mark.parametrize(
    ("lower", "second"),
    [
        (LOW_SYSTOLIC, {"source": Source.NIBP, "systolic": 85}),
        (LOW_NOW, {"source": Source.NIBP, "spo2": 85}),
        (SAME_RANK, {"source": Source.NIBP, "systolic": 178}),
        (RAISED_SYSTOLIC, {"source": Source.MANUAL, "systolic": 178}),
    ],
    ids=["another direction", "another metric", "the same priority", "another source"],
)
def test_nothing_else_is_quieted(lower: Limit, second: dict[str, Any]) -> None:
    story = Story(HIGH_SYSTOLIC, lower)
    story.cuff(0, 205)
    source = second.pop("source")
    story.reading(1, source, **second)
    alert = next(a for a in story.state.alerts.values() if a.limit == lower.code and a.source == source.wire)
    assert not alert.suppressed


# ---- the session's end and the rest --------------------------------------------------------------------------------


def test_the_sessions_end_returns_what_nobody_took_and_closes_the_rest() -> None:
    story = Story(LOW_NOW, RAISED_SYSTOLIC)
    story.spo2(0, 88)
    story.cuff(1, 170)
    story.cuff(2, 170)
    story.acknowledge(5, story.alert("spo2_low"))
    changes = story.phase(60, Phase.DISCHARGED, committed=70)
    assert steps(changes) == [("spo2_low", "closed"), ("systolic_raised", "ended")]
    assert {alert.ended_at for alert in alerts(changes)} == {us(60)}
    assert steps(story.acknowledge(80, story.alert("systolic_raised"))) == [("systolic_raised", "acknowledged")]
    assert story.state.alerts == {}


def test_an_alert_that_returned_before_the_end_is_left_as_it_is() -> None:
    story = active_spo2()
    story.spo2(10, 97)
    assert story.phase(60, Phase.DISCHARGED) == []
    assert story.alert("spo2_low").ended_at == us(10)


def test_escalation_never_goes_back() -> None:
    story = active_spo2()
    alert = story.alert("spo2_low")
    story.tell(Escalated(**story.head(30), alert_id=alert.id, level=2))
    assert story.tell(Escalated(**story.head(31), alert_id=alert.id, level=1)) == []


def test_after_a_move_new_alerts_name_the_new_chair() -> None:
    story = Story(LOW_SPO2)
    chair = story.created.patient_id
    story.tell(Moved(**story.head(0), chair_id=chair))
    story.spo2(1, 85)
    assert told(story.spo2(16, 85), Step.OPENED).chair_id == chair


def test_a_move_takes_open_alerts_along_and_is_a_step_of_theirs() -> None:
    story = active_spo2()
    before = story.alert("spo2_low")
    chair = story.created.patient_id
    changes = story.tell(Moved(**story.head(30), chair_id=chair))
    moved = told(changes, Step.MOVED)
    assert moved == replace(before, chair_id=chair)
    assert story.tell(Moved(**story.head(31), chair_id=chair)) == []
