"""What a new version of a protocol would change is told before it is stored; and who stored what, afterwards."""

from tests.api.chairside import refused
from tests.api.doors import Doors

BASE = "/api/v1/protocols"


async def test_a_dry_run_says_what_it_would_change_and_stores_nothing(doors: Doors) -> None:
    clinician = await doors.log_in("clinician")
    toml = (await clinician.get(f"{BASE}/iv_infusion")).json()["toml"]
    changed = toml.replace("dosing = 5.0 ", "dosing = 4.0 ")
    answer = await clinician.post(f"{BASE}?dry_run=true", json={"toml": changed})
    assert answer.status_code == 200
    assert answer.json() == {
        "code": "iv_infusion",
        "version_would_be": 2,
        "changes": [{"path": "timetable.interval_min.dosing", "before": 5.0, "after": 4.0}],
    }
    assert (await clinician.get(f"{BASE}/iv_infusion")).json()["version"] == 1
    # The clinics here have signed their first versions with another hash than the text's: the same text is a version.
    assert (await clinician.post(f"{BASE}?dry_run=true", json={"toml": toml})).json()["changes"] == []
    worse = toml.replace("peak_min = 40.0", "peak_min = 'x'")
    wrong = await clinician.post(f"{BASE}?dry_run=true", json={"toml": worse})
    assert any("line" in error["detail"] for error in refused(wrong, 422, "bad_protocol")["errors"])
    assert (await (await doors.log_in("nurse")).post(f"{BASE}?dry_run=true", json={"toml": toml})).status_code == 403


async def test_versions_say_who_stored_them_and_what_they_changed(doors: Doors) -> None:
    clinician, nurse = await doors.log_in("clinician"), await doors.log_in("nurse")
    toml = (await clinician.get(f"{BASE}/iv_infusion")).json()["toml"]
    changed = toml.replace("dosing = 5.0 ", "dosing = 4.0 ")
    assert (await clinician.post(BASE, json={"toml": changed})).status_code == 201
    assert (await clinician.post(f"{BASE}?dry_run=true", json={"toml": changed})).json()["version_would_be"] == 2
    newer, older = (await nurse.get(f"{BASE}/iv_infusion/versions")).json()
    assert (newer["version"], newer["by_name"], older["version"], older["by_name"]) == (2, "Clinician", 1, None)
    assert newer["hash"] != older["hash"]
    assert (await nurse.get(f"{BASE}/iv_infusion/versions/2/changes")).json() == [
        {"path": "timetable.interval_min.dosing", "before": 5.0, "after": 4.0}
    ]
    first = (await nurse.get(f"{BASE}/iv_infusion/versions/1/changes")).json()
    assert {"path": "code", "before": None, "after": "iv_infusion"} in first
    refused(await nurse.get(f"{BASE}/iv_infusion/versions/3/changes"), 404, "not_found")
    refused(await nurse.get(f"{BASE}/nothing/versions"), 404, "not_found")


async def test_another_clinics_versions_are_not_there(doors: Doors) -> None:
    clinician, south = await doors.log_in("clinician"), await doors.log_in("nurse", "south")
    toml = (await clinician.get(f"{BASE}/iv_infusion")).json()["toml"]
    assert (await clinician.post(BASE, json={"toml": toml + "\n# ours"})).status_code == 201
    assert [one["version"] for one in (await south.get(f"{BASE}/iv_infusion/versions")).json()] == [1]
    refused(await south.get(f"{BASE}/iv_infusion/versions/2/changes"), 404, "not_found")
