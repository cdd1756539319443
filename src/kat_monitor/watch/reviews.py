"""Reviews of sessions with late or corrected data: once per session, a little after the last cause, in a worker."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

import structlog

from kat_monitor.clock import Clock
from kat_monitor.domain.alerts import Alert, AlertChange, Step
from kat_monitor.domain.journal import Adopted, Command, Entry, Reviewed, SessionCreated
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.vitals import SECOND_US
from kat_monitor.errors import KatError
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.rules.review import ReviewResult, review
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.technical import evaluation_failed
from kat_monitor.store.batch import Batch, RowWrite, StoreAway

QUIET_US = 2 * SECOND_US
MOST_US = 30 * SECOND_US
"""Causes that follow each other without a pause put a review off no longer than this."""
AGAIN_US = SECOND_US
OWED_KEY = "reviews_owed"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Material:
    """All of a session's journal and every alert it has, open or closed."""

    session: SessionCreated
    version: ProtocolVersion
    entries: Sequence[Entry]
    known: Sequence[Alert]
    committed_at: int


def look_again(material: Material) -> ReviewResult:
    """The work itself; runs in a process of its own, so it takes and gives plain values."""
    return review(
        session=material.session,
        compiled=compile_protocol(material.version),
        entries=material.entries,
        known=material.known,
        committed_at=material.committed_at,
    )


class ReviewTurn(Protocol):
    """What reviews need of the writer's turn."""

    now: int
    batch: Batch
    reviews: set[tuple[UUID, UUID]]
    after_commit: list[Callable[[], None]]

    def alert(self, clinic: ClinicState, change: AlertChange) -> None: ...
    def enter(self, clinic: ClinicState, state: SessionState, entry: Command) -> None: ...


class EnsuresSessions(Protocol):
    async def ensure_session(self, clinic_id: UUID, session_id: UUID) -> None: ...
    async def alert(self, clinic_id: UUID, alert_id: UUID) -> Alert | None: ...


@dataclass(slots=True)
class EnterReview:
    """The findings become journal entries; what was found is decided already. `result` None: a bug stood in the way."""

    clinic_id: UUID
    session_id: UUID
    result: ReviewResult | None
    reviews: "Reviews"
    closed: dict[UUID, Alert] = field(default_factory=dict)
    """Known alerts that are closed: the live state no longer has them."""

    async def prepare(self, lookup: EnsuresSessions) -> None:
        """The session may have ended and left memory."""
        await lookup.ensure_session(self.clinic_id, self.session_id)
        for alert_id, _, _ in () if self.result is None else self.result.spans:
            alert = await lookup.alert(self.clinic_id, alert_id)
            if alert is not None and not alert.is_open:
                self.closed[alert_id] = alert

    def run(self, turn: ReviewTurn, clinic: ClinicState) -> None:
        state = clinic.sessions[self.session_id]
        if self.result is None:
            evaluation_failed(turn, {self.clinic_id: clinic}, self.session_id, f"review/{turn.now}", turn.now)
            return
        self.reviews.looked_at(turn, self.clinic_id, self.session_id)
        now = turn.now
        if self.result.born or self.result.spans:
            found = Reviewed(
                position=0,
                session_id=state.id,
                at=now,
                committed_at=now,
                born=self.result.born,
                spans=self.result.spans,
            )
            turn.enter(clinic, state, found)
        for alert_id, begins, ends in self.result.spans:
            if (known := self.closed.get(alert_id)) is not None:
                widened = replace(known, reviewed_from=begins, reviewed_to=ends)
                turn.alert(clinic, AlertChange(widened, Step.REVIEWED, now))
        for alert in self.result.adopt:
            # Something of the same limit and source may have opened while the worker looked: that one stands.
            taken = any(
                (a.limit, a.source) == (alert.limit, alert.source) and a.ended_at is None
                for a in state.limits.alerts.values()
            )
            if not taken and not state.has_ended:
                turn.enter(
                    clinic, state, Adopted(position=0, session_id=state.id, at=now, committed_at=now, alert=alert)
                )


Load = Callable[[UUID, UUID], Awaitable[Material]]
Worker = Callable[[Material], Awaitable[ReviewResult]]
Submit = Callable[[EnterReview], Awaitable[None]]


class Reviews:
    """Who is to be looked at again, and when. What is owed is in the record too: a restart forgets no review."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[tuple[UUID, UUID], int] = {}
        self._first: dict[tuple[UUID, UUID], int] = {}
        self._owed: dict[UUID, frozenset[UUID]] = {}
        """clinic -> sessions whose review the record says is owed."""
        self._asked = asyncio.Event()
        self.done = 0

    def ask(self, clinic_id: UUID, session_id: UUID, now: int, *, after_us: int = QUIET_US) -> None:
        """A cause: the review waits until 2 s after the last one, but not for ever while causes go on."""
        key = (clinic_id, session_id)
        latest = self._first.setdefault(key, now) + MOST_US
        self._due[key] = max(now, min(now + after_us, latest))
        self._asked.set()

    @property
    def waiting(self) -> int:
        return len(self._due)

    @property
    def next_due(self) -> int | None:
        return min(self._due.values(), default=None)

    # -- what is owed, in the record -------------------------------------------------------------------------------

    def recall(self, clinic_id: UUID, stored: Any, now: int) -> None:
        """At the start: what the record says is owed is asked for again."""
        owed = frozenset(UUID(text) for text in (stored or {}).get("sessions", ()))
        self._owed[clinic_id] = owed
        for session_id in sorted(owed):
            self.ask(clinic_id, session_id, now)

    def rows(self, turn: ReviewTurn) -> list[RowWrite]:
        """With the commit that gives cause: who is owed a review, unless the record says so already."""
        rows = []
        for clinic_id in sorted({clinic_id for clinic_id, _ in turn.reviews}):
            before = self._owed.get(clinic_id, frozenset())
            owed = before | {session_id for of_clinic, session_id in turn.reviews if of_clinic == clinic_id}
            if owed != before or turn.batch.rows:
                rows.append(self._row(turn, clinic_id, owed))
        return rows

    def looked_at(self, turn: ReviewTurn, clinic_id: UUID, session_id: UUID) -> None:
        """With the commit of the findings: no longer owed, unless there was a new cause meanwhile."""
        if (clinic_id, session_id) not in self._due:
            owed = self._owed.get(clinic_id, frozenset()) - {session_id}
            turn.batch.rows.append(self._row(turn, clinic_id, owed))

    def _row(self, turn: ReviewTurn, clinic_id: UUID, owed: frozenset[UUID]) -> RowWrite:
        turn.after_commit.append(lambda: self._owed.__setitem__(clinic_id, owed))
        value = {"sessions": sorted(str(session_id) for session_id in owed)}
        return RowWrite("meta", {"clinic_id": clinic_id, "key": OWED_KEY}, {"value": value}, "upsert")

    # -- the task --------------------------------------------------------------------------------------------------

    async def run(self, load: Load, worker: Worker, submit: Submit) -> None:
        """For ever."""
        while True:
            if not self._due:
                self._asked.clear()
                await self._asked.wait()
            key, due = min(self._due.items(), key=lambda item: item[1])
            if due > self._clock.now_us():
                await self._clock.sleep_until(due)
                continue
            del self._due[key]
            first = self._first.pop(key, due)
            try:
                await self._one(*key, load, worker, submit)
            except (KatError, StoreAway):
                # Nothing can be read or recorded now: it stays owed.
                self._first.setdefault(key, first)
                self._due.setdefault(key, self._clock.now_us() + AGAIN_US)
                await self._clock.sleep(AGAIN_US / SECOND_US)

    async def _one(self, clinic_id: UUID, session_id: UUID, load: Load, worker: Worker, submit: Submit) -> None:
        result: ReviewResult | None = None
        try:
            result = await worker(await load(clinic_id, session_id))
        except (KatError, StoreAway):
            raise
        except Exception:
            # Contained to the session: raised as `evaluation_failed`; it stays owed, for a version that can do it.
            log.exception("review_failed", session=str(session_id))
        await submit(EnterReview(clinic_id, session_id, result, self))
        self.done += 1
