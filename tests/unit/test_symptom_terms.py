"""However a symptom is typed, it is the one that was meant; and nothing is taken for what it is not (design 6.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.symptoms import CATALOGUE, RED_FLAGS, near, term_of
from tests.oracle.words import RED_FLAG_TERMS


def test_the_red_flags_are_the_designs() -> None:
    assert RED_FLAGS == RED_FLAG_TERMS


@pytest.mark.parametrize(
    ("told", "term"),
    [
        ("seizures", "seizure"),
        ("Chest pains", "chest_pain"),
        ("CHEST_PAIN", "chest_pain"),
        ("short of breath", "breathlessness"),
        ("can\u2019t breathe", "breathlessness"),
        ("collapsed", "collapse"),
        ("The patient has collapsed.", "collapse"),
        ("Severe headaches", "severe_headache"),
        ("sudden weakness", "weakness"),
        ("sudden confusion", "new_confusion"),
        ("slurred speech", "speech_change"),
        ("Loss of vision", "visual_loss"),
        ("confused", "confusion"),
        ("dizzy", "dizziness"),
    ],
)
def test_other_words_for_it(told: str, term: str) -> None:
    assert term_of(told) == term


@pytest.mark.parametrize(
    "told", ["no chest pain", "not breathless", "chest pain resolved", "siezure", "purple", "_", "-"]
)
def test_what_is_not_it_is_not_taken_for_it(told: str) -> None:
    assert term_of(told, 3) is None


def test_a_near_miss_is_named() -> None:
    assert near("siezure") == ["seizure"]
    assert near("purple") == []


def test_the_worst_headache_is_a_severe_one() -> None:
    assert [term_of("headache", severity) for severity in range(4)] == ["headache"] * 3 + ["severe_headache"]


@given(
    name=st.sampled_from([(name, s.term) for s in CATALOGUE for name in (s.term, s.text, *s.also)]),
    upper=st.lists(st.booleans(), min_size=40, max_size=40),
    joint=st.sampled_from([" ", "_", "-", "  ", ". "]),
    ends=st.sampled_from(["", " ", ".", "!"]),
)
def test_marks_and_case_change_nothing(name: tuple[str, str], upper: list[bool], joint: str, ends: str) -> None:
    told = "".join(c.upper() if up else c for c, up in zip(name[0], upper, strict=False))
    assert term_of(ends + told.replace(" ", joint).replace("_", joint) + ends) == name[1]
