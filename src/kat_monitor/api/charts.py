"""Opens a session's chart for a reader: found in memory or in the record, noted in the audit trail, then shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from starlette.responses import Response

from kat_monitor.access.identity import Identity
from kat_monitor.api.names import with_names
from kat_monitor.api.parts import Parts
from kat_monitor.api.trail import note_read
from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.registry import Chair, Patient
from kat_monitor.errors import not_found
from kat_monitor.history.recall import recall
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.state import SessionState


@dataclass(frozen=True, slots=True)
class Chart:
    """A session and what is shown beside it. `as_of` is now, or the end of a session that has ended (microseconds)."""

    state: SessionState
    patient: Patient | None
    chair: Chair | None
    technical: Sequence[Alert]
    as_of: int


def clinic_of(parts: Parts, who: Identity) -> ClinicState:
    """The reader's own clinic; there is no way to another's."""
    return parts.pipeline.clinics[who.clinic_id]


async def open_chart(parts: Parts, who: Identity, session_id: UUID, action: str) -> Chart:
    """Raises KatError 404 for an unknown session or another clinic's, 503 when the reading cannot be noted."""
    clinic = clinic_of(parts, who)
    recalled = None if session_id in clinic.sessions else await recall(parts.reader, clinic, session_id)
    await note_read(parts, who, action, session_id)
    # Looked up again: what was committed meanwhile is in it, and an ended session may have left memory.
    state = clinic.sessions.get(session_id) or recalled or await recall(parts.reader, clinic, session_id)
    patient = clinic.patients.get(state.patient_id)
    if patient is None:
        patient = (await parts.reader.standing.patients(who.clinic_id, [state.patient_id])).get(state.patient_id)
    return Chart(
        state=state,
        patient=patient,
        chair=clinic.chairs.get(state.chair_id),
        technical=[alert for alert in clinic.technical.values() if alert.session_id == session_id],
        as_of=parts.clock.now_us() if state.ended_at is None else state.ended_at,
    )


async def require_session(parts: Parts, who: Identity, session_id: UUID, action: str) -> None:
    """For what is read from the record itself. Raises as `open_chart`."""
    if await parts.reader.sessions.one(who.clinic_id, session_id) is None:
        raise not_found("session")
    await note_read(parts, who, action, session_id)


def as_json(body: Any) -> Response:
    """Plain values, encoded without another look at each of them."""
    return encoded(msgspec.json.encode(body))


def named_json(parts: Parts, who: Identity, body: Any) -> Response:
    """The same, with the clinic's people by name."""
    return as_json(with_names(body, clinic_of(parts, who).people))


def encoded(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def schema_of(shape: dict[str, Any], description: str) -> dict[int | str, dict[str, Any]]:
    """The 200 of an answer that is encoded by `as_json`, for the OpenAPI document."""
    return {200: {"description": description, "content": {"application/json": {"schema": shape}}}}


OBJECT: dict[str, Any] = {"type": "object"}
OBJECTS: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
