"""The one inbox: commands first, live before backlog, bounds that refuse by name, nothing stuck for ever."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kat_monitor.domain.registry import Device
from kat_monitor.errors import KatError
from kat_monitor.ingest.decode import Candidate
from kat_monitor.ingest.inbox import Bounds, Inbox
from kat_monitor.ingest.verdicts import Answer, Placed, Post
from kat_monitor.rules.clinic import DeviceState

CLINIC, ONE, TWO = UUID(int=1), UUID(int=2), UUID(int=3)
DEVICE = DeviceState(Device(uuid4(), CLINIC, "cuff", "Cuff", "cuff", ONE, None), [], -1)
BOUNDS = Bounds(readings=100, commands=3, batch=20, backlog_batch=10, backlog_every_s=1.0)


class Command:
    """Nothing of a command matters here."""

    clinic_id = CLINIC

    def run(self, *_: Any) -> None:
        """Never run."""


def post(size: int, *, backlog: bool = False, gateway: UUID = ONE) -> Post:
    placed = [Placed(n, DEVICE, Candidate(n, "cuff", n, n, 0, 0, 0, (None,) * 7, None)) for n in range(size)]
    return Post(CLINIC, gateway, None, 0, placed, Answer(), backlog)


def put(inbox: Inbox, item: Post | Command) -> None:
    """Who waits for the answer is not what these tests are about."""
    asked = inbox.put_post(item) if isinstance(item, Post) else inbox.put_command(item)
    assert not asked.done()


def sizes(inbox: Inbox, now_s: float) -> list[tuple[str, int]]:
    """One batch: what it takes of which lane."""
    names = []
    for waiting, size in inbox.take(now_s):
        item = waiting.item
        names.append((("backlog" if item.backlog else "live") if isinstance(item, Post) else "command", size))
    return names


async def test_commands_are_taken_before_readings_that_waited_longer() -> None:
    inbox = Inbox(BOUNDS)
    put(inbox, post(5))
    put(inbox, Command())
    assert sizes(inbox, 0) == [("command", 0), ("live", 5)]
    assert inbox.is_empty


async def test_a_batch_has_a_most_and_a_large_request_stays_at_the_head() -> None:
    inbox = Inbox(BOUNDS)
    put(inbox, post(45))
    put(inbox, post(3))
    assert [sizes(inbox, 0) for _ in range(3)] == [[("live", 20)], [("live", 20)], [("live", 5), ("live", 3)]]
    assert inbox.waiting_readings == 0


async def test_backlog_waits_for_quiet_but_at_most_a_second() -> None:
    inbox = Inbox(BOUNDS)
    sizes(inbox, 10)
    put(inbox, post(25, backlog=True))
    put(inbox, post(2))
    assert sizes(inbox, 10.0) == [("backlog", 10), ("live", 2)], "the first is due"
    put(inbox, post(2))
    assert sizes(inbox, 10.5) == [("live", 2)]
    put(inbox, post(2))
    assert sizes(inbox, 11.0) == [("backlog", 10), ("live", 2)]
    assert sizes(inbox, 11.1) == [("backlog", 5)], "nothing live waits"


async def test_live_and_backlog_together_are_no_more_than_a_batch() -> None:
    inbox = Inbox(BOUNDS)
    put(inbox, post(25, backlog=True))
    put(inbox, post(40))
    taken = sizes(inbox, 100)
    assert sum(size for _, size in taken) == 20
    assert dict(taken)["live"] >= 10


async def test_the_bounds_refuse_by_name() -> None:
    inbox = Inbox(BOUNDS)
    put(inbox, post(20, backlog=True))
    for too_much in (post(6, backlog=True), post(81)):
        with pytest.raises(KatError) as refusal:
            put(inbox, too_much)
        assert (refusal.value.status, refusal.value.code) == (503, "inbox_full")
        assert refusal.value.retry_after_s
    put(inbox, post(25, backlog=True, gateway=TWO))
    with pytest.raises(KatError):
        put(inbox, post(6, backlog=True, gateway=UUID(int=9)))
    put(inbox, post(55))
    for _ in range(3):
        put(inbox, Command())
    with pytest.raises(KatError):
        put(inbox, Command())
    assert inbox.refused == 4


async def test_what_failed_is_not_judged_further_and_leaves_its_room() -> None:
    inbox = Inbox(BOUNDS)
    put(inbox, post(25, backlog=True))
    ((waiting, _),) = inbox.take(0)
    inbox.drop(waiting)
    assert inbox.is_empty
    assert inbox.waiting_readings == 0
    put(inbox, post(25, backlog=True))


lanes = st.sampled_from(["live", "backlog", "other backlog", "take", "drop"])


@given(st.lists(st.tuples(lanes, st.integers(0, 40)), max_size=60))
async def test_room_is_never_lost_and_nothing_is_taken_twice(moves: list[tuple[str, int]]) -> None:
    inbox = Inbox(BOUNDS)
    given = taken = dropped = 0
    now = 0.0
    last: list[Any] = []
    for lane, size in moves:
        now += 0.3
        if lane == "take":
            last = inbox.take(now)
            taken += sum(size for _, size in last)
            assert sum(size for _, size in last) <= BOUNDS.batch
        elif lane == "drop":
            for waiting, _ in last:
                dropped += waiting.size
                inbox.drop(waiting)
        else:
            made = post(size, backlog=lane != "live", gateway=TWO if "other" in lane else ONE)
            try:
                put(inbox, made)
                given += size
            except KatError:
                assert inbox.waiting_readings + size > BOUNDS.readings // 4
        assert inbox.waiting_readings == given - taken - dropped
    for _ in range(60):
        now += 0.3
        taken += sum(size for _, size in inbox.take(now))
    assert inbox.is_empty
    assert taken + dropped == given
