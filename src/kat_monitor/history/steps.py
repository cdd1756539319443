"""Readings thinned for a chart: the least, the mean and the greatest of each metric in each step of time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kat_monitor.domain.readings import DOUBTFUL, INVALID_ALL, INVALID_PRESSURES
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import METRIC_NAMES, PRESSURES, SECOND_US, Metric
from kat_monitor.errors import bad_value
from kat_monitor.history.readings import COLUMNS, HEAD, Key

MOST_STEPS = 100_000

Json = dict[str, Any]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def stepped_columns(rows: Sequence[Any], voided: frozenset[Key], start: int | None, step_us: int) -> Json:
    """Rows of `readings.COLUMNS`, in time order, as columns with one place per step; None where nothing was measured.

    Steps begin at `start`, else at whole multiples of the step, and run from the first reading to the last. Invalid
    and voided values are left out. `doubtful` says that a step has a doubtful value in it. Raises KatError 422 for
    too many steps.
    """
    kept = [row for row in rows if (row[2], row[3]) not in voided] if voided else rows
    taken = list(zip(*kept, strict=True)) if kept else [()] * len(COLUMNS)
    at = np.array(taken[0], dtype=np.int64)
    flags = np.array(taken[HEAD.index("flags")], dtype=np.int64)
    first, places, count = _grid(at, start, step_us)
    columns: Json = {
        "step_s": step_us / SECOND_US,
        "effective_at": [to_rfc3339(first + n * step_us) for n in range(count)],
        "readings": np.bincount(places, minlength=count).tolist(),
        "doubtful": (np.bincount(places[(flags & DOUBTFUL) != 0], minlength=count) > 0).tolist(),
    }
    whole = (flags & INVALID_ALL) == 0
    pressed = whole & ((flags & INVALID_PRESSURES) == 0)
    for metric in Metric:
        values = np.array(taken[len(HEAD) + metric], dtype=np.float64)
        valid = (pressed if metric in PRESSURES else whole) & ~np.isnan(values)
        columns[METRIC_NAMES[metric]] = _thinned(places[valid], values[valid], count)
    return columns


def _grid(at: Ints, start: int | None, step_us: int) -> tuple[int, Ints, int]:
    """(time of the first step, each reading's step, number of steps)."""
    if not len(at):
        return 0, np.zeros(0, dtype=np.int64), 0
    origin = 0 if start is None else start
    first = origin + (int(at[0]) - origin) // step_us * step_us
    places = (at - first) // step_us
    count = int(places[-1]) + 1
    if count > MOST_STEPS:
        raise bad_value("step", "too_many", f"More than {MOST_STEPS} steps: ask for a longer step or a shorter time.")
    return first, places, count


def _thinned(places: Ints, values: Floats, count: int) -> Json:
    """Of values in tenths, each in its step; steps in rising order."""
    least: list[float | None] = [None] * count
    mean: list[float | None] = [None] * count
    greatest: list[float | None] = [None] * count
    if len(values):
        begins = np.flatnonzero(np.diff(places, prepend=-1))
        sizes = np.diff(begins, append=len(values))
        results = (
            np.minimum.reduceat(values, begins),
            np.rint(np.add.reduceat(values, begins) / sizes),
            np.maximum.reduceat(values, begins),
        )
        for column, tenths in zip((least, mean, greatest), results, strict=True):
            for place, value in zip(places[begins].tolist(), (tenths / 10).tolist(), strict=True):
                column[place] = value
    return {"min": least, "mean": mean, "max": greatest}
