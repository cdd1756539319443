"""A journal written by hand, for stories small enough to work out on paper: values in their units, times in s."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid5

from kat_monitor.domain.alerts import alert_id
from kat_monitor.domain.journal import (
    Acknowledged,
    BaselineLocked,
    Entry,
    Event,
    LimitOverridden,
    PhaseEntered,
    TimerFired,
    Voided,
)
from kat_monitor.domain.protocol import Limit, LimitKind, ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import OPEN_PHASES, Metric, Phase, Priority, Source, to_tenths
from tests.oracle.made_protocols import version_of
from tests.oracle.oracle import judge
from tests.oracle.weave import NAMES, PEOPLE, START, created_session
from tests.oracle.words import SECOND, Expected

CREATED = created_session()
HIGH = Limit(
    code="systolic_high",
    metric=Metric.SYSTOLIC,
    when=OPEN_PHASES,
    kind=LimitKind.ABOVE,
    value=1800,
    clear=1700,
    priority=Priority.HIGH,
    confirm_s=120.0,
    immediate=2000,
    rearm=100,
)
RAISED = replace(HIGH, code="systolic_raised", value=1600, clear=1550, priority=Priority.MEDIUM, immediate=None)
FAST = Limit(
    code="heart_rate_high",
    metric=Metric.HEART_RATE,
    when=OPEN_PHASES,
    kind=LimitKind.ABOVE,
    value=1310,
    clear=1260,
    priority=Priority.HIGH,
    hold_s=10.0,
    rearm=100,
)
RISE = replace(HIGH, code="rise", kind=LimitKind.RISE, value=400, clear=350, confirm_s=None, immediate=None)
WITH_SYMPTOM = replace(RISE, code="rise_symptom", needs_symptom=True)
PER_MINUTE = replace(RISE, code="systolic_rate", kind=LimitKind.RATE, value=100, clear=50, priority=Priority.LOW)


def at(seconds: float) -> int:
    """Microseconds of a time of the story."""
    return START + round(seconds * SECOND)


@dataclass
class Journal:
    """Entries in the order they are written down; the patient is in the chair from the start."""

    version: ProtocolVersion
    entries: list[Entry] = field(default_factory=list)

    def put(self, entry: Entry) -> None:
        self.entries.append(entry)

    def head(self, seconds: float, began: float | None = None, by: UUID | None = PEOPLE[0]) -> dict[str, Any]:
        return {
            "position": len(self.entries) + 1,
            "session_id": CREATED.session_id,
            "at": at(seconds if began is None else began),
            "committed_at": at(seconds),
            "by": by,
        }

    def read(self, seconds: float, source: Source, **values: float) -> None:
        """A reading received at `seconds`, measured `delay` s before that."""
        delay = values.pop("delay", 0.0)
        extra = {name: values.pop(name) for name in ("flags", "late", "interval_ms") if name in values}
        measured = {metric.wire: None for metric in Metric} | {k: to_tenths(v) for k, v in values.items()}
        device = uuid5(NAMES, source.wire)
        reading = Reading(
            clinic_id=CREATED.clinic_id,
            device_id=device,
            seq=len(self.entries) + 1,
            session_id=CREATED.session_id,
            position=len(self.entries) + 1,
            source=int(source),
            flags=int(extra.get("flags", 0)),
            refused=0,
            late=bool(extra.get("late", False)),
            interval_ms=int(extra.get("interval_ms", 1000)),
            observed_at=at(seconds - delay),
            sent_at=None,
            received_at=at(seconds),
            effective_at=at(seconds - delay),
            **measured,
            reason=None,
        )
        self.put(reading)

    def cuff(self, seconds: float, systolic: float, **values: float) -> None:
        self.read(seconds, Source.NIBP, systolic=systolic, **values)

    def pulse(self, seconds: float, heart_rate: float, **values: float) -> None:
        self.read(seconds, Source.ECG, heart_rate=heart_rate, **values)

    def phase(self, seconds: float, to: Phase, began: float | None = None) -> None:
        self.put(PhaseEntered(**self.head(seconds, began), to=to))

    def baseline(self, seconds: float, **values: float) -> None:
        tenths: dict[str, Any] = {name: to_tenths(value) for name, value in values.items()}
        self.put(BaselineLocked(**self.head(seconds), **tenths))

    def override(self, seconds: float, code: str, value: float, clear: float) -> None:
        numbers: dict[str, Any] = {"value": to_tenths(value), "clear": to_tenths(clear), "immediate": None}
        self.put(LimitOverridden(**self.head(seconds), code=code, reason="agreed", **numbers))

    def symptom(self, seconds: float, term: str, severity: int, began: float | None = None) -> UUID:
        id_ = uuid5(NAMES, f"event {len(self.entries)}")
        data = {"term": term, "severity": severity}
        self.put(Event(**self.head(seconds, began), id=id_, event="symptom", data=data))
        return id_

    def fire(self, seconds: float, alert: UUID, due: float | None = None) -> None:
        self.put(TimerFired(**self.head(seconds, due, None), timer="confirm", alert_id=alert))

    def acknowledge(self, seconds: float, alert: UUID, value: float | None = None) -> None:
        tenths = None if value is None else to_tenths(value)
        self.put(Acknowledged(**self.head(seconds), alert_id=alert, value=tenths))

    def void(self, seconds: float, entry: int) -> None:
        reading = self.entries[entry]
        assert isinstance(reading, Reading)
        self.put(Voided(**self.head(seconds), device_id=reading.device_id, seq=reading.seq, reason="wrong arm"))

    def id_of(self, entry: int, limit: Limit) -> UUID:
        """The alert that the entry (counted from 0) opens."""
        reading = self.entries[entry]
        assert isinstance(reading, Reading)
        source = Source(reading.source).wire
        return alert_id(CREATED.session_id, limit.code, source, reading.device_id, reading.seq)

    def alerts(self) -> list[Expected]:
        return judge(CREATED, self.version, self.entries)

    def only(self) -> Expected:
        """The one alert there is."""
        (alert,) = self.alerts()
        return alert


def journal(*limits: Limit) -> Journal:
    """Entry 0 is check-in."""
    book = Journal(version_of(limits))
    book.phase(0, Phase.PREPARING)
    return book
