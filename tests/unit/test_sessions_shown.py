"""What the wall shows of a chair, until when it looks fresh, and the little curve beside it."""

import pytest

from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Metric, Phase, Source
from kat_monitor.rules.shown import shown, shown_pressure, times
from kat_monitor.rules.trend import LONGEST, Trend
from tests.unit.session_story import START, Tale, us

HR, SPO2 = Metric.HEART_RATE, Metric.SPO2


def open_chair() -> Tale:
    tale = Tale()
    tale.check_in(0)
    return tale


def minutes(tale: Tale, metric: Metric, rate: float = 1.0) -> tuple[float, float]:
    """Seconds from the reading to (stale, gone)."""
    reading = shown(tale.state, metric)
    assert reading is not None
    stale_at, gone_at = times(tale.state, reading, rate)
    return (stale_at - reading.effective_at) / 1e6, (gone_at - reading.effective_at) / 1e6


def test_nothing_is_shown_before_anything_was_measured() -> None:
    state = open_chair().state
    assert shown(state, HR) is None
    assert shown_pressure(state) is None


def test_the_newest_valid_value_is_shown_an_invalid_one_never() -> None:
    tale = open_chair()
    first = tale.reading(1, Source.PULSE_OX, spo2=97)
    tale.reading(2, Source.PULSE_OX, spo2=80, flags=Flag.SENSOR_OFF)
    assert shown(tale.state, SPO2) is first
    moved = tale.reading(3, Source.PULSE_OX, spo2=90, flags=Flag.MOTION)
    assert shown(tale.state, SPO2) is moved


def test_a_late_value_is_never_shown_as_newest() -> None:
    tale = open_chair()
    first = tale.reading(1, Source.PULSE_OX, spo2=97)
    tale.reading(3, Source.PULSE_OX, spo2=91, late=True, received=5)
    assert shown(tale.state, SPO2) is first


def test_the_ecgs_heart_rate_is_preferred_while_it_is_fresh() -> None:
    tale = open_chair()
    ecg = tale.reading(1, Source.ECG, heart_rate=70)
    tale.reading(1 + 1 / 60, Source.PULSE_OX, heart_rate=72)
    assert shown(tale.state, HR) is ecg
    oximeter = tale.reading(1 + 6 / 60, Source.PULSE_OX, heart_rate=73)  # more than 5 s newer
    assert shown(tale.state, HR) is oximeter


def test_a_cuffs_pulse_is_shown_only_when_nothing_better_is_fresh() -> None:
    tale = open_chair()
    cuff = tale.cuff(1, 120, 80, heart_rate=66)
    assert shown(tale.state, HR) is cuff
    ecg = tale.reading(1.1, Source.ECG, heart_rate=70)
    assert shown(tale.state, HR) is ecg
    later = tale.cuff(1.15, 120, 80, heart_rate=67)
    assert shown(tale.state, HR) is ecg
    tale.cuff(1.5, 120, 80, heart_rate=68)
    assert shown(tale.state, HR) is not ecg
    assert shown(tale.state, HR) is not later


def test_of_two_cuffs_the_newer_is_shown() -> None:
    tale = open_chair()
    tale.cuff(1, 120, 80, heart_rate=66)
    (by_hand,) = tale.ask(1.05, tale.hand(1.05, heart_rate=80)).readings
    found = shown(tale.state, HR)
    assert found is not None
    assert found.seq == by_hand.seq
    assert found.source == Source.MANUAL


def test_a_voided_reading_is_shown_no_more() -> None:
    tale = open_chair()
    first = tale.cuff(1, 120, 80, heart_rate=66)
    second = tale.cuff(3, 190, 120, heart_rate=99)
    assert shown_pressure(tale.state) is second
    tale.void(4, second)
    assert shown_pressure(tale.state) == first
    assert shown(tale.state, HR) == first
    stream = tale.reading(5, Source.PULSE_OX, spo2=80)
    tale.void(6, stream)
    assert shown(tale.state, SPO2) is None


def test_pressure_is_the_newest_whatever_its_source() -> None:
    tale = open_chair()
    tale.cuff(1, 120, 80)
    line = tale.reading(2, Source.ART, systolic=130, diastolic=70, mean=90)
    assert shown_pressure(tale.state) is line
    by_hand = tale.ask(3, tale.hand(3, systolic=118, diastolic=78))
    assert shown_pressure(tale.state) == by_hand.readings[0]._replace(position=tale.position - 2)


@pytest.mark.parametrize(("interval_s", "rate", "expected"), [
    (1, 1, (5, 30)), (2, 1, (6, 30)), (60, 1, (180, 360)), (1, 30, (150, 900)), (1, 0.5, (5, 30)),
])  # fmt: skip
def test_a_stream_greys_and_goes(interval_s: float, rate: float, expected: tuple[float, float]) -> None:
    tale = open_chair()
    tale.reading(1, Source.PULSE_OX, spo2=97, interval_s=interval_s)
    assert minutes(tale, SPO2, rate) == expected


def test_a_cuff_dims_when_the_next_is_overdue_and_goes_after_a_quarter_of_an_hour() -> None:
    tale = open_chair()
    tale.cuff(1, 120, 80, heart_rate=66)
    assert minutes(tale, HR) == (6 * 60, 15 * 60)
    # The timetable runs by the clinic's clock at any speed; only the minute of grace is transport.
    assert minutes(tale, HR, 3) == (8 * 60, 15 * 60)
    tale.cuff(2, 185, 95, heart_rate=66)
    assert minutes(tale, HR) == (3 * 60, 15 * 60)  # a red one is measured again after two minutes


def test_a_cuff_in_recovery_stays_longer() -> None:
    tale = Tale().dosed(10)
    tale.ask(50, tale.to(Phase.RECOVERY))
    tale.cuff(51, 120, 80, heart_rate=66)
    assert minutes(tale, HR) == (16 * 60, 22.5 * 60)


# ---- the trend ------------------------------------------------------------------------------------------------------


def test_the_trend_begins_at_check_in_with_one_value_a_minute() -> None:
    tale = Tale()
    tale.check_in(5)
    tale.reading(5.1, Source.PULSE_OX, spo2=97, heart_rate=70)
    tale.reading(5.9, Source.PULSE_OX, spo2=96, heart_rate=71)
    tale.cuff(7.5, 120, 80)
    trend = tale.state.trend
    assert trend is not None
    assert trend.from_at == us(5)
    assert trend.columns() == {
        "systolic": [None, None, 1200],
        "diastolic": [None, None, 800],
        "heart_rate": [710, None, None],
        "spo2": [960, None, None],
    }


def row(metric: Metric, value: int) -> list[int | None]:
    return [value if each is metric else None for each in Metric]


def test_within_a_minute_the_better_source_is_kept() -> None:
    trend = Trend(START)
    trend.add(START, row(HR, 700), 0)
    trend.add(START + 1, row(HR, 720), 1)
    assert trend.columns()["heart_rate"] == [700]
    trend.add(START + 2, row(HR, 701), 0)
    trend.add(us(1), row(HR, 720), 1)
    assert trend.columns()["heart_rate"] == [701, 720]


def test_a_late_value_fills_a_hole_and_changes_nothing_else() -> None:
    tale = open_chair()
    tale.reading(0.5, Source.PULSE_OX, spo2=97)
    tale.reading(2.5, Source.PULSE_OX, spo2=95)
    tale.reading(1.5, Source.PULSE_OX, spo2=90, late=True, received=3)
    tale.reading(0.6, Source.PULSE_OX, spo2=80, late=True, received=3)
    assert tale.state.trend is not None
    assert tale.state.trend.columns()["spo2"] == [970, 900, 950]


def test_a_very_long_session_shows_its_last_twelve_hours() -> None:
    trend = Trend(START)
    trend.add(START, row(SPO2, 980), 0)
    trend.add(us(5), row(HR, 600), 0)
    trend.add(us(LONGEST + 4), row(SPO2, 970), 0)
    assert trend.from_at == us(5)
    columns = trend.columns()
    assert len(columns["spo2"]) == LONGEST == trend.length
    assert (columns["spo2"][0], columns["spo2"][-1], columns["heart_rate"][0]) == (None, 970, 600)
    trend.fill(us(4), row(SPO2, 990))
    assert None in columns["spo2"]


def test_metrics_without_a_curve_are_left_out() -> None:
    trend = Trend(START)
    trend.add(us(1), row(Metric.TEMPERATURE, 370), 0)
    trend.fill(us(1), row(Metric.TEMPERATURE, 370))
    trend.add(us(-1), row(SPO2, 980), 0)
    assert trend.length == 0
