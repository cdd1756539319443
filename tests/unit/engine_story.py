"""Tells the limits engine a session as a story in seconds and plain units; keeps the journal to fold it again."""

from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from kat_monitor.domain.alerts import Alert, AlertChange, Change, Step, TimerArmed, TimerDropped
from kat_monitor.domain.journal import (
    Acknowledged,
    BaselineLocked,
    Entry,
    Event,
    LimitOverridden,
    PhaseEntered,
    SessionCreated,
    TimerFired,
    Voided,
)
from kat_monitor.domain.protocol import Limit, LimitKind, ProtocolVersion
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.vitals import Metric, Phase, Priority, Source, to_tenths
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.rules.compile import Compiled, compile_protocol
from kat_monitor.rules.engine import LimitsState, new_limits, step
from kat_monitor.rules.review import ReviewResult, review

SESSION, CLINIC, CHAIR = UUID(int=1), UUID(int=2), UUID(int=3)
ANNA, BERND = UUID(int=11), UUID(int=12)
EVERY = frozenset({Phase.PREPARING, Phase.DOSING, Phase.RECOVERY})
START = 1_790_000_000_000_000
SECOND = 1_000_000
NO_FLAG = Flag(0)
METRICS = [metric.wire for metric in Metric]


def us(seconds: float) -> int:
    return START + round(seconds * SECOND)


def limit(code: str, metric: Metric, kind: LimitKind, value: float, clear: float, **more: Any) -> Limit:
    """A limit in plain units; high and in every phase unless said otherwise."""
    for name in ("immediate", "rearm"):
        if name in more:
            more[name] = to_tenths(more[name])
    more = {"when": EVERY, "priority": Priority.HIGH, **more}
    return Limit(code=code, metric=metric, kind=kind, value=to_tenths(value), clear=to_tenths(clear), **more)


@cache
def iv() -> ProtocolVersion:
    return version_of(shipped()["iv_infusion"][0], 1)


def with_limits(*limits: Limit) -> ProtocolVersion:
    """The IV pack with these limits instead of its own."""
    return replace(iv(), protocol=replace(iv().protocol, limits=limits))


HIGH_SYSTOLIC = limit(
    "systolic_high", Metric.SYSTOLIC, LimitKind.ABOVE, 180, 170, confirm_s=120.0, immediate=200, rearm=10
)
RAISED_SYSTOLIC = limit(
    "systolic_raised", Metric.SYSTOLIC, LimitKind.ABOVE, 160, 155, confirm_s=120.0, priority=Priority.MEDIUM
)
HIGH_DIASTOLIC = limit("diastolic_high", Metric.DIASTOLIC, LimitKind.ABOVE, 110, 105, confirm_s=120.0, rearm=5)
LOW_SYSTOLIC = limit("systolic_low", Metric.SYSTOLIC, LimitKind.BELOW, 90, 95, confirm_s=120.0)
LOW_SPO2 = limit("spo2_low", Metric.SPO2, LimitKind.BELOW, 91, 92, hold_s=15.0, rearm=3)
FAST_HEART = limit("heart_rate_high", Metric.HEART_RATE, LimitKind.ABOVE, 131, 126, hold_s=10.0, rearm=10)
SYMPTOM_RISE = limit("rise_symptom", Metric.SYSTOLIC, LimitKind.RISE, 40, 35, needs_symptom=True)
RATE_UP = limit("systolic_fast", Metric.SYSTOLIC, LimitKind.RATE, 10, 5)
RATE_DOWN = limit("systolic_dropping", Metric.SYSTOLIC, LimitKind.RATE, -10, -5)


class Story:
    """One session. Times are seconds from its start; every telling returns the engine's changes."""

    def __init__(
        self, *limits: Limit, version: ProtocolVersion | None = None, phase: Phase | None = Phase.DOSING
    ) -> None:
        chosen = version if version is not None else with_limits(*limits) if limits else iv()
        self.compiled: Compiled = compile_protocol(chosen)
        self.created = SessionCreated(
            position=1, session_id=SESSION, at=START, committed_at=START, clinic_id=CLINIC, patient_id=UUID(int=4),
            chair_id=CHAIR, protocol_code=chosen.code, protocol_version=chosen.version, planned_dosing_min=40.0,
        )  # fmt: skip
        self.entries: list[Entry] = []
        self.all_changes: list[Change] = []
        self.state = self.fresh()
        if phase is not None:
            self.phase(0, phase)

    def fresh(self, *, quick: bool = True) -> LimitsState:
        compiled = self.compiled if quick else compile_protocol(self.compiled.version, quick=False)
        return new_limits(session_id=SESSION, clinic_id=CLINIC, chair_id=CHAIR, compiled=compiled)

    # ---- telling ---------------------------------------------------------------------------------------------------

    def tell(self, entry: Entry) -> list[Change]:
        self.entries.append(entry)
        changes = step(self.state, entry)
        self.all_changes += changes
        return changes

    def reading(
        self,
        at: float,
        source: Source,
        *,
        received: float | None = None,
        flags: Flag = NO_FLAG,
        late: bool = False,
        interval_s: float = 1,
        device: int = 5,
        **values: float,
    ) -> list[Change]:
        return self.tell(self.make(at, source, received, flags, late, interval_s, device, values))

    def make(
        self,
        at: float,
        source: Source,
        received: float | None,
        flags: Flag,
        late: bool,
        interval_s: float,
        device: int,
        values: dict[str, float],
    ) -> Reading:
        position = len(self.entries) + 2
        return Reading(
            clinic_id=CLINIC, device_id=UUID(int=device), seq=position, session_id=SESSION, position=position,
            source=int(source), flags=int(flags), refused=0, late=late, interval_ms=round(interval_s * 1000),
            observed_at=us(at), sent_at=None, received_at=us(at if received is None else received),
            effective_at=us(at), reason=None,
            **{name: None if name not in values else to_tenths(values[name]) for name in METRICS},
        )  # fmt: skip

    def cuff(self, at: float, systolic: float, diastolic: float | None = None, **more: Any) -> list[Change]:
        if diastolic is not None:
            more["diastolic"] = diastolic
        return self.reading(at, more.pop("source", Source.NIBP), systolic=systolic, **more)

    def spo2(self, at: float, value: float, **more: Any) -> list[Change]:
        return self.reading(at, Source.PULSE_OX, spo2=value, **more)

    def head(self, at: float, committed: float | None = None) -> dict[str, Any]:
        return {
            "position": len(self.entries) + 2,
            "session_id": SESSION,
            "at": us(at),
            "committed_at": us(at if committed is None else committed),
        }

    def phase(self, at: float, to: Phase, committed: float | None = None) -> list[Change]:
        return self.tell(PhaseEntered(**self.head(at, committed), to=to))

    def fire(self, alert: Alert, late_by: float = 0) -> list[Change]:
        """The confirm timer of a provisional alert comes back."""
        assert alert.confirm_by is not None
        due = (alert.confirm_by - START) / SECOND
        return self.tell(TimerFired(**self.head(due, due + late_by), timer="confirm", alert_id=alert.id))

    def acknowledge(self, at: float, alert: Alert, by: UUID = ANNA, value: float | None = None) -> list[Change]:
        tenths = None if value is None else to_tenths(value)
        return self.tell(Acknowledged(**self.head(at), by=by, alert_id=alert.id, value=tenths))

    def override(
        self, at: float, code: str, value: float, clear: float, immediate: float | None = None
    ) -> list[Change]:
        return self.tell(
            LimitOverridden(
                **self.head(at), by=BERND, code=code, value=to_tenths(value), clear=to_tenths(clear),
                immediate=None if immediate is None else to_tenths(immediate), reason="known patient",
            )
        )  # fmt: skip

    def baseline(self, at: float, **values: float) -> list[Change]:
        tenths: dict[str, Any] = {name: to_tenths(v) for name, v in values.items()}
        return self.tell(BaselineLocked(**self.head(at), **tenths))

    def symptom(
        self, at: float, term: str, severity: int = 2, *, committed: float | None = None, corrects: UUID | None = None
    ) -> list[Change]:
        head = self.head(at, committed)
        identity = UUID(int=1000 + head["position"])
        data = {"term": term, "severity": severity}
        return self.tell(Event(**head, by=ANNA, id=identity, event="symptom", data=data, corrects=corrects))

    def void(self, at: float, reading: Reading) -> list[Change]:
        return self.tell(Voided(**self.head(at), device_id=reading.device_id, seq=reading.seq, reason="kinked tube"))

    @property
    def last_reading(self) -> Reading:
        return [entry for entry in self.entries if isinstance(entry, Reading)][-1]

    @property
    def last_event(self) -> Event:
        return [entry for entry in self.entries if isinstance(entry, Event)][-1]

    # ---- asking ----------------------------------------------------------------------------------------------------

    def alert(self, code: str) -> Alert:
        """The newest open alert of a limit."""
        return [alert for alert in self.state.alerts.values() if alert.limit == code][-1]

    def open(self) -> dict[str, str]:
        """Limit to state of what is open."""
        return {alert.limit: alert.state.value for alert in self.state.alerts.values()}

    def review(self, now: float, known: list[Alert] | None = None) -> ReviewResult:
        return review(
            session=self.created,
            compiled=self.compiled,
            entries=[self.created, *self.entries],
            known=self.known() if known is None else known,
            committed_at=us(now),
        )

    def known(self) -> list[Alert]:
        """Every alert there ever was, as it last stood."""
        return list({c.alert.id: c.alert for c in self.all_changes if isinstance(c, AlertChange)}.values())


def steps(changes: list[Change]) -> list[tuple[str, str]]:
    """(limit, step) of each change of an alert."""
    return [(change.alert.limit, change.step.value) for change in changes if isinstance(change, AlertChange)]


def names(changes: list[Change]) -> list[str]:
    """Steps and timers in order, for stories of one limit."""
    words = []
    for change in changes:
        match change:
            case AlertChange():
                words.append(change.step.value)
            case TimerArmed():
                words.append("armed")
            case TimerDropped():
                words.append("dropped")
    return words


def alerts(changes: list[Change]) -> list[Alert]:
    """The alert after each change of one."""
    return [change.alert for change in changes if isinstance(change, AlertChange)]


def told(changes: list[Change], step_: Step) -> Alert:
    return next(c.alert for c in changes if isinstance(c, AlertChange) and c.step is step_)


def picture(state: LimitsState) -> dict[str, Any]:
    """All that the state remembers, comparable."""
    found = {name: getattr(state, name) for name in state.__slots__ if name not in ("compiled", "low", "high", "live")}
    found["live"] = [
        {
            index: (e.standing, e.t0, e.last_at, e.worst, e.bounds, e.alert_id, e.opening)
            for index, e in (episodes or {}).items()
        }
        for episodes in state.live
    ]
    found["newest"] = [row if row and any(row) else None for row in state.newest]
    return found
