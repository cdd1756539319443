"""`GET /sessions` and what hangs below: found, opened and looked through; every opening is in the audit trail."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from kat_monitor.access.identity import Identity
from kat_monitor.api.alerts_shown import alert_shown
from kat_monitor.api.auth import Who
from kat_monitor.api.charts import (
    OBJECT,
    OBJECTS,
    as_json,
    clinic_of,
    encoded,
    named_json,
    open_chart,
    require_session,
    schema_of,
)
from kat_monitor.api.filters import ReadingsAsked, SessionsAsked
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.api.trail import note_read
from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.vitals import to_tenths
from kat_monitor.errors import bad_value, not_found
from kat_monitor.history.columns import raw, stepped
from kat_monitor.history.corrected import corrected_summary
from kat_monitor.history.courses import pressures, trend_view
from kat_monitor.history.cursor import from_cursor
from kat_monitor.history.search import Filters, item_view, search
from kat_monitor.history.timeline import timeline
from kat_monitor.rules.readiness import readiness
from kat_monitor.rules.summary import summary
from kat_monitor.rules.view import (
    assessments_view,
    effects_view,
    events_view,
    readiness_view,
    session_view,
    summary_view,
)

router = APIRouter(tags=["sessions"])

MOST_TRENDS = 50
_PAGE = {
    "type": "object",
    "required": ["items", "next_cursor"],
    "properties": {"items": OBJECTS, "next_cursor": {"type": ["string", "null"]}},
}


@router.get("/sessions", responses=schema_of(_PAGE, "A page of sessions, newest first, each with its summary"))
async def find_sessions(asked: Annotated[SessionsAsked, Query()], who: Who, parts: GivenParts) -> Response:
    """Newest first by check-in (before it by the planned time)."""
    if asked.trend and asked.limit > MOST_TRENDS:
        raise bad_value("limit", "too_many", f"With `trend` a page holds at most {MOST_TRENDS}.")
    filters = await _filters(parts, who, asked)
    clinic = clinic_of(parts, who)
    now = parts.clock.now_us()

    def live(session_id: UUID) -> Summary | None:
        state = clinic.sessions.get(session_id)
        return None if state is None else summary(state, now)

    async def anew(session_id: UUID, was: Summary) -> Summary:
        return await corrected_summary(parts.reader, clinic, session_id, was, now)

    await parts.pipeline.listing.settled()
    page = await search(parts.reader, who.clinic_id, filters, live, anew)
    await note_read(parts, who, "sessions.search", "sessions")
    items = [item_view(found, clinic.chairs.get(found.row.chair_id)) for found in page.items]
    if asked.trend:
        for item, found in zip(items, page.items, strict=True):
            item["trend"] = trend_view(await pressures(parts.reader, found.row, clinic.whose))
    return as_json({"items": items, "next_cursor": page.next_cursor})


async def _filters(parts: Parts, who: Identity, asked: SessionsAsked) -> Filters:
    """Raises KatError 404 for a chair or patient the clinic does not have, 422 for a bad cursor or range."""
    require_range(asked.start, asked.end)
    if asked.chair_id is not None:
        require_chair(parts, who, asked.chair_id)
    if asked.patient_id is not None and not await parts.reader.standing.patients(who.clinic_id, [asked.patient_id]):
        raise not_found("patient")
    least = asked.min_peak_systolic
    return Filters(
        start=asked.start,
        end=asked.end,
        phase=asked.phase,
        patient_id=asked.patient_id,
        chair_id=asked.chair_id,
        protocol=asked.protocol,
        min_peak_systolic=None if least is None else to_tenths(least),
        had_priority=asked.had_priority,
        text=asked.q,
        corrected=clinic_of(parts, who).whose.sessions,
        limit=asked.limit,
        after=None if asked.cursor is None else from_cursor(asked.cursor),
    )


def require_range(start: int | None, end: int | None) -> None:
    """Raises KatError 422 for a time that ends before it begins."""
    if start is not None and end is not None and end < start:
        raise bad_value("to", "before_from", "Must not be before `from`.")


def require_chair(parts: Parts, who: Identity, chair_id: UUID) -> None:
    """Raises KatError 404 for a chair the clinic does not have."""
    if chair_id not in clinic_of(parts, who).chairs:
        raise not_found("chair")


@router.get("/sessions/{id}", responses=schema_of(OBJECT, "All of a session"))
async def get_session(id: UUID, who: Who, parts: GivenParts) -> Response:
    """As of now; a session that has ended as of its end."""
    chart = await open_chart(parts, who, id, "session.read")
    seen = session_view(chart.state, chart.patient, chart.chair, chart.as_of, chart.technical)
    clinic = clinic_of(parts, who)
    if id in clinic.whose.sessions:
        live = summary(chart.state, chart.as_of)
        seen["summary"] = summary_view(await corrected_summary(parts.reader, clinic, id, live, chart.as_of))
    return named_json(parts, who, seen)


@router.get("/sessions/{id}/readings", responses=schema_of(OBJECT, "Columns of equal length"))
async def get_readings(id: UUID, asked: Annotated[ReadingsAsked, Query()], who: Who, parts: GivenParts) -> Response:
    """In time order. `raw`: one place per reading, null where nothing was measured. A step: `effective_at` is its
    beginning, `readings` how many were in it, `doubtful` whether one of them was, and each metric `{min, mean, max}`
    of its valid values.
    """
    require_range(asked.start, asked.end)
    await require_session(parts, who, id, "session.readings.read")
    whose = clinic_of(parts, who).whose
    if asked.step is None:
        return encoded(await raw(parts.reader, who.clinic_id, id, asked.start, asked.end, whose, cuff=asked.cuff))
    step = asked.step
    return encoded(await stepped(parts.reader, who.clinic_id, id, asked.start, asked.end, step, whose, cuff=asked.cuff))


@router.get("/sessions/{id}/alerts", responses=schema_of(OBJECTS, "All its alerts, oldest first"))
async def get_alerts(id: UUID, who: Who, parts: GivenParts) -> Response:
    """Physiological and technical, open and closed."""
    await require_session(parts, who, id, "session.alerts.read")
    found = await parts.reader.alerts.of_session(who.clinic_id, id)
    return named_json(parts, who, [alert_shown(parts, who.clinic_id, alert) for alert in found])


@router.get("/sessions/{id}/timeline", responses=schema_of(OBJECTS, "Everything that happened, oldest first"))
async def get_timeline(id: UUID, who: Who, parts: GivenParts) -> Response:
    """Each line has `at` (when it was so), `recorded_at`, `type` and `by`, and what its type says."""
    chart = await open_chart(parts, who, id, "session.timeline.read")
    measured = effects_view(chart.state)
    lines = await timeline(parts.reader, who.clinic_id, id)
    told = [{**line, "effect": done} if (done := measured.get(line.get("event_id", ""))) else line for line in lines]
    return named_json(parts, who, told)


@router.get("/sessions/{id}/readiness", responses=schema_of(OBJECT, "Every criterion for going home, explained"))
async def get_readiness(id: UUID, who: Who, parts: GivenParts) -> Response:
    """As of now; a session that has ended as of its end."""
    chart = await open_chart(parts, who, id, "session.readiness.read")
    return named_json(parts, who, readiness_view(readiness(chart.state, chart.as_of, chart.technical)))


@router.get("/sessions/{id}/events", responses=schema_of(OBJECTS, "In the order they were recorded"))
async def get_events(id: UUID, who: Who, parts: GivenParts) -> Response:
    """Corrected ones are marked; the effect of an intervention is measured."""
    return named_json(parts, who, events_view((await open_chart(parts, who, id, "session.events.read")).state))


@router.get("/sessions/{id}/assessments", responses=schema_of(OBJECTS, "In the order they were recorded"))
async def get_assessments(id: UUID, who: Who, parts: GivenParts) -> Response:
    """What was observed before the dose and before going home."""
    return named_json(
        parts, who, assessments_view((await open_chart(parts, who, id, "session.assessments.read")).state)
    )
