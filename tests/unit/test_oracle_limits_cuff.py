"""The oracle on hand-worked stories: what follows in the order of the design."""

from dataclasses import replace

import pytest

from kat_monitor.domain.alerts import AlertState
from kat_monitor.domain.protocol import Limit, LimitKind
from kat_monitor.domain.vitals import Phase, Source
from tests.oracle.byhand import FAST, HIGH, PER_MINUTE, RISE, WITH_SYMPTOM, at, journal
from tests.unit.test_oracle_limits import DIASTOLIC


def test_negative_rate_is_mirrored() -> None:
    book = journal(replace(PER_MINUTE, value=-100, clear=-50))
    book.cuff(60, 140)
    book.cuff(120, 130)
    assert book.only().worst_value == -100
    book.cuff(180, 125)
    assert book.only().state is AlertState.ACTIVE
    book.cuff(240, 120.1)
    assert book.only().state is AlertState.RETURNED


def test_rate_is_for_cuffs_only() -> None:
    book = journal(PER_MINUTE)
    book.read(60, Source.ART, systolic=100)
    book.read(120, Source.ART, systolic=200)
    assert book.alerts() == []


def test_rise_without_a_baseline_is_unknown() -> None:
    book = journal(RISE)
    book.cuff(60, 220)
    assert book.alerts() == []
    book.baseline(70, systolic=120)
    book.cuff(80, 160)
    assert book.only().opened_at == at(80)


@pytest.mark.parametrize(
    ("kind", "value", "breach", "beside"),
    [
        (LimitKind.RISE, 400, 160.3, 160.2),
        (LimitKind.FALL, 400, 80.3, 80.4),
        (LimitKind.RISE_PCT, 200, 144.4, 144.3),
        (LimitKind.FALL_PCT, 200, 96.2, 96.3),
    ],
)
def test_limits_from_baseline_on_integers(kind: LimitKind, value: int, breach: float, beside: float) -> None:
    limit: Limit = replace(RISE, kind=kind, value=value, clear=value - 50)
    for systolic, raised in ((breach, True), (beside, False)):
        book = journal(limit)
        book.baseline(10, systolic=120.3)
        book.cuff(60, systolic)
        assert len(book.alerts()) == raised


def test_override_applies_to_what_comes_after() -> None:
    book = journal(HIGH)
    book.cuff(60, 175)
    book.override(70, "systolic_high", 170, 160)
    assert book.alerts() == []
    book.cuff(80, 170)
    assert book.only().opened_at == at(80)


def test_open_episode_keeps_every_version() -> None:
    book = journal(HIGH)
    book.cuff(60, 181)
    book.override(70, "systolic_high", 190, 185)
    book.cuff(80, 180)
    assert book.only().state is AlertState.ACTIVE
    book.cuff(90, 175)
    assert book.only().state is AlertState.ACTIVE
    book.cuff(100, 169.9)
    assert book.only().state is AlertState.RETURNED


def test_override_takes_pending_back_to_clear() -> None:
    book = journal(FAST)
    book.pulse(60, 135)
    book.override(61, "heart_rate_high", 132, 126)
    book.pulse(70, 135)
    assert book.alerts() == []
    book.pulse(80, 135)
    assert book.only().opened_at == at(70)


def test_new_baseline_mid_episode_is_one_more_version() -> None:
    book = journal(RISE)
    book.baseline(10, systolic=120)
    book.cuff(60, 160)
    book.baseline(70, systolic=140)
    book.cuff(80, 165)
    book.cuff(90, 156)
    assert book.only().state is AlertState.ACTIVE
    book.cuff(100, 154.9)
    assert book.only().state is AlertState.RETURNED


def test_unknown_baseline_clears_nothing() -> None:
    book = journal(RISE)
    book.baseline(10, systolic=120)
    book.cuff(60, 160)
    book.baseline(70, diastolic=80)
    book.cuff(80, 100)
    assert book.only().state is AlertState.ACTIVE


def test_outside_when_nothing_starts_and_active_only_clears() -> None:
    book = journal(replace(HIGH, when=frozenset({Phase.DOSING}), confirm_s=None))
    book.cuff(60, 190)
    book.phase(100, Phase.DOSING)
    assert book.alerts() == []
    book.cuff(110, 190)
    book.acknowledge(115, book.id_of(3, HIGH), 190)
    book.phase(120, Phase.RECOVERY)
    book.cuff(130, 240)
    assert (book.only().rearmed, book.only().worst_value) == ((), 1900)
    book.cuff(140, 169.9)
    assert book.only().state is AlertState.CLOSED


def test_provisional_runs_on_outside_when() -> None:
    for systolic, state in ((181, AlertState.ACTIVE), (179, AlertState.CLOSED)):
        book = journal(replace(HIGH, when=frozenset({Phase.PREPARING})))
        book.cuff(60, 181)
        book.phase(70, Phase.DOSING)
        book.cuff(80, systolic)
        assert book.only().state is state


def test_phase_of_a_reading_is_that_at_its_time_as_known_when_judged() -> None:
    book = journal(replace(HIGH, when=frozenset({Phase.DOSING})))
    book.cuff(60, 181)
    book.phase(100, Phase.DOSING, began=50)
    assert book.alerts() == []
    book.cuff(110, 181, delay=60)
    assert book.only().opened_at == at(50)


@pytest.mark.parametrize(("severity", "raised"), [(2, True), (1, False)])
def test_needs_symptom_wants_a_marked_one(severity: int, raised: bool) -> None:
    book = journal(WITH_SYMPTOM)
    book.baseline(10, systolic=120)
    book.symptom(600, "headache", severity)
    book.cuff(1200, 160)
    assert len(book.alerts()) == raised


def test_symptom_more_than_ten_minutes_before_does_not_count() -> None:
    book = journal(WITH_SYMPTOM)
    book.baseline(10, systolic=120)
    book.symptom(600, "headache", 3)
    book.cuff(1200.000001, 160)
    assert book.alerts() == []


@pytest.mark.parametrize(("age", "raised"), [(600, True), (600.000001, False)])
def test_recording_a_symptom_judges_the_newest_cuff_reading_again(age: float, raised: bool) -> None:
    book = journal(WITH_SYMPTOM)
    book.baseline(10, systolic=120)
    book.cuff(60, 160)
    book.symptom(60 + age, "headache", 2, began=61)
    assert len(book.alerts()) == raised
    if raised:
        assert (book.only().opened_at, book.only().raised_at) == (at(60), at(660))
        assert (book.only().id, book.only().state) == (book.id_of(2, WITH_SYMPTOM), AlertState.ACTIVE)


def test_symptom_does_not_judge_an_older_reading_behind_a_harmless_one() -> None:
    book = journal(WITH_SYMPTOM)
    book.baseline(10, systolic=120)
    book.cuff(60, 160)
    book.cuff(120, 130)
    book.symptom(180, "headache", 2)
    assert book.alerts() == []


def test_time_without_a_baseline_is_no_version_that_could_never_clear() -> None:
    book = journal(RISE)
    book.baseline(10, systolic=120)
    book.cuff(60, 160)
    book.baseline(70, diastolic=80)
    book.baseline(80, systolic=121)
    book.cuff(90, 154.9)
    assert book.only().state is AlertState.RETURNED


def test_symptom_that_makes_both_pressures_breach_needs_no_confirming() -> None:
    both = [replace(limit, needs_symptom=True) for limit in (HIGH, DIASTOLIC)]
    book = journal(*both)
    book.cuff(60, 181, diastolic=110)
    book.symptom(90, "headache", 2)
    assert [alert.state for alert in book.alerts()] == [AlertState.ACTIVE, AlertState.ACTIVE]
