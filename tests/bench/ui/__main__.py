"""`python -m tests.bench.ui`: what the dashboard costs a browser, printed and written to bench/results-ui.json."""

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

from tests.bench import machine, report
from tests.bench.database import postgres
from tests.bench.machine import ROOT
from tests.bench.measuring import Setting
from tests.bench.report import Row
from tests.bench.ui.browser import CHROMIUM, Chromium, chromium
from tests.bench.ui.heap import heap
from tests.bench.ui.rows import assets, first_tile, minute
from tests.bench.ui.ward import ward

RESULTS = ROOT / "bench" / "results-ui.json"
PARTS = ("wall", "heap")


async def _wall(setting: Setting, browser: Chromium) -> list[Row]:
    async with ward(setting) as at:
        quick = [await assets(browser, at), await first_tile(setting, browser, at)]
        return [*quick, *await minute(setting, browser, at)]


async def run(chosen: list[str], out: Path | None, *, quick: bool) -> int:
    """Measure; 1 when a row is void."""
    server_core, load_core = machine.cores()
    rows: list[Row] = []
    async with postgres() as running:
        machine.pin(load_core)
        setting = Setting(running, server_core, quick=quick)
        about = {"machine": machine.describe(), "commit": machine.commit()}
        async with chromium() as browser:
            print(f"Chromium {browser.browser.version} and the load on core {load_core}, server on core {server_core}")
            about["versions"] = {**machine.versions(running.version), "chromium": browser.browser.version}
            if "wall" in chosen:
                rows += await _wall(setting, browser)
            if "heap" in chosen:
                rows.append(await heap(setting, browser))
    for row in rows:
        report.show(row)
    if out is not None:
        report.write(rows, about, out, keep=len(chosen) < len(PARTS))
        print(f"\nwritten to {out}")
    return int(any(row.void is not None for row in rows))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ui", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help=f"one of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="short, to see that it works; writes no file")
    parser.add_argument("--out", type=Path, help="where to write (default bench/results-ui.json, with --quick nowhere)")
    given = parser.parse_args()
    if shutil.which(CHROMIUM) is None:
        sys.exit("The browser is Chromium, which is not installed: apt-get install chromium")
    out = given.out or (None if given.quick else RESULTS)
    sys.exit(asyncio.run(run(given.only or list(PARTS), out, quick=given.quick)))


if __name__ == "__main__":
    main()
