"""`/users`: accounts of people and their roles."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from kat_monitor.access.passwords import generated_password
from kat_monitor.access.people import new_user
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Code, Line, Secret, Shown
from kat_monitor.api.idempotency import GivenOnce
from kat_monitor.api.making import make, make_secret
from kat_monitor.api.parts import GivenParts
from kat_monitor.api.tokens import RoleName
from kat_monitor.domain.registry import Role, User
from kat_monitor.errors import bad_value
from kat_monitor.ingest.credentials import ChangeUser, MakeUser

router = APIRouter(tags=["users"])

Roles = Annotated[list[RoleName], Field(min_length=1, max_length=5)]


class NewUser(Body):
    username: Code
    """Unique over the whole server; case does not matter."""
    name: Line
    roles: Roles
    password: Secret | None = None
    """At least 15 characters; left out, one is generated and shown once."""


class UserChange(Body):
    name: Line | None = None
    roles: Roles | None = None
    password: Secret | None = None
    """A new password ends all logins and tokens of the account."""
    active: bool | None = None
    """An account is closed, never removed: the record names its person for ever."""


class UserShown(Shown):
    id: UUID
    username: str
    name: str
    roles: list[str]
    active: bool


class UserMade(UserShown):
    password: str | None = None
    """Only a generated one, this once."""


@router.get("/users")
async def list_users(who: Who, parts: GivenParts) -> list[UserShown]:
    """All accounts of the clinic, by username."""
    users = sorted(parts.directory.users_of(who.clinic_id), key=lambda user: user.username.casefold())
    return [UserShown.model_validate(_shown(user)) for user in users]


@router.post("/users", status_code=201, response_model=UserMade, response_model_exclude_none=True)
async def make_user(given: NewUser, who: Who, parts: GivenParts, once: GivenOnce) -> UserMade | Response:
    """An account; a password left out is generated and said once: the same request again hears 409 `already_made`."""
    password = given.password or generated_password()
    user = new_user(
        who.clinic_id,
        given.username,
        given.name,
        [Role(name) for name in given.roles],
        await parts.passwords.hash(password),
    )
    work = MakeUser(parts.directory, who, user)
    if given.password:
        return await make(parts, work, once, lambda made: UserShown.model_validate(_shown(made)))
    await make_secret(parts, work, once, user.id)
    return UserMade(**_shown(user), password=password)


@router.patch("/users/{id}")
async def change_user(id: UUID, given: UserChange, who: Who, parts: GivenParts) -> UserShown:
    """Name, roles, password, or whether the account is open."""
    for field in given.model_fields_set:
        if getattr(given, field) is None:
            raise bad_value(field, "null", "Cannot be null; leave it out instead.")
    change = ChangeUser(
        parts.directory,
        who,
        id,
        parts.clock.wall_us(),
        name=given.name,
        roles=None if given.roles is None else frozenset(Role(name) for name in given.roles),
        password_hash=None if given.password is None else await parts.passwords.hash(given.password),
        active=given.active,
    )
    return UserShown.model_validate(_shown(await parts.pipeline.submit(change)))


def _shown(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "roles": sorted(user.roles),
        "active": user.active,
    }
