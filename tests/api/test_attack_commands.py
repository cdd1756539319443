"""The first clinic and the first account are named on the command line: as strictly as through the door."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import URL
from typer.testing import CliRunner

from kat_monitor.cli import app
from kat_monitor.clock import RealClock
from kat_monitor.store.errors import StartRefused
from tests.server_fixtures import PEOPLE, provision, start_server
from tests.store_fixtures import connect


async def run(database: URL, *arguments: str) -> StartRefused | None:
    """The refusal of a command; None when it was done."""
    settings = {"KAT_DATABASE_URL": database.render_as_string(hide_password=False)}
    result = await asyncio.to_thread(CliRunner(env=settings).invoke, app, list(arguments))
    if isinstance(result.exception, StartRefused):
        return result.exception
    assert result.exit_code == 0, (result.output, result.exception)
    return None


@pytest.mark.parametrize("name", ["", "  ", "a\x01b", "a\nb", "x" * 201])
async def test_a_clinic_has_a_name_that_a_screen_can_show(database: URL, name: str) -> None:
    refusal = await run(database, "create-clinic", name)
    assert refusal is not None
    assert refusal.code == "bad_value"


async def test_an_admin_is_named_as_the_door_would_have_it(database: URL) -> None:
    assert await run(database, "create-clinic", "South") is None
    for username, name in (("", "Kim"), ("kim kim", "Kim"), ("kim", ""), ("kim", "K\x00im")):
        refusal = await run(database, "create-admin", "--username", username, "--name", name)
        assert refusal is not None
        assert refusal.code == "bad_value"
    assert await run(database, "create-admin", "--username", "kim", "--name", "Kim") is None


async def test_a_clinic_that_serve_made_gets_the_name(database: URL) -> None:
    running = await start_server(database, RealClock(), uuid4())
    assert running.stop is not None
    await running.stop()
    assert await run(database, "create-clinic", "South") is None
    assert await run(database, "create-clinic", "North") is None
    sql = await connect(database)
    names = [row["name"] for row in await sql.fetch("SELECT name FROM clinic ORDER BY name")]
    await sql.close()
    assert names == ["North", "South"]


async def test_a_username_is_taken_in_every_clinic_whatever_its_case(database: URL) -> None:
    clinic = await provision(database)
    taken = next(iter(PEOPLE)).upper()
    refusal = await run(database, "create-admin", "--username", taken, "--name", "Kim", "--clinic", str(clinic))
    assert refusal is not None
    assert (refusal.code, taken in refusal.detail) == ("username_taken", True)
