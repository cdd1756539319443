"""The demo's drivers meet servers that are slow, away or failing, and go on."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from kat_simulators.demo import Account, Accounts, run_demo
from kat_simulators.outbox import DoorSilent, Outbox
from kat_simulators.staff import ATTEMPTS, Staff


class Hurried:
    """A clock on which waiting takes no time."""

    rate = 1.0

    def __init__(self) -> None:
        self.slept = 0

    def now_us(self) -> int:
        return 1_790_000_000_000_000 + self.slept

    async def sleep_until(self, clinic_us: int) -> None:
        await self.sleep(0.0)

    async def sleep(self, wall_s: float) -> None:
        self.slept += 1
        await asyncio.sleep(0)


def server(answer: Callable[[int], httpx.Response]) -> httpx.AsyncClient:
    """A server whose nth answer is `answer(n)`."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(len(asked))

    return httpx.AsyncClient(base_url="http://here", transport=httpx.MockTransport(handle))


def troubled(number: int) -> httpx.Response:
    """Everything that a server in trouble says, and then what was asked for."""
    if number == 1:
        raise httpx.ReadTimeout("slow")
    if number == 2:
        raise httpx.DecodingError("cut off")
    status = {3: 500, 4: 502, 5: 503, 6: 429, 7: 504}.get(number)
    return httpx.Response(200, json=["here"]) if status is None else httpx.Response(status, text="in trouble")


async def test_staff_ask_again_until_the_server_is_itself_again() -> None:
    clock = Hurried()
    async with server(troubled) as client:
        assert await Staff.bearer(client, clock, "t").get("/chairs") == ["here"]
    assert clock.slept == 7


async def test_who_never_answers_is_silent_and_has_refused_nothing() -> None:
    clock = Hurried()
    async with server(lambda _: httpx.Response(500, text="no")) as client:
        with pytest.raises(DoorSilent, match=f"no answer after {ATTEMPTS}"):
            await Staff.bearer(client, clock, "t").must("/sessions", {})


async def test_a_refusal_that_is_no_json_is_an_answer_like_any_other() -> None:
    async with server(lambda _: httpx.Response(403, text="<html>a proxy's page</html>")) as client:
        answer = await Staff.bearer(client, Hurried(), "t").post("/sessions", {})
    assert (answer.status, answer.code, answer.body) == (403, "", "<html>a proxy's page</html>")


async def test_a_gateway_keeps_what_an_answer_cut_off_may_have_lost() -> None:
    async with server(troubled) as client:
        outbox = Outbox(client, "k", Hurried())
        outbox.put([{"device": "cuff", "seq": 1, "observed_at": 1, "source": "nibp", "systolic": 120}])
        waits = [await outbox.flush() for _ in range(2)]
    assert (waits, outbox.queued) == ([2.0, 2.0], 1)


async def test_a_demo_that_is_not_let_in_waits() -> None:
    heard: list[str] = []
    accounts = Accounts(*(Account(token=name) for name in ("admin", "nurse", "clinician")))
    waited = asyncio.Event()

    def hear(line: str) -> None:
        heard.append(line)
        if len(heard) == 3:
            waited.set()

    demo = asyncio.create_task(run_demo("http://127.0.0.1:1", accounts, 1, Hurried(), heard=hear))
    try:
        await asyncio.wait({demo, asyncio.create_task(waited.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert not demo.done()
        assert all(line.startswith("The demo waits: ") for line in heard)
    finally:
        demo.cancel()
        await asyncio.gather(demo, return_exceptions=True)
