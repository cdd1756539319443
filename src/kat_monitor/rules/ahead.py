"""What will happen to an open alert if nobody does anything: the watch acts by it, and screens say it beforehand."""

from dataclasses import dataclass

from kat_monitor.domain.alerts import Alert, AlertKind
from kat_monitor.domain.protocol import Escalation
from kat_monitor.domain.vitals import SOURCES_BY_NAME
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.escalation import next_escalation, next_reminder
from kat_monitor.rules.held_alerts import free_from
from kat_monitor.rules.technical import EMERGENCY


@dataclass(frozen=True, slots=True)
class Ahead:
    """Clinic microseconds; None: never, as things stand. `escalates_to` is the level it will then have."""

    remind_at: int | None = None
    escalates_at: int | None = None
    escalates_to: int | None = None


NEVER = Ahead()


def is_cuff(alert: Alert) -> bool:
    source = SOURCES_BY_NAME.get(alert.source)
    return source is not None and source.is_cuff


def escalation_of(clinic: ClinicState, alert: Alert, fallback: Escalation) -> Escalation:
    """The times of the alert's session; `fallback` for alerts of no session."""
    state = None if alert.session_id is None else clinic.sessions.get(alert.session_id)
    return fallback if state is None else state.protocol.protocol.escalation


def ahead(clinic: ClinicState, alert: Alert, fallback: Escalation, *, unheard: bool) -> Ahead:
    """When it will sound again and when it goes further. A technical alert that is held waits until it is not.

    A breaching cuff reading may bring the reminder forward (see `next_reminder`).
    """
    rules = escalation_of(clinic, alert, fallback)
    step = next_escalation(alert, rules, unheard=unheard)
    remind_at = _free(clinic, alert, next_reminder(alert, rules, is_cuff=is_cuff(alert)))
    due_at = None if step is None else _free(clinic, alert, step[1])
    if remind_at is None and due_at is None:
        return NEVER
    return Ahead(remind_at, due_at, None if step is None or due_at is None else step[0])


def _free(clinic: ClinicState, alert: Alert, at: int | None) -> int | None:
    if at is None or alert.kind is not AlertKind.TECHNICAL or alert.session_id is None or alert.limit == EMERGENCY:
        return at
    state = clinic.sessions.get(alert.session_id)
    return at if state is None or not state.is_open else free_from(state, at)
