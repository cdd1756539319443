"""`/setup`: the first run, from an empty database to somebody who is logged in."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request, Response

from kat_monitor.access.loading import fill_directory
from kat_monitor.access.logins import new_login
from kat_monitor.access.passwords import check_strength
from kat_monitor.access.people import new_user
from kat_monitor.api.auth import address_of
from kat_monitor.api.fields import Body, Code, Line, Secret, Shown
from kat_monitor.api.logins import LoggedIn, me_of, put_cookie
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.domain.registry import Role
from kat_monitor.errors import KatError
from kat_monitor.ingest.first_run import SetUp, already_set_up

router = APIRouter(tags=["logins"])


class Needed(Shown):
    needed: bool
    """Nobody has an account yet."""


class FirstAdmin(Body):
    code: Line
    """As `kat-monitor serve` printed it. Case, spaces and hyphens do not matter."""
    clinic: Line
    """The clinic's name."""
    name: Line
    """The first admin, as colleagues read it."""
    username: Code
    password: Secret
    """At least 15 characters."""


@router.get("/setup")
async def is_needed(parts: GivenParts) -> Needed:
    """Whether the first admin is still to be made."""
    return Needed(needed=parts.first_run.needed)


@router.post("/setup", status_code=201)
async def set_up(given: FirstAdmin, request: Request, response: Response, parts: GivenParts) -> LoggedIn:
    """Names the clinic, makes its first admin and logs them in (cookie `kat_login`). Possible once."""
    first_run = parts.first_run
    if not first_run.needed:
        raise already_set_up()
    # Before the turn: whoever guesses wrongly is held back alone.
    await _require_code(parts, given.code, address_of(request))
    check_strength(given.password)
    async with first_run.turn:
        if not first_run.needed:
            raise already_set_up()
        clinic_id = await _clinic(parts)
        hashed = await parts.passwords.hash(given.password)
        admin = new_user(clinic_id, given.username, given.name, [Role.ADMIN], hashed)
        login, secret = new_login(clinic_id, admin.id, parts.clock.wall_us())
        await parts.pipeline.submit(SetUp(parts.directory, first_run, given.clinic, admin, login))
    put_cookie(parts, response, secret)
    return LoggedIn(user=me_of(parts, admin, admin.roles))


async def _require_code(parts: Parts, code: str, address: str) -> None:
    """Wrong ones are slowed. Raises KatError 403."""
    subjects = (("account", "first run"), ("address", address))
    await parts.throttle.attempt(*subjects)
    if not parts.first_run.fits(code):
        parts.throttle.failed()
        raise KatError(403, "wrong_code", "This is not the code that the server printed at its start.")
    for subject in subjects:
        parts.throttle.right(*subject)


async def _clinic(parts: Parts) -> UUID:
    """The clinic that waits for its people. Raises KatError 409 when an answer was lost that was committed."""
    standing = parts.reader.standing
    clinics = await standing.clinics()
    people = {stored.clinic.id: await standing.users(stored.clinic.id) for stored in clinics}
    if any(people.values()):
        for stored in clinics:
            state = parts.pipeline.clinics[stored.clinic.id]
            state.clinic = replace(state.clinic, name=stored.clinic.name)
            state.people.update({user.id: user.name for user in people[stored.clinic.id]})
        await fill_directory(parts.directory, standing, list(people), parts.clock.wall_us())
        parts.first_run.end()
        raise already_set_up()
    return clinics[0].clinic.id
