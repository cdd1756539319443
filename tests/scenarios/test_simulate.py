"""`kat-monitor simulate` says in one sentence why nothing comes of it, and ends with 1."""

import asyncio
import io
import os
import socket
import sys

import httpx
import pytest
from rich.console import Console

from kat_monitor.clock import RealClock
from kat_simulators.load import simulate, summary
from kat_simulators.monitor import SimulatedReading
from kat_simulators.outbox import DoorRefused, Outbox
from kat_simulators.tables import ScenarioError
from tests.api.chairside import make
from tests.server_fixtures import Running


async def run(url: str, key: str, scenario: str = "calm") -> None:
    """One simulated session, until it is refused."""
    await simulate(url, key, 1, 4.0, RealClock(), scenario=scenario, console=Console(file=io.StringIO()))


async def gateway(running: Running, *devices: str) -> str:
    """The key of a gateway with these devices."""
    admin = await running.as_("admin")
    made = await make(admin, "/gateways", label="Simulator")
    for code in devices:
        await make(admin, "/devices", code=code, label=code, kind="monitor", gateway_id=made["id"])
    return str(made["key"])


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize("url", [nobody(), "not an address", "http://[::1"])
async def test_a_server_that_does_not_answer(url: str) -> None:
    with pytest.raises(DoorRefused, match="No KAT Monitor answers at"):
        await run(url, "katg_x")


async def test_a_wrong_key(running: Running) -> None:
    with pytest.raises(DoorRefused, match="does not know the gateway key"):
        await run(running.url, "katg_wrong")


async def test_a_key_that_no_header_can_carry(running: Running) -> None:
    with pytest.raises(DoorRefused):
        await run(running.url, "kät\n")


async def test_no_such_scenario() -> None:
    with pytest.raises(ScenarioError, match="no such scenario; there are calm, "):
        await run(nobody(), "katg_x", scenario="nothing")


async def test_devices_nobody_registered(running: Running) -> None:
    key = await gateway(running)
    with pytest.raises(DoorRefused, match="sim-1-cuff"):
        await run(running.url, key)


async def test_rejections_are_counted_by_code(running: Running) -> None:
    clock = RealClock()
    now = clock.now_us()
    known = SimulatedReading(device="sim-1-monitor", seq=1, observed_at=now, source="pulse_ox", heart_rate=70)
    strange = SimulatedReading(device="sim-9-monitor", seq=1, observed_at=now, source="pulse_ox", heart_rate=70)
    key = await gateway(running, "sim-1-monitor")
    async with httpx.AsyncClient(base_url=running.url) as client:
        outbox = Outbox(client, key, clock)
        outbox.put([known, strange])
        await outbox.flush()
    assert (outbox.sent.accepted, outbox.sent.codes) == (1, {"unknown_device": 1})
    assert "1 accepted, 0 duplicates, 1 rejected (unknown_device 1), 1 retried, 1 waiting" in summary(outbox)


async def test_the_command_ends_with_1_and_one_sentence() -> None:
    command = [sys.executable, "-m", "kat_monitor.cli", "simulate", "--url", nobody(), "--key", "katg_x"]
    ran = await asyncio.create_subprocess_exec(
        *command, env={**os.environ}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await ran.communicate()
    lines = said.decode().split()
    assert ran.returncode == 1
    assert "Traceback" not in lines
    assert " ".join(lines).startswith("kat-monitor: No KAT Monitor answers at http://127.0.0.1:")
