"""The one way a session's state comes about: entry by entry, live, at restart and when a record is verified."""

from collections.abc import Iterable

from kat_monitor.domain.alerts import Change, PhaseChanged
from kat_monitor.domain.journal import (
    Assessed,
    BaselineLocked,
    Command,
    Entry,
    Event,
    Moved,
    PatientCorrected,
    PhaseEntered,
    ReadingsCorrected,
    Screened,
    SessionCreated,
    TargetSet,
    Voided,
)
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import DOUBTFUL, INVALID_ALL, Flag, Reading
from kat_monitor.domain.vitals import CUFF_SOURCES, Metric, Phase, Source
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.course import course_of
from kat_monitor.rules.coverage import Streams, cap_of
from kat_monitor.rules.engine import step
from kat_monitor.rules.in_range import breached
from kat_monitor.rules.quiet import stays_quiet
from kat_monitor.rules.readiness import waited_us
from kat_monitor.rules.shown import RANK
from kat_monitor.rules.state import SessionState, new_session
from kat_monitor.rules.trend import Trend

# Plain integers: operations with members of an enumeration cost as much as all the rest of a quiet reading.
_LOOSE = int(Flag.CUFF_LOOSE)
_SPO2 = int(Metric.SPO2)


def apply_entry(state: SessionState, entry: Entry) -> list[Change]:
    """Take one entry, in position order: facts and memory first, then the limits. Changes `state`; pure otherwise.

    Late readings change neither limits nor the newest values; they are counted and put in their true place.
    """
    if isinstance(entry, Reading):
        return [] if stays_quiet(state, entry) else take_reading(state, entry)
    phase = state.phase
    _take(state, entry)
    changes = step(state.limits, entry)
    state.tally.note_changes(changes)
    state.pace.note_changes(changes)
    if state.phase is not phase:
        changes.append(PhaseChanged(state.id, state.phase))
    return changes


def take_reading(state: SessionState, reading: Reading) -> list[Change]:
    """The long way, which any reading may take: `stays_quiet` comes to the same for those that it takes."""
    _remember(state, reading)
    changes = step(state.limits, reading)
    if changes:
        state.tally.note_changes(changes)
        state.pace.note_changes(changes)
    if reading.source in CUFF_SOURCES and not reading.late:
        _pace(state, reading)
    return changes


def fold(
    created: SessionCreated, version: ProtocolVersion, compiled: Compiled, entries: Iterable[Entry]
) -> SessionState:
    """The state after all these entries, in position order (`created` itself may be among them)."""
    state = new_session(created, version, compiled)
    for entry in entries:
        apply_entry(state, entry)
    return state


def _remember(state: SessionState, reading: Reading) -> None:
    state.tally.readings += 1
    flags = reading.flags
    trend = state.trend
    if flags & INVALID_ALL or trend is None or (reading.late and state.cuffs.is_voided(reading)):
        return
    source = reading.source
    values: tuple[int | None, ...] = reading[14:21]  # literal so that their type is known
    if flags & _LOOSE:
        values = (None, None, None, *values[Metric.HEART_RATE :])
    if source not in CUFF_SOURCES:
        _stream(state, reading, values)
    else:
        state.cuffs.add(reading)
        if source == Source.MANUAL:
            _hand_respiration(state, reading)
    if reading.late:
        trend.fill(reading.effective_at, values)
    else:
        trend.add(reading.effective_at, values, RANK[source])


def _stream(state: SessionState, reading: Reading, values: tuple[int | None, ...]) -> None:
    """A stream's valid values: what they vouch for, the baseline's windows, the peak of an arterial line."""
    at = reading.effective_at
    doubtful = reading.flags & DOUBTFUL != 0
    low, high = state.limits.low, state.limits.high
    cap = cap_of(reading)
    for metric, watched in enumerate(state.coverage.watched):
        value = values[metric]
        if value is None or watched is None:
            continue
        if not low[metric] < value < high[metric]:
            watched.other.add(at, cap)
            watched.good.cut(at, cap)
        elif doubtful or (metric == _SPO2 and state.course.oxygen and state.course.oxygen_at(at)):
            watched.other.add(at, cap)
        else:
            watched.good.add(at, cap)
        if not doubtful and at >= watched.newest_at:
            watched.newest, watched.newest_at = reading, at
    if doubtful:
        return
    if state.streams is not None and state.phase is Phase.PREPARING:
        for metric, value in enumerate(values):
            if value is not None:
                state.streams.add(reading.source, metric, at, value)
    if values[0] is not None or values[1] is not None:  # systolic, diastolic
        dosed_at = state.course.first_dose_at
        state.tally.note_pressure(reading, dosed=dosed_at is not None and at >= dosed_at)


def _hand_respiration(state: SessionState, reading: Reading) -> None:
    value = reading.valid(Metric.RESPIRATORY_RATE)
    if value is None or reading.doubtful:
        return
    low, high = state.limits.low[Metric.RESPIRATORY_RATE], state.limits.high[Metric.RESPIRATORY_RATE]
    newest = state.hand_respiration
    if low < value < high and (newest is None or reading.effective_at >= newest.effective_at):
        state.hand_respiration = reading


def _pace(state: SessionState, reading: Reading) -> None:
    """Two calm cuff readings end the haste after an amber or red one."""
    if state.pace.level is None or reading.valid(Metric.SYSTOLIC) is None:
        return
    rules = breached(state.limits, state.course, reading, state.phase_at(reading.effective_at))
    worst = max((rule.limit.priority for rule in rules), key=lambda priority: priority.rank, default=None)
    state.pace.note_reading(worst, doubtful=reading.doubtful)


def _enter(state: SessionState, entry: PhaseEntered) -> None:
    if entry.to is Phase.DISCHARGED:
        state.waited_us = waited_us(state, entry.at)
    if state.phase is Phase.SCHEDULED and entry.at < state.phase_since:
        # Planned and checked in after the fact: the plan is no earlier than what it planned.
        state.phases[0] = (Phase.SCHEDULED, entry.at)
    state.phase = entry.to
    state.phases.append((entry.to, entry.at))
    state.entered.append(entry)
    if entry.to.is_open and state.trend is None:
        state.trend = Trend(entry.at)
    if entry.to is Phase.PREPARING:
        state.streams = Streams(state.protocol.protocol.baseline.stream_min)
    elif state.baselines:
        state.streams = None
    if entry.to.has_ended:
        state.ended_at = entry.at
        state.outcome = entry.outcome
        state.streams = None


def _correct(state: SessionState, entry: ReadingsCorrected) -> None:
    """What was taken away shows nothing and proves nothing from now on; the limits stay as they were judged."""
    away = entry.takes_from(state.id)
    for span in entry.spans:
        state.cuffs.correct(span, away=away)
        if away:
            state.coverage.leave_out(*span)


def _take(state: SessionState, entry: Command) -> None:
    """What a command changes outside the limits."""
    match entry:
        case PhaseEntered():
            _enter(state, entry)
        case Event():
            state.events.append(entry)
            state.course = course_of(state.events)
        case Screened():
            state.screenings.append(entry)
            state.screening.update(entry.answers)
        case Assessed():
            state.assessments.append(entry)
        case BaselineLocked():
            state.baselines.append(entry)
            if state.phase is not Phase.PREPARING:
                state.streams = None
        case TargetSet():
            state.target = entry
        case Voided():
            state.cuffs.void(entry.device_id, entry.seq)
        case ReadingsCorrected():
            _correct(state, entry)
        case Moved():
            state.chair_id = entry.chair_id
            state.chairs.append((entry.chair_id, entry.at))
        case PatientCorrected():
            state.patient_id = entry.patient_id
