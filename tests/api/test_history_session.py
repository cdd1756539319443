"""One session over REST: from memory while it goes on, from its stored journal when it has ended, always the same."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import URL

from kat_monitor.clock import ManualClock
from kat_monitor.domain.times import from_rfc3339, to_rfc3339
from kat_monitor.domain.vitals import METRIC_NAMES, Source
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.writer import Writer
from tests.server_fixtures import Running, provision, start_server
from tests.stored_story import left, spiked, store
from tests.unit.session_story import CLINIC, SESSION, Tale, us

PATH = f"/sessions/{SESSION}"
BELOW = ("", "/readings", "/alerts", "/timeline", "/readiness", "/events", "/assessments")
Serving = Callable[[Tale, float], AbstractAsyncContextManager[Running]]


@pytest.fixture
def serving(database: URL) -> Serving:
    """A server started `now` minutes into a story that is on its record."""

    @asynccontextmanager
    async def serve(tale: Tale, now: float) -> AsyncIterator[Running]:
        writer = Writer(database, Deadlines())
        await writer.open()
        await store(writer, tale, now)
        await writer.close()
        running = await start_server(database, ManualClock(us(now)), CLINIC)
        assert running.stop is not None
        try:
            yield running
        finally:
            await running.stop()

    return serve


async def get(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_open_session_as_of_now(serving: Serving) -> None:
    async with serving(spiked(), 46) as running:
        seen = await get(await running.as_("clinician"), PATH)

    assert (seen["id"], seen["phase"], seen["outcome"]) == (str(SESSION), "dosing", None)
    assert seen["patient"]["name"] == "Nadia Berg"
    assert seen["chair"]["label"] == "Chair 1"
    assert seen["protocol"] == {"code": "iv_infusion", "version": 1}
    assert seen["dosing"]["elapsed_min"] == 36
    assert seen["baseline"]["systolic"] == 120
    assert seen["summary"]["peak_systolic"] == 188
    assert seen["summary"]["peak_systolic_min"] == 12
    assert seen["summary"]["max_rise_systolic"] == 68
    assert seen["summary"]["alerts"]["high"] > 0
    assert seen["readiness"]["ready"] is False
    assert {limit["code"] for limit in seen["limits"]} >= {"systolic_high", "spo2_low"}


async def test_an_ended_session_is_folded_and_stands_still(serving: Serving) -> None:
    async with serving(left(spiked(), 60), 600) as running:
        clinician = await running.as_("clinician")
        seen = await get(clinician, PATH)
        readiness = await get(clinician, f"{PATH}/readiness")

    assert (seen["phase"], seen["outcome"]) == ("discharged", "left_before_ready")
    assert seen["phases"][-1] == {"phase": "discharged", "from": to_rfc3339(us(60)), "to": None}
    assert seen["summary"]["peak_systolic"] == 188
    assert readiness == seen["readiness"]
    assert readiness["as_of"] == to_rfc3339(us(60))


async def test_memory_and_record_tell_the_same(serving: Serving) -> None:
    """The same session, once still in memory and once folded from what is stored."""
    async with serving(left(spiked(), 60), 61) as running:
        clinician = await running.as_("clinician")
        clinic = running.server.pipeline.clinics[CLINIC]
        in_memory = SESSION in clinic.sessions
        before = {path: await get(clinician, PATH + path) for path in BELOW}
        clinic.sessions.pop(SESSION, None)
        clinic.patients.clear()
        after = {path: await get(clinician, PATH + path) for path in BELOW}

    assert in_memory, "an alert that nobody has looked at keeps the session in memory"
    assert before == after


async def test_raw_columns(serving: Serving) -> None:
    tale = spiked()
    voided = tale.cuff(46, 150, 90)
    tale.void(47, voided)
    tale.cuff(48, 134, 80, received=50, late=True, flags=1)
    async with serving(tale, 51) as running:
        columns = await get(await running.as_("nurse"), f"{PATH}/readings", step="raw")

    assert list(columns) == [
        "observed_at", "effective_at", "device", "seq", "source", "status", "suspect", "late", "voided", "corrected",
        *METRIC_NAMES,
    ]  # fmt: skip
    assert {len(column) for column in columns.values()} == {tale.state.tally.readings}
    assert columns["effective_at"] == sorted(columns["effective_at"])
    at = columns["effective_at"].index(to_rfc3339(us(46)))
    found = {name: column[at] for name, column in columns.items()}
    assert found["device"] == str(voided.device_id)
    assert (found["seq"], found["source"], found["voided"], found["late"]) == (voided.seq, "nibp", True, False)
    assert (found["systolic"], found["diastolic"], found["spo2"]) == (150, 90, None)
    late = columns["effective_at"].index(to_rfc3339(us(48)))
    assert (columns["late"][late], columns["status"][late], columns["voided"][late]) == (True, ["motion"], False)
    assert sum(columns["voided"]) == sum(columns["late"]) == 1


async def test_readings_of_a_part_of_the_time(serving: Serving) -> None:
    async with serving(spiked(), 46) as running:
        nurse = await running.as_("nurse")
        asked = {"from": to_rfc3339(us(20)), "to": to_rfc3339(us(22))}
        columns = await get(nurse, f"{PATH}/readings", **asked)

    times = [from_rfc3339(at) for at in columns["effective_at"]]
    assert min(times) == us(20)
    assert max(times) < us(22)
    assert 186 in columns["systolic"]
    assert 188 not in columns["systolic"]


async def test_single_readings_alone(serving: Serving) -> None:
    async with serving(spiked(), 46) as running:
        nurse = await running.as_("nurse")
        every, cuffs = await get(nurse, f"{PATH}/readings"), await get(nurse, f"{PATH}/readings", cuff="true")

    single = [n for n, source in enumerate(every["source"]) if source in ("nibp", "manual")]
    assert 0 < len(single) < len(every["source"])
    assert cuffs == {name: [column[n] for n in single] for name, column in every.items()}


async def test_steps_hold_least_mean_and_greatest(serving: Serving) -> None:
    tale = spiked()
    struck = tale.cuff(46, 250, 120)
    tale.void(47, struck)
    tale.reading(46.2, Source.ECG, flags=16, heart_rate=180)
    tale.stream(47, 47.9, step_s=30, heart_rate=75.5)
    async with serving(tale, 50) as running:
        nurse = await running.as_("nurse")
        columns = await get(nurse, f"{PATH}/readings", step=600, **{"from": to_rfc3339(us(10))})
        finer = await get(nurse, f"{PATH}/readings", step="30")

    assert columns["step_s"] == 600
    assert columns["effective_at"] == [to_rfc3339(us(10 + 10 * n)) for n in range(4)]
    assert columns["systolic"]["max"] == [128, 188, 140, 132]
    assert columns["systolic"]["min"] == [128, 186, 138, 132]
    assert columns["systolic"]["mean"] == [128, 187, 139, 132]
    assert columns["heart_rate"]["max"][3] == 75.5
    assert columns["temperature"]["mean"] == [None] * 4
    assert sum(columns["readings"]) < sum(finer["readings"])
    empty = finer["readings"].index(0)
    assert finer["systolic"]["min"][empty] is None


async def test_the_timeline_holds_everything_in_time_order(serving: Serving) -> None:
    tale = spiked()
    tale.void(46, tale.cuff(45.5, 150, 90))
    async with serving(left(tale, 60), 61) as running:
        lines = await get(await running.as_("auditor"), f"{PATH}/timeline")

    times = [from_rfc3339(line["at"]) for line in lines]
    assert times == sorted(times)
    types = [line["type"] for line in lines]
    assert {"created", "phase", "screening", "baseline", "assessment", "event", "alert", "reading_by_hand", "void"} <= {
        *types
    }
    assert [line["phase"] for line in lines if line["type"] == "phase"] == ["preparing", "dosing", "discharged"]
    hand = next(line for line in lines if line["type"] == "reading_by_hand")
    assert (hand["systolic"], hand["diastolic"], hand["voided"]) == (138, 83, False)
    assert hand["by"] is not None
    opened = next(line for line in lines if line["type"] == "alert" and line["limit"] == "systolic_high")
    assert (opened["step"], opened["at"]) == ("opened", to_rfc3339(us(20)))


async def test_alerts_and_their_lives(serving: Serving) -> None:
    async with serving(spiked(), 46) as running:
        nurse = await running.as_("nurse")
        of_session = await get(nurse, f"{PATH}/alerts")
        found = await get(nurse, "/alerts", state="open")
        life = await get(nurse, f"/alerts/{found[0]['id']}")
        high = await get(nurse, "/alerts", priority="high")
        early = await get(nurse, "/alerts", to=to_rfc3339(us(20)))
        missed = await nurse.get(f"/alerts/{UUID(int=99)}")

    spike = next(alert for alert in of_session if alert["limit"] == "systolic_high")
    assert (spike["state"], spike["value"], spike["worst_value"]) == ("returned", 186, 188)
    assert {alert["id"] for alert in found} == {a["id"] for a in of_session if a["state"] != "closed"}
    assert life["transitions"][0]["step"] == "opened"
    assert life["state"] == life["transitions"][-1]["state"]
    assert {alert["priority"] for alert in high} == {"high"}
    assert early == []
    assert missed.status_code == 404


async def test_events_and_assessments(serving: Serving) -> None:
    async with serving(spiked(), 46) as running:
        nurse = await running.as_("nurse")
        events = await get(nurse, f"{PATH}/events")
        assessments = await get(nurse, f"{PATH}/assessments")

    assert [event["kind"] for event in events] == ["dose", "symptom"]
    assert events[0]["mg_per_kg"] == 0.5
    assert [row["kind"] for row in assessments] == ["pre_dose"]
    assert assessments[0]["values"]["moaa_s"] == 5


async def test_every_look_is_in_the_audit_trail(serving: Serving, sql: asyncpg.Connection) -> None:
    async with serving(spiked(), 46) as running:
        nurse = await running.as_("nurse")
        alert = (await get(nurse, "/alerts"))[0]["id"]
        for path in (*(PATH + below for below in BELOW), "/sessions", f"/alerts/{alert}"):
            before = await sql.fetchval("SELECT count(*) FROM audit")
            await get(nurse, path)
            rows = await sql.fetch("SELECT action, subject, details::text FROM audit ORDER BY number OFFSET $1", before)
            assert len(rows) == 1, path
            assert "Berg" not in str(rows[0])


async def test_unknown_ids_and_other_clinics_ids_are_404(serving: Serving, database: URL) -> None:
    async with serving(spiked(), 46) as running:
        nurse = await running.as_("nurse")
        for path in BELOW:
            assert (await nurse.get(f"/sessions/{UUID(int=98)}{path}")).status_code == 404
            assert (await nurse.get(f"/sessions/no-uuid{path}")).status_code == 404
        alert = (await get(nurse, "/alerts"))[0]["id"]
    other = await provision(database, "Other clinic", "-2")
    running = await start_server(database, ManualClock(us(47)), other)
    stranger = await running.as_("nurse-2")
    for path in (*(PATH + below for below in BELOW), f"/alerts/{alert}"):
        answer = await stranger.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["code"] == "not_found"
    assert (await get(stranger, "/sessions"))["items"] == []
    assert await get(stranger, "/alerts") == []
    assert running.stop is not None
    await running.stop()


@pytest.mark.parametrize(
    ("path", "query", "wrong"),
    [
        (f"{PATH}/readings", "step=0", "step"),
        (f"{PATH}/readings", "step=nan", "step"),
        (f"{PATH}/readings", "step=fast", "step"),
        (f"{PATH}/readings", "step=1e999", "step"),
        (f"{PATH}/readings", "from=yesterday", "from"),
        (f"{PATH}/readings", "from=2026-11-20T09:00:00", "from"),
        (f"{PATH}/readings", "from=2026-11-20T09:00:00Z&to=2026-11-20T08:00:00Z", "to"),
        (f"{PATH}/readings", "steps=raw", "steps"),
        ("/alerts", "state=ajar", "state"),
        ("/alerts", "priority=urgent", "priority"),
        ("/alerts", "chair_id=7", "chair_id"),
        ("/alerts", "to=never", "to"),
    ],
)
async def test_bad_filters_name_the_field(serving: Serving, path: str, query: str, wrong: str) -> None:
    async with serving(spiked(), 46) as running:
        answer = await (await running.as_("nurse")).get(f"{path}?{query}")

    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [wrong]
