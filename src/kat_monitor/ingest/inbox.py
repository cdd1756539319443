"""The one bounded inbox: commands first, then what is live, then backlog; full, it refuses by name."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kat_monitor.errors import unavailable
from kat_monitor.ingest.turn import Work
from kat_monitor.ingest.verdicts import Answer, Post


@dataclass(frozen=True, slots=True)
class Bounds:
    """Readings unless said otherwise (design 10)."""

    readings: int = 20_000
    commands: int = 1_000
    """Waiting commands; past that 503 `inbox_full`."""
    batch: int = 2_000
    backlog_batch: int = 1_000
    backlog_every_s: float = 1.0
    """Backlog is taken when nothing live waits, and at least this often."""


@dataclass(slots=True)
class Waiting:
    """A post or a command and who waits for it."""

    item: Post | Work
    future: asyncio.Future[Any]
    size: int = 0

    def resolve(self, result: Answer | Any) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class Inbox:
    """Three lanes with bounds. `take` never waits for more to come: a batch is what arrived meanwhile."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._commands: deque[Waiting] = deque()
        self._live: deque[Waiting] = deque()
        self._backlog: deque[Waiting] = deque()
        self._backlog_by_gateway: dict[UUID, int] = {}
        self._backlog_size = 0
        self._live_size = 0
        self._backlog_taken_at = 0.0
        self._something = asyncio.Event()
        self.refused = 0
        """Posts and commands refused because a lane was full."""

    @property
    def waiting_readings(self) -> int:
        return self._live_size + self._backlog_size

    @property
    def waiting_commands(self) -> int:
        return len(self._commands)

    @property
    def is_empty(self) -> bool:
        """Nothing waits in any lane."""
        return not (self._commands or self._live or self._backlog)

    def put_command(self, work: Work) -> asyncio.Future[Any]:
        """Raises KatError 503 when too many commands wait."""
        if len(self._commands) >= self.bounds.commands:
            self.refused += 1
            raise unavailable("inbox_full", "Too many commands are waiting; try again.")
        waiting = Waiting(work, asyncio.get_running_loop().create_future())
        self._commands.append(waiting)
        self._something.set()
        return waiting.future

    def put_post(self, post: Post) -> asyncio.Future[Answer]:
        """Raises KatError 503 when the lane of this post has no room."""
        size = len(post.placed)
        if self._no_room(post, size):
            self.refused += 1
            raise unavailable("inbox_full", "Too many readings are waiting; send them again.")
        waiting = Waiting(post, asyncio.get_running_loop().create_future(), size)
        if post.backlog:
            self._backlog.append(waiting)
            self._backlog_size += size
            self._backlog_by_gateway[post.gateway_id] = self._backlog_by_gateway.get(post.gateway_id, 0) + size
        else:
            self._live.append(waiting)
            self._live_size += size
        self._something.set()
        return waiting.future

    def _no_room(self, post: Post, size: int) -> bool:
        most = self.bounds.readings
        if self.waiting_readings + size > most:
            return True
        if not post.backlog:
            return False
        of_gateway = self._backlog_by_gateway.get(post.gateway_id, 0)
        return self._backlog_size + size > most // 2 or of_gateway + size > most // 4

    def wake(self) -> None:
        """Have the writer look up although nothing new waits."""
        self._something.set()

    async def wait(self) -> None:
        """Return when something waits."""
        await self._something.wait()

    def take(self, now_s: float) -> list[tuple[Waiting, int]]:
        """What to judge in the next commit: (who, how many readings of it). `now_s` is a monotonic wall time.

        A request larger than what is left of the batch stays at the head of its lane for the next commit.
        """
        taken: list[tuple[Waiting, int]] = [(waiting, 0) for waiting in self._commands]
        self._commands.clear()
        due = self._backlog and now_s - self._backlog_taken_at >= self.bounds.backlog_every_s
        room = self.bounds.batch
        if self._backlog and (due or not self._live):
            self._backlog_taken_at = now_s
            most = min(self.bounds.backlog_batch, room if not self._live else max(1, room // 2))
            drained = self._drain(self._backlog, most, taken, self._backlog_by_gateway)
            self._backlog_size -= drained
            room -= drained
        if self._live:
            self._live_size -= self._drain(self._live, room, taken, None)
        if not (self._commands or self._live or self._backlog):
            self._something.clear()
        return taken

    def _drain(
        self, lane: deque[Waiting], room: int, into: list[tuple[Waiting, int]], by_gateway: dict[UUID, int] | None
    ) -> int:
        before = room
        while lane and room > 0:
            waiting = lane[0]
            part = min(waiting.size, room)
            into.append((waiting, part))
            waiting.size -= part
            room -= part
            if by_gateway is not None and isinstance(waiting.item, Post):
                _less(by_gateway, waiting.item.gateway_id, part)
            if waiting.size:
                break
            lane.popleft()
        return before - room

    def drop(self, waiting: Waiting) -> None:
        """A request whose commit failed: what is left of it is not judged; the sender sends it again."""
        for lane in (self._live, self._backlog):
            if lane and lane[0] is waiting:
                lane.popleft()
                if lane is self._live:
                    self._live_size -= waiting.size
                elif isinstance(waiting.item, Post):
                    self._backlog_size -= waiting.size
                    _less(self._backlog_by_gateway, waiting.item.gateway_id, waiting.size)
                waiting.size = 0

    def fail_all(self, error: Exception) -> None:
        """The server stops or the database is away: everybody who waits hears it."""
        for lane in (self._commands, self._live, self._backlog):
            for waiting in lane:
                waiting.fail(error)
            lane.clear()
        self._live_size = self._backlog_size = 0
        self._backlog_by_gateway.clear()
        self._something.clear()


def _less(by_gateway: dict[UUID, int], gateway_id: UUID, taken: int) -> None:
    """Who has nothing left is not remembered."""
    left = by_gateway.get(gateway_id, 0) - taken
    if left > 0:
        by_gateway[gateway_id] = left
    else:
        by_gateway.pop(gateway_id, None)
