"""Personal bearer tokens for programs that act for one person: shown once, kept as a hash, scoped to some roles."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from kat_monitor.access.secret import new_secret
from kat_monitor.domain.registry import Role
from kat_monitor.store.batch import RowWrite

MOST_TOKENS = 50
"""Live tokens of one person."""


@dataclass(frozen=True, slots=True)
class Token:
    """`roles` are what it was made with; it has those of them that its person still has. Wall-clock microseconds."""

    id: UUID
    clinic_id: UUID
    account_id: UUID
    label: str
    roles: frozenset[Role]
    secret_sha256: bytes
    created_at: int
    expires_at: int | None = None

    def is_over(self, wall_us: int) -> bool:
        return self.expires_at is not None and wall_us >= self.expires_at


def new_token(
    clinic_id: UUID, account_id: UUID, label: str, roles: frozenset[Role], wall_us: int, expires_at: int | None
) -> tuple[Token, str]:
    """A token and its secret."""
    secret, hashed = new_secret("katt")
    return Token(uuid4(), clinic_id, account_id, label, roles, hashed, wall_us, expires_at), secret


def token_row(token: Token) -> RowWrite:
    return RowWrite(
        "token",
        {"clinic_id": token.clinic_id, "id": token.id},
        {
            "account_id": token.account_id,
            "label": token.label,
            "secret_sha256": token.secret_sha256,
            "scopes": sorted(role.value for role in token.roles),
            "created_at": token.created_at,
            "expires_at": token.expires_at,
        },
    )


def token_end_row(token: Token, wall_us: int) -> RowWrite:
    return RowWrite("token", {"clinic_id": token.clinic_id, "id": token.id}, {"revoked_at": wall_us}, "update")
