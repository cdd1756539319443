"""Plays a scenario at one chair of a running server: the devices post, the staff act, through the real doors only."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kat_simulators import monitor
from kat_simulators.clocks import SimulationClock
from kat_simulators.faults import sender_time
from kat_simulators.outbox import TICK_S, Outbox
from kat_simulators.physiology import MINUTE_US
from kat_simulators.scenario import SECOND_US, Habits, Scenario, Step, at
from kat_simulators.staff import Answer, Crew

LOOK_S = 2.0
CUFF_TAKES_US = 35 * SECOND_US
BEHIND_US = 5 * SECOND_US
DELIVERY_TICKS = 20
LEAVE_TRIES = 40
REASSESS_EVERY = 8
ENDED_EVERY = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A chair and its devices as the server knows them."""

    chair_id: str
    label: str
    cuff_device: str
    monitor_device: str
    interval_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was tried, and the answer's status and code."""

    at: int
    do: str
    status: int
    code: str


@dataclass(slots=True)
class Played:
    """What came of a scenario."""

    session_id: str
    log: list[Done] = field(default_factory=list)
    left: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a session is played, by whom, and through which gateway."""

    place: Place
    crew: Crew
    outbox: Outbox
    clock: SimulationClock
    heard: Callable[[str], None] = lambda line: None


@dataclass(frozen=True, slots=True)
class Resumed:
    """A session that goes on: the steps before `next_step` are done, the devices are heard up to `read_to`.

    `cuff_at`: when the cuff measures once beside its plan, so that whoever looks sees a pressure of now.
    """

    session_id: str
    next_step: int
    read_to: int
    cuff_at: int


class Player:
    """One session from check-in to leaving. Make one per session; `run` returns when the chair is free."""

    def __init__(
        self,
        scenario: Scenario,
        stage: Stage,
        *,
        dose_at: int,
        patient_id: str,
        habits: Habits | None = None,
        resumed: Resumed | None = None,
        stepped: Callable[[str, int], None] = lambda session_id, next_step: None,
    ) -> None:
        self._scenario = scenario
        self._stage = stage
        self._place, self._crew, self._outbox, self._clock = stage.place, stage.crew, stage.outbox, stage.clock
        self._heard = stage.heard
        self._dose_at = dose_at
        self._patient_id = patient_id
        self._habits = habits or scenario.habits
        self._resumed = resumed
        self._stepped = stepped
        self._body = scenario.body(dose_at)
        self._setup = scenario.setup(
            dose_at,
            self._place.cuff_device,
            self._place.monitor_device,
            self._place.interval_s,
            scenario.seed + dose_at // MINUTE_US,
        )
        self._plan = scenario.plan(dose_at)
        self._read_to = at(dose_at, scenario.start_min)
        self._seen: dict[str, int] = {}
        self._measured: set[str] = set()
        self._seated = asyncio.Event()
        self.played = Played("")
        self._outbox.sender = lambda true_at: sender_time(self._setup.clock, true_at)
        self._outbox.away = self._is_away

    def _is_away(self, true_at: int) -> bool:
        return any(at(self._dose_at, low) <= true_at < at(self._dose_at, high) for low, high in self._scenario.away)

    async def run(self) -> Played:
        """Play to the end. DoorRefused if a door that has to open does not."""
        if self._resumed is None:
            await self._create()
        else:
            self.played.session_id = self._resumed.session_id
            if self._resumed.next_step:
                self._read_to = self._resumed.read_to
                if not self._plan.times(self._clock.now_us(), self._resumed.cuff_at):
                    self._plan = self._plan.also(self._resumed.cuff_at)
                self._seated.set()
        watching = [asyncio.create_task(self._feed()), asyncio.create_task(self._look())]
        acting = asyncio.create_task(self._act())
        try:
            done, _ = await asyncio.wait({acting, *watching}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (acting, *watching):
                task.cancel()
            await asyncio.gather(acting, *watching, return_exceptions=True)
        return self.played

    async def _create(self) -> None:
        scenario = self._scenario
        body = {
            "patient_id": self._patient_id,
            "chair_id": self._place.chair_id,
            "protocol": scenario.protocol,
            "planned_dosing_min": scenario.planned_min,
            "weight_kg": scenario.who.weight_kg,
        }
        session = await self._crew.nurse.must("/sessions", body)
        self.played.session_id = session["id"]
        self._heard(f"{self._place.label}: {scenario.title} for {scenario.who.name}")

    async def _feed(self) -> None:
        """Hand the gateway what the devices measured since last time, from check-in to the session's end."""
        await self._seated.wait()
        while True:
            now = self._clock.now_us()
            self._outbox.put(monitor.readings(self._body, self._setup, self._plan, self._read_to, now))
            self._read_to = now
            await self._clock.sleep(TICK_S)

    async def _act(self) -> None:
        first = 0 if self._resumed is None else self._resumed.next_step
        for number, step in enumerate(self._scenario.steps[first:], first):
            due = at(self._dose_at, step.at_min)
            await self._clock.sleep_until(due)
            if step.do == "baseline":
                await self._delivered()
            if step.do == "transition" and step.body.get("to") == "discharged":
                await self._leave(step)
            else:
                await self._do(step, due)
            self._seated.set()
            self._stepped(self.played.session_id, number + 1)
        await self._clock.sleep_until(at(self._dose_at, self._scenario.until_min))

    async def _delivered(self) -> None:
        """Wait until the server has what the devices measured (or ten seconds): a baseline is taken from it."""
        now = self._clock.now_us()
        for _ in range(DELIVERY_TICKS):
            if self._read_to >= now and not self._outbox.queued:
                return
            await self._clock.sleep(TICK_S)

    async def _do(self, step: Step, due: int) -> Answer | None:
        """One step; what is done after its time says when it was."""
        body = dict(step.body)
        behind = self._clock.now_us() - due > BEHIND_US
        if behind and step.do in ("transition", "event", "assessment", "check_in"):
            body.setdefault("at", monitor.rfc3339(due))
        if step.do == "measure":
            self._plan = self._plan.also(self._clock.now_us() + CUFF_TAKES_US)
            return None
        member = self._crew.member(step.by)
        path, whole = await self._door(step, body)
        answer = await member.post(f"/sessions/{self.played.session_id}/{path}", whole)
        self._note(step.do, answer)
        return answer

    async def _door(self, step: Step, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Where a step goes and with what."""
        if step.do == "check_in":
            return "transitions", {"to": "preparing", "identifiers": ["name", "birth_date"], **body}
        if step.do == "screening":
            answers = await self._answers()
            return "screening", {"answers": {**answers, **body.get("answers", {})}}
        doors = {"transition": "transitions", "event": "events", "assessment": "assessments", "reading": "readings"}
        return doors.get(step.do, step.do), body

    async def _answers(self) -> dict[str, str]:
        """Answers that stop nothing, to every item of the protocol."""
        protocol = await self._crew.nurse.get(f"/protocols/{self._scenario.protocol}")
        return {item["item"]: "no" if item["stops_on"] == "yes" else "yes" for item in protocol["screening"]}

    async def _leave(self, step: Step) -> None:
        """Ask to leave until readiness allows it; a driver who waits too long brings a clinician's decision."""
        for turn in range(1, LEAVE_TRIES + 1):
            if turn % REASSESS_EVERY == 0:
                await self._reassess()
            answer = await self._do(step, self._clock.now_us())
            if answer is not None and answer.ok:
                self.played.left = True
                return
            await self._clock.sleep_until(self._clock.now_us() + MINUTE_US)
        body = {"to": "discharged", "outcome": "override", "reason": "Well, seen and signed at the chair"}
        answer = await self._do(replace(step, by="clinician", body=body), self._clock.now_us())
        self.played.left = answer is not None and answer.ok

    async def _reassess(self) -> None:
        """Ask again what may have grown too old to count: how the patient is, and whether the driver is still there."""
        now = self._clock.now_us()
        asked = [
            s for s in self._scenario.steps if s.body.get("kind") == "discharge" and at(self._dose_at, s.at_min) <= now
        ]
        for step in asked[-2:]:
            await self._do(step, now)

    async def _look(self) -> None:
        """Look at the wall now and then and react as the habits say; return when somebody else ended the session."""
        for turn in itertools.count():
            await self._clock.sleep(max(TICK_S, LOOK_S / self._clock.rate))
            if turn % ENDED_EVERY == 0 and self._seated.is_set():
                session = await self._crew.nurse.get(f"/sessions/{self.played.session_id}")
                if session["phase"] in ("discharged", "cancelled"):
                    return
            alerts = await self._crew.nurse.get("/alerts", state="open", chair_id=self._place.chair_id)
            for alert in alerts:
                if alert["session_id"] == self.played.session_id:
                    await self._react(alert)

    async def _react(self, alert: dict[str, Any]) -> None:
        now = self._clock.now_us()
        waited_s = (now - self._seen.setdefault(f"{alert['id']} {alert['state']}", now)) / SECOND_US
        measure, acknowledge = self._habits.measure_after_s, self._habits.acknowledge_after_s
        if alert["state"] == "provisional":
            if measure is not None and waited_s >= measure and alert["id"] not in self._measured:
                self._measured.add(alert["id"])
                self._plan = self._plan.also(now + CUFF_TAKES_US)
        elif acknowledge is not None and waited_s >= acknowledge and alert["acknowledged_at"] is None:
            answer = await self._crew.nurse.post(f"/alerts/{alert['id']}/acknowledge", {"note": "seen at the chair"})
            self._note(f"acknowledge {alert['limit']}", answer)

    def _note(self, do: str, answer: Answer) -> None:
        self.played.log.append(Done(self._clock.now_us(), do, answer.status, answer.code))
        if not answer.ok:
            detail = answer.body.get("detail", "") if isinstance(answer.body, dict) else ""
            self._heard(f"{self._place.label}: {do} refused: {answer.status} {answer.code} {detail}")
