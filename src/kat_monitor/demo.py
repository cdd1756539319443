"""Makes the demo's clinic: its three people, a clock that never goes back, and the treatments of the last weeks."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import URL

from kat_monitor.access.gateway_keys import gateway_row, new_gateway
from kat_monitor.access.passwords import Passwords
from kat_monitor.access.provision import DEMO_PEOPLE, clinic_batch, person_row
from kat_monitor.clock import Clock, RealClock, ScaledClock
from kat_monitor.domain.commands import Actor
from kat_monitor.domain.registry import Clinic
from kat_monitor.ingest.session_rows import session_row
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.settings import Settings
from kat_monitor.store.batch import Batch, RowWrite
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer
from kat_simulators.memory import GatewayKey, Memory, Ongoing
from kat_simulators.opening import openings
from kat_simulators.past import DAY_US, Past, Regular, device_id, past_sessions, present_session, regulars
from kat_simulators.physiology import MINUTE_US
from kat_simulators.scenario_files import load
from kat_simulators.seeding import CUFF_INTERVAL_S, device_code, gateway_label, room_of

CLOCK_KEY = "clock_anchor"
INTERVAL_MS = {"cuff": round(CUFF_INTERVAL_S * 1000), "monitor": 1000}
STOOD_DAYS = 40
"""For longer than the past goes back."""


async def prepare_demo(settings: Settings, url: URL, speed: float, password: str) -> Clock:
    """The clinic and its three logins; the clock goes on from where the last run's clock has come to."""
    wall = RealClock()
    writer, reader = Writer(url, Deadlines.of(settings)), Reader(url, Deadlines.of(settings), size=1)
    await writer.open()
    try:
        now = wall.now_us()
        clinics = await reader.standing.clinics()
        clinic = clinics[0].clinic if clinics else await _new_clinic(writer, now)
        batch = Batch()
        hashed = Passwords().hash_now(password)
        known = {user.username: user for user in await reader.standing.users(clinic.id)}
        for username, (name, role) in DEMO_PEOPLE.items():
            if username not in known:
                batch.rows.append(person_row(clinic.id, username, name, role, hashed, now))
            else:
                key = {"clinic_id": clinic.id, "id": known[username].id}
                batch.rows.append(RowWrite("account", key, {"password_hash": hashed}, "update"))
        clock = demo_clock(speed, await reader.ledger.meta(clinic.id, CLOCK_KEY), now)
        anchor = {"wall": now, "clinic": clock.now_us(), "rate": speed}
        place: dict[str, Any] = {"clinic_id": clinic.id, "key": CLOCK_KEY}
        batch.rows.append(RowWrite("meta", place, {"value": anchor}, "upsert"))
        await writer.commit(batch)
    finally:
        await writer.close()
        await reader.close()
    return clock


async def write_past(settings: Settings, url: URL, chairs: int, now: int) -> list[Regular]:
    """Earlier sessions for a clinic that has no chair yet, and who comes back; nothing for any other."""
    writer, reader = Writer(url, Deadlines.of(settings)), Reader(url, Deadlines.of(settings), size=1)
    await writer.open()
    try:
        clinic_id = (await reader.standing.clinics())[0].clinic.id
        if await reader.standing.chairs(clinic_id):
            return []
        users = {user.username: Actor(user.id, user.roles) for user in await reader.standing.users(clinic_id)}
        known = regulars(clinic_id, chairs)
        places = {regular.chair: uuid4() for regular in known}
        batch = Batch()
        for number, regular in enumerate(known, 1):
            batch.rows += _seat_rows(number, regular, places[regular.chair])
        versions = {code: version_of(toml, 1) for code, (toml, _) in shipped().items()}
        crew = (users["nurse"], users["clinician"])
        for past in past_sessions(known, places, versions, crew, now):
            _put(batch, past, now)
        await writer.commit(batch)
    finally:
        await writer.close()
        await reader.close()
    return known


async def write_present(
    settings: Settings, url: URL, known: list[Regular], chairs: int, now: int, kept: Memory
) -> None:
    """Today's first sessions as far as they have come, with their devices, after `write_past` made a past.

    What the players need to go on with them is put into `kept`. Nothing is written where nobody is `known`.
    """
    if not known:
        return
    writer, reader = Writer(url, Deadlines.of(settings)), Reader(url, Deadlines.of(settings), size=1)
    await writer.open()
    try:
        stored = (await reader.standing.clinics())[0]
        clinic_id = stored.clinic.id
        places = {chair.label: chair.id for chair in await reader.standing.chairs(clinic_id)}
        users = {user.username: Actor(user.id, user.roles) for user in await reader.standing.users(clinic_id)}
        versions = {code: version_of(toml, 1) for code, (toml, _) in shipped().items()}
        crew, position, batch = (users["nurse"], users["clinician"]), stored.position + 1, Batch()
        for number, opening in enumerate(openings(clinic_id, known, chairs), 1):
            label = opening.regular.chair
            if label not in places:
                places[label] = uuid4()
                batch.rows += _seat_rows(number, opening.regular, places[label])
            batch.rows += _device_rows(clinic_id, number, label, places[label], now, kept)
            dose_at = now - round(opening.minute * MINUTE_US)
            past, position = present_session(
                opening.regular, load(opening.scenario), places[label], versions, crew, dose_at, position, now
            )
            _put(batch, past, now)
            who, patient_id = opening.regular.who, str(opening.regular.patient.id)
            kept.ongoing[label] = Ongoing(
                opening.scenario, dose_at, now, patient_id, str(past.state.id), past.done, who
            )
        await writer.commit(batch)
        kept.save()
    finally:
        await writer.close()
        await reader.close()


def _seat_rows(number: int, regular: Regular, chair_id: UUID) -> list[RowWrite]:
    """A chair and who comes to it."""
    clinic_id = regular.patient.clinic_id
    person = {name: getattr(regular.patient, name) for name in ("mrn", "name", "birth_date", "sex")}
    return [
        RowWrite("chair", {"clinic_id": clinic_id, "id": chair_id}, {"label": regular.chair, "room": room_of(number)}),
        RowWrite("patient", {"clinic_id": clinic_id, "id": regular.patient.id}, person),
    ]


def _device_rows(clinic_id: UUID, number: int, label: str, chair_id: UUID, now: int, kept: Memory) -> list[RowWrite]:
    """A chair's gateway, whose key is kept, with the cuff and the monitor that today's sessions are measured with."""
    gateway, key = new_gateway(clinic_id, gateway_label(label), now)
    kept.keys[gateway.label] = GatewayKey(str(gateway.id), key)
    rows = [gateway_row(gateway)]
    for kind in ("cuff", "monitor"):
        code = device_code(number, kind)
        identity = {"code": code, "label": code.replace("-", " "), "kind": kind, "gateway_id": gateway.id}
        id_ = device_id(chair_id, kind)
        key_of = {"clinic_id": clinic_id, "id": id_}
        values = {**identity, "chair_id": chair_id, "interval_ms": INTERVAL_MS[kind]}
        rows.append(RowWrite("device", key_of, values))
        stay = {"clinic_id": clinic_id, "device_id": id_, "from_at": now - STOOD_DAYS * DAY_US}
        rows.append(RowWrite("device_stay", stay, {"chair_id": chair_id, "by": None}))
    return rows


def _put(batch: Batch, past: Past, now: int) -> None:
    clinic_id = past.created.clinic_id
    batch.entries += [(clinic_id, entry) for entry in (past.created, *past.commands)]
    batch.readings += past.readings
    batch.alerts |= past.alerts
    batch.transitions += past.changes
    batch.sessions[past.state.id] = session_row(past.state, now)


def demo_clock(speed: float, anchor: Any, now: int) -> Clock:
    """Never back in time, not even behind what a faster run before this one has reached.

    Nor where the machine's own clock was set back meanwhile.
    """
    reached = now
    if anchor is not None:
        reached = max(now, anchor["clinic"] + round(max(0, now - anchor["wall"]) * anchor["rate"]))
    if speed == 1.0 and reached == now:
        return RealClock()
    return ScaledClock(speed, now, reached)


async def _new_clinic(writer: Writer, at: int) -> Clinic:
    clinic, batch = clinic_batch("Demo clinic", at)
    await writer.commit(batch)
    return clinic
