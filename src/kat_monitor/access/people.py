"""Accounts of people as rows, and the rules of changing them."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from kat_monitor.domain.registry import Role, User
from kat_monitor.errors import refused
from kat_monitor.store.batch import RowWrite


def new_user(clinic_id: UUID, username: str, name: str, roles: Iterable[Role], password_hash: str) -> User:
    return User(uuid4(), clinic_id, username, name, frozenset(roles), password_hash)


def user_row(user: User, at: int) -> RowWrite:
    """The row of a new account."""
    return RowWrite(
        "account",
        {"clinic_id": user.clinic_id, "id": user.id},
        {**_columns(user), "username": user.username, "created_at": at},
    )


def user_change_row(user: User) -> RowWrite:
    """The row as it is after a change; the username stays."""
    return RowWrite("account", {"clinic_id": user.clinic_id, "id": user.id}, _columns(user), "update")


def _columns(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "roles": sorted(role.value for role in user.roles),
        "password_hash": user.password_hash,
        "active": user.active,
    }


def keep_an_admin(users: Iterable[User], changed: User) -> None:
    """Raises KatError 409 when nobody could administer the clinic any more."""
    others = (user for user in users if user.id != changed.id and user.clinic_id == changed.clinic_id)
    if not any(user.active and Role.ADMIN in user.roles for user in (changed, *others)):
        raise refused("last_admin", "A clinic keeps at least one active admin.")
