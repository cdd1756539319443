"""Fills the directory from the record at the start, and again after the database was away."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from kat_monitor.access.directory import Directory
from kat_monitor.access.logins import Login
from kat_monitor.access.tokens import Token
from kat_monitor.domain.registry import Gateway, Role, User
from kat_monitor.store.standing import Standing


async def fill_directory(directory: Directory, standing: Standing, clinics: Iterable[UUID], wall_us: int) -> None:
    """Everybody who may come in at `wall_us` (wall clock, microseconds). Raises StoreAway."""
    users: list[User] = []
    logins: list[Login] = []
    tokens: list[Token] = []
    gateways: list[Gateway] = []
    for clinic_id in clinics:
        users += await standing.users(clinic_id)
        logins += [_login(row, directory) for row in await standing.logins(clinic_id, wall_us)]
        tokens += [_token(row) for row in await standing.tokens(clinic_id, wall_us)]
        gateways += await standing.gateways(clinic_id)
    directory.fill(users, logins, tokens, gateways)


class _Row(Protocol):
    def __getitem__(self, name: str) -> Any: ...


def _login(row: _Row, directory: Directory) -> Login:
    known = directory.login(row["secret_sha256"])
    return Login(
        row["id"],
        row["clinic_id"],
        row["account_id"],
        row["secret_sha256"],
        row["created_at"],
        # Memory has seen the person later than the last stored minute.
        row["seen_at"] if known is None else max(known.seen_at, row["seen_at"]),
        row["expires_at"],
        row["seen_at"],
    )


def _token(row: _Row) -> Token:
    return Token(
        row["id"],
        row["clinic_id"],
        row["account_id"],
        row["label"],
        frozenset(Role(name) for name in row["scopes"]),
        row["secret_sha256"],
        row["created_at"],
        row["expires_at"],
    )
