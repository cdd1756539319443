"""An emergency, and a cuff reading that somebody asks for now: facts of the session, said once each."""

from uuid import UUID

from kat_monitor.domain.commands import AskForReading, CallEmergency
from kat_monitor.domain.journal import Event
from kat_monitor.errors import refused
from kat_monitor.rules.decision import Asked, Decision, require_not_ended
from kat_monitor.rules.timetable import open_recheck


def emergency(asked: Asked, request: CallEmergency) -> Decision:
    """Never refused, in whatever phase the session is. What is so already changes nothing."""
    if (asked.state.course.emergency_since is not None) == request.on:
        return Decision()
    data = {"state": "on" if request.on else "off"}
    return Decision(entries=(_event(asked, request.new_id, "emergency", data, request.note),))


def recheck(asked: Asked, request: AskForReading) -> Decision:
    """Asked for once until it is measured. Raises KatError 409 when nobody sits there."""
    require_not_ended(asked.state)
    if not asked.state.is_open:
        raise refused("not_checked_in", "The patient is not checked in.")
    if open_recheck(asked.state) is not None:
        return Decision()
    return Decision(entries=(_event(asked, request.new_id, "recheck", {}, None),))


def _event(asked: Asked, id: UUID, event: str, data: dict[str, str], text: str | None) -> Event:
    return Event(
        position=0,
        session_id=asked.state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        id=id,
        event=event,
        text=text,
        data=dict(data),
    )
