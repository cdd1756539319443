"""No list ends in silence: what does not fit is announced by `Link`, and following it finds everything once."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState
from kat_monitor.domain.vitals import Priority
from kat_monitor.store.batch import Batch
from tests.api.chairside import good, make, plan, refused
from tests.server_fixtures import MINUTE, PASSWORD, START_US, Running


async def pages(client: httpx.AsyncClient, path: str) -> list[list[Any]]:
    """Every page from here to the last, by the server's own links."""
    found, url = [], path
    while url:
        answer = await client.get(url)
        found.append(good(answer))
        url = str(answer.url.join(answer.links["next"]["url"])) if "next" in answer.links else ""
    return found


async def test_patients_of_one_name_are_each_found_once(manual: Running) -> None:
    nurse = await manual.as_("nurse")
    names = ["Kim", "Ana", "Kim", "Zoe", "Kim"]
    for number, name in enumerate(names):
        await make(nurse, "/patients", mrn=f"mrn {number}", name=name, birth_date="1980-05-17")
    whole = await nurse.get("/patients")
    assert "link" not in whole.headers, "all fit"
    for limit in (1, 2, 5):
        found = await pages(nurse, f"/patients?limit={limit}")
        assert [person for page in found for person in page] == whole.json()
        assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
        assert len(found) == -(-5 // limit)
    searched = await nurse.get("/patients", params={"q": "Kim", "limit": 2})
    cursor = httpx.URL(searched.links["next"]["url"]).params["cursor"]
    assert cursor == searched.json()[-1]["id"], "nothing about a patient in it"
    assert [len(page) for page in await pages(nurse, "/patients?q=Kim&limit=2")] == [2, 1]


async def test_more_patients_than_one_answer_holds(manual: Running) -> None:
    nurse = await manual.as_("nurse")
    for number in range(201):
        await make(nurse, "/patients", mrn=str(number), name=f"P {number:03}", birth_date="1980-05-17")
    found = await pages(nurse, "/patients")
    assert [len(page) for page in found] == [200, 1]
    assert len({person["id"] for page in found for person in page}) == 201


async def test_alerts_page_from_newest_to_oldest(manual: Running) -> None:
    side = await plan(manual)
    await side.dosed()
    await manual.server.writer.commit(alerts_of(manual, side.session_id, 5))
    whole = await side.nurse.get("/alerts", params={"priority": "high"})
    assert "link" not in whole.headers
    expected = whole.json()
    for limit in (1, 2, len(expected)):
        found = await pages(side.nurse, f"/alerts?priority=high&limit={limit}")
        assert [alert for page in found for alert in page] == expected
    assert all(
        a["priority"] == "high" for page in await pages(side.nurse, "/alerts?priority=high&limit=2") for a in page
    )


async def test_a_cursor_nobody_gave_is_refused(manual: Running) -> None:
    side = await plan(manual)
    other = side.patient["id"][:-1] + ("0" if side.patient["id"][-1] != "0" else "1")
    for path in ("/patients", "/alerts"):
        for cursor in ("x", "", other, "é"):
            problem = refused(await side.nurse.get(path, params={"cursor": cursor}), 422, "bad_value")
            assert [error["path"] for error in problem["errors"]] == ["cursor"]
        for limit in ("0", "-1", "1001", "x"):
            refused(await side.nurse.get(path, params={"limit": limit}), 422, "bad_value")


def alerts_of(running: Running, session_id: str, count: int) -> Batch:
    """`count` high alerts, three of them opened at one moment."""
    batch = Batch()
    for number in range(count):
        alert = Alert(
            id=uuid4(),
            clinic_id=running.clinic_id,
            session_id=UUID(session_id),
            chair_id=None,
            limit="systolic_high",
            source="nibp",
            kind=AlertKind.PHYSIOLOGICAL,
            priority=Priority.HIGH,
            limit_priority=Priority.HIGH,
            state=AlertState.CLOSED,
            opened_at=START_US - max(number, 2) * MINUTE,
            raised_at=START_US,
        )
        batch.alerts[alert.id] = alert
    return batch


async def enrolled(running: Running, label: str) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    browser = running.client()
    good(await browser.post("/login", json={"username": "nurse", "password": PASSWORD}))
    return browser, await make(browser, "/stations", label=label, kind="station")


async def test_stations_in_use_come_before_retired_ones_and_all_of_them_by_pages(manual: Running) -> None:
    made = {}
    for label in ("Old A", "Desk", "Old B"):
        browser, made[label] = await enrolled(manual, label)
        if label.startswith("Old"):
            await manual.advance(1)
            good(await browser.patch(f"/stations/{made[label]['id']}", json={"retired": True}))
    nurse = await manual.as_("nurse")
    whole = await nurse.get("/stations")
    assert [one["label"] for one in good(whole)] == ["Desk", "Old B", "Old A"], "newest retired first"
    assert "link" not in whole.headers
    for limit in (1, 2, 3):
        found = await pages(nurse, f"/stations?limit={limit}")
        assert [one["id"] for page in found for one in page] == [one["id"] for one in whole.json()]
        assert max(map(len, found)) == limit
    refused(await nurse.get("/stations", params={"cursor": str(uuid4())}), 422, "bad_value")
    refused(await nurse.get("/stations", params={"limit": 201}), 422, "bad_value")


async def test_shifts_checks_and_versions_come_by_pages(manual: Running) -> None:
    nurse, clinician = await manual.as_("nurse"), await manual.as_("clinician")
    ids = []
    for _ in range(3):
        ids.append((await make(nurse, "/shifts"))["id"])
        await make(nurse, "/opening-checks", answers=dict.fromkeys(ITEMS, "yes"))
        await manual.advance(60)
        good(await nurse.post(f"/shifts/{ids[-1]}/end", json={}))
    toml = good(await clinician.get("/protocols/iv_infusion"))["toml"]
    for number in range(3):
        await make(clinician, "/protocols", toml=f"{toml}\n# {number}\n")
    for path, key, expected in (
        (f"/shifts?from={start_of(manual)}", "id", ids),
        ("/opening-checks", "id", None),
        ("/protocols/iv_infusion/versions", "version", [4, 3, 2, 1]),
    ):
        joined = "&" if "?" in path else "?"
        whole = await nurse.get(path)
        all_of_it = [one[key] for one in good(whole)]
        assert expected is None or all_of_it == expected
        assert len(all_of_it) >= 3
        assert "link" not in whole.headers
        for limit in (1, 2, 3):
            found = await pages(nurse, f"{path}{joined}limit={limit}")
            assert [one[key] for page in found for one in page] == all_of_it, path
            assert max(map(len, found)) == limit
        refused(await nurse.get(f"{path}{joined}cursor=x"), 422, "bad_value")


ITEMS = ("sound_heard", "oxygen", "suction", "resuscitation_bag", "rescue_medicines_in_date")


def start_of(running: Running) -> str:
    """A day ago, as a query says it."""
    return running.now(24 * 3600).replace("+", "%2B")
