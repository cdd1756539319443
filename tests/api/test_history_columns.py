"""Columns say what the rows say: thinned ones against a plain loop, long ones against short ones put together."""

from statistics import fmean
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.readings import DOUBTFUL, INVALID_ALL, Flag
from kat_monitor.domain.times import from_rfc3339, to_rfc3339
from kat_monitor.domain.vitals import METRIC_NAMES, PRESSURES, Metric
from kat_monitor.errors import KatError
from kat_monitor.history.columns import IN_THREAD, raw, raw_columns, rfc3339, stepped
from kat_monitor.history.steps import MOST_STEPS, stepped_columns
from kat_monitor.store.batch import Batch
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer
from tests.store.made import NOW, SECOND, MadeClinic

DEVICE = UUID(int=1)
Row = tuple[Any, ...]


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[Row], frozenset[tuple[UUID, int]]]:
    """Readings in time order with gaps, flags and absent values; some of them voided."""
    count = draw(st.integers(0, 25))
    steps = draw(st.lists(st.integers(0, 200 * SECOND), min_size=count, max_size=count))
    made, at = [], NOW
    value = st.none() | st.integers(100, 3000)
    for seq, step in enumerate(steps):
        at += step
        flags = draw(st.sampled_from([0, 0, 0, Flag.MOTION, Flag.SENSOR_OFF, Flag.CUFF_LOOSE, Flag.SUSPECT]))
        values = [draw(value) for _ in Metric]
        made.append((at, at, DEVICE, seq, 0, int(flags), False, *values))
    voided = draw(st.frozensets(st.tuples(st.just(DEVICE), st.integers(0, 25)), max_size=4))
    return made, voided


def valid(row: Row, metric: Metric) -> int | None:
    flags = row[5]
    if flags & INVALID_ALL or (flags & Flag.CUFF_LOOSE and metric in PRESSURES):
        return None
    found: int | None = row[7 + metric]
    return found


@given(rows(), st.sampled_from([1, 7, 30, 600]), st.none() | st.integers(-500, 500))
def test_steps_against_a_plain_loop(
    given_rows: tuple[list[Row], frozenset[tuple[UUID, int]]], step_s: int, start_s: int | None
) -> None:
    made, voided = given_rows
    start = None if start_s is None else NOW + start_s * SECOND
    step = step_s * SECOND

    columns = stepped_columns(made, voided, start, step)

    kept = [row for row in made if (DEVICE, row[3]) not in voided]
    begins = [from_rfc3339(text) for text in columns["effective_at"]]
    assert begins == list(range(begins[0], begins[0] + len(begins) * step, step)) if begins else not kept
    if kept:
        assert begins[0] <= kept[0][0] < begins[0] + step
        assert begins[-1] <= kept[-1][0] < begins[-1] + step
        assert (begins[0] - (start or 0)) % step == 0
    for n, begin in enumerate(begins):
        inside = [row for row in kept if begin <= row[0] < begin + step]
        assert columns["readings"][n] == len(inside)
        assert columns["doubtful"][n] == any(row[5] & DOUBTFUL for row in inside)
        for metric in Metric:
            values = [v for row in inside if (v := valid(row, metric)) is not None]
            column = columns[METRIC_NAMES[metric]]
            found = [column[name][n] for name in ("min", "mean", "max")]
            if not values:
                assert found == [None] * 3
            else:
                assert found == [min(values) / 10, round(fmean(values)) / 10, max(values) / 10]


def test_too_many_steps_are_refused() -> None:
    values = [None] * len(Metric)
    far = [(at, at, DEVICE, 1, 0, 0, False, *values) for at in (NOW, NOW + MOST_STEPS * SECOND)]

    with pytest.raises(KatError) as refusal:
        stepped_columns(far, frozenset(), None, SECOND)

    assert (refusal.value.status, refusal.value.errors[0].path) == (422, "step")


@given(st.lists(st.integers(0, 4_000_000_000_000_000), max_size=20))
def test_times_of_a_column_are_those_of_one(times: list[int]) -> None:
    assert [from_rfc3339(text) for text in rfc3339(times)] == times
    assert all(text.endswith("Z") for text in rfc3339(times))
    whole = [at // 1000 * 1000 for at in times]
    assert rfc3339(whole) == [to_rfc3339(at) for at in whole]


def test_no_readings_make_empty_columns() -> None:
    assert set(map(len, raw_columns([], frozenset()).values())) == {0}


async def test_a_long_answer_is_the_short_ones_put_together(writer: Writer, reader: Reader) -> None:
    """A long one is made beside the loop."""
    clinic, session = MadeClinic(), uuid4()
    await writer.commit(Batch(rows=clinic.rows()))
    count = IN_THREAD + 500
    mine = [clinic.reading(seq, session, spo2=970 - seq % 7) for seq in range(count)]
    others = [clinic.reading(seq, uuid4(), device=1) for seq in range(100)]
    await writer.commit(Batch(readings=[*reversed(mine), *others]))

    whole = msgspec.json.decode(await raw(reader, clinic.id, session, None, None))
    middle = NOW + count // 2 * SECOND
    parts = [
        msgspec.json.decode(await raw(reader, clinic.id, session, *span)) for span in ((None, middle), (middle, None))
    ]
    assert len(whole["seq"]) == count
    assert whole == {name: parts[0][name] + parts[1][name] for name in whole}
    assert whole["seq"] == list(range(count))

    steps = msgspec.json.decode(await stepped(reader, clinic.id, session, None, None, 3600 * SECOND))
    assert sum(steps["readings"]) == count
    assert steps["spo2"]["min"][0] == 96.4
    assert await raw(reader, uuid4(), session, None, None) == await raw(reader, clinic.id, uuid4(), None, None)
