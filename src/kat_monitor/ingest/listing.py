"""When the rows of sessions for lists are written: at once, but behind an alert, and behind a bulk of readings."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from kat_monitor.ingest.session_rows import session_row
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState

LATEST_S = 1.0


class Listing:
    """Sessions whose rows wait. Derived from the record, so that a crash loses nothing: a start lists all that is open.

    Until they are committed they go on waiting, whatever becomes of the batch that was to write them.
    """

    def __init__(self) -> None:
        self.waiting: set[tuple[UUID, UUID]] = set()
        """(clinic, session)."""
        self._since_s = 0.0
        self._written = asyncio.Event()
        self._written.set()

    async def settled(self) -> None:
        """Before a list is read: its rows are as new as the record. Not waited for when nothing can be written."""
        try:
            await asyncio.wait_for(self._written.wait(), 2 * LATEST_S)
        except TimeoutError:
            return

    def all_open(self, clinics: Mapping[UUID, ClinicState]) -> None:
        """The server starts: what was written last may be up to a second older than the readings."""
        for clinic in clinics.values():
            self.waiting |= {(clinic.clinic.id, state.id) for state in clinic.sessions.values() if state.is_open}
        if self.waiting:
            self._written.clear()

    def put_rows(self, turn: Turn, clinics: Mapping[UUID, ClinicState], now_s: float) -> None:
        """Into the turn's batch, unless they would slow it where it counts. `now_s` is monotonic."""
        if turn.listed and not self.waiting:
            self._since_s = now_s
        self.waiting |= {(state.clinic_id, state.id) for state in turn.listed.values()}
        if not self.waiting:
            return
        self._written.clear()
        if turn.batch.is_pressing and now_s - self._since_s < LATEST_S:
            return
        written = frozenset(self.waiting)
        for clinic_id, session_id in written:
            state = clinics[clinic_id].sessions.get(session_id)
            if state is not None:
                turn.batch.sessions[session_id] = session_row(state, turn.now)
        turn.after_commit.append(lambda: self._are_written(written))

    def gave_up(self, turn: Turn) -> bool:
        """A batch failed: nothing waits any more. Whether rows waited that this turn itself did not ask for.

        The record has what they say; the next change of their session tries again.
        """
        others = self.waiting - {(state.clinic_id, state.id) for state in turn.listed.values()}
        self._are_written(frozenset(self.waiting))
        return bool(others)

    def _are_written(self, written: frozenset[tuple[UUID, UUID]]) -> None:
        self.waiting -= written
        if not self.waiting:
            self._written.set()
