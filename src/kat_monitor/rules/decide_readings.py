"""Decides that what was measured between two times belongs to another session, or to none (design 4)."""

from kat_monitor.domain.commands import CorrectReadings
from kat_monitor.domain.journal import ReadingsCorrected
from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.errors import bad_value, not_found, refused
from kat_monitor.rules.decision import Asked, Decision, Notice, fact_at, require_reason
from kat_monitor.rules.state import SessionState

LONGEST_US = 24 * 60 * MINUTE_US


def correct_readings(asked: Asked, request: CorrectReadings) -> Decision:
    """One correction. Raises KatError 404 (session), 409 `no_device`, 422 (times, device, reason)."""
    reason = require_reason(request.reason, "Correcting whose readings these are")
    _check_times(asked, request)
    facts = asked.facts.measured
    if request.to is not None:
        receiving = asked.state if request.to == asked.state.id else facts.receiving
        if receiving is None:
            raise not_found("session")
        _check_within(receiving, request)
    if not facts.spans:
        raise refused("no_device", "No device stood there at that time.")
    entry = ReadingsCorrected(
        position=0,
        session_id=asked.state.id,
        at=request.from_at,
        committed_at=asked.now,
        by=asked.who.id,
        id=request.new_id,
        spans=tuple(facts.spans),
        of=request.of,
        to=request.to,
        reason=reason,
        chair_id=request.chair_id,
    )
    changing = any(owner != request.to and request.of in (None, owner) for owner in facts.owners)
    warnings = () if changing else (Notice("nothing_measured", "No stored reading changes its owner by this."),)
    return Decision(entries=(entry,), warnings=warnings)


def _check_times(asked: Asked, request: CorrectReadings) -> None:
    fact_at(request.from_at, asked.now, "from")
    fact_at(request.to_at, asked.now, "to")
    if request.to_at <= request.from_at:
        raise bad_value("to", "before_from", "Must come after `from`.")
    if request.to_at - request.from_at > LONGEST_US:
        raise bad_value("to", "too_long", "At most a day at a time.")
    if request.to_at > asked.now - request.recent_us:
        raise bad_value("to", "too_recent", "What was measured just now may still be on its way; wait a minute.")


def _check_within(state: SessionState, request: CorrectReadings) -> None:
    """A session has readings from check-in to its end, and no others."""
    if state.opened_at is None or request.from_at < state.opened_at:
        raise bad_value("from", "outside_session", "The session that is to have them began later.")
    if state.ended_at is not None and request.to_at > state.ended_at:
        raise bad_value("to", "outside_session", "The session that is to have them ended earlier.")
