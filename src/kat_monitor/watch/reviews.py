"""Reviews of sessions with late or corrected data: once per session, a little after the last cause, in a worker."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kat_monitor.clock import Clock
from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.journal import Adopted, Command, Entry, Reviewed, SessionCreated
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.vitals import SECOND_US
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.compile import compile_protocol
from kat_monitor.rules.review import ReviewResult, review
from kat_monitor.rules.state import SessionState

QUIET_US = 2 * SECOND_US


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


class EnterTurn(Protocol):
    now: int

    def enter(self, clinic: ClinicState, state: SessionState, entry: Command) -> None: ...


class EnsuresSessions(Protocol):
    async def ensure_session(self, clinic_id: UUID, session_id: UUID) -> None: ...


@dataclass(slots=True)
class EnterReview:
    """The findings become journal entries; what was found is decided already."""

    clinic_id: UUID
    session_id: UUID
    result: ReviewResult

    async def prepare(self, lookup: EnsuresSessions) -> None:
        """The session may have ended and left memory."""
        await lookup.ensure_session(self.clinic_id, self.session_id)

    def run(self, turn: EnterTurn, clinic: ClinicState) -> None:
        state = clinic.sessions[self.session_id]
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
    """Who is to be looked at again, and when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[tuple[UUID, UUID], int] = {}
        self._asked = asyncio.Event()
        self.done = 0

    def ask(self, clinic_id: UUID, session_id: UUID, now: int) -> None:
        """A cause: the review waits until 2 s after the last one."""
        self._due[clinic_id, session_id] = now + QUIET_US
        self._asked.set()

    @property
    def waiting(self) -> int:
        return len(self._due)

    async def run(self, load: Load, worker: Worker, submit: Submit) -> None:
        """For ever."""
        while True:
            if not self._due:
                self._asked.clear()
                await self._asked.wait()
            key, due = min(self._due.items(), key=lambda item: item[1])
            now = self._clock.now_us()
            if due > now:
                await self._clock.sleep_until(due)
                continue
            del self._due[key]
            clinic_id, session_id = key
            result = await worker(await load(clinic_id, session_id))
            if not result.found_nothing:
                await submit(EnterReview(clinic_id, session_id, result))
            self.done += 1
