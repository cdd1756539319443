"""A pack may be stricter than the red limits, never without them (design 5)."""

import re

import pytest

from kat_monitor.protocols.loader import ProtocolError, admit, parse, shipped

IV = shipped()["iv_infusion"][0]
OPEN = '["preparing", "dosing", "recovery"]'


def changed(code: str, **keys: str) -> str:
    """The infusion's pack with keys of one limit changed; an empty value takes the key away."""
    head, mark, rest = IV.partition(f'[[limit]]\ncode = "{code}"\n')
    assert mark
    body, gap, tail = rest.partition("\n[[limit]]")
    for key, value in keys.items():
        body, count = re.subn(rf"^{key} = .*$", f"{key} = {value}" if value else "", body, flags=re.MULTILINE)
        if not count:
            body += f"\n{key} = {value}\n"
    return head + mark + body + gap + tail


def refused(text: str) -> list[str]:
    with pytest.raises(ProtocolError) as refusal:
        admit(text, "mine.toml")
    assert {(error.path, error.code) for error in refusal.value.errors} == {("limit", "red_limit_missing")}
    return [error.detail for error in refusal.value.errors]


@pytest.mark.parametrize("code", list(shipped()))
def test_the_shipped_packs_are_admitted(code: str) -> None:
    toml, protocol = shipped()[code]
    assert admit(toml, code) == protocol


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("systolic_high", "systolic, kind above, value at most 180,"),
        ("systolic_low", "systolic, kind below, value at least 90,"),
        ("diastolic_high", "diastolic, kind above, value at most 110,"),
        ("heart_rate_high", "heart_rate, kind above, value at most 131,"),
        ("heart_rate_low", "heart_rate, kind below, value at least 40,"),
        ("spo2_low", "spo2, kind below, value at least 91,"),
    ],
)
def test_each_is_named_when_it_is_missing(code: str, said: str) -> None:
    (detail,) = refused(changed(code, priority='"medium"'))
    assert said in detail
    assert "in preparing, dosing, recovery" in detail
    assert re.match(r"mine\.toml, line \d+: limit needs", detail)


@pytest.mark.parametrize(
    ("keys", "phases"),
    [
        ({"value": "180.1", "immediate": "200.0"}, "preparing, dosing, recovery"),
        ({"when": '["dosing", "recovery"]'}, "preparing"),
        ({"needs_symptom": "true"}, "preparing, dosing, recovery"),
        ({"confirm_s": "301"}, "preparing, dosing, recovery"),
        ({"hold_s": "61"}, "preparing, dosing, recovery"),
    ],
)
def test_what_takes_it_away_is_seen(keys: dict[str, str], phases: str) -> None:
    (detail,) = refused(changed("systolic_high", **keys))
    assert f"in {phases} (" in detail


def test_a_stricter_one_is_fine_and_phases_may_be_shared() -> None:
    assert admit(changed("systolic_high", value="175.0"), "x").limit("systolic_high")
    split = changed("spo2_low", when='["dosing"]')
    more = '\n[[limit]]\ncode = "spo2_low_else"\nmetric = "spo2"\nwhen = ["preparing", "recovery"]\nkind = "below"\n'
    more += 'value = 92\nclear = 93\npriority = "high"\n'
    assert len(refused(split)) == 1
    assert admit(split + more, "x").limit("spo2_low_else")


def test_several_are_told_at_once_and_what_is_stored_is_still_read() -> None:
    text = IV.replace('priority = "high"', 'priority = "medium"')
    assert len(refused(text)) == 6
    assert parse(text, "stored before the rule").code == "iv_infusion"
