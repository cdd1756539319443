"""`python -m tests.bench`: every figure beside its limit, printed and written to bench/results.json.

For figures that mean something the machine must be quiet: rows that other load disturbed are measured again.
"""

import argparse
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from tests.bench import machine, report
from tests.bench.database import postgres
from tests.bench.history import history
from tests.bench.ingest import ingest
from tests.bench.measuring import Setting
from tests.bench.memory import memory
from tests.bench.report import Row
from tests.bench.restart import restart
from tests.bench.to_screen import to_screen


async def _one(row: Awaitable[Row]) -> list[Row]:
    return [await row]


MEASURES: dict[str, Callable[[Setting], Awaitable[list[Row]]]] = {
    "ingest_1": lambda setting: _one(ingest(setting, 1)),
    "ingest_20": lambda setting: _one(ingest(setting, 20)),
    "ingest_200": lambda setting: _one(ingest(setting, 200)),
    "to_screen": to_screen,
    "restart": lambda setting: _one(restart(setting)),
    "history": lambda setting: _one(history(setting)),
    "memory": lambda setting: _one(memory(setting)),
}
GIVES = {"alert_to_screen": "to_screen", "vitals_to_screen": "to_screen"}
"""Rows that are measured together."""


async def run(chosen: list[str], out: Path | None, *, quick: bool) -> int:
    """Measure; 1 when a row is void."""
    server_core, load_core = machine.cores()
    rows: list[Row] = []
    async with postgres() as running:
        # From here on: what this process starts shares the load's core, except PostgreSQL and the servers.
        machine.pin(load_core)
        about = {
            "machine": machine.describe(),
            "versions": machine.versions(running.version),
            "commit": machine.commit(),
        }
        print(
            f"server on core {server_core}, load on core {load_core}, PostgreSQL {running.version} where there is room"
        )
        setting = Setting(running, server_core, quick=quick)
        if quick:
            setting.seconds, setting.rounds, setting.tries = 2, 1, 1
        for name in chosen:
            for row in await MEASURES[name](setting):
                rows.append(row)
                report.show(row)
                sys.stdout.flush()
        if setting.disturbed:
            print(f"\nDisturbed all the same: {'; '.join(setting.disturbed)}")
    if out is not None:
        report.write(rows, about, out, keep=len(chosen) < len(MEASURES))
        print(f"\nwritten to {out}")
    return int(any(row.void is not None for row in rows))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    names = sorted({*MEASURES, *GIVES})
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=f"one of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="short windows, to see that it works; writes no file")
    parser.add_argument("--out", type=Path, help="where to write (default bench/results.json, with --quick nowhere)")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("The load comes from wrk, which is not installed: apt-get install wrk")
    wanted = {GIVES.get(name, name) for name in given.only or MEASURES}
    chosen = [name for name in MEASURES if name in wanted]
    out = given.out or (None if given.quick else report.RESULTS)
    sys.exit(uvloop.run(run(chosen, out, quick=given.quick)))


if __name__ == "__main__":
    main()
