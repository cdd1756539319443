"""When the rows of sessions for lists are written: at once, but under load once a second, so that COPY stands alone."""

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

    def all_open(self, clinics: Mapping[UUID, ClinicState]) -> None:
        """The server starts: what was written last may be up to a second older than the readings."""
        for clinic in clinics.values():
            self.waiting |= {(clinic.clinic.id, state.id) for state in clinic.sessions.values() if state.is_open}

    def put_rows(self, turn: Turn, clinics: Mapping[UUID, ClinicState], now_s: float) -> None:
        """Into the turn's batch, unless that is a bulk of readings that its rows would slow. `now_s` is monotonic."""
        if turn.listed and not self.waiting:
            self._since_s = now_s
        self.waiting |= {(state.clinic_id, state.id) for state in turn.listed.values()}
        if not self.waiting or (turn.batch.is_bulk and now_s - self._since_s < LATEST_S):
            return
        written = frozenset(self.waiting)
        for clinic_id, session_id in written:
            state = clinics[clinic_id].sessions.get(session_id)
            if state is not None:
                turn.batch.sessions[session_id] = session_row(state, turn.now)
        turn.after_commit.append(lambda: self.waiting.difference_update(written))
