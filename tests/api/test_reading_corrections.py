"""What was measured is another session's than was decided: nothing is overwritten, and everything follows."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import URL

from kat_monitor.history.verify import verify
from kat_monitor.store.connect import Deadlines
from tests.api.chairside import Chairside, good, make, paths, plan, refused
from tests.scenarios.bedside import eventually
from tests.server_fixtures import SECOND, Running, start_server


@dataclass
class Ward:
    """Ada at chair 1, Bob at chair 2; the cuff called `stray` measures Bob but is entered as standing at chair 1."""

    ada: Chairside
    running: Running
    bob: str
    chair2: str
    stray: str
    seq: int = 0

    async def stray_measures(self, systolic: float, diastolic: float = 80, *, back_s: float = 0.0) -> int:
        self.seq += 1
        seen = {"device": "stray", "seq": self.seq, "observed_at": self.running.now(back_s), "source": "nibp"}
        item = {**seen, "systolic": systolic, "diastolic": diastolic}
        answer = await self.ada.gateway.post("/readings", json={"sent_at": self.running.now(), "readings": [item]})
        assert good(answer)["accepted"] == 1, answer.text
        return self.seq

    async def correct(self, session: str, **body: Any) -> httpx.Response:
        """Of the last ten minutes but the newest, which may still be on its way."""
        now = self.running.clock.now_us()
        span = {"from": self.running.now(600), "to": self.running.now(61)}
        assert now > 600 * SECOND
        nurse = await self.running.as_("nurse")
        return await nurse.post(f"/sessions/{session}/readings/correct", json={**span, "reason": "wrong chair", **body})

    async def of(self, session: str, path: str = "", **query: Any) -> Any:
        nurse = await self.running.as_("nurse")
        return good(await nurse.get(f"/sessions/{session}{path}", params=query))

    async def systolic(self, session: str) -> list[tuple[float, bool]]:
        """(systolic, given by a correction) of its cuff readings, in time order."""
        found = await self.of(session, "/readings")
        both = zip(found["systolic"], found["corrected"], strict=True)
        return [pair for pair in both if pair[0] is not None]

    async def late_alerts(self, session: str) -> list[Any]:
        return [a for a in await self.of(session, "/alerts") if a["late"]]

    async def reviewed(self, count: int) -> None:
        """Until so many reviews are done, worker process and all."""
        await self.running.advance(3)

        async def done() -> bool:
            await self.running.settle()
            return self.running.server.reviews.done >= count and not self.running.server.reviews.waiting

        await eventually(done, f"{count} reviews")


@pytest_asyncio.fixture
async def ward(manual: Running) -> Ward:
    ada = await plan(manual)
    await ada.check_in()
    admin, nurse = await manual.as_("admin"), await manual.as_("nurse")
    chair2 = await make(admin, "/chairs", label="Chair 2")
    stand = {"gateway_id": ada.cuff["gateway_id"], "chair_id": ada.chair["id"], "interval_s": 300}
    stray = await make(admin, "/devices", code="stray", label="Stray cuff", kind="cuff", **stand)
    patient = await make(nurse, "/patients", mrn="4712", name="Bob Lind", birth_date="1970-01-02")
    wanted = {"patient_id": patient["id"], "chair_id": chair2["id"], "protocol": "iv_infusion", "weight_kg": 80}
    bob = (await make(nurse, "/sessions", **wanted))["id"]
    identifiers = ["name", "birth_date"]
    good(await nurse.post(f"/sessions/{bob}/transitions", json={"to": "preparing", "identifiers": identifiers}))
    # Both have been here for longer than the time that is corrected.
    await manual.advance(400)
    return Ward(ada, manual, bob, chair2["id"], stray["id"])


async def spiked(ward: Ward) -> None:
    """Three readings of Bob's as Ada's, among two of her own; then time enough that nothing is on its way."""
    await ward.ada.measure(120, 80)
    await ward.running.advance(60)
    for systolic in (196, 198, 130):
        await ward.stray_measures(systolic)
        await ward.running.advance(60)
    await ward.ada.measure(124, 80)
    await ward.running.advance(70)


async def test_readings_are_taken_into_the_session_they_belong_to(ward: Ward, database: URL) -> None:
    await spiked(ward)
    ada, bob = ward.ada.session_id, ward.bob
    assert (await ward.of(ada))["summary"]["peak_systolic"] == 198
    before = await ward.of(ada, "/alerts")
    assert {a["limit"] for a in before} >= {"systolic_high"}

    said = good(await ward.correct(bob, device=ward.stray))

    assert (said["from_session"], said["to_session"], said["warnings"]) == (None, bob, [])
    assert said["by_name"] == "Nurse"
    assert await ward.systolic(ada) == [(120, False), (124, False)]
    assert await ward.systolic(bob) == [(196, True), (198, True), (130, True)]
    stepped = await ward.of(bob, "/readings", step="3600")
    assert (sum(stepped["readings"]), stepped["systolic"]["max"]) == (3, [198])
    assert (await ward.of(ada))["summary"]["peak_systolic"] == 124
    assert (await ward.of(bob))["summary"]["peak_systolic"] == 198
    for session in (ada, bob):
        (line,) = [m for m in await ward.of(session, "/timeline") if m["type"] == "readings_corrected"]
        assert (line["correction_id"], line["reason"], line["by_name"]) == (said["id"], "wrong chair", "Nurse")

    await ward.reviewed(2)
    (late,) = await ward.late_alerts(bob)
    assert (late["limit"], late["worst_value"], late["state"]) == ("systolic_high", 198, "returned")
    after = {a["id"]: a for a in await ward.of(ada, "/alerts")}
    assert {a["id"] for a in before} <= set(after), "what was raised was raised"
    assert await ward.late_alerts(ada) == []
    await ward.running.advance(120)
    verdict = await verify(database, Deadlines())
    assert verdict.findings == []


async def test_a_search_finds_peaks_where_they_belong(ward: Ward) -> None:
    await spiked(ward)
    good(await ward.correct(ward.bob, device=ward.stray))
    nurse = await ward.running.as_("nurse")

    async def found() -> list[str]:
        answer = good(await nurse.get("/sessions", params={"min_peak_systolic": 180}))
        return [item["id"] for item in answer["items"]]

    assert await found() == [ward.bob]
    for session in (ward.ada.session_id, ward.bob):
        body = {"to": "discharged", "outcome": "left_before_ready", "reason": "taxi"}
        good(await nurse.post(f"/sessions/{session}/transitions", json=body))
    assert await found() == [ward.bob], "also when they have ended"


async def test_readings_are_nobodys_and_come_back(ward: Ward) -> None:
    await spiked(ward)
    ada = ward.ada.session_id
    good(await ward.correct(ada, device=ward.stray, to_session=None))
    assert await ward.systolic(ada) == [(120, False), (124, False)]
    assert await ward.systolic(ward.bob) == []

    good(await ward.correct(ada, device=ward.stray, to_session=ward.bob))
    assert await ward.systolic(ward.bob) == [], "they are not Ada's any more to give away"
    good(await ward.correct(ada, device=ward.stray))
    assert await ward.systolic(ada) == [(120, False), (196, False), (198, False), (130, False), (124, False)]
    good(await ward.correct(ada, device=ward.stray, to_session=ward.bob))
    assert len(await ward.systolic(ward.bob)) == 3


async def test_all_devices_at_a_chair(ward: Ward) -> None:
    await spiked(ward)
    good(await ward.correct(ward.bob, chair=ward.ada.chair["id"]))
    assert await ward.systolic(ward.ada.session_id) == []
    assert [value for value, _ in await ward.systolic(ward.bob)] == [120, 196, 198, 130, 124]
    refused(await ward.correct(ward.bob, chair=ward.chair2), 409, "no_device")
    admin = await ward.running.as_("admin")
    kept = {"code": "spare", "label": "In the cupboard", "kind": "cuff", "gateway_id": ward.ada.cuff["gateway_id"]}
    spare = await make(admin, "/devices", **kept)
    good(await ward.correct(ward.bob, device=spare["id"]))


async def test_what_comes_late_into_a_corrected_time_is_the_corrected_sessions(ward: Ward) -> None:
    await ward.stray_measures(122)
    await ward.running.advance(300)
    good(await ward.correct(ward.bob, device=ward.stray))
    await ward.reviewed(2)
    for systolic, back_s in ((201, 200), (202, 190), (125, 180)):
        await ward.stray_measures(systolic, back_s=back_s)

    assert [value for value, _ in await ward.systolic(ward.bob)] == [122, 201, 202, 125]
    assert await ward.systolic(ward.ada.session_id) == []
    await ward.reviewed(4)
    assert {a["limit"] for a in await ward.late_alerts(ward.bob)} >= {"systolic_high"}
    assert await ward.late_alerts(ward.ada.session_id) == []


async def test_a_time_is_corrected_before_anything_of_it_has_come(ward: Ward) -> None:
    """The gateway was away; the nurse knows already whose it will be."""
    await ward.running.advance(300)
    said = good(await ward.correct(ward.bob, device=ward.stray))
    assert [warning["code"] for warning in said["warnings"]] == ["nothing_measured"]
    for systolic, back_s in ((201, 200), (202, 190), (125, 180)):
        await ward.stray_measures(systolic, back_s=back_s)

    assert [value for value, _ in await ward.systolic(ward.bob)] == [201, 202, 125]
    ada = ward.ada.session_id
    assert await ward.systolic(ada) == []
    assert (await ward.of(ada))["summary"]["peak_systolic"] is None
    await ward.reviewed(2)
    assert {a["limit"] for a in await ward.late_alerts(ward.bob)} >= {"systolic_high"}
    assert await ward.late_alerts(ada) == []


async def test_what_was_taken_away_shows_and_proves_nothing(ward: Ward) -> None:
    """Live limits stay as they were judged; the newest value, the baseline and what is due see only what is left."""
    for _ in range(3):
        await ward.stray_measures(150)
        await ward.running.advance(150)
    ada = ward.ada.session_id
    open_before = {a["id"]: a["state"] for a in await ward.ada.alerts()}
    good(await ward.correct(ada, device=ward.stray, to_session=None))
    assert {a["id"]: a["state"] for a in await ward.ada.alerts()} == open_before
    refused(await ward.ada.post("/baseline", {}), 409, "not_enough_readings")


async def test_a_given_reading_can_be_struck_where_it_is_now(ward: Ward) -> None:
    await spiked(ward)
    good(await ward.correct(ward.bob, device=ward.stray))
    nurse = await ward.running.as_("nurse")
    void = {"device": ward.stray, "seq": 2, "reason": "arm bent"}
    refused(await nurse.post(f"{ward.ada.session}/readings/void", json=void), 404, "not_found")
    good(await nurse.post(f"/sessions/{ward.bob}/readings/void", json=void))
    assert (await ward.of(ward.bob, "/readings"))["voided"] == [False, True, False]
    assert (await ward.of(ward.bob))["summary"]["peak_systolic"] == 196


async def test_a_restart_and_a_repeat_change_nothing(ward: Ward) -> None:
    await spiked(ward)
    nurse = await ward.running.as_("nurse")
    body = {"device": ward.stray, "from": ward.running.now(600), "to": ward.running.now(61), "reason": "wrong chair"}
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/sessions/{ward.bob}/readings/correct"
    first = good(await nurse.post(path, json=body, headers=key))
    assert good(await nurse.post(path, json=body, headers=key)) == first
    await ward.reviewed(2)
    asked = [(s, p) for s in (ward.ada.session_id, ward.bob) for p in ("", "/readings", "/timeline", "/alerts")]
    before = [await ward.of(*one) for one in asked]
    assert ward.running.stop is not None
    await ward.running.stop()
    again = await start_server(ward.running.database, ward.running.clock, ward.running.clinic_id)
    try:
        ward.running = again
        assert [await ward.of(*one) for one in asked] == before
        assert {a["limit"] for a in await ward.of(ward.ada.session_id, "/alerts")} & {"evaluation_failed"} == set()
    finally:
        assert again.stop is not None
        await again.stop()
        ward.ada.running.stop = _nothing


async def _nothing() -> None:
    """It was stopped by the test."""


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"device": None}, "device"),
        ({"chair": "00000000-0000-4000-8000-000000000000"}, "device"),
        ({"to": "2026-11-20T08:00:00Z"}, "to"),
        ({"from": "2026-11-18T08:00:00Z"}, "to"),
        ({"from": "2026-11-20T08:00:00Z"}, "from"),
        ({"to": "2027-11-20T08:00:00Z"}, "to"),
        ({"reason": " "}, "reason"),
        ({"from": 3}, "from"),
        ({"more": 1}, "more"),
    ],
)
async def test_what_makes_no_sense_is_refused(ward: Ward, changed: dict[str, Any], path: str) -> None:
    await ward.running.advance(300)
    asked = {name: value for name, value in {"device": ward.stray, **changed}.items() if value is not None}
    assert path in paths(refused(await ward.correct(ward.bob, **asked), 422, "bad_value"))


async def test_who_and_what_is_unknown_is_refused(ward: Ward) -> None:
    await ward.running.advance(300)
    nobody = str(uuid4())
    refused(await ward.correct(ward.bob, device=nobody), 404, "not_found")
    refused(await ward.correct(ward.bob, chair=nobody), 404, "not_found")
    refused(await ward.correct(nobody, device=ward.stray), 404, "not_found")
    refused(await ward.correct(ward.bob, device=ward.stray, to_session=nobody), 404, "not_found")
    now = {"from": ward.running.now(300), "to": ward.running.now(30)}
    problem = refused(await ward.correct(ward.bob, device=ward.stray, **now), 422, "bad_value")
    assert problem["errors"][0]["code"] == "too_recent"
    entered = good(await ward.ada.post("/readings", {"systolic": 120, "diastolic": 80}), 201)
    refused(await ward.correct(ward.bob, device=entered["device"]), 422, "bad_value")
    empty = good(await ward.correct(ward.bob, device=ward.stray))
    assert [warning["code"] for warning in empty["warnings"]] == ["nothing_measured"]
    body = {"device": ward.stray, "from": ward.running.now(600), "to": ward.running.now(61), "reason": "x"}
    auditor = await ward.running.as_("auditor")
    refused(await auditor.post(f"/sessions/{ward.bob}/readings/correct", json=body), 403, "forbidden")
