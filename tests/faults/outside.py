"""The server as a process of its own, that can be killed, and a database of its own, that can be stopped."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import URL

from kat_monitor.store.embedded import Embedded
from kat_monitor.store.migrate import migrate
from tests.server_fixtures import PASSWORD, provision

ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")


@dataclass
class Process:
    """`kat-monitor serve` on one database. `kill` is -9."""

    database: URL
    process: asyncio.subprocess.Process | None = None
    url: str = ""
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    said: bytes = b""
    listening: asyncio.Task[None] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "KAT_DATABASE_URL": self.database.render_as_string(hide_password=False).replace("+asyncpg", ""),
            "KAT_PORT": "0",
            "KAT_COOKIE_SECURE": "false",
            "KAT_LOG_LEVEL": "error",
        }
        return {**os.environ, **own}

    async def run(self, *words: str) -> asyncio.subprocess.Process:
        """A `kat-monitor` command."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kat_monitor.cli", *words,
            env=self.environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip

    async def start(self) -> None:
        """Until its address answers."""
        self.process = await self.run("serve")
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while not (found := ADDRESS.search(self.said)):
                line = await self.process.stdout.readline()
                assert line, self.said.decode()
                self.said += line
        self.url = found.group().decode()
        self.said = b""
        self.listening = asyncio.create_task(self._listen(self.process.stdout))

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self.said += line

    async def kill(self) -> None:
        """-9: nothing is said, nothing is finished."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self._ended()

    async def stop(self) -> None:
        """In order, if it still runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
            await self._ended()
        for client in self.clients:
            await client.aclose()

    async def _ended(self) -> None:
        assert self.process is not None
        async with asyncio.timeout(30):
            await self.process.wait()
            if self.listening is not None:
                await self.listening

    def client(self, **headers: str) -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=30.0)
        self.clients.append(made)
        return made

    async def as_(self, username: str) -> httpx.AsyncClient:
        """A person, logged in."""
        client = self.client()
        answer = await client.post("/login", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    async def verify(self) -> tuple[int, str]:
        """`kat-monitor verify`: exit code and words."""
        process = await self.run("verify")
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@asynccontextmanager
async def processes(database: URL) -> AsyncIterator[Process]:
    """A provisioned database and a server process on it, started."""
    await provision(database)
    process = Process(database)
    try:
        await process.start()
        yield process
    finally:
        with suppress(TimeoutError):
            await process.stop()


class OwnPostgres:
    """A PostgreSQL of the test's own: stopped at once, held still, started again."""

    def __init__(self, folder: Path) -> None:
        self._server = Embedded(folder)
        self._held = False

    async def start(self) -> None:
        await asyncio.to_thread(self._server.start)

    async def database(self) -> URL:
        """Its database, with the schema."""
        await migrate(self._server.url())
        return self._server.url()

    def pids(self) -> list[int]:
        """The postmaster and all its children."""
        postmaster = self._server.postmaster_pid
        assert postmaster is not None
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [postmaster, *map(int, children)]

    def hold(self) -> None:
        """Every process stands still: connections stay open and nobody answers."""
        self._held = True
        for pid in self.pids():
            os.kill(pid, signal.SIGSTOP)

    def release(self) -> None:
        if self._held:
            self._held = False
            for pid in self.pids():
                os.kill(pid, signal.SIGCONT)

    async def crash(self) -> None:
        """As `pg_ctl stop -m immediate`: no checkpoint, every connection cut."""
        postmaster = self.pids()[0]
        os.kill(postmaster, signal.SIGQUIT)
        async with asyncio.timeout(30):
            while self._server._is_server(postmaster):  # noqa: SLF001 - the same question that adopting asks
                await asyncio.sleep(0.02)

    async def again(self) -> None:
        """Start it again, recovering."""
        await asyncio.to_thread(self._start_again)

    def _start_again(self) -> None:
        if not self._server._adopted():  # noqa: SLF001 - as a new process would, on the folder that is ours
            self._server._start()  # noqa: SLF001

    async def stop(self) -> None:
        self.release()
        await asyncio.to_thread(self._server.stop)
