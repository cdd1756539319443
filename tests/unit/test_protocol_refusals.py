"""A wrong pack is refused by file, line, key and reason, all mistakes at once, and never by a crash."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.protocol import Limit, LimitKind, limit_faults
from kat_monitor.domain.vitals import OPEN_PHASES, Metric, Priority
from kat_monitor.protocols.loader import LONGEST, ProtocolError, parse, shipped
from kat_monitor.protocols.locate import line_map, line_of

IV = shipped()["iv_infusion"][0]


def line_holding(text: str, piece: str, after: str = "") -> int:
    start = text.index(piece, text.index(after))
    return text.count("\n", 0, start) + 1


# ---- wrong packs: (what to replace, with what, the key named, the code, a word of the reason)

WRONG = [
    ("value = 180.0 ", "value = 180.05 ", "limit.0.value", "too_many_decimals", "at most one decimal"),
    ("value = 180.0 ", "value = 180.00 ", "limit.0.value", "too_many_decimals", "at most one decimal"),
    ("value = 180.0 ", 'value = "180" ', "limit.0.value", "not_a_number", "must be a number"),
    ("value = 180.0 ", "value = true ", "limit.0.value", "not_a_number", "must be a number"),
    ("value = 180.0 ", "value = nan ", "limit.0.value", "not_finite", "finite"),
    ("value = 180.0 ", "value = -inf ", "limit.0.value", "not_finite", "finite"),
    ("value = 180.0 ", "value = 1e99999999999999999999 ", "limit.0.value", "not_finite", "finite"),
    ("value = 180.0 ", "value = 1e999999 ", "limit.0.value", "out_of_bounds", "far outside"),
    ("value = 180.0 ", "value = 301 ", "limit.0.value", "out_of_bounds", "within 30 and 300"),
    ("clear = 170.0 ", "clear = 180.1 ", "limit.0.clear", "wrong_side", "below value"),
    ("immediate = 200.0 ", "immediate = 179.9 ", "limit.0.immediate", "wrong_side", "above value"),
    ("rearm = 10.0 ", "rearm = 0 ", "limit.0.rearm", "not_positive", "more than 0"),
    ("confirm_s = 120 ", "confirm_s = 0 ", "limit.0.confirm_s", "greater_than", "greater than 0"),
    ("confirm_s = 120 ", "# ", "limit.0.immediate", "needs_confirm_s", "no provisional step"),
    ("hold_s = 0 ", "hold_s = -1 ", "limit.0.hold_s", "greater_than_equal", "greater than or equal to 0"),
    ("hold_s = 0 ", "zork = 0 ", "limit.0.zork", "unknown_key", "not a key"),
    ("clear = 95.0 ", "clear = 89.9 ", "limit.1.clear", "wrong_side", "above value"),
    ("immediate = 70.0 ", "immediate = 90.1 ", "limit.1.immediate", "wrong_side", "below value"),
    ('code = "systolic_low"', 'code = "systolic_high"', "limit.1.code", "not_unique", "more than once"),
    ('code = "systolic_low"', 'code = "Systolic low"', "limit.1.code", "string_pattern_mismatch", "pattern"),
    ('metric = "spo2"\nwhen', 'metric = "spo3"\nwhen', "limit.7.metric", "literal_error", "'spo2'"),
    ('kind = "rate"', 'kind = "rate"\nconfirm_s = 30', "limit.20.confirm_s", "no_meaning", "already compared"),
    ('kind = "rate"', 'kind = "rate"\nimmediate = 30', "limit.20.immediate", "no_meaning", "already compared"),
    ('kind = "rate"', 'kind = "rate"\nhold_s = 30', "limit.20.hold_s", "no_meaning", "already compared"),
    ("clear = 5.0 ", "clear = 10.1 ", "limit.20.clear", "wrong_side", "below value"),
    ("value = 10.0            # ours: 50", "value = 0 # ours: 50", "limit.20.value", "zero_rate", "direction"),
    (
        'metric = "systolic"\nwhen = ["dosing"]',
        'metric = "spo2"\nwhen = ["dosing"]',
        "limit.20.metric",
        "not_a_cuff_metric",
        "cuff",
    ),
    ('when = ["dosing"]', 'when = ["discharged"]', "limit.20.when.0", "literal_error", "'recovery'"),
    ('when = ["dosing"]', "when = []", "limit.20.when", "too_short", "at least 1"),
    ('when = ["dosing"]', 'when = ["dosing", "dosing"]', "limit.20.when", "not_unique", "more than once"),
    ('priority = "low"', 'priority = "LOW"', "limit.20.priority", "literal_error", "'low'"),
    ('priority = "low"', "", "limit.20.priority", "missing", "is missing"),
    ('"respiratory_rate"]', '"etco2"]', "required.2", "literal_error", "'respiratory_rate'"),
    ('"respiratory_rate"]', '"systolic"]', "required.2", "literal_error", "'respiratory_rate'"),
    ('"respiratory_rate"]', '"spo2"]', "required", "not_unique", "more than once"),
    ("planned_min = 40.0 ", "planned_min = 39.9 ", "planned_min", "out_of_bounds", "dosing_min (40 to 60)"),
    ("[40.0, 60.0]", "[60.0, 40.0]", "dosing_min", "wrong_order", "shortest comes first"),
    ("[40.0, 60.0]", "[40.0]", "dosing_min", "too_short", "at least 2"),
    ("dose_range_mg_per_kg =", "# ", "dose_range_mg", "missing", "dose_range_mg_per_kg"),
    ("[0.1, 1.0]", "[1.0, 0.1]", "dose_range_mg_per_kg", "wrong_order", "smallest"),
    ('route = "iv"', 'route = "oral"', "route", "literal_error", "'iv'"),
    ('title = "', 'title = "\\u0000', "title", "not_printable", "control characters"),
    ("peak_min = 40.0 ", "peak_min = 9.9 ", "expected.peak_min", "wrong_order", "below onset_min"),
    ("dosing = 5.0 ", "dosing = 0 ", "timetable.interval_min.dosing", "greater_than", "greater than 0"),
    ("recovery = 15.0 ", "discharged = 1 ", "timetable.interval_min.discharged", "unknown_key", "not a key"),
    ('stops_on = "yes"', 'stops_on = "maybe"', "screening.0.stops_on", "literal_error", "'yes' or 'no'"),
    ('stops_on = "yes"', "", "screening.0.stops_on", "missing", "yes or no"),
    ('level = "record"', 'level = "record"\nstops_on = "no"', "screening.20.stops_on", "no_meaning", "stops nothing"),
    ('item = "avm"', 'item = "allergy"', "screening.3.item", "not_unique", "more than once"),
    ("value = 140.0 ", "value = 301 ", "baseline.hold.0.value", "out_of_bounds", "within 30 and 300"),
    ("from_age = 66 ", "from_age = 66\nbelow_age = 66 ", "baseline.hold.1.from_age", "wrong_order", "no age"),
    ("window_min = 45.0 ", "window_min = 3.0 ", "baseline.window_min", "wrong_order", "too short"),
    ("count = 3 ", "count = 3.0 ", "baseline.count", "int_type", "integer"),
    ("systolic_to = 150.0 ", "systolic_to = 99 ", "plausibility.pulse_pressure.1.systolic_to", "wrong_order", "above"),
    ("systolic_to = 150.0 ", "systolic_to = 151 ", "plausibility.pulse_pressure.2.systolic_from", "overlap", "before"),
    ("covered_min = 15.0 ", "covered_min = 30.1 ", "discharge.covered_min", "wrong_order", "window_min (30)"),
    ("bp_pct = 20.0 ", "bp_pct = 100.1 ", "discharge.bp_pct", "out_of_bounds", "0 and 100 %"),
    ('"end_of_dosing"', '"arrival"', "discharge.observe_from", "literal_error", "'last_dose'"),
    ("aldrete_least = 9 ", "aldrete_least = 11 ", "discharge.aldrete_least", "less_than_equal", "10"),
    (
        "high_clinician_s = 90 ",
        "high_clinician_s = 29 ",
        "escalation.high_clinician_s",
        "wrong_order",
        "high_stations_s",
    ),
    ("pause_max_s = 120 ", "pause_max_s = 121 ", "audio.pause_max_s", "less_than_equal", "120"),
    ("[audio]", "[audios]", "audios", "unknown_key", "not a key"),
]


@pytest.mark.parametrize(("old", "new", "key", "code", "reason"), WRONG)
def test_a_wrong_pack_names_file_line_key_and_reason(old: str, new: str, key: str, code: str, reason: str) -> None:
    assert old in IV
    text = IV.replace(old, new, 1)
    with pytest.raises(ProtocolError) as refusal:
        parse(text, "mine.toml")
    assert (refusal.value.status, refusal.value.code) == (422, "bad_protocol")
    (error,) = [error for error in refusal.value.errors if error.path == key]
    assert error.code == code
    assert reason in error.detail
    told = re.match(r"mine\.toml, line (\d+): ", error.detail)
    assert told is not None
    assert 1 <= int(told[1]) <= text.count("\n") + 1


def test_the_line_is_the_line_of_the_key() -> None:
    text = IV.replace("rearm = 5.0 ", "rearm = 5.55 ", 1)
    with pytest.raises(ProtocolError) as refusal:
        parse(text, "iv.toml")
    line = line_holding(text, "rearm = 5.55")
    detail = f"iv.toml, line {line}: limit.2.rearm (diastolic_high) may have at most one decimal"
    assert [error.detail for error in refusal.value.errors] == [detail]


def test_an_unknown_key_is_refused_with_its_line() -> None:
    text = IV.replace("[discharge]\n", "[discharge]\nwheelchair = true\n")
    with pytest.raises(ProtocolError) as refusal:
        parse(text, "iv.toml")
    line = line_holding(text, "wheelchair")
    assert refusal.value.errors[0].detail == f"iv.toml, line {line}: discharge.wheelchair is not a key of a pack"


def test_a_missing_key_names_the_line_of_its_table() -> None:
    text = IV.replace("value = 90.0 ", "# ", 1)
    with pytest.raises(ProtocolError) as refusal:
        parse(text, "iv.toml")
    error = refusal.value.errors[0]
    assert error.path == "baseline.hold.2.value"
    assert f"line {line_holding(text, '[[baseline.hold]]', 'hold_systolic_over_65')}:" in error.detail


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = IV.replace("clear = 170.0 ", "clear = 190.0 ").replace("immediate = 200.0 ", "immediate = 170.0 ")
    text = text.replace('route = "iv"', 'route = "oral"').replace("gap_s = 60 ", "gap = 60 ")
    with pytest.raises(ProtocolError) as refusal:
        parse(text, "iv.toml")
    told = [error.path for error in refusal.value.errors]
    assert told == ["route", "limit.0.clear", "limit.0.immediate", "discharge.gap_s", "discharge.gap"]
    assert refusal.value.detail.startswith("5 mistakes in iv.toml. iv.toml, line ")


UNREADABLE = [
    ("", "[audio\n", "not_toml", "Expected"),
    ("", "code = 1\ncode = 2\n", "not_toml", "overwrite"),
    ("", 'title = "\x00"\n', "not_toml", "Illegal character"),
    ("", 'title = "\ud800"\n', "not_text", "half of a character"),
    ("", "planned_min = " + "9" * 5000 + "\n", "not_toml", "too many digits"),
    ("deep", "a = " + "[" * 5000 + "]" * 5000, "too_deep", "nested too deeply"),
]


@pytest.mark.parametrize(("first_line_known", "text", "code", "reason"), UNREADABLE)
def test_what_is_not_toml_names_file_and_line(first_line_known: str, text: str, code: str, reason: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse(f"# a comment\n{text}", "odd.toml")
    (error,) = refusal.value.errors
    assert error.code == code
    assert reason in error.detail
    line = 1 if first_line_known else 2 + text[:-1].count("\n")
    assert error.detail.startswith(f"odd.toml, line {line}: ")


def test_an_endless_pack_is_refused_unread() -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse("#" * (LONGEST + 1), "long.toml")
    assert refusal.value.errors[0].code == "too_long"


def test_an_empty_pack_lists_what_is_missing() -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse("", "empty.toml")
    missing = {error.path for error in refusal.value.errors if error.code == "missing"}
    assert {"code", "limit", "discharge", "audio"} <= missing


def test_thousands_of_mistakes_are_counted_but_not_all_told() -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse(IV + "\n".join(f"zork{i} = 1" for i in range(3000)), "x")
    assert len(refusal.value.errors) == 100
    assert "3000 mistakes" in refusal.value.detail


def test_names_in_a_refusal_fit_one_line() -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse('"a\\nb\\u0007" = 1\n' + IV, "x")
    assert [error.path for error in refusal.value.errors] == ["a?b?"]


# ---- anything at all

ODD = [
    "0",
    "-1",
    "1e400",
    "nan",
    "true",
    '""',
    '"\\u0000"',
    "[]",
    "[[]]",
    "{}",
    "{ code = 1 }",
    "[1, 2]",
    "1979-05-27",
    "0x7f",
]
KEY_LINES = [number for number, line in enumerate(IV.split("\n")) if re.match(r"\w+ = ", line)]


def mistakes(text: str, name: str) -> list[str]:
    """What is told about a text; nothing if it is a pack."""
    try:
        parse(text, name)
    except ProtocolError as refusal:
        return [error.detail for error in refusal.errors]
    return []


@given(st.lists(st.tuples(st.sampled_from(KEY_LINES), st.sampled_from(ODD)), min_size=1, max_size=4))
def test_odd_values_are_read_or_refused_with_their_line(changes: list[tuple[int, str]]) -> None:
    lines = IV.split("\n")
    for number, odd in changes:
        lines[number] = f"{lines[number].split(' = ')[0]} = {odd}"
    assert all(re.match(r"odd\.toml, line \d+: ", detail) for detail in mistakes("\n".join(lines), "odd.toml"))


@given(st.text(alphabet="[]{}\"'=.#,\n\\ abc0123456789_-", max_size=200))
def test_any_text_is_refused_and_lines_are_found_in_it(text: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse(text, "any.toml")
    last = text.count("\n") + 1
    told = [int(re.findall(r"line (\d+):", error.detail)[0]) for error in refusal.value.errors]
    assert all(1 <= line <= last for line in told)


# ---- sides, one meaning for packs and overrides


@pytest.mark.parametrize(
    ("kind", "value", "clear", "immediate", "wrong"),
    [
        ("above", 1800, 1800, 1800, ""),
        ("above", 1800, 1801, 1799, "clear immediate"),
        ("below", 900, 900, 900, ""),
        ("below", 900, 899, 901, "clear immediate"),
        ("rise", 300, 301, 299, "clear immediate"),
        ("fall", 300, 301, 299, "clear immediate"),
        ("fall_pct", 300, 250, 350, ""),
        ("rise_pct", 300, 250, 350, ""),
        ("rate", 100, 101, None, "clear"),
        ("rate", -100, -101, None, "clear"),
        ("rate", -100, -50, None, ""),
    ],
)
def test_sides(kind: str, value: int, clear: int, immediate: int | None, wrong: str) -> None:
    limit = Limit("x", Metric.SYSTOLIC, OPEN_PHASES, LimitKind(kind), value, clear, Priority.HIGH, immediate=immediate)
    assert " ".join(fault.key for fault in limit_faults(limit)) == wrong


# ---- lines


def test_line_map_finds_keys_in_every_toml_form() -> None:
    text = """\
a = 1 # [b]
text = '''
not_a_key = 1
'''
list = [ # ]
  1,
]
b.c = 2
[[row]] # first
name = "x = 1 ["
[[row.sub]]
deep = { inner = 1 }
[[row]]
"quoted" = 1\r
[row.table]
last = 1
"""
    lines = line_map(text)
    found = {path: line for path, line in lines.items() if path}
    assert found == {
        ("a",): 1,
        ("text",): 2,
        ("list",): 5,
        ("b", "c"): 8,
        ("row", 0): 9,
        ("row", 0, "name"): 10,
        ("row", 0, "sub", 0): 11,
        ("row", 0, "sub", 0, "deep"): 12,
        ("row", 1): 13,
        ("row", 1, "quoted"): 14,
        ("row", 1, "table"): 15,
        ("row", 1, "table", "last"): 16,
    }
    assert line_of(lines, ("row", 0, "sub", 0, "deep", "inner")) == 12
    assert line_of(lines, ("nowhere", 3)) == 1
