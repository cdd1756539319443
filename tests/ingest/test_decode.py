"""Whatever bytes arrive at the ingest door, the answer is values, verdicts or a refusal; never a crash, never a NaN."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.vitals import METRIC_NAMES, POSSIBLE
from kat_monitor.errors import KatError
from kat_monitor.ingest.decode import Decoded, decode, decode_frame, frame_number

FINE: dict[str, Any] = {
    "device": "cuff",
    "seq": 1,
    "observed_at": "2026-11-20T09:00:00Z",
    "source": "nibp",
    "systolic": 120,
    "diastolic": 80,
}


def body(*items: Any, **more: Any) -> bytes:
    return json.dumps({"readings": list(items), **more}).encode()


def raw_item(**raw: str) -> bytes:
    """An item whose fields are JSON as given, such as NaN, beside a fine one."""
    fields = {name: json.dumps(value) for name, value in FINE.items()} | raw
    text = ", ".join(f'"{name}": {value}' for name, value in fields.items())
    return f'{{"readings": [{{{text}}}, {json.dumps({**FINE, "seq": 2})}]}}'.encode()


def refused(refusal: KatError) -> None:
    """A refusal of the whole body is one of these."""
    assert refusal.status in (400, 413, 422)


def check(decoded: Decoded, count: int) -> None:
    """Every item has one verdict, and every value kept is a whole number of possible tenths."""
    assert sorted([c.item for c in decoded.candidates] + [r.item for r in decoded.rejected]) == list(range(count))
    for candidate in decoded.candidates:
        assert 0 <= candidate.seq < 2**63
        for metric, value in enumerate(candidate.values):
            assert value is None or (type(value) is int and POSSIBLE[metric][0] <= value <= POSSIBLE[metric][1])


numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from([0, -0.0, 1e308, -1e308, math.nan, math.inf, 120.05, 299.95, 300.04])
)
texts = st.one_of(
    st.text(max_size=30), st.sampled_from(["\x00", "\ud800", "\udfff", "9" * 500, "2026-02-30T00:00:00Z"])
)
anything: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
times = st.one_of(
    anything,
    st.sampled_from(["2026-11-20T09:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-20"]),
    st.datetimes().map(lambda when: when.isoformat() + "+02:00"),
)
fields = {
    "device": st.one_of(texts, anything),
    "seq": st.one_of(st.integers(-(2**70), 2**70), anything),
    "observed_at": times,
    "source": st.one_of(st.sampled_from(["nibp", "ecg", "pulse_ox", "art", "manual", "other"]), anything),
    "status": st.one_of(st.lists(st.sampled_from(["failed", "motion", "sensor_off", "odd"]), max_size=3), anything),
    "reason": anything,
    **dict.fromkeys(METRIC_NAMES, st.one_of(numbers, anything)),
}
items = st.one_of(
    anything,
    st.fixed_dictionaries({}, optional=fields),
    st.fixed_dictionaries({}, optional=fields).map(lambda given: {**FINE, **given}),
)


@given(st.lists(items, max_size=4), times)
def test_any_item_gets_a_verdict_and_its_neighbours_theirs(given: list[Any], sent_at: Any) -> None:
    for more in ({}, {"sent_at": sent_at}):
        try:
            decoded = decode(body(*given, FINE, **more))
        except KatError as refusal:
            refused(refusal)
            # `sent_at` is about all of them; nothing else of one item is.
            unstamped = not more
        else:
            check(decoded, len(given) + 1)
            unstamped = decoded.candidates[-1].item != len(given)
        assert not unstamped, "one bad item refused its neighbours"


@given(anything)
def test_any_json_is_answered(given: Any) -> None:
    raw = json.dumps(given).encode()
    for read in (decode, decode_frame):
        try:
            read(raw)
        except KatError as refusal:
            refused(refusal)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(raw: bytes) -> None:
    frame_number(raw)
    for read in (decode, decode_frame):
        for bytes_ in (raw, b'{"readings": [' + raw + b"]}"):
            try:
                read(bytes_)
            except KatError as refusal:
                refused(refusal)


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", '"120"', "true", "[120]", "9" * 5000]
)
def test_what_is_no_number_rejects_its_item_alone(value: str) -> None:
    decoded = decode(raw_item(systolic=value))
    assert [(r.item, r.code, r.permanent) for r in decoded.rejected] == [(0, "not_a_number", True)]
    assert [c.item for c in decoded.candidates] == [1]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("seq", "-1", "malformed"),
        ("seq", "9223372036854775808", "malformed"),
        ("seq", "1.5", "malformed"),
        ("seq", "NaN", "malformed"),
        ("seq", '"1"', "malformed"),
        ("observed_at", '"2026-11-20T09:00:00"', "bad_time"),
        ("observed_at", "1790000000", "bad_time"),
        ("observed_at", '"1969-01-01T00:00:00Z"', "bad_time"),
        ("observed_at", '"2300-01-01T00:00:00Z"', "bad_time"),
        ("observed_at", "null", "bad_time"),
        ("source", '"guess"', "unknown_source"),
        ("source", "7", "malformed"),
        ("status", '["odd"]', "malformed"),
        ("reason", '"\\u0000"', "malformed"),
        ("reason", '"\\ud800"', "malformed"),
        ("reason", json.dumps("x" * 201), "malformed"),
        ("device", "null", "malformed"),
    ],
)
def test_a_bad_field_rejects_its_item_alone(field: str, value: str, code: str) -> None:
    decoded = decode(raw_item(**{field: value}))
    assert [(r.item, r.code) for r in decoded.rejected] == [(0, code)]
    assert [c.item for c in decoded.candidates] == [1]


def test_deep_nesting_is_refused_not_followed() -> None:
    for raw in (b"[" * 200_000, b'{"readings": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}"):
        with pytest.raises(KatError) as refusal:
            decode(raw)
        assert refusal.value.status in (400, 422)


@pytest.mark.parametrize(
    ("given", "kept", "warned"),
    [
        ({"systolic": 301, "mean": 100}, (None, None, None), 1),
        ({"systolic": 85, "diastolic": 80}, (None, None, None), 1),
        ({"systolic": 85.1, "diastolic": 80}, (851, 800, None), 0),
        ({"systolic": 300, "diastolic": 10}, (3000, 100, None), 0),
        ({"systolic": 300.04, "diastolic": 80}, (3000, 800, None), 0),
        ({"systolic": 120.25, "diastolic": 80.35}, (1202, 804, None), 0),
    ],
)
def test_pressures_are_one_measurement(given: dict[str, Any], kept: tuple[Any, ...], warned: int) -> None:
    item = {**FINE, "heart_rate": 70, **given}
    decoded = decode(body(item))
    (candidate,) = decoded.candidates
    assert candidate.values[:3] == kept
    assert candidate.values[3] == 700, "the pulse is kept"
    assert [w.code for w in decoded.warnings] == ["implausible"] * warned


def test_failed_is_news_and_nothing_is_not() -> None:
    bare = {name: FINE[name] for name in ("device", "seq", "observed_at", "source")}
    decoded = decode(body({**bare, "status": ["failed"], "reason": "leak"}, bare, {**bare, "spo2": 0}))
    assert [(c.item, c.reason) for c in decoded.candidates] == [(0, "leak")]
    assert [(r.item, r.code) for r in decoded.rejected] == [(1, "no_values"), (2, "implausible")]


def test_a_frame_carries_its_number_however_it_is_read() -> None:
    assert decode_frame(body(FINE, frame=7)).frame == 7
    assert decode_frame(body({**FINE, "systolic": "x"}, frame=8)).frame == 8
    for wrong in (None, True, "7", 1.5):
        with pytest.raises(KatError):
            decode_frame(body(FINE, frame=wrong))
