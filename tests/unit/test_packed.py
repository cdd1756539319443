"""Readings kept as bytes come out as they went in."""

from typing import Any

import pytest

from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.vitals import Metric, Source
from kat_monitor.rules.packed import PackedReadings
from kat_monitor.rules.pressure_history import PressureHistory
from tests.unit.session_story import Tale


def cuff(minute: float, systolic: float = 120, **more: Any) -> Reading:
    return Tale().cuff(minute, systolic, 80, **more)._replace(position=round(minute))


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"session_id": None},
        {"sent_at": None},
        {"reason": "loose"},
        {"seq": (1 << 63) - 1},
        {"late": True},
        {"flags": int(Flag.SUSPECT | Flag.FAILED)},
        {"refused": 0b1111111},
        {"interval_ms": (1 << 31) - 1},
        {"source": int(Source.OTHER)},
        {"systolic": None, "temperature": 366},
        {"observed_at": 0},
    ],
)
def test_a_reading_comes_out_as_it_went_in(odd: dict[str, Any]) -> None:
    kept = PackedReadings()
    kept.append(cuff(1))
    kept.append(cuff(2)._replace(**odd))
    kept.append(cuff(3))
    assert list(kept) == [cuff(1), cuff(2)._replace(**odd), cuff(3)]
    assert list(reversed(kept)) == list(kept)[::-1]


def test_late_ones_find_their_place_and_reasons_go_with_their_readings() -> None:
    readings = [cuff(minute)._replace(position=10 - minute, reason=f"at {minute}") for minute in (1, 2, 3)]
    kept = PackedReadings()
    for reading in (readings[2], readings[0], readings[1]):
        kept.insert_by_time(reading)
    assert list(kept) == readings
    del kept[1]
    assert list(kept) == [readings[0], readings[2]]


def test_the_pressure_before_is_the_newest_earlier_one() -> None:
    history = PressureHistory()
    for minute in (2, 4, 3, 1):
        history.add(cuff(minute, 100 + minute, heart_rate=70), most=3)
    before = history.before(cuff(4).effective_at)
    assert before is not None
    assert [before.valid(metric) for metric in Metric if metric <= Metric.HEART_RATE] == [1030, 800, None, 700]
    assert history.before(cuff(2).effective_at) is None
