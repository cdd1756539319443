"""Stretches of time that readings vouch for, kept as a few merged runs instead of the readings themselves."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""[from, to), microseconds."""

LONGEST_MEMORY = 256
"""Runs kept; a session with more holes than this forgets its oldest."""


class Runs:
    """Each reading vouches from its time until the next, but at most for its `cap`. Runs are disjoint, in time order.

    A run is three numbers in one flat list: its first reading, its last reading, and the end of what it vouches for.
    """

    __slots__ = ("_flat",)

    def __init__(self) -> None:
        self._flat: list[int] = []

    def add(self, at: int, cap: int) -> None:
        """A reading at `at` that vouches for at most `cap` microseconds."""
        flat = self._flat
        if flat:
            last = flat[-2]
            if at >= last:
                # A run whose end was cut (by `cut`) does not reach over the cut.
                if at <= flat[-1]:
                    flat[-2] = at
                    flat[-1] = at + cap
                    return
            else:
                self._insert(at, cap)
                return
        flat += (at, at, at + cap)
        if len(flat) > 3 * LONGEST_MEMORY:
            del flat[:3]

    def cut(self, at: int, cap: int) -> None:
        """From `at` on nothing is vouched for until the next `add`; inside a run, for `cap` microseconds."""
        flat = self._flat
        i = len(flat) - 3
        while i >= 0 and flat[i] > at:
            i -= 3
        if i < 0 or flat[i + 2] <= at:
            return
        start, last, end = flat[i : i + 3]
        parts: list[int] = []
        if start < at:
            parts += (start, min(last, at), at)
        if last > at + cap:
            parts += (at + cap, last, end)
        flat[i : i + 3] = parts

    def _insert(self, at: int, cap: int) -> None:
        """A reading that comes after later ones: it fills a hole, or changes nothing."""
        flat = self._flat
        i = len(flat) - 3
        while i >= 0 and flat[i] > at:
            i -= 3
        if i >= 0 and at <= flat[i + 1]:
            return
        following = i + 3
        reaches = at + cap
        joins_next = reaches >= flat[following]
        if i >= 0 and at <= flat[i + 2]:
            if joins_next:
                flat[i + 1 : following + 1] = []
            else:
                flat[i + 1] = at
                flat[i + 2] = max(flat[i + 2], reaches)
        elif joins_next:
            flat[following] = at
        else:
            flat[following:following] = (at, at, reaches)

    def remove(self, start: int, end: int) -> None:
        """Nothing in [start, end) vouches for anything."""
        kept: list[int] = []
        flat = self._flat
        for i in range(0, len(flat), 3):
            first, last, until = flat[i : i + 3]
            if first < start:
                kept += (first, min(last, start), min(until, start))
            if last >= end:
                kept += (max(first, end), last, until)
        self._flat = kept

    @property
    def last(self) -> int | None:
        """When the newest reading was."""
        return self._flat[-2] if self._flat else None

    def runs(self, until: int) -> list[tuple[int, int, int]]:
        """(first reading, last reading, end of what it vouches for) of each run, up to `until`."""
        flat = self._flat
        return [
            (flat[i], min(flat[i + 1], until), min(flat[i + 2], until))
            for i in range(0, len(flat), 3)
            if flat[i] <= until
        ]

    def spans(self, until: int) -> list[Span]:
        """What is vouched for, up to `until`."""
        flat = self._flat
        return [(flat[i], min(flat[i + 2], until)) for i in range(0, len(flat), 3) if flat[i] < until]


def total(spans: Iterable[Span]) -> int:
    """Length of disjoint spans, microseconds."""
    return sum(end - start for start, end in spans)


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same time as disjoint spans in order; empty ones are dropped."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def without(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """Disjoint `spans` less the disjoint `holes`, both in order."""
    left: list[Span] = []
    for start, end in spans:
        at = start
        for hole_start, hole_end in holes:
            if hole_end <= at or hole_start >= end:
                continue
            if hole_start > at:
                left.append((at, hole_start))
            at = max(at, hole_end)
        if at < end:
            left.append((at, end))
    return left


def within(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The part of disjoint spans inside [start, end)."""
    return [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
