"""Whose a reading is after corrections, and what a time that was taken away still vouches for."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.corrections import Whose
from kat_monitor.domain.journal import ReadingsCorrected
from kat_monitor.rules.spans import Runs

ADA, BOB, CUFF, OTHER = uuid4(), uuid4(), uuid4(), uuid4()


def said(position: int, to: UUID | None, of: UUID | None = None, span: tuple[int, int] = (10, 20)) -> ReadingsCorrected:
    return ReadingsCorrected(
        position=position,
        session_id=to or of or ADA,
        at=span[0],
        committed_at=100 + position,
        id=uuid4(),
        spans=((CUFF, *span),),
        of=of,
        to=to,
        reason="wrong chair",
    )


def test_the_newest_word_counts_within_its_time_and_device() -> None:
    whose = Whose([said(2, BOB), said(1, None, of=ADA)])
    assert [whose.of(CUFF, at, ADA) for at in (9, 10, 19, 20)] == [ADA, BOB, BOB, ADA]
    assert whose.of(OTHER, 15, ADA) == ADA
    assert whose.of(CUFF, 15, None) == BOB


def test_what_is_not_the_sessions_is_not_its_to_give() -> None:
    whose = Whose([said(1, BOB), said(2, None, of=ADA)])
    assert whose.of(CUFF, 15, ADA) == BOB
    assert whose.plus([said(3, None, of=BOB)]).of(CUFF, 15, ADA) is None


def test_one_correction_in_several_journals_counts_once() -> None:
    first = said(1, BOB)
    copy = ReadingsCorrected(**{**{n: getattr(first, n) for n in first.__dataclass_fields__}, "position": 3})
    between = said(2, ADA)
    whose = Whose([copy, between, first])
    assert len(whose.corrections) == 2
    assert whose.of(CUFF, 15, None) == ADA
    assert whose.plus([said(4, None, of=ADA)]).sessions >= whose.sessions


@given(st.lists(st.integers(0, 300), max_size=30), st.integers(0, 300), st.integers(1, 100))
def test_nothing_vouches_for_a_time_that_was_removed(ats: list[int], start: int, length: int) -> None:
    """Runs without a stretch are never more than the runs were, and hold nothing of it."""
    runs, end = Runs(), start + length
    for at in ats:
        runs.add(at, 20)
    before = {t for a, b in runs.spans(1_000) for t in range(a, b)}
    runs.remove(start, end)
    after = {t for a, b in runs.spans(1_000) for t in range(a, b)}
    assert after <= before - set(range(start, end))
    assert {t for t in before if t < start} <= after
    for first, last, until in runs.runs(1_000):
        assert first <= last <= until
    runs.add(400, 20)
    assert runs.last == 400
