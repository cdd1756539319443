"""Every journal entry comes back from its stored form as it was."""

import json
from dataclasses import fields, is_dataclass
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kat_monitor.domain.journal import Assessed, Command, Event, Screened
from kat_monitor.store.codec import decode, encode

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
st.register_type_strategy(str, TEXT)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def made(kind: Any) -> st.SearchStrategy[Any]:
    """Any entry of this kind; its `kind` is always its own."""
    given_types: dict[str, st.SearchStrategy[Any]] = {"kind": st.just(kind.__dataclass_fields__["kind"].default)}
    for field in fields(kind):
        if field.type is float:
            given_types[field.name] = FINITE
        elif field.name in ("data", "values") and kind in (Event, Assessed):
            given_types[field.name] = st.dictionaries(TEXT, JSON, max_size=4)
        elif field.name == "weight_kg":
            given_types[field.name] = st.none() | FINITE
        elif field.name == "answers" and kind is Screened:
            given_types[field.name] = st.dictionaries(TEXT, TEXT, max_size=4)
    return st.builds(kind, **given_types)


@pytest.mark.parametrize("kind", get_args(Command), ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_round_trip(kind: type, data: st.DataObject) -> None:
    entry = data.draw(made(kind))
    stored = json.loads(json.dumps(encode(entry)))

    back = decode(entry.kind, entry.position, entry.session_id, entry.at, entry.committed_at, entry.by, stored)

    assert back == entry
    assert type(back) is kind
    assert_same_types(entry, back)


def assert_same_types(one: Any, other: Any) -> None:
    """Equal is not enough: 1 == 1.0 == True, a list of ids is not a tuple of them, a string is not an enum."""
    assert type(one) is type(other)
    if is_dataclass(one):
        for field in fields(one):
            assert_same_types(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, (list, tuple)):
        for a, b in zip(one, other, strict=True):
            assert_same_types(a, b)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same_types(one[key], other[key])


def test_header_and_kind_are_not_stored_twice() -> None:
    ids = UUID(int=1)
    entry = Screened(position=1, session_id=ids, at=2, committed_at=3, by=ids, answers={"pregnancy": "no"}, note=None)

    assert encode(entry) == {"answers": {"pregnancy": "no"}, "note": None}


@pytest.mark.parametrize("data", [{}, {"answers": 5}, {"answers": {}, "unheard_of": 1}])
def test_a_row_that_is_not_an_entry_is_an_error_not_a_guess(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        decode("screening", 1, UUID(int=1), 2, 3, None, data)
