"""Keeps a demo clinic alive for ever: seeds chairs and devices, then plays session after session at every chair.

So that the wall shows every phase from its first minute, a new demo's first sessions (`opening`) are in the record
before the server starts, and are gone on with here. What must survive a restart (gateway keys, sessions being played)
is kept in `memory`. A server that is slow, away or refuses is no reason to stop: it is asked again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import structlog

from kat_simulators.clocks import SimulationClock
from kat_simulators.memory import Memory, Ongoing
from kat_simulators.on_shift import come_on_shift
from kat_simulators.outbox import DoorRefused, DoorSilent, Outbox
from kat_simulators.people import somebody
from kat_simulators.physiology import MINUTE_US
from kat_simulators.player import Player, Resumed, Stage
from kat_simulators.scenario import SECOND_US, Habits, Scenario
from kat_simulators.scenario_files import load
from kat_simulators.seeding import Seeded, seed_places
from kat_simulators.staff import Crew, Staff

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
HARDLY_AWAY_S = 30.0
FIRST_CUFF_S = 2.0
FIRST_CUFFS_WITHIN_S = 11.0
"""Each cuff measures once within a quarter of a minute of the start, whenever its plan has the next."""
HABITS = Habits(acknowledge_after_s=300.0, measure_after_s=60.0)
"""Simulated nurses wait five minutes before they acknowledge, so that the person watching may be first."""

log = structlog.get_logger()
Begun = tuple[Crew, list[Seeded]]


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
    heard: Callable[[str], None] = lambda line: None,
) -> None:
    """Seed the clinic at `url` and play sessions at `chairs` chairs until cancelled."""
    kept = Memory.load(memory)
    async with httpx.AsyncClient(base_url=url, timeout=30.0) as client:
        crew, places = await _until_let_in(lambda: _begin(client, accounts, chairs, clock, kept), clock, heard)
        async with asyncio.TaskGroup() as group:
            for number, place in enumerate(places):
                note = _noted(place.place.label, heard)
                outbox = Outbox(client, kept.keys[place.gateway].key, clock, refused=note)
                stage = Stage(place.place, crew, outbox, clock, heard)
                group.create_task(outbox.run())
                group.create_task(_keep_busy(number, stage, kept))


async def _begin(
    client: httpx.AsyncClient, accounts: Accounts, chairs: int, clock: SimulationClock, kept: Memory
) -> Begun:
    """Everybody is logged in and on shift, every chair has its devices; doing it again changes nothing."""
    admin = await accounts.admin.enter(client, clock)
    crew = Crew(await accounts.nurse.enter(client, clock), await accounts.clinician.enter(client, clock))
    places = await seed_places(admin, chairs, clock, kept)
    await come_on_shift(crew, [place.place.chair_id for place in places])
    return crew, places


async def _until_let_in(
    begin: Callable[[], Awaitable[Begun]], clock: SimulationClock, heard: Callable[[str], None]
) -> Begun:
    """A server under load may refuse the very first call; it is asked again until it lets the demo in."""
    while True:
        try:
            return await begin()
        except (DoorRefused, httpx.HTTPError) as refused:
            _noted("The demo waits", heard)(refused)
            await clock.sleep(AFTER_TROUBLE_S)


def _noted(label: str, heard: Callable[[str], None]) -> Callable[[Exception], None]:
    """Refusals at one chair are news, and no reason to stop: somebody may revoke a key to see what happens."""

    def note(refusal: Exception) -> None:
        log.warning("simulation_refused", chair=label, refusal=str(refusal))
        heard(f"{label}: {refusal}")

    return note


async def _keep_busy(number: int, stage: Stage, kept: Memory) -> None:
    """One chair's sessions, back to back, for ever; a session that goes wrong is reported and the next one begins.

    Where the server does not answer, nothing went wrong with the session: it goes on once the server is back.
    """
    turn = number * 3
    label = stage.place.label
    while True:
        ongoing = kept.ongoing.get(label)
        try:
            if ongoing is None:
                ongoing = await _next(ROTATION[turn % len(ROTATION)], stage, kept)
                turn += 1
            await _play(number, ongoing, stage, kept)
        except (DoorSilent, httpx.HTTPError) as silent:
            _noted(label, stage.heard)(silent)
            await stage.clock.sleep(AFTER_TROUBLE_S)
            continue
        except DoorRefused as refused:
            _noted(label, stage.heard)(refused)
            await stage.clock.sleep(AFTER_TROUBLE_S)
        kept.ongoing.pop(label, None)
        kept.save()
        await stage.clock.sleep_until(stage.clock.now_us() + round(BETWEEN_MIN * MINUTE_US))


async def _next(name: str, stage: Stage, kept: Memory) -> Ongoing:
    """Register the next patient and decide when the dose is."""
    now = stage.clock.now_us()
    minute = load(name).start_min - 0.2
    await _clear(stage, kept)
    who = somebody(random.Random(f"{stage.place.label} {now}"), load(name).who)
    body = {"mrn": kept.next_mrn(), "name": who.name, "birth_date": who.birth_date, "sex": who.sex}
    patient_id = (await stage.crew.nurse.must("/patients", body))["id"]
    ongoing = Ongoing(name, now - round(minute * MINUTE_US), now, patient_id, "", 0, who)
    kept.ongoing[stage.place.label] = ongoing
    kept.save()
    return ongoing


async def _play(number: int, ongoing: Ongoing, stage: Stage, kept: Memory) -> None:
    scenario: Scenario = replace(load(ongoing.scenario), who=ongoing.who)

    def stepped(session_id: str, next_step: int) -> None:
        kept.ongoing[stage.place.label] = replace(ongoing, session_id=session_id, next_step=next_step)
        kept.save()

    player = Player(
        scenario,
        stage,
        dose_at=ongoing.dose_at,
        patient_id=ongoing.patient_id,
        habits=HABITS,
        resumed=_resumed(number, ongoing, stage.clock) if ongoing.session_id else None,
        stepped=stepped,
    )
    await player.run()


def _resumed(number: int, ongoing: Ongoing, clock: SimulationClock) -> Resumed:
    """Devices go on without a gap where there was hardly one; the cuffs measure soon, one chair after the other."""
    now, second = clock.now_us(), clock.rate * SECOND_US
    read_to = max(ongoing.taken_at, now - round(HARDLY_AWAY_S * second))
    cuff_at = now + round((FIRST_CUFF_S + number * 1.3 % FIRST_CUFFS_WITHIN_S) * second)
    return Resumed(ongoing.session_id, ongoing.next_step, read_to, cuff_at)


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
