"""Who comes in with a password, for how long, and how they are shut out."""

import httpx
from sqlalchemy import URL, select

from kat_monitor.access.logins import IDLE_US, LASTS_US, MOST_LOGINS
from kat_monitor.store import tables
from tests.api.doors import ORIGIN, PASSWORD, START, Doors, make, open_doors
from tests.store_fixtures import connect


async def log_in(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/v1/login", json={"username": username, "password": password})


async def test_a_login_is_a_cookie_no_script_and_no_other_site_can_use(doors: Doors) -> None:
    client = await doors.visitor()
    answer = await log_in(client, "nurse-north")
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("kat_login=katl_")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    me = (await client.get("/api/v1/me")).json()
    assert me == answer.json()["user"]
    assert (me["username"], me["roles"], me["clinic"]["name"]) == ("nurse-north", ["nurse"], "north")


async def test_the_cookie_is_secure_where_the_settings_say_so(doors: Doors) -> None:
    secure = doors.parts.settings.model_copy(update={"cookie_secure": True})
    object.__setattr__(doors.parts, "settings", secure)
    answer = await log_in(await doors.visitor(), "nurse-north")
    assert "Secure" in answer.headers["set-cookie"].split("; ")


async def test_the_record_holds_no_secret(doors: Doors, database: URL) -> None:
    client = await doors.log_in("admin")
    cookie = client.cookies["kat_login"]
    token = (await make(client, "/tokens", {"label": "script"}))["secret"]
    key = (await make(client, "/gateways", {"label": "gateway"}))["key"]
    sql = await connect(database)
    for table in (tables.login, tables.token, tables.gateway, tables.account, tables.audit):
        text = str([tuple(row) for row in await sql.fetch(str(select(table)))])
        assert text != "[]"
        for secret in (cookie, token, key, PASSWORD):
            assert secret not in text
            assert repr(secret.encode())[2:-1] not in text
    await sql.close()


async def test_a_wrong_password_an_unknown_name_and_a_closed_account_look_alike(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    nurse = doors.parts.directory.user_named("nurse-north")
    assert nurse is not None
    assert (await admin.patch(f"/api/v1/users/{nurse.id}", json={"active": False})).status_code == 200
    client = await doors.visitor()
    answers = [
        await log_in(client, "clinician-north", "wrong horse battery staple"),
        await log_in(client, "nobody-at-all"),
        await log_in(client, "nurse-north"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert "set-cookie" not in answers[0].headers


async def test_wrong_passwords_are_slowed_and_the_right_one_still_works(doors: Doors) -> None:
    client = await doors.visitor()
    for _ in range(6):
        assert (await log_in(client, "nurse-north", "guess")).status_code == 401
    assert doors.clock.slept == [0.25, 0.5, 1.0, 2.0, 4.0]
    assert (await log_in(client, "nurse-north")).status_code == 200
    assert doors.clock.slept[-1] == 8.0
    assert (await log_in(client, "nurse-north")).status_code == 200
    assert len(doors.clock.slept) == 6, "forgiven"


async def test_wrong_tokens_are_slowed(doors: Doors) -> None:
    client = await doors.visitor(authorization="Bearer katt_guess")
    for _ in range(3):
        assert (await client.get("/api/v1/me")).status_code == 401
    assert doors.clock.slept == [0.25, 0.5, 1.0]


async def test_logging_out_ends_the_login_on_the_server(doors: Doors) -> None:
    client = await doors.log_in("nurse")
    stolen = client.cookies["kat_login"]
    assert (await client.post("/api/v1/logout")).status_code == 204
    thief = await doors.visitor(cookie=f"kat_login={stolen}")
    assert (await thief.get("/api/v1/me")).status_code == 401


async def test_a_login_ends_after_twelve_hours_however_busy(doors: Doors) -> None:
    client = await doors.log_in("nurse")
    for _ in range(LASTS_US // (10 * 60 * 1_000_000) - 1):
        doors.clock.later(600)
        assert (await client.get("/api/v1/chairs")).status_code == 200
    doors.clock.later(600)
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_an_idle_login_locks_to_what_a_wallboard_sees(doors: Doors) -> None:
    client = await doors.log_in("nurse")
    doors.clock.later(IDLE_US / 1_000_000 - 1)
    assert (await client.get("/api/v1/patients")).status_code == 200, "this was activity"
    doors.clock.later(IDLE_US / 1_000_000 - 1)
    assert (await client.get("/api/v1/me")).json()["locked"] is False
    doors.clock.later(1)
    assert (await client.get("/api/v1/me")).json()["locked"] is True, "asking who one is is no activity"
    answer = await client.get("/api/v1/patients")
    assert (answer.status_code, answer.json()["code"]) == (401, "login_locked")
    assert (await client.get("/api/v1/me")).json()["locked"] is True, "a refused request unlocks nothing"
    assert (await log_in(client, "nurse-north")).status_code == 200
    assert (await client.get("/api/v1/patients")).status_code == 200


async def test_what_a_page_reads_by_itself_does_not_keep_an_abandoned_login_open(doors: Doors) -> None:
    client = await doors.log_in("nurse")
    for _ in range(2):
        doors.clock.later(IDLE_US / 2_000_000)
        answer = await client.get("/api/v1/patients", headers={"Kat-Unattended": "1"})
    assert (answer.status_code, answer.json()["code"]) == (401, "login_locked")


async def test_a_restart_keeps_logins_and_does_not_lock_who_was_busy(database: URL) -> None:
    async with open_doors(database) as before:
        client = await before.log_in("nurse")
        before.clock.later(14 * 60)
        assert (await client.get("/api/v1/chairs")).status_code == 200
        cookie = client.cookies["kat_login"]
        away = await before.log_in("clinician")
        assert (await away.post("/api/v1/logout")).status_code == 204
        gone = away.cookies.get("kat_login")
        assert gone is None
    async with open_doors(database, found=False, at=START + 20 * 60 * 1_000_000) as after:
        client = await after.visitor(cookie=f"kat_login={cookie}")
        assert (await client.get("/api/v1/me")).json()["locked"] is False
        assert (await client.get("/api/v1/patients")).status_code == 200


async def test_a_new_password_or_a_closed_account_ends_every_login_and_token(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    for number, change in enumerate(({"password": "another correct horse"}, {"active": False})):
        client = await doors.visitor()
        made = await make(admin, "/users", {"username": f"person-{number}", "name": "P", "roles": ["nurse"]})
        assert (await log_in(client, made["username"], made["password"])).status_code == 200
        token = (await make(client, "/tokens", {"label": "script"}))["secret"]
        program = await doors.visitor(authorization=f"Bearer {token}")
        assert (await program.get("/api/v1/me")).status_code == 200
        assert (await admin.patch(f"/api/v1/users/{made['id']}", json=change)).status_code == 200
        assert (await client.get("/api/v1/me")).status_code == 401
        assert (await program.get("/api/v1/me")).status_code == 401
        assert (await log_in(client, made["username"], made["password"])).status_code == 401


async def test_logins_of_one_person_are_bounded(doors: Doors) -> None:
    clients = []
    for _ in range(MOST_LOGINS + 1):
        clients.append(await doors.log_in("nurse"))
        doors.clock.later(1)
    assert (await clients[0].get("/api/v1/me")).status_code == 401
    assert (await clients[1].get("/api/v1/me")).status_code == 200


async def test_another_sites_page_may_not_act_with_the_cookie(doors: Doors) -> None:
    client = await doors.log_in("admin")
    body = {"label": "Chair"}
    for origin in ("https://evil.example", "null", "", f"{ORIGIN}.evil.example", "http://clinic.test:99"):
        answer = await client.post("/api/v1/chairs", json=body, headers={"origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), origin
    del client.headers["origin"]
    answer = await client.post("/api/v1/chairs", json=body, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert (await client.post("/api/v1/chairs", json=body)).status_code == 201, "a program that carries a cookie"
    assert (await client.get("/api/v1/chairs", headers={"origin": "https://evil.example"})).status_code == 200


async def test_an_origin_of_the_settings_may_act(database: URL) -> None:
    async with open_doors(database, allowed_origins=("https://wall.example",)) as doors:
        client = await doors.log_in("admin")
        answer = await client.post("/api/v1/chairs", json={"label": "C"}, headers={"origin": "https://wall.example"})
        assert answer.status_code == 201


async def test_case_of_the_username_does_not_matter(doors: Doors) -> None:
    assert (await log_in(await doors.visitor(), "NURSE-North")).status_code == 200
