"""A story becomes a journal: verdicts on readings, positions, and timer entries where the oracle says they fall due."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from kat_monitor.domain.alerts import AlertState
from kat_monitor.domain.journal import (
    Acknowledged,
    Adopted,
    Assessed,
    BaselineLocked,
    Entry,
    Escalated,
    Event,
    HandReading,
    LimitOverridden,
    Moved,
    PhaseEntered,
    Reminded,
    Reviewed,
    Screened,
    SessionCreated,
    TargetSet,
    TimerFired,
    Voided,
)
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.vitals import SOURCES_BY_NAME, Metric, Phase, Source
from tests.oracle.oracle import Oracle
from tests.oracle.review import as_alert, reviewed
from tests.oracle.stories import Raw
from tests.oracle.words import LATE_AFTER, LATE_AFTER_BY_HAND, RED_FLAG, SECOND, Expected

NAMES = UUID("00000000-0000-4000-8000-00000000cafe")
START = 1_790_000_000 * SECOND
PEOPLE = tuple(uuid5(NAMES, f"person {n}") for n in range(3))
FOLLOWS = {
    Phase.SCHEDULED: (Phase.PREPARING,),
    Phase.PREPARING: (Phase.DOSING, Phase.DISCHARGED),
    Phase.DOSING: (Phase.RECOVERY, Phase.DISCHARGED),
    Phase.RECOVERY: (Phase.DOSING, Phase.DISCHARGED),
}


def created_session(number: int = 0) -> SessionCreated:
    return SessionCreated(
        position=0,
        session_id=uuid5(NAMES, f"session {number}"),
        at=START,
        committed_at=START,
        clinic_id=uuid5(NAMES, "clinic"),
        patient_id=uuid5(NAMES, "patient"),
        chair_id=uuid5(NAMES, "chair"),
        protocol_code="made",
        protocol_version=1,
        planned_dosing_min=40.0,
    )


@dataclass
class Weaver:
    """The session as it stands while its journal is being written."""

    created: SessionCreated
    version: ProtocolVersion
    entries: list[Entry] = field(default_factory=list)
    now: int = START
    phase: Phase = Phase.SCHEDULED
    phase_at: int = START
    open_from: int = START
    ended_at: int | None = None
    ended_position: int = 0
    events: list[UUID] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    last_judged: dict[tuple[int, int], int] = field(default_factory=dict)
    seqs: dict[UUID, int] = field(default_factory=dict)
    timers: list[dict[UUID, int | None]] = field(default_factory=list)
    """After each entry: the provisional alerts and when they fall due."""

    def __post_init__(self) -> None:
        self.oracle = Oracle(self.created, self.version)

    # --- putting entries down

    def put(self, entry: Entry) -> None:
        self.oracle.append(entry)
        self.entries.append(entry)
        self.timers.append({alert.id: alert.confirm_by for alert in self.oracle.provisional()})

    def head(self, at: int | None = None, by: UUID | None = PEOPLE[0]) -> dict[str, Any]:
        """The fields every command has."""
        return {
            "position": len(self.entries) + 1,
            "session_id": self.created.session_id,
            "at": self.now if at is None else at,
            "committed_at": self.now,
            "by": by,
        }

    def pass_time(self, until: int) -> None:
        """Fires what falls due before `until`, each on time or a little late; a reading in between may come first."""
        while waiting := [alert for alert in self.oracle.provisional() if fires_at(alert) <= until]:
            alert = min(waiting, key=lambda alert: (fires_at(alert), alert.id))
            assert alert.confirm_by is not None
            self.now = max(self.now, fires_at(alert))
            self.put(TimerFired(**self.head(alert.confirm_by, None), timer="confirm", alert_id=alert.id))
        self.now = until

    def add(self, raw: Raw) -> None:
        """One thing of the story; what cannot happen now is left out."""
        self.pass_time(self.now + raw.wait_us)
        getattr(self, f"add_{raw.kind}")(*raw.data)

    # --- the kinds of things

    def add_reading(
        self, source: Source, device: int, delay_us: int, values: tuple[int | None, ...], flags: int, interval_ms: int
    ) -> None:
        if not self.phase.is_open and self.ended_at is None:
            return
        effective_at = max(self.now - delay_us, self.open_from)
        if self.ended_at is not None and effective_at >= self.ended_at:
            return
        device_id = uuid5(NAMES, f"device {source.wire} {device}")
        seq = self.seqs[device_id] = self.seqs.get(device_id, 0) + 1
        systolic, diastolic, mean, heart_rate, spo2, respiratory_rate, temperature = values
        reading = Reading(
            clinic_id=self.created.clinic_id,
            device_id=device_id,
            seq=seq,
            session_id=self.created.session_id,
            position=len(self.entries) + 1,
            source=int(source),
            flags=flags,
            refused=0,
            late=self.is_late(source, effective_at, values),
            interval_ms=interval_ms,
            observed_at=effective_at,
            sent_at=None,
            received_at=self.now,
            effective_at=effective_at,
            systolic=systolic,
            diastolic=diastolic,
            mean=mean,
            heart_rate=heart_rate,
            spo2=spo2,
            respiratory_rate=respiratory_rate,
            temperature=temperature,
            reason="no pulse found" if flags & Flag.FAILED else None,
        )
        self.put(reading)
        self.readings.append(reading)
        if not reading.late:
            for metric in Metric:
                if values[metric] is not None:
                    self.last_judged[source, metric] = effective_at
        if source is Source.MANUAL:
            self.put(HandReading(**self.head(), device_id=device_id, seq=seq))

    def is_late(self, source: Source, effective_at: int, values: tuple[int | None, ...]) -> bool:
        """Design 4; `expected_late` says the same from the whole journal (checked by a test)."""
        allowed = LATE_AFTER_BY_HAND if source is Source.MANUAL else LATE_AFTER
        before = any(
            values[metric] is not None and effective_at < self.last_judged.get((source, metric), 0) for metric in Metric
        )
        return self.ended_at is not None or self.now - effective_at > allowed or before

    def add_phase(self, to: Phase, back_us: int) -> None:
        if to not in FOLLOWS.get(self.phase, ()):
            return
        at = max(self.now - back_us, self.phase_at)
        self.put(PhaseEntered(**self.head(at), to=to))
        self.phase, self.phase_at = to, at
        if to is Phase.PREPARING:
            self.open_from = at
        if to.has_ended:
            self.ended_at, self.ended_position = at, len(self.entries)

    def add_baseline(self, *row: int | None) -> None:
        systolic, diastolic, mean, heart_rate, spo2 = row
        self.put(
            BaselineLocked(
                **self.head(),
                systolic=systolic,
                diastolic=diastolic,
                mean=mean,
                heart_rate=heart_rate,
                spo2=spo2,
            )
        )

    def add_override(self, code: str, value: int, clear: int, immediate: int | None) -> None:
        self.put(
            LimitOverridden(
                **self.head(), code=code, value=value, clear=clear, immediate=immediate, reason="agreed with the doctor"
            )
        )

    def add_symptom(self, term: str, severity: int, back_us: int, corrects: int) -> None:
        if self.ended_at is not None:
            return
        corrected = self.events[-corrects] if 0 < corrects <= len(self.events) else None
        self.add_event("symptom", back_us, corrected, {"term": term, "severity": severity})

    def add_event(self, kind: str, back_us: int, corrects: UUID | None, data: dict[str, Any]) -> None:
        head = self.head(self.now - back_us)
        event = Event(**head, id=uuid5(NAMES, f"event {head['position']}"), event=kind, corrects=corrects, data=data)
        self.put(event)
        self.events.append(event.id)

    def add_acknowledge(self, which: int, who: int) -> None:
        able = [a for a in self.oracle.alerts() if a.acknowledged_at is None and a.state is not AlertState.CLOSED]
        if able:
            alert = able[which % len(able)]
            head = self.head(by=PEOPLE[who])
            self.put(Acknowledged(**head, alert_id=alert.id, value=self.newest_value(alert)))

    def newest_value(self, alert: Expected) -> int | None:
        """The newest in-order value of the alert's source and metric; the newest rate for a rate."""
        limit = self.version.protocol.limit(alert.limit)
        if limit is None:
            return None
        track = self.oracle.tracks[alert.limit, SOURCES_BY_NAME[alert.source]]
        newest = track.newest(len(self.oracle.history.items))
        return alert.value if newest is None else newest

    def add_void(self, back: int) -> None:
        if back <= len(self.readings):
            reading = self.readings[-back]
            self.put(Voided(**self.head(), device_id=reading.device_id, seq=reading.seq, reason="wrong patient"))

    def add_review(self) -> None:
        """A review runs and its findings are committed."""
        found = reviewed(self.created, self.version, self.entries, self.oracle.alerts(), self.now)
        newest = max((r.effective_at for r in self.readings), default=self.now)
        spans = tuple((id_, start, newest if end is None else end) for id_, start, end in found.spans)
        born = tuple(as_alert(alert, self.created, self.metric_of(alert)) for alert in found.born)
        self.put(Reviewed(**self.head(by=None), born=born, spans=spans))
        for alert in found.adopted:
            row = as_alert(alert, self.created, self.metric_of(alert))
            self.put(Adopted(**self.head(by=None), alert=row))

    def metric_of(self, alert: Expected) -> int:
        limit = self.version.protocol.limit(alert.limit)
        assert limit is not None
        return int(limit.metric)

    # --- things that change nothing

    def add_note(self, *_: int) -> None:
        self.add_event("note", 0, None, {})

    def add_dose(self, *_: int) -> None:
        if self.ended_at is None:
            self.add_event("dose", 0, None, {"drug": "ketamine", "amount_mg": 35.0, "route": "iv"})

    def add_target(self, *_: int) -> None:
        self.put(TargetSet(**self.head(), systolic=(1000, 1500)))

    def add_screening(self, *_: int) -> None:
        self.put(Screened(**self.head(), answers={"allergy": "no"}))

    def add_assessment(self, *_: int) -> None:
        self.put(Assessed(**self.head(), assessment="discharge", values={"orientation": True}))

    def add_move(self, *_: int) -> None:
        self.put(Moved(**self.head(), chair_id=uuid5(NAMES, "other chair")))

    def add_escalated(self, which: int) -> None:
        able = [a for a in self.oracle.alerts() if a.state is AlertState.ACTIVE and a.acknowledged_at is None]
        if able:
            self.put(Escalated(**self.head(by=None), alert_id=able[which % len(able)].id, level=1))

    def add_reminded(self, which: int) -> None:
        lasting = [a for a in self.oracle.alerts() if a.state is AlertState.ACTIVE and a.limit != RED_FLAG]
        able = [a for a in lasting if a.acknowledged_at is not None]
        if able:
            self.put(Reminded(**self.head(by=None), alert_id=able[which % len(able)].id))


def fires_at(alert: Expected) -> int:
    """Mostly when it falls due, sometimes up to 5 s later (a busy server); the id decides, so it is always the same."""
    assert alert.confirm_by is not None
    late_us = 500_000 + (alert.id.int >> 8) % 4_500_000 if alert.id.int % 4 == 0 else 0
    return max(alert.confirm_by, alert.raised_at) + late_us


def weave(version: ProtocolVersion, story: list[Raw]) -> Weaver:
    """The journal of a story, with every timer in it, and the oracle that has seen it."""
    weaver = Weaver(created_session(), version)
    for raw in story:
        weaver.add(raw)
    return weaver
