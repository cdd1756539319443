"""A clinic in memory on which anything may happen, with the real turn and the real hub, and two screens that watch."""

import random
from uuid import UUID

from kat_monitor.access.identity import Identity, Via
from kat_monitor.clock import ManualClock
from kat_monitor.domain.journal import (
    Acknowledged,
    BaselineLocked,
    Command,
    Event,
    Moved,
    PhaseEntered,
    SessionCreated,
    Voided,
)
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.registry import Chair, Clinic, Device, DeviceStay, Patient, Role
from kat_monitor.domain.vitals import MINUTE_US, SECOND_US, Phase, Priority, Source
from kat_monitor.ingest.registry import ReadyChair
from kat_monitor.ingest.turn import Turn
from kat_monitor.live.apply import Wall, apply
from kat_monitor.live.hub import Hub
from kat_monitor.live.mailbox import Receipt, Screen
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.rules.clinic import ClinicState, DeviceState
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.rules.state import SessionState, new_session
from kat_monitor.rules.technical import Condition, settle

START = 1_790_000_000_000_000
NEXT = {Phase.SCHEDULED: Phase.PREPARING, Phase.PREPARING: Phase.DOSING, Phase.DOSING: Phase.RECOVERY}
NOBODY = (None,) * 7


class Stage:
    """`act()` does one random thing. Everything is decided by the seed."""

    def __init__(self, seed: int, chairs: int = 3) -> None:
        self.random = random.Random(seed)
        self.clock = ManualClock(START)
        self.clinic = ClinicState(Clinic(self.id(), "Clinic", START))
        self.hub = Hub(self.clock)
        version = version_of(shipped()["iv_infusion"][0], 1)
        self.clinic.protocols["iv_infusion", 1] = version
        self.clinic.compiled["iv_infusion", 1] = compile_protocol(version)
        self.seq = 0
        self.readings: list[Reading] = []
        for number in range(chairs):
            self._furnish(number)

    def id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def _furnish(self, number: int) -> None:
        chair = Chair(self.id(), self.clinic.clinic.id, f"Chair {number + 1}")
        self.clinic.chairs[chair.id] = chair
        device = Device(self.id(), self.clinic.clinic.id, f"d{number}", "Monitor", "monitor", self.id(), chair.id)
        stay = DeviceStay(device.id, self.clinic.clinic.id, chair.id, START - MINUTE_US, None, None)
        self.clinic.add_device(DeviceState(device, [stay], -1))

    # -- screens ---------------------------------------------------------------------------------------------------

    def screen(self, *, named: bool = True) -> Screen:
        screen = Screen(self.clinic.clinic.id, self.id(), None, named=named, now_wall=self.clock.wall_us())
        self.hub.join(self.clinic, screen)
        return screen

    # -- what happens ----------------------------------------------------------------------------------------------

    def act(self) -> None:
        """One random thing, committed and published."""
        turn = Turn(self.clock.now_us())
        doing = self.random.choices(
            [
                self._create,
                self._go_on,
                self._read,
                self._acknowledge,
                self._move,
                self._trouble,
                self._fact,
                self._wait,
                self._ready,
                self._listen,
            ],
            [2, 4, 14, 3, 1, 2, 4, 5, 1, 1],
        )[0]
        doing(turn)
        assert not turn.failed, turn.failed
        for touched in turn.touched.values():
            self.hub.publish(self.clinic, touched)

    def _enter(self, turn: Turn, state: SessionState, entry: Command) -> None:
        turn.enter(self.clinic, state, entry)

    def _create(self, turn: Turn) -> None:
        if len(self.clinic.sessions) > 6:
            return
        patient = Patient(
            self.id(), self.clinic.clinic.id, "1", self.random.choice(["Ana Ruiz", "Bo Li"]), "1980-01-01"
        )
        self.clinic.patients[patient.id] = patient
        created = SessionCreated(
            position=0,
            session_id=self.id(),
            at=turn.now,
            committed_at=turn.now,
            clinic_id=self.clinic.clinic.id,
            patient_id=patient.id,
            chair_id=self.random.choice(list(self.clinic.chairs)),
            protocol_code="iv_infusion",
            protocol_version=1,
            planned_dosing_min=40.0,
        )
        key = ("iv_infusion", 1)
        state = new_session(created, self.clinic.protocols[key], self.clinic.compiled[key])
        self.clinic.sessions[state.id] = state
        self._enter(turn, state, created)

    def _some(self, *, is_open: bool | None = None) -> SessionState | None:
        fitting = [
            s for s in self.clinic.sessions.values() if not s.has_ended and (is_open is None or s.is_open == is_open)
        ]
        return self.random.choice(fitting) if fitting else None

    def _head(self, turn: Turn, state: SessionState) -> dict[str, object]:
        return {"position": 0, "session_id": state.id, "at": turn.now, "committed_at": turn.now, "by": UUID(int=1)}

    def _go_on(self, turn: Turn) -> None:
        state = self._some()
        if state is None:
            return
        to = NEXT.get(state.phase, Phase.DISCHARGED)
        if self.random.random() < 0.15:
            to = Phase.DISCHARGED if state.is_open else Phase.CANCELLED
        if to is Phase.PREPARING and self.clinic.open_at(state.chair_id) is not None:
            return
        outcome = "left_before_ready" if to is Phase.DISCHARGED else None
        self._enter(turn, state, PhaseEntered(**self._head(turn, state), to=to, outcome=outcome))  # type: ignore[arg-type]

    def _read(self, turn: Turn) -> None:
        state = self._some(is_open=True)
        if state is None:
            return
        self.seq += 1
        device = next(d for d in self.clinic.devices.values() if d.device.chair_id == state.chair_id)
        late = self.random.random() < 0.1
        cuff = self.random.random() < 0.3
        at = turn.now - (self.random.randrange(10) * MINUTE_US if late else 0)
        value = self.random.choice
        values: list[int | None] = list(NOBODY)
        if cuff:
            values[0], values[1], values[3] = (
                value([1180, 1650, 1840, 2050]),
                value([700, 1010, 1120]),
                value([None, 700]),
            )
        else:
            values[3], values[4], values[5] = value([700, 1150, 1350]), value([970, 925, 900]), value([None, 140])
        source = Source.NIBP if cuff else value([Source.ECG, Source.PULSE_OX])
        flags = value([0, 0, 0, 0, int(Flag.MOTION), int(Flag.SENSOR_OFF)])
        head = (
            self.clinic.clinic.id,
            device.device.id,
            self.seq,
            state.id,
            turn.next_position(self.clinic),
            source,
            flags,
        )
        times = (at, at, turn.now, at)
        reading = Reading._make((*head, 0, late, 1000, *times, *values, None))
        self.readings.append(reading)
        turn.store_reading(self.clinic, state, reading)

    def _acknowledge(self, turn: Turn) -> None:
        open_alerts = [a for s in self.clinic.sessions.values() for a in s.limits.alerts.values() if not a.acknowledged]
        if open_alerts:
            alert = self.random.choice(open_alerts)
            assert alert.session_id is not None
            state = self.clinic.sessions[alert.session_id]
            self._enter(turn, state, Acknowledged(**self._head(turn, state), alert_id=alert.id, value=alert.value))  # type: ignore[arg-type]

    def _move(self, turn: Turn) -> None:
        state = self._some()
        free = [c for c in self.clinic.chairs if self.clinic.open_at(c) is None]
        if state is not None and free:
            chair_id = self.random.choice(free)
            if chair_id != state.chair_id:
                self._enter(turn, state, Moved(**self._head(turn, state), chair_id=chair_id))  # type: ignore[arg-type]

    def _trouble(self, turn: Turn) -> None:
        holding = []
        state = self._some(is_open=True)
        if state is not None and self.random.random() < 0.6:
            priority = self.random.choice(list(Priority))
            holding = [Condition("sensor_off", str(state.id), priority, START, "m", "m", state.id, state.chair_id)]
        for change in settle(self.clinic, holding, frozenset(), turn.now):
            turn.alert(self.clinic, change)

    def _fact(self, turn: Turn) -> None:
        state = self._some(is_open=True)
        if state is None:
            return
        head = self._head(turn, state)
        kind = self.random.choice(
            ["dose", "symptom", "oxygen", "baseline", "void", "pause", "off", "help", "calm", "recheck"]
        )
        if kind == "baseline":
            self._enter(turn, state, BaselineLocked(**head, systolic=1200, diastolic=750, heart_rate=700))  # type: ignore[arg-type]
        elif kind == "void":
            own = [r for r in self.readings if r.session_id == state.id and r.is_cuff]
            if own:
                one = self.random.choice(own)
                self._enter(turn, state, Voided(**head, device_id=one.device_id, seq=one.seq, reason="arm moved"))  # type: ignore[arg-type]
        else:
            facts: dict[str, dict[str, object]] = {
                "dose": {"drug": "ketamine", "amount_mg": 35.0, "route": "iv"},
                "symptom": {"term": "chest_pain", "severity": 2},
                "oxygen": {"state": "on"},
                "pause": {},
                "off": {"reason": "walk", "minutes": 5},
                "help": {"state": "on"},
                "calm": {"state": "off"},
                "recheck": {},
            }
            event = {"off": "off_monitor", "help": "emergency", "calm": "emergency"}.get(kind, kind)
            self._enter(turn, state, Event(**head, id=self.id(), event=event, data=facts[kind]))  # type: ignore[arg-type]

    def _ready(self, turn: Turn) -> None:
        if self.clinic.left:
            roles = frozenset({Role.NURSE})
            who = Identity(self.clinic.clinic.id, UUID(int=1), roles, Via.LOGIN, UUID(int=2), b"")
            ReadyChair(who, self.random.choice(list(self.clinic.left))).run(turn, self.clinic)

    def _listen(self, turn: Turn) -> None:
        """A screen is heard, or is not any more."""
        audio = self.random.choice(["running", "muted"])
        for screen in self.hub.feed(self.clinic).screens:
            receipt = Receipt(self.clock.wall_us(), frozenset(), audio, visible=True, shown_seq=0, painted_ms=1)
            self.hub.seen(self.clinic, screen, receipt)

    def _wait(self, turn: Turn) -> None:
        self.clock.set(self.clock.now_us() + self.random.choice([1, 5, 30, 300]) * SECOND_US)
        if self.random.random() < 0.5:
            self.hub.flush(self.clinic.clinic.id)


async def drained(screen: Screen) -> list[str]:
    """Every frame that waits in a screen's mailbox."""
    return [text for _ in range(screen.waiting) if (text := await screen.next()) is not None]


def folded(wall: Wall, frames: list[dict[str, object]]) -> Wall:
    for frame in frames:
        wall = apply(wall, frame)
    return wall
