"""Works that change the standing things of a clinic: chairs, devices and where they stand, patients, protocol versions.

Each decides first, then adds its rows and its audit event; memory changes after the commit.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID, uuid4

from kat_monitor.access.audit import act
from kat_monitor.access.identity import Identity
from kat_monitor.domain import protocol as packs
from kat_monitor.domain.registry import Chair, Device, DeviceStay, Patient
from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.errors import bad_value, not_found, refused
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState, DeviceState
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.store.batch import RowWrite

MOST_SINCE_US = 24 * 60 * MINUTE_US
"""How far back a new device may be said to have stood at its chair."""


@dataclass(frozen=True, slots=True)
class MakeChair:
    who: Identity
    chair: Chair

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Chair:
        chair = self.chair
        _row(turn, "chair", clinic, chair.id, {"label": chair.label, "room": chair.room})
        turn.audits.append(act(self.who, turn.now, "chair.create", chair.id))
        turn.touch(clinic).chairs = True
        turn.after_commit.append(lambda: clinic.chairs.__setitem__(chair.id, chair))
        return chair


@dataclass(frozen=True, slots=True)
class ChangeChair:
    """`changes` holds new values of `label` and `room`."""

    who: Identity
    chair_id: UUID
    changes: dict[str, Any]

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Chair:
        chair = clinic.chairs.get(self.chair_id)
        if chair is None:
            raise not_found("chair")
        changed = replace(chair, **self.changes)
        _row(turn, "chair", clinic, chair.id, {"label": changed.label, "room": changed.room}, how="update")
        turn.audits.append(act(self.who, turn.now, "chair.change", chair.id, fields=sorted(self.changes)))
        turn.touch(clinic).chairs = True
        turn.after_commit.append(lambda: clinic.chairs.__setitem__(chair.id, changed))
        return changed


@dataclass(frozen=True, slots=True)
class ReadyChair:
    """The chair is ready for the next patient. Saying so again changes nothing."""

    who: Identity
    chair_id: UUID

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Chair:
        chair = clinic.chairs.get(self.chair_id)
        if chair is None:
            raise not_found("chair")
        left = clinic.left.pop(chair.id, None)
        if left is not None:
            key = {"clinic_id": clinic.clinic.id, "chair_id": chair.id, "session_id": left.session_id}
            turn.batch.rows.append(RowWrite("chair_ready", key, {"at": turn.now, "by": self.who.id}))
            turn.audits.append(act(self.who, turn.now, "chair.ready", chair.id, session=str(left.session_id)))
            turn.touch(clinic).left.add(chair.id)
        return chair


@dataclass(frozen=True, slots=True)
class MakeDevice:
    who: Identity
    device: Device
    since: int | None = None

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Device:
        device = self.device
        _require_place(clinic, device.chair_id)
        _require_gateway(clinic, device.gateway_id)
        _require_free_code(clinic, device)
        since = _standing_since(self.since, turn.now)
        _row(turn, "device", clinic, device.id, _device_columns(device))
        stay = _stay_row(turn, clinic, device, since, self.who)
        turn.audits.append(act(self.who, turn.now, "device.create", device.id, chair=_text(device.chair_id)))
        turn.touch(clinic).chairs = True
        turn.touched_devices.add((clinic.clinic.id, device.id))
        turn.after_commit.append(lambda: clinic.add_device(DeviceState(device, [stay], -1)))
        return device


@dataclass(frozen=True, slots=True)
class ChangeDevice:
    """`changes` holds new `code, label, kind, gateway_id, chair_id, interval_ms`. A move keeps where it stood."""

    who: Identity
    device_id: UUID
    changes: dict[str, Any]

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Device:
        state = clinic.devices.get(self.device_id)
        if state is None or state.device.gateway_id is None:
            raise not_found("device")
        before = state.device
        device = replace(before, **self.changes)
        _require_place(clinic, device.chair_id)
        if device.gateway_id != before.gateway_id:
            _require_gateway(clinic, device.gateway_id)
        if (device.gateway_id, device.code) != (before.gateway_id, before.code):
            _require_free_code(clinic, device)
        _row(turn, "device", clinic, device.id, _device_columns(device), how="update")
        stay = None
        if device.chair_id != before.chair_id:
            newest = state.stays[-1].from_at + 1 if state.stays else turn.now
            stay = _stay_row(turn, clinic, device, max(turn.now, newest), self.who)
        turn.audits.append(
            act(
                self.who,
                turn.now,
                "device.change" if stay is None else "device.move",
                device.id,
                fields=sorted(self.changes),
                chair=_text(device.chair_id),
            )
        )
        turn.touch(clinic).chairs = True
        turn.touched_devices.add((clinic.clinic.id, device.id))
        turn.after_commit.append(lambda: _device_changed(clinic, state, device, stay))
        return device


@dataclass(frozen=True, slots=True)
class MakePatient:
    who: Identity
    patient: Patient

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Patient:
        patient = self.patient
        _row(turn, "patient", clinic, patient.id, _patient_columns(patient))
        turn.audits.append(act(self.who, turn.now, "patient.create", patient.id))
        return patient


class PatientLookup(Protocol):
    """What changing a patient needs of the record (see `readback.ReadBack`)."""

    async def patient(self, clinic_id: UUID, patient_id: UUID) -> Patient | None: ...


@dataclass(slots=True)
class ChangePatient:
    """`changes` holds new values of `mrn, name, birth_date, sex`; what they were before becomes a row of its own."""

    who: Identity
    patient_id: UUID
    changes: dict[str, Any]
    stored: Patient | None = None

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    async def prepare(self, lookup: PatientLookup) -> None:
        self.stored = await lookup.patient(self.clinic_id, self.patient_id)

    def run(self, turn: Turn, clinic: ClinicState) -> Patient:
        if self.stored is None:
            raise not_found("patient")
        before = _with_rows(turn, self.stored)
        changed = replace(before, **self.changes)
        if changed != before:
            _row(turn, "patient", clinic, changed.id, self.changes, how="update")
            _keep_before(turn, before, self.who)
        turn.audits.append(act(self.who, turn.now, "patient.change", changed.id, fields=sorted(self.changes)))
        touched = turn.touch(clinic)
        touched.sessions.update(state.id for state in clinic.sessions.values() if state.patient_id == changed.id)

        def done() -> None:
            if changed.id in clinic.patients:
                clinic.patients[changed.id] = replace(clinic.patients[changed.id], **self.changes)

        turn.after_commit.append(done)
        return changed


def _with_rows(turn: Turn, stored: Patient) -> Patient:
    """The patient as this turn has changed them so far."""
    for row in turn.batch.rows:
        if row.table == "patient" and row.key["id"] == stored.id:
            stored = replace(stored, **row.values)
    return stored


def _keep_before(turn: Turn, before: Patient, who: Identity) -> None:
    key = {"clinic_id": before.clinic_id, "patient_id": before.id, "id": uuid4()}
    values = {"at": turn.now, "by": who.id, **_patient_columns(before)}
    turn.batch.rows.append(RowWrite("patient_before", key, values))


@dataclass(frozen=True, slots=True)
class StoreProtocol:
    """A new version of a pack, or the first. The same text as the newest version changes nothing."""

    who: Identity
    protocol: packs.Protocol
    toml: str
    sha256: str

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> packs.ProtocolVersion:
        code = self.protocol.code
        newest = clinic.newest_version(code)
        if newest is not None and newest.sha256 == self.sha256:
            return newest
        number = 1 if newest is None else newest.version + 1
        version = packs.ProtocolVersion(code, number, self.sha256, self.toml, self.protocol)
        compiled = compile_protocol(version)
        turn.batch.rows.append(
            RowWrite(
                "protocol_version",
                {"clinic_id": clinic.clinic.id, "code": code, "version": number},
                {"sha256": self.sha256, "toml": self.toml, "created_at": turn.now, "by": self.who.id},
            )
        )
        turn.audits.append(act(self.who, turn.now, "protocol.create", code, version=number, sha256=self.sha256))

        def done() -> None:
            clinic.protocols[code, number] = version
            clinic.compiled[code, number] = compiled

        turn.after_commit.append(done)
        return version


def _row(turn: Turn, table: str, clinic: ClinicState, id: UUID, values: dict[str, Any], *, how: Any = "insert") -> None:
    turn.batch.rows.append(RowWrite(table, {"clinic_id": clinic.clinic.id, "id": id}, values, how))


def _device_columns(device: Device) -> dict[str, Any]:
    return {
        "code": device.code,
        "label": device.label,
        "kind": device.kind,
        "gateway_id": device.gateway_id,
        "chair_id": device.chair_id,
        "interval_ms": device.interval_ms,
    }


def _patient_columns(patient: Patient) -> dict[str, Any]:
    return {"mrn": patient.mrn, "name": patient.name, "birth_date": patient.birth_date, "sex": patient.sex}


def _standing_since(since: int | None, now: int) -> int:
    if since is None:
        return now
    if not now - MOST_SINCE_US <= since <= now:
        raise bad_value("stands_since", "out_of_range", "A device has stood there since a time within the last day.")
    return since


def _stay_row(turn: Turn, clinic: ClinicState, device: Device, from_at: int, who: Identity) -> DeviceStay:
    stay = DeviceStay(device.id, clinic.clinic.id, device.chair_id, from_at, None, who.id)
    turn.batch.rows.append(
        RowWrite(
            "device_stay",
            {"clinic_id": clinic.clinic.id, "device_id": device.id, "from_at": from_at},
            {"chair_id": device.chair_id, "by": who.id},
        )
    )
    return stay


def _device_changed(clinic: ClinicState, state: DeviceState, device: Device, stay: DeviceStay | None) -> None:
    before = state.device
    state.device = device
    if before.gateway_id is not None and clinic.by_code.get((before.gateway_id, before.code)) is state:
        del clinic.by_code[before.gateway_id, before.code]
    clinic.add_device(state)
    if stay is not None:
        if state.stays:
            state.stays[-1] = replace(state.stays[-1], to_at=stay.from_at)
        state.stays.append(stay)


def _require_place(clinic: ClinicState, chair_id: UUID | None) -> None:
    """What a body points at must be the clinic's own; another clinic's is as unknown as one that never was."""
    if chair_id is not None and chair_id not in clinic.chairs:
        raise not_found("chair")


def _require_gateway(clinic: ClinicState, gateway_id: UUID | None) -> None:
    state = None if gateway_id is None else clinic.gateways.get(gateway_id)
    if state is None:
        raise not_found("gateway")
    if state.gateway.revoked_at is not None:
        raise bad_value("gateway_id", "revoked", "This gateway's key is revoked.")


def _require_free_code(clinic: ClinicState, device: Device) -> None:
    if device.gateway_id is not None and (device.gateway_id, device.code) in clinic.by_code:
        raise refused("code_taken", "This gateway has a device of this code already.")


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)
