"""Makes a clinic and its first people, before anybody can log in, on a database nobody serves."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from kat_monitor.access.people import new_user, user_row
from kat_monitor.domain.registry import Clinic, Role, User
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.store.batch import Batch, RowWrite

DEMO_PEOPLE: Mapping[str, tuple[str, Role]] = {
    "nurse": ("Robin Ashe", Role.NURSE),
    "clinician": ("Dr Imani Hale", Role.CLINICIAN),
    "admin": ("Kim Novak", Role.ADMIN),
}
"""The three logins of a demo: name on screen and role."""


def clinic_batch(name: str, at: int) -> tuple[Clinic, Batch]:
    """A new tenant with version 1 of every shipped pack. `at`: clinic-clock microseconds."""
    clinic = Clinic(uuid4(), name, at)
    batch = Batch()
    batch.rows.append(RowWrite("clinic", {"clinic_id": clinic.id}, {"name": name, "created_at": at}))
    for toml, protocol in shipped().values():
        version = version_of(toml, 1)
        batch.rows.append(
            RowWrite(
                "protocol_version",
                {"clinic_id": clinic.id, "code": protocol.code, "version": 1},
                {"sha256": version.sha256, "toml": toml, "created_at": at, "by": None},
            )
        )
    return clinic, batch


def person_row(clinic_id: UUID, username: str, name: str, role: Role, password_hash: str, at: int) -> RowWrite:
    """An account with one role; `at`: wall-clock microseconds."""
    user: User = new_user(clinic_id, username, name, [role], password_hash)
    return user_row(user, at)
