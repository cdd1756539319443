"""What nurses report: symptoms that make a rise serious, and red flags that alarm by themselves (design 6.4)."""

from dataclasses import replace

from kat_monitor.domain.alerts import Alert, Change, Step, technical_alert_id
from kat_monitor.domain.journal import Event
from kat_monitor.domain.symptoms import RED_FLAGS
from kat_monitor.rules import lifecycle
from kat_monitor.rules.judged_again import judge_again
from kat_monitor.rules.limits_state import LimitsState

SERIOUS = 2
"""Severity from which a symptom meets `needs_symptom` (design 5)."""


def is_red_flag(event: Event) -> bool:
    """Of any severity but 0, which says that it is not there."""
    return event.event == "symptom" and event.data["term"] in RED_FLAGS and event.data["severity"] >= 1


def is_serious(event: Event) -> bool:
    return event.event == "symptom" and event.data["severity"] >= SERIOUS


def note(state: LimitsState, event: Event) -> None:
    """Remember what this event says of symptoms. A correction takes the place of the event it corrects."""
    if event.corrects is not None:
        state.symptoms = [known for known in state.symptoms if known[1] != event.corrects]
        state.red_flags = [known for known in state.red_flags if known[1] != event.corrects]
    if is_serious(event):
        state.symptoms.append((event.at, event.id))
    if is_red_flag(event):
        state.red_flags.append((event.at, event.id))


def report(state: LimitsState, event: Event, out: list[Change]) -> None:
    """An event as it is committed: remembered, a red flag raised, the newest cuff reading judged again."""
    note(state, event)
    if is_red_flag(event):
        _raise(state, event, out)
    if is_serious(event) and state.ended_at is None:
        judge_again(state, event, event.committed_at, out, live=True)


def _raise(state: LimitsState, event: Event, out: list[Change]) -> None:
    """One alert for all red flags until somebody closes it; a later flag appends its name."""
    term = str(event.data["term"])
    standing = open_red_flag(state)
    if standing is not None:
        named = standing.detail.split(", ") if standing.detail else []
        detail = standing.detail if term in named else ", ".join([*named, term])
        state.record(out, replace(standing, detail=detail), Step.APPENDED, event.committed_at, event.by, term)
        return
    version = state.compiled.version
    alert = lifecycle.red_flag(
        id=technical_alert_id(state.clinic_id, lifecycle.RED_FLAG, str(state.session_id), str(event.id)),
        clinic_id=state.clinic_id,
        session_id=state.session_id,
        chair_id=state.chair_id,
        protocol=(version.code, version.version),
        term=term,
        at=event.at,
        commit=event.committed_at,
    )
    state.record(out, alert, Step.OPENED, event.committed_at, event.by)


def open_red_flag(state: LimitsState) -> Alert | None:
    return next((alert for alert in state.alerts.values() if alert.limit == lifecycle.RED_FLAG), None)
