"""Breach and clear of one measured value, kind by kind, on integers (design 4 and 5)."""

from fractions import Fraction
from typing import NamedTuple

from kat_monitor.domain.protocol import Limit, LimitKind
from tests.oracle.words import MINUTE


class Measured(NamedTuple):
    """What a reading measured for a limit: the value in tenths and, for `rate`, the one it is compared with."""

    value: int
    earlier: int = 0
    apart: int = 0
    """Microseconds between the two."""

    @property
    def rate(self) -> Fraction:
        """Tenths per minute."""
        return Fraction((self.value - self.earlier) * MINUTE, self.apart)


def at_or_past(limit: Limit, number: int, baseline: int | None, m: Measured) -> bool:
    """Breach: at the number, or past it on the harmful side."""
    side = side_of(limit, number, baseline, m)
    return side >= 0


def beyond_clear(limit: Limit, number: int, baseline: int | None, m: Measured) -> bool:
    """Safe: strictly on the other side of `clear`; equal is not beyond."""
    side = side_of(limit, number, baseline, m)
    return side < 0


def side_of(limit: Limit, number: int, baseline: int | None, m: Measured) -> Fraction | int:
    """Positive: past the number on the harmful side; 0: on it; negative: on the safe side."""
    if limit.kind is LimitKind.ABOVE:
        return m.value - number
    if limit.kind is LimitKind.BELOW:
        return number - m.value
    if limit.kind is LimitKind.RATE:
        return m.rate - number if limit.value >= 0 else number - m.rate
    assert baseline is not None
    if limit.kind is LimitKind.RISE:
        return (m.value - baseline) - number
    if limit.kind is LimitKind.FALL:
        return (baseline - m.value) - number
    if limit.kind is LimitKind.RISE_PCT:
        return 1000 * (m.value - baseline) - number * baseline
    assert limit.kind is LimitKind.FALL_PCT
    return 1000 * (baseline - m.value) - number * baseline


def shown(limit: Limit, m: Measured) -> int:
    """The number an alert carries: the measured value, for `rate` the rate in tenths per minute."""
    return round(m.rate) if limit.kind is LimitKind.RATE else m.value


def worse_by(limit: Limit, now: int, then: int) -> int:
    """How much worse `now` is than `then`, in the direction of the limit."""
    return now - then if limit.upward else then - now
