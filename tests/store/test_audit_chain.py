"""`kat-monitor check` finds what was done to the audit trail behind the program's back."""

import io
from uuid import UUID

import asyncpg
import pytest
from rich.console import Console
from sqlalchemy import URL

from kat_monitor.clock import ManualClock
from kat_monitor.history.checks import run_checks
from kat_monitor.settings import Settings
from tests.server_fixtures import START_US, provision, start_server


async def works(database: URL, clinic: UUID, chairs: int) -> None:
    """A server that is started, used and stopped: one row for each login and chair."""
    running = await start_server(database, ManualClock(START_US), clinic)
    admin = await running.as_("admin")
    for number in range(chairs):
        answer = await admin.post("/chairs", json={"label": f"Chair {number}"})
        assert answer.status_code == 201, answer.text
    assert running.stop is not None
    await running.stop()


async def checked(database: URL) -> tuple[int, str]:
    """How many verdicts are bad, and what is said of the trail."""
    console = Console(file=io.StringIO(), width=200)
    bad = await run_checks(Settings(), database, console)
    assert isinstance(console.file, io.StringIO)
    (line,) = [line for line in console.file.getvalue().splitlines() if line.strip().startswith("audit trail")]
    return bad, line


DEEDS = {
    "UPDATE audit SET action = 'nothing' WHERE number = 3": "broken at row 3",
    "UPDATE audit SET details = '{\"a\": 1}' WHERE number = 6": "broken at row 6",
    "DELETE FROM audit WHERE number = 3": "broken at row 4",
    "DELETE FROM audit WHERE number = 1": "broken at row 2",
    "DELETE FROM audit WHERE number > 4": "4 rows, but it ended at row 6",
    "DELETE FROM audit": "0 rows, but it ended at row 6",
    "DELETE FROM meta WHERE key = 'audit_head'": "6 rows, but nothing says which was the last",
}


@pytest.mark.parametrize(("deed", "said"), DEEDS.items())
async def test_what_was_done_to_it_is_said(database: URL, sql: asyncpg.Connection, deed: str, said: str) -> None:
    await works(database, await provision(database), 5)
    assert "6 rows, unbroken, ends in " in (await checked(database))[1]

    await sql.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
    await sql.execute(deed)

    bad, line = await checked(database)
    assert bad == 1
    assert said in line


async def test_going_on_does_not_cover_up_what_is_gone(database: URL, sql: asyncpg.Connection) -> None:
    clinic = await provision(database)
    await works(database, clinic, 5)
    await sql.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
    await sql.execute("DELETE FROM audit WHERE number > 4")

    await works(database, clinic, 2)

    bad, line = await checked(database)
    assert bad == 1
    assert "broken at row 7" in line


async def test_an_untouched_trail_goes_on_unbroken(database: URL) -> None:
    clinic = await provision(database)
    assert "0 rows, unbroken" in (await checked(database))[1]
    await works(database, clinic, 2)
    await works(database, clinic, 1)
    bad, line = await checked(database)
    assert bad == 0
    assert "5 rows, unbroken" in line
