"""A commit is all or nothing, durable when it returns, and only the owner's."""

import asyncio
import os
import signal
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import URL

from kat_monitor.domain.alerts import AlertChange, AlertState, Step
from kat_monitor.domain.audit import GENESIS, AuditEvent, chain
from kat_monitor.domain.vitals import Phase
from kat_monitor.store.batch import FEW, Batch, Notice, RowWrite, StoreAway, StoredAnswer, StoreRefused
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.errors import StartRefused
from kat_monitor.store.ownership import LOCK
from kat_monitor.store.writer import POSITIONS_AHEAD, Writer
from tests.store.made import NOW, MadeClinic
from tests.store_fixtures import connect, until_someone_waits_for_a_lock

TABLES = ("reading", "journal", "alert", "alert_transition", "session", "answer", "audit", "notice", "meta")


OWNER = """
SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'kat-monitor writer%' AND datname = current_database()
"""


async def count(sql: asyncpg.Connection, table: str) -> int:
    return len(await sql.fetch(f"TABLE {table}"))


WAYS = {"one statement": (3, False), "transaction": (3, True), "bulk": (FEW + 1, False)}
"""The ways in which a commit goes: (readings, rows of other tables too)."""


async def everything(clinic: MadeClinic, way: str = "transaction") -> Batch:
    """A batch that writes to every table of the record."""
    readings, rows = WAYS[way]
    row = clinic.session(phase=Phase.PREPARING, checked_in_at=NOW)
    batch = clinic.begin(row)
    alert = clinic.alert(row.id)
    batch.alerts[alert.id] = alert
    batch.transitions.append(AlertChange(alert, Step.OPENED, NOW, clinic.person, "seen"))
    batch.readings += [clinic.reading(seq, row.id) for seq in range(readings)]
    batch.notices.append(Notice(uuid4(), clinic.id, alert.id, 2, {"alert": str(alert.id)}, NOW))
    batch.answers.append(StoredAnswer(clinic.id, uuid4(), b"x" * 32, 201, {"id": str(row.id)}, NOW))
    batch.audits.append(chain(AuditEvent(clinic.id, NOW, clinic.person, "session.create", str(row.id), {}), 1, GENESIS))
    if rows:
        batch.rows.append(clinic.row("meta", {"key": "clock"}, value={"rate": 1}))
    return batch


@pytest.fixture
def clinic() -> MadeClinic:
    return MadeClinic()


@pytest.fixture(autouse=True)
async def _stored_clinic(writer: Writer, clinic: MadeClinic) -> None:
    await writer.commit(Batch(rows=clinic.rows()))


@pytest.mark.parametrize("way", WAYS)
async def test_one_commit_writes_every_table(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection, way: str
) -> None:
    await writer.commit(Batch(readings=[clinic.reading(FEW + 2)]))
    batch = await everything(clinic, way)

    await writer.commit(batch)

    readings, rows = WAYS[way]
    # One small fact is where the audit chain ends.
    written = dict.fromkeys(TABLES, 1) | {"reading": readings + 1, "meta": int(rows) + 1}
    assert {table: await count(sql, table) for table in TABLES} == written


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["readings", "answers", "audits", "entries", "sessions"])
async def test_a_refused_batch_leaves_nothing_and_the_writer_goes_on(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection, what: str, way: str
) -> None:
    await writer.commit(Batch(readings=[clinic.reading(1)]))
    batch = await everything(clinic, way)
    row = next(iter(batch.sessions.values()))
    if what == "readings":
        batch.readings.append(clinic.reading(2))
    elif what == "answers":
        batch.answers.append(batch.answers[0])
    elif what == "audits":
        batch.audits.append(batch.audits[0])
    elif what == "entries":
        batch.entries.append(batch.entries[0])
    else:
        other = clinic.session(1, phase=Phase.DOSING, patient_id=row.patient_id)
        batch.sessions[other.id] = other

    with pytest.raises(StoreRefused) as refusal:
        await writer.commit(batch)

    assert "Ada" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert {table: await count(sql, table) for table in TABLES} == dict.fromkeys(TABLES, 0) | {"reading": 1}
    assert not writer.lost.is_set()
    await writer.commit(Batch(readings=[clinic.reading(3)]))
    assert await count(sql, "reading") == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"heart_rate": 40_000},
        {"reason": "a\x00b"},
        {"reason": "\ud800"},
        {"source": 9},
        {"seq": 2**63},
        {"seq": 1},
    ],
    ids=["too-large-for-smallint", "nul", "lone-surrogate", "unknown-source", "too-large-for-bigint", "stored-already"],
)
@pytest.mark.parametrize("alone", [True, False])
async def test_data_that_cannot_be_stored_is_refused_not_torn(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection, bad: dict[str, Any], alone: bool
) -> None:
    await writer.commit(Batch(readings=[clinic.reading(1)]))
    batch = Batch() if alone else await everything(clinic)
    batch.readings = [clinic.reading(10), clinic.reading(11)._replace(**bad), clinic.reading(12)]

    with pytest.raises(StoreRefused):
        await writer.commit(batch)

    assert await count(sql, "reading") == 1
    assert await count(sql, "session") == 0
    await writer.commit(Batch(readings=[clinic.reading(13)]))
    assert await count(sql, "reading") == 2


async def test_a_bug_is_seen_as_what_it_is_and_the_connection_is_dropped(writer: Writer, clinic: MadeClinic) -> None:
    with pytest.raises(TypeError):
        await writer.commit(Batch(readings=[clinic.reading(1, heart_rate="80")]))

    assert writer.lost.is_set()
    await writer.reopen()
    await writer.commit(Batch(readings=[clinic.reading(1)]))


async def test_row_writes(writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection) -> None:
    key = {"clinic_id": clinic.id, "id": clinic.chairs[0]}
    await writer.commit(Batch(rows=[RowWrite("chair", key, {"label": "Window"}, "update")]))
    await writer.commit(Batch(rows=[RowWrite("chair", key, {"label": "Door", "room": "2"}, "upsert")]))

    assert await sql.fetchval("SELECT label || room FROM chair WHERE id = $1", clinic.chairs[0]) == "Door2"
    with pytest.raises(StoreRefused):
        await writer.commit(Batch(rows=[RowWrite("chair", key | {"id": uuid4()}, {"label": "?"}, "update")]))
    with pytest.raises(StoreRefused):
        await writer.commit(Batch(rows=[RowWrite("chair", key, {"label": "?"})]))


@pytest.mark.parametrize("row", [RowWrite("chair", {"id": uuid4()}, {}), RowWrite("reading", {}, {})])
async def test_a_row_write_without_its_clinic_or_of_the_record_is_a_bug(writer: Writer, row: RowWrite) -> None:
    with pytest.raises((ValueError, KeyError)):
        await writer.commit(Batch(rows=[row]))


async def test_rows_of_another_clinic_cannot_be_pointed_at(writer: Writer, clinic: MadeClinic) -> None:
    other = MadeClinic()
    await writer.commit(Batch(rows=other.rows()))
    stolen = clinic.session(patient_id=other.patients[0])

    with pytest.raises(StoreRefused):
        await writer.commit(clinic.begin(stolen))


async def test_a_chair_changes_hands_within_one_commit_in_any_order(writer: Writer, clinic: MadeClinic) -> None:
    first = clinic.session(phase=Phase.RECOVERY, checked_in_at=NOW)
    await writer.commit(clinic.begin(first))
    second = clinic.session(1, phase=Phase.PREPARING, chair_id=first.chair_id, checked_in_at=NOW)

    with pytest.raises(StoreRefused):
        await writer.commit(clinic.begin(second))
    batch = clinic.begin(second)
    batch.sessions[first.id] = replace(first, phase=Phase.DISCHARGED, ended_at=NOW + 1)
    await writer.commit(batch)


async def test_rows_are_final_and_steps_are_appended(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection
) -> None:
    alert = clinic.alert()
    closed = replace(alert, state=AlertState.CLOSED, closed_at=NOW + 9)
    for state, step in ((alert, Step.OPENED), (closed, Step.CLOSED)):
        await writer.commit(Batch(alerts={alert.id: state}, transitions=[AlertChange(state, step, NOW)]))

    assert await sql.fetchval("SELECT state FROM alert") == "closed"
    steps = await sql.fetch("SELECT step FROM alert_transition ORDER BY number")
    assert [row["step"] for row in steps] == ["opened", "closed"]


async def test_a_notice_is_one_per_alert_and_level(writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection) -> None:
    alert = clinic.alert()
    first = Notice(uuid4(), clinic.id, alert.id, 2, {"a": 1}, NOW)
    await writer.commit(Batch(alerts={alert.id: alert}, notices=[first]))
    await writer.commit(Batch(notices=[replace(first, id=uuid4(), payload={}, attempts=1, sent_at=NOW + 3)]))

    row = await sql.fetchrow("SELECT * FROM notice")
    assert (row["id"], row["payload"], row["attempts"], row["sent_at"]) == (first.id, '{"a": 1}', 1, NOW + 3)


# Positions


async def test_positions_are_reserved_ahead_of_use(writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection) -> None:
    async def reserved() -> int:
        return int(await sql.fetchval("SELECT position_reserved FROM clinic"))

    clinic.position = 6
    await writer.commit(Batch(readings=[clinic.reading(1)]))
    assert await reserved() == 7 + POSITIONS_AHEAD
    clinic.position = 6 + POSITIONS_AHEAD
    await writer.commit(Batch(readings=[clinic.reading(2)]))
    assert await reserved() == 7 + POSITIONS_AHEAD
    await writer.commit(Batch(readings=[clinic.reading(3)]))
    assert await reserved() == 8 + 2 * POSITIONS_AHEAD


async def test_a_refused_batch_reserves_nothing(writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection) -> None:
    with pytest.raises(StoreRefused):
        await writer.commit(Batch(readings=[clinic.reading(1, source=9)]))
    await writer.commit(Batch(readings=[clinic.reading(1)]))

    highest = await sql.fetchval("SELECT max(position) FROM reading")
    assert await sql.fetchval("SELECT position_reserved FROM clinic") >= highest


async def test_positions_of_a_second_clinic_are_reserved_too(writer: Writer, sql: asyncpg.Connection) -> None:
    others = [MadeClinic(), MadeClinic()]
    await writer.commit(Batch(rows=[row for other in others for row in other.rows()]))
    others[0].position = 5_000_000
    await writer.commit(Batch(readings=[others[0].reading(1), others[1].reading(1)]))

    low = await sql.fetchval("SELECT position_reserved FROM clinic WHERE clinic_id = $1", others[1].id)
    assert low == 1 + POSITIONS_AHEAD


# Who may commit


async def test_a_second_server_is_refused_and_told_who_has_it(writer: Writer, database: URL) -> None:
    second = Writer(database, Deadlines(lock_s=0.2))

    with pytest.raises(StartRefused) as refusal:
        await second.open()

    assert refusal.value.code == "owned_by_another"
    assert f"kat-monitor writer {os.getpid()}@" in refusal.value.detail
    await writer.close()
    await second.open()
    await second.close()


async def test_a_lost_connection_is_noticed_and_taken_again(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection
) -> None:
    await sql.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name LIKE 'kat-monitor writer%' AND datname = current_database()"
    )
    await asyncio.wait_for(writer.lost.wait(), 5)

    with pytest.raises(StoreAway):
        await writer.commit(Batch(readings=[clinic.reading(1)]))
    await writer.reopen()
    await writer.commit(Batch(readings=[clinic.reading(1)]))
    assert await count(sql, "reading") == 1


async def test_the_ghost_of_a_lost_connection_is_ended(
    writer: Writer, clinic: MadeClinic, database: URL, sql: asyncpg.Connection
) -> None:
    """A backend of our own that has not noticed that we are gone still holds the lock."""
    name = await sql.fetchval("SELECT application_name FROM pg_stat_activity WHERE pid = $1", await sql.fetchval(OWNER))
    await writer.close()
    ghost = await connect(database, application_name=name)
    await ghost.execute("SELECT pg_advisory_lock($1::int, $2::int)", *LOCK)

    await writer.reopen()

    assert ghost.is_closed()
    await writer.commit(Batch(readings=[clinic.reading(1)]))


async def test_a_commit_cancelled_before_a_lock_leaves_nothing(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection
) -> None:
    await sql.execute("BEGIN; LOCK TABLE reading IN ACCESS EXCLUSIVE MODE")
    commit = asyncio.create_task(writer.commit(Batch(readings=[clinic.reading(1)])))
    await until_someone_waits_for_a_lock(sql)

    commit.cancel()
    await asyncio.gather(commit, return_exceptions=True)
    await writer.reopen()

    await sql.execute("ROLLBACK")
    assert await count(sql, "reading") == 0
    await writer.commit(Batch(readings=[clinic.reading(1)]))


async def test_a_cancelled_commit_is_not_known_to_be_stored_and_tears_nothing(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection
) -> None:
    for turns in range(8):
        task = asyncio.create_task(writer.commit(await everything(clinic)))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await writer.reopen()
        assert await count(sql, "reading") % 3 == 0
        assert await count(sql, "reading") == 3 * await count(sql, "session")
        if await count(sql, "session"):
            return


async def test_a_server_that_stops_answering_is_not_waited_for(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection
) -> None:
    backend = await sql.fetchval(OWNER)
    os.kill(backend, signal.SIGSTOP)
    try:
        commit = asyncio.create_task(writer.commit(await everything(clinic)))
        done, _ = await asyncio.wait({commit}, timeout=0.3)
        assert not done
        commit.cancel()
        done, _ = await asyncio.wait({commit}, timeout=2)
        assert done
        assert writer.lost.is_set()
    finally:
        os.kill(backend, signal.SIGCONT)
    await writer.reopen()
    await writer.commit(Batch(readings=[clinic.reading(100)]))


async def test_a_slow_statement_ends_at_its_deadline(
    database: URL, clinic: MadeClinic, writer: Writer, sql: asyncpg.Connection
) -> None:
    await writer.close()
    hasty = Writer(database, Deadlines(statement_s=0.3, lock_s=5.0))
    await hasty.open()
    await sql.execute("BEGIN; LOCK TABLE reading IN ACCESS EXCLUSIVE MODE")

    with pytest.raises(StoreAway):
        await asyncio.wait_for(hasty.commit(Batch(readings=[clinic.reading(1)])), 5)

    await sql.execute("ROLLBACK")
    await hasty.reopen()
    await hasty.commit(Batch(readings=[clinic.reading(1)]))
    await hasty.close()


async def test_a_database_that_is_away_is_away(database: URL) -> None:
    writer = Writer(database.set(database="no_such_database"), Deadlines())

    with pytest.raises(StoreAway):
        await writer.open()
    with pytest.raises(StoreAway):
        await writer.commit(Batch())


# What is never overwritten


APPEND_ONLY = "reading journal alert_transition audit protocol_version device_stay patient_before chair_ready"
OF_DUTY = "offer_step assignment on_call opening_check"


@pytest.mark.parametrize("table", f"{APPEND_ONLY} {OF_DUTY}".split())
@pytest.mark.parametrize("act", ["UPDATE {} SET clinic_id = clinic_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_record_is_append_only(
    writer: Writer, clinic: MadeClinic, sql: asyncpg.Connection, table: str, act: str
) -> None:
    await writer.commit(await everything(clinic))

    with pytest.raises(asyncpg.RestrictViolationError):
        await sql.execute(act.format(table))
