"""Who is on duty and where: enrolled browsers (stations), shifts of people, and the PINs they sign with there."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from kat_monitor.domain.registry import Role

CARE_ROLES = frozenset({Role.NURSE, Role.CLINICIAN})
"""Who may be on shift, and act at a station."""


class StationKind(StrEnum):
    """`wall`: seen by all; `room`: a tablet inside a therapy room; `station`: where nurses work."""

    STATION = "station"
    WALL = "wall"
    ROOM = "room"


class Privacy(StrEnum):
    """What a station shows of who the patients are."""

    FULL = "full"
    INITIALS = "initials"
    CHAIR = "chair"


@dataclass(frozen=True, slots=True)
class Station:
    """A browser that somebody of the clinic enrolled; only the hash of its cookie is kept. Clinic microseconds."""

    id: UUID
    clinic_id: UUID
    label: str
    kind: StationKind
    chair_id: UUID | None
    privacy: Privacy
    secret_sha256: bytes = field(repr=False)
    enrolled_at: int
    enrolled_by: UUID
    retired_at: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A person's time on duty. `station_id` is where they are now, or were last; None: at a browser of their own."""

    id: UUID
    clinic_id: UUID
    account_id: UUID
    station_id: UUID | None
    began_at: int
    ended_at: int | None = None
    ended_by: UUID | None = None
    reason: str | None = None
    """Why somebody else ended it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Six digits a person signs with, as a slow hash, and how many wrong ones were tried since their password."""

    clinic_id: UUID
    account_id: UUID
    pin_hash: str | None = field(repr=False)
    """None: taken away."""
    failures: int
    set_at: int
