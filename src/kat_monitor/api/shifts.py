"""`/shifts`: who is on duty, at which station; several people may be on at one browser, beside its login."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from kat_monitor.access.identity import Identity, Signed
from kat_monitor.access.policy import CARE, require
from kat_monitor.api.acting import not_enrolled
from kat_monitor.api.auth import Who, address_of
from kat_monitor.api.duty_shown import PersonOn, ShiftShown, person_on, shift_shown
from kat_monitor.api.fields import Body, Note, Secret, Shown, Time, TimeOut
from kat_monitor.api.filters import ListAsked
from kat_monitor.api.paging import link_next
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.domain.duty import Shift
from kat_monitor.errors import KatError, bad_value
from kat_monitor.history.cursor import BEFORE_ALL, Place, from_cursor, to_cursor
from kat_monitor.ingest.duty import BeginShift, EndShift

router = APIRouter(tags=["duty"])

LONGEST_US = 31 * 24 * 3_600_000_000


class Joining(Body):
    """Left out: the person who is logged in. Else who joins at this station beside the login."""

    username: Secret | None = None
    password: Secret | None = None


class Ending(Body):
    reason: Note | None = None
    """Needed for somebody else's shift."""


class ShiftBegun(Shown):
    id: UUID
    person: PersonOn
    station_id: UUID | None
    began_at: TimeOut


class ShiftsAsked(ListAsked):
    """Without from and to: who is on now."""

    start: Time | None = Field(None, alias="from")
    end: Time | None = Field(None, alias="to")


@router.post("/shifts", status_code=201, responses={200: {"model": ShiftBegun, "description": "On already"}})
async def begin_shift(
    request: Request, response: Response, who: Who, parts: GivenParts, given: Joining | None = None
) -> ShiftBegun:
    """Somebody is on duty from now on: who is logged in, or who says their password at this station.

    200 for who is on already: they are at this station from now on.
    """
    person = who
    if given is not None and (given.username is not None or given.password is not None):
        if who.station_id is None:
            raise not_enrolled("username")
        person = await _joining(parts, who, given, address_of(request))
    require(CARE, person)
    shift: Shift
    shift, begun = await parts.pipeline.submit(BeginShift(person, by_password=person is not who))
    response.status_code = 201 if begun else 200
    shown = person_on(parts.pipeline.clinics[who.clinic_id], parts.directory, shift)
    return ShiftBegun(id=shift.id, person=shown, station_id=shift.station_id, began_at=shift.began_at)


async def _joining(parts: Parts, who: Identity, given: Joining, address: str) -> Identity:
    """Who says their own password. Raises KatError 422: a 401 would say that the browser is not logged in."""
    for name in ("username", "password"):
        if getattr(given, name) is None:
            raise bad_value(name, "missing", "Is required.")
    try:
        user = await parts.sign_in.check(given.username or "", given.password or "", address)
    except KatError as error:
        if error.status != 401:
            raise
        raise bad_value("password", error.code, error.detail) from None
    if user.clinic_id != who.clinic_id:
        raise bad_value("password", "wrong_login", "Username or password is wrong.")
    return replace(who, id=user.id, roles=user.roles, locked=False, login_of=who.id, signed=Signed.PASSWORD)


@router.get("/shifts")
async def list_shifts(
    asked: Annotated[ShiftsAsked, Query()], request: Request, response: Response, who: Who, parts: GivenParts
) -> list[ShiftShown]:
    """Who is on now; with `from` or `to`, whoever was on at some time between them, at most 31 days, oldest first.

    `Link` says that there are more, and where.
    """
    clinic = parts.pipeline.clinics[who.clinic_id]
    if asked.start is None and asked.end is None:
        return [shift_shown(clinic, parts.directory, shift) for shift in clinic.duty.people_on()]
    end = parts.clock.now_us() if asked.end is None else asked.end
    start = end - LONGEST_US if asked.start is None else asked.start
    if not start <= end <= start + LONGEST_US:
        raise bad_value("from", "out_of_range", "From and to are at most 31 days apart, the earlier one first.")
    after = BEFORE_ALL if asked.cursor is None else from_cursor(asked.cursor)
    found = await parts.reader.duty.shifts(who.clinic_id, start, end, after, asked.limit + 1)
    more, found = len(found) > asked.limit, found[: asked.limit]
    link_next(request, response, to_cursor(Place(found[-1].began_at, found[-1].id)) if more else None)
    return [shift_shown(clinic, parts.directory, shift) for shift in found]


@router.post("/shifts/{id}/end")
async def end_shift(id: UUID, who: Who, parts: GivenParts, given: Ending | None = None) -> ShiftShown:
    """Somebody goes home: oneself, or with a reason somebody else. Not while chairs are theirs."""
    ended: Shift = await parts.pipeline.submit(EndShift(who, id, None if given is None else given.reason))
    return shift_shown(parts.pipeline.clinics[who.clinic_id], parts.directory, ended)
