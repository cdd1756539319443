"""What every row needs: the cores, the database, how long to measure, and measuring again when others were busy."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.bench.database import Postgres
from tests.bench.machine import DISTURBED, OtherCpu

T = TypeVar("T")
CALM_AFTER_S = 3.0


@dataclass(slots=True)
class Setting:
    """One run of the programme. The load, and this process, are on a core of their own; PostgreSQL is not pinned."""

    postgres: Postgres
    server_core: int
    seconds: int = 8
    rounds: int = 3
    tries: int = 4
    quick: bool = False
    disturbed: list[str] = field(default_factory=list)
    """What stayed disturbed after all tries."""

    async def watched(self, name: str, measure: Callable[[], Awaitable[T]]) -> tuple[T, float]:
        """(result, cores that others used), repeated while that is too much; the least disturbed one counts."""
        best: tuple[T, float] | None = None
        for attempt in range(self.tries):
            watch = OtherCpu((os.getpid(), self.postgres.pid))
            result = await measure()
            other = watch.cores()
            if best is None or other < best[1]:
                best = (result, other)
            if best[1] <= DISTURBED:
                return best
            if attempt + 1 < self.tries:
                print(f"  {name}: others used {other:.2f} cores; once more", flush=True)
                await asyncio.sleep(CALM_AFTER_S)
        assert best is not None
        self.disturbed.append(f"{name} ({best[1]:.2f} cores)")
        return best


def percentile(samples: list[float], share: float) -> float:
    """The sample that `share` of all do not exceed."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
