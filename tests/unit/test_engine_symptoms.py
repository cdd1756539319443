"""What nurses see counts: rises with symptoms, and red flags (design 5, 6.4)."""

from dataclasses import replace

import pytest

from kat_monitor.domain.alerts import AlertKind, AlertState, Step, technical_alert_id
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Phase, Priority, Source
from tests.unit.engine_story import (
    ANNA,
    CLINIC,
    HIGH_DIASTOLIC,
    HIGH_SYSTOLIC,
    RATE_DOWN,
    SESSION,
    SYMPTOM_RISE,
    Story,
    names,
    steps,
    told,
    us,
)


def rising() -> Story:
    story = Story(SYMPTOM_RISE)
    story.baseline(0, systolic=120)
    return story


@pytest.mark.parametrize(
    ("symptom_at", "opens"), [(1000, True), (400, True), (399.9, False)], ids=["same moment", "10 min", "more"]
)
def test_a_rise_breaches_only_with_a_symptom_in_the_ten_minutes_before(symptom_at: float, opens: bool) -> None:
    story = rising()
    story.symptom(symptom_at, "dizziness", committed=1000)
    assert names(story.cuff(1000, 160)) == (["opened"] if opens else [])


@pytest.mark.parametrize(("severity", "opens"), [(1, False), (2, True), (3, True)])
def test_a_mild_symptom_does_not_count(severity: int, opens: bool) -> None:
    story = rising()
    story.symptom(10, "headache", severity)
    assert names(story.cuff(60, 160)) == (["opened"] if opens else [])


@pytest.mark.parametrize(
    ("after", "opens"), [(0, True), (600, True), (600.1, False)], ids=["at once", "10 min old", "older"]
)
def test_recording_a_symptom_judges_the_newest_cuff_reading_again(after: float, opens: bool) -> None:
    story = rising()
    story.cuff(100, 160)
    changes = story.symptom(100 + after, "headache")
    assert names(changes) == (["opened"] if opens else [])
    if opens:
        opened = told(changes, Step.OPENED)
        assert (opened.opened_at, opened.raised_at, opened.state) == (us(100), us(100 + after), AlertState.ACTIVE)


@pytest.mark.parametrize(("recorded", "opens"), [(700, True), (700.1, False)], ids=["10 min old", "older"])
def test_the_ten_minutes_count_to_the_recording_not_to_the_symptom(recorded: float, opens: bool) -> None:
    story = rising()
    story.cuff(100, 160)
    assert names(story.symptom(200, "headache", committed=recorded)) == (["opened"] if opens else [])


def test_a_symptom_over_ten_minutes_before_the_reading_judges_nothing_again() -> None:
    story = rising()
    story.cuff(700, 160)
    assert names(story.symptom(99.9, "headache", committed=710)) == []
    assert names(story.symptom(100, "headache", committed=720)) == ["opened"]


BOTH = [replace(each, needs_symptom=True) for each in (HIGH_SYSTOLIC, HIGH_DIASTOLIC)]


def test_both_pressures_that_one_symptom_makes_breach_confirm_each_other() -> None:
    story = Story(*BOTH)
    story.cuff(100, 185, 115)
    story.symptom(110, "headache")
    assert story.open() == {"systolic_high": "active", "diastolic_high": "active"}
    story = Story(*BOTH)
    story.cuff(100, 185, 100)
    opened = told(story.symptom(110, "headache"), Step.OPENED)
    assert (opened.state, opened.confirm_by) == (AlertState.PROVISIONAL, us(220))


def test_the_reading_before_speaks_for_one_that_is_judged_again() -> None:
    story = Story(BOTH[0], replace(HIGH_SYSTOLIC, code="other"))
    story.cuff(100, 185)
    story.cuff(200, 185)
    story.symptom(210, "headache")
    assert story.open() == {"systolic_high": "active", "other": "active"}


def test_only_the_newest_reading_is_judged_again() -> None:
    story = rising()
    story.cuff(100, 160)
    story.cuff(160, 130)
    assert story.symptom(170, "headache") == []


def test_a_doubtful_newest_reading_counts_only_if_it_breaches() -> None:
    story = rising()
    story.cuff(100, 160)
    story.cuff(160, 130, flags=Flag.MOTION)
    assert told(story.symptom(170, "headache"), Step.OPENED).opened_at == us(100)
    story = rising()
    story.cuff(160, 160, flags=Flag.MOTION)
    assert names(story.symptom(170, "headache")) == ["opened"]


def test_each_cuff_source_is_judged_again_by_itself() -> None:
    story = rising()
    story.cuff(100, 160)
    story.cuff(160, 130, source=Source.MANUAL)
    assert told(story.symptom(170, "headache"), Step.OPENED).source == "nibp"


def test_streams_are_not_judged_again() -> None:
    story = rising()
    story.reading(100, Source.ART, systolic=170)
    assert story.symptom(110, "headache") == []


def test_judging_again_opens_once_and_never_ends() -> None:
    story = rising()
    story.cuff(100, 160)
    story.symptom(110, "headache")
    assert story.symptom(120, "dizziness") == []
    assert names(story.cuff(200, 156)) == []
    assert story.symptom(210, "nausea") == []
    assert names(story.cuff(300, 154.9)) == ["ended"]


def test_an_active_rise_stays_when_the_symptom_is_long_past() -> None:
    story = rising()
    story.symptom(0, "headache")
    story.cuff(100, 160)
    assert names(story.cuff(2000, 160)) == []
    assert story.open() == {"rise_symptom": "active"}


def test_a_corrected_symptom_no_longer_counts() -> None:
    story = rising()
    story.symptom(10, "headache", 3)
    wrong = story.last_event.id
    story.symptom(10, "headache", 1, committed=20, corrects=wrong)
    assert names(story.cuff(60, 160)) == []


def test_outside_an_open_session_nothing_is_judged_again() -> None:
    story = rising()
    story.cuff(100, 160)
    story.phase(110, Phase.DISCHARGED)
    assert story.symptom(105, "headache", committed=120) == []


def test_a_red_flag_is_one_high_alert_from_the_nurse() -> None:
    story = Story()
    changes = story.symptom(50, "chest_pain", 1, committed=70)
    alert = told(changes, Step.OPENED)
    event = story.last_event
    assert alert.id == technical_alert_id(CLINIC, "red_flag", str(SESSION), str(event.id))
    assert (alert.limit, alert.source, alert.kind) == ("red_flag", "nurse", AlertKind.PHYSIOLOGICAL)
    assert (alert.priority, alert.state) == (Priority.HIGH, AlertState.ACTIVE)
    assert (alert.opened_at, alert.raised_at, alert.active_at) == (us(50), us(70), us(70))


def test_later_red_flags_append_while_it_is_not_closed() -> None:
    story = Story()
    story.symptom(50, "chest_pain")
    appended = told(story.symptom(60, "seizure"), Step.APPENDED)
    assert appended.detail == "chest_pain, seizure"
    assert len(story.state.alerts) == 1
    closed = told(story.acknowledge(70, story.alert("red_flag")), Step.ACKNOWLEDGED)
    assert (closed.state, closed.closed_at, closed.acknowledged_by) == (AlertState.CLOSED, us(70), ANNA)
    assert names(story.symptom(80, "collapse")) == ["opened"]


def test_a_red_flag_of_severity_0_says_that_it_is_not_there() -> None:
    story = Story(HIGH_SYSTOLIC)
    assert story.symptom(50, "chest_pain", 0) == []
    assert told(story.cuff(60, 185), Step.OPENED).state is AlertState.PROVISIONAL


def test_an_ordinary_symptom_raises_nothing() -> None:
    assert Story().symptom(50, "nausea", 3) == []


def test_a_red_flag_returned_by_the_sessions_end_still_takes_the_next_one() -> None:
    story = Story()
    story.symptom(50, "chest_pain")
    assert steps(story.phase(60, Phase.DISCHARGED)) == [("red_flag", "ended")]
    assert steps(story.symptom(55, "seizure", committed=70)) == [("red_flag", "appended")]
    assert story.open() == {"red_flag": "returned"}


def test_a_doubtful_rate_that_a_symptom_makes_breach_is_compared_with() -> None:
    story = Story(replace(RATE_DOWN, needs_symptom=True))
    story.cuff(0, 160)
    story.cuff(60, 140, flags=Flag.MOTION)
    assert names(story.symptom(100, "dizziness")) == ["opened"]
    assert names(story.cuff(240, 130)) == ["ended"]  # 3.3 a minute from 140; from 160 it would be 7.5
