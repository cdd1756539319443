"""Starts the servers measured, each a process of its own on the server's core, and waits until they answer."""

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.bench.machine import ROOT

START_S = 600.0
"""Restarts with much to fold take their time."""
STOP_S = 30.0


class ServerFailed(Exception):
    """A measured server ended or did not answer."""


@dataclass(slots=True)
class Served:
    """A running server. `ready_s`: from the process's start to its first good answer."""

    process: asyncio.subprocess.Process
    port: int
    ready_s: float = 0.0
    start_s: float = 0.0
    """Of ours: reading back what is open, by its own clock."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def served(module: str, core: int, *more: str, ready: str | None = None) -> AsyncIterator[Served]:
    """Run `python -m tests.bench.<module>`; `ready` is the path that must answer 200, else a connection is enough."""
    port = free_port()
    command = [sys.executable, "-m", f"tests.bench.{module}", "--port", str(port), "--core", str(core), *more]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE)
    running = Served(process, port)
    try:
        await _wait(running, ready)
        running.ready_s = time.perf_counter() - begun
        if ready is not None and process.stdout is not None:
            running.start_s = float(json.loads(await process.stdout.readline())["start_s"])
        yield running
    finally:
        await _stop(process)


async def _wait(running: Served, ready: str | None) -> None:
    deadline = time.monotonic() + START_S
    async with httpx.AsyncClient(timeout=10.0) as client:
        while time.monotonic() < deadline:
            if running.process.returncode is not None:
                break
            if await (_connects(running.port) if ready is None else _answers(client, running.url + ready)):
                return
            await asyncio.sleep(0.01)
    raise ServerFailed(f"the server on port {running.port} does not answer (exit {running.process.returncode})")


async def _connects(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
