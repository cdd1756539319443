"""Works about the PINs people sign with at stations: set, taken away, tried wrongly. None is ever said or shown."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from kat_monitor.access.audit import act
from kat_monitor.access.directory import Directory
from kat_monitor.access.duty_rows import pin_row
from kat_monitor.access.identity import Identity
from kat_monitor.domain.duty import Pin
from kat_monitor.errors import not_found
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState


@dataclass(frozen=True, slots=True)
class SetPin:
    """One's own, after the password."""

    who: Identity
    pin_hash: str = field(repr=False)

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        _put(turn, clinic, Pin(self.clinic_id, self.who.id, self.pin_hash, 0, turn.now))
        turn.audits.append(act(self.who, turn.now, "pin.set", self.who.id))


@dataclass(frozen=True, slots=True)
class RemovePin:
    """Somebody's, by an admin."""

    directory: Directory
    who: Identity
    user_id: UUID

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        if self.directory.user_of(self.clinic_id, self.user_id) is None:
            raise not_found("user")
        take_pin_away(turn, clinic, self.user_id)
        turn.audits.append(act(self.who, turn.now, "pin.remove", self.user_id))


@dataclass(frozen=True, slots=True)
class WrongPin:
    """Somebody tried a person's PIN at the login of `who`: counted for good, so that a restart forgives nothing."""

    who: Identity
    person_id: UUID

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> int:
        """How many wrong ones there were by now."""
        pin = _in_turn(turn, clinic, self.person_id)
        if pin is None:
            return 0
        counted = replace(pin, failures=pin.failures + 1)
        _put(turn, clinic, counted)
        turn.audits.append(act(self.who, turn.now, "pin.wrong", self.person_id, failures=counted.failures))
        return counted.failures


@dataclass(frozen=True, slots=True)
class ForgivePin:
    """The person has said who they are: wrong PINs before are forgotten."""

    clinic_id: UUID
    person_id: UUID

    def run(self, turn: Turn, clinic: ClinicState) -> None:
        forgive_pin(turn, clinic, self.person_id)


def forgive_pin(turn: Turn, clinic: ClinicState, person_id: UUID) -> None:
    """Counting wrong ones begins anew."""
    pin = _in_turn(turn, clinic, person_id)
    if pin is not None and pin.failures:
        _put(turn, clinic, replace(pin, failures=0))


def take_pin_away(turn: Turn, clinic: ClinicState, person_id: UUID) -> None:
    """They cannot sign with it any more; they may set a new one."""
    pin = _in_turn(turn, clinic, person_id)
    if pin is not None:
        _put(turn, clinic, replace(pin, pin_hash=None, failures=0))


def _in_turn(turn: Turn, clinic: ClinicState, person_id: UUID) -> Pin | None:
    """As this turn has changed it so far."""
    pin = clinic.duty.pins.get(person_id)
    for row in turn.batch.rows:
        if row.table == "pin" and row.key["account_id"] == person_id:
            pin = Pin(row.key["clinic_id"], person_id, **row.values)
    return pin if pin is not None and pin.pin_hash is not None else None


def _put(turn: Turn, clinic: ClinicState, pin: Pin) -> None:
    turn.batch.rows.append(pin_row(pin))
    turn.touch(clinic)
    turn.after_commit.append(lambda: clinic.duty.put_pin(pin))
