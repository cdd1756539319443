"""What a decision is made from besides the session, and what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.commands import Actor
from kat_monitor.domain.journal import Command
from kat_monitor.domain.protocol import ProtocolVersion
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.registry import Patient
from kat_monitor.domain.times import EPOCH, MICROSECOND, to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US
from kat_monitor.errors import GateNotMet, KatError, bad_value, refused
from kat_monitor.rules.pressure_history import PressureBefore
from kat_monitor.rules.state import SessionState

BACK_US = 15 * MINUTE_US
"""How far back a decision may be dated (design 7)."""

EARLIEST_US = 946_684_800_000_000
"""2000-01-01: what is dated before it is a slip, not a fact."""


class Judged(Protocol):
    """What was judged before, of one session (`clinic.JudgedMemory`)."""

    def is_before_last(self, source: int, values: tuple[int | None, ...], effective_at: int) -> bool: ...

    def pressure_before(self, source: int, effective_at: int) -> PressureBefore | None: ...


@dataclass(frozen=True, slots=True)
class Occupied:
    """A chair (or a patient) and other sessions: the one open now, and until when the last ended one lasted."""

    by: UUID | None = None
    until: int = 0


FREE = Occupied()


@dataclass(frozen=True, slots=True)
class Measured:
    """What a correction of readings is about: (device, from, to), and whose the readings there are now.

    `sitting` are the sessions at the chair where the device stood: what is still to come late would be theirs.
    `receiving` is the session named to have them, if it is another one and known.
    """

    spans: Sequence[tuple[UUID, int, int]] = ()
    owners: frozenset[UUID | None] = frozenset()
    sitting: frozenset[UUID] = frozenset()
    receiving: SessionState | None = None


NOTHING_MEASURED = Measured()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the clinic knows that a session does not. Only what the request needs has to be filled in.

    `chair` and `patient_busy` are about other sessions than the one decided on: at the chair and of the patient that
    the request names (for all but create, move and correct-patient: the session's own).
    """

    patient: Patient | None = None
    """Of the session; for create and correct-patient the one named."""
    chair_known: bool = True
    chair: Occupied = FREE
    patient_busy: Occupied = FREE
    version: ProtocolVersion | None = None
    """For create: the newest version of the protocol named."""
    names_today: Sequence[str] = ()
    """Other patients with a session today."""
    other_readings: Sequence[tuple[str, int]] = ()
    """(device label, when it last measured another session's patient) of the devices now at the chair."""
    technical: Sequence[Alert] = ()
    """Open technical alerts with this session's id."""
    alert: Alert | None = None
    """The stored alert a request names, when it is no longer open."""
    reading: Reading | None = None
    """The stored reading a request names."""
    measured: Measured = NOTHING_MEASURED
    judged: Judged | None = None
    manual_seq: int = 1
    """The next number of the session's manual device."""


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Notice:
    """Said to the person who asked; refuses nothing."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Entries to commit, in order, with position 0; `readings` are committed before them.

    `open_gates` with a dose recorded nevertheless raise `dosing_with_open_gates` (high if `stop`). `limit` is the code
    whose override the answer describes (`would_breach`). No entries: nothing changes, the answer is the present state.
    """

    entries: tuple[Command, ...] = ()
    readings: tuple[Reading, ...] = ()
    warnings: tuple[Notice, ...] = ()
    open_gates: tuple[GateNotMet, ...] = ()
    stop: bool = False
    limit: str | None = None

    @property
    def changes(self) -> bool:
        return bool(self.entries or self.readings)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request's surroundings, handed to the functions that decide."""

    state: SessionState
    who: Actor
    now: int
    facts: Facts


def decision_at(at: int | None, now: int) -> int:
    """The time of a decision. Raises KatError 422 for the future or more than 15 min back."""
    at = fact_at(at, now)
    if now - at > BACK_US:
        raise bad_value("at", "too_old", "A decision may be dated at most 15 minutes back.")
    return at


def fact_at(at: int | None, now: int, path: str = "at") -> int:
    """The time of something that happened: any time back. Raises KatError 422 for the future or an absurd time."""
    if at is None:
        return now
    if at < EARLIEST_US:
        raise bad_value(path, "absurd_time", f"{to_rfc3339(at)} is before this century.")
    if at > now:
        raise bad_value(path, "in_future", f"{to_rfc3339(at)} has not come yet.")
    return at


def require_clinician(who: Actor, what: str) -> None:
    """Raises KatError 403."""
    if not who.is_clinician:
        raise KatError(403, "clinician_required", f"Only a clinician may {what}.")


def require_reason(reason: str | None, what: str) -> str:
    """Raises KatError 422 without one."""
    if reason is None or not reason.strip():
        raise bad_value("reason", "reason_required", f"{what} needs a reason.")
    return reason


def require_second(second: UUID | None, who: Actor, what: str) -> UUID:
    """Raises KatError 409 without a second person, or when it is the same one."""
    if second is None or second == who.id:
        raise refused("second_person_required", f"{what} needs a second person's own sign-in.")
    return second


def require_not_ended(state: SessionState) -> None:
    """Raises KatError 409."""
    if state.has_ended:
        raise refused("session_ended", f"The session is {state.phase.value}.")


def age_years(birth_date: str, now: int) -> int:
    """Whole years on the (UTC) day of `now`; `birth_date` as YYYY-MM-DD."""
    year, month, day = (int(part) for part in birth_date.split("-"))
    today = (EPOCH + now * MICROSECOND).date()
    return today.year - year - ((today.month, today.day) < (month, day))
