"""The first run: an empty database, a code on the server's output, and the first admin at the end of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest_asyncio
from sqlalchemy import URL

from kat_monitor.clock import ManualClock, RealClock
from tests.api.chairside import good, paths, refused
from tests.server_fixtures import PASSWORD, START_US, Running, provision, start_server
from tests.store_fixtures import connect


def first(code: str | None, **changed: Any) -> dict[str, Any]:
    said = {"code": code, "clinic": "Harbour Clinic", "name": "Kim Novak", "username": "kim", "password": PASSWORD}
    return {**said, **changed}


@pytest_asyncio.fixture
async def empty(database: URL) -> AsyncIterator[Running]:
    made = await start_server(database, RealClock(), uuid4())
    yield made
    assert made.stop is not None
    await made.stop()


async def test_from_an_empty_database_to_the_first_shift(empty: Running) -> None:
    visitor = empty.client()
    assert good(await visitor.get("/setup")) == {"needed": True}
    assert (await visitor.get(f"{empty.url}/readyz")).status_code == 200
    assert (await visitor.get("/me")).status_code == 401
    assert empty.code is not None
    told = good(await visitor.post("/setup", json=first(empty.code.lower().replace("-", " "))), 201)
    assert told["user"]["roles"] == ["admin"]
    assert told["user"]["clinic"]["name"] == "Harbour Clinic"
    assert good(await visitor.get("/me"))["name"] == "Kim Novak"
    assert good(await visitor.get("/setup")) == {"needed": False}
    good(await visitor.post("/chairs", json={"label": "Chair 1"}), 201)
    assert [pack["code"] for pack in good(await visitor.get("/protocols"))]
    nurse = {"username": "robin", "name": "Robin Ashe", "roles": ["nurse"], "password": PASSWORD}
    good(await visitor.post("/users", json=nurse), 201)
    robin = empty.client()
    good(await robin.post("/login", json={"username": "robin", "password": PASSWORD}))
    good(await robin.post("/stations", json={"label": "Desk", "kind": "station"}), 201)
    good(await robin.post("/shifts", json={}), 201)
    (clinic,) = empty.server.pipeline.clinics.values()
    assert {clinic.people[id]: sorted(roles) for id, roles in clinic.roles.items()} == {
        "Kim Novak": ["admin"],
        "Robin Ashe": ["nurse"],
    }


async def test_it_is_kept_and_the_next_start_asks_for_nothing(database: URL) -> None:
    before = await start_server(database, RealClock(), uuid4())
    assert before.stop is not None
    good(await before.client().post("/setup", json=first(before.code)), 201)
    await before.stop()
    after = await start_server(database, RealClock(), uuid4())
    assert after.stop is not None
    assert after.code is None
    assert good(await after.client().get("/setup")) == {"needed": False}
    login = good(await after.client().post("/login", json={"username": "kim", "password": PASSWORD}))
    assert login["user"]["clinic"]["name"] == "Harbour Clinic"
    await after.stop()


async def test_an_unused_code_ends_with_its_server(database: URL) -> None:
    before = await start_server(database, RealClock(), uuid4())
    assert before.stop is not None
    await before.stop()
    after = await start_server(database, RealClock(), uuid4())
    assert after.stop is not None
    refused(await after.client().post("/setup", json=first(before.code)), 403, "wrong_code")
    assert len(after.server.pipeline.clinics) == 1
    good(await after.client().post("/setup", json=first(after.code)), 201)
    await after.stop()


async def test_a_wrong_code_makes_nobody_and_wrong_fields_are_named(empty: Running) -> None:
    visitor = empty.client()
    refused(await visitor.post("/setup", json=first("AAAA-AAAA-AAAA")), 403, "wrong_code")
    short = refused(await visitor.post("/setup", json=first(empty.code, password="short")), 422, "bad_value")
    assert paths(short) == ["password"]
    bad = refused(await visitor.post("/setup", json=first(empty.code, username="k m", clinic="")), 422, "bad_value")
    assert paths(bad) == ["clinic", "username"]
    assert "kat_login" not in visitor.cookies
    assert not empty.server.directory.users
    good(await visitor.post("/setup", json=first(empty.code)), 201)


async def test_wrong_codes_are_slowed(database: URL) -> None:
    clock = ManualClock(START_US)
    running = await start_server(database, clock, uuid4())
    assert running.stop is not None
    visitor = running.client()
    refused(await visitor.post("/setup", json=first("nope")), 403, "wrong_code")
    assert running.server.throttle.delay_s("account", "first run") > 0
    await running.stop()


async def test_two_at_once_make_one_admin(empty: Running) -> None:
    one, two = empty.client(), empty.client()
    answers = await asyncio.gather(
        one.post("/setup", json=first(empty.code)), two.post("/setup", json=first(empty.code, username="lee"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused(max(answers, key=lambda answer: answer.status_code), 409, "already_set_up")
    assert len(empty.server.directory.users) == 1
    refused(await two.post("/setup", json=first(empty.code)), 409, "already_set_up")


async def test_where_people_are_there_is_nothing_to_set_up(database: URL) -> None:
    running = await start_server(database, RealClock(), await provision(database))
    assert running.stop is not None
    assert running.code is None
    assert good(await running.client().get("/setup")) == {"needed": False}
    refused(await running.client().post("/setup", json=first("AAAA-AAAA-AAAA")), 409, "already_set_up")
    await running.stop()


async def test_a_commit_whose_answer_was_lost_is_found(empty: Running, database: URL) -> None:
    """Stored, but the server does not know it: trying again says so, and the person may log in."""
    visitor = empty.client()
    (clinic_id,) = empty.server.pipeline.clinics
    sql = await connect(database)
    hashed = empty.server.passwords.hash_now(PASSWORD)
    await sql.execute("UPDATE clinic SET name = 'Harbour Clinic'")
    await sql.execute(
        "INSERT INTO account (clinic_id, id, username, name, roles, password_hash, created_at) "
        "VALUES ($1, $2, 'kim', 'Kim Novak', '{admin}', $3, 0)",
        *(clinic_id, uuid4(), hashed),
    )
    await sql.close()
    refused(await visitor.post("/setup", json=first(empty.code)), 409, "already_set_up")
    login = good(await visitor.post("/login", json={"username": "kim", "password": PASSWORD}))
    assert login["user"]["clinic"]["name"] == "Harbour Clinic"
