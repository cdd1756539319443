"""Every second, in the writer's turn: technical conditions, escalations and reminders that have fallen due."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kat_monitor.clock import Clock
from kat_monitor.domain.alerts import AlertChange, AlertState, Step
from kat_monitor.domain.journal import Command, Escalated, Reminded
from kat_monitor.domain.protocol import Escalation
from kat_monitor.rules.ahead import escalation_of, is_cuff
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.escalation import next_escalation, next_reminder
from kat_monitor.rules.held_alerts import is_held
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.technical import EMERGENCY, ON_CALL, escalate, remind, settle
from kat_monitor.store.batch import Batch
from kat_monitor.watch.conditions import Moment, conditions
from kat_monitor.watch.notices import CLINICIAN_LEVEL, notice, tell

EVERY_S = 1.0
AT_ONCE = frozenset({"nobody_watching", "nobody_audible"})
"""Told to the outside as soon as they are raised: there is nobody here to see them."""


class SweepTurn(Protocol):
    """What a sweep needs of the writer's turn."""

    now: int
    batch: Batch

    def alert(self, clinic: ClinicState, change: AlertChange) -> None: ...
    def enter(self, clinic: ClinicState, state: SessionState, entry: Command) -> None: ...


class Counts(Protocol):
    """Who watches (see `live.mailbox.ScreenCounts`)."""

    audible: int
    nobody_watching_since: int | None
    nobody_audible_since: int | None


@dataclass(slots=True)
class Sweep:
    """A command like any other, so that it sees only what is committed and changes only in turn."""

    clinic_id: UUID
    clock: Clock
    counts: Callable[[UUID], Counts]
    fallback: Escalation
    """For alerts of no session."""

    def run(self, turn: SweepTurn, clinic: ClinicState) -> None:
        wall = self.clock.wall_us()
        counts = self.counts(self.clinic_id)
        at = Moment(turn.now, wall, self.clock.rate, counts.nobody_watching_since, counts.nobody_audible_since)
        held = frozenset(s.id for s in clinic.sessions.values() if s.is_open and is_held(s, turn.now))
        for change in settle(clinic, conditions(clinic, at), held, turn.now):
            turn.alert(clinic, change)
            if change.alert.limit in AT_ONCE and change.alert.state is AlertState.ACTIVE:
                turn.batch.notices.append(notice(clinic, change.alert, CLINICIAN_LEVEL, wall, None))
            if change.alert.limit == EMERGENCY and change.step is Step.OPENED:
                # Its end was taken back, as it was called: to everybody at once.
                tell(turn, clinic, escalate(turn, clinic, change.alert, ON_CALL, None), wall)
        unheard = counts.audible == 0
        self._technical(turn, clinic, held, wall, unheard=unheard)
        for state in list(clinic.sessions.values()):
            if state.limits.alerts:
                self._session(turn, clinic, state, wall, unheard=unheard)

    def _technical(
        self, turn: SweepTurn, clinic: ClinicState, held: frozenset[UUID], wall: int, *, unheard: bool
    ) -> None:
        for alert in list(clinic.technical.values()):
            if alert.session_id in held and alert.limit != EMERGENCY:
                continue
            rules = escalation_of(clinic, alert, self.fallback)
            step = next_escalation(alert, rules, unheard=unheard)
            if step is not None and step[1] <= turn.now:
                further = escalate(turn, clinic, alert, step[0], None)
                if alert.limit not in AT_ONCE:
                    tell(turn, clinic, further, wall)
            due_at = next_reminder(alert, rules, is_cuff=is_cuff(alert))
            if due_at is not None and due_at <= turn.now:
                remind(turn, clinic, alert)

    def _session(self, turn: SweepTurn, clinic: ClinicState, state: SessionState, wall: int, *, unheard: bool) -> None:
        rules = state.protocol.protocol.escalation
        for alert in list(state.limits.alerts.values()):
            step = next_escalation(alert, rules, unheard=unheard)
            if step is not None and step[1] <= turn.now:
                level, due = step
                turn.enter(
                    clinic,
                    state,
                    Escalated(
                        position=0, session_id=state.id, at=due, committed_at=turn.now, alert_id=alert.id, level=level
                    ),
                )
                tell(turn, clinic, state.limits.alerts.get(alert.id, alert), wall)
            due_at = next_reminder(alert, rules, is_cuff=is_cuff(alert))
            if due_at is not None and due_at <= turn.now:
                turn.enter(
                    clinic,
                    state,
                    Reminded(position=0, session_id=state.id, at=due_at, committed_at=turn.now, alert_id=alert.id),
                )
