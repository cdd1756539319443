"""Confirm timers: each comes back as a journal entry when it is due, however late the server wakes."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from uuid import UUID

from kat_monitor.clock import Clock
from kat_monitor.domain.alerts import TimerArmed, TimerDropped

Fire = Callable[[UUID, TimerArmed], Awaitable[None]]


class Timers:
    """A heap of armed timers on the clinic clock. Arming the same alert again replaces its timer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[int, int, UUID]] = []
        self._armed: dict[UUID, tuple[UUID, TimerArmed]] = {}
        self._order = 0
        self._changed = asyncio.Event()

    def arm(self, clinic_id: UUID, timer: TimerArmed) -> None:
        self._armed[timer.alert_id] = (clinic_id, timer)
        self._order += 1
        heapq.heappush(self._heap, (timer.due_at, self._order, timer.alert_id))
        self._changed.set()

    def drop(self, timer: TimerDropped) -> None:
        self._armed.pop(timer.alert_id, None)

    def forget_session(self, session_id: UUID) -> None:
        """Before a session is read back: its timers are armed anew by the fold."""
        for alert_id in [a for a, (_, t) in self._armed.items() if t.session_id == session_id]:
            del self._armed[alert_id]

    @property
    def next_due(self) -> int | None:
        while self._heap:
            due, _, alert_id = self._heap[0]
            armed = self._armed.get(alert_id)
            if armed is not None and armed[1].due_at == due:
                return due
            heapq.heappop(self._heap)
        return None

    def pop_due(self, now: int) -> list[tuple[UUID, TimerArmed]]:
        """Timers due at `now`, in the order they fall due; each is handed out once."""
        due: list[tuple[UUID, TimerArmed]] = []
        while (at := self.next_due) is not None and at <= now:
            due.append(self._armed.pop(heapq.heappop(self._heap)[2]))
        return due

    async def run(self, fire: Fire) -> None:
        """For ever: wait for the next due time and fire."""
        while True:
            for clinic_id, timer in self.pop_due(self._clock.now_us()):
                await fire(clinic_id, timer)
            self._changed.clear()
            due = self.next_due
            if due is None:
                await self._changed.wait()
                continue
            waits = {
                asyncio.ensure_future(self._clock.sleep_until(due)),
                asyncio.ensure_future(self._changed.wait()),
            }
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
                await asyncio.gather(*waits, return_exceptions=True)
