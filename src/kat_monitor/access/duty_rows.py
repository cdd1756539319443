"""Stations, shifts and PINs as rows, and the secret that makes a browser a station."""

from uuid import UUID

from kat_monitor.access.secret import new_secret
from kat_monitor.domain.duty import Pin, Shift, Station
from kat_monitor.store.batch import RowWrite

LASTS_S = 400 * 24 * 3600
"""Of the cookie `kat_station`: as long as browsers keep one."""


def new_station_secret() -> tuple[str, bytes]:
    """What a station's cookie holds, and its hash."""
    return new_secret("kats")


def station_row(station: Station) -> RowWrite:
    """The row of a newly enrolled browser."""
    values = {"secret_sha256": station.secret_sha256, "enrolled_at": station.enrolled_at}
    return RowWrite(
        "station", _key(station.clinic_id, station.id), {**_said(station), **values, "enrolled_by": station.enrolled_by}
    )


def station_change_row(station: Station) -> RowWrite:
    """The row as it is after a change."""
    return RowWrite("station", _key(station.clinic_id, station.id), _said(station), "update")


def _said(station: Station) -> dict[str, object]:
    return {
        "label": station.label,
        "kind": station.kind.value,
        "chair_id": station.chair_id,
        "privacy": station.privacy.value,
        "retired_at": station.retired_at,
    }


def shift_row(shift: Shift) -> RowWrite:
    """The row of a shift that began."""
    values = {"account_id": shift.account_id, "station_id": shift.station_id, "began_at": shift.began_at}
    return RowWrite("shift", _key(shift.clinic_id, shift.id), values)


def shift_change_row(shift: Shift) -> RowWrite:
    """The row of one that moved to another station or ended."""
    values = {
        "station_id": shift.station_id,
        "ended_at": shift.ended_at,
        "ended_by": shift.ended_by,
        "reason": shift.reason,
    }
    return RowWrite("shift", _key(shift.clinic_id, shift.id), values, "update")


def pin_row(pin: Pin) -> RowWrite:
    """A person's PIN as it is now, whether they had one or not."""
    key = {"clinic_id": pin.clinic_id, "account_id": pin.account_id}
    return RowWrite(
        "pin", key, {"pin_hash": pin.pin_hash, "failures": pin.failures, "set_at": pin.set_at}, how="upsert"
    )


def _key(clinic_id: UUID, id: UUID) -> dict[str, object]:
    return {"clinic_id": clinic_id, "id": id}
