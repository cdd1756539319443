"""The oracle's review (design 6.6) on stories worked out by hand."""

from dataclasses import replace

import pytest

from kat_monitor.domain.alerts import AlertState, review_alert_id
from kat_monitor.domain.journal import Adopted, Reviewed
from kat_monitor.domain.vitals import Metric, Phase, Source
from tests.oracle.byhand import CREATED, FAST, HIGH, WITH_SYMPTOM, Journal, at, journal
from tests.oracle.review import Review, as_alert, reviewed
from tests.oracle.words import NOT_CONFIRMED

NOW = 5000


def review_of(book: Journal) -> Review:
    return reviewed(CREATED, book.version, book.entries, book.alerts(), at(NOW))


def test_nothing_late_nothing_found() -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.cuff(120, 181)
    book.cuff(180, 120)
    found = review_of(book)
    assert (found.born, found.adopted) == ((), ())
    assert found.spans == ((book.id_of(1, HIGH), at(60), at(180)),)


def test_late_episode_is_born_returned() -> None:
    book = journal(HIGH)
    book.cuff(600, 120)
    book.cuff(700, 186, delay=400, late=True)
    book.cuff(701, 188, delay=300, late=True)
    (alert,) = review_of(book).born
    assert (alert.state, alert.late, alert.opened_at, alert.ended_at) == (AlertState.RETURNED, True, at(300), at(600))
    assert (alert.raised_at, alert.returned_at, alert.worst_value) == (at(NOW), at(NOW), 1880)
    assert (alert.id, alert.priority, alert.found_after_end) == (book.id_of(2, HIGH), HIGH.priority, False)


def test_late_reading_that_is_not_confirmed_makes_no_alert() -> None:
    book = journal(HIGH)
    book.cuff(600, 120)
    book.cuff(700, 186, delay=110, late=True)
    assert review_of(book) == Review((), (), ())


@pytest.mark.parametrize(("measured", "found"), [(480, True), (480.000001, False)])
def test_provisional_times_out_from_its_own_time(measured: float, found: bool) -> None:
    book = journal(HIGH)
    book.cuff(600, 120)
    book.cuff(700, 186, delay=700 - measured, late=True)
    review = review_of(book)
    assert len(review.born) == found
    assert all(alert.unconfirmed for alert in review.born)


def test_what_still_holds_is_raised_active() -> None:
    book = journal(HIGH)
    book.read(600, Source.PULSE_OX, spo2=97)
    book.cuff(700, 205, delay=300, late=True)
    review = review_of(book)
    assert review.born == ()
    (alert,) = review.adopted
    assert (alert.state, alert.opened_at, alert.raised_at, alert.ended_at) == (
        AlertState.ACTIVE,
        at(400),
        at(NOW),
        None,
    )


def test_adopted_alert_lives_on_in_the_live_state() -> None:
    book = journal(HIGH)
    book.cuff(700, 205, delay=300, late=True)
    (alert,) = review_of(book).adopted
    row = as_alert(alert, CREATED, int(Metric.SYSTOLIC))
    book.put(Reviewed(**book.head(800, by=None)))
    book.put(Adopted(**book.head(800, by=None), alert=row))
    book.cuff(900, 175)
    assert book.only().state is AlertState.ACTIVE
    book.cuff(1000, 169)
    assert (book.only().state, book.only().ended_at) == (AlertState.RETURNED, at(1000))


def test_episode_that_overlaps_a_known_alert_only_appends_its_span() -> None:
    book = journal(HIGH)
    book.cuff(600, 205)
    book.cuff(660, 120)
    book.cuff(800, 205, delay=300, late=True)
    review = review_of(book)
    assert (review.born, review.adopted) == ((), ())
    assert review.spans == ((book.id_of(1, HIGH), at(500), at(660)),)


def test_voided_reading_is_left_out_and_live_alerts_stay() -> None:
    book = journal(HIGH)
    book.cuff(600, 205)
    book.void(610, 1)
    assert book.only().state is AlertState.ACTIVE
    assert review_of(book) == Review((), (), ())


def test_void_of_the_ending_reading_lets_the_known_alert_keep_its_end() -> None:
    book = journal(HIGH)
    book.cuff(600, 205)
    book.cuff(660, 120)
    book.void(670, 2)
    review = review_of(book)
    assert (review.adopted, review.spans) == ((), ((book.id_of(1, HIGH), at(600), None),))


def test_transition_dated_back_is_judged_at_its_own_time() -> None:
    book = journal(replace(FAST, when=frozenset({Phase.DOSING})))
    book.pulse(600, 140)
    book.pulse(610, 140)
    book.pulse(620, 100)
    book.phase(630, Phase.DOSING, began=600)
    assert book.alerts() == []
    (alert,) = review_of(book).born
    assert (alert.opened_at, alert.ended_at) == (at(600), at(620))


def test_late_reading_fills_a_gap() -> None:
    book = journal(FAST)
    book.pulse(600, 140)
    book.pulse(620, 140)
    book.pulse(625, 100)
    book.pulse(700, 140, delay=90, late=True)
    (alert,) = review_of(book).born
    assert (alert.opened_at, alert.ended_at) == (at(600), at(625))


def test_override_counts_from_its_commit() -> None:
    book = journal(HIGH)
    book.override(500, "systolic_high", 160, 150)
    book.cuff(600, 120)
    book.cuff(700, 165, delay=300, late=True)
    assert review_of(book) == Review((), (), ())
    book.cuff(701, 165, delay=150, late=True)
    book.cuff(702, 165, delay=140, late=True)
    assert [alert.opened_at for alert in review_of(book).born] == [at(551)]


def test_symptom_dated_back_counts_from_its_own_time() -> None:
    book = journal(WITH_SYMPTOM)
    book.baseline(10, systolic=120)
    book.cuff(600, 165)
    book.cuff(700, 120)
    book.symptom(800, "headache", 2, began=550)
    assert book.alerts() == []
    (alert,) = review_of(book).born
    assert (alert.opened_at, alert.ended_at) == (at(600), at(700))


def test_reading_that_comes_after_the_end_is_found_after_the_end() -> None:
    book = journal(HIGH)
    book.cuff(600, 120)
    book.phase(800, Phase.DISCHARGED)
    book.cuff(900, 205, delay=200, late=True)
    (alert,) = review_of(book).born
    assert (alert.found_after_end, alert.ended_at, alert.state) == (True, at(800), AlertState.RETURNED)


def test_review_of_a_review_finds_nothing_new() -> None:
    book = journal(HIGH)
    book.cuff(600, 120)
    book.cuff(700, 205, delay=400, late=True)
    (alert,) = review_of(book).born
    book.put(Reviewed(**book.head(800, by=None), born=(as_alert(alert, CREATED, int(Metric.SYSTOLIC)),)))
    again = review_of(book)
    assert (again.born, again.spans) == ((), ((alert.id, at(300), at(600)),))
    book.acknowledge(900, alert.id, 120)
    assert book.only().state is AlertState.CLOSED


def test_symptom_after_an_end_dated_back_starts_nothing() -> None:
    book = journal(WITH_SYMPTOM)
    book.baseline(10, systolic=120)
    book.cuff(600, 165)
    book.symptom(700, "headache", 2)
    book.phase(800, Phase.DISCHARGED, began=650)
    assert book.only().state is AlertState.RETURNED
    assert review_of(book) == Review((), (), ())


def test_late_reading_confirms_what_was_closed_as_not_confirmed() -> None:
    book = journal(HIGH)
    book.cuff(600, 186)
    book.cuff(700, 150)
    known = book.only()
    assert known.closed_reason == NOT_CONFIRMED
    book.cuff(800, 187, delay=150, late=True)
    review = review_of(book)
    (alert,) = review.born
    assert (alert.id, alert.late, alert.opened_at, alert.ended_at) == (
        review_alert_id(known.id),
        True,
        at(600),
        at(700),
    )
    assert review.spans == ()
    book.put(Reviewed(**book.head(900, by=None), born=(as_alert(alert, CREATED, int(Metric.SYSTOLIC)),)))
    again = review_of(book)
    assert (again.born, [span[0] for span in again.spans]) == ((), [alert.id])
