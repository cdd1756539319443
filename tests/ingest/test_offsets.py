"""A gateway's clock is learned from `sent_at`: what is a clock, and what is only a slow network (design 4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.vitals import SECOND_US
from kat_monitor.ingest.offsets import Offset

NOW = 1_790_000_000_000_000


def learned(*ds: float, rate: float = 1.0) -> float | None:
    """The offset in seconds after messages that came `d` seconds after they were stamped."""
    offset = Offset()
    for d in ds:
        offset.hear(NOW - round(d * SECOND_US), NOW, rate)
    return None if offset.offset_us is None else offset.offset_us / SECOND_US


@pytest.mark.parametrize(
    ("ds", "expected"),
    [
        ((), None),
        ((0.1,), 0),
        ((2,), 0),
        ((2.000001,), 2.000001),
        ((-3600,), -3600),
        ((3600.5,), 3600.5),
        ((10, 12), 10),
        ((10, 12.000001), 10),
        ((10, 8), 10),
        ((10, 7.999999), 7.999999),
        ((0, 62), 62),
        ((0, 60), 0),
        ((0, 60.000001), 60.000001),
        ((0, 30), 0),
        ((0, 30, 30), 30),
        ((0, 30, 32), 32),
        ((0, 30, 32.000001), 0),
        ((0, 30, 0, 30), 0),
        ((0, 30, 0, 30, 30), 30),
        ((3600, 0.5), 0),
        ((0, 3600, 0), 0),
    ],
)
def test_what_is_a_clock(ds: tuple[float, ...], expected: float | None) -> None:
    assert learned(*ds) == expected


def test_a_demo_that_runs_faster_is_as_patient() -> None:
    assert learned(10, rate=10.0) == 0
    assert learned(30, 50, rate=10.0) == 30
    assert learned(30, 51, rate=10.0) == 30, "a network delay at this rate"


@given(st.floats(-7200, 7200), st.lists(st.floats(0, 1.9), min_size=1, max_size=30))
def test_a_steady_clock_is_never_followed_about(clock: float, delays: list[float]) -> None:
    offset = Offset()
    first: int | None = None
    for delay in delays:
        offset.hear(NOW - round((clock + delay) * SECOND_US), NOW)
        if first is None:
            first = offset.offset_us
        # Twice two: an offset of at most 2 s is kept as 0.
        assert abs((offset.offset_us or 0) - (first or 0)) < 4 * SECOND_US


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_hearing_says_whether_it_changed(ds: list[float]) -> None:
    offset = Offset()
    for d in ds:
        before = offset.offset_us
        assert offset.hear(NOW - round(d * SECOND_US), NOW) == (offset.offset_us != before)
