"""A clinic to measure with: open sessions of the IV pack with locked baselines, devices at their chairs, one key."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import URL

from kat_monitor.access.gateway_keys import gateway_row, new_gateway
from kat_monitor.access.people import new_user, user_row
from kat_monitor.access.provision import clinic_batch
from kat_monitor.access.tokens import new_token, token_row
from kat_monitor.clock import RealClock
from kat_monitor.domain.journal import BaselineLocked, Command, Event, PhaseEntered, SessionCreated
from kat_monitor.domain.registry import Role
from kat_monitor.domain.vitals import MINUTE_US, Phase
from kat_monitor.ingest.session_rows import session_row
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.rules.fold import fold
from kat_monitor.store.batch import Batch
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.writer import Writer
from tests.bench.database import connect

PACK = "iv_infusion"
AT_A_TIME = 500
CUFF_MS = 300_000
STANDING_SINCE_US = 30 * 24 * 60 * MINUTE_US
CALM = {"systolic": 1200, "diastolic": 780, "heart_rate": 700, "spo2": 980}
"""The baseline of everybody, tenths."""


@dataclass(frozen=True, slots=True)
class Place:
    """A chair with an open session, its monitor and its cuff (ids, and the names that the gateway uses)."""

    number: int
    chair_id: UUID
    session_id: UUID
    patient_id: UUID
    monitor_id: UUID
    cuff_id: UUID

    @property
    def monitor(self) -> str:
        return f"m{self.number}"

    @property
    def cuff(self) -> str:
        return f"c{self.number}"


@dataclass(frozen=True, slots=True)
class Bench:
    """What the load needs to know of the clinic."""

    clinic_id: UUID
    key: str
    """The gateway's."""
    token: str
    """A nurse's, for REST and the live screen."""
    places: tuple[Place, ...]
    checked_in_at: int
    position: int
    """The last one given out in the journal."""
    monitor_ms: int
    """How often the monitors send."""


async def provision(url: URL, sessions: int, *, minutes: int = 30, monitor_ms: int = 1_000) -> Bench:
    """Fill a fresh database with a clinic whose sessions were checked in `minutes` (at least 25) ago.

    All had their dose 20 minutes ago; every other one is in recovery since 5 minutes later.
    """
    now = RealClock().now_us()
    clinic, batch = clinic_batch("Bench", now)
    nurse = new_user(clinic.id, "bench", "Bench Nurse", [Role.NURSE], "no password opens this")
    token, secret = new_token(clinic.id, nurse.id, "bench", frozenset({Role.NURSE}), now, None)
    gateway, key = new_gateway(clinic.id, "bench", now)
    batch.rows += [user_row(nurse, now), token_row(token), gateway_row(gateway)]
    places = tuple(Place(n, uuid4(), uuid4(), uuid4(), uuid4(), uuid4()) for n in range(sessions))
    checked_in_at = now - minutes * MINUTE_US
    writer = Writer(url, Deadlines(statement_s=60))
    await writer.open()
    try:
        await writer.commit(batch)
        await _furnish(url, clinic.id, gateway.id, places, monitor_ms)
        position = await _open_sessions(writer, clinic.id, nurse.id, places, checked_in_at, now)
    finally:
        await writer.close()
    return Bench(clinic.id, key, secret, places, checked_in_at, position, monitor_ms)


async def _furnish(url: URL, clinic_id: UUID, gateway_id: UUID, places: Sequence[Place], monitor_ms: int) -> None:
    """Chairs, devices, where they stand, patients; by COPY, since there may be thousands."""
    at = RealClock().now_us() - STANDING_SINCE_US
    chairs = [(clinic_id, p.chair_id, f"Chair {p.number}", "Ward") for p in places]
    people = [(clinic_id, p.patient_id, f"B{p.number}", f"Ada Bench{p.number}", "1980-05-17", "female") for p in places]
    devices, stays = [], []
    for p in places:
        for device_id, code, kind, every in (
            (p.monitor_id, p.monitor, "monitor", monitor_ms),
            (p.cuff_id, p.cuff, "cuff", CUFF_MS),
        ):
            devices.append((clinic_id, device_id, code, code, kind, gateway_id, p.chair_id, every))
            stays.append((clinic_id, device_id, at, p.chair_id, None))
    raw = await connect(url)
    try:
        for table, columns, rows in (
            ("chair", "clinic_id id label room", chairs),
            ("patient", "clinic_id id mrn name birth_date sex", people),
            ("device", "clinic_id id code label kind gateway_id chair_id interval_ms", devices),
            ("device_stay", "clinic_id device_id from_at chair_id by", stays),
        ):
            await raw.copy_records_to_table(table, records=rows, columns=columns.split())
    finally:
        await raw.close()


async def _open_sessions(
    writer: Writer, clinic_id: UUID, by: UUID, places: Sequence[Place], checked_in_at: int, now: int
) -> int:
    """Commit every session's journal and row; the last position given out."""
    version = version_of(shipped()[PACK][0], 1)
    compiled = compile_protocol(version)
    position = 0
    for start in range(0, len(places), AT_A_TIME):
        batch = Batch()
        for place in places[start : start + AT_A_TIME]:
            entries = []
            for entry in _journal(clinic_id, by, place, checked_in_at, (now - checked_in_at) / MINUTE_US - 20):
                position += 1
                entries.append(replace(entry, position=position))
            created = entries[0]
            assert isinstance(created, SessionCreated)
            state = fold(created, version, compiled, entries)
            batch.entries += [(clinic_id, entry) for entry in entries]
            batch.sessions[state.id] = session_row(state, now)
        await writer.commit(batch)
    return position


def _journal(clinic_id: UUID, by: UUID, place: Place, since: int, dose: float) -> Iterable[Command]:
    """Created, checked in at minute 0, baseline just before the dose at minute `dose`; maybe recovery 5 min later."""

    def header(minute: float) -> dict[str, int | UUID]:
        at = since + round(minute * MINUTE_US)
        return {"position": 0, "session_id": place.session_id, "at": at, "committed_at": at, "by": by}

    yield SessionCreated(
        **header(-1),  # type: ignore[arg-type]
        clinic_id=clinic_id,
        patient_id=place.patient_id,
        chair_id=place.chair_id,
        protocol_code=PACK,
        protocol_version=1,
        planned_dosing_min=40.0,
        weight_kg=70.0,
    )
    yield PhaseEntered(**header(0), to=Phase.PREPARING, identifiers=("name", "birth_date"))  # type: ignore[arg-type]
    yield BaselineLocked(**header(dose - 1), **CALM)  # type: ignore[arg-type]
    data = {"drug": "ketamine", "amount_mg": 35.0, "route": "iv", "weight_kg": 70.0}
    yield Event(**header(dose), id=uuid.uuid4(), event="dose", data=data)  # type: ignore[arg-type]
    yield PhaseEntered(**header(dose), to=Phase.DOSING)  # type: ignore[arg-type]
    if place.number % 2:
        yield PhaseEntered(**header(dose + 5), to=Phase.RECOVERY)  # type: ignore[arg-type]
