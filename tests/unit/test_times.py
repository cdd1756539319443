"""Times outside are RFC 3339 in UTC; inside, integer microseconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.times import from_rfc3339, maybe_rfc3339, to_rfc3339
from kat_monitor.rules.decision import age_years


@pytest.mark.parametrize(("at", "text"), [
    (0, "1970-01-01T00:00:00.000Z"),
    (1_790_000_000_123_000, "2026-09-21T14:13:20.123Z"),
    (1_790_000_000_123_456, "2026-09-21T14:13:20.123456Z"),
])  # fmt: skip
def test_milliseconds_or_finer_with_z(at: int, text: str) -> None:
    assert to_rfc3339(at) == text
    assert from_rfc3339(text) == at
    assert maybe_rfc3339(at) == text
    assert maybe_rfc3339(None) is None


@given(st.integers(0, 4_000_000_000_000_000))
def test_there_and_back(at: int) -> None:
    assert from_rfc3339(to_rfc3339(at)) == at


def test_any_offset_is_the_same_moment() -> None:
    assert from_rfc3339("2026-09-21T16:13:20+02:00") == from_rfc3339("2026-09-21T14:13:20Z")


@pytest.mark.parametrize(
    "text", ["2026-09-21T14:13:20", "2026-09-21", "14:13", "yesterday", "", "2026-13-01T00:00:00Z"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_rfc3339(text)


@pytest.mark.parametrize(("day", "age"), [("2026-05-16", 45), ("2026-05-17", 46), ("2026-12-31", 46)])
def test_age_is_counted_in_whole_years(day: str, age: int) -> None:
    assert age_years("1980-05-17", from_rfc3339(f"{day}T00:00:00Z")) == age


def test_a_birthday_on_the_29th_of_february() -> None:
    assert age_years("2000-02-29", from_rfc3339("2026-02-28T12:00:00Z")) == 25
    assert age_years("2000-02-29", from_rfc3339("2026-03-01T00:00:00Z")) == 26
