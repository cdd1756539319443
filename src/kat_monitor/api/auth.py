"""Says who asks and whether they may: the one dependency in front of every route."""

import asyncio
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection

from kat_monitor.access.identity import Identity, Via
from kat_monitor.access.logins import SAVE_US
from kat_monitor.access.policy import Policy, policy_of, require
from kat_monitor.access.secret import hash_secret
from kat_monitor.api.acting import STATION_COOKIE, seen_from, who_acts
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.errors import KatError
from kat_monitor.ingest.credentials import SeeLogin

COOKIE = "kat_login"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UNATTENDED = "kat-unattended"
"""A screen says with this header that it reads by itself: what reads on for ever would keep an abandoned login open."""


async def authorize(connection: HTTPConnection, parts: GivenParts) -> None:
    """Hold every HTTP route to its declared policy. Raises KatError 401 or 403. Sockets check for themselves."""
    if connection.scope["type"] != "http":
        return
    policy = policy_of(connection.scope["method"], connection.scope["route"].path)
    writes = connection.scope["method"] not in SAFE
    if writes and (COOKIE in connection.cookies or STATION_COOKIE in connection.cookies):
        require_origin(connection, parts)
    if policy.open:
        return
    if not writes:
        connection.state.identity = seen_from(connection, parts, await admit(connection, parts, policy))
        return
    login = await identify(connection, parts)
    connection.state.identity = await who_acts(connection, parts, login, policy, address_of(connection))
    if login.via is Via.LOGIN and not policy.when_locked and not login.locked:
        _note_activity(parts, login)


async def admit(connection: HTTPConnection, parts: Parts, policy: Policy) -> Identity:
    """The identity behind a reading request or a socket, when the policy lets it in. Raises KatError 401 or 403."""
    identity = await identify(connection, parts)
    require(policy, identity)
    if identity.via is Via.LOGIN and not policy.when_locked and UNATTENDED not in connection.headers:
        _note_activity(parts, identity)
    return identity


async def identify(connection: HTTPConnection, parts: Parts) -> Identity:
    """By `Authorization: Bearer` (a personal token or a gateway key) or the login cookie. Raises KatError 401."""
    wall = parts.clock.wall_us()
    bearer = bearer_of(connection)
    if bearer is not None:
        hashed = hash_secret(bearer)
        found = parts.directory.token_identity(hashed, wall) or parts.directory.gateway_identity(hashed)
        if found is None:
            await parts.throttle.wrong("key", address_of(connection))
            raise KatError(401, "unknown_token", "This token is not known, is over or is revoked.")
        return found
    cookie = connection.cookies.get(COOKIE)
    found = None if cookie is None else parts.directory.login_identity(hash_secret(cookie), wall)
    if found is None:
        raise KatError(401, "not_logged_in", "Log in first.")
    return found


def bearer_of(connection: HTTPConnection) -> str | None:
    """The secret of the Authorization header; None without one."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def address_of(connection: HTTPConnection) -> str:
    """Where the request comes from."""
    return connection.client.host if connection.client is not None else ""


def require_origin(connection: HTTPConnection, parts: Parts, *, must_say: bool = False) -> None:
    """A cookie opens nothing for another site's page. Raises KatError 403.

    Browsers say the origin of unsafe requests and of sockets. Programs that carry a cookie may leave it out of a
    request (`SameSite=Strict` keeps browsers from sending the cookie across sites), but not of a socket (`must_say`).
    """
    origin = connection.headers.get("origin")
    if origin is None:
        allowed = not must_say and connection.headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    else:
        # Behind a proxy we do not know by which scheme we were reached; the host is enough.
        own = urlsplit(origin).netloc == connection.headers.get("host", "")
        allowed = (own and origin != "") or origin in parts.settings.allowed_origins
    if not allowed:
        raise KatError(403, "foreign_origin", "This origin may not act for a logged-in person.")


def _note_activity(parts: Parts, identity: Identity) -> None:
    """A person did something: the idle clock starts again; stored at most once a minute."""
    login = parts.directory.login(identity.secret_sha256)
    if login is None:
        return
    login.seen_at = parts.clock.wall_us()
    if login.seen_at - login.saved_at >= SAVE_US and parts.pipeline.away_since is None:
        login.saved_at = login.seen_at
        saving = asyncio.ensure_future(parts.pipeline.submit(SeeLogin(login, login.seen_at)))
        saving.add_done_callback(_heard)


def _heard(saving: "asyncio.Future[None]") -> None:
    """Not stored this time: the next minute's write says it again."""
    if not saving.cancelled():
        saving.exception()


def identity_of(connection: HTTPConnection) -> Identity:
    """Who asks; `authorize` has let them in."""
    identity = connection.state.identity
    assert isinstance(identity, Identity)
    return identity


Who = Annotated[Identity, Depends(identity_of)]
