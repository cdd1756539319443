"""What is written into a session's record: the check, the baseline, observations, readings by hand, corrections."""

from kat_monitor.domain.commands import (
    Actor,
    AnswerScreening,
    CorrectPatient,
    CreateSession,
    EnterReading,
    LockBaseline,
    MoveSession,
    RecordAssessment,
    VoidReading,
    manual_device_id,
)
from kat_monitor.domain.journal import (
    Assessed,
    BaselineLocked,
    HandReading,
    Moved,
    PatientCorrected,
    Screened,
    SessionCreated,
    Voided,
)
from kat_monitor.domain.protocol import ScreeningLevel
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.vitals import (
    DIASTOLIC_ABOVE_SYSTOLIC,
    METRIC_NAMES,
    MINUTE_US,
    POSSIBLE,
    Metric,
    Phase,
    Source,
    from_tenths,
)
from kat_monitor.errors import FieldError, KatError, bad_value, not_found, refused
from kat_monitor.rules.baseline import take_baseline
from kat_monitor.rules.decision import (
    Asked,
    Decision,
    Facts,
    fact_at,
    require_not_ended,
    require_reason,
    require_second,
)
from kat_monitor.rules.plausibility import is_suspect

LATE_US = 10 * MINUTE_US
"""A reading by hand is late only from this age on (design 4)."""

ANSWERS = ("yes", "no", "unknown")
MANUAL_INTERVAL_MS = 1000


def create(request: CreateSession, who: Actor, now: int, facts: Facts) -> Decision:
    """Plan a session. Raises KatError 404 (patient, chair), 422 (protocol, planned minutes)."""
    if facts.patient is None:
        raise not_found("patient")
    if not facts.chair_known:
        raise not_found("chair")
    if facts.version is None:
        raise bad_value("protocol", "unknown_protocol", "There is no protocol of that code.")
    protocol = facts.version.protocol
    planned = protocol.planned_min if request.planned_dosing_min is None else request.planned_dosing_min
    shortest, longest = protocol.dosing_min
    if not shortest <= planned <= longest:
        detail = f"must be {shortest:g} to {longest:g} minutes for {protocol.code}."
        raise bad_value("planned_dosing_min", "out_of_bounds", detail)
    entry = SessionCreated(
        position=0,
        session_id=request.new_id,
        at=now,
        committed_at=now,
        by=who.id,
        clinic_id=facts.patient.clinic_id,
        patient_id=request.patient_id,
        chair_id=request.chair_id,
        protocol_code=facts.version.code,
        protocol_version=facts.version.version,
        planned_dosing_min=planned,
        weight_kg=request.weight_kg,
        scheduled_at=request.scheduled_at,
    )
    return Decision(entries=(entry,))


def answer_screening(asked: Asked, request: AnswerScreening) -> Decision:
    """Answers of the pre-treatment check, a new row each time. Raises KatError 409 after the end, 422."""
    state = asked.state
    require_not_ended(state)
    items = {item.item: item for item in state.protocol.protocol.screening}
    errors = [
        FieldError(f"answers.{item}", "unknown_item", "not an item of this protocol")
        for item in request.answers
        if item not in items
    ]
    errors += [
        FieldError(f"answers.{item}", "unknown_answer", f"must be one of {', '.join(ANSWERS)}")
        for item, answer in request.answers.items()
        if answer not in ANSWERS
    ]
    if errors or not request.answers:
        raise KatError(422, "bad_value", "The answers do not fit the pre-treatment check.", errors=errors)
    _require_note_to_pass(asked, request)
    entry = Screened(
        position=0,
        session_id=state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        answers=dict(request.answers),
        note=request.note,
    )
    return Decision(entries=(entry,))


def _require_note_to_pass(asked: Asked, request: AnswerScreening) -> None:
    """What stopped the treatment is passed by a new answer that says why (design 7). Raises KatError 422."""
    if request.note is not None and request.note.strip():
        return
    standing = asked.state.screening
    for item in asked.state.protocol.protocol.screening:
        was_stop = item.level is ScreeningLevel.STOP and standing.get(item.item) == item.stops_on
        if was_stop and request.answers.get(item.item, item.stops_on) != item.stops_on:
            detail = f"{item.item} would no longer stop the treatment; say why."
            raise bad_value("note", "reason_required", detail)


def lock_baseline(asked: Asked, request: LockBaseline) -> Decision:
    """Lock the baseline, or with `exclude` write a corrected row. Raises KatError 409, 422 (no reason)."""
    state = asked.state
    require_not_ended(state)
    if state.phase is Phase.SCHEDULED:
        raise refused("not_checked_in", "The patient is not checked in.")
    if state.baseline is not None and not request.exclude:
        raise refused("already_locked", "The baseline is locked. To correct it, say which reading to exclude and why.")
    for i, (device, seq, reason) in enumerate(request.exclude):
        if not reason.strip():
            raise bad_value(f"exclude.{i}.reason", "reason_required", "Leaving a reading out needs a reason.")
        if not state.cuffs.knows(device, seq):
            raise bad_value(f"exclude.{i}", "unknown_reading", "The session has no such cuff reading.")
    excluded = {(device, seq): reason for device, seq, reason in request.exclude}
    if state.baseline is not None:
        excluded = {(device, seq): why for device, seq, why in state.baseline.excluded} | excluded
    taken = take_baseline(state, asked.now, excluded.keys())
    entry = BaselineLocked(
        position=0,
        session_id=state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        systolic=taken.systolic,
        diastolic=taken.diastolic,
        mean=taken.mean,
        heart_rate=taken.heart_rate,
        spo2=taken.spo2,
        readings=taken.readings,
        excluded=tuple((device, seq, why) for (device, seq), why in excluded.items()),
    )
    return Decision(entries=(entry,))


def record_assessment(asked: Asked, request: RecordAssessment) -> Decision:
    """What a nurse observed; parts may come one at a time. Raises KatError 422 (nothing observed, future)."""
    if not request.values:
        raise bad_value("values", "no_values", "Nothing was observed.")
    entry = Assessed(
        position=0,
        session_id=asked.state.id,
        at=fact_at(request.at, asked.now),
        committed_at=asked.now,
        by=asked.who.id,
        assessment=request.assessment,
        values=dict(request.values),
    )
    return Decision(entries=(entry,))


def enter_reading(asked: Asked, request: EnterReading) -> Decision:
    """A reading by hand. Raises KatError 409 (before check-in, after the end), 422 (impossible, none, future)."""
    state, facts = asked.state, asked.facts
    at = fact_at(request.observed_at, asked.now, "observed_at")
    opened_at = state.opened_at
    if opened_at is None:
        raise refused("not_checked_in", "The patient is not checked in.")
    if at < opened_at:
        raise bad_value("observed_at", "before_check_in", "Nothing measured before check-in belongs to a session.")
    if state.ended_at is not None and at >= state.ended_at:
        raise refused("session_ended", f"The session is {state.phase.value}.")
    _check_possible(request.values)
    source = int(Source.MANUAL)
    late = state.has_ended or asked.now - at > LATE_US
    if facts.judged is not None:
        late = late or facts.judged.is_before_last(source, request.values, at)
    systolic, diastolic, mean, heart_rate, spo2, respiratory_rate, temperature = request.values
    reading = Reading(
        clinic_id=state.clinic_id,
        device_id=manual_device_id(state.id),
        seq=facts.manual_seq,
        session_id=state.id,
        position=0,
        source=source,
        flags=0,
        refused=0,
        late=late,
        interval_ms=MANUAL_INTERVAL_MS,
        observed_at=at,
        sent_at=None,
        received_at=asked.now,
        effective_at=at,
        systolic=systolic,
        diastolic=diastolic,
        mean=mean,
        heart_rate=heart_rate,
        spo2=spo2,
        respiratory_rate=respiratory_rate,
        temperature=temperature,
        reason=None,
    )
    previous = None if facts.judged is None else facts.judged.pressure_before(source, at)
    if is_suspect(state.protocol.protocol.plausibility, reading, previous):
        reading = reading._replace(flags=int(Flag.SUSPECT))
    entry = HandReading(
        position=0,
        session_id=state.id,
        at=at,
        committed_at=asked.now,
        by=asked.who.id,
        device_id=reading.device_id,
        seq=reading.seq,
        note=request.note,
    )
    return Decision(entries=(entry,), readings=(reading,))


def _check_possible(values: tuple[int | None, ...]) -> None:
    """Raises KatError 422: unlike a device, a person can look again."""
    errors = [
        FieldError(METRIC_NAMES[m], "implausible", f"must be within {from_tenths(low)} and {from_tenths(high)}")
        for m, (value, (low, high)) in enumerate(zip(values, POSSIBLE, strict=True))
        if value is not None and not low <= value <= high
    ]
    systolic, diastolic = values[Metric.SYSTOLIC], values[Metric.DIASTOLIC]
    if systolic is not None and diastolic is not None and systolic <= diastolic + DIASTOLIC_ABOVE_SYSTOLIC:
        errors.append(FieldError("systolic", "implausible", "must be more than 5 above diastolic"))
    if errors:
        raise KatError(422, "bad_value", "Not possible; please look again.", errors=errors)
    if all(value is None for value in values):
        raise bad_value("systolic", "no_values", "Enter at least one value.")


def void_reading(asked: Asked, request: VoidReading) -> Decision:
    """Strike a reading of this session. Raises KatError 404, 409 `already_voided`, 422 (no reason)."""
    state = asked.state
    reading = asked.facts.reading
    if reading is None or reading.session_id != state.id:
        raise not_found("reading")
    if (request.device_id, request.seq) in state.cuffs.voided:
        raise refused("already_voided", "That reading is void already.")
    entry = Voided(
        position=0,
        session_id=state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        device_id=request.device_id,
        seq=request.seq,
        reason=require_reason(request.reason, "Voiding a reading"),
    )
    return Decision(entries=(entry,))


def move(asked: Asked, request: MoveSession) -> Decision:
    """To another chair, from `at` on. Raises KatError 404, 409 (ended, occupied), 422."""
    state, facts = asked.state, asked.facts
    require_not_ended(state)
    if not facts.chair_known:
        raise not_found("chair")
    if request.chair_id == state.chair_id:
        return Decision()
    at = fact_at(request.at, asked.now)
    earliest = state.chairs[-1][1] if len(state.chairs) > 1 else state.opened_at
    if earliest is not None and at < earliest:
        raise bad_value("at", "before_stay", "The patient came to the present chair later than that.")
    if state.is_open and (facts.chair.by is not None or at < facts.chair.until):
        raise refused("chair_occupied", "At that time another session was open at that chair.")
    entry = Moved(
        position=0,
        session_id=state.id,
        at=at,
        committed_at=asked.now,
        by=asked.who.id,
        chair_id=request.chair_id,
    )
    return Decision(entries=(entry,))


def correct_patient(asked: Asked, request: CorrectPatient) -> Decision:
    """The session was another person's. Raises KatError 404, 409 (no second person, in another session), 422."""
    state, facts = asked.state, asked.facts
    reason = require_reason(request.reason, "Correcting the patient")
    second_by = require_second(request.second, asked.who, "Correcting the patient")
    if facts.patient is None or facts.patient.id != request.patient_id:
        raise not_found("patient")
    if request.patient_id == state.patient_id:
        return Decision()
    if state.is_open and facts.patient_busy.by is not None:
        raise refused("patient_in_session", "That patient is in another session.")
    entry = PatientCorrected(
        position=0,
        session_id=state.id,
        at=asked.now,
        committed_at=asked.now,
        by=asked.who.id,
        patient_id=request.patient_id,
        reason=reason,
        second_by=second_by,
    )
    return Decision(entries=(entry,))
