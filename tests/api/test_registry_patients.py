"""Patients and protocol versions: found, changed, never doubled."""

from tests.api.doors import Doors, make

ADA = {"mrn": "4711", "name": "Ada Lovelace", "birth_date": "1980-02-28", "sex": "female"}


async def test_a_patient_is_found_by_parts_of_name_or_number(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    ada = await make(nurse, "/patients", ADA)
    bob = await make(nurse, "/patients", {"mrn": "10_0%", "name": "Bob %", "birth_date": "1970-01-01"})
    assert ada == {**ADA, "id": ada["id"]}
    assert bob["sex"] is None
    for query, found in (
        ("", [ada, bob]),
        ("?q=", [ada, bob]),
        ("?q=love", [ada]),
        ("?q=471", [ada]),
        ("?q=%25", [bob]),
        ("?q=_", [bob]),
        ("?q=nobody", []),
    ):
        assert (await nurse.get(f"/api/v1/patients{query}")).json() == found, query
    assert (await nurse.get(f"/api/v1/patients/{ada['id']}")).json() == ada


async def test_a_record_number_is_one_patients(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    ada = await make(nurse, "/patients", ADA)
    bob = await make(nurse, "/patients", {**ADA, "mrn": "2", "name": "Bob"})
    again = await nurse.post("/api/v1/patients", json=ADA)
    assert (again.status_code, again.json()["code"]) == (409, "mrn_taken")
    taken = await nurse.patch(f"/api/v1/patients/{bob['id']}", json={"mrn": "4711"})
    assert (taken.status_code, taken.json()["code"]) == (409, "mrn_taken")
    own = await nurse.patch(f"/api/v1/patients/{ada['id']}", json={"mrn": "4711", "sex": None})
    assert own.json() == {**ada, "sex": None}
    answers = await doors.at_once([(nurse, "POST", "/patients", {**ADA, "mrn": "3"})] * 2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len((await nurse.get("/api/v1/patients")).json()) == 3


async def test_a_change_keeps_who_the_patient_was_before(doors: Doors) -> None:
    nurse, clinician = await doors.log_in("nurse"), await doors.log_in("clinician")
    ada = await make(nurse, "/patients", ADA)
    here = f"/api/v1/patients/{ada['id']}"
    assert (await nurse.get(f"{here}/history")).json() == []
    assert (await nurse.patch(here, json={"name": "Ada King", "sex": "female"})).status_code == 200
    doors.clock.later(60)
    assert (await clinician.patch(here, json={"birth_date": "1980-02-29", "mrn": "4712"})).status_code == 200
    assert (await nurse.patch(here, json={"name": "Ada King"})).status_code == 200, "says nothing new"
    history = (await nurse.get(f"{here}/history")).json()
    assert [{name: row[name] for name in ADA} for row in history] == [ADA, {**ADA, "name": "Ada King"}]
    people = [(await client.get("/api/v1/me")).json() for client in (nurse, clinician)]
    assert [row["changed_by"] for row in history] == [person["id"] for person in people]
    assert [row["changed_by_name"] for row in history] == [person["name"] for person in people]
    assert history[0]["changed_at"] < history[1]["changed_at"]
    assert (await nurse.get(here)).json()["birth_date"] == "1980-02-29"


async def test_changes_at_once_are_each_kept(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    ada = await make(nurse, "/patients", ADA)
    names = [f"Ada {n}" for n in range(5)]
    patches = [(nurse, "PATCH", f"/patients/{ada['id']}", {"name": name}) for name in names]
    answers = await doors.at_once(patches)
    assert [answer.status_code for answer in answers] == [200] * 5
    history = (await nurse.get(f"/api/v1/patients/{ada['id']}/history")).json()
    last = (await nurse.get(f"/api/v1/patients/{ada['id']}")).json()["name"]
    assert history[0]["name"] == ADA["name"]
    assert sorted([*(row["name"] for row in history[1:]), last]) == names


async def test_a_protocol_gets_versions_that_never_change(doors: Doors) -> None:
    clinician = await doors.log_in("clinician")
    first = (await clinician.get("/api/v1/protocols/iv_infusion")).json()
    assert first["version"] == 1
    assert set(first) >= {"code", "version", "hash", "toml", "limits", "timetable", "screening"}
    assert set(first["screening"][0]) == {"item", "text", "level", "stops_on"}
    changed = first["toml"] + "\n# signed again\n"
    answer = await clinician.post("/api/v1/protocols", content=changed.encode())
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    same = await clinician.post("/api/v1/protocols", json={"toml": changed})
    assert (same.status_code, same.json()) == (200, answer.json())
    back = await clinician.post("/api/v1/protocols", json={"toml": first["toml"]})
    assert (back.status_code, back.json()["version"]) == (201, 3), "an older text again is a newer version"
    assert (await clinician.get("/api/v1/protocols/iv_infusion/versions/1")).json() == first
    assert (await clinician.get("/api/v1/protocols/iv_infusion/versions/2")).json() == answer.json()
    assert (await clinician.get("/api/v1/protocols/iv_infusion")).json()["version"] == 3
    listed = {p["code"]: p["version"] for p in (await clinician.get("/api/v1/protocols")).json()}
    assert listed == {"iv_infusion": 3, "im_injection": 1, "nasal_esketamine": 1, "sublingual": 1}
    for missing in ("nothing", "iv_infusion/versions/4", "iv_infusion/versions/0", "iv_infusion/versions/x"):
        assert (await clinician.get(f"/api/v1/protocols/{missing}")).status_code == 404


async def test_a_protocol_without_its_red_limits_is_not_stored(doors: Doors) -> None:
    clinician = await doors.log_in("clinician")
    toml = (await clinician.get("/api/v1/protocols/iv_infusion")).json()["toml"]
    answer = await clinician.post("/api/v1/protocols", json={"toml": toml.replace("value = 91.0 ", "value = 88.0 ")})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_protocol")
    (error,) = answer.json()["errors"]
    assert (error["path"], error["code"]) == ("limit", "red_limit_missing")
    assert "spo2, kind below, value at least 91" in error["detail"]
    assert (await clinician.get("/api/v1/protocols/iv_infusion")).json()["version"] == 1
