"""The page: inbox -> rules -> store -> live. The only module that knows the order.

One writer takes what waits, judges it in memory, commits it in one transaction, and only then answers every caller and
tells the screens. What was not committed is not answered. When a commit fails, what it touched is read back before the
next batch: there is no undo in memory.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import structlog

from kat_monitor.access.directory import Directory
from kat_monitor.access.throttle import Throttle
from kat_monitor.clock import Clock
from kat_monitor.domain.vitals import Priority
from kat_monitor.errors import KatError, unavailable
from kat_monitor.ingest.decode import Decoded, Verdict
from kat_monitor.ingest.inbox import Inbox, Waiting
from kat_monitor.ingest.readback import ReadBack
from kat_monitor.ingest.session_rows import session_row
from kat_monitor.ingest.turn import Prepares, Turn, Work
from kat_monitor.ingest.verdicts import Answer, Existing, Judge, Placed, Post, Stored, hear, keys_to_look_up, place
from kat_monitor.ingest.works import NotRecorded
from kat_monitor.live.hub import Hub
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.technical import evaluation_failed, not_recording
from kat_monitor.store.batch import StoreAway, StoreRefused
from kat_monitor.store.writer import Writer
from kat_monitor.watch.reviews import Reviews
from kat_monitor.watch.timers import Timers

SHOW_UNRECORDED_S = 0.5
GIVE_UP_S = 3.0
PROBE_S = 0.5
BACKLOG_US = 60_000_000

log = structlog.get_logger()


@dataclass(slots=True)
class Part:
    """What one batch takes of one waiting post or command."""

    waiting: Waiting
    items: Sequence[Placed] = ()
    more: bool = False
    """More of the same request follows in a later commit."""
    result: Any = None
    error: KatError | None = None


@dataclass(slots=True)
class Counters:
    """What the writer has done since the start, for `/metrics`."""

    accepted: int = 0
    duplicates: int = 0
    late: int = 0
    unassigned: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    commits: int = 0
    commit_s: float = 0.0
    evaluation_failed: int = 0
    times_away: int = 0


class Pipeline:
    """The one writer. `run` is its task; `post` and `submit` are how everything enters."""

    def __init__(
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
        self.away_since: int | None = None
        """Clinic time since when nothing can be recorded; None when all is well."""
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
        if hear(gateway, decoded.sent_at, decoded.newest_observed_at, received_at, self.clock.rate):
            self.readback.offset_changed(gateway)
        post = place(decoded, clinic, gateway, received_at)
        post.backlog = post.oldness_us > BACKLOG_US * self.clock.rate
        return self.inbox.put_post(post)

    async def submit(self, work: Work) -> Any:
        """A command; returns its answer after the commit, raises its KatError."""
        return await asyncio.shield(self.inbox.put_command(work))

    def _later(self, work: Work) -> None:
        """A command of our own that nobody waits for; its refusal would be a bug and is logged as one."""
        self.inbox.put_command(work).add_done_callback(_seen)

    async def settled(self) -> None:
        """Return when nothing waits and nothing is in flight; for tests and an orderly stop."""
        while not (self.inbox.is_empty and self._idle.is_set()):
            self._idle.clear()
            await self._idle.wait()

    # -- the writer ------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """For ever: take what waits, judge, commit, answer, publish."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wake_when_lost())
            while True:
                if self.away_since is not None:
                    await self._while_away()
                    continue
                if self.inbox.is_empty:
                    self._idle.set()
                    await self.inbox.wait()
                self._idle.clear()
                if self.writer.lost.is_set():
                    self._go_away()
                    continue
                await self._process([self._part(w, size) for w, size in self.inbox.take(time.monotonic())])

    async def _wake_when_lost(self) -> None:
        """The writer's connection, and with it the right to commit, is gone: that is news even when nothing waits."""
        while True:
            await self.writer.lost.wait()
            if self.away_since is None:
                self.inbox.wake()
            await asyncio.sleep(PROBE_S)

    def _part(self, waiting: Waiting, size: int) -> Part:
        item = waiting.item
        if not isinstance(item, Post):
            return Part(waiting)
        items = item.placed[:size]
        del item.placed[:size]
        return Part(waiting, items, more=waiting.size > 0)

    async def _process(self, parts: list[Part]) -> None:
        """One batch; refused by the database for its data, it is bisected down to the item."""
        try:
            existing = await self._existing(parts)
            await self._prepare(parts)
        except StoreAway:
            self._go_away()
            self._judge_unrecorded(parts)
            return
        turn = self._judge(parts, existing)
        try:
            if not turn.is_empty:
                await self._commit(turn)
        except StoreRefused as refusal:
            if await self._read_back(turn):
                await self._bisect(parts, refusal)
            else:
                self._fail(parts)
            return
        except StoreAway:
            self._dirty.add(turn)
            self._go_away()
            self._show_unrecorded(turn)
            self._fail(parts)
            return
        self._publish(turn)
        for part in parts:
            self._answer(part)

    async def _existing(self, parts: list[Part]) -> Existing:
        """What is stored of the identities at or below their device's high-water mark."""
        keys: dict[UUID, list[tuple[UUID, int]]] = {}
        for part in parts:
            if found := keys_to_look_up(part.items):
                keys.setdefault(part.waiting.item.clinic_id, []).extend(found)
        existing: dict[tuple[UUID, int], Stored] = {}
        for clinic_id, of_clinic in keys.items():
            existing.update(await self.readback.existing(clinic_id, of_clinic))
        return existing

    async def _prepare(self, parts: list[Part]) -> None:
        for part in parts:
            if isinstance(part.waiting.item, Prepares):
                await part.waiting.item.prepare(self.readback)

    def _judge(self, parts: list[Part], existing: Existing) -> Turn:
        turn = Turn(self.clock.now_us())
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
            evaluation_failed(turn, self.clinics, failed.session_id)
        for row in self.readback.take_offset_rows():
            turn.batch.rows.append(row)
        for state in turn.listed.values():
            turn.batch.sessions[state.id] = session_row(state, turn.now)
        return turn

    async def _commit(self, turn: Turn) -> None:
        """One transaction. After 0.5 s its high alerts are shown unrecorded; after 3 s it is given up."""
        turn.batch.audits.extend(self.readback.chained(turn.audits))
        started = time.perf_counter()
        commit = asyncio.ensure_future(self.writer.commit(turn.batch))
        done, _ = await asyncio.wait({commit}, timeout=SHOW_UNRECORDED_S)
        if not done:
            self._show_unrecorded(turn)
            done, _ = await asyncio.wait({commit}, timeout=GIVE_UP_S - SHOW_UNRECORDED_S)
        if not done:
            commit.cancel()
            await asyncio.gather(commit, return_exceptions=True)
            raise StoreAway("no commit within 3 s")
        commit.result()
        self.counters.commits += 1
        self.counters.commit_s += time.perf_counter() - started

    async def _bisect(self, parts: list[Part], refusal: StoreRefused) -> None:
        """Down to the item the database refuses; everything else is committed."""
        if len(parts) == 1 and len(parts[0].items) > 1:
            part = parts[0]
            half = len(part.items) // 2
            parts = [
                Part(part.waiting, part.items[:half], more=True),
                Part(part.waiting, part.items[half:], more=part.more),
            ]
        if len(parts) > 1:
            half = len(parts) // 2
            for some in (parts[:half], parts[half:]):
                await self._process([Part(p.waiting, p.items, p.more) for p in some])
            return
        part = parts[0]
        if isinstance(part.waiting.item, Post):
            part.result = Answer(rejected=[Verdict(p.candidate.item, "malformed", refusal.reason) for p in part.items])
        else:
            part.error = KatError(422, "refused_by_store", f"The record refuses this: {refusal.reason}")
        self._answer(part)

    # -- after the commit ------------------------------------------------------------------------------------------

    def _publish(self, turn: Turn) -> None:
        for callback in turn.after_commit:
            callback()
        for clinic_id, timer in turn.timers:
            self.timers.arm(clinic_id, timer)
        for dropped in turn.timers_dropped:
            self.timers.drop(dropped)
        for clinic_id, session_id in turn.reviews:
            self.reviews.ask(clinic_id, session_id, self.clock.now_us())
        for clinic_id, touched in turn.touched.items():
            self.hub.publish(turn.clinics[clinic_id], touched)

    def _answer(self, part: Part) -> None:
        waiting = part.waiting
        if not isinstance(waiting.item, Post):
            if part.error is not None:
                waiting.fail(part.error)
            else:
                waiting.resolve(part.result)
            return
        answer: Answer = part.result
        post = waiting.item
        post.answer.add(answer)
        counters = self.counters
        counters.accepted += answer.accepted
        counters.duplicates += answer.duplicates
        counters.late += answer.late
        counters.unassigned += answer.unassigned
        if not part.more:
            for verdict in post.answer.rejected:
                counters.rejected[verdict.code] = counters.rejected.get(verdict.code, 0) + 1
            waiting.resolve(post.answer)

    def _fail(self, parts: Sequence[Part]) -> None:
        error = unavailable("not_recorded", "Not known to be stored; send it again.")
        for part in parts:
            self.inbox.drop(part.waiting)
            part.waiting.fail(error)

    # -- the database away -----------------------------------------------------------------------------------------

    def _go_away(self) -> None:
        if self.away_since is None:
            self.away_since = self.clock.now_us()
            self.counters.times_away += 1
            log.error("not_recording")
            for clinic in self.clinics.values():
                self.hub.recording(clinic, recording=False, since=self.away_since)
                self.hub.show(clinic, [not_recording(clinic, self.away_since)])

    async def _while_away(self) -> None:
        """Judge what is posted on the state as it stands, answer 503, and try to come back."""
        self._judge_unrecorded([self._part(w, size) for w, size in self.inbox.take(time.monotonic())])
        since = self.away_since
        if since is not None and await self._come_back():
            self.away_since = None
            for clinic in self.clinics.values():
                self.hub.recording(clinic, recording=True, since=self.clock.now_us())
                self._later(NotRecorded(clinic.clinic.id, since))
            return
        await asyncio.sleep(PROBE_S)

    def _judge_unrecorded(self, parts: list[Part]) -> None:
        posts = [part for part in parts if isinstance(part.waiting.item, Post)]
        turn = Turn(self.clock.now_us())
        judge = Judge(turn, {}, self.clock.rate)
        for part in posts:
            post = part.waiting.item
            if isinstance(post, Post):
                # At or below the high-water mark it is stored or was judged already: each reading once.
                fresh = [p for p in part.items if p.candidate.seq > p.device.high_water]
                judge.take(post, self.clinics[post.clinic_id], fresh)
        self._dirty.add(turn)
        self._show_unrecorded(turn, every=True)
        self._fail(parts)

    def _show_unrecorded(self, turn: Turn, *, every: bool = False) -> None:
        """High alerts of a batch that is not committed, under the id they will keep."""
        for clinic_id, touched in turn.touched.items():
            clinic = turn.clinics[clinic_id]
            high = [a for a in touched.alerts.values() if a.is_open and a.limit_priority is Priority.HIGH]
            self.hub.show(clinic, [replace(alert, recorded=False) for alert in high])
            if every:
                self.hub.publish(clinic, replace(touched, alerts={}))

    async def _come_back(self) -> bool:
        try:
            await self.writer.reopen()
            await self._restore()
        except StoreAway:
            return False
        return True

    async def _read_back(self, turn: Turn) -> bool:
        """After a failed or doubtful commit. False: the database is away, and it stays to be done."""
        self._dirty.add(turn)
        try:
            await self._restore()
        except StoreAway:
            self._go_away()
            return False
        return True

    async def _restore(self) -> None:
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


@dataclass(slots=True)
class Dirty:
    """What memory holds that the record may not: to be read back before the next batch."""

    clinics: set[UUID] = field(default_factory=set)
    sessions: set[tuple[UUID, UUID]] = field(default_factory=set)
    devices: set[tuple[UUID, UUID]] = field(default_factory=set)

    def add(self, turn: Turn) -> None:
        self.clinics |= {clinic_id for clinic_id, _ in turn.touched_sessions | turn.touched_devices}
        self.clinics |= set(turn.clinics) | {event.clinic_id for event in turn.audits}
        self.sessions |= turn.touched_sessions
        self.devices |= turn.touched_devices


def _seen(done: asyncio.Future[Any]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("own_command_failed", exc_info=error)
