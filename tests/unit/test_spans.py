"""Merged runs must vouch for exactly the time that their readings, kept one by one, would vouch for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.rules.spans import LONGEST_MEMORY, Runs, merge, total, within, without

CAP = 60


def covered(times: list[int], until: int) -> set[int]:
    """Second by second: each reading vouches until the next, at most for CAP."""
    return {t for at in times for t in range(at, min(at + CAP, until))}


def seconds(runs: Runs, until: int) -> set[int]:
    return {t for start, end in runs.spans(until) for t in range(start, end)}


@given(st.lists(st.integers(0, 600), max_size=40), st.integers(0, 700))
def test_runs_vouch_for_what_their_readings_vouch_for_in_any_order(times: list[int], until: int) -> None:
    runs = Runs()
    for at in times:
        runs.add(at, CAP)
    assert seconds(runs, until) == covered([at for at in times if at <= until], until)
    flat = [edge for start, last, end in runs.runs(10_000) for edge in (start, last, end)]
    assert flat == sorted(flat)


def cut_by_hand(events: list[tuple[int, bool]], until: int) -> set[int]:
    good: set[int] = set()
    for i, (at, fine) in enumerate(events):
        if fine:
            following = [t for t, _ in events[i + 1 :]]
            good |= set(range(at, min([at + CAP, until, *following])))
    return good


@given(st.lists(st.tuples(st.integers(0, 900), st.booleans()), max_size=40, unique_by=lambda event: event[0]))
def test_in_order_a_breach_ends_what_was_vouched_for_until_the_next_good_reading(
    events: list[tuple[int, bool]],
) -> None:
    events = sorted(events)
    runs = Runs()
    for at, fine in events:
        (runs.add if fine else runs.cut)(at, CAP)
    assert seconds(runs, 1000) == cut_by_hand(events, 1000)


@given(st.lists(st.tuples(st.integers(0, 900), st.booleans()), max_size=30, unique_by=lambda event: event[0]))
def test_a_breach_that_comes_late_never_vouches_for_more(events: list[tuple[int, bool]]) -> None:
    good = [at for at, fine in events if fine]
    runs = Runs()
    for at in sorted(good):
        runs.add(at, CAP)
    before = seconds(runs, 1000)
    for at, fine in events:
        if not fine:
            runs.cut(at, CAP)
            assert at not in seconds(runs, 1000)
    assert seconds(runs, 1000) <= before


def test_the_oldest_runs_are_forgotten_first() -> None:
    runs = Runs()
    for i in range(LONGEST_MEMORY + 10):
        runs.add(i * 1000, CAP)
    kept = runs.runs(10**9)
    assert len(kept) == LONGEST_MEMORY
    assert kept[-1][0] == (LONGEST_MEMORY + 9) * 1000
    assert runs.last == kept[-1][1]


def test_an_empty_memory_vouches_for_nothing() -> None:
    assert Runs().last is None
    assert Runs().spans(1000) == []


spans_ = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=12)


def points(spans: list[tuple[int, int]]) -> set[int]:
    return {t for start, end in spans for t in range(start, end)}


@given(spans_, spans_, st.integers(0, 99), st.integers(0, 99))
def test_span_arithmetic_is_set_arithmetic(
    some: list[tuple[int, int]], others: list[tuple[int, int]], start: int, end: int
) -> None:
    left, right = merge(some), merge(others)
    assert points(left) == points(some)
    assert points(without(left, right)) == points(some) - points(others)
    assert points(within(left, start, end)) == points(some) & points([(start, end)])
    assert total(left) == len(points(some))


@pytest.mark.parametrize("at", [100, 130, 160])
def test_a_late_reading_that_is_vouched_for_already_changes_nothing(at: int) -> None:
    runs = Runs()
    for each in (100, 130, 160):
        runs.add(each, CAP)
    runs.add(at, CAP)
    assert runs.runs(1000) == [(100, 160, 220)]
