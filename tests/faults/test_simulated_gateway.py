"""The simulated gateway does what a real one does: it keeps, sends again, gives up one reading, and never the demo."""

import asyncio
from pathlib import Path

import httpx
import pytest

from kat_simulators.demo import Account, Accounts, run_demo
from kat_simulators.monitor import SimulatedReading
from kat_simulators.outbox import LONGEST_WAIT_S, DoorRefused, Outbox
from tests.api.chairside import Chairside, plan
from tests.faults.outside import OwnPostgres
from tests.scenarios.bedside import Bedside, eventually, until
from tests.server_fixtures import PASSWORD, Running


def cuff(side: Chairside, seq: int, device: str = "cuff") -> SimulatedReading:
    now = side.running.clock.now_us()
    return {"device": device, "seq": seq, "observed_at": now, "source": "nibp", "systolic": 120, "diastolic": 80}


def outbox_of(side: Chairside, told: list[str], batch: int = 500) -> Outbox:
    client = httpx.AsyncClient(base_url=side.running.url, timeout=30.0)
    side.running.clients.append(client)
    key = side.gateway.headers["authorization"].removeprefix("Bearer ")
    return Outbox(client, key, side.running.clock, batch=batch, refused=lambda refusal: told.append(str(refusal)))


async def test_a_body_that_never_passes_is_halved_and_one_reading_given_up(manual: Running) -> None:
    side = await plan(manual)
    told: list[str] = []
    outbox = outbox_of(side, told, batch=6_000)
    # More than a request may hold, and among them one that no request can carry.
    outbox.put([cuff(side, seq) for seq in range(1, 3_001)])
    outbox.put([cuff(side, 3_001, device="x" * 1_100_000)])
    outbox.put([cuff(side, seq) for seq in range(3_002, 6_001)])

    assert await outbox.flush() is None

    assert (outbox.queued, outbox.sent.accepted, outbox.sent.dropped) == (0, 5_999, 1)
    assert outbox.sent.refused == len(told) > 1
    assert all(line.startswith("readings: 4") for line in told)


async def test_a_refused_key_is_told_and_tried_again_at_leisure(running: Running) -> None:
    side = await plan(running)
    told: list[str] = []
    outbox = outbox_of(side, told)
    outbox.put([cuff(side, 1)])
    admin = await running.as_("admin")
    (gateway,) = (await admin.get("/gateways")).json()
    assert (await admin.delete(f"/gateways/{gateway['id']}")).status_code == 204

    assert await outbox.flush() == LONGEST_WAIT_S
    await outbox.beat()

    assert (outbox.queued, outbox.sent.refused) == (1, 2)
    assert [line[:14] for line in told] == ["readings: 401 ", "heartbeat: 401"]


async def test_without_anybody_to_tell_a_refusal_ends_it(running: Running) -> None:
    """`kat-monitor simulate` with a wrong key ends with one sentence."""
    side = await plan(running)
    async with httpx.AsyncClient(base_url=running.url) as client:
        outbox = Outbox(client, "katg_wrong", running.clock)
        outbox.put([cuff(side, 1)])
        with pytest.raises(DoorRefused, match="readings: 401"):
            await outbox.flush()


async def test_what_cannot_be_stored_now_is_kept_and_sent_again(frail: Bedside, own_postgres: OwnPostgres) -> None:
    told: list[str] = []
    outbox = outbox_of(frail, told)
    outbox.put([cuff(frail, seq) for seq in (1, 2)])
    await own_postgres.crash()

    wait_s = await outbox.flush()

    assert wait_s is not None
    assert 0 < wait_s <= LONGEST_WAIT_S
    assert (outbox.queued, outbox.sent.accepted, told) == (2, 0, [])
    await own_postgres.again()

    async def sent() -> bool:
        return await outbox.flush() is None

    await eventually(sent, "acceptance")
    assert (outbox.queued, outbox.sent.accepted + outbox.sent.duplicates) == (0, 2)


async def test_the_demo_goes_on_when_a_post_is_refused(running: Running, tmp_path: Path) -> None:
    heard: list[str] = []
    accounts = Accounts(*(Account(name, PASSWORD) for name in ("admin", "nurse", "clinician")))
    memory = tmp_path / "demo.json"
    demo = asyncio.create_task(run_demo(running.url, accounts, 1, running.clock, memory=memory, heard=heard.append))
    try:
        await until(lambda: demo.done() or any("for" in line for line in heard), "the first session")
        admin = await running.as_("admin")
        for gateway in (await admin.get("/gateways")).json():
            await admin.delete(f"/gateways/{gateway['id']}")
        await until(lambda: demo.done() or any(": 401" in line for line in heard), "a refusal")
        assert not demo.done()
    finally:
        demo.cancel()
        await asyncio.gather(demo, return_exceptions=True)
