"""Single pressures of whole sessions by minutes after the first dose: small curves for lists, sessions side by side."""

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from kat_monitor.domain.corrections import Whose
from kat_monitor.domain.readings import DOUBTFUL, INVALID_ALL, INVALID_PRESSURES
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US, Metric, from_tenths
from kat_monitor.history.readings import HEAD, readings_of
from kat_monitor.store.batch import SessionRow
from kat_monitor.store.reader import Reader
from kat_monitor.store.session_rows import session_row
from kat_monitor.store.tables import session

STEP_MIN = 5
MOST_POINTS = 60
MOST_SESSIONS = 12
FIRST_MIN, LAST_MIN = -15, 240

Json = dict[str, Any]
Value = float | int | None


class Pressure(NamedTuple):
    """One sure cuff reading: minutes after the first dose (before it: after check-in), values in natural units."""

    minute: float
    systolic: Value
    diastolic: Value
    heart_rate: Value


async def pressures(reader: Reader, row: SessionRow, whose: Whose) -> list[Pressure]:
    """In time order; doubtful, invalid and voided ones left out, corrections kept."""
    origin = row.dosing_at or row.checked_in_at
    if origin is None:
        return []
    found = await readings_of(reader, row.clinic_id, row.id, whose, None, None, cuff=True)
    taken = []
    for reading in found.rows:
        flags, values = reading[HEAD.index("flags")], reading[len(HEAD) :]
        sure = not flags & (DOUBTFUL | INVALID_ALL | INVALID_PRESSURES)
        if sure and values[Metric.SYSTOLIC] is not None and (reading[2], reading[3]) not in found.voided:
            shown = (values[metric] for metric in (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.HEART_RATE))
            minute = (reading[0] - origin) / MINUTE_US
            taken.append(Pressure(minute, *(None if value is None else from_tenths(value) for value in shown)))
    return taken


def trend_view(taken: Sequence[Pressure]) -> Json | None:
    """At most 60 points, the highest of each step, so that no peak is lost; None without readings."""
    if not taken:
        return None
    step = STEP_MIN
    while _place(taken[-1], step) - _place(taken[0], step) >= MOST_POINTS:
        step += STEP_MIN
    first = _place(taken[0], step)
    columns: dict[str, list[Value]] = {}
    for name in ("systolic", "heart_rate"):
        column = columns[name] = [None] * (_place(taken[-1], step) - first + 1)
        for one in taken:
            value, place = getattr(one, name), _place(one, step) - first
            column[place] = max((v for v in (column[place], value) if v is not None), default=None)
    return {"step_s": step * 60, "from_min": first * step, **columns}


def _place(one: Pressure, step: int) -> int:
    return int(one.minute // step)


async def sessions_of(reader: Reader, clinic_id: UUID, patient_id: UUID, before: SessionRow | None) -> list[SessionRow]:
    """The newest with a dose, newest first; `before`: only those dosed before that one."""
    asked = (
        select(session)
        .where(session.c.clinic_id == clinic_id, session.c.patient_id == patient_id, session.c.dosing_at.is_not(None))
        .order_by(session.c.dosing_at.desc(), session.c.id.desc())
        .limit(MOST_SESSIONS)
    )
    if before is not None:
        asked = asked.where(session.c.id != before.id, session.c.dosing_at < (before.dosing_at or before.listed_at))
    return [session_row(row) for row in await reader.rows(asked)]


def by_minute(row: SessionRow, taken: Sequence[Pressure]) -> Json:
    """The reading nearest to each fifth minute, within two and a half; nothing is filled in between."""
    last = min(LAST_MIN, round(max((one.minute for one in taken), default=0)))
    minutes = list(range(FIRST_MIN, last + STEP_MIN, STEP_MIN))
    nearest = [_nearest(taken, minute) for minute in minutes]
    return {
        "session_id": str(row.id),
        "day": None if row.dosing_at is None else to_rfc3339(row.dosing_at)[:10],
        "protocol": {"code": row.protocol_code, "version": row.protocol_version},
        "dosed_at": None if row.dosing_at is None else to_rfc3339(row.dosing_at),
        "minutes": minutes,
        "systolic": [None if one is None else one.systolic for one in nearest],
        "diastolic": [None if one is None else one.diastolic for one in nearest],
        "heart_rate": [None if one is None else one.heart_rate for one in nearest],
    }


def _nearest(taken: Sequence[Pressure], minute: int) -> Pressure | None:
    near = [one for one in taken if -STEP_MIN / 2 <= one.minute - minute < STEP_MIN / 2]
    return min(near, key=lambda one: (abs(one.minute - minute), one.minute), default=None)


def usual_view(sessions: Sequence[Json]) -> Json | None:
    """Of several sessions by minute: the middle, the lowest and the highest systolic; None without sessions."""
    if not sessions:
        return None
    minutes = max((one["minutes"] for one in sessions), key=len)
    at = [[s["systolic"][n] for s in sessions if n < len(s["systolic"])] for n in range(len(minutes))]
    known = [[value for value in values if value is not None] for values in at]
    return {
        "minutes": minutes,
        "systolic": {
            "median": [round(median(values), 1) if values else None for values in known],
            "low": [min(values, default=None) for values in known],
            "high": [max(values, default=None) for values in known],
        },
        "n": len(sessions),
    }
