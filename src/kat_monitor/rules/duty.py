"""A clinic's duty in memory: which browsers are its stations, who is on shift and at which of them.

Only the writer's turn changes it, after the commit; everything can be read back from the store.
"""

from collections.abc import Iterable
from uuid import UUID

from kat_monitor.domain.duty import Pin, Shift, Station


class Duty:
    """Empty until somebody enrols a station or begins a shift: clinics without either work as if there were none."""

    __slots__ = ("_by_secret", "pins", "shifts", "stations", "used")

    def __init__(self) -> None:
        self.stations: dict[UUID, Station] = {}
        """Retired ones too."""
        self.shifts: dict[UUID, Shift] = {}
        """By person: the shifts that last."""
        self.pins: dict[UUID, Pin] = {}
        """By person: PINs that are set."""
        self.used = False
        """Whether any shift was ever begun here."""
        self._by_secret: dict[bytes, UUID] = {}

    def fill(self, stations: Iterable[Station], shifts: Iterable[Shift], pins: Iterable[Pin], *, used: bool) -> None:
        """Take what the record holds in place of what was here."""
        for kept in (self.stations, self.shifts, self.pins, self._by_secret):
            kept.clear()
        for station in stations:
            self.put_station(station)
        for shift in shifts:
            self.put_shift(shift)
        for pin in pins:
            self.put_pin(pin)
        self.used = used or bool(self.shifts)

    # -- changing, after a commit ----------------------------------------------------------------------------------

    def put_station(self, station: Station) -> None:
        """A new one, or one as it is now; a retired one is no station to anybody any more."""
        self.stations[station.id] = station
        if station.retired_at is None:
            self._by_secret[station.secret_sha256] = station.id
        else:
            self._by_secret.pop(station.secret_sha256, None)

    def put_shift(self, shift: Shift) -> None:
        """One that began, moved or ended."""
        if shift.ended_at is None:
            self.shifts[shift.account_id] = shift
            self.used = True
        elif (there := self.shifts.get(shift.account_id)) is not None and there.id == shift.id:
            del self.shifts[shift.account_id]

    def put_pin(self, pin: Pin) -> None:
        if pin.pin_hash is None:
            self.pins.pop(pin.account_id, None)
        else:
            self.pins[pin.account_id] = pin

    # -- asking ----------------------------------------------------------------------------------------------------

    def is_on(self, person_id: UUID) -> bool:
        return person_id in self.shifts

    def people_on(self) -> list[Shift]:
        """Who is on shift, in the order they came."""
        return sorted(self.shifts.values(), key=lambda shift: shift.began_at)

    def stations_of(self, person_id: UUID) -> set[UUID]:
        """Where a person is now; empty for one who is off, or at a browser that is no station (any more)."""
        shift = self.shifts.get(person_id)
        station = None if shift is None or shift.station_id is None else self.active(shift.station_id)
        return set() if station is None else {station.id}

    def active(self, station_id: UUID) -> Station | None:
        """The station, unless it is retired."""
        station = self.stations.get(station_id)
        return station if station is not None and station.retired_at is None else None

    def station_of(self, secret_sha256: bytes) -> Station | None:
        """Which station a browser's cookie says it is; None for an unknown or retired one."""
        station_id = self._by_secret.get(secret_sha256)
        return None if station_id is None else self.stations[station_id]

    def shift(self, shift_id: UUID) -> Shift | None:
        """A shift that lasts."""
        return next((shift for shift in self.shifts.values() if shift.id == shift_id), None)
