"""One turn of the writer: what a batch judged, gathered for one transaction and one publication."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from kat_monitor.domain.alerts import AlertChange, Change, PhaseChanged, TimerArmed, TimerDropped
from kat_monitor.domain.audit import AuditEvent
from kat_monitor.domain.journal import Command, Event, Moved, PhaseEntered, ReadingsCorrected, TimerFired, Voided
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.registry import Left
from kat_monitor.rules.clinic import ClinicState, JudgedMemory, Occupancy, Touched
from kat_monitor.rules.fold import apply_entry
from kat_monitor.rules.quiet import stays_quiet
from kat_monitor.rules.state import SessionState
from kat_monitor.store.batch import Batch


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A session whose judgement failed: over what, and the error, for the log and the technical alert."""

    session_id: UUID
    error: Exception
    entry: Command | Reading

    @property
    def cause(self) -> tuple[str, int]:
        """What names the entry, the same when it is tried again; and when it was."""
        match self.entry:
            case Reading(device_id=device_id, seq=seq, effective_at=at):
                return f"{device_id}/{seq}", at
            case Event(id=event_id, at=at):
                return str(event_id), at
            case TimerFired(alert_id=alert_id, at=at):
                return f"{alert_id}/{at}", at
            case entry:
                return f"{entry.kind}/{entry.position}", entry.at


class Turn:
    """Collects; the pipeline commits. Positions are given out here, so `enter` order is journal order."""

    __slots__ = (
        "_last",
        "_touched",
        "after_commit",
        "audits",
        "batch",
        "clinics",
        "failed",
        "listed",
        "now",
        "reviews",
        "timers",
        "timers_dropped",
        "touched",
        "touched_devices",
        "touched_sessions",
    )

    def __init__(self, now: int) -> None:
        self.now = now
        self.batch = Batch()
        self.clinics: dict[UUID, ClinicState] = {}
        self.touched: dict[UUID, Touched] = {}
        self._last: ClinicState | None = None
        self._touched = Touched()
        """Of the last clinic touched: most batches are of one."""
        self.touched_sessions: set[tuple[UUID, UUID]] = set()
        """Changed by commands; those changed by readings are in `batch.readings`."""
        self.touched_devices: set[tuple[UUID, UUID]] = set()
        """Likewise."""
        self.timers: list[tuple[UUID, TimerArmed]] = []
        self.timers_dropped: list[TimerDropped] = []
        self.failed: list[Evaluated] = []
        self.listed: dict[UUID, SessionState] = {}
        """Sessions whose row for lists is written anew."""
        self.reviews: set[tuple[UUID, UUID]] = set()
        """(clinic, session) to review once the batch is committed."""
        self.audits: list[AuditEvent] = []
        self.after_commit: list[Callable[[], None]] = []

    def touch(self, clinic: ClinicState) -> Touched:
        if clinic is self._last:
            return self._touched
        touched = self._touch(clinic)
        self._last, self._touched = clinic, touched
        return touched

    def _touch(self, clinic: ClinicState) -> Touched:
        touched = self.touched.get(clinic.clinic.id)
        if touched is None:
            self.clinics[clinic.clinic.id] = clinic
            touched = self.touched[clinic.clinic.id] = Touched()
        return touched

    def next_position(self, clinic: ClinicState) -> int:
        clinic.position += 1
        return clinic.position

    def enter(self, clinic: ClinicState, state: SessionState, entry: Command) -> None:
        """Give a command its position, fold it into the session and collect what follows."""
        placed = replace(entry, position=self.next_position(clinic))
        self.batch.entries.append((clinic.clinic.id, placed))
        self.touch(clinic).sessions.add(state.id)
        self.touched_sessions.add((clinic.clinic.id, state.id))
        self.listed[state.id] = state
        if isinstance(placed, PhaseEntered | Moved):
            left = dict(clinic.left)
            occupy(clinic, state, state.chair_id, placed)
            self.touch(clinic).seats = True
            self.touch(clinic).left |= {chair_id for chair_id, _ in left.items() ^ clinic.left.items()}
        if looks_back(clinic, placed):
            self.reviews.add((clinic.clinic.id, state.id))
        self._apply(clinic, state, placed)

    def store_quiet(self, clinic: ClinicState, state: SessionState, reading: Reading, memory: JudgedMemory) -> bool:
        """Store and judge an in-order reading in which nothing happens; False: nothing is done, take the long way."""
        try:
            if not stays_quiet(state, reading):
                return False
        except Exception as error:  # noqa: BLE001 - as in `_apply`
            self.failed.append(Evaluated(state.id, error, reading))
        self.batch.readings.append(reading)
        memory.note_quiet(reading)
        self.touch(clinic).vitals.add(state)
        return True

    def store_reading(
        self, clinic: ClinicState, state: SessionState | None, reading: Reading, memory: JudgedMemory | None = None
    ) -> None:
        """Store a reading under its verdict and, if in order and of a live session, judge it. `memory`: its own."""
        self.batch.readings.append(reading)
        if clinic.whose and (reading.late or reading.session_id is None):
            self._claimed(clinic, reading)
        if state is None or reading.session_id is None:
            return
        if memory is None:
            memory = clinic.memory(state.id)
        if reading.has_pressure:
            memory.note_pressure(reading)
        if reading.late:
            self.reviews.add((clinic.clinic.id, state.id))
            self.touch(clinic).late.add(state.id)
        else:
            memory.note_judged(reading)
            touched = self.touch(clinic)
            touched.vitals.add(state)
            if reading.is_cuff:
                # What is due, whether the patient may leave, and the peak in lists follow from it.
                touched.sessions.add(state.id)
                self.listed[state.id] = state
        self._apply(clinic, state, reading)

    def _claimed(self, clinic: ClinicState, reading: Reading) -> None:
        """It comes late into a time that was corrected: whoever's it is now looks again."""
        owner = clinic.whose.owned(reading).session_id
        if owner is not None and owner != reading.session_id:
            self.reviews.add((clinic.clinic.id, owner))

    def _apply(self, clinic: ClinicState, state: SessionState, entry: Command | Reading) -> None:
        try:
            changes = apply_entry(state, entry)
        except Exception as error:  # noqa: BLE001 - a failing session is contained to itself, and raised as an alert
            self.failed.append(Evaluated(state.id, error, entry))
            return
        if changes:
            self.listed[state.id] = state
            self.collect(clinic, changes)

    def collect(self, clinic: ClinicState, changes: list[Change]) -> None:
        """Alert rows and transitions into the batch, timers to the watch, changes to the screens."""
        for change in changes:
            if isinstance(change, AlertChange):
                self.alert(clinic, change)
            elif isinstance(change, TimerArmed):
                self.timers.append((clinic.clinic.id, change))
            elif isinstance(change, TimerDropped):
                self.timers_dropped.append(change)
            elif isinstance(change, PhaseChanged):
                self.touch(clinic).sessions.add(change.session_id)

    def alert(self, clinic: ClinicState, change: AlertChange) -> None:
        """One step of one alert, physiological or technical."""
        alert = change.alert
        self.batch.alerts[alert.id] = alert
        self.batch.transitions.append(change)
        touched = self.touch(clinic)
        touched.alerts[alert.id] = alert
        if alert.session_id is not None:
            touched.sessions.add(alert.session_id)
            self.touched_sessions.add((clinic.clinic.id, alert.session_id))
        if alert.session_id is None or alert.id in clinic.technical:
            self.touch(clinic)

    @property
    def is_empty(self) -> bool:
        return self.batch.is_empty and not self.audits


def occupy(clinic: ClinicState, state: SessionState, before: UUID, entry: Command) -> None:
    """Check-in (or a dose before it) takes the chair, a move changes it, the end gives it back."""
    stays = clinic.occupancy.setdefault(before, [])
    own = next((stay for stay in stays if stay.session_id == state.id and stay.to_at is None), None)
    if isinstance(entry, PhaseEntered) and entry.to.has_ended:
        if own is not None:
            own.to_at = max(entry.at, own.from_at)
            clinic.left[before] = Left(state.id, entry.at, entry.outcome, entry.to)
    elif isinstance(entry, PhaseEntered) and entry.to.is_open and own is None:
        stays.append(Occupancy(state.id, entry.at, None))
        clinic.left.pop(before, None)
    elif isinstance(entry, Moved) and own is not None:
        own.to_at = max(entry.at, own.from_at)
        clinic.occupancy.setdefault(entry.chair_id, []).append(Occupancy(state.id, own.to_at, None))
        clinic.left.pop(entry.chair_id, None)


def looks_back(clinic: ClinicState, entry: Command) -> bool:
    """Whether it says something new about what was judged already (design 6.6): then the session is reviewed."""
    if isinstance(entry, Voided | ReadingsCorrected):
        return True
    if isinstance(entry, Event) and entry.corrects is not None:
        return True
    if not isinstance(entry, PhaseEntered) and not (isinstance(entry, Event) and entry.event == "dose"):
        return False
    memory = clinic.memories.get(entry.session_id)
    newest = 0 if memory is None else max((max(ats) for ats in memory.judged.values()), default=0)
    return entry.at < newest


@runtime_checkable
class Prepares(Protocol):
    """A work that needs something looked up first; `lookup` is `readback.ReadBack`."""

    async def prepare(self, lookup: Any) -> None: ...


class Work(Protocol):
    """A command in the inbox. `run` decides everything before it enters anything, so a KatError leaves no trace."""

    @property
    def clinic_id(self) -> UUID: ...

    def run(self, turn: Turn, clinic: ClinicState) -> Any:
        """Judge in the writer's turn; what it returns is the caller's answer after the commit."""
        ...
