"""Who a request comes from, once its cookie, token or key has been looked up."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kat_monitor.domain.commands import Actor
from kat_monitor.domain.registry import Role


class Via(StrEnum):
    LOGIN = "login"
    TOKEN = "token"
    GATEWAY = "gateway"


class Signed(StrEnum):
    """With what a person proved at a station that it is them."""

    PIN = "pin"
    PASSWORD = "password"


@dataclass(frozen=True, slots=True)
class Identity:
    """`id` is the person (or the gateway), `credential_id` the login, token or gateway key that said so."""

    clinic_id: UUID
    id: UUID
    roles: frozenset[Role]
    via: Via
    credential_id: UUID
    secret_sha256: bytes
    locked: bool = False
    """A login nobody has used for 15 minutes: it sees what a wallboard sees until its person logs in again."""
    station_id: UUID | None = None
    """The enrolled browser it came from."""
    login_of: UUID | None = None
    """Whose login it is, where somebody else acts at a station."""
    signed: Signed | None = None
    """How this very act was signed at the station."""

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.roles, self.came)

    @property
    def came(self) -> dict[str, str]:
        """What the audit trail says beside the person: by which station, at whose login, signed with what."""
        said = {"station": self.station_id, "login_of": self.login_of, "signed": self.signed}
        return {name: str(value) for name, value in said.items() if value is not None}

    @property
    def sees_names(self) -> bool:
        """Whether screens and lists may show this reader who the patients are."""
        return not self.locked and bool(self.roles & READERS)


READERS = frozenset({Role.NURSE, Role.CLINICIAN, Role.ADMIN, Role.AUDITOR})
"""Who may open a chart. Each opening is written to the audit trail."""

PEOPLE = READERS | {Role.WALLBOARD}
"""Roles a person can hold."""
