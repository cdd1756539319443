"""When a chair's technical alerts are held: while the patient is off the monitor, and in an emergency."""

from kat_monitor.rules.spans import Span
from kat_monitor.rules.state import SessionState


def is_held(state: SessionState, now: int) -> bool:
    """They neither end, get worse nor go further."""
    course = state.course
    return course.emergency_since is not None or any(start <= now < end for start, end in course.off_monitor)


def held_before(state: SessionState, now: int) -> int:
    """When the newest time of that kind ended (0: there was none): nothing was missed up to then."""
    return max((end for _, end in _spans(state) if end <= now), default=0)


def free_from(state: SessionState, at: int) -> int | None:
    """The first moment from `at` on when they are not held, as far as is known; None while an emergency lasts."""
    if state.course.emergency_since is not None:
        return None
    for start, end in _spans(state):
        if start <= at < end:
            at = end
    return at


def _spans(state: SessionState) -> list[Span]:
    """Those with an end, in time order."""
    emergencies = [(start, end) for start, end in state.course.emergency if end is not None]
    return sorted([*state.course.off_monitor, *emergencies])
