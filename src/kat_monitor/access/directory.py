"""Everybody who may come in, in memory: checking a cookie, a token or a gateway key is one look-up.

One process owns the database, so memory can hold all of it: filled at the start, written through works of the writer,
and changed here only after their commit.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from kat_monitor.access.identity import PEOPLE, Identity, Via
from kat_monitor.access.logins import Login
from kat_monitor.access.tokens import Token
from kat_monitor.domain.registry import Gateway, Role, User


class Directory:
    """Accounts, logins, tokens and gateway keys of all clinics of this server. Times are wall-clock microseconds."""

    def __init__(self) -> None:
        self.users: dict[UUID, User] = {}
        self.gateway_keys: dict[bytes, tuple[UUID, UUID]] = {}
        """SHA-256 of a key -> (clinic, gateway), of gateways not revoked. The ingest door reads this very dict."""
        self._by_username: dict[str, UUID] = {}
        self._logins: dict[bytes, Login] = {}
        self._tokens: dict[bytes, Token] = {}

    # -- filling ---------------------------------------------------------------------------------------------------

    def fill(
        self, users: Iterable[User], logins: Iterable[Login], tokens: Iterable[Token], gateways: Iterable[Gateway]
    ) -> None:
        """Take what the record holds in place of what was here."""
        for kept in (self.users, self.gateway_keys, self._by_username, self._logins, self._tokens):
            kept.clear()
        for user in users:
            self.put_user(user)
        for login in logins:
            self.add_login(login)
        for token in tokens:
            self.add_token(token)
        for gateway in gateways:
            self.add_gateway(gateway)

    def put_user(self, user: User) -> None:
        """A new account, or one as it is now."""
        self.users[user.id] = user
        self._by_username[user.username.casefold()] = user.id

    def add_login(self, login: Login) -> None:
        self._logins[login.secret_sha256] = login

    def end_login(self, secret_sha256: bytes) -> None:
        self._logins.pop(secret_sha256, None)

    def add_token(self, token: Token) -> None:
        self._tokens[token.secret_sha256] = token

    def end_token(self, secret_sha256: bytes) -> None:
        self._tokens.pop(secret_sha256, None)

    def add_gateway(self, gateway: Gateway) -> None:
        if gateway.revoked_at is None:
            self.gateway_keys[gateway.key_sha256] = (gateway.clinic_id, gateway.id)

    def end_gateway(self, gateway: Gateway) -> None:
        self.gateway_keys.pop(gateway.key_sha256, None)

    # -- asking ----------------------------------------------------------------------------------------------------

    def user_named(self, username: str) -> User | None:
        """Case does not matter: `Nurse` and `nurse` are one person."""
        user_id = self._by_username.get(username.casefold())
        return None if user_id is None else self.users[user_id]

    def user_of(self, clinic_id: UUID, user_id: UUID) -> User | None:
        """The account, unless it is another clinic's."""
        user = self.users.get(user_id)
        return user if user is not None and user.clinic_id == clinic_id else None

    def users_of(self, clinic_id: UUID) -> list[User]:
        return [user for user in self.users.values() if user.clinic_id == clinic_id]

    def logins_of(self, account_id: UUID) -> list[Login]:
        return [login for login in self._logins.values() if login.account_id == account_id]

    def tokens_of(self, account_id: UUID) -> list[Token]:
        return [token for token in self._tokens.values() if token.account_id == account_id]

    def login(self, secret_sha256: bytes) -> Login | None:
        return self._logins.get(secret_sha256)

    def login_identity(self, secret_sha256: bytes, wall_us: int) -> Identity | None:
        """Who a login cookie belongs to; None when unknown, over, or its account is closed."""
        login = self._logins.get(secret_sha256)
        if login is None:
            return None
        if login.is_over(wall_us):
            self.end_login(secret_sha256)
            return None
        user = self._active(login.account_id)
        if user is None:
            return None
        return Identity(
            user.clinic_id, user.id, user.roles, Via.LOGIN, login.id, secret_sha256, locked=login.is_locked(wall_us)
        )

    def token_identity(self, secret_sha256: bytes, wall_us: int) -> Identity | None:
        """Who a personal token acts for, with the roles of the token that its person still has."""
        token = self._tokens.get(secret_sha256)
        user = None if token is None or token.is_over(wall_us) else self._active(token.account_id)
        if token is None or user is None:
            return None
        return Identity(user.clinic_id, user.id, token.roles & user.roles, Via.TOKEN, token.id, secret_sha256)

    def gateway_identity(self, secret_sha256: bytes) -> Identity | None:
        """Which gateway a key belongs to."""
        found = self.gateway_keys.get(secret_sha256)
        if found is None:
            return None
        clinic_id, gateway_id = found
        return Identity(clinic_id, gateway_id, frozenset({Role.GATEWAY}), Via.GATEWAY, gateway_id, secret_sha256)

    def again(self, identity: Identity, wall_us: int) -> Identity | None:
        """The same credential now: None once it is over or revoked. For sockets, which outlive their first check."""
        if identity.via is Via.LOGIN:
            return self.login_identity(identity.secret_sha256, wall_us)
        if identity.via is Via.TOKEN:
            return self.token_identity(identity.secret_sha256, wall_us)
        return self.gateway_identity(identity.secret_sha256)

    def credentials_of(self, account_id: UUID) -> Iterator[Login | Token]:
        """All that lets a person in without the password."""
        yield from self.logins_of(account_id)
        yield from self.tokens_of(account_id)

    def _active(self, account_id: UUID) -> User | None:
        user = self.users.get(account_id)
        return user if user is not None and user.active and user.roles & PEOPLE else None
