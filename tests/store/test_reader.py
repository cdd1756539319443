"""What was committed comes back as it was, in the order it was committed, and only to its own clinic."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from kat_monitor.domain.alerts import AlertChange, AlertState, Step
from kat_monitor.domain.journal import Event, Moved, SessionCreated
from kat_monitor.domain.registry import Chair, DeviceStay, Patient, Role
from kat_monitor.domain.vitals import Phase, Priority
from kat_monitor.store.batch import Batch
from kat_monitor.store.reader import Reader
from kat_monitor.store.session_rows import Seat
from kat_monitor.store.writer import POSITIONS_AHEAD, Writer
from tests.store.made import NOW, SECOND, MadeClinic

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
