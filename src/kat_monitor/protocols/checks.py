"""What must hold between the keys of one table of a pack: each check names the key, a stable code and the reason."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic_core import PydanticCustomError

from kat_monitor.domain.protocol import Limit, LimitKind, limit_faults
from kat_monitor.domain.vitals import POSSIBLE, PRESSURES, Metric, from_tenths

CROSSED = "crossed"
"""Type of the pydantic error that carries faults; the loader spreads it over their keys."""

CUFF_METRICS = frozenset({*PRESSURES, Metric.HEART_RATE})
LARGEST_RATE = 1000
LARGEST_PERCENT = 2000


class Fault(NamedTuple):
    """`key` is dotted and relative to the checked table; empty for the table itself."""

    key: str
    code: str
    reason: str


def raise_all(faults: Iterable[Fault]) -> None:
    """All faults of one table as one pydantic error.

    Raises:
        PydanticCustomError: of type `CROSSED` with the faults in its context, if there are any.
    """
    found = list(faults)
    if found:
        raise PydanticCustomError(CROSSED, "keys contradict each other", {"faults": found})


def repeated(names: Sequence[str], key: str) -> list[Fault]:
    """A fault for each name that an earlier row of a list has already used."""
    return [
        Fault(f"{i}.{key}", "not_unique", f"'{name}' is used more than once")
        for i, name in enumerate(names)
        if name in names[:i]
    ]


def ascending(keys: Sequence[str], values: Sequence[float]) -> list[Fault]:
    """A fault where a key is below the one before it."""
    return [
        Fault(keys[i], "wrong_order", f"must not be below {keys[i - 1]} ({values[i - 1]:g})")
        for i in range(1, len(keys))
        if values[i] < values[i - 1]
    ]


def check_limit(limit: Limit) -> list[Fault]:
    """Sides of `clear` and `immediate`, bounds of `value`, and keys that mean nothing for the kind."""
    faults = [Fault(f.key, f.code, f.detail) for f in limit_faults(limit)]
    faults += _bounds(limit)
    if limit.kind is LimitKind.RATE:
        faults += _rate(limit)
    elif limit.immediate is not None and limit.confirm_s is None:
        reason = "has no meaning without confirm_s: there is no provisional step to skip"
        faults.append(Fault("immediate", "needs_confirm_s", reason))
    return faults


def _bounds(limit: Limit) -> list[Fault]:
    low, high = POSSIBLE[limit.metric]
    if limit.kind in (LimitKind.ABOVE, LimitKind.BELOW):
        least, most = low, high
    elif limit.kind in (LimitKind.RISE, LimitKind.FALL):
        least, most = 1, high - low
    elif limit.kind is LimitKind.RATE:
        least, most = -LARGEST_RATE, LARGEST_RATE
    else:
        least, most = 1, LARGEST_PERCENT if limit.kind is LimitKind.RISE_PCT else 1000
    numbers = (("value", limit.value), ("clear", limit.clear), ("immediate", limit.immediate))
    reason = f"must be within {from_tenths(least)} and {from_tenths(most)} for {limit.metric.wire}, {limit.kind}"
    return [
        Fault(key, "out_of_bounds", reason)
        for key, number in numbers
        if number is not None and not (0 if key == "clear" and least == 1 else least) <= number <= most
    ]


def _rate(limit: Limit) -> list[Fault]:
    faults = []
    if limit.metric not in CUFF_METRICS:
        faults.append(Fault("metric", "not_a_cuff_metric", "rate compares cuff readings; a cuff does not measure this"))
    if limit.value == 0:
        faults.append(Fault("value", "zero_rate", "must not be 0: its sign is the direction"))
    given = (("hold_s", limit.hold_s), ("confirm_s", limit.confirm_s), ("immediate", limit.immediate))
    faults += [
        Fault(key, "no_meaning", "has no meaning for rate: two readings are already compared")
        for key, number in given
        if number
    ]
    return faults
