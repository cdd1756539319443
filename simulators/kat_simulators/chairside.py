"""One simulated session through the real rules with no server: what would have sounded, and when."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID, uuid5

from kat_monitor.domain.alerts import Alert, AlertChange, AlertState, Change, Step, TimerArmed
from kat_monitor.domain.journal import Acknowledged, BaselineLocked, PhaseEntered, TimerFired
from kat_monitor.domain.protocol import Protocol
from kat_monitor.domain.readings import FLAGS_BY_NAME, Flag, Reading
from kat_monitor.domain.vitals import SOURCES_BY_NAME, Phase, Priority, Source, to_tenths
from kat_monitor.rules.compile import Compiled
from kat_monitor.rules.engine import new_limits, step
from kat_monitor.rules.plausibility import is_suspect
from kat_simulators import monitor
from kat_simulators.monitor import CuffPlan, Setup, SimulatedReading
from kat_simulators.physiology import MINUTE_US, Patient

SECOND_US = 1_000_000
PREPARING_MIN = 15.0
BASELINE_CUFFS_MIN = (1.0, 4.0, 7.0, 10.0, 13.0)
NURSE = UUID(int=1)
NAMESPACE = UUID("0d9d1f5e-6f7e-5f0a-9d57-6b61742d7369")
MEASURE_AFTER_US = 60 * SECOND_US
ACKNOWLEDGE_AFTER_US = 60 * SECOND_US
RECEIVED_AFTER_US = SECOND_US // 5
Due = tuple[int, int, str, UUID | None]


@dataclass(slots=True)
class Sounded:
    """Alerts of one session: id to the highest priority it ever had, and how often a medium or high tone began."""

    highest: dict[UUID, Priority] = field(default_factory=dict)
    limits: dict[UUID, str] = field(default_factory=dict)
    tones: int = 0

    def of(self, priority: Priority) -> int:
        """How many alerts reached exactly this priority."""
        return sum(highest is priority for highest in self.highest.values())

    def hear(self, change: AlertChange, before: Priority | None) -> None:
        """Take note of one step of one alert."""
        alert = change.alert
        highest = max((alert.priority, before or alert.priority), key=lambda priority: priority.rank)
        self.highest[alert.id] = highest
        self.limits[alert.id] = alert.limit
        starts = before is None or highest.rank > before.rank or change.step is Step.REARMED
        if starts and alert.priority is not Priority.LOW and not alert.suppressed and alert.is_open:
            self.tones += 1


class Chairside:
    """A session at a chair, played from sitting down to leaving; staff measure again and acknowledge as they should."""

    def __init__(self, number: int, patient: Patient, setup: Setup, compiled: Compiled, protocol: Protocol) -> None:
        self._ids = [uuid5(NAMESPACE, f"{name} {number}") for name in ("session", "clinic", "chair", "cuff", "stream")]
        self._patient = patient
        self._setup = setup
        self._protocol = protocol
        self._limits = new_limits(
            session_id=self._ids[0], clinic_id=self._ids[1], chair_id=self._ids[2], compiled=compiled
        )
        self._position = 0
        self._due: list[Due] = []
        self._order = itertools.count()
        self._cuffs: list[Reading] = []
        self._extra_at = 0
        self.sounded = Sounded()

    def run(self, dose_min: float, recovery_min: float, end_min: float) -> Sounded:
        """Minutes count from sitting down. Returns what sounded."""
        zero = self._patient.zero_at
        moment = [zero + round(minute * MINUTE_US) for minute in (dose_min, recovery_min, end_min)]
        self._enter(Phase.PREPARING, zero)
        self._expect(moment[0], "dose")
        self._expect(moment[1], "recovery")
        for at in self._timetable(zero, moment):
            self._expect(at, "cuff")
        streams = monitor.readings(self._patient, self._setup, CuffPlan(), zero, moment[2])
        for item in streams:
            self._until(item["seq"])
            self._take(item)
        self._until(moment[2])
        self._enter(Phase.DISCHARGED, moment[2])
        return self.sounded

    def _timetable(self, zero: int, moment: Sequence[int]) -> list[int]:
        """Cuffs before the dose, by interval in dosing and recovery, and at fixed points."""
        every = self._protocol.timetable.interval_min
        times = {zero + round(minute * MINUTE_US) for minute in BASELINE_CUFFS_MIN}
        for begin, end, phase in ((moment[0], moment[1], Phase.DOSING), (moment[1], moment[2], Phase.RECOVERY)):
            interval = round(every[phase] * MINUTE_US)
            times.update(range(begin + interval, end + 1, interval))
        times.update(moment[0] + round(point.minute * MINUTE_US) for point in self._protocol.timetable.points)
        return sorted(at for at in times if at < moment[2])

    def _expect(self, at: int, what: str, alert_id: UUID | None = None) -> None:
        heapq.heappush(self._due, (at, next(self._order), what, alert_id))

    def _until(self, now: int) -> None:
        """Do what falls due up to `now`."""
        while self._due and self._due[0][0] <= now:
            at, _, what, alert_id = heapq.heappop(self._due)
            if what == "cuff":
                plan = CuffPlan(extras=(at,))
                for item in monitor.cuff_readings(self._patient, self._setup, plan, at, at + 1):
                    self._take(item)
                self._follow_up(at)
            elif what == "dose":
                self._lock(at)
                self._enter(Phase.DOSING, at)
            elif what == "recovery":
                self._enter(Phase.RECOVERY, at)
            elif alert_id is not None:
                self._alert_due(what, alert_id, at)

    def _alert_due(self, what: str, alert_id: UUID, at: int) -> None:
        position, session = self._next(), self._ids[0]
        if what == "confirm":
            self._step(
                TimerFired(
                    position=position, session_id=session, at=at, committed_at=at, timer="confirm", alert_id=alert_id
                )
            )
        else:
            self._step(
                Acknowledged(position=position, session_id=session, at=at, committed_at=at, by=NURSE, alert_id=alert_id)
            )

    def _take(self, item: SimulatedReading) -> None:
        reading = self._reading(item)
        if reading.source == Source.NIBP:
            previous = self._cuffs[-1] if self._cuffs else None
            if is_suspect(self._protocol.plausibility, reading, previous):
                reading = reading._replace(flags=reading.flags | Flag.SUSPECT)
            if reading.systolic is not None:
                self._cuffs.append(reading)
        self._step(reading)

    def _reading(self, item: SimulatedReading) -> Reading:
        cuff = item["source"] == "nibp"
        at = item["observed_at"]
        return Reading(
            clinic_id=self._ids[1],
            device_id=self._ids[3 if cuff else 4],
            seq=item["seq"],
            session_id=self._ids[0],
            position=self._next(),
            source=int(SOURCES_BY_NAME[item["source"]]),
            flags=sum(FLAGS_BY_NAME[name] for name in item.get("status", [])),
            refused=0,
            late=False,
            interval_ms=round(self._setup.interval_s * 1000),
            observed_at=at,
            sent_at=at,
            received_at=at + RECEIVED_AFTER_US,
            effective_at=at,
            systolic=_tenths(item.get("systolic")),
            diastolic=_tenths(item.get("diastolic")),
            mean=_tenths(item.get("mean")),
            heart_rate=_tenths(item.get("heart_rate")),
            spo2=_tenths(item.get("spo2")),
            respiratory_rate=_tenths(item.get("respiratory_rate")),
            temperature=None,
            reason=item.get("reason"),
        )

    def _follow_up(self, at: int) -> None:
        """Measure again as the timetable asks: soon when provisional, in 2 or 3 min while an alert lasts."""
        timetable = self._protocol.timetable
        waits = []
        for alert in self._limits.alerts.values():
            if alert.source == "nibp" and alert.state is AlertState.PROVISIONAL:
                waits.append(MEASURE_AFTER_US)
            elif alert.source == "nibp" and alert.state is AlertState.ACTIVE:
                minutes = timetable.after_red_min if alert.priority is Priority.HIGH else timetable.after_amber_min
                waits.append(round(minutes * MINUTE_US))
        if waits and self._extra_at <= at:
            self._extra_at = at + min(waits)
            self._expect(self._extra_at, "cuff")

    def _lock(self, at: int) -> None:
        """The median of the last three undoubtful cuffs; none, no baseline."""
        sound = [reading for reading in self._cuffs if not reading.doubtful][-3:]
        if len(sound) < 2:
            return
        self._step(
            BaselineLocked(
                position=self._next(),
                session_id=self._ids[0],
                at=at,
                committed_at=at,
                systolic=_middle([reading.systolic for reading in sound]),
                diastolic=_middle([reading.diastolic for reading in sound]),
                mean=_middle([reading.mean for reading in sound]),
                heart_rate=_middle([reading.heart_rate for reading in sound]),
            )
        )

    def _enter(self, phase: Phase, at: int) -> None:
        self._step(PhaseEntered(position=self._next(), session_id=self._ids[0], at=at, committed_at=at, to=phase))

    def _next(self) -> int:
        self._position += 1
        return self._position

    def _step(self, entry: Reading | PhaseEntered | BaselineLocked | TimerFired | Acknowledged) -> None:
        for change in step(self._limits, entry):
            self._heed(change)

    def _heed(self, change: Change) -> None:
        if isinstance(change, TimerArmed):
            self._expect(change.due_at, "confirm", change.alert_id)
        elif isinstance(change, AlertChange):
            before = self.sounded.highest.get(change.alert.id)
            self.sounded.hear(change, before)
            if _rings(change.alert) and change.step in (Step.OPENED, Step.CONFIRMED, Step.UNCONFIRMED, Step.REARMED):
                self._expect(change.at + ACKNOWLEDGE_AFTER_US, "acknowledge", change.alert.id)


def _tenths(value: int | None) -> int | None:
    return None if value is None else to_tenths(value)


def _middle(values: Sequence[int | None]) -> int | None:
    measured = [value for value in values if value is not None]
    return round(median(measured)) if measured else None


def _rings(alert: Alert) -> bool:
    return alert.state is AlertState.ACTIVE and not alert.acknowledged
