"""Logins of people in browsers: opaque, kept by the server, 12 hours long, locked after 15 idle minutes."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from kat_monitor.access.secret import new_secret
from kat_monitor.store.batch import RowWrite

LASTS_US = 12 * 3600 * 1_000_000
IDLE_US = 15 * 60 * 1_000_000
SAVE_US = 60 * 1_000_000
"""How old the stored `seen_at` may be: a restart forgets at most this much of somebody's activity."""
MOST_LOGINS = 20
"""Logins of one person at a time; the one longest idle ends when there are more."""


@dataclass(slots=True)
class Login:
    """Times on the wall clock, microseconds. Only the hash of the cookie is kept."""

    id: UUID
    clinic_id: UUID
    account_id: UUID
    secret_sha256: bytes
    created_at: int
    seen_at: int
    expires_at: int
    saved_at: int = 0

    def is_over(self, wall_us: int) -> bool:
        return wall_us >= self.expires_at

    def is_locked(self, wall_us: int) -> bool:
        return wall_us - self.seen_at >= IDLE_US


def new_login(clinic_id: UUID, account_id: UUID, wall_us: int) -> tuple[Login, str]:
    """A login and the secret of its cookie."""
    secret, hashed = new_secret("katl")
    return Login(uuid4(), clinic_id, account_id, hashed, wall_us, wall_us, wall_us + LASTS_US, wall_us), secret


def login_row(login: Login) -> RowWrite:
    """The row of a new login."""
    return RowWrite(
        "login",
        {"clinic_id": login.clinic_id, "id": login.id},
        {
            "account_id": login.account_id,
            "secret_sha256": login.secret_sha256,
            "created_at": login.created_at,
            "seen_at": login.seen_at,
            "expires_at": login.expires_at,
        },
    )


def seen_row(login: Login, seen_at: int) -> RowWrite:
    """Somebody is still there."""
    return RowWrite("login", {"clinic_id": login.clinic_id, "id": login.id}, {"seen_at": seen_at}, "update")


def login_end_row(login: Login, wall_us: int) -> RowWrite:
    """Logged out or revoked."""
    return RowWrite("login", {"clinic_id": login.clinic_id, "id": login.id}, {"revoked_at": wall_us}, "update")
