"""Six digits that sign: how they are set, how often they may be wrong, and what forgives that."""

import asyncio
from urllib.parse import quote
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import URL

from tests.api.desk import API, PIN, PINS, Ward, good, open_ward, refused
from tests.api.doors import PASSWORD, START, Doors, open_doors
from tests.store_fixtures import connect

NOTE = {"kind": "note", "text": "feels warm"}
MEDICINE = {"kind": "medication", "drug": "ondansetron", "amount": 4, "unit": "mg", "route": "iv"}


@pytest_asyncio.fixture
async def ward(doors: Doors) -> Ward:
    return await open_ward(doors)


# -- PINs --------------------------------------------------------------------------------------------------------------


async def test_five_wrong_pins_ask_for_the_password(ward: Ward) -> None:
    path = f"{ward.session}/events"
    for left in (4, 3, 2, 1, 0):
        wrong = ward.acts("ben", "112358")
        assert refused(await ward.post(path, MEDICINE, **wrong), 403, "wrong_pin")["left"] == left
    refused(await ward.post(path, MEDICINE, **ward.signs("ben")), 403, "password_required")
    # Others are not held up, and each further attempt had to wait longer.
    good(await ward.post(path, MEDICINE, **ward.signs("nurse-north")), 201)
    assert max(ward.doors.clock.slept) >= 2.0
    assert [details["failures"] for _, details in await ward.audited("pin.wrong")] == [1, 2, 3, 4, 5]

    good(await ward.post(path, MEDICINE, **ward.acts("ben", **{"Kat-Password": quote(PASSWORD)})), 201)
    good(await ward.post(path, MEDICINE, **ward.signs("ben")), 201)


async def test_a_login_or_joining_again_forgives_wrong_pins(ward: Ward) -> None:
    path = f"{ward.session}/events"

    async def spent() -> None:
        for _ in range(5):
            refused(await ward.post(path, MEDICINE, **ward.acts("ben", "112358")), 403, "wrong_pin")
        refused(await ward.post(path, MEDICINE, **ward.signs("ben")), 403, "password_required")

    await spent()
    good(await ward.post("/shifts", {"username": "ben", "password": PASSWORD}))
    good(await ward.post(path, MEDICINE, **ward.signs("ben")), 201)
    await spent()
    own = await ward.doors.visitor()
    good(await own.post(f"{API}/login", json={"username": "ben", "password": PASSWORD}))
    good(await ward.post(path, MEDICINE, **ward.signs("ben")), 201)


async def test_a_right_pin_begins_the_count_anew(ward: Ward) -> None:
    path = f"{ward.session}/events"
    for _ in range(3):
        for _ in range(2):
            refused(await ward.post(path, MEDICINE, **ward.acts("ben", "112358")), 403, "wrong_pin")
        good(await ward.post(path, MEDICINE, **ward.signs("ben")), 201)


async def test_many_guesses_at_once_are_no_more_than_five(ward: Ward) -> None:
    path = f"{API}{ward.session}/events"
    guesses = [ward.acts("ben", f"{number:06}") for number in range(220_011, 220_031)]
    sent = (ward.browser.post(path, json=MEDICINE, headers=guess) for guess in guesses)
    answers = await asyncio.gather(*sent)
    codes = [answer.json()["code"] for answer in answers]
    assert codes.count("wrong_pin") == 5
    assert codes.count("password_required") == 15


async def test_wrong_pins_count_while_nothing_can_be_recorded(ward: Ward, database: URL) -> None:
    path, pipeline = f"{ward.session}/events", ward.doors.parts.pipeline
    sql = await connect(database.set(database="postgres"))
    # Nobody is let in again, so that the writer stays away until the guesses are made.
    await sql.execute(f"ALTER DATABASE {database.database} WITH ALLOW_CONNECTIONS false")
    await sql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database.database)
    await asyncio.wait_for(pipeline.writer.lost.wait(), 5)
    for _ in range(5):
        assert (await ward.post(path, MEDICINE, **ward.acts("ben", "112358"))).status_code == 503
    refused(await ward.post(path, MEDICINE, **ward.signs("ben")), 403, "password_required")
    await sql.execute(f"ALTER DATABASE {database.database} WITH ALLOW_CONNECTIONS true")
    await sql.close()
    async with asyncio.timeout(10):
        while (await ward.browser.get("/readyz")).status_code != 200:
            await asyncio.sleep(0)
    good(await ward.post(path, MEDICINE, **ward.acts("ben", **{"Kat-Password": quote(PASSWORD)})), 201)
    good(await ward.post(path, MEDICINE, **ward.signs("ben")), 201)


async def test_a_restart_forgives_no_wrong_pin(database: URL) -> None:
    async with open_doors(database) as doors:
        ward = await open_ward(doors)
        for _ in range(5):
            refused(await ward.post(f"{ward.session}/events", NOTE, **ward.acts("ben", "112358")), 403, "wrong_pin")
        cookies = dict(ward.browser.cookies)
    async with open_doors(database, found=False, at=START + 60_000_000) as doors:
        browser = await doors.visitor()
        browser.cookies.update(cookies)
        path = f"{API}{ward.session}/events"
        refused(await browser.post(path, json=NOTE, headers=ward.signs("ben")), 403, "password_required")
        good(await browser.post(path, json=NOTE, headers=ward.signs("nurse-north")), 201)


@pytest.mark.parametrize("pin", ["000000", "123456", "654321", "890123", "210987", "121212", "775775"])
async def test_a_pin_that_is_guessed_first_is_none(doors: Doors, pin: str) -> None:
    nurse = await doors.log_in("nurse")
    answer = await nurse.put(f"{API}/me/pin", json={"password": PASSWORD, "pin": pin})
    assert refused(answer, 422, "weak_pin")["errors"][0]["path"] == "pin"
    assert pin not in answer.text


async def test_setting_a_pin_needs_the_password(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    answer = await nurse.put(f"{API}/me/pin", json={"password": "wrong horse", "pin": PIN})
    assert refused(answer, 422, "bad_value")["errors"][0]["path"] == "password"
    for wrong in ("12345", "1234567", "12a456", "\u0661\u0662\u0663\u0669\u0665\u0666", "270385\n"):
        answer = await nurse.put(f"{API}/me/pin", json={"password": PASSWORD, "pin": wrong})
        assert refused(answer, 422, "bad_value")["errors"][0]["path"] == "pin"
    good(await nurse.put(f"{API}/me/pin", json={"password": PASSWORD, "pin": PIN}), 204)


async def test_who_has_no_pin_signs_with_the_password(ward: Ward) -> None:
    admin = await ward.doors.log_in("admin")
    good(await admin.delete(f"{API}/users/{ward.people['ben']}/pin"), 204)
    people = {person["name"]: person["has_pin"] for person in (await ward.get("/stations/here"))["people"]}
    assert people == {"Nurse": True, "Ben Ito": False, "Clinician": True}
    refused(await ward.post(f"{ward.session}/events", MEDICINE, **ward.signs("ben")), 403, "no_pin")
    refused(await admin.delete(f"{API}/users/{uuid4()}/pin"), 404, "not_found")


async def test_a_pin_that_is_no_pin_is_not_counted(ward: Ward) -> None:
    for pin in ("1", "27038", "abcdef"):
        answer = await ward.post(f"{ward.session}/events", MEDICINE, **ward.acts("ben", pin))
        assert refused(answer, 422, "bad_value")["errors"][0]["path"] == "Kat-Pin"
    assert await ward.audited("pin.wrong") == []


async def test_a_new_password_ends_the_pin_and_a_closed_account_the_shift(ward: Ward) -> None:
    admin = await ward.doors.log_in("admin")
    path = f"{API}/users/{ward.people['ben']}"
    good(await admin.patch(path, json={"password": "another horse battery"}))
    refused(await ward.post(f"{ward.session}/events", NOTE, **ward.signs("ben")), 403, "no_pin")
    assert await ward.on() == ["Nurse", "Ben Ito", "Clinician"]
    good(await admin.patch(path, json={"active": False}))
    assert await ward.on() == ["Nurse", "Clinician"]
    good(await admin.patch(f"{API}/users/{ward.people['clinician-north']}", json={"roles": ["auditor"]}))
    assert await ward.on() == ["Nurse"]


async def test_no_pin_and_no_password_is_kept_or_said(ward: Ward) -> None:
    path = f"{ward.session}/events"
    password = quote(PASSWORD)
    answers = [
        await ward.post(path, MEDICINE, **ward.signs("ben")),
        await ward.post(path, MEDICINE, **ward.acts("ben", "112358")),
        await ward.post(path, MEDICINE, **ward.acts("ben", **{"Kat-Password": password})),
        await ward.browser.get(f"{API}/stations/here"),
    ]
    kept = await ward.doors.parts.reader.duty.pins(ward.doors.clinics["north"])
    audited = [await ward.audited(action) for action in ("pin.set", "pin.wrong", "RecordEvent", "shift.begin")]
    said = " ".join([*(answer.text for answer in answers), str(audited), repr(kept)])
    for secret in (*PINS.values(), "112358", PASSWORD, password, *(str(pin.pin_hash) for pin in kept)):
        assert secret not in said
    assert all(str(pin.pin_hash).startswith("$argon2") for pin in kept)
