"""Memory is what the record says: read back at the start, and after every commit that failed or may have.

Also what a request needs looked up. All of it runs in the writer's task, so nothing commits meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

import structlog

from kat_monitor.clock import Clock
from kat_monitor.domain.alerts import Alert, AlertKind, AlertState, TimerArmed
from kat_monitor.domain.audit import AuditEvent, AuditRow, Head, chain
from kat_monitor.domain.corrections import Span
from kat_monitor.domain.journal import Entry, SessionCreated
from kat_monitor.domain.readings import FLAGS_BY_NAME, Reading
from kat_monitor.domain.registry import DeviceStay, Gateway, Patient
from kat_monitor.ingest.turn import Turn
from kat_monitor.ingest.verdicts import Existing, Stored, note_observations, note_session
from kat_monitor.protocols.loader import version_of
from kat_monitor.rules.clinic import ClinicState, DeviceState, GatewayState, JudgedMemory, Occupancy
from kat_monitor.rules.compare import differences
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.rules.fold import apply_entry
from kat_monitor.rules.state import SessionState, new_session
from kat_monitor.store.batch import RowWrite, StoredAnswer
from kat_monitor.store.reader import Reader
from kat_monitor.store.same import Same

_SENDER = int(sum(FLAGS_BY_NAME.values()))
Timer = tuple[UUID, TimerArmed]

log = structlog.get_logger()


class ReadBack:
    """Fills and refills the clinics' states from the store."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self.clinics: dict[UUID, ClinicState] = {}
        self.differing: set[tuple[UUID, UUID]] = set()
        """(clinic, session) whose fold and stored alerts differ: the stored alerts stand, and it is raised."""
        self._audit_heads: dict[UUID, Head] = {}
        self._offsets: dict[UUID, Gateway] = {}

    # -- at the start ----------------------------------------------------------------------------------------------

    async def load_all(self) -> list[Timer]:
        """Every clinic with its open sessions, folded. Returns the timers that run."""
        timers: list[Timer] = []
        for stored in await self._reader.standing.clinics():
            clinic = ClinicState(stored.clinic)
            clinic.position = stored.position
            clinic.started_wall = self._clock.wall_us()
            self.clinics[clinic.clinic.id] = clinic
            same = Same()
            await self._standing(clinic, same)
            timers += await self._sessions(clinic, same)
            self._audit_heads[clinic.clinic.id] = await self._reader.ledger.audit_head(clinic.clinic.id)
        return timers

    async def _standing(self, clinic: ClinicState, same: Same) -> None:
        """Places, devices, gateways, patients, people's names, protocols, and who sat where."""
        clinic_id = clinic.clinic.id
        standing = self._reader.standing
        clinic.chairs = {chair.id: chair for chair in await standing.chairs(clinic_id, same)}
        for gateway in await standing.gateways(clinic_id):
            clinic.gateways[gateway.id] = GatewayState(gateway)
        stays: dict[UUID, list[DeviceStay]] = {}
        for stay in await standing.stays(clinic_id, same):
            stays.setdefault(stay.device_id, []).append(stay)
        high_water = await self._reader.journals.high_water(clinic_id)
        for device in await standing.devices(clinic_id, same):
            clinic.add_device(DeviceState(device, stays.get(device.id, []), high_water.get(device.id, -1)))
        for user in await standing.users(clinic_id):
            clinic.put_user(user)
        for kept in await standing.protocols(clinic_id):
            version = version_of(kept.toml, kept.version)
            clinic.protocols[version.code, version.version] = version
            clinic.compiled[version.code, version.version] = compile_protocol(version)
        clinic.whose = await self._reader.corrections.whose(clinic_id)
        await self._duty(clinic)
        for seat in await self._reader.sessions.seats(clinic_id, 0, same):
            clinic.occupancy.setdefault(seat.chair_id, []).append(Occupancy(seat.session_id, seat.from_at, seat.to_at))
        await self._left(clinic)

    async def _left(self, clinic: ClinicState) -> None:
        """Who left each chair last."""
        last = {chair: stays[-1].session_id for chair, stays in clinic.occupancy.items() if stays and stays[-1].to_at}
        clinic.left = await self._reader.turnover.left(clinic.clinic.id, last)

    async def _duty(self, clinic: ClinicState) -> None:
        """Stations, who is on shift, the PINs, and who has which chair."""
        rows, clinic_id = self._reader.duty, clinic.clinic.id
        stations, on, pins = await rows.stations(clinic_id), await rows.shifts_on(clinic_id), await rows.pins(clinic_id)
        clinic.duty.fill(stations, on, pins, used=await rows.any_shift(clinic_id))
        clinic.assigned = await self._reader.assignments.standing(clinic_id)
        clinic.opening_check = await self._reader.assignments.newest_check(clinic_id)

    async def _sessions(self, clinic: ClinicState, same: Same) -> list[Timer]:
        clinic_id = clinic.clinic.id
        alerts = await self._reader.alerts.open(clinic_id)
        clinic.technical = {a.id: a for a in alerts if a.kind is AlertKind.TECHNICAL}
        going_on = await self._reader.sessions.not_ended(clinic_id)
        wanted: dict[UUID, list[Alert]] = {same[row.id]: [] for row in going_on}
        for alert in alerts:
            # Ended sessions stay as long as somebody still has to look at one of their alerts.
            if alert.kind is AlertKind.PHYSIOLOGICAL and alert.session_id is not None:
                wanted.setdefault(alert.session_id, []).append(alert)
        timers: list[Timer] = []
        async for session_id, entries in self._reader.journals.many(clinic_id, list(wanted), same):
            timers += self._fold(clinic, session_id, entries, wanted[session_id])
        await self._patients(clinic)
        return timers

    async def _patients(self, clinic: ClinicState) -> None:
        missing = [s.patient_id for s in clinic.sessions.values() if s.patient_id not in clinic.patients]
        if missing:
            clinic.patients.update(await self._reader.standing.patients(clinic.clinic.id, missing))

    def _fold(
        self, clinic: ClinicState, session_id: UUID, entries: Sequence[Entry], stored: Sequence[Alert]
    ) -> list[Timer]:
        """One session from its journal, its open alerts as the record has them."""
        created = entries[0]
        if not isinstance(created, SessionCreated):
            raise ValueError(f"session {session_id}: the journal does not begin with its creation")
        key = (created.protocol_code, created.protocol_version)
        state = new_session(created, clinic.protocols[key], clinic.compiled[key])
        memory = JudgedMemory()
        try:
            for entry in entries:
                if isinstance(entry, Reading):
                    self._remember(clinic, memory, entry)
                apply_entry(state, entry)
        except Exception:
            # Contained to the session, and raised as an alert.
            log.exception("fold_failed", session=str(session_id))
            self.differing.add((clinic.clinic.id, session_id))
        if differences(list(state.limits.alerts.values()), stored):
            self.differing.add((clinic.clinic.id, session_id))
        stand(state, stored)
        clinic.sessions[session_id] = state
        clinic.memories[session_id] = memory
        return [(clinic.clinic.id, timer) for timer in running_timers(state)]

    def _remember(self, clinic: ClinicState, memory: JudgedMemory, reading: Reading) -> None:
        if reading.has_pressure:
            memory.note_pressure(reading)
        if reading.late:
            return
        memory.note_judged(reading)
        device = clinic.devices.get(reading.device_id)
        if device is not None:
            if reading.session_id is not None:
                note_session(device, reading.session_id)
            device.last_heard_at = max(device.last_heard_at or 0, reading.received_at)
            note_observations(memory, device, reading)

    # -- after a failed or doubtful commit -------------------------------------------------------------------------

    async def restore(
        self, clinics: Iterable[UUID], sessions: Iterable[tuple[UUID, UUID]], devices: Iterable[tuple[UUID, UUID]]
    ) -> list[Timer]:
        """Put what was touched back to what the record says. Raises StoreAway and changes nothing that matters then."""
        timers: list[Timer] = []
        of_clinic: dict[UUID, list[UUID]] = {}
        for clinic_id, device_id in devices:
            of_clinic.setdefault(clinic_id, []).append(device_id)
        for clinic_id, device_ids in of_clinic.items():
            high = await self._reader.journals.high_water(clinic_id, device_ids)
            for device_id in device_ids:
                device = self.clinics[clinic_id].devices.get(device_id)
                if device is not None:  # one that the failed commit would have made is not there yet
                    device.high_water = high.get(device_id, -1)
        for clinic_id in clinics:
            clinic = self.clinics[clinic_id]
            alerts = await self._reader.alerts.open(clinic_id)
            clinic.technical = {a.id: a for a in alerts if a.kind is AlertKind.TECHNICAL}
            clinic.whose = await self._reader.corrections.whose(clinic_id)
            await self._duty(clinic)
            self._audit_heads[clinic_id] = await self._reader.ledger.audit_head(clinic_id)
            for own, session_id in sessions:
                if own == clinic_id:
                    timers += await self._session_again(clinic, session_id, alerts)
            await self._left(clinic)
        return timers

    async def _session_again(self, clinic: ClinicState, session_id: UUID, alerts: Sequence[Alert]) -> list[Timer]:
        entries = await self._reader.journals.one(clinic.clinic.id, session_id)
        for device in clinic.devices.values():
            if device.last_session_id == session_id:
                # The fold counts it anew.
                device.last_session_id = None
        for stays in clinic.occupancy.values():
            stays[:] = [stay for stay in stays if stay.session_id != session_id]
        clinic.sessions.pop(session_id, None)
        clinic.memories.pop(session_id, None)
        if not entries:
            return []
        stored = [a for a in alerts if a.session_id == session_id and a.kind is AlertKind.PHYSIOLOGICAL]
        timers = self._fold(clinic, session_id, entries, stored)
        for chair_id, stay in stays_of(clinic.sessions[session_id]):
            kept = clinic.occupancy.setdefault(chair_id, [])
            kept.append(stay)
            kept.sort(key=lambda s: s.from_at)
        await self._patients(clinic)
        return timers

    # -- what judging and requests look up -------------------------------------------------------------------------

    async def existing(self, clinic_id: UUID, keys: Sequence[tuple[UUID, int]]) -> Existing:
        """What is stored under these identities."""
        found = await self._reader.journals.readings_by_key(clinic_id, keys)
        return {key: Stored(r.observed_at, r.source, r.flags & _SENDER, tuple(r.values)) for key, r in found.items()}

    async def ensure_session(self, clinic_id: UUID, session_id: UUID) -> None:
        """A session that has ended is folded again when somebody asks for it; an unknown one stays unknown."""
        clinic = self.clinics[clinic_id]
        if session_id in clinic.sessions:
            return
        row = await self._reader.sessions.one(clinic_id, session_id)
        if row is None:
            return
        entries = await self._reader.journals.one(clinic_id, session_id)
        alerts = await self._reader.alerts.of_session(clinic_id, session_id)
        self._fold(clinic, session_id, entries, [a for a in alerts if a.is_open and a.kind is AlertKind.PHYSIOLOGICAL])
        await self._patients(clinic)

    async def ensure_patient(self, clinic_id: UUID, patient_id: UUID) -> None:
        """A patient named in a request, if the clinic has them."""
        clinic = self.clinics[clinic_id]
        clinic.patients.update(await self._reader.standing.patients(clinic_id, [patient_id]))

    async def patient(self, clinic_id: UUID, patient_id: UUID) -> Patient | None:
        return (await self._reader.standing.patients(clinic_id, [patient_id])).get(patient_id)

    async def alert(self, clinic_id: UUID, alert_id: UUID) -> Alert | None:
        return await self._reader.alerts.one(clinic_id, alert_id)

    async def reading(self, clinic_id: UUID, device_id: UUID, seq: int) -> Reading | None:
        found = await self._reader.journals.readings_by_key(clinic_id, [(device_id, seq)])
        return found.get((device_id, seq))

    async def measured(self, clinic_id: UUID, spans: Sequence[Span]) -> list[Reading]:
        """What these devices measured then, each as its present owner's."""
        whose = self.clinics[clinic_id].whose
        return [whose.owned(one) for one in await self._reader.corrections.measured(clinic_id, spans)]

    async def answer(self, clinic_id: UUID, key: UUID) -> StoredAnswer | None:
        return await self._reader.ledger.answer(clinic_id, key)

    # -- what the writer adds to each batch ------------------------------------------------------------------------

    def chained(self, events: Iterable[AuditEvent]) -> list[AuditRow]:
        """The batch's audit events as the next rows of their clinics' chains."""
        rows = []
        for event in events:
            head = self._audit_heads[event.clinic_id]
            row = chain(event, head.number + 1, head.hash)
            self._audit_heads[event.clinic_id] = Head(row.number, row.hash)
            rows.append(row)
        return rows

    def offset_changed(self, gateway: GatewayState) -> None:
        """The clock offset goes to the record with the next commit."""
        self._offsets[gateway.gateway.id] = replace(gateway.gateway, offset_us=gateway.offset_us)

    def offset_rows(self, turn: Turn) -> list[RowWrite]:
        """Offsets not yet in the record; they stay until a commit that holds them."""
        rows = []
        for gateway in self._offsets.values():
            key = {"clinic_id": gateway.clinic_id, "id": gateway.id}
            rows.append(RowWrite("gateway", key, {"offset_us": gateway.offset_us}, how="update"))
            turn.after_commit.append(partial(self._offset_stored, gateway))
        return rows

    def _offset_stored(self, gateway: Gateway) -> None:
        if self._offsets.get(gateway.id) is gateway:
            del self._offsets[gateway.id]

    def take_differing(self) -> list[tuple[UUID, UUID]]:
        """Sessions whose fold and stored alerts were found to differ, each once."""
        found = sorted(self.differing)
        self.differing.clear()
        return found


def stand(state: SessionState, stored: Sequence[Alert]) -> None:
    """The stored alerts are what is open, acknowledged and escalated; the fold gives the conditions."""
    state.limits.alerts = {alert.id: alert for alert in stored}


def running_timers(state: SessionState) -> list[TimerArmed]:
    """Confirm timers of provisional alerts; overdue ones fire at once, with their true due time."""
    return [
        TimerArmed(state.id, "confirm", alert.id, alert.confirm_by)
        for alert in state.limits.alerts.values()
        if alert.state is AlertState.PROVISIONAL and alert.confirm_by is not None
    ]


def stays_of(state: SessionState) -> list[tuple[UUID, Occupancy]]:
    """Where the session sat, from its own facts."""
    opened_at = state.opened_at
    if opened_at is None:
        return []
    starts = [(chair_id, max(at, opened_at)) for chair_id, at in state.chairs]
    found = []
    for index, (chair_id, from_at) in enumerate(starts):
        until = starts[index + 1][1] if index + 1 < len(starts) else state.ended_at
        if until is None or until > from_at:
            found.append((chair_id, Occupancy(state.id, from_at, until)))
    return found
