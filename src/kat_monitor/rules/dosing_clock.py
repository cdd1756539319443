"""The dosing clock: from the first dose, without pauses; an extra dose moves the end of the window (design 7)."""

from dataclasses import dataclass

from kat_monitor.domain.vitals import MINUTE_US, Phase
from kat_monitor.rules.spans import total, within
from kat_monitor.rules.state import SessionState


@dataclass(frozen=True, slots=True)
class DosingClock:
    """Microseconds. `ends_at` is None while paused: it moves with every second, and `remaining_us` stands."""

    started_at: int
    elapsed_us: int
    remaining_us: int
    ends_at: int | None
    paused: bool


def dosing_clock(state: SessionState, now: int) -> DosingClock | None:
    """The clock at `now`; None before dosing. It stops with the newest end of dosing.

    Elapsed counts from the first dose (or the phase's begin, where no dose is recorded) less the pauses; remaining is
    the planned time less what has passed since the last dose, never below 0.
    """
    spans = state.phase_spans(Phase.DOSING, now)
    first, last = state.course.first_dose_at, state.course.last_dose_at
    began = next((at for phase, at in state.phases if phase is Phase.DOSING), None)
    if began is None:
        return None
    start = began if first is None else first
    over = state.phase is not Phase.DOSING
    until = spans[-1][1] if over and spans else max(now, start)
    pauses = [(a, until if b is None else b) for a, b in state.course.pauses]
    elapsed = max(until - start, 0) - total(within(pauses, start, until))
    since = min(start if last is None else last, until)
    planned = round(state.created.planned_dosing_min * MINUTE_US)
    remaining = max(planned - (until - since - total(within(pauses, since, until))), 0)
    paused = state.course.paused and not over
    return DosingClock(start, elapsed, 0 if over else remaining, None if paused else until + remaining, paused)
