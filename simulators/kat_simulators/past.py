"""Gives a new demo clinic a past: treatments of the last weeks, and today's so far, as the record would have them.

Nothing is posted: each session is decided and folded by the rules themselves, minute by minute, so that its journal,
its alerts and its summary are those of a session that was watched, and `kat-monitor verify` agrees with them. What a
server alone does (technical alerts, escalation, audit) has no part in it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid5

from kat_monitor.domain.alerts import Alert, AlertChange, AlertState, TimerArmed, TimerDropped
from kat_monitor.domain.commands import (
    AcknowledgeAlert,
    Actor,
    AnswerScreening,
    CreateSession,
    Dose,
    LockBaseline,
    RecordAssessment,
    RecordEvent,
    SessionRequest,
    Transition,
)
from kat_monitor.domain.journal import Command, SessionCreated, TimerFired
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import Flag, Reading
from kat_monitor.domain.registry import Patient
from kat_monitor.domain.vitals import METRIC_NAMES, Phase, Priority, Source, to_tenths
from kat_monitor.errors import KatError
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.rules.decide import Facts, decide
from kat_monitor.rules.fold import apply_entry, fold
from kat_monitor.rules.state import SessionState
from kat_simulators.monitor import SimulatedReading, readings
from kat_simulators.people import somebody
from kat_simulators.physiology import MINUTE_US
from kat_simulators.scenario import SECOND_US, Scenario, Step, Who, at
from kat_simulators.scenario_files import load

NAMESPACE = UUID("5f0f5a0e-7a0b-5c1e-9a49-6b61742d7061")
DAY_US = 86_400 * SECOND_US
REGULARS: tuple[tuple[str, tuple[tuple[int, str], ...]], ...] = (
    ("spike_at_30", ((28, "calm"), (21, "calm"), (14, "hypertensive"), (7, "calm"))),
    ("calm", ((21, "calm"), (14, "calm"), (7, "early_stop"))),
    ("intramuscular", ((14, "intramuscular"), (7, "intramuscular"))),
    ("hypertensive", ((21, "hypertensive"), (14, "hypertensive"), (7, "hypertensive"))),
    ("nasal", ((10, "nasal"), (7, "nasal"), (3, "nasal"))),
)
"""Per chair: whose body the patient has, and the days back and scenarios of their earlier sessions."""

STREAM_S = 60.0
MEASURED_AGAIN_US = 75 * SECOND_US
TAKEN_AFTER_US = {Priority.HIGH: 22 * SECOND_US, Priority.MEDIUM: 70 * SECOND_US, Priority.LOW: 240 * SECOND_US}
STAYS_US = 30 * MINUTE_US
"""For so long somebody tries to go home before a clinician decides."""


@dataclass(frozen=True, slots=True)
class Regular:
    """A patient who has been here before, and the chair they come to."""

    patient: Patient
    who: Who
    chair: str


@dataclass(slots=True)
class Past:
    """One session as it is to be stored: over, or as far as it has come; the scenario's first `done` steps are done."""

    created: SessionCreated
    state: SessionState
    commands: list[Command] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    alerts: dict[UUID, Alert] = field(default_factory=dict)
    changes: list[AlertChange] = field(default_factory=list)
    done: int = 0


def regulars(clinic_id: UUID, chairs: int) -> list[Regular]:
    """The patients of the first chairs, the same in every demo."""
    found = []
    for number, (body, _) in enumerate(REGULARS[:chairs], 1):
        who = somebody(random.Random(f"regular {number}"), load(body).who)
        id_ = uuid5(clinic_id, f"regular {number}")
        patient = Patient(id_, clinic_id, f"D{90_000 + number}", who.name, who.birth_date, who.sex)
        found.append(Regular(patient, who, f"Chair {number}"))
    return found


def device_id(chair_id: UUID, name: str) -> UUID:
    """The `cuff` or the `monitor` at a demo's chair."""
    return uuid5(chair_id, name)


def past_sessions(
    who: list[Regular],
    chairs: Mapping[str, UUID],
    protocols: Mapping[str, ProtocolVersion],
    crew: tuple[Actor, Actor],
    now: int,
) -> Iterator[Past]:
    """Oldest first, with positions from 1; `crew` is the nurse and the clinician."""
    begun = []
    for number, regular in enumerate(who):
        for days, name in REGULARS[number][1]:
            noon = now - now % DAY_US - days * DAY_US
            begun.append((noon + round((9.5 + number * 0.75) * 3_600 * SECOND_US), regular, name))
    position = 1
    for dose_at, regular, name in sorted(begun, key=lambda one: one[0]):
        scenario = replace(load(name), who=replace(regular.who, response=regular.who.response + len(name) % 3 * 0.3))
        played = _Played(scenario, regular, chairs[regular.chair], protocols, crew, dose_at, position)
        yield played.run()
        position = played.position


def present_session(
    who: Regular,
    scenario: Scenario,
    chair_id: UUID,
    protocols: Mapping[str, ProtocolVersion],
    crew: tuple[Actor, Actor],
    dose_at: int,
    position: int,
    now: int,
) -> tuple[Past, int]:
    """A session that goes on, as far as it has come by `now`, and the position after its last."""
    played = _Played(replace(scenario, who=who.who), who, chair_id, protocols, crew, dose_at, position)
    return played.run(until=now), played.position


class _Played:
    """A session on its way through the rules. What comes due next is always the next to happen."""

    def __init__(
        self,
        scenario: Scenario,
        regular: Regular,
        chair_id: UUID,
        protocols: Mapping[str, ProtocolVersion],
        crew: tuple[Actor, Actor],
        dose_at: int,
        position: int,
    ) -> None:
        version = protocols[scenario.protocol]
        self.position = position
        self._scenario, self._dose_at, self._chair = scenario, dose_at, chair_id
        self._nurse, self._clinician = crew
        self._facts = Facts(patient=regular.patient, version=version)
        self._id = uuid5(NAMESPACE, f"{regular.patient.id} {dose_at}")
        self._ids = 0
        self._devices = {name: device_id(chair_id, name) for name in ("cuff", "monitor")}
        self._due: list[tuple[int, int, Any]] = []
        self._cuffs: set[int] = set()
        asked = CreateSession(
            new_id=self._id,
            patient_id=regular.patient.id,
            chair_id=chair_id,
            protocol=version.code,
            planned_dosing_min=scenario.planned_min,
            weight_kg=scenario.who.weight_kg,
        )
        begin = at(dose_at, scenario.start_min) - 20 * MINUTE_US
        (created,) = decide(None, asked, self._nurse, begin, self._facts).entries
        assert isinstance(created, SessionCreated)
        created = replace(created, position=self._next())
        self._past = Past(created, fold(created, version, compile_protocol(version), []))

    def run(self, until: int | None = None) -> Past:
        """Everything that happens, each thing at its time, until the patient has left, or before `until`."""
        scenario, state = self._scenario, self._past.state
        for step in scenario.steps:
            self._later(at(self._dose_at, step.at_min), step)
        setup = scenario.setup(self._dose_at, "cuff", "monitor", STREAM_S, scenario.seed + self._dose_at // DAY_US)
        end = until or at(self._dose_at, scenario.until_min) + 2 * STAYS_US
        measured = readings(
            scenario.body(self._dose_at),
            setup,
            scenario.plan(self._dose_at),
            at(self._dose_at, scenario.start_min),
            end,
        )
        self._again = (scenario.body(self._dose_at), setup, scenario.plan(self._dose_at))
        for reading in measured:
            self._later(reading["seq"], reading)
            if reading["source"] == "nibp":
                self._cuffs.add(reading["seq"])
        while self._due and state.ended_at is None:
            self._due.sort(key=lambda one: one[:2])
            if until is not None and self._due[0][0] >= until:
                break
            when, _, what = self._due.pop(0)
            self._happen(when, what)
        self._past.done = sum(until is None or at(self._dose_at, step.at_min) < until for step in scenario.steps)
        return self._past

    def _later(self, when: int, what: Any) -> None:
        self._ids += 1
        self._due.append((when, self._ids, what))

    def _next(self) -> int:
        self.position += 1
        return self.position - 1

    def _happen(self, when: int, what: Any) -> None:
        if isinstance(what, Step):
            self._act(when, what)
        elif isinstance(what, TimerArmed):
            fired = TimerFired(
                position=self._next(),
                session_id=self._id,
                at=when,
                committed_at=when,
                timer=what.kind,
                alert_id=what.alert_id,
            )
            self._past.commands.append(fired)
            self._take(fired, when)
        elif isinstance(what, UUID):
            self._ask(when, AcknowledgeAlert(session_id=self._id, alert_id=what, note="seen at the chair"), self._nurse)
        else:
            reading = self._reading(what, when)
            self._past.readings.append(reading)
            self._take(reading, when)

    def _take(self, entry: Reading | Command, when: int) -> None:
        for change in apply_entry(self._past.state, entry):
            if isinstance(change, AlertChange):
                self._note(change, when)
            elif isinstance(change, TimerArmed):
                self._later(change.due_at, change)
            elif isinstance(change, TimerDropped):
                dropped = change.alert_id
                self._due = [
                    one for one in self._due if not (isinstance(one[2], TimerArmed) and one[2].alert_id == dropped)
                ]

    def _note(self, change: AlertChange, when: int) -> None:
        """Staff measure again what is in question, and come to what is not."""
        alert, known = change.alert, self._past.alerts.get(change.alert.id)
        self._past.alerts[alert.id] = alert
        self._past.changes.append(change)
        if alert.state is AlertState.PROVISIONAL and known is None:
            body, setup, plan = self._again
            again = when + MEASURED_AGAIN_US
            for reading in readings(body, setup, replace(plan, segments=()).also(again), again, again + 1):
                if reading["source"] == "nibp" and again not in self._cuffs:
                    self._cuffs.add(again)
                    self._later(again, reading)
            return
        waits = alert.state is not AlertState.CLOSED and not alert.acknowledged
        if waits and (known is None or known.state is not alert.state or known.acknowledged):
            self._later(when + TAKEN_AFTER_US[alert.priority], alert.id)

    def _reading(self, item: SimulatedReading, when: int) -> Reading:
        given: Mapping[str, Any] = item
        flags = sum(int(Flag[name.upper()]) for name in item.get("status", ()))
        values = {name: to_tenths(given[name]) if name in given else None for name in METRIC_NAMES}
        return Reading(
            clinic_id=self._past.created.clinic_id,
            device_id=self._devices[item["device"]],
            seq=when,
            session_id=self._id,
            position=self._next(),
            source=int(Source[item["source"].upper()]),
            flags=flags,
            refused=0,
            late=False,
            interval_ms=round((STREAM_S if item["device"] == "monitor" else 300.0) * 1000),
            observed_at=when,
            sent_at=when,
            received_at=when + SECOND_US,
            effective_at=when,
            reason=item.get("reason"),
            **values,
        )

    def _act(self, when: int, step: Step) -> None:
        request = self._request(step)
        if request is None:
            return
        leaves = isinstance(request, Transition) and request.to is Phase.DISCHARGED
        if self._ask(when, request, self._clinician if step.by == "clinician" else self._nurse) or not leaves:
            return
        if when < at(self._dose_at, step.at_min) + STAYS_US:
            self._later(when + MINUTE_US, step)
            return
        reason = "Well, seen and signed at the chair"
        decided = replace(request, outcome="override", reason=reason) if isinstance(request, Transition) else request
        self._ask(when, decided, self._clinician)

    def _ask(self, when: int, request: SessionRequest, who: Actor) -> bool:
        """Whether it was done; what is refused leaves no trace, as at a screen."""
        try:
            decision = decide(self._past.state, request, who, when, self._facts)
        except KatError:
            return False
        for entry in decision.entries:
            kept = replace(entry, position=self._next())
            self._past.commands.append(kept)
            self._take(kept, when)
        return True

    def _request(self, step: Step) -> SessionRequest | None:
        body = dict(step.body)
        self._ids += 1
        new_id = uuid5(self._id, str(self._ids))
        if step.do in ("check_in", "transition"):
            to = Phase.PREPARING if step.do == "check_in" else Phase(body["to"])
            identifiers = ("name", "birth_date") if step.do == "check_in" else ()
            dose = Dose(**body["dose"]) if "dose" in body else None
            more = {name: body[name] for name in ("outcome", "reason", "override") if name in body}
            return Transition(session_id=self._id, to=to, new_id=new_id, identifiers=identifiers, dose=dose, **more)
        if step.do == "screening":
            items = self._facts.version.protocol.screening if self._facts.version else ()
            answers = {item.item: "no" if item.stops_on == "yes" else "yes" for item in items}
            return AnswerScreening(session_id=self._id, answers=answers | body.get("answers", {}))
        if step.do == "baseline":
            return LockBaseline(session_id=self._id)
        if step.do == "assessment":
            return RecordAssessment(session_id=self._id, assessment=body["kind"], values=body["values"])
        if step.do == "event":
            said = {name: body.pop(name) for name in ("text", "reason") if name in body}
            return RecordEvent(session_id=self._id, new_id=new_id, event=body.pop("kind"), data=body, **said)
        return None
