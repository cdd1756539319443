"""The doors over real parts: PostgreSQL, the writer's task, two clinics, one person per role; no sockets."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy import URL

from kat_monitor.access.directory import Directory
from kat_monitor.access.loading import fill_directory
from kat_monitor.access.passwords import Passwords
from kat_monitor.access.people import new_user, user_row
from kat_monitor.access.sign_in import SignIn
from kat_monitor.access.throttle import Throttle
from kat_monitor.api.assemble import build_api
from kat_monitor.api.parts import Parts
from kat_monitor.clock import ManualClock
from kat_monitor.domain.registry import Clinic, Role
from kat_monitor.ingest.inbox import Bounds, Inbox
from kat_monitor.ingest.readback import ReadBack
from kat_monitor.live.hub import Hub
from kat_monitor.pipeline import Pipeline
from kat_monitor.protocols.loader import shipped
from kat_monitor.settings import Settings
from kat_monitor.store.batch import Batch, RowWrite
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer
from kat_monitor.watch.reviews import Reviews
from kat_monitor.watch.timers import Timers

START = 1_795_000_000_000_000
PASSWORD = "correct horse battery staple"
PEOPLE = ("nurse", "clinician", "admin", "auditor", "wallboard")
CLINICS = ("north", "south")
ORIGIN = "http://clinic.test"


class QuickClock(ManualClock):
    """Stands still, and lets nobody wait: what was slept is added up."""

    def __init__(self, start_us: int) -> None:
        super().__init__(start_us)
        self.slept: list[float] = []

    async def sleep(self, wall_s: float) -> None:
        self.slept.append(wall_s)
        await asyncio.sleep(0)

    def later(self, seconds: float) -> None:
        self.set(self.now_us() + round(seconds * 1_000_000))


class Prompt(httpx.ASGITransport):
    """An answer that never comes fails the test instead of holding up the run."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await asyncio.wait_for(super().handle_async_request(request), 60)


@dataclass
class Doors:
    """A running server without sockets."""

    app: FastAPI
    parts: Parts
    clock: QuickClock
    clinics: dict[str, UUID]
    stack: AsyncExitStack = field(repr=False)

    async def visitor(self, **headers: str) -> httpx.AsyncClient:
        """A client of its own, with cookies of its own; it is not logged in."""
        transport = Prompt(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"origin": ORIGIN, **headers})
        return await self.stack.enter_async_context(client)

    async def log_in(self, role: str, clinic: str = "north") -> httpx.AsyncClient:
        """A client logged in as this clinic's person of that role."""
        client = await self.visitor()
        answer = await client.post("/api/v1/login", json={"username": f"{role}-{clinic}", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    async def at_once(
        self, requests: Sequence[tuple[httpx.AsyncClient, str, str, dict[str, Any]]]
    ) -> list[httpx.Response]:
        """Send all before any is answered."""
        return await asyncio.gather(
            *(c.request(method, f"/api/v1{path}", json=body) for c, method, path, body in requests)
        )


async def make(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST something that must work."""
    answer = await client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def found_clinics(writer: Writer, passwords: Passwords) -> None:
    """Two clinics, each with one person per role and the shipped protocols."""
    batch = Batch()
    for name in CLINICS:
        clinic = Clinic(uuid4(), name, START)
        batch.rows.append(RowWrite("clinic", {"clinic_id": clinic.id}, {"name": name, "created_at": START}))
        for role in PEOPLE:
            user = new_user(clinic.id, f"{role}-{name}", role.title(), [Role(role)], passwords.hash_now(PASSWORD))
            batch.rows.append(user_row(user, START))
        for code, (toml, _) in shipped().items():
            key = {"clinic_id": clinic.id, "code": code, "version": 1}
            values = {"sha256": "0" * 64, "toml": toml, "created_at": START, "by": None}
            batch.rows.append(RowWrite("protocol_version", key, values))
    await writer.commit(batch)


@asynccontextmanager
async def open_doors(database: URL, *, found: bool = True, at: int = START, **settings: Any) -> AsyncIterator[Doors]:
    """Start everything on this database; with `found`, found the clinics first."""
    async with AsyncExitStack() as stack:
        clock = QuickClock(at)
        writer = Writer(database, Deadlines())
        await writer.open()
        stack.push_async_callback(writer.close)
        reader = Reader(database, Deadlines(), size=4)
        stack.push_async_callback(reader.close)
        passwords, directory, throttle = Passwords(quick=True), Directory(), Throttle(clock)
        if found:
            await found_clinics(writer, passwords)
        readback = ReadBack(reader, clock)
        await readback.load_all()
        await fill_directory(directory, reader.standing, readback.clinics, clock.wall_us())
        hub = Hub(clock)
        pipeline = Pipeline(
            clock=clock,
            inbox=Inbox(Bounds()),
            writer=writer,
            readback=readback,
            hub=hub,
            timers=Timers(clock),
            reviews=Reviews(clock),
            throttle=throttle,
            directory=directory,
        )
        parts = Parts(
            clock=clock,
            settings=Settings(cookie_secure=False, **settings),
            pipeline=pipeline,
            reader=reader,
            hub=hub,
            directory=directory,
            passwords=passwords,
            throttle=throttle,
            sign_in=SignIn(directory, passwords, throttle),
            metrics=CollectorRegistry(),
            loop_lag_s=lambda: 0.0,
        )
        running = asyncio.create_task(pipeline.run())
        stack.push_async_callback(_stopped, pipeline, running)
        names = {state.clinic.name: clinic_id for clinic_id, state in readback.clinics.items()}
        yield Doors(build_api(parts), parts, clock, names, stack)


async def _stopped(pipeline: Pipeline, task: "asyncio.Task[None]") -> None:
    await asyncio.wait_for(pipeline.settled(), 10)
    task.cancel()
    await asyncio.wait([task])


def with_parts(doors: Doors, **changes: Any) -> FastAPI:
    """The same running parts behind a new application, some of them replaced."""
    return build_api(replace(doors.parts, metrics=CollectorRegistry(), **changes))


@pytest_asyncio.fixture
async def doors(database: URL) -> AsyncIterator[Doors]:
    """A fresh server with two clinics."""
    async with open_doors(database) as opened:
        yield opened
