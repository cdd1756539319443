"""Works that change who is on duty: browsers enrolled as stations, shifts begun and ended.

Each decides first, then adds its rows and its audit event. Who is on shift changes in memory at once, stations after
the commit.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from kat_monitor.access.audit import act
from kat_monitor.access.duty_rows import shift_change_row, shift_row, station_change_row, station_row
from kat_monitor.access.identity import Identity
from kat_monitor.domain.duty import CARE_ROLES, Shift, Station
from kat_monitor.errors import KatError, bad_value, not_found, refused
from kat_monitor.ingest.assigning import enter_assignments
from kat_monitor.ingest.pins import forgive_pin
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.rules.floor import floor_of
from kat_monitor.rules.held import Held, held_by
from kat_monitor.rules.offers import went_off


@dataclass(frozen=True, slots=True)
class EnrolStation:
    """This browser is a station from now on."""

    who: Identity
    station: Station

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Station:
        station = replace(self.station, enrolled_at=turn.now)
        _require_chair(clinic, station.chair_id)
        turn.batch.rows.append(station_row(station))
        turn.audits.append(act(self.who, turn.now, "station.enrol", station.id, kind=station.kind.value))
        turn.touch(clinic).duty = True
        turn.after_commit.append(lambda: clinic.duty.put_station(station))
        return station


@dataclass(frozen=True, slots=True)
class ChangeStation:
    """`changes` holds new values of `label, kind, chair_id, privacy`; `retire`: its cookie opens nothing any more."""

    who: Identity
    station_id: UUID
    changes: dict[str, Any]
    retire: bool = False

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Station:
        before = clinic.duty.stations.get(self.station_id)
        if before is None:
            raise not_found("station")
        if before.retired_at is not None:
            if self.changes:
                raise refused("station_retired", "This station is retired; enrol the browser again.")
            return before
        changed = replace(before, **self.changes, retired_at=turn.now if self.retire else None)
        _require_chair(clinic, changed.chair_id)
        turn.batch.rows.append(station_change_row(changed))
        action = "station.retire" if self.retire else "station.change"
        turn.audits.append(act(self.who, turn.now, action, changed.id, fields=sorted(self.changes)))
        turn.touch(clinic).duty = True
        turn.after_commit.append(lambda: clinic.duty.put_station(changed))
        return changed


@dataclass(frozen=True, slots=True)
class BeginShift:
    """Somebody is on duty, at this station if the browser is one; who is on already moves there."""

    who: Identity
    by_password: bool = False
    """Their own was given for it."""

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> tuple[Shift, bool]:
        """The shift, and whether it began now."""
        if not _treats(turn, clinic, self.who.id):
            raise KatError(403, "forbidden", "Only a nurse or a clinician is on shift.")
        if self.by_password:
            forgive_pin(turn, clinic, self.who.id)
        there = clinic.duty.shifts.get(self.who.id)
        station = None if self.who.station_id is None else clinic.duty.active(self.who.station_id)
        station_id = None if station is None else station.id
        if there is not None:
            return self._moved(turn, clinic, there, station_id or there.station_id), False
        shift = Shift(uuid4(), self.clinic_id, self.who.id, station_id, turn.now)
        turn.batch.rows.append(shift_row(shift))
        turn.audits.append(act(self.who, turn.now, "shift.begin", shift.id))
        _take(turn, clinic, shift)
        return shift, True

    def _moved(self, turn: Turn, clinic: ClinicState, shift: Shift, station_id: UUID | None) -> Shift:
        if station_id == shift.station_id:
            return shift
        moved = replace(shift, station_id=station_id)
        turn.batch.rows.append(shift_change_row(moved))
        turn.audits.append(act(self.who, turn.now, "shift.move", shift.id, to=str(station_id)))
        _take(turn, clinic, moved)
        return moved


@dataclass(frozen=True, slots=True)
class EndShift:
    """One's own, or with a reason somebody else's. Not while chairs are theirs: somebody has to accept them first."""

    who: Identity
    shift_id: UUID
    reason: str | None = None

    @property
    def clinic_id(self) -> UUID:
        return self.who.clinic_id

    def run(self, turn: Turn, clinic: ClinicState) -> Shift:
        shift = clinic.duty.shift(self.shift_id)
        if shift is None:
            raise not_found("shift that lasts")
        if shift.account_id != self.who.id and self.reason is None:
            raise bad_value("reason", "missing", "Ending somebody else's shift needs a reason.")
        held = held_by(clinic, shift.account_id)
        if held:
            raise has_chairs(held)
        return end_shift(turn, clinic, shift, self.who, self.reason)


def end_shift(turn: Turn, clinic: ClinicState, shift: Shift, who: Identity, reason: str | None) -> Shift:
    """It ends now, whatever is in the person's hands."""
    ended = replace(shift, ended_at=max(turn.now, shift.began_at), ended_by=who.id, reason=reason)
    turn.batch.rows.append(shift_change_row(ended))
    turn.audits.append(act(who, turn.now, "shift.end", shift.id, person=str(shift.account_id)))
    enter_assignments(turn, clinic, went_off(clinic.assigned, floor_of(clinic, turn.now), shift.account_id), who.id)
    _take(turn, clinic, ended)
    return ended


def has_chairs(held: Held) -> KatError:
    """409 with what has to be handed over first."""
    labels = ", ".join(chair.label for chair in held.chairs) or "the alerts you accepted"
    return refused(
        "has_chairs",
        f"Hand over first: {labels}.",
        more={
            "chairs": [{"chair_id": str(chair.id), "label": chair.label} for chair in held.chairs],
            "alerts": [str(alert_id) for alert_id in held.alerts],
        },
    )


def _treats(turn: Turn, clinic: ClinicState, person_id: UUID) -> bool:
    """Whether they may have patients, as the account is by now: it may have been closed since they asked."""
    roles = clinic.roles.get(person_id, frozenset())
    for row in turn.batch.rows:
        if row.table == "account" and row.key.get("id") == person_id:
            roles = frozenset(row.values["roles"]) if row.values["active"] else frozenset()
    return bool(roles & CARE_ROLES)


def _take(turn: Turn, clinic: ClinicState, shift: Shift) -> None:
    """Memory has it at once: whatever follows in the same commit meets it. When that fails, memory is read back."""
    clinic.duty.put_shift(shift)
    turn.touch(clinic).duty = True


def _require_chair(clinic: ClinicState, chair_id: UUID | None) -> None:
    if chair_id is not None and chair_id not in clinic.chairs:
        raise not_found("chair")
