"""Fetches a session's readings for looking at: by time, only what a chart needs, voided ones told apart."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, select

from kat_monitor.domain.vitals import METRIC_NAMES
from kat_monitor.errors import bad_value
from kat_monitor.store.query import Query
from kat_monitor.store.reader import Reader
from kat_monitor.store.tables import journal, reading

MOST_ROWS = 250_000
"""Rows of one answer at most: a day in the chair with three devices at 1 Hz."""
EVER = ((-1 << 63) + 1, (1 << 63) - 1)

HEAD = ("effective_at", "observed_at", "device_id", "seq", "source", "flags", "late")
COLUMNS = HEAD + METRIC_NAMES
"""Columns of a row, in order."""

_clinic_id = bindparam("clinic_id", type_=Uuid())
_session_id = bindparam("session_id", type_=Uuid())

READINGS = Query(
    select(*(reading.c[name] for name in COLUMNS))
    .where(
        reading.c.clinic_id == _clinic_id,
        reading.c.session_id == _session_id,
        reading.c.effective_at >= bindparam("start", type_=BigInteger()),
        reading.c.effective_at < bindparam("end", type_=BigInteger()),
    )
    .order_by(reading.c.effective_at, reading.c.position)
    .limit(bindparam("most", type_=BigInteger()))
)
VOIDED = Query(
    select(journal.c.data["device_id"].astext.label("device_id"), journal.c.data["seq"].astext.label("seq")).where(
        journal.c.clinic_id == _clinic_id, journal.c.session_id == _session_id, journal.c.kind == "void"
    )
)

Key = tuple[UUID, int]


async def readings_of(
    reader: Reader, clinic_id: UUID, session_id: UUID, start: int | None, end: int | None
) -> Sequence[Any]:
    """Rows of `COLUMNS` with `start <= effective_at < end`, in time order.

    Raises KatError 422 when there are more than one answer may hold.
    """
    rows = await reader.rows(
        READINGS,
        clinic_id=clinic_id,
        session_id=session_id,
        start=EVER[0] if start is None else start,
        end=EVER[1] if end is None else end,
        most=MOST_ROWS + 1,
    )
    if len(rows) > MOST_ROWS:
        raise bad_value("from", "too_many", f"More than {MOST_ROWS} readings: ask for a shorter time.")
    return rows


async def voided_of(reader: Reader, clinic_id: UUID, session_id: UUID) -> frozenset[Key]:
    """(device, seq) of every reading that was struck through."""
    rows = await reader.rows(VOIDED, clinic_id=clinic_id, session_id=session_id)
    return frozenset((UUID(row["device_id"]), int(row["seq"])) for row in rows)
