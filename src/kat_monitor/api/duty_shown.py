"""How stations, shifts and people on shift look in answers."""

from collections.abc import Mapping
from uuid import UUID

from kat_monitor.access.directory import Directory
from kat_monitor.api.fields import Shown, TimeOut
from kat_monitor.domain.duty import Shift, Station
from kat_monitor.live.duty import StationSeen
from kat_monitor.rules.clinic import ClinicState


class PersonOn(Shown):
    """Somebody who is on shift."""

    id: UUID
    name: str
    roles: list[str]
    station_id: UUID | None
    """Where they are; null at a browser that is no station."""
    since: TimeOut
    has_pin: bool


class StationShown(Shown):
    id: UUID
    label: str
    kind: str
    """`station`, `wall` or `room`."""
    chair_id: UUID | None
    """The chair a room's tablet stands at."""
    privacy: str
    """What it shows of who the patients are: `full`, `initials` or `chair`."""
    enrolled_at: TimeOut
    enrolled_by: UUID
    enrolled_by_name: str | None
    retired_at: TimeOut | None
    connected: bool
    """A screen of it is open."""
    visible: bool
    """And shows alerts: it has said so within the last 12 s."""
    audio: str | None
    """`running`, `blocked` or `muted`, as it said lately."""


class ShiftShown(Shown):
    id: UUID
    person_id: UUID
    name: str
    roles: list[str]
    station_id: UUID | None
    """Where they are, or were last."""
    began_at: TimeOut
    ended_at: TimeOut | None
    ended_by: UUID | None
    reason: str | None
    """Why somebody else ended it."""


def person_on(clinic: ClinicState, directory: Directory, shift: Shift) -> PersonOn:
    """The person of a shift that lasts."""
    name, roles = _who(clinic, directory, shift.account_id)
    return PersonOn(
        id=shift.account_id,
        name=name,
        roles=roles,
        station_id=shift.station_id,
        since=shift.began_at,
        has_pin=shift.account_id in clinic.duty.pins,
    )


def station_shown(clinic: ClinicState, station: Station, connected: Mapping[UUID, StationSeen]) -> StationShown:
    """With what its screens show and sound, if any is open."""
    seen = connected.get(station.id)
    return StationShown(
        id=station.id,
        label=station.label,
        kind=station.kind.value,
        chair_id=station.chair_id,
        privacy=station.privacy.value,
        enrolled_at=station.enrolled_at,
        enrolled_by=station.enrolled_by,
        enrolled_by_name=clinic.people.get(station.enrolled_by),
        retired_at=station.retired_at,
        connected=seen is not None,
        visible=seen is not None and seen.visible,
        audio=None if seen is None else seen.audio,
    )


def shift_shown(clinic: ClinicState, directory: Directory, shift: Shift) -> ShiftShown:
    name, roles = _who(clinic, directory, shift.account_id)
    return ShiftShown(
        id=shift.id,
        person_id=shift.account_id,
        name=name,
        roles=roles,
        station_id=shift.station_id,
        began_at=shift.began_at,
        ended_at=shift.ended_at,
        ended_by=shift.ended_by,
        reason=shift.reason,
    )


def _who(clinic: ClinicState, directory: Directory, person_id: UUID) -> tuple[str, list[str]]:
    user = directory.user_of(clinic.clinic.id, person_id)
    return clinic.people.get(person_id, ""), [] if user is None else sorted(user.roles)
