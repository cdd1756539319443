"""Finds sessions, newest first: filters, pages by cursor, and each session's summary beside it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, all_, bindparam, or_, select, tuple_

from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.registry import Chair, Patient
from kat_monitor.domain.times import maybe_rfc3339, to_rfc3339
from kat_monitor.domain.vitals import Phase, Priority
from kat_monitor.history.cursor import Place, to_cursor
from kat_monitor.rules.view import chair_view, patient_view, summary_view
from kat_monitor.store.batch import SessionRow
from kat_monitor.store.reader import Reader
from kat_monitor.store.session_rows import session_row
from kat_monitor.store.spelling import patterns, plain_column
from kat_monitor.store.tables import patient, session

MOST = 200

Json = dict[str, Any]
Live = Callable[[UUID], Summary | None]
"""The summary as of now of a session in memory; None for all others."""
Anew = Callable[[UUID, Summary], Awaitable[Summary]]
"""The summary of a corrected session, given what it was without the correction."""

_PERSON = ("mrn", "name", "birth_date", "sex")


@dataclass(frozen=True, slots=True)
class Filters:
    """What is wanted; None: anything. Times in microseconds, `start <= listed < end`; pressures in tenths."""

    start: int | None = None
    end: int | None = None
    phase: Phase | None = None
    patient_id: UUID | None = None
    chair_id: UUID | None = None
    protocol: str | None = None
    min_peak_systolic: int | None = None
    had_priority: Priority | None = None
    text: str | None = None
    """Words, each part of the patient's name or record number; capitals and accents make no difference."""
    corrected: frozenset[UUID] = frozenset()
    """Sessions whose stored summary is not what their own readings say."""
    limit: int = 50
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Found:
    row: SessionRow
    patient: Patient
    summary: Summary

    @property
    def place(self) -> Place:
        return Place(self.row.listed_at, self.row.id)


@dataclass(frozen=True, slots=True)
class Page:
    """`next_cursor` is None on the last page."""

    items: Sequence[Found]
    next_cursor: str | None


async def search(reader: Reader, clinic_id: UUID, filters: Filters, live: Live, anew: Anew | None = None) -> Page:
    """One page. A session still going on is measured by `live`: its stored summary may be minutes old."""
    found: list[Found] = []
    after, full = filters.after, filters.limit + 1
    while True:
        rows = await reader.rows(_wanted(clinic_id, filters, after).limit(full))
        for row in rows:
            item = _found(row, live)
            if anew is not None and item.row.id in filters.corrected:
                item = replace(item, summary=await anew(item.row.id, item.summary))
            if _fits(item.summary, filters):
                found.append(item)
        if len(rows) < full or len(found) >= full:
            break
        after = Place(rows[-1]["listed_at"], rows[-1]["id"])
    items = found[: filters.limit]
    return Page(items, to_cursor(items[-1].place) if len(found) > filters.limit else None)


def _wanted(clinic_id: UUID, filters: Filters, after: Place | None) -> Select[Any]:
    asked = (
        select(session, *(patient.c[name].label(f"patient_{name}") for name in _PERSON))
        .join(patient, (patient.c.clinic_id == session.c.clinic_id) & (patient.c.id == session.c.patient_id))
        .where(session.c.clinic_id == clinic_id)
        .order_by(session.c.listed_at.desc(), session.c.id.desc())
    )
    if after is not None:
        asked = asked.where(tuple_(session.c.listed_at, session.c.id) < tuple_(after.at, after.id))
    if filters.start is not None:
        asked = asked.where(session.c.listed_at >= filters.start)
    if filters.end is not None:
        asked = asked.where(session.c.listed_at < filters.end)
    equal = (
        (session.c.phase, filters.phase and filters.phase.value),
        (session.c.patient_id, filters.patient_id),
        (session.c.chair_id, filters.chair_id),
        (session.c.protocol_code, filters.protocol),
    )
    for column, value in equal:
        if value is not None:
            asked = asked.where(column == value)
    return _by_summary(_by_text(asked, filters.text), filters)


def _by_text(asked: Select[Any], text: str | None) -> Select[Any]:
    if text is None:
        return asked
    words = bindparam("words", patterns(text), type_=ARRAY(Text()))
    return asked.where(plain_column(patient.c.name + " " + patient.c.mrn).like(all_(words)))


def _by_summary(asked: Select[Any], filters: Filters) -> Select[Any]:
    """Sessions that go on or were corrected pass here: `_fits` looks at what they are now."""
    going_on = or_(session.c.ended_at.is_(None), session.c.id.in_(filters.corrected))
    if filters.min_peak_systolic is not None:
        asked = asked.where(or_(session.c.peak_systolic >= filters.min_peak_systolic, going_on))
    if filters.had_priority is not None:
        asked = asked.where(or_(session.c[f"alerts_{filters.had_priority.value}"] > 0, going_on))
    return asked


def _fits(line: Summary, filters: Filters) -> bool:
    least = filters.min_peak_systolic
    if least is not None and (line.peak_systolic is None or line.peak_systolic < least):
        return False
    return filters.had_priority is None or getattr(line, f"alerts_{filters.had_priority.value}") > 0


def _found(row: Any, live: Live) -> Found:
    kept = session_row(row)
    person = Patient(kept.patient_id, kept.clinic_id, *(row[f"patient_{name}"] for name in _PERSON))
    return Found(kept, person, live(kept.id) or kept.summary)


def item_view(found: Found, chair: Chair | None) -> Json:
    """One line of `GET /sessions`."""
    row = found.row
    return {
        "id": str(row.id),
        "patient": patient_view(found.patient),
        "chair": chair_view(chair),
        "protocol": {"code": row.protocol_code, "version": row.protocol_version},
        "phase": row.phase.value,
        "outcome": row.outcome,
        "created_at": to_rfc3339(row.created_at),
        "scheduled_at": maybe_rfc3339(row.scheduled_at),
        "checked_in_at": maybe_rfc3339(row.checked_in_at),
        "dosing_at": maybe_rfc3339(row.dosing_at),
        "dosing_ended_at": maybe_rfc3339(row.dosing_ended_at),
        "ended_at": maybe_rfc3339(row.ended_at),
        "planned_dosing_min": row.planned_dosing_min,
        "weight_kg": row.weight_kg,
        "summary": summary_view(found.summary),
    }
