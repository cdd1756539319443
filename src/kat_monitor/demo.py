"""Makes the demo's clinic: its three people, a clock that never goes back, and the treatments of the last weeks."""

from typing import Any
from uuid import uuid4

from sqlalchemy import URL

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
from kat_simulators.past import Regular, past_sessions, regulars
from kat_simulators.seeding import room_of

CLOCK_KEY = "clock_anchor"


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
            key = {"clinic_id": clinic_id, "id": places[regular.chair]}
            batch.rows.append(RowWrite("chair", key, {"label": regular.chair, "room": room_of(number)}))
            person = {name: getattr(regular.patient, name) for name in ("mrn", "name", "birth_date", "sex")}
            batch.rows.append(RowWrite("patient", {"clinic_id": clinic_id, "id": regular.patient.id}, person))
        versions = {code: version_of(toml, 1) for code, (toml, _) in shipped().items()}
        crew = (users["nurse"], users["clinician"])
        for past in past_sessions(known, places, versions, crew, now):
            batch.entries += [(clinic_id, entry) for entry in (past.created, *past.commands)]
            batch.readings += past.readings
            batch.alerts |= past.alerts
            batch.transitions += past.changes
            batch.sessions[past.state.id] = session_row(past.state, now)
        await writer.commit(batch)
    finally:
        await writer.close()
        await reader.close()
    return known


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
