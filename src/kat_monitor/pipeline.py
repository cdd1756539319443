"""The page: inbox -> rules -> store -> live. The only module that knows the order.

One writer takes what waits, judges it in memory, commits it in one transaction, and only then answers every caller and
tells the screens. What was not committed is not answered. When a commit fails, what it touched is read back before the
next batch: there is no undo in memory.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from kat_monitor.access.directory import Directory
from kat_monitor.access.throttle import Throttle
from kat_monitor.clock import Clock
from kat_monitor.domain.vitals import Priority
from kat_monitor.errors import KatError
from kat_monitor.ingest.decode import Decoded
from kat_monitor.ingest.inbox import Inbox
from kat_monitor.ingest.listing import Listing
from kat_monitor.ingest.lookup import look_up, needs_lookup
from kat_monitor.ingest.parts import Counters, Dirty, Part, answer, blame, fail, halves, part_of
from kat_monitor.ingest.patience import cancelled, done_within, told_if_failed
from kat_monitor.ingest.readback import ReadBack
from kat_monitor.ingest.turn import Turn, Work
from kat_monitor.ingest.unrecorded import judge_unrecorded
from kat_monitor.ingest.verdicts import Answer, Existing, Judge, Post, hear, hear_unstamped, place
from kat_monitor.ingest.works import FoldDiffers, recording_again
from kat_monitor.live.hub import Hub
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.technical import evaluation_failed, not_recording
from kat_monitor.store.batch import StoreAway, StoreRefused
from kat_monitor.store.errors import StartRefused
from kat_monitor.store.writer import Writer
from kat_monitor.watch.reviews import Reviews
from kat_monitor.watch.timers import Timers

SHOW_UNRECORDED_S = 0.5
GIVE_UP_S = 3.0
PROBE_S = 0.5

log = structlog.get_logger()


class Pipeline:
    """The one writer. `run` is its task; `post` and `submit` are how everything enters."""

    def __init__(  # noqa: PLR0913 - every part is handed in, once, by the composition root
        self,
        *,
        clock: Clock,
        inbox: Inbox,
        writer: Writer,
        readback: ReadBack,
        hub: Hub,
        timers: Timers,
        reviews: Reviews,
        throttle: Throttle,
        directory: Directory,
    ) -> None:
        self.clock = clock
        self.inbox = inbox
        self.writer = writer
        self.readback = readback
        self.hub = hub
        self.timers = timers
        self.reviews = reviews
        self.throttle = throttle
        self.directory = directory
        self.counters = Counters()
        self.listing = Listing()
        self.away_since: int | None = None
        """Clinic time since when nothing can be recorded; None when all is well."""
        self.usurped: StartRefused | None = None
        """Why it stays away until it is started anew; None while there is hope."""
        self._away_monotonic_s = 0.0
        self._away_said = False
        self._dirty = Dirty()
        self._idle = asyncio.Event()

    @property
    def clinics(self) -> dict[UUID, ClinicState]:
        return self.readback.clinics

    # -- how things enter ------------------------------------------------------------------------------------------

    def gateway_of(self, key_sha256: bytes) -> tuple[UUID, UUID] | None:
        return self.directory.gateway_keys.get(key_sha256)

    async def unknown_key(self, address: str) -> None:
        await self.throttle.wrong("key", address)

    def post(self, clinic_id: UUID, gateway_id: UUID, decoded: Decoded) -> asyncio.Future[Answer]:
        """A gateway's request; resolves after its last commit. Raises KatError 503 when there is no room."""
        received_at = self.clock.now_us()
        clinic = self.clinics[clinic_id]
        gateway = clinic.gateways[gateway_id]
        gateway.last_heard_wall = self.clock.wall_us()
        if decoded.sent_at is None:
            hear_unstamped(gateway, decoded.newest_observed_at, received_at, self.clock.rate)
        elif hear(gateway, decoded.sent_at, received_at, self.clock.rate):
            self.readback.offset_changed(gateway)
        return self.inbox.put_post(place(decoded, clinic, gateway, received_at, self.clock.rate))

    async def submit(self, work: Work) -> Any:
        """A command; returns its answer after the commit, raises its KatError."""
        return await asyncio.shield(self.inbox.put_command(work))

    async def settled(self) -> None:
        """Return when nothing waits and nothing is in flight; for tests and an orderly stop."""
        while not (self._is_idle and self._idle.is_set()):
            self._idle.clear()
            await self._idle.wait()

    @property
    def _is_idle(self) -> bool:
        return self.inbox.is_empty and not self.listing.waiting

    # -- the writer ------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """For ever: take what waits, judge, commit, answer, publish."""
        self.listing.all_open(self.clinics)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wake_when_lost())
            while True:
                if self.away_since is not None:
                    await self._while_away()
                    continue
                if self._is_idle:
                    self._idle.set()
                    await self.inbox.wait()
                self._idle.clear()
                if self.writer.lost.is_set():
                    self._go_away(self.clock.now_us(), time.monotonic())
                    continue
                await self._process(self._taken())

    async def _wake_when_lost(self) -> None:
        """The writer's connection, and with it the right to commit, is gone: that is news even when nothing waits."""
        while True:
            await self.writer.lost.wait()
            if self.away_since is None:
                self.inbox.wake()
            await asyncio.sleep(PROBE_S)

    def _taken(self) -> list[Part]:
        return [part_of(waiting, size) for waiting, size in self.inbox.take(time.monotonic())]

    async def _process(self, parts: list[Part]) -> None:
        """One batch; refused by the database for its data, or meeting a bug, it is bisected down to the item."""
        started, started_s = self.clock.now_us(), time.monotonic()
        turn = Turn(started)
        try:
            existing = await self._look_up(parts)
            turn.now = self.clock.now_us()
            self._judge(turn, parts, existing)
            if not turn.is_empty:
                await self._commit(turn)
        except StoreRefused as refusal:
            await self._bisect(turn, parts, refusal)
            return
        except StoreAway:
            self._dirty.add(turn)
            self._go_away(started, started_s)
            if turn.is_empty:
                # Not even looked up: it is judged on what memory knows.
                self._judge_unrecorded(parts)
            self._show_unrecorded(turn)
            fail(self.inbox, parts)
            return
        except Exception:
            # A bug is seen, and contained to what it is about: a writer that crashed would leave every caller waiting.
            self.counters.crashes += 1
            log.exception("batch_crashed")
            await self._bisect(turn, parts, None)
            return
        self._publish(turn, parts)

    async def _look_up(self, parts: list[Part]) -> Existing:
        """What the record says of what is in these parts. Raises StoreAway when it does not answer within 3 s."""
        if not needs_lookup(parts):
            return {}
        asking = asyncio.ensure_future(look_up(self.readback, parts))
        try:
            if not await done_within(asking, SHOW_UNRECORDED_S):
                # High alerts are shown before they can be judged for the record; then memory is put back.
                self._judge_unrecorded(parts)
                if not await done_within(asking, GIVE_UP_S - SHOW_UNRECORDED_S):
                    raise StoreAway("no answer within 3 s")
                await self._restore()
            return asking.result()
        finally:
            await cancelled(asking)

    def _judge(self, turn: Turn, parts: list[Part], existing: Existing) -> None:
        judge = Judge(turn, existing, self.clock.rate)
        for part in parts:
            item = part.waiting.item
            clinic = self.clinics[item.clinic_id]
            if isinstance(item, Post):
                part.result = judge.take(item, clinic, part.items)
                continue
            try:
                part.result = item.run(turn, clinic)
            except KatError as error:
                part.error = error
        for failed in turn.failed:
            self.counters.evaluation_failed += 1
            log.error("evaluation_failed", session=str(failed.session_id), exc_info=failed.error)
            evaluation_failed(turn, self.clinics, failed.session_id, *failed.cause)
        turn.batch.rows += [*self.reviews.rows(turn), *self.readback.offset_rows(turn)]
        self.listing.put_rows(turn, self.clinics, time.monotonic())

    async def _commit(self, turn: Turn) -> None:
        """One transaction. After 0.5 s its high alerts are shown unrecorded; after 3 s it is given up."""
        turn.batch.audits.extend(self.readback.chained(turn.audits))
        started = time.perf_counter()
        commit = asyncio.ensure_future(self.writer.commit(turn.batch))
        try:
            if not await done_within(commit, SHOW_UNRECORDED_S):
                self._show_unrecorded(turn)
                if not await done_within(commit, GIVE_UP_S - SHOW_UNRECORDED_S):
                    raise StoreAway("no commit within 3 s")
            commit.result()
        finally:
            await cancelled(commit)
        self.counters.commits += 1
        self.counters.commit_s += time.perf_counter() - started

    async def _bisect(self, turn: Turn, parts: list[Part], refusal: StoreRefused | None) -> None:
        """Down to the item that the database refuses (or that meets a bug); everything else is committed."""
        self._dirty.add(turn)
        try:
            if self.writer.lost.is_set():
                await self.writer.reopen()
            await self._restore()
        except (StoreAway, StartRefused):
            self._go_away(turn.now, time.monotonic())
            fail(self.inbox, parts)
            return
        if self.listing.gave_up(turn):  # rows of other sessions went along, and nothing here is to blame for them
            await self._process([part.again() for part in parts])
            return
        smaller = halves(parts)
        if smaller is not None:
            for some in smaller:
                if self.away_since is None:
                    await self._process(some)
                else:
                    fail(self.inbox, some)
            return
        if not parts or (refusal is None and isinstance(parts[0].waiting.item, Post)):
            # Not the sender's fault: it keeps the reading, and everything else it sent is stored.
            fail(self.inbox, parts)
            return
        blame(parts[0], None if refusal is None else refusal.reason)
        answer(parts[0], self.counters)

    # -- after the commit ------------------------------------------------------------------------------------------

    def _publish(self, turn: Turn, parts: Sequence[Part]) -> None:
        """Memory follows the record, then every caller hears, then every screen."""
        for callback in turn.after_commit:
            with self._seen_when_it_fails():
                callback()
        for clinic_id, timer in turn.timers:
            self.timers.arm(clinic_id, timer)
        for dropped in turn.timers_dropped:
            self.timers.drop(dropped)
        for clinic_id, session_id in turn.reviews:
            self.reviews.ask(clinic_id, session_id, self.clock.now_us())
        for part in parts:
            answer(part, self.counters)
        for clinic_id, touched in turn.touched.items():
            with self._seen_when_it_fails():
                self.hub.publish(self.clinics[clinic_id], touched)

    @contextmanager
    def _seen_when_it_fails(self) -> Iterator[None]:
        """What is committed stays committed: a bug in telling the screens must not stop the writer."""
        try:
            yield
        except Exception:
            self.counters.crashes += 1
            log.exception("publish_crashed")

    # -- the database away -----------------------------------------------------------------------------------------

    def _go_away(self, since: int, since_s: float) -> None:
        """From now on nothing is recorded; `since` is when the first commit that failed began."""
        if self.away_since is None:
            self.away_since, self._away_monotonic_s, self._away_said = since, since_s, False
            self.counters.times_away += 1
            log.error("not_recording")
            for clinic in self.clinics.values():
                self.hub.recording(clinic, recording=False, since=since)
        self._say_not_recording()

    def _say_not_recording(self) -> None:
        """After 3 s it is an alert."""
        if self._away_said or self.away_since is None or time.monotonic() - self._away_monotonic_s < GIVE_UP_S:
            return
        self._away_said = True
        for clinic in self.clinics.values():
            self.hub.show(clinic, [not_recording(clinic, self.away_since)])

    async def _while_away(self) -> None:
        """Judge what is posted on the state as it stands, answer 503, and try to come back."""
        opening = asyncio.ensure_future(self.writer.reopen())
        try:
            while not opening.done():
                await self._wait_or_work(opening.done)
            opening.result()
            await self._come_back()
        except StoreAway:
            await self._wait_or_work(lambda: False)
        except StartRefused as refusal:
            # Another server has the database (memory here is not its record any more), or its settings are unsafe.
            log.critical("start_refused", code=refusal.code, detail=refusal.detail)
            self.usurped = refusal
            while True:
                await self._wait_or_work(lambda: False)
        finally:
            await cancelled(opening)

    async def _wait_or_work(self, enough: Callable[[], bool]) -> None:
        """Up to half a second, judging what comes in meanwhile."""
        until = time.monotonic() + PROBE_S
        while (left := until - time.monotonic()) > 0 and not enough():
            waiting = asyncio.ensure_future(self.inbox.wait())
            await asyncio.wait({waiting}, timeout=min(left, 0.05))
            await cancelled(waiting)
            if not self.inbox.is_empty:
                parts = self._taken()
                self._judge_unrecorded(parts)
                fail(self.inbox, parts)
            self._say_not_recording()

    async def _come_back(self) -> None:
        """Memory as the record has it, and a first commit: only when that works, it is recording again."""
        since = self.away_since
        assert since is not None
        await self._restore()
        turn = Turn(self.clock.now_us())
        recording_again(turn, self.clinics.values(), since, said=self._away_said)
        try:
            await self._commit(turn)
        except (StoreAway, StoreRefused) as trouble:
            self._dirty.add(turn)
            raise StoreAway("the first commit failed") from trouble
        self.away_since = None
        for clinic in self.clinics.values():
            self.hub.recording(clinic, recording=True, since=turn.now)
        self._publish(turn, [])

    def _judge_unrecorded(self, parts: list[Part]) -> None:
        """On memory as it stands, for the screens alone; memory is read back before anything is recorded."""
        turn = Turn(self.clock.now_us())
        with self._seen_when_it_fails():
            judge_unrecorded(turn, parts, self.clinics, self.clock.rate)
        self._dirty.add(turn)
        self._show_unrecorded(turn, every=True)

    def _show_unrecorded(self, turn: Turn, *, every: bool = False) -> None:
        """High alerts of a batch that is not committed, under the id they will keep."""
        for clinic_id, touched in turn.touched.items():
            clinic = self.clinics[clinic_id]
            high = [a for a in touched.alerts.values() if a.is_open and a.limit_priority is Priority.HIGH]
            with self._seen_when_it_fails():
                self.hub.show(clinic, [replace(alert, recorded=False) for alert in high])
                if every:
                    self.hub.publish(clinic, replace(touched, alerts={}))

    async def _restore(self) -> None:
        """Read back what is dirty. Raises StoreAway, and it stays to be done."""
        dirty, self._dirty = self._dirty, Dirty()
        try:
            timers = await self.readback.restore(dirty.clinics, dirty.sessions, dirty.devices)
        except StoreAway:
            self._dirty = dirty
            raise
        for _, session_id in dirty.sessions:
            self.timers.forget_session(session_id)
        for clinic_id, timer in timers:
            self.timers.arm(clinic_id, timer)
        for clinic_id in dirty.clinics:
            self.hub.reset(self.clinics[clinic_id])
        for clinic_id, session_id in self.readback.take_differing():
            self.inbox.put_command(FoldDiffers(clinic_id, session_id)).add_done_callback(told_if_failed)
