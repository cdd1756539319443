"""Keeps a demo clinic alive for ever: seeds chairs and devices, then plays session after session at every chair.

So that the wall shows every phase within two minutes at normal speed, the first sessions are joined midway
(`takeover`): one is about to spike, one is near the end of its infusion, one is done with its two hours, others are
arriving, preparing, recovering or waiting for a driver. What must survive a restart (gateway keys, sessions being
played) is kept in `memory`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import structlog

from kat_simulators.clocks import SimulationClock
from kat_simulators.memory import Memory, Ongoing
from kat_simulators.on_shift import come_on_shift
from kat_simulators.outbox import DoorRefused, Outbox
from kat_simulators.past import Regular
from kat_simulators.people import somebody
from kat_simulators.physiology import MINUTE_US
from kat_simulators.player import Player, Resumed, Stage
from kat_simulators.scenario import Habits, Scenario
from kat_simulators.scenario_files import load
from kat_simulators.seeding import seed_places
from kat_simulators.staff import Crew, Staff
from kat_simulators.takeover import take_over

OPENING: tuple[tuple[str, float], ...] = (
    ("spike_at_30", 29.2),
    ("calm", 35.0),
    ("intramuscular", 121.0),
    ("hypertensive", -3.0),
    ("nasal", 38.0),
    ("walk_to_toilet", 59.0),
    ("calm", -14.0),
    ("nasal_driver_late", 128.0),
)
"""Scenario of each chair at the start, and the minute from its first dose at which it is joined."""

ROTATION = (
    "calm",
    "nasal",
    "cuff_artefact",
    "spike_at_30",
    "ready_at_100",
    "sublingual",
    "probe_off",
    "hypertensive",
    "intramuscular",
    "walk_to_toilet",
    "early_stop",
    "driver_late",
    "gateway_away",
    "no_baseline",
)
"""What follows, each chair beginning at its own place."""

BETWEEN_MIN = 2.0
AFTER_TROUBLE_S = 5.0
HABITS = Habits(acknowledge_after_s=300.0, measure_after_s=60.0)
"""Simulated nurses wait five minutes before they acknowledge, so that the person watching may be first."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Account:
    """How somebody gets in: a bearer token, or a name and a password."""

    username: str = ""
    password: str = ""
    token: str = ""

    async def enter(self, client: httpx.AsyncClient, clock: SimulationClock) -> Staff:
        """Log in, or use the token."""
        if self.token:
            return Staff.bearer(client, clock, self.token)
        return await Staff.login(client, clock, self.username, self.password)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The three people a demo needs."""

    admin: Account
    nurse: Account
    clinician: Account


async def run_demo(
    url: str,
    accounts: Accounts,
    chairs: int,
    clock: SimulationClock,
    *,
    memory: Path | None = None,
    returning: Sequence[Regular] = (),
    heard: Callable[[str], None] = lambda line: None,
) -> None:
    """Seed the clinic at `url` and play sessions at `chairs` chairs until cancelled. `returning` come first."""
    kept = Memory.load(memory)
    async with httpx.AsyncClient(base_url=url, timeout=30.0) as client:
        admin = await accounts.admin.enter(client, clock)
        crew = Crew(await accounts.nurse.enter(client, clock), await accounts.clinician.enter(client, clock))
        places = await seed_places(admin, chairs, clock, kept)
        await come_on_shift(crew, [place.place.chair_id for place in places])
        async with asyncio.TaskGroup() as group:
            for number, place in enumerate(places):
                note = _noted(place.place.label, heard)
                outbox = Outbox(client, kept.keys[place.gateway].key, clock, refused=note)
                stage = Stage(place.place, crew, outbox, clock, heard)
                group.create_task(outbox.run())
                back = next((one for one in returning if one.chair == place.place.label), None)
                group.create_task(_keep_busy(number, stage, kept, back))


def _noted(label: str, heard: Callable[[str], None]) -> Callable[[DoorRefused], None]:
    """Refusals at one chair are news, and no reason to stop: somebody may revoke a key to see what happens."""

    def note(refusal: DoorRefused) -> None:
        log.warning("simulation_refused", chair=label, refusal=str(refusal))
        heard(f"{label}: {refusal}")

    return note


async def _keep_busy(number: int, stage: Stage, kept: Memory, back: Regular | None) -> None:
    """One chair's sessions, back to back, for ever; a session that goes wrong is reported and the next one begins."""
    turn = number * 3
    fresh = stage.place.label not in kept.ongoing and stage.place.label not in kept.seen
    while True:
        ongoing = kept.ongoing.get(stage.place.label)
        try:
            if ongoing is None:
                opening = OPENING[number % len(OPENING)] if fresh else None
                ongoing = await _next(opening, ROTATION[turn % len(ROTATION)], stage, kept, back if fresh else None)
                turn += 0 if fresh else 1
            await _play(ongoing, stage, kept)
        except DoorRefused as refused:
            _noted(stage.place.label, stage.heard)(refused)
            await stage.clock.sleep(AFTER_TROUBLE_S)
        fresh = False
        kept.ongoing.pop(stage.place.label, None)
        kept.save()
        await stage.clock.sleep_until(stage.clock.now_us() + round(BETWEEN_MIN * MINUTE_US))


async def _next(
    opening: tuple[str, float] | None, following: str, stage: Stage, kept: Memory, back: Regular | None
) -> Ongoing:
    """Register the next patient, unless it is one who comes `back`, and decide when the dose is."""
    now = stage.clock.now_us()
    name, minute = opening if opening is not None else (following, load(following).start_min - 0.2)
    await _clear(stage, kept)
    if back is None:
        who = somebody(random.Random(f"{stage.place.label} {now}"), load(name).who)
        body = {"mrn": kept.next_mrn(), "name": who.name, "birth_date": who.birth_date, "sex": who.sex}
        patient_id = (await stage.crew.nurse.must("/patients", body))["id"]
    else:
        who, patient_id = back.who, str(back.patient.id)
    ongoing = Ongoing(name, now - round(minute * MINUTE_US), now, patient_id, "", 0, who)
    kept.seen.add(stage.place.label)
    kept.ongoing[stage.place.label] = ongoing
    kept.save()
    return ongoing


async def _play(ongoing: Ongoing, stage: Stage, kept: Memory) -> None:
    scenario: Scenario = replace(load(ongoing.scenario), who=ongoing.who)
    scenario = take_over(scenario, ongoing.dose_at, ongoing.taken_at)

    def stepped(session_id: str, next_step: int) -> None:
        kept.ongoing[stage.place.label] = replace(ongoing, session_id=session_id, next_step=next_step)
        kept.save()

    player = Player(
        scenario,
        stage,
        dose_at=ongoing.dose_at,
        patient_id=ongoing.patient_id,
        habits=HABITS,
        resumed=Resumed(ongoing.session_id, ongoing.next_step) if ongoing.session_id else None,
        stepped=stepped,
    )
    await player.run()


async def _clear(stage: Stage, kept: Memory) -> None:
    """Free the chair of sessions that nobody plays any more."""
    playing = {one.session_id for label, one in kept.ongoing.items() if label != stage.place.label}
    for phase in ("preparing", "dosing", "recovery"):
        found = await stage.crew.nurse.get("/sessions", chair_id=stage.place.chair_id, phase=phase)
        for session in found["items"]:
            if session["id"] not in playing:
                reason = "Chair needed; accompanied out by a nurse"
                body = {"to": "discharged", "outcome": "left_before_ready", "reason": reason}
                await stage.crew.nurse.post(f"/sessions/{session['id']}/transitions", body)
