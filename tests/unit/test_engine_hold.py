"""Streams: a breach counts when readings prove that it lasted (design 6.2)."""

import pytest

from kat_monitor.domain.alerts import AlertChange, AlertState, Step, alert_id
from kat_monitor.domain.protocol import LimitKind
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.vitals import Metric, Phase, Priority, Source
from tests.unit.engine_story import (
    FAST_HEART,
    HIGH_SYSTOLIC,
    LOW_SPO2,
    SECOND,
    SESSION,
    Story,
    alerts,
    limit,
    names,
    told,
    us,
)


def every_second(story: Story, value: float, begin: int, end: int) -> list[str]:
    """Steps over the readings at begin..end (both included)."""
    return [name for at in range(begin, end + 1) for name in names(story.spo2(at, value))]


def test_a_low_saturation_that_lasts_the_hold_opens_at_its_first_reading() -> None:
    story = Story(LOW_SPO2)
    assert every_second(story, 91.0, 100, 114) == []
    changes = story.spo2(115, 90.9)
    opened = told(changes, Step.OPENED)
    first = story.entries[1]
    assert isinstance(first, Reading)
    assert opened.id == alert_id(SESSION, "spo2_low", "pulse_ox", first.device_id, first.seq)
    assert (opened.opened_at, opened.raised_at, opened.active_at) == (us(100), us(115), us(115))
    assert (opened.value, opened.worst_value, opened.limit_value) == (910, 909, 910)
    assert (opened.state, opened.priority, opened.metric) == (AlertState.ACTIVE, Priority.HIGH, Metric.SPO2)


@pytest.mark.parametrize(
    ("value", "opens"),
    [(91.0, True), (91.1, False), (90.9, True)],
    ids=["on the limit", "a tenth above", "a tenth below"],
)
def test_equal_is_a_breach(value: float, opens: bool) -> None:
    story = Story(LOW_SPO2)
    assert every_second(story, value, 0, 15) == (["opened"] if opens else [])


@pytest.mark.parametrize(("value", "ends"), [(92.0, False), (92.1, True)], ids=["on clear", "a tenth beyond"])
def test_equal_to_clear_is_not_beyond_it(value: float, ends: bool) -> None:
    story = Story(LOW_SPO2)
    every_second(story, 88, 0, 15)
    assert names(story.spo2(16, value)) == (["ended"] if ends else [])


def test_the_ending_reading_gives_ended_at_and_its_commit_returned_at() -> None:
    story = Story(LOW_SPO2)
    every_second(story, 88, 0, 15)
    ended = told(story.spo2(16, 97, received=18), Step.ENDED)
    assert (ended.state, ended.ended_at, ended.returned_at) == (AlertState.RETURNED, us(16), us(18))


def test_one_good_reading_starts_the_hold_anew() -> None:
    story = Story(LOW_SPO2)
    every_second(story, 88, 0, 14)
    assert names(story.spo2(14.5, 91.1)) == []
    assert every_second(story, 88, 15, 29) == []
    assert told(story.spo2(30, 88), Step.OPENED).opened_at == us(15)


@pytest.mark.parametrize(
    ("gap", "interval_s", "opened_at"),
    [(15, 1, 0), (15.1, 1, None), (30, 10, 0), (30.1, 10, None)],
    ids=["15 s", "more", "3 intervals", "more than 3 intervals"],
)
def test_time_without_data_proves_nothing(gap: float, interval_s: float, opened_at: float | None) -> None:
    story = Story(LOW_SPO2)
    story.spo2(0, 88, interval_s=interval_s)
    changes = story.spo2(gap, 88, interval_s=interval_s)
    assert ("opened" in names(changes)) == (opened_at is not None)
    if opened_at is None:
        again = story.spo2(gap + 15, 85)
        assert (told(again, Step.OPENED).opened_at, told(again, Step.OPENED).worst_value) == (us(gap), 850)


def test_the_gap_is_measured_by_the_later_readings_interval() -> None:
    story = Story(LOW_SPO2)
    story.spo2(0, 88, interval_s=60)
    assert names(story.spo2(20, 88, interval_s=1)) == []
    assert told(story.spo2(35, 88), Step.OPENED).opened_at == us(20)


@pytest.mark.parametrize("flags", [Flag.SENSOR_OFF, Flag.DEMO])
def test_invalid_changes_nothing(flags: Flag) -> None:
    story = Story(LOW_SPO2)
    every_second(story, 88, 0, 10)
    assert names(story.spo2(11, 99, flags=flags)) == []
    assert told(story.spo2(15, 88), Step.OPENED).opened_at == us(0)
    assert names(story.spo2(16, 99, flags=flags)) == []
    assert story.open() == {"spo2_low": "active"}


def test_absent_changes_nothing() -> None:
    story = Story(LOW_SPO2, FAST_HEART)
    every_second(story, 88, 0, 10)
    assert names(story.reading(11, Source.PULSE_OX, heart_rate=70)) == []
    assert told(story.spo2(15, 88), Step.OPENED).opened_at == us(0)


def test_a_doubtful_breach_is_judged_like_any_other() -> None:
    story = Story(LOW_SPO2)
    for at in range(15):
        story.spo2(at, 88, flags=Flag.MOTION)
    assert names(story.spo2(15, 88, flags=Flag.LOW_SIGNAL)) == ["opened"]


def test_a_doubtful_recovery_ends_neither_a_hold_nor_an_alert() -> None:
    story = Story(LOW_SPO2)
    every_second(story, 88, 0, 7)
    story.spo2(8, 97, flags=Flag.MOTION)
    assert told(story.spo2(15, 88), Step.OPENED).opened_at == us(0)
    assert names(story.spo2(16, 97, flags=Flag.MOTION)) == []
    assert names(story.spo2(17, 97)) == ["ended"]


def test_a_doubtful_reading_that_does_not_breach_bridges_no_gap() -> None:
    story = Story(LOW_SPO2)
    story.spo2(0, 88)
    story.spo2(10, 97, flags=Flag.MOTION)
    assert names(story.spo2(16, 88)) == []


def test_a_doubtful_value_is_absent_for_the_limit_it_keeps_and_counts_for_the_one_it_breaches() -> None:
    amber = limit("spo2_lowish", Metric.SPO2, LimitKind.BELOW, 93, 93.5, hold_s=15.0, priority=Priority.MEDIUM)
    story = Story(LOW_SPO2, amber)
    story.spo2(0, 90)
    story.spo2(10, 92.5, flags=Flag.MOTION)
    changes = story.spo2(16, 90)
    assert [alert.limit for alert in alerts(changes)] == ["spo2_lowish"]


def test_sources_never_confirm_or_end_each_other() -> None:
    story = Story(FAST_HEART)
    for at in range(0, 10, 2):
        story.reading(at, Source.ECG, heart_rate=140)
        story.reading(at, Source.PULSE_OX, heart_rate=80)
    assert names(story.reading(10, Source.PULSE_OX, heart_rate=140)) == []
    opened = told(story.reading(10, Source.ECG, heart_rate=140), Step.OPENED)
    assert opened.source == "ecg"
    assert names(story.reading(11, Source.PULSE_OX, heart_rate=60)) == []


def test_a_limit_without_hold_opens_at_its_first_breach() -> None:
    story = Story(limit("spo2_now", Metric.SPO2, LimitKind.BELOW, 85, 86))
    assert names(story.spo2(0, 85)) == ["opened"]


def test_a_stream_has_no_provisional_step() -> None:
    story = Story(HIGH_SYSTOLIC)
    (opened,) = story.reading(0, Source.ART, systolic=185)
    assert isinstance(opened, AlertChange)
    assert (opened.alert.state, opened.alert.confirm_by) == (AlertState.ACTIVE, None)


def test_late_readings_are_not_judged_live() -> None:
    story = Story(limit("spo2_now", Metric.SPO2, LimitKind.BELOW, 85, 86))
    assert names(story.spo2(0, 70, late=True, received=100)) == []
    assert story.state.newest == story.fresh().newest


def test_outside_its_phases_a_limit_starts_nothing_and_drops_its_hold() -> None:
    only_dosing = limit(
        "spo2_dosing", Metric.SPO2, LimitKind.BELOW, 91, 92, hold_s=15.0, when=frozenset({Phase.DOSING})
    )
    story = Story(only_dosing, phase=Phase.PREPARING)
    assert every_second(story, 85, 0, 30) == []
    story.phase(30.5, Phase.DOSING)
    assert every_second(story, 85, 31, 40) == []
    story.phase(40.5, Phase.RECOVERY)
    story.spo2(41, 85)
    story.phase(41.5, Phase.DOSING)
    assert every_second(story, 85, 42, 56) == []
    assert told(story.spo2(57, 85), Step.OPENED).opened_at == us(42)


def test_outside_its_phases_an_active_alert_is_judged_for_clear_only() -> None:
    only_dosing = limit(
        "spo2_dosing", Metric.SPO2, LimitKind.BELOW, 91, 92, hold_s=15.0, rearm=3, when=frozenset({Phase.DOSING})
    )
    story = Story(only_dosing)
    every_second(story, 90, 0, 15)
    story.acknowledge(16, story.alert("spo2_dosing"))
    story.phase(16.5, Phase.RECOVERY)
    assert every_second(story, 80, 17, 20) == []
    assert names(story.spo2(21, 92)) == []
    assert names(story.spo2(22, 92.1)) == ["closed"]


def test_a_reading_is_judged_by_the_phase_at_its_own_time_as_known_then() -> None:
    only_dosing = limit("spo2_dosing", Metric.SPO2, LimitKind.BELOW, 91, 92, when=frozenset({Phase.DOSING}))
    story = Story(only_dosing, phase=Phase.PREPARING)
    assert names(story.spo2(50, 85)) == []
    story.phase(40, Phase.DOSING, committed=60)
    assert names(story.spo2(39.9, 85, device=6)) == []
    assert names(story.spo2(40, 85, device=7)) == ["opened"]


def test_a_shorter_hold_by_one_microsecond_is_not_enough() -> None:
    story = Story(LOW_SPO2)
    story.spo2(0, 88)
    assert names(story.spo2(15 - 1 / SECOND, 88)) == []
    assert names(story.spo2(15, 88)) == ["opened"]
