"""What is owed and when: cuff readings by interval, at fixed points, after interventions, asked for; the driver."""

from dataclasses import dataclass

from kat_monitor.domain.journal import Event
from kat_monitor.domain.protocol import FixedPoint
from kat_monitor.domain.readiness import DueItem, DueState
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import MINUTE_US, SECOND_US, Metric, Phase, Priority
from kat_monitor.rules.effects import TOLERANCE_US, effects
from kat_monitor.rules.state import SessionState

GRACE_US = 60 * SECOND_US
"""From due to overdue (design 6.3, cuff_overdue)."""


@dataclass(frozen=True, slots=True)
class NextCuff:
    """`interval_us` is what was added to `from_at` (the last valid reading, or the start) to make `at`."""

    at: int
    from_at: int
    interval_us: int


def interval_us(state: SessionState) -> int:
    """The cuff interval of the present phase, microseconds; of recovery in phases that have none."""
    intervals = state.protocol.protocol.timetable.interval_min
    return _us(intervals.get(state.phase, intervals[Phase.RECOVERY]))


def next_cuff(state: SessionState, *, waiting: bool = False) -> NextCuff | None:
    """When the next cuff reading is due; None unless a patient is in the chair.

    After the last valid reading: the phase's interval; 3 min after an amber alert, 2 after a red one, until two
    readings are below amber; every 15 min while `waiting` for the driver (the pack's numbers). Without a reading yet
    the interval runs from check-in.
    """
    opened_at = state.opened_at
    if not state.is_open or opened_at is None:
        return None
    table = state.protocol.protocol.timetable
    interval = interval_us(state)
    if waiting:
        interval = _us(table.waiting_min)
    if state.pace.level is Priority.HIGH:
        interval = min(interval, _us(table.after_red_min))
    elif state.pace.level is Priority.MEDIUM:
        interval = min(interval, _us(table.after_amber_min))
    last = state.cuffs.newest
    from_at = opened_at if last is None else last.effective_at
    return NextCuff(from_at + interval, from_at, interval)


def due_items(state: SessionState, now: int, *, waiting_since: int | None = None) -> list[DueItem]:
    """All that is owed at `now`, in time order. What was met is not listed; what was missed stays, never filled."""
    cuff = next_cuff(state, waiting=waiting_since is not None)
    if cuff is None:
        return []
    items = [DueItem("cuff", cuff.at, _state(cuff.at, now))]
    items += _points(state, now)
    items += _effects(state, now)
    asked = open_recheck(state)
    if asked is not None:
        items.append(DueItem("recheck", asked.at, _state(asked.at, now), text="Blood pressure now", event_id=asked.id))
    if waiting_since is not None:
        items.append(DueItem("driver", waiting_since, DueState.DUE, text="Responsible adult (driver)"))
    return sorted(items, key=lambda item: (item.at, item.kind, item.code or ""))


def point_reading(state: SessionState, point: FixedPoint) -> Reading | None:
    """The valid cuff reading that meets a fixed point: the nearest within its tolerance; None: not (yet) met."""
    first_dose_at = state.course.first_dose_at
    if first_dose_at is None:
        return None
    at, start, end = (first_dose_at + _us(m) for m in (point.minute, point.from_min, point.to_min))
    near = [r for r in state.cuffs.valid() if r.valid(Metric.SYSTOLIC) is not None and start <= r.effective_at <= end]
    return min(near, key=lambda r: (abs(r.effective_at - at), r.effective_at), default=None)


def open_recheck(state: SessionState) -> Event | None:
    """The newest reading somebody asked for, until a sure cuff reading was measured after it."""
    asked = state.course.rechecks[-1] if state.course.rechecks else None
    if asked is None or any(
        reading.effective_at > asked.at and reading.valid(Metric.SYSTOLIC) is not None for reading in state.cuffs.sure()
    ):
        return None
    return asked


def _points(state: SessionState, now: int) -> list[DueItem]:
    first_dose_at = state.course.first_dose_at
    if first_dose_at is None:
        return []
    items = []
    for point in state.protocol.protocol.timetable.points:
        if point_reading(state, point) is not None:
            continue
        at, start, end = (first_dose_at + _us(m) for m in (point.minute, point.from_min, point.to_min))
        items.append(DueItem("point", at, _state(at, now, start, end), point.code, point.text))
    return items


def _effects(state: SessionState, now: int) -> list[DueItem]:
    return [
        DueItem(
            "effect",
            effect.due_at,
            _state(effect.due_at, now, effect.due_at, effect.due_at + TOLERANCE_US),
            f"+{effect.minute}",
            f"Blood pressure {effect.minute} min after the intervention",
            effect.event_id,
        )
        for effect in effects(state)
        if effect.reading_at is None
    ]


def _state(at: int, now: int, start: int | None = None, end: int | None = None) -> DueState:
    """Due from `start` (else `at`), overdue a minute after `at`, missed once `end` is past."""
    if end is not None and now > end:
        return DueState.MISSED
    if now >= at + GRACE_US:
        return DueState.OVERDUE
    return DueState.DUE if now >= (at if start is None else start) else DueState.PLANNED


def _us(minutes: float) -> int:
    return round(minutes * MINUTE_US)
