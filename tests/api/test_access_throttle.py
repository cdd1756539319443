"""Guessing is slowed, more each time, and nobody is ever locked out."""

import asyncio

import pytest

from kat_monitor.access.throttle import FORGET_US, FREE, MOST_SUBJECTS, MOST_WAITING, Throttle
from kat_monitor.errors import KatError
from tests.api.doors import START, QuickClock

ACCOUNT = ("account", "nurse")


def made() -> tuple[Throttle, QuickClock]:
    clock = QuickClock(START)
    return Throttle(clock), clock


async def test_each_wrong_password_waits_twice_as_long_up_to_a_bound() -> None:
    throttle, clock = made()
    for _ in range(9):
        await throttle.attempt(ACCOUNT)
    assert clock.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


async def test_attempts_at_once_are_as_slow_as_one_after_another() -> None:
    throttle, clock = made()
    await asyncio.gather(*(throttle.attempt(ACCOUNT) for _ in range(5)))
    assert sorted(clock.slept) == [0.25, 0.5, 1.0, 2.0]


async def test_the_right_password_forgives_the_account() -> None:
    throttle, clock = made()
    for _ in range(4):
        await throttle.attempt(ACCOUNT)
    throttle.right(*ACCOUNT)
    clock.slept.clear()
    await throttle.attempt(ACCOUNT)
    assert clock.slept == []


async def test_one_right_password_does_not_forgive_a_shared_address() -> None:
    throttle, _ = made()
    place = ("address", "192.0.2.1")
    for _ in range(FREE["address"] + 4):
        await throttle.attempt(place)
    before = throttle.delay_s(*place)
    throttle.right(*place)
    assert before == 2.0
    assert throttle.delay_s(*place) == 1.0


async def test_failures_are_forgotten_after_a_while() -> None:
    throttle, clock = made()
    for _ in range(5):
        await throttle.wrong("key", "192.0.2.1")
    clock.set(clock.now_us() + FORGET_US + 1)
    assert throttle.delay_s("key", "192.0.2.1") == 0.0


async def test_memory_is_bounded_whoever_guesses() -> None:
    throttle, _ = made()
    for number in range(MOST_SUBJECTS + 10):
        await throttle.attempt(("account", f"name-{number}"))
    await throttle.attempt(("account", "name-0"))
    assert throttle.delay_s("account", "name-0") == 0.25, "the oldest was forgotten, so this was its first"
    assert throttle.delay_s("account", "name-50") == 0.25


class StuckClock(QuickClock):
    async def sleep(self, wall_s: float) -> None:
        await asyncio.Event().wait()


async def test_only_so_many_wait_at_once() -> None:
    throttle = Throttle(StuckClock(START))
    waiting = [asyncio.create_task(throttle.wrong("key", "192.0.2.1")) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(KatError) as refusal:
        await throttle.wrong("key", "192.0.2.1")
    assert (refusal.value.status, refusal.value.retry_after_s) == (429, 8)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert throttle.delay_s("key", "192.0.2.1") == 8.0
