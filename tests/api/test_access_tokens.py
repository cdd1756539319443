"""Programs that act for a person: scoped, revocable, over when the person is."""

from tests.api.doors import START, Doors, make


async def test_a_token_is_shown_once_and_acts_for_its_person(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    made = await make(nurse, "/tokens", {"label": "spreadsheet"})
    listed = (await nurse.get("/api/v1/tokens")).json()
    assert listed == [{name: made[name] for name in ("id", "label", "roles", "created_at", "expires_at")}]
    program = await doors.visitor(authorization=f"Bearer {made['secret']}")
    assert (await program.get("/api/v1/me")).json()["username"] == "nurse-north"
    patient = {"mrn": "1", "name": "Ada", "birth_date": "1980-01-01"}
    assert (await program.post("/api/v1/patients", json=patient)).status_code == 201


async def test_a_token_has_some_of_the_roles_and_never_more_than_its_person(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    made = await make(admin, "/users", {"username": "both", "name": "Both", "roles": ["nurse", "admin"]})
    both = await doors.visitor()
    login = {"username": "both", "password": made["password"]}
    assert (await both.post("/api/v1/login", json=login)).status_code == 200
    token = await make(both, "/tokens", {"label": "admin only", "roles": ["admin"]})
    assert (await both.post("/api/v1/tokens", json={"label": "x", "roles": ["clinician"]})).status_code == 422
    program = await doors.visitor(authorization=f"Bearer {token['secret']}")
    assert (await program.post("/api/v1/chairs", json={"label": "Chair"})).status_code == 201
    patient = {"mrn": "1", "name": "Ada", "birth_date": "1980-01-01"}
    assert (await program.post("/api/v1/patients", json=patient)).status_code == 403
    assert (await admin.patch(f"/api/v1/users/{made['id']}", json={"roles": ["nurse"]})).status_code == 200
    assert (await program.post("/api/v1/chairs", json={"label": "Chair"})).status_code == 403, "the role is gone"


async def test_a_token_makes_no_tokens(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    secret = (await make(nurse, "/tokens", {"label": "leaked"}))["secret"]
    program = await doors.visitor(authorization=f"Bearer {secret}")
    answer = await program.post("/api/v1/tokens", json={"label": "another"})
    assert (answer.status_code, answer.json()["code"]) == (403, "login_needed")


async def test_a_revoked_token_is_refused_at_once(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    made = await make(nurse, "/tokens", {"label": "script"})
    program = await doors.visitor(authorization=f"Bearer {made['secret']}")
    other = await doors.log_in("clinician")
    assert (await other.delete(f"/api/v1/tokens/{made['id']}")).status_code == 404, "another person's"
    assert (await program.get("/api/v1/me")).status_code == 200
    assert (await nurse.delete(f"/api/v1/tokens/{made['id']}")).status_code == 204
    assert (await program.get("/api/v1/me")).status_code == 401
    assert (await nurse.get("/api/v1/tokens")).json() == []


async def test_a_token_ends_when_it_says(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    past = await nurse.post("/api/v1/tokens", json={"label": "x", "expires_at": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["errors"][0]["path"]) == (422, "expires_at")
    assert START == 1_795_000_000_000_000
    secret = (await make(nurse, "/tokens", {"label": "x", "expires_at": "2026-11-18T11:06:41Z"}))["secret"]
    program = await doors.visitor(authorization=f"Bearer {secret}")
    assert (await program.get("/api/v1/me")).status_code == 200
    doors.clock.later(600)
    assert (await program.get("/api/v1/me")).status_code == 401


async def test_a_gateway_key_opens_only_the_gateways_doors(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    gateway = await make(admin, "/gateways", {"label": "Room 2"})
    program = await doors.visitor(authorization=f"Bearer {gateway['key']}")
    beat = {"sent_at": "2026-11-18T10:26:40Z", "queued": 3}
    assert (await program.post("/api/v1/gateways/heartbeat", json=beat)).status_code == 204
    state = doors.parts.pipeline.clinics[doors.clinics["north"]].gateways
    assert [(s.queued, s.last_heard_wall) for s in state.values()] == [(3, START)]
    for path in ("/me", "/chairs", "/patients", "/gateways", "/tokens"):
        assert (await program.get(f"/api/v1{path}")).status_code == 403, path
    assert "key" not in (await admin.get("/api/v1/gateways")).json()[0]
    assert (await admin.delete(f"/api/v1/gateways/{gateway['id']}")).status_code == 204
    assert (await program.post("/api/v1/gateways/heartbeat", json=beat)).status_code == 401
    assert (await admin.get("/api/v1/gateways")).json() == []


async def test_a_heartbeat_may_say_more_but_not_less(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    key = (await make(admin, "/gateways", {"label": "Room 2"}))["key"]
    program = await doors.visitor(authorization=f"Bearer {key}")
    beat = {"sent_at": "2026-11-18T11:06:40Z", "queued": 0, "battery": 80}
    assert (await program.post("/api/v1/gateways/heartbeat", json=beat)).status_code == 204
    for bad in (
        {},
        {"sent_at": "2026-11-18T11:06:40"},
        {"sent_at": "x"},
        {**beat, "queued": 5, "sent_at": "1999-12-31T23:59:59Z"},
        {**beat, "queued": 5, "sent_at": "2100-01-02T00:00:00Z"},
        {**beat, "queued": -1},
        {**beat, "queued": 1.5},
    ):
        assert (await program.post("/api/v1/gateways/heartbeat", json=bad)).status_code == 422, bad
    (state,) = doors.parts.pipeline.clinics[doors.clinics["north"]].gateways.values()
    assert (state.queued, state.offset_us, state.skew_us) == (0, 0, 0), "what was refused changed nothing"


async def test_how_much_a_gateway_holds_is_seen(doors: Doors) -> None:
    admin = await doors.log_in("admin")
    for label, queued in (("Room 2", 3), ("Room 3", 40)):
        key = (await make(admin, "/gateways", {"label": label}))["key"]
        beat = {"sent_at": "2026-11-18T11:06:40Z", "queued": queued}
        program = await doors.visitor(authorization=f"Bearer {key}")
        assert (await program.post("/api/v1/gateways/heartbeat", json=beat)).status_code == 204
    shown = (await admin.get("/api/v1/gateways")).json()
    assert sorted((gateway["label"], gateway["queued"]) for gateway in shown) == [("Room 2", 3), ("Room 3", 40)]
    assert "kat_gateways_queued 43.0" in (await (await doors.visitor()).get("/metrics")).text
