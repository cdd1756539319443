"""`/stations`: browsers of the clinic that are enrolled, so that the people on shift may act there by name."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from kat_monitor.access.duty_rows import LASTS_S, new_station_secret
from kat_monitor.access.identity import Via
from kat_monitor.api.acting import STATION_COOKIE
from kat_monitor.api.auth import Who
from kat_monitor.api.duty_shown import PersonOn, StationShown, person_on, station_shown
from kat_monitor.api.fields import Body, Id, Line, Shown
from kat_monitor.api.filters import ListAsked
from kat_monitor.api.idempotency import GivenOnce
from kat_monitor.api.making import make_secret
from kat_monitor.api.paging import link_next, page_of
from kat_monitor.api.parts import GivenParts
from kat_monitor.api.patch import given_changes
from kat_monitor.domain.duty import Privacy, Station, StationKind
from kat_monitor.errors import KatError, bad_value, refused
from kat_monitor.ingest.duty import ChangeStation, EnrolStation

router = APIRouter(tags=["duty"])

Kind = Literal["station", "wall", "room"]
Shows = Literal["full", "initials", "chair"]


class NewStation(Body):
    label: Line
    kind: Kind
    chair_id: Id | None = None
    """The chair a room's tablet stands at."""
    privacy: Shows = "full"
    """What it shows of who the patients are."""


class StationChange(Body):
    label: Line | None = None
    kind: Kind | None = None
    chair_id: Id | None = None
    privacy: Shows | None = None
    retired: Literal[True] | None = None
    """Its cookie opens nothing any more; for good."""


class Here(Shown):
    """What this browser is, and who is on shift in the clinic."""

    station: StationShown | None
    people: list[PersonOn]
    me_on: bool
    """Whether the person of this login is on shift."""


@router.get("/stations")
async def list_stations(
    asked: Annotated[ListAsked, Query()], request: Request, response: Response, who: Who, parts: GivenParts
) -> list[StationShown]:
    """Those in use by label, then the retired ones, the newest of them first. `Link` says that there are more."""
    clinic = parts.pipeline.clinics[who.clinic_id]
    stations = sorted(clinic.duty.stations.values(), key=_in_use_first)
    shown, cursor = page_of(stations, asked.limit, asked.cursor, lambda station: str(station.id))
    link_next(request, response, cursor)
    seen = parts.hub.stations(who.clinic_id)
    return [station_shown(clinic, station, seen) for station in shown]


@router.get("/stations/here")
async def here(who: Who, parts: GivenParts) -> Here:
    """Which station this browser is, if it is one, and who is on shift."""
    clinic = parts.pipeline.clinics[who.clinic_id]
    station = None if who.station_id is None else clinic.duty.active(who.station_id)
    return Here(
        station=None if station is None else station_shown(clinic, station, parts.hub.stations(who.clinic_id)),
        people=[person_on(clinic, parts.directory, shift) for shift in clinic.duty.people_on()],
        me_on=clinic.duty.is_on(who.id),
    )


@router.post("/stations", status_code=201)
async def enrol(given: NewStation, response: Response, who: Who, parts: GivenParts, once: GivenOnce) -> StationShown:
    """This browser is a station from now on: sets the cookie `kat_station`, once (409 `already_made`)."""
    if who.via is not Via.LOGIN:
        raise KatError(403, "browser_login_required", "A browser is enrolled by somebody logged in at it.")
    if who.station_id is not None:
        raise refused("already_enrolled", "This browser is a station already.")
    secret, hashed = new_station_secret()
    station = Station(
        id=uuid4(),
        clinic_id=who.clinic_id,
        label=given.label,
        kind=StationKind(given.kind),
        chair_id=given.chair_id,
        privacy=Privacy(given.privacy),
        secret_sha256=hashed,
        enrolled_at=parts.clock.now_us(),
        enrolled_by=who.id,
    )
    await make_secret(parts, EnrolStation(who, station), once, station.id)
    response.set_cookie(
        STATION_COOKIE,
        secret,
        max_age=LASTS_S,
        path="/",
        secure=parts.settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )
    clinic = parts.pipeline.clinics[who.clinic_id]
    enrolled = clinic.duty.stations[station.id]
    parts.hub.enrolled(clinic, who.credential_id, enrolled.id)
    return station_shown(clinic, enrolled, parts.hub.stations(who.clinic_id))


@router.patch("/stations/{id}")
async def change_station(id: UUID, given: StationChange, who: Who, parts: GivenParts) -> StationShown:
    """What it is called, is and shows; or that it is no station any more."""
    changes: dict[str, Any] = given_changes(given, may_be_null={"chair_id"})
    retire = changes.pop("retired", False) is True
    if not changes and not retire:
        raise bad_value("", "nothing", "Say what changes.")
    for name, made in (("kind", StationKind), ("privacy", Privacy)):
        if name in changes:
            changes[name] = made(changes[name])
    changed: Station = await parts.pipeline.submit(ChangeStation(who, id, changes, retire))
    clinic = parts.pipeline.clinics[who.clinic_id]
    parts.hub.station_changed(clinic, id)
    return station_shown(clinic, changed, parts.hub.stations(who.clinic_id))


def _in_use_first(station: Station) -> tuple[bool, int, str, UUID]:
    return station.retired_at is not None, -(station.retired_at or 0), station.label, station.id
