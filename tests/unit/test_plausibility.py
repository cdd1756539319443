"""Possible but doubtful pressures, by the pack's table (clinical notes 5.4)."""

from typing import Any

import pytest

from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.vitals import Source
from kat_monitor.rules.plausibility import is_suspect
from tests.unit.session_story import Tale, pack

TABLE = pack("iv_infusion").protocol.plausibility


def cuff(systolic: float, diastolic: float, **more: Any) -> Reading:
    return Tale().cuff(1, systolic, diastolic, **more)


@pytest.mark.parametrize(("systolic", "diastolic", "suspect"), [
    (99.9, 89.9, False), (99.9, 90, True),
    (100, 85, False), (100, 85.1, True),
    (149.9, 134.9, False), (150, 120, False), (150, 120.1, True),
    (200, 170, False), (200, 170.1, True),
    (200.1, 150.1, False), (200.1, 150.2, True),
    (190, 115, False),
])  # fmt: skip
def test_a_pulse_pressure_too_small_for_its_systolic(systolic: float, diastolic: float, suspect: bool) -> None:
    assert is_suspect(TABLE, cuff(systolic, diastolic), None) is suspect


def test_all_equal_and_a_mean_from_140() -> None:
    assert is_suspect(TABLE, cuff(120, 120, mean=120), None)
    assert not is_suspect(TABLE, cuff(190, 115, mean=139.9), None)
    assert is_suspect(TABLE, cuff(190, 115, mean=140), None)


@pytest.mark.parametrize(("before", "after", "suspect"), [
    ((120, 80, 70), (160, 80, 70), False),
    ((120, 80, 70), (160.1, 80, 70), True),
    ((120, 80, 70), (79.9, 60, 75), True),
    ((120, 80, 70), (165, 80, 80), True),
    ((120, 80, 70), (165, 80, 80.1), False),
    ((180, 60, 70), (185, 101, 70), True),
])  # fmt: skip
def test_a_jump_of_more_than_40_while_the_heart_rate_stays(
    before: tuple[float, float, float], after: tuple[float, float, float], suspect: bool
) -> None:
    previous = cuff(before[0], before[1], heart_rate=before[2])
    assert is_suspect(TABLE, cuff(after[0], after[1], heart_rate=after[2]), previous) is suspect


def test_a_jump_says_nothing_without_both_heart_rates() -> None:
    assert not is_suspect(TABLE, cuff(170, 80), cuff(120, 80, heart_rate=70))
    assert not is_suspect(TABLE, cuff(170, 80, heart_rate=70), cuff(120, 80))
    assert not is_suspect(TABLE, cuff(170, 80, heart_rate=70), None)


def test_without_a_valid_pressure_nothing_is_suspect() -> None:
    tale = Tale()
    assert not is_suspect(TABLE, tale.reading(1, Source.NIBP, heart_rate=70), cuff(120, 80, heart_rate=70))
    assert not is_suspect(TABLE, tale.cuff(2, 120, 115, flags=Flag.CUFF_LOOSE), None)
