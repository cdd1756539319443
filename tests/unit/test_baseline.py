"""The patient's own numbers: which readings make a baseline, and when it locks."""

from typing import Any

import pytest

from kat_monitor.domain.commands import LockBaseline
from kat_monitor.domain.journal import BaselineLocked
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Phase, Source
from kat_monitor.rules.gates import unknown_holds
from tests.unit.session_story import CUFF, DOSE, SESSION, Tale

LOCK = LockBaseline(session_id=SESSION)


def ready() -> Tale:
    tale = Tale()
    tale.check_in(0)
    return tale


def locked(tale: Tale, at: float) -> BaselineLocked:
    (entry,) = tale.ask(at, LOCK).entries
    assert isinstance(entry, BaselineLocked)
    return entry


def test_the_median_of_three_readings_two_minutes_apart() -> None:
    tale = ready()
    for minute, systolic, diastolic in ((1, 150, 95), (3, 124, 80), (5, 118, 84), (7, 121, 82)):
        tale.cuff(minute, systolic, diastolic, mean=diastolic + 12, heart_rate=60 + minute)
    row = locked(tale, 8)
    assert (row.systolic, row.diastolic, row.mean, row.heart_rate) == (1210, 820, 940, 650)
    assert [seq for _, seq in row.readings] == [4, 3, 2]


def test_readings_closer_than_two_minutes_are_skipped_going_back() -> None:
    tale = ready()
    for minute, systolic in ((2, 110), (4.1, 130), (5, 120), (6, 140), (7, 112)):
        tale.cuff(minute, systolic, 80)
    # 7, then 5 (exactly 2 min before), then 2 (4.1 is too near).
    assert [seq for _, seq in locked(tale, 8).readings] == [5, 3, 1]


@pytest.mark.parametrize(("systolic", "diastolic", "fits"), [
    (130, 80, True), (131, 80, False), (120, 85, True), (120, 86, False), (110, 75, True), (109, 80, False),
])  # fmt: skip
def test_two_readings_may_differ_by_10_and_5(systolic: float, diastolic: float, fits: bool) -> None:
    tale = ready()
    tale.cuff(1, 120, 80)
    tale.cuff(4, systolic, diastolic)
    if fits:
        assert locked(tale, 5).systolic == round((1200 + systolic * 10) / 2)
    else:
        assert tale.refused(5, LOCK).code == "readings_differ"


def test_three_readings_may_differ() -> None:
    tale = ready()
    for minute, systolic in ((1, 120), (4, 150), (7, 130)):
        tale.cuff(minute, systolic, 80)
    assert locked(tale, 8).systolic == 1300


def test_a_median_of_two_is_rounded_as_at_the_door() -> None:
    tale = ready()
    tale.cuff(1, 120.1, 80)
    tale.cuff(4, 120.2, 80.3)
    row = locked(tale, 5)
    assert (row.systolic, row.diastolic) == (1202, 802)  # 1201.5 and 801.5, half to even


@pytest.mark.parametrize("flags", [Flag.MOTION, Flag.SUSPECT, Flag.IRREGULAR_PULSE, Flag.CUFF_LOOSE, Flag.DEMO])
def test_doubtful_and_invalid_readings_never_enter_a_baseline(flags: Flag) -> None:
    tale = ready()
    tale.cuff(1, 120, 80)
    tale.cuff(4, 120, 80, flags=flags)
    assert tale.refused(5, LOCK).code == "not_enough_readings"


def test_a_baseline_is_not_older_than_45_minutes() -> None:
    tale = ready()
    tale.cuff(1, 120, 80)
    tale.cuff(10, 120, 80)
    assert tale.refused(46.01, LOCK).code == "not_enough_readings"
    assert locked(tale, 46).systolic == 1200


def test_nothing_before_check_in_and_nothing_voided_or_excluded() -> None:
    tale = Tale()
    assert tale.refused(1, LOCK).code == "not_checked_in"
    tale.check_in(0)
    tale.cuff(1, 120, 80)
    wrong = tale.cuff(4, 122, 80)
    odd = tale.cuff(7, 124, 80)
    tale.void(8, wrong)
    exclude = LockBaseline(session_id=SESSION, exclude=((odd.device_id, odd.seq, "talking"),))
    assert tale.refused(9, exclude).code == "not_enough_readings"
    blank = LockBaseline(session_id=SESSION, exclude=((odd.device_id, odd.seq, " "),))
    assert tale.refused(9, blank).errors[0].code == "reason_required"
    assert locked(tale, 9).systolic == 1220


def test_readings_after_the_dose_are_no_baseline() -> None:
    tale = ready()
    tale.cuff(1, 120, 80)
    tale.cuff(4, 120, 80)
    tale.ask(6, tale.event("dose", at=3, **DOSE.data()))
    tale.cuff(9, 150, 80)
    assert tale.refused(10, LOCK).code == "not_enough_readings"


def test_a_baseline_can_still_be_locked_after_the_dose_from_what_was_before_it() -> None:
    tale = ready()
    tale.stream(0, 6)
    tale.cuff(1, 120, 80)
    tale.cuff(4, 124, 80)
    tale.ask(6, tale.event("dose", **DOSE.data()))
    tale.stream(6.5, 20, step_s=5, heart_rate=110, spo2=92)
    tale.cuff(10, 160, 80)
    row = locked(tale, 20)
    assert (row.systolic, row.heart_rate, row.spo2) == (1220, 700, 980)


def test_it_locks_once_and_a_correction_is_a_new_row() -> None:
    tale = Tale().prepared()
    assert tale.refused(9.5, LOCK).code == "already_locked"
    first = tale.state.baselines[0]
    device, seq = first.readings[0]
    tale.ask(9.5, LockBaseline(session_id=SESSION, exclude=((device, seq, "talking"),)))
    assert tale.state.baselines[0] is first
    second = tale.state.baseline
    assert second is not None
    assert second is not first
    assert second.excluded == ((device, seq, "talking"),)
    assert (device, seq) not in second.readings
    assert second.spo2 == first.spo2
    # A further exclusion keeps the earlier one; then too few are left.
    other = second.readings[0]
    refusal = tale.refused(9.6, LockBaseline(session_id=SESSION, exclude=((*other, "arm bent"),)))
    assert refusal.code == "not_enough_readings"


def test_the_heart_rate_without_a_cuff_pulse_is_the_ecgs_else_the_oximeters() -> None:
    for source, expected in (((Source.ECG, Source.PULSE_OX), 720), ((Source.PULSE_OX,), 740)):
        tale = ready()
        for each in source:
            for i in range(5):
                tale.reading(5 + i / 2, each, heart_rate=70 + i if each is Source.ECG else 72 + i)
        tale.cuff(1, 120, 80)
        tale.cuff(4, 120, 80)
        assert locked(tale, 8).heart_rate == expected


def test_spo2_is_the_median_of_the_last_five_minutes_of_the_oximeter() -> None:
    tale = ready()
    tale.cuff(1, 120, 80)
    tale.cuff(4, 120, 80)
    for minute, value in ((3, 90), (3.01, 91), (4, 95), (5, 96), (6, 99)):
        tale.reading(minute, Source.PULSE_OX, spo2=value)
    tale.reading(6.5, Source.PULSE_OX, spo2=50, flags=Flag.MOTION)
    tale.reading(6.6, Source.OTHER, spo2=50)
    # (3, 8]: the value at exactly five minutes is out.
    assert locked(tale, 8).spo2 == 955  # median of 91, 95, 96, 99


def test_a_metric_without_readings_stays_unknown() -> None:
    tale = ready()
    tale.cuff(1, 120, 80)
    tale.cuff(4, 120, 80)
    row = locked(tale, 5)
    assert (row.mean, row.heart_rate, row.spo2) == (None, None, None)
    tale.screen(6)
    decision = tale.ask(7, tale.to(Phase.DOSING, dose=DOSE))
    assert {w.code for w in decision.warnings} == {"hold_limit_unknown"}
    assert unknown_holds(tale.state, 0) == ["heart_rate", "spo2", "respiratory_rate"]


def test_locking_succeeds_outside_the_hold_limits() -> None:
    tale = ready()
    tale.cuff(1, 190, 100)
    tale.cuff(4, 190, 100)
    assert locked(tale, 5).systolic == 1900


@pytest.mark.parametrize(("values", "gate"), [
    ({"heart_rate": 101.0}, "hold_heart_rate_high"),
    ({"heart_rate": 49.0}, "hold_heart_rate_low"),
    ({"spo2": 93.0}, "hold_spo2"),
    ({"respiratory_rate": 25.0}, "hold_respiratory_rate_high"),
    ({"respiratory_rate": 9.0}, "hold_respiratory_rate_low"),
])  # fmt: skip
def test_hold_limits_of_the_streams(values: dict[str, Any], gate: str) -> None:
    tale = ready()
    tale.screen(0.5)
    for source, name in ((Source.ECG, "heart_rate"), (Source.PULSE_OX, "spo2"), (Source.PULSE_OX, "respiratory_rate")):
        if name in values:
            tale.reading(8.5, source, **{name: values[name]})
    for minute in (2, 5, 8):
        tale.cuff(minute, 120, 80)
    locked(tale, 9)
    assert [g.code for g in tale.refused(10, tale.to(Phase.DOSING, dose=DOSE)).gates] == [gate]


def test_late_readings_count_at_their_own_time() -> None:
    tale = ready()
    tale.cuff(4, 120, 80)
    tale.cuff(1, 124, 80, late=True, received=5)
    assert [seq for _, seq in locked(tale, 6).readings] == [1, 2]
    assert tale.state.baselines[0].readings[0][0] == CUFF
