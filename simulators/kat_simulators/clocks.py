"""The clock a player is driven by, so that a test moves it by hand and a demo runs it fast."""

from __future__ import annotations

from typing import Protocol


class SimulationClock(Protocol):
    """Clinic time in microseconds, and ways to wait; the server's own clock fits."""

    rate: float
    """How many clinic seconds pass in a wall second."""

    def now_us(self) -> int:
        """Clinic time."""
        ...

    async def sleep_until(self, clinic_us: int) -> None:
        """Return when clinic time has reached `clinic_us`."""
        ...

    async def sleep(self, wall_s: float) -> None:
        """Return after `wall_s` seconds of wall time."""
        ...
