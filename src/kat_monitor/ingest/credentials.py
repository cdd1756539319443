"""Works that let people and programs in or shut them out: logins, tokens, gateway keys, accounts.

Each decides first, then adds its rows and its audit event; memory changes after the commit.
"""

from dataclasses import dataclass, field, replace
from uuid import UUID

from kat_monitor.access.audit import act
from kat_monitor.access.directory import Directory
from kat_monitor.access.gateway_keys import gateway_end_row, gateway_row
from kat_monitor.access.identity import Identity, Via
from kat_monitor.access.logins import MOST_LOGINS, Login, login_end_row, login_row, seen_row
from kat_monitor.access.people import keep_an_admin, user_change_row, user_row
from kat_monitor.access.tokens import MOST_TOKENS, Token, token_end_row, token_row
from kat_monitor.domain.duty import CARE_ROLES
from kat_monitor.domain.registry import Gateway, Role, User
from kat_monitor.errors import not_found, refused
from kat_monitor.ingest.duty import end_shift
from kat_monitor.ingest.pins import forgive_pin, take_pin_away
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState, GatewayState


@dataclass(frozen=True, slots=True)
class LogIn:
    """A person has said the right password. Older logins beyond the twentieth end."""

    directory: Directory
    login: Login

    @property
    def clinic_id(self) -> UUID:
        return self.login.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        login = self.login
        turn.batch.rows.append(login_row(login))
        others = sorted(self.directory.logins_of(login.account_id), key=lambda other: other.seen_at)
        for oldest in others[: max(0, len(others) + 1 - MOST_LOGINS)]:
            _end_login(turn, self.directory, oldest, login.created_at)
        who = Identity(login.clinic_id, login.account_id, frozenset(), Via.LOGIN, login.id, login.secret_sha256)
        turn.audits.append(act(who, turn.now, "login.begin", login.id))
        forgive_pin(turn, clinic, login.account_id)
        turn.after_commit.append(lambda: self.directory.add_login(login))


@dataclass(frozen=True, slots=True)
class LogOut:
    directory: Directory
    who: Identity
    wall_us: int

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        login = self.directory.login(self.who.secret_sha256)
        if login is None:
            return
        _end_login(turn, self.directory, login, self.wall_us)
        turn.audits.append(act(self.who, turn.now, "login.end", login.id))


@dataclass(frozen=True, slots=True)
class SeeLogin:
    """Somebody is still there; a restart must not lock them."""

    login: Login
    seen_at: int

    @property
    def clinic_id(self) -> UUID:
        return self.login.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        turn.batch.rows.append(seen_row(self.login, self.seen_at))


@dataclass(frozen=True, slots=True)
class MakeToken:
    directory: Directory
    who: Identity
    token: Token
    wall_us: int

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Token:
        live = [token for token in self.directory.tokens_of(self.who.id) if not token.is_over(self.wall_us)]
        if len(live) >= MOST_TOKENS:
            raise refused("too_many_tokens", f"A person has at most {MOST_TOKENS} tokens; delete one first.")
        turn.batch.rows.append(token_row(self.token))
        turn.audits.append(act(self.who, turn.now, "token.create", self.token.id))
        turn.after_commit.append(lambda: self.directory.add_token(self.token))
        return self.token


@dataclass(frozen=True, slots=True)
class EndToken:
    directory: Directory
    who: Identity
    token_id: UUID
    wall_us: int

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        mine = self.directory.tokens_of(self.who.id)
        token = next((token for token in mine if token.id == self.token_id), None)
        if token is None:
            raise not_found("token")
        _end_token(turn, self.directory, token, self.wall_us)
        turn.audits.append(act(self.who, turn.now, "token.revoke", token.id))


@dataclass(frozen=True, slots=True)
class MakeGateway:
    directory: Directory
    who: Identity
    gateway: Gateway

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Gateway:
        gateway = self.gateway
        turn.batch.rows.append(gateway_row(gateway))
        turn.audits.append(act(self.who, turn.now, "gateway.create", gateway.id))
        turn.touch(clinic)

        def done() -> None:
            clinic.gateways[gateway.id] = GatewayState(gateway)
            self.directory.add_gateway(gateway)

        turn.after_commit.append(done)
        return gateway


@dataclass(frozen=True, slots=True)
class EndGateway:
    directory: Directory
    who: Identity
    gateway_id: UUID

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        state = clinic.gateways.get(self.gateway_id)
        if state is None or state.gateway.revoked_at is not None:
            raise not_found("gateway")
        ended = replace(state.gateway, revoked_at=turn.now)
        turn.batch.rows.append(gateway_end_row(ended, turn.now))
        turn.audits.append(act(self.who, turn.now, "gateway.revoke", ended.id))
        turn.touch(clinic)

        def done() -> None:
            state.gateway = ended
            self.directory.end_gateway(ended)

        turn.after_commit.append(done)


@dataclass(frozen=True, slots=True)
class MakeUser:
    directory: Directory
    who: Identity
    user: User

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> User:
        user = self.user
        if self.directory.user_named(user.username) is not None:
            raise refused("username_taken", "This username is taken.")
        turn.batch.rows.append(user_row(user, turn.now))
        turn.audits.append(act(self.who, turn.now, "user.create", user.id, roles=sorted(user.roles)))
        turn.after_commit.append(lambda: _put_user(self.directory, clinic, user))
        return user


@dataclass(frozen=True, slots=True)
class ChangeUser:
    """What is None stays. A new password, or closing the account, ends all its logins and tokens, and its PIN.

    Who may not treat patients any more is not on shift any more, whatever is in their hands.
    """

    directory: Directory
    who: Identity
    user_id: UUID
    wall_us: int
    name: str | None = None
    roles: frozenset[Role] | None = None
    password_hash: str | None = field(default=None, repr=False)
    active: bool | None = None

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> User:
        user = self.directory.user_of(self.who.clinic_id, self.user_id)
        if user is None:
            raise not_found("user")
        changed = replace(
            user,
            name=user.name if self.name is None else self.name,
            roles=user.roles if self.roles is None else self.roles,
            password_hash=self.password_hash or user.password_hash,
            active=user.active if self.active is None else self.active,
        )
        keep_an_admin(self.directory.users_of(user.clinic_id), changed)
        turn.batch.rows.append(user_change_row(changed))
        if self.password_hash is not None or not changed.active:
            self._end_credentials(turn, user)
            take_pin_away(turn, clinic, user.id)
        shift = clinic.duty.shifts.get(user.id)
        if shift is not None and not (changed.active and changed.roles & CARE_ROLES):
            end_shift(turn, clinic, shift, self.who, "account changed")
        fields = [name for name in ("name", "roles", "password_hash", "active") if getattr(self, name) is not None]
        turn.audits.append(act(self.who, turn.now, "user.change", user.id, fields=fields, roles=sorted(changed.roles)))
        turn.after_commit.append(lambda: _put_user(self.directory, clinic, changed))
        return changed

    def _end_credentials(self, turn: Turn, user: User) -> None:
        for credential in list(self.directory.credentials_of(user.id)):
            if isinstance(credential, Login):
                _end_login(turn, self.directory, credential, self.wall_us)
            else:
                _end_token(turn, self.directory, credential, self.wall_us)


def _put_user(directory: Directory, clinic: ClinicState, user: User) -> None:
    directory.put_user(user)
    clinic.put_user(user)


def _end_login(turn: Turn, directory: Directory, login: Login, wall_us: int) -> None:
    turn.batch.rows.append(login_end_row(login, wall_us))
    turn.after_commit.append(lambda: directory.end_login(login.secret_sha256))


def _end_token(turn: Turn, directory: Directory, token: Token, wall_us: int) -> None:
    turn.batch.rows.append(token_end_row(token, wall_us))
    turn.after_commit.append(lambda: directory.end_token(token.secret_sha256))
