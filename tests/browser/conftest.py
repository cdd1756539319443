"""Chromium for the dashboard's tests, and what it is pointed at: the built files alone, or a server of our own."""

import functools
import http.server
import os
import re
import secrets
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

import kat_monitor
from tests.browser.clinic import Place, Server

DASHBOARD = Path(kat_monitor.__file__).parent / "dashboard"
CHROMIUM = os.environ.get("KAT_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLICY = "default-src 'self'; connect-src 'self' ws: wss:"
PAGES = {"s", "alerts", "history", "shift", "setup"}
"""First words of the addresses that the one page answers to."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium: the one Playwright would download is never installed."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A full-HD wall in a dim room, in London."""
    return {
        **browser_context_args,
        "viewport": {"width": 1920, "height": 1080},
        "reduced_motion": "reduce",
        "color_scheme": "dark",
        "timezone_id": "Europe/London",
        "locale": "en-GB",
    }


@pytest.fixture(scope="session")
def base_url() -> str:
    """Empty: tests give whole addresses. The plugin's own fixture of this name has a form that pytest gives up."""
    return ""


class _Files(http.server.SimpleHTTPRequestHandler):
    """The built dashboard as the server sends it: the page for a session's address too, under its policy."""

    def translate_path(self, path: str) -> str:
        return super().translate_path("/index.html" if re.split("[/?]", path)[1] in PAGES else path)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is for its own findings."""


@pytest.fixture(scope="session")
def built() -> Iterator[str]:
    """The address of the built files alone; a test scripts what a server would have answered."""
    assert (DASHBOARD / "index.html").is_file(), "the dashboard is not built: python tools/dashboard.py build"
    handler = functools.partial(_Files, directory=str(DASHBOARD))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="built dashboard")
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`kat-monitor demo` in a process of its own, at real speed, with its data in a folder of this run."""
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@contextmanager
def demo(home: Path) -> Iterator[Server]:
    """A server of its own: for tests after which the clinic is another one, as once it uses shifts."""
    port, password = _free_port(), secrets.token_urlsafe(18)
    command = [sys.executable, "-m", "kat_monitor.cli", "demo", "--port", str(port), "--data", str(home / "data")]
    environment = {**os.environ, "KAT_DEMO_PASSWORD": password, "PYTHONUNBUFFERED": "1"}
    people = ("nurse", password), ("admin", password)
    running = Server(f"http://127.0.0.1:{port}/", *people, command, environment, home / "log")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@dataclass
class Console:
    """What the pages of a test say on their consoles and throw; a test names what it expects of that."""

    expected: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"thrown: {error}"))

    def allow(self, *patterns: str) -> None:
        self.expected += patterns

    @property
    def unexpected(self) -> list[str]:
        return [line for line in self.said if not any(re.search(pattern, line) for pattern in self.expected)]


@pytest.fixture
def console(page: Page) -> Iterator[Console]:
    """The test's page is watched; at the end nothing may stand on its console but what the test has named."""
    console = Console()
    console.watch(page)
    yield console
    assert console.unexpected == []


@pytest.fixture
def place(server: Server, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A fresh chair and patient for one test."""
    tag = re.sub(r"[^a-z]+", "-", request.node.name.split("[")[0].removeprefix("test_"))[:30]
    label = f"Z {tag} {secrets.token_hex(2)}"
    chair = server.chair(label)
    monitor, cuff = f"{tag}-{secrets.token_hex(2)}-monitor", f"{tag}-{secrets.token_hex(2)}-cuff"
    server.device(monitor, chair, "monitor", 1)
    server.device(cuff, chair, "cuff", 300)
    patient = f"Nora {tag.title()}"
    session_id = server.session(chair, patient)
    yield Place(label, session_id, monitor, cuff, patient)
    server.discharge(session_id)
