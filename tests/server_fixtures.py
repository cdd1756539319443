"""A whole running server for tests: real PostgreSQL, real sockets, and a clock that is real or moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import URL

from kat_monitor.access.passwords import Passwords
from kat_monitor.access.provision import clinic_batch, person_row
from kat_monitor.app import Server, listen, web_server
from kat_monitor.clock import Clock, ManualClock, RealClock
from kat_monitor.domain.registry import Role
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.settings import Settings
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.writer import Writer

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
START_US = round(START.timestamp() * 1_000_000)
SECOND = 1_000_000
MINUTE = 60 * SECOND
PASSWORD = "correct horse battery"
PEOPLE = {
    "nurse": Role.NURSE,
    "nurse2": Role.NURSE,
    "clinician": Role.CLINICIAN,
    "clinician2": Role.CLINICIAN,
    "admin": Role.ADMIN,
    "auditor": Role.AUDITOR,
    "wallboard": Role.WALLBOARD,
}


@dataclass
class Running:
    """A server that answers on `url`, and one HTTP client per person and gateway."""

    server: Server
    clock: Any
    url: str
    clinic_id: UUID
    database: URL
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    people: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    stop: Callable[[], Awaitable[None]] | None = None
    code: str | None = None
    """Of the first run, on a database without people."""

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A client with these headers; closed with the server."""
        made = httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=30.0)
        self.clients.append(made)
        return made

    async def as_(self, username: str) -> httpx.AsyncClient:
        """The client of a person, logged in by cookie."""
        if username not in self.people:
            client = self.client()
            answer = await client.post("/login", json={"username": username, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            self.people[username] = client
        return self.people[username]

    async def settle(self) -> None:
        """Let everything that has become due run, and everything that waits be committed."""
        for _ in range(3):
            for _ in range(10):
                await asyncio.sleep(0)
            await self.server.pipeline.settled()

    async def advance(self, seconds: float) -> None:
        """Move a manual clock, stopping at every time something is due."""
        target = self.clock.now_us() + round(seconds * SECOND)
        await self.settle()
        while (due := self.clock.next_due()) is not None and due <= target:
            self.clock.set(max(due, self.clock.now_us()))
            await self.settle()
        self.clock.set(target)
        await self.settle()

    def now(self, back_s: float = 0.0) -> str:
        """Clinic time as on the wire, `back_s` seconds ago."""
        return to_rfc3339(self.clock.now_us() - round(back_s * SECOND))


async def start_server(database: URL, clock: Clock, clinic_id: UUID, **settings: Any) -> Running:
    """Start on a free port of 127.0.0.1."""
    chosen = Settings(cookie_secure=False, port=0, **settings)
    server = Server(chosen, clock, database, quick_passwords=True)
    code = await server.start()
    listening = listen("127.0.0.1", 0)
    web = web_server(server.asgi, chosen)
    serving = asyncio.create_task(web.serve([listening]))
    while not web.started:
        await asyncio.sleep(0.005)
    host, port = listening.getsockname()[:2]
    running = Running(server, clock, f"http://{host}:{port}", clinic_id, database, code=code)

    async def stop() -> None:
        for client in running.clients:
            await client.aclose()
        server.hub.close_all()
        web.should_exit = True
        await serving
        await server.stop()
        listening.close()

    running.stop = stop
    return running


@asynccontextmanager
async def served(database: URL, clock: Clock, **settings: Any) -> AsyncIterator[Running]:
    """A server of the test's own making, on a fresh clinic; stopped whatever happens."""
    running = await start_server(database, clock, await provision(database), **settings)
    try:
        yield running
    finally:
        assert running.stop is not None
        await running.stop()


async def provision(database: URL, name: str = "Test clinic", suffix: str = "") -> UUID:
    """A clinic with one person of each role; `suffix` keeps a second clinic's usernames apart."""
    writer = Writer(database, Deadlines())
    await writer.open()
    try:
        clinic, batch = clinic_batch(name, START_US)
        hashed = Passwords(quick=True).hash_now(PASSWORD)
        for username, role in PEOPLE.items():
            batch.rows.append(
                person_row(clinic.id, username + suffix, username.title() + suffix, role, hashed, START_US)
            )
        await writer.commit(batch)
    finally:
        await writer.close()
    return clinic.id


@pytest_asyncio.fixture
async def running(database: URL) -> AsyncIterator[Running]:
    """A server on the real clock."""
    made = await start_server(database, RealClock(), await provision(database))
    yield made
    assert made.stop is not None
    await made.stop()


@pytest_asyncio.fixture
async def manual(database: URL) -> AsyncIterator[Running]:
    """A server whose clock stands still until `advance`."""
    made = await start_server(database, ManualClock(START_US), await provision(database))
    yield made
    assert made.stop is not None
    await made.stop()


@pytest.fixture
def password() -> str:
    return PASSWORD
