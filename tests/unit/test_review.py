"""A second look with all that is now known adds what was missed and softens nothing (design 6.6)."""

from dataclasses import replace

import pytest

from kat_monitor.domain.alerts import AlertState, review_alert_id
from kat_monitor.domain.journal import Adopted, Reviewed
from kat_monitor.domain.protocol import LimitKind
from kat_monitor.domain.vitals import Metric, Phase, Priority, Source
from tests.unit.engine_story import (
    HIGH_SYSTOLIC,
    LOW_SPO2,
    RAISED_SYSTOLIC,
    SYMPTOM_RISE,
    Story,
    limit,
    names,
    us,
)

LOW_NOW = limit("spo2_low", Metric.SPO2, LimitKind.BELOW, 91, 92)


def late_spo2(story: Story, at: float, value: float, received: float) -> None:
    assert story.spo2(at, value, late=True, received=received) == []


def test_in_order_data_holds_no_surprise() -> None:
    story = Story(HIGH_SYSTOLIC, LOW_NOW)
    for at, value in enumerate((150, 185, 185, 175, 150, 185, 150)):
        story.cuff(at * 60, value)
        story.spo2(at * 60 + 1, 90 if at in (2, 3) else 97)
    found = story.review(500)
    assert (found.born, found.adopt) == ((), ())
    lasted = {(alert.id, alert.opened_at, alert.ended_at) for alert in story.known() if alert.closed_reason is None}
    assert set(found.spans) == lasted


def test_an_episode_of_late_readings_is_born_returned_and_says_when_it_was() -> None:
    story = Story(LOW_NOW)
    story.spo2(0, 97)
    story.spo2(300, 97)
    late_spo2(story, 100, 88, 301)
    late_spo2(story, 101, 86, 301)
    late_spo2(story, 102, 95, 301)
    (born,) = story.review(303).born
    assert (born.state, born.late, born.found_after_end) == (AlertState.RETURNED, True, False)
    assert (born.opened_at, born.ended_at, born.value, born.worst_value) == (us(100), us(102), 880, 860)
    assert (born.raised_at, born.returned_at, born.priority) == (us(303), us(303), Priority.HIGH)
    changes = story.tell(Reviewed(**story.head(303), born=(born,)))
    assert names(changes) == ["opened"]
    assert names(story.acknowledge(400, born)) == ["acknowledged"]
    assert story.state.alerts == {}


def test_a_second_review_says_nothing_new() -> None:
    story = Story(LOW_NOW)
    late_spo2(story, 100, 88, 301)
    late_spo2(story, 102, 95, 301)
    first = story.review(303)
    story.tell(Reviewed(**story.head(303), born=first.born, spans=first.spans))
    again = story.review(310)
    assert (again.born, again.adopt) == ((), ())
    story.tell(Reviewed(**story.head(310), spans=again.spans))
    assert story.review(320).found_nothing


def test_what_overlaps_a_known_alert_only_widens_it() -> None:
    story = Story(LOW_NOW)
    story.spo2(100, 88)
    story.spo2(110, 97)
    late_spo2(story, 90, 85, 200)
    known = story.known()
    found = story.review(202)
    assert (found.born, found.adopt) == ((), ())
    assert found.spans == ((known[0].id, us(90), us(110)),)
    story.tell(Reviewed(**story.head(202), spans=found.spans))
    widened = story.alert("spo2_low")
    assert (widened.reviewed_from, widened.reviewed_to, widened.value) == (us(90), us(110), 880)
    assert story.review(205).found_nothing


def test_another_source_or_limit_is_no_cover() -> None:
    story = Story(LOW_NOW)
    story.reading(100, Source.OTHER, spo2=88)
    late_spo2(story, 100, 88, 200)
    late_spo2(story, 101, 97, 200)
    assert [alert.source for alert in story.review(202).born] == ["pulse_ox"]


def test_what_still_holds_is_adopted_and_lives_on() -> None:
    story = Story(LOW_NOW)
    story.spo2(0, 97)
    late_spo2(story, 100, 88, 200)
    (adopt,) = story.review(202).adopt
    assert (adopt.state, adopt.late, adopt.opened_at, adopt.active_at) == (AlertState.ACTIVE, False, us(100), us(202))
    assert names(story.tell(Adopted(**story.head(202), alert=adopt))) == ["opened"]
    assert names(story.spo2(210, 86)) == ["worse"]
    assert names(story.spo2(211, 92)) == []
    assert names(story.spo2(212, 92.1)) == ["ended"]


def test_an_adopted_episode_remembers_the_versions_since_it_opened() -> None:
    story = Story(LOW_NOW)
    story.override(150, "spo2_low", 85, 86)
    late_spo2(story, 100, 88, 200)
    (adopt,) = story.review(202).adopt
    story.tell(Adopted(**story.head(202), alert=adopt))
    assert names(story.spo2(210, 91)) == []
    assert names(story.spo2(211, 92.1)) == ["ended"]


def test_adoption_gives_way_to_what_live_judging_opened_meanwhile() -> None:
    story = Story(LOW_NOW)
    late_spo2(story, 100, 88, 200)
    (adopt,) = story.review(202).adopt
    story.spo2(202, 87)
    assert story.tell(Adopted(**story.head(203), alert=adopt)) == []
    assert len(story.state.alerts) == 1


def test_adopting_quiets_the_lower() -> None:
    amber = replace(LOW_NOW, code="spo2_lowish", value=930, clear=935, priority=Priority.MEDIUM)
    story = Story(LOW_NOW, amber)
    story.spo2(0, 92.5)
    late_spo2(story, 100, 88, 200)
    (adopt,) = story.review(202).adopt
    assert names(story.tell(Adopted(**story.head(202), alert=adopt))) == ["opened", "suppressed"]


def test_a_late_reading_fills_the_gap_that_proved_nothing() -> None:
    story = Story(LOW_SPO2)
    for at in (0, 10, 30, 40):
        story.spo2(at, 88)
    story.spo2(44, 97)
    assert story.known() == []
    late_spo2(story, 20, 88, 100)
    (born,) = story.review(102).born
    assert (born.opened_at, born.ended_at) == (us(0), us(44))


def test_a_question_that_the_next_reading_denied_makes_no_alert() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(100, 185, late=True, received=400)
    story.cuff(160, 150, late=True, received=400)
    assert story.review(402).found_nothing


@pytest.mark.parametrize(("next_at", "found"), [(219.9, 0), (220, 1)], ids=["in time", "when time was up"])
def test_in_review_a_question_times_out_by_the_readings_own_time(next_at: float, found: int) -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(100, 185, late=True, received=400)
    story.cuff(next_at, 150, late=True, received=400)
    born = story.review(402).born
    assert len(born) == found
    if found:
        assert born[0].unconfirmed
        assert born[0].priority is Priority.HIGH


def test_a_question_that_nobody_answered_yet_is_raised() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(100, 185, late=True, received=165)
    (adopt,) = story.review(167).adopt
    assert (adopt.state, adopt.priority, adopt.unconfirmed) == (AlertState.ACTIVE, Priority.HIGH, True)


def test_voided_readings_are_left_out_and_known_alerts_stand() -> None:
    story = Story(LOW_NOW)
    story.spo2(0, 88)
    bad = story.last_reading
    story.spo2(1, 97)
    late_spo2(story, 10, 85, 100)
    worse = story.last_reading
    story.void(101, bad)
    story.void(102, worse)
    assert story.review(104).found_nothing
    assert story.state.alerts
    assert story.open() == {"spo2_low": "returned"}


def test_a_back_dated_phase_is_judged_from_its_own_time() -> None:
    amber = limit("spo2_dosing", Metric.SPO2, LimitKind.BELOW, 93, 93.5, when=frozenset({Phase.DOSING}))
    story = Story(amber, phase=Phase.PREPARING)
    story.spo2(50, 92)
    story.spo2(60, 97)
    assert story.review(61).found_nothing
    assert story.known() == []
    story.phase(40, Phase.DOSING, committed=70)
    (born,) = story.review(72).born
    assert (born.opened_at, born.ended_at) == (us(50), us(60))


def test_overrides_count_from_their_commit_not_from_the_reading() -> None:
    story = Story(LOW_NOW)
    story.override(50, "spo2_low", 85, 86)
    late_spo2(story, 40, 88, 100)
    late_spo2(story, 51, 97, 100)
    late_spo2(story, 60, 88, 100)
    (born,) = story.review(102).born
    assert (born.opened_at, born.ended_at) == (us(40), us(51))


def test_a_symptom_counts_at_its_own_time() -> None:
    story = Story(SYMPTOM_RISE)
    story.baseline(0, systolic=120)
    story.symptom(500, "headache", committed=2000)
    story.cuff(100, 160, late=True, received=2001)
    story.cuff(1101, 160, late=True, received=2001)
    story.cuff(1200, 130, late=True, received=2001)
    (born,) = story.review(2003).born
    assert (born.opened_at, born.ended_at) == (us(100), us(1200))


def test_after_the_end_a_find_says_so_and_nothing_is_adopted() -> None:
    story = Story(LOW_NOW)
    story.spo2(0, 97)
    story.phase(200, Phase.DISCHARGED)
    late_spo2(story, 150, 88, 300)
    late_spo2(story, 250, 80, 300)
    found = story.review(302)
    assert found.adopt == ()
    (born,) = found.born
    assert (born.found_after_end, born.ended_at, born.worst_value) == (True, us(200), 880)


def test_a_reading_at_the_very_end_is_not_the_sessions() -> None:
    story = Story(LOW_NOW)
    story.phase(200, Phase.DISCHARGED)
    late_spo2(story, 200, 80, 300)
    assert story.review(302).found_nothing


def test_late_data_confirm_what_was_closed_not_confirmed() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    story.cuff(100, 150)
    story.cuff(50, 187, late=True, received=200)
    (known,) = story.known()
    assert known.closed_reason == "not_confirmed"
    found = story.review(202)
    (born,) = found.born
    assert (born.id, born.state, born.late) == (review_alert_id(known.id), AlertState.RETURNED, True)
    assert (born.opened_at, born.ended_at, born.worst_value) == (us(0), us(100), 1870)
    assert found.spans == ()
    story.tell(Reviewed(**story.head(202), born=(born,)))
    again = story.review(210)
    assert (again.born, [span[0] for span in again.spans]) == ((), [born.id])


def test_an_unconfirmed_first_reading_and_its_late_second_may_still_hold() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    story.cuff(100, 150)
    story.void(150, story.last_reading)
    story.cuff(50, 187, late=True, received=200)
    (known,) = story.known()
    found = story.review(202)
    assert found.born == ()
    (adopted,) = found.adopt
    assert (adopted.id, adopted.state) == (review_alert_id(known.id), AlertState.ACTIVE)
    story.tell(Adopted(**story.head(202), alert=adopted))
    assert names(story.cuff(300, 150)) == ["ended"]


def test_what_the_second_look_does_not_confirm_either_is_no_alert() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    story.cuff(100, 150)
    story.cuff(50, 178, late=True, received=200)
    assert story.review(202).found_nothing


def test_a_limit_without_a_confirming_reading_is_not_found() -> None:
    story = Story(HIGH_SYSTOLIC, RAISED_SYSTOLIC)
    story.cuff(0, 205, late=True, received=400)
    story.cuff(60, 150, late=True, received=400)
    found = story.review(402)
    assert [alert.limit for alert in found.born] == ["systolic_high"]
