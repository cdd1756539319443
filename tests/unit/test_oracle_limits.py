"""The oracle on stories worked out by hand from design 4, 5 and 6.2: what the engine is compared with must be right."""

from dataclasses import replace

import pytest

from kat_monitor.domain.alerts import AlertState
from kat_monitor.domain.protocol import LimitKind
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Metric, Priority, Source
from tests.oracle.byhand import FAST, HIGH, PER_MINUTE, RAISED, at, journal

DIASTOLIC = replace(HIGH, code="diastolic_high", metric=Metric.DIASTOLIC, value=1100, clear=1050, immediate=None)
LOW = replace(HIGH, code="systolic_low", kind=LimitKind.BELOW, value=900, clear=950, immediate=700)


def test_first_cuff_breach_is_provisional_one_level_lower() -> None:
    book = journal(HIGH)
    book.cuff(60, 180)
    alert = book.only()
    assert (alert.state, alert.priority, alert.limit_priority) == (
        AlertState.PROVISIONAL,
        Priority.MEDIUM,
        Priority.HIGH,
    )
    assert (alert.opened_at, alert.raised_at, alert.confirm_by) == (at(60), at(60), at(180))
    assert (alert.id, alert.source) == (book.id_of(1, HIGH), "nibp")


def test_value_itself_is_a_breach_and_a_tenth_less_is_not() -> None:
    book = journal(HIGH)
    book.cuff(60, 179.9)
    assert book.alerts() == []


def test_due_time_counts_from_receipt_and_opening_from_measurement() -> None:
    book = journal(HIGH)
    book.cuff(60, 185, delay=40)
    alert = book.only()
    assert (alert.opened_at, alert.confirm_by) == (at(20), at(180))


def test_next_breach_confirms_the_same_alert() -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.cuff(150, 183)
    alert = book.only()
    assert (alert.id, alert.state, alert.priority) == (book.id_of(1, HIGH), AlertState.ACTIVE, Priority.HIGH)
    assert (alert.raised_at, alert.worst_value, alert.unconfirmed) == (at(60), 1830, False)


def test_next_reading_without_breach_closes_it_even_short_of_clear() -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.cuff(150, 179.9)
    alert = book.only()
    assert (alert.state, alert.closed_reason, alert.closed_at) == (AlertState.CLOSED, "not_confirmed", at(150))


def test_timer_makes_it_active_unconfirmed_and_a_later_breach_takes_that_away() -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.fire(180, book.id_of(1, HIGH))
    assert (book.only().state, book.only().unconfirmed) == (AlertState.ACTIVE, True)
    book.cuff(300, 180)
    assert book.only().unconfirmed is False


@pytest.mark.parametrize(("systolic", "ended"), [(170.0, False), (169.9, True)])
def test_active_ends_only_beyond_clear(systolic: float, ended: bool) -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.cuff(120, 181)
    book.cuff(180, systolic)
    assert (book.only().ended_at is not None, book.only().state is AlertState.RETURNED) == (ended, ended)


@pytest.mark.parametrize(("systolic", "state"), [(199.9, AlertState.PROVISIONAL), (200.0, AlertState.ACTIVE)])
def test_immediate_has_no_provisional_step(systolic: float, state: AlertState) -> None:
    book = journal(HIGH)
    book.cuff(60, systolic)
    assert book.only().state is state


@pytest.mark.parametrize(("apart", "state"), [(600, AlertState.ACTIVE), (600.000001, AlertState.PROVISIONAL)])
def test_previous_reading_breaching_the_same_direction_counts_for_ten_minutes(apart: float, state: AlertState) -> None:
    book = journal(HIGH, RAISED)
    book.cuff(60, 165)
    book.fire(180, book.id_of(1, RAISED))
    book.cuff(60 + apart, 181)
    assert {alert.limit: alert.state for alert in book.alerts()}["systolic_high"] is state


def test_previous_reading_breaching_the_other_direction_does_not_count() -> None:
    book = journal(HIGH, LOW)
    book.cuff(60, 88)
    book.cuff(120, 181)
    assert [alert.state for alert in book.alerts()] == [AlertState.CLOSED, AlertState.PROVISIONAL]


def test_both_pressures_in_one_reading_need_no_confirming() -> None:
    book = journal(HIGH, DIASTOLIC)
    book.cuff(60, 181, diastolic=110)
    assert [alert.state for alert in book.alerts()] == [AlertState.ACTIVE, AlertState.ACTIVE]


@pytest.mark.parametrize(
    ("began", "state"), [(400, AlertState.ACTIVE), (399, AlertState.PROVISIONAL), (1001, AlertState.PROVISIONAL)]
)
def test_red_flag_in_the_ten_minutes_before_needs_no_confirming(began: float, state: AlertState) -> None:
    book = journal(HIGH)
    book.symptom(1001, "chest_pain", 2, began)
    book.cuff(1001, 181, delay=1)
    assert {alert.limit: alert.state for alert in book.alerts()}["systolic_high"] is state


def test_sources_never_confirm_or_end_each_other() -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.read(90, Source.MANUAL, systolic=120)
    book.read(100, Source.MANUAL, systolic=182)
    assert [(alert.source, alert.state) for alert in book.alerts()] == [
        ("nibp", AlertState.PROVISIONAL),
        ("manual", AlertState.PROVISIONAL),
    ]


@pytest.mark.parametrize(("last", "raised"), [(69.999999, False), (70.0, True)])
def test_continuous_breach_must_last_and_opens_at_its_first_reading(last: float, raised: bool) -> None:
    book = journal(FAST)
    book.pulse(60, 131)
    book.pulse(65, 140)
    book.pulse(last, 132)
    assert len(book.alerts()) == raised
    if raised:
        alert = book.only()
        assert (alert.opened_at, alert.raised_at, alert.id) == (at(60), at(70), book.id_of(1, FAST))
        assert (alert.state, alert.worst_value) == (AlertState.ACTIVE, 1400)


@pytest.mark.parametrize(("apart", "raised"), [(15.0, True), (15.000001, False)])
def test_time_without_data_proves_nothing(apart: float, raised: bool) -> None:
    book = journal(FAST)
    book.pulse(60, 131)
    book.pulse(60 + apart, 131)
    assert len(book.alerts()) == raised


def test_gap_is_three_intervals_of_the_later_reading() -> None:
    book = journal(FAST)
    book.pulse(60, 131)
    book.pulse(240, 131, interval_ms=60_000)
    assert book.only().opened_at == at(60)


def test_one_reading_without_breach_ends_pending() -> None:
    book = journal(FAST)
    book.pulse(60, 131)
    book.pulse(65, 130.9)
    book.pulse(70, 131)
    assert book.alerts() == []


def test_continuous_source_has_no_provisional_step_even_without_hold() -> None:
    book = journal(HIGH)
    book.read(60, Source.ART, systolic=181)
    assert (book.only().state, book.only().confirm_by) == (AlertState.ACTIVE, None)


@pytest.mark.parametrize("flag", [Flag.MOTION, Flag.LOW_SIGNAL, Flag.IRREGULAR_PULSE, Flag.SUSPECT])
def test_doubtful_value_counts_towards_harm_only(flag: Flag) -> None:
    book = journal(HIGH)
    book.cuff(60, 181, flags=flag)
    book.cuff(90, 120, flags=flag)
    assert book.only().state is AlertState.PROVISIONAL
    book.cuff(100, 181, flags=flag)
    book.cuff(110, 120, flags=flag)
    assert book.only().state is AlertState.ACTIVE


@pytest.mark.parametrize("flag", [Flag.SENSOR_OFF, Flag.DEMO, Flag.CUFF_LOOSE])
def test_invalid_value_changes_nothing(flag: Flag) -> None:
    book = journal(HIGH)
    book.cuff(60, 250, flags=flag)
    assert book.alerts() == []


def test_doubtful_reading_in_between_is_not_the_previous_one() -> None:
    book = journal(HIGH, RAISED)
    book.cuff(60, 165)
    book.cuff(90, 120, flags=Flag.MOTION)
    book.cuff(120, 181)
    assert {alert.limit: alert.state for alert in book.alerts()}["systolic_high"] is AlertState.ACTIVE


def test_doubtful_value_without_breach_does_not_fill_a_gap() -> None:
    book = journal(FAST)
    book.pulse(60, 131)
    book.pulse(70, 100, flags=Flag.MOTION)
    book.pulse(80, 131)
    assert book.alerts() == []


def test_late_reading_neither_opens_nor_confirms() -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.cuff(100, 190, late=True, delay=70)
    assert book.only().state is AlertState.PROVISIONAL


@pytest.mark.parametrize(
    ("apart", "systolic", "raised"),
    [(60, 130, True), (60, 129.9, False), (59.999999, 140, False), (900, 270, True), (900.000001, 290, False)],
)
def test_rate_compares_with_the_newest_one_to_fifteen_minutes_before(
    apart: float, systolic: float, raised: bool
) -> None:
    book = journal(PER_MINUTE)
    book.cuff(60, 120)
    book.cuff(60 + apart, systolic)
    assert len(book.alerts()) == raised


def test_rate_skips_what_is_too_near_and_ends_below_clear() -> None:
    book = journal(PER_MINUTE)
    book.cuff(60, 120)
    book.cuff(150, 121)
    book.cuff(180, 141)
    assert (book.only().state, book.only().worst_value) == (AlertState.ACTIVE, 105)
    book.cuff(240, 131.6)
    assert book.only().state is AlertState.RETURNED
