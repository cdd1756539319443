"""Readings that are already there: made inside PostgreSQL by generate_series, calm, with positions of their own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kat_monitor.clock import RealClock
from kat_monitor.domain.vitals import SECOND_US, Source
from tests.bench.clinic import CUFF_MS, Bench

# $1 clinic, $2 devices, $3 sessions, $4 first time, $5 step (both us), $6 readings of each, $7 position before,
# $8 source, $9 interval (ms). In the order in which a ward's readings arrive: all devices' first, all their second, ...
# The columns of `reading` in their order; the values depend on the source: a stream, or a cuff.
_STREAM = """
INSERT INTO reading
SELECT $1, device, at, session, $7 + row_number() OVER (), $8, 0, 0, false, $9, at, at, at + 150000, at,
       NULL, NULL, NULL, 680 + 10 * (n % 9), 960 + 10 * (n % 3), 140 + 10 * (n % 4), NULL, NULL
FROM (
    SELECT device, session, n, $4::bigint + n * $5::bigint AS at
    FROM generate_series(0, $6::bigint - 1) AS n, unnest($2::uuid[], $3::uuid[]) AS placed (device, session)
    ORDER BY n, device
) AS made
"""
_CUFFS = """
INSERT INTO reading
SELECT $1, device, at, session, $7 + row_number() OVER (), $8, 0, 0, false, $9, at, at, at + 150000, at,
       1180 + 10 * (n % 7), 740 + 10 * (n % 5), 900, 700, NULL, NULL, NULL, NULL
FROM (
    SELECT device, session, n, $4::bigint + n * $5::bigint AS at
    FROM generate_series(0, $6::bigint - 1) AS n, unnest($2::uuid[], $3::uuid[]) AS placed (device, session)
    ORDER BY n, device
) AS made
"""
_RESERVE = "UPDATE clinic SET position_reserved = greatest(position_reserved, $2) WHERE clinic_id = $1"


class Filler:
    """Gives positions on from what the clinic's journal has used; `close` tells the record how far it came."""

    def __init__(self, raw: Any, bench: Bench) -> None:
        self._raw = raw
        self._bench = bench
        self._position = bench.position

    async def stream(self, devices: Sequence[UUID], sessions: Sequence[UUID], at: int, step_s: float, n: int) -> None:
        """`n` oximeter readings of each device from `at`, every `step_s`."""
        await self._insert((_STREAM, Source.PULSE_OX, self._bench.monitor_ms), devices, sessions, at, step_s, n)

    async def cuffs(self, devices: Sequence[UUID], sessions: Sequence[UUID], at: int, step_s: float, n: int) -> None:
        """`n` cuff readings of each device from `at`, every `step_s`."""
        await self._insert((_CUFFS, Source.NIBP, CUFF_MS), devices, sessions, at, step_s, n)

    async def of_places(self) -> None:
        """What the open sessions' cuffs (every 5 min) and monitors have sent from check-in until now."""
        places, since, monitor_ms = self._bench.places, self._bench.checked_in_at, self._bench.monitor_ms
        sessions = [place.session_id for place in places]
        for ids, what, every_ms in (
            ([p.cuff_id for p in places], self.cuffs, CUFF_MS),
            ([p.monitor_id for p in places], self.stream, monitor_ms),
        ):
            passed_ms = (RealClock().now_us() - since) // 1000
            await what(ids, sessions, since, every_ms / 1000, passed_ms // every_ms + 1)

    async def _insert(
        self,
        what: tuple[str, int, int],
        devices: Sequence[UUID],
        sessions: Sequence[UUID],
        at: int,
        step_s: float,
        n: int,
    ) -> None:
        if n and devices:
            sql, source, interval_ms = what
            ids = (self._bench.clinic_id, list(devices), list(sessions))
            times = (at, round(step_s * SECOND_US), n)
            await self._raw.execute(sql, *ids, *times, self._position, int(source), interval_ms)
            self._position += n * len(devices)

    async def close(self) -> None:
        """Positions used here are never given out again; statistics as a running server's autovacuum leaves them."""
        await self._raw.execute(_RESERVE, self._bench.clinic_id, self._position)
        await self._raw.execute("VACUUM ANALYZE reading")
