"""Fetches a session's readings for looking at: by time, only what a chart needs, voided ones told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, or_, select

from kat_monitor.domain.corrections import Whose
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, METRIC_NAMES
from kat_monitor.errors import bad_value
from kat_monitor.store.corrections import Given
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

_ASKED = (
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
READINGS = Query(_ASKED)
CUFFS = Query(_ASKED.where(or_(*(reading.c.source == source.value for source in sorted(CUFF_SOURCES)))))
VOIDED = Query(
    select(journal.c.data["device_id"].astext.label("device_id"), journal.c.data["seq"].astext.label("seq")).where(
        journal.c.clinic_id == _clinic_id, journal.c.session_id == _session_id, journal.c.kind == "void"
    )
)

Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Found:
    """`rows` of `COLUMNS` in time order; which of them were struck through, and which a correction gave."""

    rows: Sequence[Any]
    voided: frozenset[Key] = frozenset()
    given: frozenset[Key] = frozenset()


async def readings_of(
    reader: Reader,
    clinic_id: UUID,
    session_id: UUID,
    whose: Whose,
    start: int | None,
    end: int | None,
    *,
    cuff: bool = False,
) -> Found:
    """What is this session's after all corrections, with `start <= effective_at < end`. `cuff`: single readings alone.

    Raises KatError 422 when there are more than one answer may hold.
    """
    first, end = EVER[0] if start is None else start, EVER[1] if end is None else end
    asked = {"clinic_id": clinic_id, "session_id": session_id}
    rows = await reader.rows(CUFFS if cuff else READINGS, **asked, start=first, end=end, most=MOST_ROWS + 1)
    voided = frozenset((UUID(r["device_id"]), int(r["seq"])) for r in await reader.rows(VOIDED, **asked))
    given: Given = Given()
    if whose:
        rows = [row for row in rows if whose.of(row[2], row[0], session_id) == session_id]
        given = await reader.corrections.given(clinic_id, session_id, whose)
        ours = [one for one in given.readings if not cuff or one.source in CUFF_SOURCES]
        rows += [_row(one) for one in ours if first <= one.effective_at < end]
        rows.sort(key=lambda row: row[0])
    if len(rows) > MOST_ROWS:
        raise bad_value("from", "too_many", f"More than {MOST_ROWS} readings: ask for a shorter time.")
    return Found(rows, voided | given.voided, frozenset((one.device_id, one.seq) for one in given.readings))


def _row(one: Reading) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in COLUMNS)
