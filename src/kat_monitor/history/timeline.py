"""Everything that happened in one session, in time order: entries of its journal and steps of its alerts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from kat_monitor.domain.alerts import Alert, Step
from kat_monitor.domain.journal import (
    Assessed,
    BaselineLocked,
    Command,
    Event,
    HandReading,
    LimitOverridden,
    Moved,
    PatientCorrected,
    PhaseEntered,
    ReadingsCorrected,
    Screened,
    SessionCreated,
    TargetSet,
    Voided,
)
from kat_monitor.domain.readings import Reading, flag_names
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import METRIC_NAMES, Source, from_tenths
from kat_monitor.history.alerts import transition_view
from kat_monitor.history.readings import Key
from kat_monitor.rules.view import baseline_row, correction_view
from kat_monitor.store.alert_rows import Transition
from kat_monitor.store.reader import Reader

Json = dict[str, Any]

_OF_ALERTS = ("limit", "source", "kind")


class Moment(NamedTuple):
    """One line. `at` is when it was so, `recorded_at` when it was committed; within one commit `order` counts."""

    at: int
    recorded_at: int
    order: int
    type: str
    by: UUID | None
    data: Json


async def timeline(reader: Reader, clinic_id: UUID, session_id: UUID) -> list[Json]:
    """Every line, oldest first; empty for an unknown session."""
    commands = await reader.journals.commands(clinic_id, session_id)
    alerts = await reader.alerts.of_session(clinic_id, session_id)
    steps = await reader.alerts.transitions_of_session(clinic_id, session_id)
    hand = [(entry.device_id, entry.seq) for entry in commands if isinstance(entry, HandReading)]
    readings = await reader.journals.readings_by_key(clinic_id, hand) if hand else {}
    moments = [*_of_journal(commands, readings), *_of_alerts(alerts, steps)]
    return [_line(moment) for moment in sorted(moments, key=lambda moment: moment[:3])]


def _line(moment: Moment) -> Json:
    return {
        "at": to_rfc3339(moment.at),
        "recorded_at": to_rfc3339(moment.recorded_at),
        "type": moment.type,
        "by": _id(moment.by),
        **moment.data,
    }


def _of_alerts(alerts: Sequence[Alert], steps: Sequence[Transition]) -> Iterator[Moment]:
    by_id = {alert.id: alert for alert in alerts}
    for step in steps:
        alert = by_id[step.alert_id]
        # An episode is where it began; everything else is when it was done.
        at = min(alert.opened_at, step.at) if step.step is Step.OPENED else step.at
        shown = transition_view(step)
        told = {name: str(getattr(alert, name)) for name in _OF_ALERTS}
        data = {name: shown[name] for name in shown if name not in ("at", "by")}
        yield Moment(at, step.at, step.number, "alert", step.by, {"alert_id": str(alert.id), **told, **data})


def _of_journal(commands: Sequence[Command], readings: Mapping[Key, Reading]) -> Iterator[Moment]:
    """Acknowledgements, escalations, timers and reviews are told by the alerts' own steps."""
    voided = {(entry.device_id, entry.seq) for entry in commands if isinstance(entry, Voided)}
    for entry in commands:
        if isinstance(entry, HandReading):
            key = (entry.device_id, entry.seq)
            if (reading := readings.get(key)) is not None:
                data = _reading(entry, reading, voided=key in voided)
                yield Moment(
                    reading.effective_at, entry.committed_at, entry.position, "reading_by_hand", entry.by, data
                )
        elif (teller := TELLERS.get(type(entry))) is not None:
            yield Moment(entry.at, entry.committed_at, entry.position, teller[0], entry.by, teller[1](entry))


def _created(entry: SessionCreated) -> Json:
    return {
        "patient_id": str(entry.patient_id),
        "chair_id": str(entry.chair_id),
        "protocol": {"code": entry.protocol_code, "version": entry.protocol_version},
        "planned_dosing_min": entry.planned_dosing_min,
        "weight_kg": entry.weight_kg,
    }


def _entered(entry: PhaseEntered) -> Json:
    return {
        "phase": entry.to.value,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "override": entry.override,
        "identifiers": list(entry.identifiers),
        "second": _id(entry.second_by),
        "told": entry.told,
        "accompanied_by": entry.accompanied_by,
    }


def _event(entry: Event) -> Json:
    return {
        **entry.data,
        "event_id": str(entry.id),
        "kind": entry.event,
        "text": entry.text,
        "reason": entry.reason if entry.reason is not None else entry.data.get("reason"),
        "answers_alert": _id(entry.answers_alert),
        "corrects": _id(entry.corrects),
    }


def _target(entry: TargetSet) -> Json:
    return {
        "systolic": None if entry.systolic is None else [from_tenths(v) for v in entry.systolic],
        "diastolic": None if entry.diastolic is None else [from_tenths(v) for v in entry.diastolic],
        "reason": entry.reason,
    }


def _override(entry: LimitOverridden) -> Json:
    return {
        "code": entry.code,
        "value": from_tenths(entry.value),
        "clear": from_tenths(entry.clear),
        "immediate": None if entry.immediate is None else from_tenths(entry.immediate),
        "reason": entry.reason,
        "second": _id(entry.second_by),
    }


def _screened(entry: Screened) -> Json:
    return {"answers": dict(entry.answers), "note": entry.note}


def _assessed(entry: Assessed) -> Json:
    return {"assessment": entry.assessment, "values": dict(entry.values)}


def _voided(entry: Voided) -> Json:
    return {"device": str(entry.device_id), "seq": entry.seq, "reason": entry.reason}


def _readings_corrected(entry: ReadingsCorrected) -> Json:
    return {"correction_id": str(entry.id), **correction_view(entry)}


def _moved(entry: Moved) -> Json:
    return {"chair_id": str(entry.chair_id)}


def _corrected(entry: PatientCorrected) -> Json:
    return {"patient_id": str(entry.patient_id), "reason": entry.reason, "second": _id(entry.second_by)}


def _reading(entry: HandReading, reading: Reading, *, voided: bool) -> Json:
    values = zip(METRIC_NAMES, reading.values, strict=True)
    return {
        "device": str(reading.device_id),
        "seq": reading.seq,
        "source": Source(reading.source).wire,
        "status": flag_names(reading.flags),
        "late": reading.late,
        "voided": voided,
        "note": entry.note,
        **{name: from_tenths(value) for name, value in values if value is not None},
    }


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


TELLERS: Mapping[type, tuple[str, Callable[[Any], Json]]] = {
    SessionCreated: ("created", _created),
    PhaseEntered: ("phase", _entered),
    Event: ("event", _event),
    Screened: ("screening", _screened),
    BaselineLocked: ("baseline", baseline_row),
    TargetSet: ("target", _target),
    LimitOverridden: ("limit", _override),
    Assessed: ("assessment", _assessed),
    Voided: ("void", _voided),
    ReadingsCorrected: ("readings_corrected", _readings_corrected),
    Moved: ("move", _moved),
    PatientCorrected: ("patient_corrected", _corrected),
}
"""How each kind of entry is told: the line's type, and what it says beside when and who."""
