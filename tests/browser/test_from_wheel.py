"""The wheel alone, in a fresh environment without Node, shows its wall in a browser."""

import os
import secrets
import socket
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.clinic import Server
from tests.browser.conftest import Console
from tests.project.test_wheel import installed, wheel

__all__ = ["installed", "wheel"]


async def test_an_installed_wheel_shows_tiles(page: Page, console: Console, installed: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    password = secrets.token_urlsafe(18)
    program = str(installed / "bin/kat-monitor")
    variables = {"PATH": str(installed / "bin"), "HOME": str(tmp_path), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    assert not any((Path(place) / "node").exists() for place in variables["PATH"].split(os.pathsep))
    command = [program, "demo", "--port", str(port), "--chairs", "3", "--data", str(tmp_path / "data")]
    people = ("nurse", password), ("admin", password)
    environment = variables | {"KAT_DEMO_PASSWORD": password}
    running = Server(f"http://127.0.0.1:{port}/", *people, command, environment, tmp_path / "log")
    try:
        running.start()
        await page.goto(running.url)
        await page.locator("[data-test=username]").fill("nurse")
        await page.locator("[data-test=password]").fill(password)
        await page.locator("[data-test=log-in]").click()
        await expect(page.locator("[data-test=tile]")).to_have_count(3)
        await expect(page.locator("[data-connection=live]").first).to_be_visible()
    finally:
        running.stop()
