"""`POST /login`, `POST /logout`, `GET /me`: people in browsers."""

from fastapi import APIRouter, Request, Response

from kat_monitor.access.identity import Identity
from kat_monitor.access.logins import LASTS_US, new_login
from kat_monitor.api.auth import COOKIE, Who, address_of
from kat_monitor.api.fields import Body, Secret, Shown
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.domain.registry import User
from kat_monitor.ingest.credentials import LogIn, LogOut

router = APIRouter(tags=["logins"])


class Credentials(Body):
    username: Secret
    password: Secret


class ClinicShown(Shown):
    id: str
    name: str


class Me(Shown):
    """Who is logged in. `roles` are those of this login or token; `locked`: idle, shown what a wallboard is shown."""

    id: str
    username: str
    name: str
    roles: list[str]
    clinic: ClinicShown
    locked: bool = False


class LoggedIn(Shown):
    user: Me


@router.post("/login")
async def log_in(given: Credentials, request: Request, response: Response, parts: GivenParts) -> LoggedIn:
    """Sets the cookie `kat_login`. Wrong ones are slowed, never locked out."""
    user = await parts.sign_in.check(given.username, given.password, address_of(request))
    login, secret = new_login(user.clinic_id, user.id, parts.clock.wall_us())
    await parts.pipeline.submit(LogIn(parts.directory, login))
    put_cookie(parts, response, secret)
    return LoggedIn(user=me_of(parts, user, user.roles))


def put_cookie(parts: Parts, response: Response, secret: str) -> None:
    """The browser keeps the login's secret where no page can read it."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=LASTS_US // 1_000_000,
        path="/",
        secure=parts.settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )


@router.post("/logout", status_code=204)
async def log_out(who: Who, response: Response, parts: GivenParts) -> None:
    """Ends this login, everywhere it is open."""
    await parts.pipeline.submit(LogOut(parts.directory, who, parts.clock.wall_us()))
    response.delete_cookie(COOKIE, path="/", secure=parts.settings.cookie_secure, httponly=True, samesite="strict")


@router.get("/me")
async def me(who: Who, parts: GivenParts) -> Me:
    """Who this cookie or token speaks for."""
    return me_of(parts, parts.directory.users[who.id], who.roles, who)


def me_of(parts: Parts, user: User, roles: frozenset[str], who: Identity | None = None) -> Me:
    clinic = parts.pipeline.clinics[user.clinic_id].clinic
    return Me(
        id=str(user.id),
        username=user.username,
        name=user.name,
        roles=sorted(roles),
        clinic=ClinicShown(id=str(clinic.id), name=clinic.name),
        locked=who is not None and who.locked,
    )
