"""What an intervention did: blood pressure five and ten minutes after it (design 7, events)."""

from kat_monitor.domain.journal import Event
from kat_monitor.domain.readiness import Effect
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import MINUTE_US, Metric
from kat_monitor.rules.state import SessionState

AFTER_MIN = (5, 10)
TOLERANCE_US = 5 * MINUTE_US // 2
"""Half the distance between the two points: no reading can stand for both."""


def effects(state: SessionState) -> list[Effect]:
    """For each intervention or medication that answers an alert, the sure cuff reading nearest to +5 and to +10 min.

    A reading counts within 2.5 min of the point; of two equally near the earlier one.
    """
    return [_effect(state, event, minute) for event in state.course.answers for minute in AFTER_MIN]


def effects_of(state: SessionState, event: Event) -> list[Effect]:
    """The two effects of one event; empty unless it answers an alert and stands uncorrected."""
    return [effect for effect in effects(state) if effect.event_id == event.id]


def _effect(state: SessionState, event: Event, minute: int) -> Effect:
    due_at = event.at + minute * MINUTE_US
    reading = _nearest(state, due_at)
    if reading is None:
        return Effect(event.id, minute, due_at)
    return Effect(
        event.id,
        minute,
        due_at,
        reading.effective_at,
        reading.valid(Metric.SYSTOLIC),
        reading.valid(Metric.DIASTOLIC),
    )


def _nearest(state: SessionState, due_at: int) -> Reading | None:
    near = [r for r in state.cuffs.sure() if -TOLERANCE_US <= r.effective_at - due_at < TOLERANCE_US]
    return min(near, key=lambda r: (abs(r.effective_at - due_at), r.effective_at), default=None)
