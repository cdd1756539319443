"""Twenty-four simulated hours of a busy clinic in one page: what its heap grows by once it has settled."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
from playwright.async_api import Route

import kat_monitor
from tests.bench.measuring import Setting
from tests.bench.report import Row, Target
from tests.bench.ui.browser import Chromium, heap_bytes

DASHBOARD = Path(kat_monitor.__file__).parent / "dashboard"
HERE_JS = Path(__file__).parent
CLOCK, CLINIC = ((HERE_JS / f"{name}.js").read_text(encoding="utf-8") for name in ("clock", "busy_clinic"))
TILES = "document.querySelectorAll('[data-test=tile]').length"
SETTLED_H, WHOLE_H, QUICK_H = 2, 24, 4
MINUTE_MS, MINUTES_A_STEP = 60_000, 5
CHAIRS = 20
ME = {"id": "u", "username": "nurse", "name": "RN Okafor", "roles": ["nurse"], "clinic": {"id": "c", "name": "Busy"}}
HERE: dict[str, object] = {"station": None, "people": [], "me_on": False}


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: only the figures are printed."""


@contextmanager
def files() -> Iterator[str]:
    """The address of the built dashboard's files."""
    handler = functools.partial(_Files, directory=str(DASHBOARD))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="dashboard files")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


async def _answer(route: Route) -> None:
    """The little that the page asks of REST in a day on the wall."""
    path = route.request.url.partition("/api/v1/")[2]
    if path == "me":
        await route.fulfill(json=ME)
    elif path == "stations/here":
        await route.fulfill(json=HERE)
    else:
        await route.fulfill(status=404, json={"code": "not_found", "detail": "", "status": 404, "title": ""})


async def heap(setting: Setting, chromium: Chromium) -> Row:
    """The slope over hours 2-24, by least squares, beside that of an empty page over the same clock."""
    hours = QUICK_H if setting.quick else WHOLE_H
    with files() as address:
        ours = await _by_hour(chromium, address, hours)
        empty = await _by_hour(chromium, None, hours)
    slope, nothing = _slope(ours), _slope(empty)
    return Row(
        "heap_per_hour",
        slope,
        "MB per simulated hour",
        {"empty_page": nothing},
        targets=[Target("MB per simulated hour", slope, 1.0, more=False)],
        notes=[f"{hours} h, {ours[-1] / 1e6:.1f} MB at the end, {ours[SETTLED_H] / 1e6:.1f} MB at hour {SETTLED_H}"],
    )


def _slope(by_hour: list[int]) -> float:
    hours = np.arange(SETTLED_H, len(by_hour))
    return float(np.polyfit(hours, np.array(by_hour[SETTLED_H:]) / 1e6, 1)[0])


async def _by_hour(chromium: Chromium, address: str | None, hours: int) -> list[int]:
    """The heap at the start and after each hour, bytes. Without an address: of an empty page."""
    async with chromium.context() as context:
        page = await context.new_page()
        await page.add_init_script(CLOCK)
        if address is not None:
            await context.route("**/api/v1/**", _answer)
            await page.add_init_script(CLINIC)
        async with page.expect_response("**/api/v1/me") if address is not None else nullcontext():
            await page.goto(address or "about:blank")
        session = await context.new_cdp_session(page)
        found = [await heap_bytes(page, session)]
        for _ in range(hours):
            for _ in range(60 // MINUTES_A_STEP):
                await page.evaluate(f"katAdvance({MINUTES_A_STEP * MINUTE_MS})")
            found.append(await heap_bytes(page, session))
        if address is not None:
            frames, tiles = await page.evaluate(f"[window.katFrames, {TILES}]")
            assert frames > hours * 3600 / 5, f"the clinic stood still: {frames} frames"
            assert tiles == CHAIRS, f"{tiles} tiles"
    return found
