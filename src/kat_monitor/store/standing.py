"""Reads the standing things of a clinic: places, devices, gateways, people, patients, protocols."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, all_, any_, bindparam, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from kat_monitor.domain.registry import Chair, Clinic, Device, DeviceStay, Gateway, Patient, Role, User
from kat_monitor.store.asking import Asks
from kat_monitor.store.query import Query
from kat_monitor.store.same import Same
from kat_monitor.store.spelling import patterns, plain_column
from kat_monitor.store.tables import (
    account,
    chair,
    clinic,
    device,
    device_stay,
    gateway,
    login,
    patient,
    patient_before,
    protocol_version,
    token,
)


@dataclass(frozen=True, slots=True)
class StoredClinic:
    """`position`: no position above it has been committed; counting goes on after it."""

    clinic: Clinic
    position: int


@dataclass(frozen=True, slots=True)
class StoredProtocol:
    """A protocol version as stored; the TOML is parsed by the protocols' loader."""

    code: str
    version: int
    sha256: str
    toml: str
    created_at: int
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Before:
    """A patient as they were until `at`, when `by` changed them."""

    at: int
    by: UUID | None
    patient: Patient


_clinic_id = bindparam("clinic_id", type_=Uuid())
_id = bindparam("id", type_=Uuid())
_wall = bindparam("wall_us", type_=BigInteger())

CLINICS = Query(select(clinic).order_by(clinic.c.created_at, clinic.c.clinic_id), every_clinic=True)
CHAIRS = Query(select(chair).where(chair.c.clinic_id == _clinic_id).order_by(chair.c.label, chair.c.id))
DEVICES = Query(select(device).where(device.c.clinic_id == _clinic_id).order_by(device.c.code, device.c.id))
STAYS = Query(
    select(
        device_stay.c.device_id,
        device_stay.c.clinic_id,
        device_stay.c.chair_id,
        device_stay.c.from_at,
        # A stay lasts until the same device's next one.
        func.lead(device_stay.c.from_at)
        .over(partition_by=device_stay.c.device_id, order_by=device_stay.c.from_at)
        .label("to_at"),
        device_stay.c.by,
    )
    .where(device_stay.c.clinic_id == _clinic_id)
    .order_by(device_stay.c.device_id, device_stay.c.from_at)
)
GATEWAYS = Query(select(gateway).where(gateway.c.clinic_id == _clinic_id).order_by(gateway.c.label, gateway.c.id))
ACCOUNTS = Query(select(account).where(account.c.clinic_id == _clinic_id).order_by(account.c.username))
LOGINS = Query(
    select(login).where(login.c.clinic_id == _clinic_id, login.c.revoked_at.is_(None), login.c.expires_at > _wall)
)
TOKENS = Query(
    select(token).where(
        token.c.clinic_id == _clinic_id,
        token.c.revoked_at.is_(None),
        or_(token.c.expires_at.is_(None), token.c.expires_at > _wall),
    )
)
PATIENTS = Query(
    select(patient).where(
        patient.c.clinic_id == _clinic_id, patient.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
    )
)
PROTOCOLS = Query(
    select(protocol_version)
    .where(protocol_version.c.clinic_id == _clinic_id)
    .order_by(protocol_version.c.code, protocol_version.c.version)
)
PATIENT_BEFORE = Query(
    select(patient_before)
    .where(patient_before.c.clinic_id == _clinic_id, patient_before.c.patient_id == _id)
    .order_by(patient_before.c.number)
)
FOUND_PATIENTS = Query(
    select(patient)
    .where(
        patient.c.clinic_id == _clinic_id,
        plain_column(patient.c.name + " " + patient.c.mrn).like(all_(bindparam("words", type_=ARRAY(Text())))),
        tuple_(patient.c.name, patient.c.id)
        > tuple_(bindparam("after_name", type_=Text()), bindparam("after_id", type_=Uuid())),
    )
    .order_by(patient.c.name, patient.c.id)
    .limit(bindparam("limit"))
)


class Standing:
    """Domain objects of the registry, each list in a fixed order."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def clinics(self) -> list[StoredClinic]:
        """All clinics of this database, oldest first."""
        return [
            StoredClinic(Clinic(row["clinic_id"], row["name"], row["created_at"]), row["position_reserved"])
            for row in await self._asks.rows(CLINICS)
        ]

    async def chairs(self, clinic_id: UUID, same: Same | None = None) -> list[Chair]:
        same = Same() if same is None else same
        rows = await self._asks.rows(CHAIRS, clinic_id=clinic_id)
        names = ("id", "clinic_id", "label", "room")
        return [Chair(*(same[row[name]] for name in names)) for row in rows]

    async def devices(self, clinic_id: UUID, same: Same | None = None) -> list[Device]:
        same = Same() if same is None else same
        rows = await self._asks.rows(DEVICES, clinic_id=clinic_id)
        names = ("id", "clinic_id", "code", "label", "kind", "gateway_id", "chair_id", "interval_ms")
        return [Device(*(same[row[name]] for name in names)) for row in rows]

    async def stays(self, clinic_id: UUID, same: Same | None = None) -> list[DeviceStay]:
        """Where each device stood when, oldest first per device; the newest stay has no `to_at`."""
        same = Same() if same is None else same
        return [DeviceStay(*map(same.__getitem__, row)) for row in await self._asks.rows(STAYS, clinic_id=clinic_id)]

    async def gateways(self, clinic_id: UUID) -> list[Gateway]:
        """Revoked ones too."""
        rows = await self._asks.rows(GATEWAYS, clinic_id=clinic_id)
        names = ("id", "clinic_id", "label", "key_sha256", "created_at", "revoked_at", "offset_us")
        return [Gateway(*(row[name] for name in names)) for row in rows]

    async def users(self, clinic_id: UUID) -> list[User]:
        """Closed accounts too."""
        return [
            User(
                row["id"],
                row["clinic_id"],
                row["username"],
                row["name"],
                frozenset(Role(role) for role in row["roles"]),
                row["password_hash"],
                row["active"],
            )
            for row in await self._asks.rows(ACCOUNTS, clinic_id=clinic_id)
        ]

    async def logins(self, clinic_id: UUID, wall_us: int) -> Sequence[Any]:
        """Rows of table `login` that are not over at `wall_us`, by column name."""
        return await self._asks.rows(LOGINS, clinic_id=clinic_id, wall_us=wall_us)

    async def tokens(self, clinic_id: UUID, wall_us: int) -> Sequence[Any]:
        """Rows of table `token` that are not over at `wall_us`, by column name."""
        return await self._asks.rows(TOKENS, clinic_id=clinic_id, wall_us=wall_us)

    async def patients(self, clinic_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Patient]:
        """The patients with these ids; unknown ids and other clinics' are left out."""
        rows = await self._asks.rows(PATIENTS, clinic_id=clinic_id, ids=list(ids))
        return {row["id"]: replace(_patient(row), clinic_id=clinic_id) for row in rows}

    async def patient_before(self, clinic_id: UUID, patient_id: UUID) -> list[Before]:
        """What each change of a patient took the place of, oldest first."""
        rows = await self._asks.rows(PATIENT_BEFORE, clinic_id=clinic_id, id=patient_id)
        names = ("mrn", "name", "birth_date", "sex")
        return [
            Before(row["at"], row["by"], Patient(patient_id, clinic_id, *(row[name] for name in names))) for row in rows
        ]

    async def find_patients(
        self, clinic_id: UUID, text: str, limit: int, after: Patient | None = None
    ) -> list[Patient]:
        """Patients whose name or record number contains each word of `text`, by name; all for an empty one.

        Capitals and accents make no difference. With `after`, those that follow this one.
        """
        # Before every name comes the empty one.
        name, id_ = ("", UUID(int=0)) if after is None else (after.name, after.id)
        rows = await self._asks.rows(
            FOUND_PATIENTS, clinic_id=clinic_id, words=patterns(text), limit=limit, after_name=name, after_id=id_
        )
        return [_patient(row) for row in rows]

    async def protocols(self, clinic_id: UUID) -> list[StoredProtocol]:
        """Every version of every protocol, oldest version first."""
        rows = await self._asks.rows(PROTOCOLS, clinic_id=clinic_id)
        names = ("code", "version", "sha256", "toml", "created_at", "by")
        return [StoredProtocol(*(row[name] for name in names)) for row in rows]


def _patient(row: Any) -> Patient:
    return Patient(row["id"], row["clinic_id"], row["mrn"], row["name"], row["birth_date"], row["sex"])
