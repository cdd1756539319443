"""Readings that are kept for hours, as bytes: a seventh of what the objects and their numbers take."""

from collections.abc import Iterator
from struct import Struct
from uuid import UUID

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric

# effective_at, position, clinic, device, session (places in `_ids`), seq, source, flags, refused, late, interval_ms,
# observed_at, sent_at, received_at, seven values: as wide as the columns of `reading`.
_ROW = Struct("<2q3HqBHB?I3q7h")
_KEY = Struct("<2q")
_SIZE = _ROW.size
_NO_TIME = -(1 << 63)
_NO_VALUE = -(1 << 15)
_METRICS = range(len(Metric))
_new = tuple.__new__


class PackedReadings:
    """Readings in the order they are put in; each comes out equal to what went in, as a new object."""

    __slots__ = ("_ids", "_reasons", "_rows")

    def __init__(self) -> None:
        self._rows = bytearray()
        self._ids: tuple[UUID | None, ...] = ()
        """All clinics, devices and sessions named: of one session only a few."""
        self._reasons: dict[int, str] | None = None
        """By position; hardly any reading has one."""

    def __len__(self) -> int:
        return len(self._rows) // _SIZE

    def __getitem__(self, index: int) -> Reading:
        """The reading at that place, from 0 on."""
        at, position, clinic, device, session, seq, source, flags, refused, late, interval, seen, sent, got, *values = (
            _ROW.unpack_from(self._rows, index * _SIZE)
        )
        ids = self._ids
        for place in _METRICS:
            if values[place] == _NO_VALUE:
                values[place] = None
        sent_at = None if sent == _NO_TIME else sent
        reason = None if self._reasons is None else self._reasons.get(position)
        head = (ids[clinic], ids[device], seq, ids[session], position, source, flags, refused, late, interval)
        return _new(Reading, (*head, seen, sent_at, got, at, *values, reason))

    def __iter__(self) -> Iterator[Reading]:
        return (self[index] for index in range(len(self)))

    def __reversed__(self) -> Iterator[Reading]:
        return (self[index] for index in range(len(self) - 1, -1, -1))

    def append(self, reading: Reading) -> None:
        """Behind all others."""
        self._put(len(self._rows), reading)

    def insert_by_time(self, reading: Reading) -> None:
        """Among readings in order of their own time (of equal times, of commit)."""
        place, key = len(self._rows), (reading.effective_at, reading.position)
        while place and _KEY.unpack_from(self._rows, place - _SIZE) > key:
            place -= _SIZE
        self._put(place, reading)

    def effective_at(self, index: int) -> int:
        """When that reading was."""
        at: int = _KEY.unpack_from(self._rows, index * _SIZE)[0]
        return at

    def __delitem__(self, index: int) -> None:
        place = index * _SIZE
        if self._reasons:
            self._reasons.pop(_KEY.unpack_from(self._rows, place)[1], None)
        del self._rows[place : place + _SIZE]

    def _put(self, place: int, reading: Reading) -> None:
        observed, sent, got, at = reading[10:14]
        self._rows[place:place] = _ROW.pack(
            at,
            reading.position,
            self._id(reading.clinic_id),
            self._id(reading.device_id),
            self._id(reading.session_id),
            reading.seq,
            *reading[5:10],  # source, flags, refused, late, interval_ms
            observed,
            _NO_TIME if sent is None else sent,
            got,
            *(_NO_VALUE if value is None else value for value in reading.values),
        )
        if reading.reason is not None:
            self._reasons = {**(self._reasons or {}), reading.position: reading.reason}

    def _id(self, named: UUID | None) -> int:
        if named not in self._ids:
            self._ids = (*self._ids, named)
        return self._ids.index(named)
