"""Reading back alerts, answers, the audit chain and what waits to be sent."""

import asyncio
import inspect
import os
import signal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import URL, func, select

from kat_monitor.domain.alerts import AlertChange, Step
from kat_monitor.domain.audit import GENESIS, START, AuditEvent, Head, chain
from kat_monitor.domain.vitals import Phase
from kat_monitor.store.batch import Batch, Notice, StoreAway, StoredAnswer
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer
from tests.store.made import NOW, MadeClinic
from tests.store.test_reader import WALL
from tests.store_fixtures import until_someone_waits_for_a_lock


@pytest.fixture
def clinic() -> MadeClinic:
    return MadeClinic()


@pytest.fixture(autouse=True)
async def _stored_clinic(writer: Writer, clinic: MadeClinic) -> None:
    await writer.commit(Batch(rows=clinic.rows()))


async def test_the_ledger(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    ledger = reader.ledger
    assert await ledger.audit_head(clinic.id) == START
    rows = [chain(AuditEvent(clinic.id, NOW, None, "chart.read", "x", {"z": 1.0, "a": 1e22, "n": None}), 1, GENESIS)]
    for number in range(2, 8):
        rows.append(chain(AuditEvent(clinic.id, NOW, clinic.person, "a", "b", {}), number, rows[-1].hash))
    answer = StoredAnswer(clinic.id, uuid4(), b"s" * 32, 201, {"z": 1, "a": [None, 1.5]}, NOW)
    alert = clinic.alert()
    notices = [Notice(uuid4(), clinic.id, alert.id, level, {"n": level}, NOW - level) for level in (1, 2)]
    await writer.commit(
        Batch(
            audits=rows,
            answers=[answer],
            alerts={alert.id: alert},
            notices=[*notices, Notice(uuid4(), clinic.id, alert.id, 3, {}, NOW, sent_at=NOW)],
            rows=[clinic.row("meta", {"key": "clock"}, value={"rate": 30})],
        )
    )

    assert await ledger.audit_head(clinic.id) == Head(7, rows[-1].hash)
    stored = [row async for row in ledger.audit(clinic.id)]
    assert stored == rows
    assert [chain(row.event, row.number, row.previous) for row in stored] == rows
    assert [row.number async for row in ledger.audit(clinic.id, after=5)] == [6, 7]
    back = await ledger.answer(clinic.id, answer.key)
    assert back == answer
    assert back is not None
    assert list(back.body) == ["z", "a"]
    assert await ledger.notices_waiting(clinic.id) == [notices[1], notices[0]]
    assert await ledger.meta(clinic.id, "clock") == {"rate": 30}
    assert await ledger.meta(clinic.id, "none") is None


async def test_every_question_is_answered_for_one_clinic_only(
    writer: Writer, reader: Reader, clinic: MadeClinic
) -> None:
    """Every method of every part, asked by another clinic with this clinic's ids, finds nothing."""
    stranger = uuid4()
    row = clinic.session(phase=Phase.DOSING, checked_in_at=NOW)
    alert = clinic.alert(row.id)
    batch = clinic.begin(row)
    batch.readings.append(clinic.reading(1, row.id))
    batch.alerts[alert.id] = alert
    batch.transitions.append(AlertChange(alert, Step.OPENED, NOW))
    batch.answers.append(StoredAnswer(clinic.id, uuid4(), b"", 200, {}, NOW))
    batch.audits.append(chain(AuditEvent(clinic.id, NOW, None, "a", "b", {}), 1, GENESIS))
    batch.notices.append(Notice(uuid4(), clinic.id, alert.id, 1, {}, NOW))
    common = {"account_id": clinic.person, "secret_sha256": b"s", "created_at": NOW, "expires_at": WALL * 2}
    batch.rows += [
        clinic.row("login", {"id": uuid4()}, seen_at=NOW, **common),
        clinic.row("token", {"id": uuid4()}, label="x", **common),
        clinic.row("meta", {"key": "clock"}, value=1),
        clinic.row("patient_before", {"patient_id": clinic.patients[0], "id": uuid4()}, at=NOW, by=None, **BEFORE),
    ]
    await writer.commit(batch)
    known: dict[str, Any] = {
        "session_id": row.id,
        "session_ids": [row.id],
        "alert_id": alert.id,
        "patient_id": clinic.patients[0],
        "keys": [(clinic.devices[0], 1)],
        "device_ids": list(clinic.devices),
        "ids": list(clinic.patients),
        "text": "",
        "limit": 10,
        "key": batch.answers[0].key,
        "wall_us": WALL,
        "ended_after": 0,
    }
    asked = 0
    for part in (reader.standing, reader.sessions, reader.journals, reader.alerts, reader.ledger):
        for name, method in inspect.getmembers(part, callable):
            if name.startswith("_") or name == "clinics":
                continue
            wanted = [p for p in list(inspect.signature(method).parameters) if p in known]
            arguments = {p: "clock" if name == "meta" else known[p] for p in wanted}
            assert await answer_of(method(clinic.id, **arguments)) not in NOTHING, name
            assert await answer_of(method(stranger, **arguments)) in NOTHING, name
            asked += 1
    assert asked == 33


BEFORE = {"mrn": "4711", "name": "Ada", "birth_date": "1980-02-28", "sex": None}
NOTHING: tuple[Any, ...] = ([], {}, None, START)


async def answer_of(answer: Any) -> Any:
    """The answer; of a stream of journals, those that hold anything."""
    if hasattr(answer, "__aiter__"):
        return [one async for one in answer if not (isinstance(one, tuple) and one[1] == [])]
    found = await answer
    return list(found) if isinstance(found, list) else found


async def test_a_reader_cannot_write(reader: Reader) -> None:
    with pytest.raises(StoreAway, match="ReadOnlySQLTransaction"):
        await reader.rows(select(func.nextval("alert_transition_number_seq")))


async def test_a_database_away_is_away_and_comes_back(
    reader: Reader, clinic: MadeClinic, database: URL, sql: asyncpg.Connection
) -> None:
    lost = Reader(database.set(database="no_such_database"), Deadlines(), size=1)
    with pytest.raises(StoreAway):
        await lost.standing.clinics()
    await lost.close()

    asked = [asyncio.create_task(reader.standing.clinics()) for _ in range(4)]
    await sql.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'kat-monitor reader' AND datname = current_database()"
    )
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, (StoreAway, list)) for answer in answers)
    assert len(await reader.standing.clinics()) == 1


async def test_a_cancelled_question_does_not_spoil_the_pool(
    database: URL, clinic: MadeClinic, sql: asyncpg.Connection
) -> None:
    single = Reader(database, Deadlines(lock_s=5), size=1)
    await sql.execute("BEGIN; LOCK TABLE clinic IN ACCESS EXCLUSIVE MODE")
    asked = asyncio.create_task(single.standing.clinics())
    await until_someone_waits_for_a_lock(sql)

    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)

    assert await single.standing.chairs(clinic.id)
    await sql.execute("ROLLBACK")
    await single.close()


async def test_a_connection_without_an_answer_is_not_used_again(
    database: URL, clinic: MadeClinic, sql: asyncpg.Connection
) -> None:
    single = Reader(database, Deadlines(read_s=0.1), size=1)
    await single.standing.clinics()
    backend = await sql.fetchval(
        "SELECT pid FROM pg_stat_activity "
        "WHERE application_name = 'kat-monitor reader' AND datname = current_database()"
    )
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(StoreAway):
            await single.standing.clinics()
        assert len(await single.standing.clinics()) == 1
    finally:
        os.kill(backend, signal.SIGCONT)
    await single.close()


async def test_a_slow_read_ends_at_its_deadline(database: URL, clinic: MadeClinic, sql: asyncpg.Connection) -> None:
    hasty = Reader(database, Deadlines(read_s=0.2, lock_s=5), size=1)
    await sql.execute("BEGIN; LOCK TABLE clinic IN ACCESS EXCLUSIVE MODE")

    with pytest.raises(StoreAway):
        await hasty.standing.clinics()

    await sql.execute("ROLLBACK")
    assert len(await hasty.standing.clinics()) == 1
    await hasty.close()
