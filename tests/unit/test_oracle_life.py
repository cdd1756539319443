"""The oracle on the life of an alert (design 6.4, 6.5) and on journals that cannot be true."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from kat_monitor.domain.alerts import AlertState, technical_alert_id
from kat_monitor.domain.journal import HandReading
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Phase, Priority, Source
from tests.oracle.byhand import CREATED, FAST, HIGH, RAISED, Journal, at, journal
from tests.oracle.made_protocols import make_protocol
from tests.oracle.oracle import FIRES_WITHIN, expected_late, judge
from tests.oracle.stories import tell
from tests.oracle.weave import PEOPLE, Weaver
from tests.oracle.words import JournalError


def test_ended_without_acknowledgement_stays_until_somebody_acknowledges() -> None:
    book = journal(HIGH)
    book.cuff(60, 205)
    book.cuff(120, 120)
    assert (book.only().state, book.only().returned_at, book.only().ended_at) == (
        AlertState.RETURNED,
        at(120),
        at(120),
    )
    book.acknowledge(130, book.id_of(1, HIGH), 120)
    assert (book.only().state, book.only().closed_at, book.only().acknowledged_by) == (
        AlertState.CLOSED,
        at(130),
        PEOPLE[0],
    )


def test_acknowledged_and_ended_is_closed() -> None:
    book = journal(HIGH)
    book.cuff(60, 205)
    book.acknowledge(70, book.id_of(1, HIGH), 205)
    assert book.only().state is AlertState.ACTIVE
    book.cuff(120, 120)
    assert (book.only().state, book.only().closed_at, book.only().returned_at) == (AlertState.CLOSED, at(120), None)


@pytest.mark.parametrize(("systolic", "again"), [(214.9, False), (215.0, True)])
def test_worse_by_rearm_sounds_again(systolic: float, again: bool) -> None:
    book = journal(HIGH)
    book.cuff(60, 205)
    book.acknowledge(70, book.id_of(1, HIGH), 205)
    book.cuff(120, systolic)
    assert (book.only().rearmed, book.only().acknowledged_at) == (((at(120),), None) if again else ((), at(70)))


@pytest.mark.parametrize("by_timer", [True, False])
def test_going_active_is_a_new_level_and_the_acknowledgement_lapses(by_timer: bool) -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.acknowledge(70, book.id_of(1, HIGH), 181)
    assert book.only().acknowledged_at == at(70)
    if by_timer:
        book.fire(180, book.id_of(1, HIGH))
    else:
        book.cuff(100, 181)
    assert (book.only().state, book.only().acknowledged_at) == (AlertState.ACTIVE, None)


def test_higher_limit_hides_the_lower_and_takes_its_acknowledgement_along() -> None:
    book = journal(HIGH, RAISED)
    book.cuff(60, 165)
    book.cuff(120, 165)
    assert book.only().suppressed is False
    book.cuff(180, 181)
    assert {alert.limit: alert.suppressed for alert in book.alerts()} == {
        "systolic_raised": True,
        "systolic_high": False,
    }
    book.acknowledge(190, book.id_of(3, HIGH), 181)
    assert {alert.limit: alert.acknowledged_at for alert in book.alerts()} == {
        "systolic_raised": at(190),
        "systolic_high": at(190),
    }
    book.cuff(240, 165)
    lower = next(alert for alert in book.alerts() if alert.limit == "systolic_raised")
    assert (lower.suppressed, lower.acknowledged_value, lower.state) == (False, 1810, AlertState.ACTIVE)


def test_acknowledging_the_lower_leaves_the_higher() -> None:
    book = journal(HIGH, RAISED)
    book.cuff(60, 205)
    book.acknowledge(70, book.id_of(1, RAISED), 205)
    assert {a.limit: a.acknowledged_at for a in book.alerts()} == {"systolic_high": None, "systolic_raised": at(70)}


def test_end_of_session_ends_what_is_open() -> None:
    book = journal(HIGH, FAST, replace(HIGH, code="provisional", immediate=None))
    book.cuff(60, 205)
    book.pulse(60, 140)
    book.pulse(70, 140)
    book.acknowledge(80, book.id_of(1, HIGH), 205)
    book.acknowledge(81, book.id_of(1, replace(HIGH, code="provisional")), 205)
    book.phase(100, Phase.DISCHARGED, began=90)
    found = {alert.limit: alert for alert in book.alerts()}
    assert {code: alert.state for code, alert in found.items()} == {
        "systolic_high": AlertState.CLOSED,
        "heart_rate_high": AlertState.RETURNED,
        "provisional": AlertState.RETURNED,
    }
    assert {alert.ended_at for alert in found.values()} == {at(90)}
    assert found["heart_rate_high"].returned_at == at(100)
    assert found["provisional"].priority is Priority.HIGH


def test_red_flag_is_one_alert_until_it_is_acknowledged() -> None:
    book = journal(HIGH)
    first = book.symptom(60, "chest_pain", 2, began=30)
    book.symptom(90, "seizure", 3)
    alert = book.only()
    assert (alert.limit, alert.source, alert.priority) == ("red_flag", "nurse", Priority.HIGH)
    assert (alert.opened_at, alert.raised_at) == (at(30), at(60))
    session = str(CREATED.session_id)
    assert alert.id == technical_alert_id(CREATED.clinic_id, "red_flag", session, str(first))
    book.acknowledge(100, alert.id)
    assert book.only().state is AlertState.CLOSED
    book.symptom(120, "seizure", 3)
    assert [one.state for one in book.alerts()] == [AlertState.CLOSED, AlertState.ACTIVE]


def provisional_story() -> Journal:
    book = journal(HIGH)
    book.cuff(60, 181)
    return book


def missing(book: Journal) -> None:
    book.cuff(180 + FIRES_WITHIN / 1e6 + 1, 181)


def doubled(book: Journal) -> None:
    book.fire(180, book.id_of(1, HIGH))
    book.fire(181, book.id_of(1, HIGH), due=180)


def early(book: Journal) -> None:
    book.fire(179, book.id_of(1, HIGH), due=180)


def untrue(book: Journal) -> None:
    book.fire(185, book.id_of(1, HIGH), due=185)


def after_confirming(book: Journal) -> None:
    book.cuff(120, 181)
    book.fire(180, book.id_of(1, HIGH))


def acknowledged_twice(book: Journal) -> None:
    book.acknowledge(70, book.id_of(1, HIGH), 181)
    book.acknowledge(71, book.id_of(1, HIGH), 181)


@pytest.mark.parametrize("fault", [missing, doubled, early, untrue, after_confirming, acknowledged_twice])
def test_a_journal_that_cannot_be_true_is_refused(fault: Callable[[Journal], None]) -> None:
    book = provisional_story()
    fault(book)
    with pytest.raises(JournalError):
        book.alerts()


def test_missing_timer_at_the_end_is_seen_when_asked() -> None:
    book = provisional_story()
    assert book.only().state is AlertState.PROVISIONAL
    with pytest.raises(JournalError):
        judge(CREATED, book.version, book.entries, until=at(180) + FIRES_WITHIN + 1)


def test_late_firing_with_its_true_due_time_is_legal_and_a_reading_may_come_first() -> None:
    book = provisional_story()
    book.read(184, Source.NIBP, heart_rate=80)
    book.fire(185, book.id_of(1, HIGH), due=180)
    assert book.only().unconfirmed is True


def test_woven_journals_hold_every_timer_and_the_verdicts_of_design_4() -> None:
    late = 0
    for seed in range(40):
        rng = Random(seed)
        version = make_protocol(rng)
        weaver = Weaver(CREATED, version)
        for raw in tell(rng, version, 50):
            weaver.add(raw)
        assert judge(CREATED, version, weaver.entries) == weaver.oracle.alerts()
        by_hand = {(e.device_id, e.seq) for e in weaver.entries if isinstance(e, HandReading)}
        readings = [e for e in weaver.entries if isinstance(e, Reading)]
        for n, reading in enumerate(readings):
            ended_at = weaver.ended_at if weaver.ended_at and reading.position > weaver.ended_position else None
            hand = (reading.device_id, reading.seq) in by_hand
            assert reading.late == expected_late(readings[:n], reading, by_hand=hand, ended_at=ended_at)
            late += reading.late
    assert late > 20
