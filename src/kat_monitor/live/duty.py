"""What screens are told of duty: which stations show and sound alerts now, and who is on shift where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kat_monitor.domain.duty import Station
from kat_monitor.live.assignments import assignments_said
from kat_monitor.live.mailbox import Screen
from kat_monitor.live.tile import Json
from kat_monitor.rules.clinic import ClinicState

_LOUDEST = ("running", "blocked", "muted")


@dataclass(frozen=True, slots=True)
class StationSeen:
    """A connected station. `audio` is None until one of its screens has said lately what it does."""

    visible: bool = False
    audio: str | None = None

    @property
    def is_audible(self) -> bool:
        return self.audio == "running"


def stations_seen(screens: Iterable[Screen], since_wall: int) -> dict[UUID, StationSeen]:
    """Each connected station, by what its screens have said since then: the best of them counts."""
    found: dict[UUID, StationSeen] = {}
    for screen in screens:
        if screen.station_id is None or screen.closed is not None:
            continue
        before = found.get(screen.station_id, StationSeen())
        receipt = screen.receipt
        if receipt is None or receipt.at_wall < since_wall:
            found[screen.station_id] = before
            continue
        audible = {before.audio, receipt.audio}
        loudest = next((audio for audio in _LOUDEST if audio in audible), None)
        found[screen.station_id] = StationSeen(before.visible or receipt.visible, loudest)
    return found


def duty_said(clinic: ClinicState, seen: Mapping[UUID, StationSeen], now: int) -> Json:
    """What the `system` frame says of duty. Staff are named on every screen: a locked wall needs their names."""
    duty = clinic.duty
    active = [station for station_id in seen if (station := duty.active(station_id)) is not None]
    return {
        "stations": [
            _connected(station, seen[station.id]) for station in sorted(active, key=lambda s: (s.label, str(s.id)))
        ],
        "on": [
            {
                "id": str(shift.account_id),
                "name": clinic.people.get(shift.account_id, ""),
                "roles": sorted(clinic.roles.get(shift.account_id, ())),
                "station_id": None if shift.station_id is None else str(shift.station_id),
            }
            for shift in duty.people_on()
        ],
        "shift_used": duty.used,
        **assignments_said(clinic, now),
    }


def station_said(station: Station | None) -> Json | None:
    """What the first frame tells a browser that it is; None for one that is no station."""
    if station is None:
        return None
    return {**_named(station), "privacy": station.privacy.value}


def _connected(station: Station, seen: StationSeen) -> Json:
    return {**_named(station), "visible": seen.visible, "audio": seen.audio}


def _named(station: Station) -> Json:
    return {
        "id": str(station.id),
        "label": station.label,
        "kind": station.kind.value,
        "chair_id": None if station.chair_id is None else str(station.chair_id),
    }
