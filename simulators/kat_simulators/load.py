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
from kat_simulators.outbox import MAY_RETRY, TICK_S, DoorRefused, Outbox, Sent
from kat_simulators.pharmacokinetics import Route
from kat_simulators.physiology import MINUTE_US, Patient
from kat_simulators.population import sample
from kat_simulators.scenario import Scenario
from kat_simulators.scenario_files import load as load_scenario

DEFAULT_SCENARIO = "calm"
NO_DEVICES = (
    "This gateway knows none of the simulated devices. An admin adds sim-1-cuff, sim-1-monitor, sim-2-cuff and so on "
    "to it: POST /devices, two for each session."
)


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
    """Post until `seconds` of wall time have passed (None: until cancelled); what became of the readings.

    Raises:
        ScenarioError: no such scenario, or one that cannot be played.
        DoorRefused: nobody answers, the key is wrong, or nothing was accepted; in one sentence.
    """
    shown = console or Console()
    made = streams(sessions, rate_hz, load_scenario(scenario), clock.now_us())
    async with _client(url) as client:
        await knock(client, url, key, clock)
        outbox = Outbox(client, key, clock)
        try:
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
        finally:
            shown.print(summary(outbox), highlight=False)
    require_accepted(outbox.sent)
    return outbox.sent


def _client(url: str) -> httpx.AsyncClient:
    """Raises DoorRefused when this is no address."""
    try:
        return httpx.AsyncClient(base_url=url, timeout=30.0)
    except httpx.InvalidURL as trouble:
        raise DoorRefused(f"No KAT Monitor answers at {url} ({trouble}).") from None


async def knock(client: httpx.AsyncClient, url: str, key: str, clock: SimulationClock) -> None:
    """One heartbeat before any reading. Raises DoorRefused when nobody answers or this key is not let in."""
    body = {"sent_at": monitor.rfc3339(clock.now_us()), "queued": 0}
    headers = {"Authorization": f"Bearer {key}"}
    try:
        answer = await client.post("/api/v1/gateways/heartbeat", json=body, headers=headers)
    except UnicodeEncodeError:
        raise DoorRefused("The gateway key holds characters that no key has.") from None
    except httpx.TransportError as trouble:
        raise DoorRefused(f"No KAT Monitor answers at {url} ({type(trouble).__name__}).") from None
    if answer.status_code == 401:
        raise DoorRefused(
            "This server does not know the gateway key, or it is revoked. An admin makes one: POST /gateways."
        )
    if answer.status_code not in (204, *MAY_RETRY):
        raise DoorRefused(f"What answers at {url} is no KAT Monitor: it said {answer.status_code} to a heartbeat.")


def require_accepted(sent: Sent) -> None:
    """Raises DoorRefused when the server has taken nothing at all."""
    if sent.accepted:
        return
    if sent.codes["unknown_device"]:
        raise DoorRefused(NO_DEVICES)
    raise DoorRefused("Nothing was accepted.")


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
            if outbox.sent.codes["unknown_device"] and not outbox.sent.accepted:
                raise DoorRefused(NO_DEVICES)
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
    codes = ", ".join(f"{code} {count}" for code, count in sorted(sent.codes.items()))
    return (
        f"{sent.posts} posts: {sent.accepted} accepted, {sent.duplicates} duplicates, "
        f"{sent.rejected} rejected{f' ({codes})' if codes else ''}, {sent.retried} retried, {outbox.queued} waiting"
    )
