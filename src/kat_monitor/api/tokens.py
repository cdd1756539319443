"""`/tokens`: personal bearer tokens for programs that act for one person."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from kat_monitor.access.identity import Via
from kat_monitor.access.tokens import Token, new_token
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Line, Shown, Time, TimeOut
from kat_monitor.api.idempotency import GivenOnce
from kat_monitor.api.making import make_secret
from kat_monitor.api.parts import GivenParts
from kat_monitor.domain.registry import Role
from kat_monitor.errors import KatError, bad_value
from kat_monitor.ingest.credentials import EndToken, MakeToken

router = APIRouter(tags=["logins"])

RoleName = Literal["nurse", "clinician", "admin", "auditor", "wallboard"]


class NewToken(Body):
    label: Line
    roles: Annotated[list[RoleName], Field(min_length=1, max_length=5)] | None = None
    """Some of your own roles; left out, all of them."""
    expires_at: Time | None = None


class TokenShown(Shown):
    id: UUID
    label: str
    roles: list[str]
    created_at: TimeOut
    expires_at: TimeOut | None


class TokenMade(TokenShown):
    secret: str
    """Shown this once; sent as `Authorization: Bearer <secret>`."""


@router.get("/tokens")
async def list_tokens(who: Who, parts: GivenParts) -> list[TokenShown]:
    """Your own live tokens, oldest first."""
    now = parts.clock.wall_us()
    live = [token for token in parts.directory.tokens_of(who.id) if not token.is_over(now)]
    return [TokenShown.model_validate(_shown(token)) for token in sorted(live, key=lambda token: token.created_at)]


@router.post("/tokens", status_code=201)
async def make_token(given: NewToken, who: Who, parts: GivenParts, once: GivenOnce) -> TokenMade:
    """A token of your own. Only a login makes one: a token that leaked cannot make others.

    The same request again hears 409 `already_made`: its secret is shown once.
    """
    if who.via is not Via.LOGIN:
        raise KatError(403, "login_needed", "Log in with a password to make a token.")
    wall = parts.clock.wall_us()
    roles = who.roles if given.roles is None else frozenset(Role(name) for name in given.roles)
    if not roles <= who.roles:
        raise bad_value("roles", "not_yours", "A token can only have roles of your own.")
    if given.expires_at is not None and given.expires_at <= wall:
        raise bad_value("expires_at", "in_past", "Must lie in the future.")
    token, secret = new_token(who.clinic_id, who.id, given.label, roles, wall, given.expires_at)
    await make_secret(parts, MakeToken(parts.directory, who, token, wall), once, token.id)
    return TokenMade(**_shown(token), secret=secret)


@router.delete("/tokens/{id}", status_code=204)
async def delete_token(id: UUID, who: Who, parts: GivenParts) -> None:
    """Revoked at once."""
    await parts.pipeline.submit(EndToken(parts.directory, who, id, parts.clock.wall_us()))


def _shown(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "label": token.label,
        "roles": sorted(token.roles),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
    }
