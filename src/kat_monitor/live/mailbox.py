"""One screen's mailbox: frames wait here for its socket; a screen that falls behind is closed, not waited for."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from uuid import UUID, uuid4

MOST_FRAMES = 64
TOO_SLOW = 4008
REVOKED = 4003
RESTARTING = 1012


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a screen says it painted (`seen`), by the wall clock."""

    at_wall: int
    alerts: frozenset[UUID]
    audio: str
    visible: bool
    shown_seq: int
    painted_ms: float


class Screen:
    """A connected dashboard. `named` is False for screens that may show no names."""

    __slots__ = (
        "_ended",
        "_frames",
        "_wake",
        "account_id",
        "clinic_id",
        "closed",
        "id",
        "joined_wall",
        "login_id",
        "named",
        "receipt",
        "station_id",
    )

    def __init__(
        self,
        clinic_id: UUID,
        account_id: UUID,
        login_id: UUID | None,
        *,
        named: bool,
        now_wall: int,
        station_id: UUID | None = None,
    ) -> None:
        self.id = uuid4()
        self.clinic_id = clinic_id
        self.account_id = account_id
        self.login_id = login_id
        self.station_id = station_id
        """The enrolled browser it runs in."""
        self.named = named
        self.joined_wall = now_wall
        self.receipt: Receipt | None = None
        self.closed: int | None = None
        """The close code, once it is to be closed."""
        self._frames: deque[str] = deque()
        self._wake = asyncio.Event()
        self._ended = asyncio.Event()

    def offer(self, frame: str) -> bool:
        """Queue a frame; False when the screen is too far behind and is being closed (4008)."""
        if self.closed is not None:
            return False
        if len(self._frames) >= MOST_FRAMES:
            self.close(TOO_SLOW)
            return False
        self._frames.append(frame)
        self._wake.set()
        return True

    def restart(self, snapshot: str) -> None:
        """A new snapshot makes whatever waits pointless."""
        self._frames.clear()
        self.offer(snapshot)

    def close(self, code: int) -> None:
        if self.closed is None:
            self.closed = code
            self._frames.clear()
            self._wake.set()
            self._ended.set()

    async def ended(self) -> None:
        """Return once it is to be closed: a socket that is stuck in a frame does not hold this up."""
        await self._ended.wait()

    async def next(self) -> str | None:
        """The next frame, or None when the screen is to be closed."""
        while not self._frames:
            if self.closed is not None:
                return None
            self._wake.clear()
            await self._wake.wait()
        return self._frames.popleft()

    @property
    def waiting(self) -> int:
        return len(self._frames)


@dataclass(slots=True)
class ScreenCounts:
    """How many screens of a clinic show alerts, and sound them. The `no_*_since` are wall-clock microseconds."""

    watching: int = 0
    audible: int = 0
    nobody_watching_since: int | None = None
    nobody_audible_since: int | None = None


@dataclass(slots=True)
class Glass:
    """From raising an alert to a screen's receipt that it is painted: counts per bound in seconds, for `/metrics`."""

    bounds: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
    counts: list[int] = field(default_factory=lambda: [0] * 8)
    total_s: float = 0.0

    def note(self, seconds: float) -> None:
        index = next((i for i, bound in enumerate(self.bounds) if seconds <= bound), len(self.bounds))
        self.counts[index] += 1
        self.total_s += seconds
