"""A Chromium to measure in, and what its processes use of a core."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright

from tests.bench.machine import trees_s

CHROMIUM = os.environ.get("KAT_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
WALL = {"width": 1920, "height": 1080}
PROBE = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Chromium:
    """A running browser and the process it started as."""

    browser: Browser
    pid: int

    @asynccontextmanager
    async def context(self, *cookies: dict[str, Any]) -> AsyncIterator[BrowserContext]:
        """A context with nothing in its caches, full HD, with motion: flashing is part of what is measured.

        The page's policy is switched off, since it forbids what waits for a condition in the page.
        """
        context = await self.browser.new_context(viewport=WALL, color_scheme="dark", bypass_csp=True)  # type: ignore[arg-type]
        try:
            await context.add_init_script(PROBE)
            # As after a login: without the mark the page does not ask who is here.
            await context.add_init_script("localStorage.setItem('kat-monitor-login', '1')")
            if cookies:
                await context.add_cookies(list(cookies))  # type: ignore[arg-type]
            yield context
        finally:
            await context.close()

    def used_s(self) -> float:
        """Processor time of all of the browser's processes so far, seconds."""
        return trees_s([self.pid])

    async def cores_used(self, seconds: float) -> float:
        """The same over the coming seconds, in cores."""
        began = self.used_s()
        await asyncio.sleep(seconds)
        return (self.used_s() - began) / seconds


@asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """Start the system's Chromium, headless. Raises FileNotFoundError where there is none."""
    if shutil.which(CHROMIUM) is None:
        raise FileNotFoundError(f"{CHROMIUM}: install Chromium, or name one in KAT_CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            session = await browser.new_browser_cdp_session()
            processes = await session.send("SystemInfo.getProcessInfo")
            pid = next(p["id"] for p in processes["processInfo"] if p["type"] == "browser")
            yield Chromium(browser, int(pid))
        finally:
            await browser.close()


async def heap_bytes(page: Page, session: CDPSession) -> int:
    """What the page's JavaScript holds, after everything that can go is gone."""
    await session.send("HeapProfiler.collectGarbage")
    await session.send("HeapProfiler.collectGarbage")
    used = await session.send("Runtime.getHeapUsage")
    return int(used["usedSize"])
