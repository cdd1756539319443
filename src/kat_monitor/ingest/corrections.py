"""Gathers what a correction of readings is about, and enters it for every session whose readings it changes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from kat_monitor.domain.commands import CorrectReadings
from kat_monitor.domain.corrections import Span
from kat_monitor.domain.journal import ReadingsCorrected
from kat_monitor.domain.readings import Reading
from kat_monitor.errors import KatError, bad_value, not_found
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState, DeviceState
from kat_monitor.rules.decide_readings import LONGEST_US
from kat_monitor.rules.decision import NOTHING_MEASURED, Measured
from kat_monitor.rules.state import SessionState


class LooksUp(Protocol):
    """What it needs of `readback.ReadBack`."""

    @property
    def clinics(self) -> dict[UUID, ClinicState]: ...
    async def ensure_session(self, clinic_id: UUID, session_id: UUID) -> None: ...
    async def measured(self, clinic_id: UUID, spans: list[Span]) -> list[Reading]: ...


async def look_up(lookup: LooksUp, clinic_id: UUID, request: CorrectReadings) -> Measured:
    """Which devices, and whose their readings are now; these sessions are brought into memory.

    Nothing for what is refused anyway: the refusal comes from `spans_of` and the decision, in the writer's turn.
    """
    clinic = lookup.clinics[clinic_id]
    if not 0 < request.to_at - request.from_at <= LONGEST_US:
        return NOTHING_MEASURED
    try:
        spans = spans_of(clinic, request)
    except KatError:
        return NOTHING_MEASURED
    owners = frozenset(one.session_id for one in await lookup.measured(clinic_id, spans))
    sitting = frozenset(session_id for span in spans for session_id in _sitting(clinic, span))
    for session_id in {*owners, *sitting, request.to} - {None, request.session_id}:
        assert session_id is not None
        await lookup.ensure_session(clinic_id, session_id)
    receiving = None if request.to is None else clinic.sessions.get(request.to)
    return Measured(spans, owners, sitting, receiving)


def enter_elsewhere(
    turn: Turn, clinic: ClinicState, state: SessionState, entry: ReadingsCorrected, of: Measured
) -> None:
    """In the journals of the other sessions that lose or get readings, or may, as what is late is still to come.

    From then on it holds for what comes after it.
    """
    losing = {owner for owner in of.owners | of.sitting if owner != entry.to and entry.of in (None, owner)}
    for session_id in sorted({*losing, entry.to} - {None, state.id}, key=str):
        assert session_id is not None
        other = clinic.sessions[session_id]
        turn.enter(clinic, other, replace(entry, session_id=session_id))
    entered = [placed for _, placed in turn.batch.entries if isinstance(placed, ReadingsCorrected)]
    clinic.whose = clinic.whose.plus(one for one in entered if one.id == entry.id)


def spans_of(clinic: ClinicState, request: CorrectReadings) -> list[Span]:
    """Raises KatError 404 for an unknown device or chair, 422 for a session's readings by hand."""
    if request.device_id is not None:
        device = clinic.devices.get(request.device_id)
        if device is None:
            raise not_found("device")
        if device.device.gateway_id is None:
            raise bad_value("device", "by_hand", "What was entered by hand is voided, and entered where it belongs.")
        return [Span(request.device_id, request.from_at, request.to_at)]
    if request.chair_id not in clinic.chairs:
        raise not_found("chair")
    return [span for device in clinic.devices.values() for span in _stood(device, request)]


def _sitting(clinic: ClinicState, span: Span) -> Iterator[UUID]:
    """Sessions at a chair while the device stood there: what comes late from it is decided to be theirs."""
    for chair_id, start, end in _stays(clinic.devices[span.device_id], span.start, span.end):
        for sat in clinic.occupancy.get(chair_id, ()):
            if sat.from_at < end and (sat.to_at is None or sat.to_at > start):
                yield sat.session_id


def _stood(device: DeviceState, request: CorrectReadings) -> list[Span]:
    """When within the asked time the device stood at the asked chair."""
    stays = _stays(device, request.from_at, request.to_at)
    return [Span(device.device.id, start, end) for chair_id, start, end in stays if chair_id == request.chair_id]


def _stays(device: DeviceState, start: int, end: int) -> Iterator[tuple[UUID, int, int]]:
    """(chair, from, to) of a device within [start, end); a stay lasts until the next."""
    for number, stay in enumerate(device.stays):
        until = device.stays[number + 1].from_at if number + 1 < len(device.stays) else end
        if stay.chair_id is not None and max(stay.from_at, start) < min(until, end):
            yield stay.chair_id, max(stay.from_at, start), min(until, end)
