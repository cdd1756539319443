"""`kat-monitor simulate`: many simulated patients posted through the real door, with progress and a summary.

A gateway key can only post. The devices must be known beforehand as `sim-1-cuff`, `sim-1-monitor`, `sim-2-cuff`, ... of
that gateway (standing at chairs or not); without them the server says `unknown_device`, and so does the summary.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import httpx
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from kat_simulators import monitor
from kat_simulators.clocks import SimulationClock
from kat_simulators.monitor import SimulatedReading
from kat_simulators.outbox import TICK_S, DoorRefused, Outbox, Sent
from kat_simulators.pharmacokinetics import Route
from kat_simulators.physiology import MINUTE_US, Patient
from kat_simulators.population import sample
from kat_simulators.scenario import Scenario
from kat_simulators.scenario_files import load as load_scenario

DEFAULT_SCENARIO = "calm"


@dataclass(slots=True)
class Stream:
    """One simulated patient's devices and how far they have been read."""

    patient: Patient
    setup: monitor.Setup
    plan: monitor.CuffPlan
    read_to: int

    def next(self, now: int) -> list[SimulatedReading]:
        """What was measured since last time."""
        found = monitor.readings(self.patient, self.setup, self.plan, self.read_to, now)
        self.read_to = now
        return found


def streams(sessions: int, rate_hz: float, scenario: Scenario, now: int, seed: int = 1) -> list[Stream]:
    """`sessions` patients at spread-out minutes of `scenario`; `rate_hz` readings a second from each stream."""
    if sessions < 1 or rate_hz <= 0:
        raise ValueError("sessions must be at least 1 and rate above 0")
    route: Route = scenario.route
    people = sample(sessions, seed, route)
    whole = scenario.until_min - scenario.start_min
    made = []
    for number in range(sessions):
        dose_at = now - round((scenario.start_min + whole * 0.8 * number / sessions) * MINUTE_US)
        varied = replace(scenario, until_min=scenario.until_min + whole)
        body = varied.body(dose_at, people.pick(number))
        names = f"sim-{number + 1}-cuff", f"sim-{number + 1}-monitor"
        setup = varied.setup(dose_at, *names, 1.0 / rate_hz, seed * 100_003 + number)
        made.append(Stream(body, setup, varied.plan(dose_at), now))
    return made


async def simulate(
    url: str,
    key: str,
    sessions: int,
    rate_hz: float,
    clock: SimulationClock,
    *,
    scenario: str = DEFAULT_SCENARIO,
    seconds: float | None = None,
    console: Console | None = None,
) -> Sent:
    """Post until `seconds` of wall time have passed (None: until cancelled); what became of the readings."""
    shown = console or Console()
    made = streams(sessions, rate_hz, load_scenario(scenario), clock.now_us())
    async with httpx.AsyncClient(base_url=url, timeout=30.0) as client:
        outbox = Outbox(client, key, clock)
        with _bar(shown) as progress:
            task = progress.add_task("simulate", total=None, told="")
            work = asyncio.create_task(_run(made, outbox, clock, progress, task))
            try:
                await asyncio.wait({work}, timeout=seconds)
                if work.done():
                    _raise(work.exception())
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
    shown.print(summary(outbox))
    return outbox.sent


def _raise(trouble: BaseException | None) -> None:
    """A refusal out of the group of tasks as itself, so that the caller sees one sentence; anything else as it is."""
    if isinstance(trouble, BaseExceptionGroup):
        refusals = trouble.subgroup(DoorRefused)
        if refusals is not None:
            raise DoorRefused(str(refusals.exceptions[0])) from trouble
    if trouble is not None:
        raise trouble


async def _run(made: list[Stream], outbox: Outbox, clock: SimulationClock, progress: Progress, task: TaskID) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(outbox.run())
        while True:
            now = clock.now_us()
            for stream in made:
                outbox.put(stream.next(now))
            progress.update(task, told=summary(outbox))
            await clock.sleep(TICK_S)


def _bar(console: Console) -> Progress:
    return Progress(SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.fields[told]}"), console=console)


def summary(outbox: Outbox) -> str:
    """One line of what happened so far."""
    sent = outbox.sent
    return (
        f"{sent.posts} posts: {sent.accepted} accepted, {sent.duplicates} duplicates, {sent.rejected} rejected, "
        f"{sent.retried} retried, {outbox.queued} waiting"
    )
