"""What was committed comes back as it was, in the order it was committed, and only to its own clinic."""

import asyncio
import inspect
import os
import signal
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import URL, func, select

from kat_monitor.domain.alerts import AlertChange, AlertState, Step
from kat_monitor.domain.audit import GENESIS, AuditEvent, chain
from kat_monitor.domain.journal import Event, Moved, SessionCreated
from kat_monitor.domain.registry import Chair, DeviceStay, Patient, Role
from kat_monitor.domain.vitals import Phase, Priority
from kat_monitor.store.batch import Batch, Notice, StoreAway, StoredAnswer
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.reader import Reader
from kat_monitor.store.session_rows import Seat
from kat_monitor.store.writer import POSITIONS_AHEAD, Writer
from tests.store.made import NOW, SECOND, MadeClinic
from tests.store_fixtures import until_someone_waits_for_a_lock

WALL = NOW + 60 * SECOND


@pytest.fixture
def clinic() -> MadeClinic:
    return MadeClinic()


@pytest.fixture(autouse=True)
async def _stored_clinic(writer: Writer, clinic: MadeClinic) -> None:
    await writer.commit(Batch(rows=clinic.rows()))


def event(clinic: MadeClinic, session_id: UUID, at: int) -> Event:
    return Event(
        position=clinic.next_position(),
        session_id=session_id,
        at=at,
        committed_at=at,
        by=clinic.person,
        id=uuid4(),
        event="note",
        text="calm",
        data={"b": 1.5, "a": ["x"]},
    )


async def test_a_journal_comes_back_in_the_order_of_its_positions(
    writer: Writer, reader: Reader, clinic: MadeClinic
) -> None:
    row = clinic.session()
    batch = clinic.begin(row)
    batch.readings += [clinic.reading(5, row.id), clinic.reading(3, row.id, device=1)]
    noted = event(clinic, row.id, NOW)
    batch.entries.append((clinic.id, noted))
    batch.readings.append(clinic.reading(1, row.id, systolic=1513, late=True, reason="cuff", sent_at=NOW, flags=65))
    batch.readings.append(clinic.reading(2, None))
    await writer.commit(batch)

    entries = await reader.journals.one(clinic.id, row.id)

    assert entries == [batch.entries[0][1], batch.readings[0], batch.readings[1], noted, batch.readings[2]]
    assert [type(entry) for entry in entries][:2] == [SessionCreated, type(batch.readings[0])]
    assert await reader.journals.commands(clinic.id, row.id) == [batch.entries[0][1], noted]
    assert await reader.journals.one(clinic.id, uuid4()) == []


async def test_many_journals_come_in_the_order_asked(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    rows = [clinic.session() for _ in range(7)]
    for row in rows:
        await writer.commit(clinic.begin(row))
    wanted = [row.id for row in reversed(rows)]

    got = [session_id async for session_id, entries in reader.journals.many(clinic.id, wanted) if len(entries) == 1]
    assert got == wanted
    async for _ in reader.journals.many(clinic.id, wanted):
        break


async def test_stored_readings_by_key_and_high_water(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    stored = [clinic.reading(1), clinic.reading(2)._replace(seq=2**62), clinic.reading(7)]
    await writer.commit(Batch(readings=stored))
    first, second = clinic.devices

    found = await reader.journals.readings_by_key(clinic.id, [(first, 7), (first, 8), (second, 7), (uuid4(), 1)])

    assert found == {(first, 7): stored[2]}
    assert await reader.journals.high_water(clinic.id) == {first: 2**62, second: -1}
    assert await reader.journals.high_water(clinic.id, [second, uuid4()]) == {second: -1}


async def test_standing_things(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    chair, other = clinic.chairs
    await writer.commit(
        Batch(
            rows=[
                clinic.row("device_stay", {"device_id": clinic.devices[0], "from_at": NOW + 10}, chair_id=other),
                clinic.row("device_stay", {"device_id": clinic.devices[0], "from_at": NOW + 20}, chair_id=None),
            ],
            readings=[clinic.reading(1)],
        )
    )
    standing = reader.standing

    (stored,) = await standing.clinics()
    assert (stored.clinic.id, stored.clinic.name, stored.position) == (clinic.id, "Elm Street", 1 + POSITIONS_AHEAD)
    assert await standing.chairs(clinic.id) == [Chair(chair, clinic.id, "Chair 1"), Chair(other, clinic.id, "Chair 2")]
    assert [(d.code, d.chair_id, d.interval_ms) for d in await standing.devices(clinic.id)] == [
        ("monitor-1", chair, 1000),
        ("monitor-2", other, 1000),
    ]
    stays = [stay for stay in await standing.stays(clinic.id) if stay.device_id == clinic.devices[0]]
    assert stays == [
        DeviceStay(clinic.devices[0], clinic.id, chair, NOW, NOW + 10, None),
        DeviceStay(clinic.devices[0], clinic.id, other, NOW + 10, NOW + 20, None),
        DeviceStay(clinic.devices[0], clinic.id, None, NOW + 20, None, None),
    ]
    (gateway,) = await standing.gateways(clinic.id)
    assert (gateway.label, gateway.key_sha256, gateway.offset_us) == ("Room 1", clinic.gateway.bytes, None)
    (user,) = await standing.users(clinic.id)
    assert (user.name, user.roles, user.active) == ("Ada Nurse", frozenset({Role.NURSE}), True)
    (protocol,) = await standing.protocols(clinic.id)
    assert (protocol.code, protocol.version, protocol.toml) == ("iv_infusion", 1, "code = 'iv_infusion'")


@pytest.mark.parametrize(
    ("text", "found"),
    [("", 2), ("éVA", 1), ("stone", 1), ("m2", 1), ("100%", 1), ("%", 1), ("_", 1), ("/", 0), ("x", 0)],
)
async def test_patients_are_found_by_any_part_of_name_or_number(
    reader: Reader, clinic: MadeClinic, text: str, found: int
) -> None:
    patients = await reader.standing.find_patients(clinic.id, text, 10)

    assert len(patients) == found
    assert all(isinstance(patient, Patient) for patient in patients)
    assert len(await reader.standing.find_patients(clinic.id, "", 1)) == 1
    assert set(await reader.standing.patients(clinic.id, [clinic.patients[0], uuid4()])) == {clinic.patients[0]}


async def test_logins_and_tokens_that_are_not_over(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    def login(n: int, **changes: Any) -> Any:
        values = {"account_id": clinic.person, "secret_sha256": bytes([n]), "created_at": NOW, "expires_at": WALL + 1}
        return clinic.row("login", {"id": UUID(int=n)}, seen_at=NOW, **(values | changes))

    def token(n: int, **changes: Any) -> Any:
        values = {"account_id": clinic.person, "secret_sha256": bytes([n]), "created_at": NOW, "label": "x"}
        return clinic.row("token", {"id": UUID(int=n)}, scopes=["nurse"], **(values | changes))

    await writer.commit(
        Batch(
            rows=[
                login(1),
                login(2, revoked_at=NOW),
                login(3, expires_at=WALL),
                token(1),
                token(2, expires_at=WALL),
                token(3, expires_at=WALL + 1),
                token(4, revoked_at=NOW),
            ]
        )
    )

    assert [row["id"].int for row in await reader.standing.logins(clinic.id, WALL)] == [1]
    assert {row["id"].int for row in await reader.standing.tokens(clinic.id, WALL)} == {1, 3}


async def test_sessions_come_back_whole(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    going = clinic.session(
        weight_kg=70.5, phase=Phase.DOSING, checked_in_at=NOW, dosing_at=NOW + 5, scheduled_at=NOW - 5
    )
    going = replace(going, summary=replace(going.summary, peak_systolic=1861, peak_systolic_min=31.5, readings=7))
    ended = clinic.session(1, created_at=NOW + 1, ended_at=NOW + 9, phase=Phase.DISCHARGED, outcome="met")
    for row in (going, ended):
        await writer.commit(clinic.begin(row))

    assert await reader.sessions.not_ended(clinic.id) == [going]
    assert await reader.sessions.one(clinic.id, ended.id) == ended
    assert await reader.sessions.one(clinic.id, uuid4()) is None
    assert await reader.sessions.ids(clinic.id) == [going.id, ended.id]
    assert await reader.sessions.some(clinic.id, [ended.id, uuid4()]) == {ended.id: ended}


async def test_who_sat_where(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    first, second = clinic.chairs

    def moved(row_id: UUID, at: int, chair_id: UUID) -> tuple[UUID, Moved]:
        position = clinic.next_position()
        return clinic.id, Moved(position=position, session_id=row_id, at=at, committed_at=at, chair_id=chair_id)

    stayed = clinic.session(0, phase=Phase.DISCHARGED, checked_in_at=NOW, ended_at=NOW + 10)
    walker = clinic.session(0, phase=Phase.RECOVERY, checked_in_at=NOW + 20, dosing_at=NOW + 30)
    planned = clinic.session(1)
    for row in (stayed, walker, planned):
        await writer.commit(clinic.begin(row))
    await writer.commit(
        Batch(
            entries=[moved(walker.id, NOW + 40, second), moved(planned.id, NOW + 41, first)],
            sessions={walker.id: replace(walker, chair_id=second)},
        )
    )

    assert await reader.sessions.seats(clinic.id, 0) == [
        Seat(stayed.id, first, NOW, NOW + 10),
        Seat(walker.id, first, NOW + 20, NOW + 40),
        Seat(walker.id, second, NOW + 40, None),
    ]
    assert {seat.session_id for seat in await reader.sessions.seats(clinic.id, NOW + 10)} == {walker.id}


async def test_alerts_and_their_steps(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    row = clinic.session()
    await writer.commit(clinic.begin(row))
    full = clinic.alert(
        row.id,
        note="asked twice",
        acknowledged_by=clinic.person,
        acknowledged_at=NOW,
        acknowledged_value=1840,
        unconfirmed=True,
        escalation=2,
        reviewed_from=NOW,
        reviewed_to=NOW + 1,
        detail="x",
    )
    closed = clinic.alert(row.id, state=AlertState.CLOSED, opened_at=NOW + 1, priority=Priority.LOW)
    elsewhere = clinic.alert(opened_at=NOW + 2, chair_id=clinic.chairs[1], state=AlertState.RETURNED, late=True)
    alerts = [full, closed, elsewhere]
    steps = [AlertChange(full, Step.OPENED, NOW), AlertChange(elsewhere, Step.OPENED, NOW)]
    steps.append(AlertChange(full, Step.ACKNOWLEDGED, NOW + 1, clinic.person, "asked twice"))
    await writer.commit(Batch(alerts={alert.id: alert for alert in alerts}, transitions=steps))
    read = reader.alerts

    assert await read.open(clinic.id) == [full, elsewhere]
    assert await read.one(clinic.id, full.id) == full
    assert await read.of_session(clinic.id, row.id) == [full, closed]
    assert await read.find(clinic.id) == [elsewhere, closed, full]
    assert await read.find(clinic.id, open_only=True, chair_id=clinic.chairs[0]) == [full]
    assert await read.find(clinic.id, opened_from=NOW + 1, opened_to=NOW + 2) == [closed]
    assert await read.find(clinic.id, priority=Priority.LOW) == [closed]
    assert await read.find(clinic.id, limit=1) == [elsewhere]
    own = await read.transitions(clinic.id, full.id)
    assert [(s.step, s.by, s.note, s.escalation) for s in own] == [
        (Step.OPENED, None, None, 2),
        (Step.ACKNOWLEDGED, clinic.person, "asked twice", 2),
    ]
    assert await read.transitions_of_session(clinic.id, row.id) == own


async def test_the_ledger(writer: Writer, reader: Reader, clinic: MadeClinic) -> None:
    ledger = reader.ledger
    assert await ledger.audit_head(clinic.id) == (0, GENESIS)
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

    assert await ledger.audit_head(clinic.id) == (7, rows[-1].hash)
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
    ]
    await writer.commit(batch)
    known: dict[str, Any] = {
        "session_id": row.id,
        "session_ids": [row.id],
        "alert_id": alert.id,
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
    assert asked == 31


NOTHING: tuple[Any, ...] = ([], {}, None, (0, GENESIS))


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
