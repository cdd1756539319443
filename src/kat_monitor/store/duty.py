"""Reads who is on duty, and who was: stations, shifts and PINs."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Uuid, bindparam, or_, select, tuple_

from kat_monitor.domain.duty import Pin, Privacy, Shift, Station, StationKind
from kat_monitor.store.asking import Asks
from kat_monitor.store.duty_tables import pin, shift, station
from kat_monitor.store.query import Query

_clinic_id = bindparam("clinic_id", type_=Uuid())
_start, _end = bindparam("start", type_=BigInteger()), bindparam("end", type_=BigInteger())
_after_at, _after_id = bindparam("after_at", type_=BigInteger()), bindparam("after_id", type_=Uuid())

STATIONS = Query(select(station).where(station.c.clinic_id == _clinic_id).order_by(station.c.enrolled_at, station.c.id))
SHIFTS_ON = Query(select(shift).where(shift.c.clinic_id == _clinic_id, shift.c.ended_at.is_(None)))
ANY_SHIFT = Query(select(shift.c.id).where(shift.c.clinic_id == _clinic_id).limit(1))
SHIFTS = Query(
    select(shift)
    .where(
        shift.c.clinic_id == _clinic_id,
        shift.c.began_at < _end,
        or_(shift.c.ended_at.is_(None), shift.c.ended_at > _start),
        tuple_(shift.c.began_at, shift.c.id) > tuple_(_after_at, _after_id),
    )
    .order_by(shift.c.began_at, shift.c.id)
    .limit(bindparam("most", type_=Integer()))
)
PINS = Query(select(pin).where(pin.c.clinic_id == _clinic_id, pin.c.pin_hash.is_not(None)))


class DutyRows:
    """Domain objects of duty, each list in a fixed order."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    async def stations(self, clinic_id: UUID) -> list[Station]:
        """Retired ones too, oldest first."""
        return [
            Station(
                row["id"],
                row["clinic_id"],
                row["label"],
                StationKind(row["kind"]),
                row["chair_id"],
                Privacy(row["privacy"]),
                row["secret_sha256"],
                row["enrolled_at"],
                row["enrolled_by"],
                row["retired_at"],
            )
            for row in await self._asks.rows(STATIONS, clinic_id=clinic_id)
        ]

    async def shifts_on(self, clinic_id: UUID) -> list[Shift]:
        """Those that last."""
        return [_shift(row) for row in await self._asks.rows(SHIFTS_ON, clinic_id=clinic_id)]

    async def shifts(self, clinic_id: UUID, start: int, end: int, after: tuple[int, UUID], most: int) -> list[Shift]:
        """Those that lasted at some time in [start, end), oldest first, from the one after (began_at, id) on."""
        asked = {"start": start, "end": end, "after_at": after[0], "after_id": after[1], "most": most}
        return [_shift(row) for row in await self._asks.rows(SHIFTS, clinic_id=clinic_id, **asked)]

    async def any_shift(self, clinic_id: UUID) -> bool:
        """Whether anybody ever was on shift."""
        return await self._asks.row(ANY_SHIFT, clinic_id=clinic_id) is not None

    async def pins(self, clinic_id: UUID) -> list[Pin]:
        names = ("clinic_id", "account_id", "pin_hash", "failures", "set_at")
        return [Pin(*(row[name] for name in names)) for row in await self._asks.rows(PINS, clinic_id=clinic_id)]


def _shift(row: Any) -> Shift:
    names = ("id", "clinic_id", "account_id", "station_id", "began_at", "ended_at", "ended_by", "reason")
    return Shift(*(row[name] for name in names))
