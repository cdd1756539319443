"""What one would write first: a FastAPI model parameter, a pooled AsyncSession, one insert of many rows, one commit.

It checks no key, knows no identity, judges nothing and tells nobody; only the rows it stores are ours.
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import insert, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from kat_monitor.domain.vitals import METRIC_NAMES, SOURCES_BY_NAME
from kat_monitor.store.tables import device, reading
from kat_monitor.store.tables import session as session_table
from tests.bench import asgi


class ReadingIn(BaseModel):
    """One reading as sent."""

    device: str
    seq: int
    observed_at: datetime
    source: str
    systolic: float | None = None
    diastolic: float | None = None
    mean: float | None = None
    heart_rate: float | None = None
    spo2: float | None = None
    respiratory_rate: float | None = None
    temperature: float | None = None
    status: list[str] = []
    reason: str | None = None


class PostIn(BaseModel):
    """The body of `POST /api/v1/readings`."""

    sent_at: datetime | None = None
    readings: list[ReadingIn]


def build(url: str, known: Mapping[str, tuple[UUID, UUID, UUID]]) -> FastAPI:
    """`known`: device code -> (clinic, device, session)."""
    engine = create_async_engine(make_url(url), pool_size=16, max_overflow=16)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    app = FastAPI()
    positions = itertools.count(1_000_000_000)

    async def database() -> AsyncIterator[AsyncSession]:
        async with sessions() as opened:
            yield opened

    @app.post("/api/v1/readings")
    async def post(body: PostIn, session: Annotated[AsyncSession, Depends(database)]) -> dict[str, int]:
        received_at = time.time_ns() // 1000
        sent_at = None if body.sent_at is None else _micros(body.sent_at)
        rows = [_row(one, known[one.device], next(positions), sent_at, received_at) for one in body.readings]
        await session.execute(insert(reading), rows)
        await session.commit()
        return {"accepted": len(rows)}

    return app


def _row(
    one: ReadingIn, place: tuple[UUID, UUID, UUID], position: int, sent_at: int | None, received_at: int
) -> dict[str, Any]:
    clinic_id, device_id, session_id = place
    observed_at = _micros(one.observed_at)
    values = {name: None if (x := getattr(one, name)) is None else round(x * 10) for name in METRIC_NAMES}
    return {
        "clinic_id": clinic_id,
        "device_id": device_id,
        "seq": one.seq,
        "session_id": session_id,
        "position": position,
        "source": int(SOURCES_BY_NAME[one.source]),
        "flags": 0,
        "refused": 0,
        "late": False,
        "interval_ms": 1000,
        "observed_at": observed_at,
        "sent_at": sent_at,
        "received_at": received_at,
        "effective_at": observed_at,
        "reason": one.reason,
        **values,
    }


def _micros(when: datetime) -> int:
    return round(when.timestamp() * 1_000_000)


async def load_known(url: str) -> dict[str, tuple[UUID, UUID, UUID]]:
    """Every device's clinic, id and session."""
    engine = create_async_engine(make_url(url))
    wanted = select(device.c.code, device.c.clinic_id, device.c.id, session_table.c.id).join(
        session_table, session_table.c.chair_id == device.c.chair_id
    )
    async with engine.connect() as connection:
        rows = (await connection.execute(wanted)).all()
    await engine.dispose()
    return {code: (clinic_id, device_id, session_id) for code, clinic_id, device_id, session_id in rows}


def main() -> None:
    """Serve on the given port and database."""
    parser: argparse.ArgumentParser = asgi.arguments()
    parser.add_argument("--url", required=True)
    given = parser.parse_args()
    asgi.serve(build(given.url, asyncio.run(load_known(given.url))), given.port, given.core)


if __name__ == "__main__":
    main()
