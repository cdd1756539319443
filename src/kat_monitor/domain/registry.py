"""The standing things of a clinic: places, devices, gateways, patients, people, as the record holds them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kat_monitor.domain.vitals import Phase


class Role(StrEnum):
    """Who may do what: design 12."""

    NURSE = "nurse"
    CLINICIAN = "clinician"
    ADMIN = "admin"
    AUDITOR = "auditor"
    WALLBOARD = "wallboard"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Clinic:
    id: UUID
    name: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Chair:
    id: UUID
    clinic_id: UUID
    label: str
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """The last patient of a chair left it; nobody has made it ready since, and nobody has sat down."""

    session_id: UUID
    ended_at: int
    outcome: str | None
    phase: Phase


@dataclass(frozen=True, slots=True)
class Device:
    """One monitor or cuff. `code` is the gateway's name for it; a `manual` device, made per session, has no gateway."""

    id: UUID
    clinic_id: UUID
    code: str
    label: str
    kind: str
    gateway_id: UUID | None
    chair_id: UUID | None
    interval_ms: int = 1000


@dataclass(frozen=True, slots=True)
class DeviceStay:
    """A device stood at a chair from `from_at` until `to_at` (None: still)."""

    device_id: UUID
    clinic_id: UUID
    chair_id: UUID | None
    from_at: int
    to_at: int | None
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Gateway:
    """`offset_us` is the clock offset of design 4 (None until the first message)."""

    id: UUID
    clinic_id: UUID
    label: str
    key_sha256: bytes
    created_at: int
    revoked_at: int | None = None
    offset_us: int | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """`birth_date` is ISO `YYYY-MM-DD`."""

    id: UUID
    clinic_id: UUID
    mrn: str
    name: str
    birth_date: str
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    id: UUID
    clinic_id: UUID
    username: str
    name: str
    roles: frozenset[Role]
    password_hash: str
    active: bool = True
