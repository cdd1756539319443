"""Wrong secrets are slowed, per account and per address, and never locked out: a lock-out would shut nurses out."""

from collections import OrderedDict

from kat_monitor.clock import Clock
from kat_monitor.errors import KatError

FIRST_S = 0.25
MOST_S = 8.0
FORGET_US = 15 * 60 * 1_000_000
MOST_SUBJECTS = 10_000
"""Subjects remembered; past that the one longest unheard of is forgotten."""
MOST_WAITING = 500
"""Attempts held back at once; past that they are told to come again, so that guessing cannot fill the memory."""
FREE = {"address": 10}
"""Failures a subject of this kind has before it is slowed: many people share a clinic's address."""


class Throttle:
    """Counts failures by (kind, subject) on the wall clock; each further one waits twice as long, up to 8 s."""

    def __init__(self, clock: Clock, *, first_s: float = FIRST_S) -> None:
        self._clock = clock
        self._first_s = first_s
        self._failures: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()
        self._waiting = 0
        self.wrong_total = 0

    def delay_s(self, kind: str, subject: str) -> float:
        """How long the next attempt of this subject is held back."""
        count, at = self._failures.get((kind, subject), (0, 0))
        slowed = count - FREE.get(kind, 0)
        if slowed <= 0 or self._clock.wall_us() - at > FORGET_US:
            return 0.0
        return min(MOST_S, self._first_s * 2.0 ** min(slowed - 1, 30))

    async def attempt(self, *subjects: tuple[str, str]) -> None:
        """Before a secret is looked at: hold the attempt back by what its subjects have earned, and count it as wrong.

        `right` takes that back. Counted first, many attempts at once are as slow as one after another.
        Raises KatError 429 when too many are held back already.
        """
        delay = max((self.delay_s(kind, subject) for kind, subject in subjects), default=0.0)
        for kind, subject in subjects:
            self._count(kind, subject)
        await self._hold_back(delay)

    async def wrong(self, kind: str, subject: str) -> None:
        """A failure that is already known: count it and hold its answer back. Raises KatError 429 as `attempt` does."""
        self.failed()
        self._count(kind, subject)
        await self._hold_back(self.delay_s(kind, subject))

    def failed(self) -> None:
        """An attempt turned out wrong (for the metrics)."""
        self.wrong_total += 1

    def right(self, kind: str, subject: str) -> None:
        """A success: an account's failures are forgiven, of a shared address only this attempt."""
        count, at = self._failures.pop((kind, subject), (0, 0))
        if kind in FREE and count > 1:
            self._failures[kind, subject] = (count - 1, at)

    def _count(self, kind: str, subject: str) -> None:
        key = (kind, subject)
        now = self._clock.wall_us()
        count, at = self._failures.pop(key, (0, 0))
        self._failures[key] = (1 if now - at > FORGET_US else count + 1, now)
        if len(self._failures) > MOST_SUBJECTS:
            self._failures.popitem(last=False)

    async def _hold_back(self, delay_s: float) -> None:
        if delay_s <= 0:
            return
        if self._waiting >= MOST_WAITING:
            raise KatError(429, "too_many_attempts", "Too many wrong secrets; try again.", retry_after_s=int(MOST_S))
        self._waiting += 1
        try:
            await self._clock.sleep(delay_s)
        finally:
            self._waiting -= 1
