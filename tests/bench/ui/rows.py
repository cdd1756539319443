"""The figures of the wall on the real server: the first tile, the size of what is loaded, a minute of work, alerts."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page

import kat_monitor
from tests.bench.measuring import Setting, percentile
from tests.bench.report import Row, Target
from tests.bench.ui.browser import Chromium
from tests.bench.ui.ward import CHAIRS, EVERY_S, Streams, Ward

ASSETS = Path(kat_monitor.__file__).parent / "dashboard"
LOADS, SETTLE_S = 7, 5.0
BREACH_EVERY = 4
AT_ONCE = """(() => {
    const frames = {};
    const { arrived, painted } = window.katBench;
    for (const [id, at] of Object.entries(arrived)) (frames[at] ??= []).push(painted[id]);
    const most = Object.values(frames).reduce((a, b) => (b.length > a.length ? b : a), []);
    return {alerts: most.length, ms: Math.max(0, ...most)};
})()"""
"""The frame with the most alerts so far, and how long they took."""
ALL_TILES = f"document.querySelectorAll('[data-test=tile]').length === {CHAIRS}"


async def assets(chromium: Chromium, at: Ward) -> Row:
    """All that the wall loads but the font, as a server with compression would send it; and all pages together."""
    async with chromium.context(at.cookie) as context:
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        await page.goto(at.url)
        await page.wait_for_function("window.katBench.firstTile > 0")
        loaded = {ASSETS / path.lstrip("/") for path in asked if path.startswith("/static/")}
    everything = {p for p in ASSETS.rglob("*") if p.is_file()}
    size, whole = _gzipped({ASSETS / "index.html", *loaded}), _gzipped(everything)
    return Row(
        "assets",
        size,
        "kB gzip",
        targets=[Target("kB gzip without fonts, to the first tile", size, 120.0, more=False)],
        notes=[f"all pages together, fetched while nothing else is to do: {whole:.0f} kB"],
    )


def _gzipped(files: Iterable[Path]) -> float:
    return sum(len(gzip.compress(p.read_bytes(), 9)) for p in files if p.suffix != ".woff2") / 1000


async def first_tile(setting: Setting, chromium: Chromium, at: Ward) -> Row:
    """From navigation to the paint with the first tile, each time with empty caches; the worst of a few."""
    times = [await _first_tile(chromium, at) for _ in range(2 if setting.quick else LOADS)]
    blank = [await _blank(chromium, at) for _ in range(2 if setting.quick else LOADS)]
    worst = max(times)
    return Row(
        "first_tile",
        worst,
        "ms",
        {"empty_page": max(blank)},
        p50_ms=percentile(times, 0.5),
        p99_ms=worst,
        targets=[Target("ms, the slowest of all loads", worst, 1500.0, more=False)],
    )


async def _first_tile(chromium: Chromium, at: Ward) -> float:
    async with chromium.context(at.cookie) as context:
        page = await context.new_page()
        await page.goto(at.url)
        await page.wait_for_function("window.katBench.firstTile > 0")
        return float(await page.evaluate("window.katBench.firstTile"))


async def _blank(chromium: Chromium, at: Ward) -> float:
    """A page of the same server that draws one sentence."""
    async with chromium.context(at.cookie) as context:
        page = await context.new_page()
        await page.goto(f"{at.url}livez")
        return float(await page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))


async def minute(setting: Setting, chromium: Chromium, at: Ward) -> list[Row]:
    """A minute of 60 chairs at 2 Hz with an alert every two seconds: processor, tasks, and alerts painted."""
    seconds = 10.0 if setting.quick else 60.0
    blank = await _idle(chromium, seconds / 4)
    async with chromium.context(at.cookie) as context, at.streams() as streams:
        page = await context.new_page()
        await page.goto(at.url)
        await page.wait_for_function(ALL_TILES)
        streams.measure_all()
        await streams.run(SETTLE_S)
        await at.taken_in_hand()
        await streams.run(SETTLE_S)
        at_once = await page.evaluate(AT_ONCE)
        await page.evaluate("Object.assign(window.katBench, {arrived: {}, painted: {}})")
        calm = await _measured(chromium, page, streams, seconds, 0)
        alarmed = await _measured(chromium, page, streams, seconds, BREACH_EVERY)
        await streams.run(SETTLE_S)
        painted = await page.evaluate("Object.values(window.katBench.painted)")
        arrived = await page.evaluate("Object.keys(window.katBench.arrived).length")
    row = _painted(painted, arrived)
    row.notes.append(f"before the minute, {at_once['alerts']} alerts in one frame: {at_once['ms']:.0f} ms")
    return [*_cost(calm, alarmed, blank), row]


async def _idle(chromium: Chromium, seconds: float) -> float:
    async with chromium.context() as context:
        await (await context.new_page()).goto("about:blank")
        return await chromium.cores_used(seconds)


async def _measured(
    chromium: Chromium, page: Page, streams: Streams, seconds: float, breach_every: int
) -> dict[str, Any]:
    await page.evaluate("window.katBench.tasks.length = 0")
    began = chromium.used_s()
    await streams.run(seconds, breach_every=breach_every)
    cores = (chromium.used_s() - began) / (round(seconds / EVERY_S) * EVERY_S)
    return {"cores": cores, "tasks": await page.evaluate("window.katBench.tasks")}


def _cost(calm: dict[str, Any], alarmed: dict[str, Any], blank: float) -> list[Row]:
    longest = max([*calm["tasks"], *alarmed["tasks"]], default=0.0)
    share = 100 * calm["cores"]
    return [
        Row(
            "browser_cpu",
            share,
            "% of a core",
            {"empty_page": 100 * blank},
            targets=[Target("% of a core, 60 chairs at 2 Hz", share, 20.0, more=False)],
            notes=[f"with an alert every {BREACH_EVERY * EVERY_S:g} s, flashing: {100 * alarmed['cores']:.1f} %"],
        ),
        Row(
            "longest_task",
            longest,
            "ms",
            targets=[Target("ms", longest, 200.0, more=False)],
            notes=[f"{len(calm['tasks'])} tasks over 50 ms while calm, {len(alarmed['tasks'])} with alerts"],
        ),
    ]


def _painted(painted: list[float | None], arrived: int) -> Row:
    took = [ms for ms in painted if ms is not None]
    row = Row(
        "alert_to_paint",
        percentile(took, 0.99) if took else 0.0,
        "ms",
        notes=[f"{len(took)} of {arrived} alerts"],
    )
    if len(took) < 10 or len(took) < arrived:
        row.void = f"{arrived - len(took)} of {arrived} alerts were never painted"
        return row
    row.p50_ms, row.p99_ms = percentile(took, 0.5), row.ours
    row.targets = [Target("p99 ms, from the wire to the paint", row.ours, 250.0, more=False)]
    return row
