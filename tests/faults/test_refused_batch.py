"""What the database refuses, and what a bug trips over, is found out down to the item; everything else is committed."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kat_monitor.domain.alerts import technical_alert_id
from kat_monitor.errors import KatError
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from tests.api.chairside import good, refused
from tests.scenarios.bedside import Bedside, arrange
from tests.server_fixtures import Running


async def counts(sql: asyncpg.Connection) -> list[int]:
    return [row["seq"] for row in await sql.fetch("SELECT seq FROM reading ORDER BY seq")]


async def test_a_reading_that_the_database_refuses_is_rejected_alone(manual: Running, sql: asyncpg.Connection) -> None:
    bed = await arrange(manual)
    await bed.check_in()
    await sql.execute("ALTER TABLE reading ADD CONSTRAINT refused CHECK (seq NOT IN (1003, 1006))")
    items = [bed.item("nibp", systolic=205 if n == 4 else 120, diastolic=80) for n in range(8)]
    answer = await bed.send(*items)
    assert answer["accepted"] == 6
    assert [(r["index"], r["code"], r["permanent"]) for r in answer["rejected"]] == [
        (2, "malformed", True),
        (5, "malformed", True),
    ]
    assert "1003" not in str(answer["rejected"]), "data is not quoted"
    assert await counts(sql) == [1001, 1002, 1004, 1005, 1007, 1008]
    alert = await bed.one("systolic_high")
    assert await bed.steps(alert) == ["opened", "ended"]
    again = await bed.send(*items)
    assert (again["accepted"], again["duplicates"], len(again["rejected"])) == (0, 6, 2)
    assert len(await bed.open("systolic_high")) == 1, "nothing is raised twice"


async def test_a_command_that_the_database_refuses_is_refused_alone(manual: Running, sql: asyncpg.Connection) -> None:
    bed = await arrange(manual)
    await bed.check_in()
    await sql.execute("ALTER TABLE journal ADD CONSTRAINT refused CHECK (data::text NOT LIKE '%poison%')")
    answers = await asyncio.gather(
        bed.event("note", text="poison"),
        bed.event("note", text="good"),
        bed.send(bed.item("nibp", systolic=205, diastolic=80)),
    )
    refused(answers[0], 422, "refused_by_store")
    assert answers[1].status_code == 201
    assert answers[2]["accepted"] == 1
    await bed.one("systolic_high")
    assert [e["text"] for e in good(await bed.nurse.get(f"{bed.session}/events"))] == ["good"]


@dataclass
class Broken:
    """A command with a bug: it changes memory, then stumbles."""

    clinic_id: UUID
    bed: Bedside

    def run(self, turn: Turn, clinic: ClinicState) -> Any:
        state = clinic.sessions[UUID(self.bed.session_id)]
        turn.touched_sessions.add((self.clinic_id, state.id))
        state.limits.alerts.clear()
        raise ZeroDivisionError("a bug")


async def test_a_bug_in_one_command_stops_nothing_else(manual: Running) -> None:
    bed = await arrange(manual)
    await bed.check_in()
    await bed.inflate(205, 85)
    before = await bed.one("systolic_high")
    pipeline = manual.server.pipeline
    broken = asyncio.ensure_future(pipeline.submit(Broken(manual.clinic_id, bed)))
    posting = asyncio.ensure_future(bed.send(bed.item("nibp", systolic=206, diastolic=85)))
    with pytest.raises(KatError) as error:
        await broken
    assert (error.value.status, error.value.code) == (500, "internal_error")
    assert (await posting)["accepted"] == 1
    assert pipeline.counters.crashes >= 1
    await bed.inflate(210, 85)
    after = await bed.one("systolic_high")
    assert (after["id"], after["worst_value"]) == (before["id"], 210), "memory was read back"


async def test_a_session_that_cannot_be_judged_is_contained_and_raised(manual: Running) -> None:
    bed = await arrange(manual)
    await bed.check_in()
    await manual.advance(30)
    state = manual.server.pipeline.clinics[manual.clinic_id].sessions[UUID(bed.session_id)]
    compiled = state.limits.compiled
    state.limits.compiled = None  # type: ignore[assignment]
    item = bed.item("nibp", systolic=205, diastolic=85, back_s=20)
    answer = await bed.send(item)
    assert answer["accepted"] == 1, "its readings are still stored"
    alert = await bed.one("evaluation_failed")
    cause = f"{bed.cuff['id']}/{item['seq']}"
    made = technical_alert_id(manual.clinic_id, "evaluation_failed", bed.session_id, cause)
    assert (alert["id"], alert["opened_at"]) == (str(made), item["observed_at"]), "of what could not be judged"
    assert (alert["priority"], alert["session_id"]) == ("high", bed.session_id)
    state.limits.compiled = compiled
    assert (await bed.unmet())["technical_alerts"] == "not_met"
    await bed.inflate(120, 80)
    assert (await bed.one("evaluation_failed"))["state"] == "active", "it has no opposite"
    await bed.acknowledge(alert)
    assert await bed.open("evaluation_failed") == []
    await manual.advance(3)
    assert await bed.open("evaluation_failed") == []
