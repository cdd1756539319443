"""Random numbers as a pure function of (seed, channel, index): a monitor read in pieces equals one read at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


def uniform(seed: Integers | int, channel: int, index: Integers) -> Floats:
    """Uniform in (0, 1), shaped as `seed` and `index` broadcast together."""
    with np.errstate(over="ignore"):
        mixed = _mix(np.asarray(seed, dtype=np.int64).astype(np.uint64) + _GOLDEN)
        mixed = _mix(mixed ^ (np.uint64(channel) * _MIX_1))
        mixed = _mix(mixed + np.asarray(index, dtype=np.int64).astype(np.uint64) * _GOLDEN)
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53


def normal(seed: Integers | int, channel: int, index: Integers) -> Floats:
    """Standard normal by Box-Muller, shaped as `uniform`."""
    first = uniform(seed, 2 * channel, index)
    second = uniform(seed, 2 * channel + 1, index)
    return np.asarray(np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second), dtype=np.float64)
