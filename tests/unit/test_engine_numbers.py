"""Baselines, percentages, rates and overrides: what a limit means for this patient just now (design 4, 5)."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.alerts import AlertState, Step
from kat_monitor.domain.protocol import Limit, LimitKind
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Metric, Phase, Source
from kat_monitor.rules.compile import Numbers, compile_protocol
from kat_monitor.rules.engine import effective_limit, limit_history, would_breach
from tests.unit.engine_story import (
    HIGH_SYSTOLIC,
    LOW_SPO2,
    RATE_DOWN,
    RATE_UP,
    SECOND,
    Story,
    limit,
    names,
    steps,
    told,
    us,
    with_limits,
)

RISE = limit("rise", Metric.SYSTOLIC, LimitKind.RISE, 30, 25)
FALL = limit("fall", Metric.SYSTOLIC, LimitKind.FALL, 30, 25)
RISE_PCT = limit("rise_pct", Metric.SYSTOLIC, LimitKind.RISE_PCT, 25, 20)
FALL_PCT = limit("fall_pct", Metric.SYSTOLIC, LimitKind.FALL_PCT, 25, 20)


@pytest.mark.parametrize(
    ("rule", "keeps", "breaches", "still", "ends", "threshold"),
    [
        (RISE, 150.9, 151.0, 146.0, 145.9, 1510),
        (FALL, 91.1, 91.0, 96.0, 96.1, 910),
        (RISE_PCT, 151.2, 151.3, 145.2, 145.1, 1512),
        (FALL_PCT, 90.8, 90.7, 96.8, 96.9, 908),
    ],
    ids=["rise", "fall", "rise_pct", "fall_pct"],
)
def test_limits_from_a_baseline_of_121(
    rule: Limit, keeps: float, breaches: float, still: float, ends: float, threshold: int
) -> None:
    story = Story(rule)
    assert names(story.cuff(0, 200)) == []
    story.baseline(1, systolic=121)
    assert names(story.cuff(60, keeps)) == []
    opened = told(story.cuff(120, breaches), Step.OPENED)
    assert opened.limit_value == threshold
    assert names(story.cuff(180, still)) == []
    assert names(story.cuff(240, ends)) == ["ended"]


def test_a_percentage_that_falls_between_tenths_begins_at_the_next_one() -> None:
    story = Story(RISE_PCT)
    story.baseline(0, systolic=121.1)  # 25 % more is 151.375
    assert names(story.cuff(60, 151.3)) == []
    assert names(story.cuff(120, 151.4)) == ["opened"]


@given(
    kind=st.sampled_from([LimitKind.RISE_PCT, LimitKind.FALL_PCT]),
    base=st.integers(1, 3000),
    v=st.integers(0, 3000),
    pct=st.integers(1, 1500),
    clear=st.integers(0, 1500),
)
def test_percent_bounds_are_exactly_the_designs_comparison(
    kind: LimitKind, base: int, v: int, pct: int, clear: int
) -> None:
    rule = compile_protocol(with_limits(limit("x", Metric.SYSTOLIC, kind, 1, 0))).rules[0]
    bounds = rule.bounds(Numbers(pct, clear, pct), base)
    apart = (v - base) * rule.sign
    assert (rule.sign * v >= bounds.value) == (1000 * apart >= pct * base)
    assert (rule.sign * v >= bounds.immediate) == (1000 * apart >= pct * base)
    assert (rule.sign * v < bounds.clear) == (1000 * apart < clear * base)


# ---- rate ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "apart", "to", "opens"),
    [
        (RATE_UP, 300, 170.0, True),
        (RATE_UP, 300, 169.9, False),
        (RATE_UP, 60, 130.0, True),
        (RATE_UP, 59.9, 180.0, False),
        (RATE_UP, 900, 270.0, True),
        (RATE_UP, 900.1, 290.0, False),
        (RATE_DOWN, 300, 70.0, True),
        (RATE_DOWN, 300, 70.1, False),
    ],
)
def test_a_rate_is_judged_against_a_reading_one_to_fifteen_minutes_before(
    rule: Limit, apart: float, to: float, opens: bool
) -> None:
    story = Story(rule)
    story.cuff(0, 120)
    assert names(story.cuff(apart, to)) == (["opened"] if opens else [])


@given(p=st.integers(300, 3000), v=st.integers(300, 3000), dt=st.integers(60 * SECOND, 900 * SECOND))
def test_rates_compare_exactly(p: int, v: int, dt: int) -> None:
    for rule in (RATE_UP, RATE_DOWN):
        story = Story(rule)
        story.cuff(0, p / 10)
        change = names(story.cuff(dt / SECOND, v / 10))
        per_minute = Fraction((v - p) * 60 * SECOND, dt)
        assert change == (["opened"] if per_minute * (1 if rule.value > 0 else -1) >= abs(rule.value) else [])


def test_a_rate_alert_is_active_at_once_shows_the_rate_and_ends_below_clear() -> None:
    story = Story(RATE_UP)
    story.cuff(0, 120)
    opened = told(story.cuff(180, 160), Step.OPENED)
    assert (opened.state, opened.value, opened.limit_value) == (AlertState.ACTIVE, 133, 100)
    assert names(story.cuff(360, 175)) == []  # exactly 5 a minute
    assert names(story.cuff(540, 189.9)) == ["ended"]


def test_without_a_partner_a_rate_says_nothing() -> None:
    story = Story(RATE_UP)
    story.cuff(0, 120)
    story.cuff(180, 160)
    assert names(story.cuff(180 + 901, 100)) == []
    assert story.open() == {"systolic_fast": "active"}


def test_rates_look_at_cuffs_only_and_at_one_source() -> None:
    story = Story(RATE_UP)
    story.reading(0, Source.ART, systolic=100)
    assert names(story.reading(120, Source.ART, systolic=180)) == []
    story.cuff(130, 100, source=Source.MANUAL)
    assert names(story.cuff(250, 180)) == []


def test_a_doubtful_value_that_does_not_breach_is_no_partner_for_a_rate() -> None:
    story = Story(RATE_UP)
    story.cuff(0, 120)
    story.cuff(120, 100, flags=Flag.MOTION)
    assert names(story.cuff(240, 121)) == []
    assert names(story.cuff(360, 180)) == ["opened"]


def test_a_doubtful_rate_that_breaches_opens() -> None:
    story = Story(RATE_UP)
    story.cuff(0, 120)
    assert names(story.cuff(120, 160, flags=Flag.MOTION)) == ["opened"]


# ---- overrides and later baselines ---------------------------------------------------------------------------------


def test_an_override_judges_what_comes_after_it_and_nothing_before() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 175)
    assert story.override(10, "systolic_high", 170, 160, 190) == []
    assert would_breach(story.state, "systolic_high") is True
    assert names(story.cuff(60, 170)) == ["opened", "armed"]
    assert effective_limit(story.state, "systolic_high").value == 1700
    assert [entry.value for entry in limit_history(story.state, "systolic_high")] == [1700]


def test_an_open_episode_keeps_every_version_it_has_seen() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 185)
    story.override(10, "systolic_high", 195, 190, 210)
    assert names(story.cuff(60, 182)) == ["confirmed", "dropped"]
    assert names(story.cuff(120, 175)) == []
    assert names(story.cuff(180, 169.9)) == ["ended"]
    assert names(story.cuff(240, 194.9)) == []


def test_a_tightened_limit_keeps_an_episode_open_longer() -> None:
    story = Story(HIGH_SYSTOLIC)
    story.cuff(0, 205)
    story.override(10, "systolic_high", 160, 150, 170)
    assert names(story.cuff(60, 169)) == []
    assert names(story.cuff(120, 149.9)) == ["ended"]


def test_an_override_takes_a_hold_back_to_clear_and_the_same_numbers_do_not() -> None:
    for value, expected in ((92.0, []), (91.0, ["opened"])):
        story = Story(LOW_SPO2)
        story.spo2(0, 88)
        story.spo2(10, 88)
        story.override(11, "spo2_low", value, value + 1)
        assert names(story.spo2(15, 88)) == expected


def test_a_second_baseline_is_another_version() -> None:
    story = Story(RISE)
    story.baseline(0, systolic=120)
    story.cuff(10, 150)
    story.baseline(20, systolic=150)
    assert names(story.cuff(60, 146)) == []
    assert names(story.cuff(120, 144.9)) == ["ended"]
    assert names(story.cuff(180, 179.9)) == []


def test_a_baseline_that_became_unknown_ends_nothing() -> None:
    story = Story(RISE)
    story.baseline(0, systolic=120)
    story.cuff(10, 150)
    story.baseline(20, diastolic=80)
    assert names(story.cuff(60, 100)) == []
    assert names(story.phase(70, Phase.DISCHARGED)) == ["ended"]


def test_time_without_a_baseline_is_no_version_to_be_cleared() -> None:
    story = Story(RISE)
    story.baseline(0, systolic=120)
    story.cuff(10, 150)
    story.baseline(20, diastolic=80)
    story.baseline(30, systolic=110)
    assert names(story.cuff(60, 135)) == []
    assert names(story.cuff(120, 134.9)) == ["ended"]


def test_other_numbers_with_the_same_threshold_take_a_hold_back_to_clear() -> None:
    story = Story(limit("rise_pct", Metric.HEART_RATE, LimitKind.RISE_PCT, 25, 20, hold_s=10.0))
    story.baseline(0, heart_rate=60.5)
    story.reading(1, Source.ECG, heart_rate=80)
    story.override(5, "rise_pct", 25.1, 20)  # 75.625 and 75.6855: both begin to breach at 75.7
    assert names(story.reading(11, Source.ECG, heart_rate=80)) == []
    assert told(story.reading(21, Source.ECG, heart_rate=80), Step.OPENED).opened_at == us(11)


def test_a_baseline_that_became_unknown_denies_no_question() -> None:
    story = Story(limit("rise", Metric.SYSTOLIC, LimitKind.RISE, 30, 25, confirm_s=120.0))
    story.baseline(0, systolic=120)
    story.cuff(10, 150)
    story.baseline(20, diastolic=80)
    assert names(story.cuff(60, 130)) == []
    assert names(story.fire(story.alert("rise"))) == ["unconfirmed"]


@pytest.mark.parametrize(
    ("value", "flags", "expected"),
    [(180, Flag(0), True), (179.9, Flag(0), False), (185, Flag.MOTION, True), (120, Flag.MOTION, None)],
)
def test_whether_the_newest_value_would_breach(value: float, flags: Flag, expected: Any) -> None:
    story = Story(HIGH_SYSTOLIC, RISE)
    assert would_breach(story.state, "systolic_high") is None
    story.cuff(0, value, flags=flags)
    assert would_breach(story.state, "systolic_high") is expected
    assert would_breach(story.state, "rise") is None


def test_whether_the_newest_rate_would_breach() -> None:
    story = Story(RATE_UP)
    story.cuff(0, 120)
    assert would_breach(story.state, "systolic_fast") is None
    story.cuff(120, 135)
    assert would_breach(story.state, "systolic_fast") is False
    story.override(130, "systolic_fast", 7.5, 5)
    assert would_breach(story.state, "systolic_fast") is True


def test_an_override_of_one_limit_leaves_the_others() -> None:
    story = Story(HIGH_SYSTOLIC, LOW_SPO2)
    story.spo2(0, 88)
    story.override(1, "systolic_high", 190, 180)
    assert steps(story.spo2(15, 88)) == [("spo2_low", "opened")]
    assert story.alert("spo2_low").opened_at == us(0)
