"""`/devices`: monitors and cuffs, which gateway speaks for them, and at which chair they stand."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Id, Line, Number, Shown, Time, TimeOut
from kat_monitor.api.idempotency import GivenOnce, new_id
from kat_monitor.api.making import make
from kat_monitor.api.parts import GivenParts
from kat_monitor.api.patch import given_changes
from kat_monitor.domain.registry import Device, Role
from kat_monitor.errors import KatError, bad_value
from kat_monitor.ingest.registry import ChangeDevice, MakeDevice
from kat_monitor.rules.clinic import DeviceState

router = APIRouter(tags=["places"])

Interval = Annotated[Number, Field(ge=0.001, le=86_400)]
MANUAL = "manual"
"""The kind of the device that holds a session's readings by hand; nobody makes one, and it stands nowhere."""


class NewDevice(Body):
    code: Line
    """The gateway's name for it."""
    label: Line
    kind: Line
    gateway_id: Id
    chair_id: Id | None = None
    interval_s: Interval = 1.0
    """Seconds between its readings while all is well."""
    stands_since: Time | None = None
    """Since when it has stood at the chair, at most a day back; now by default."""


class DeviceChange(Body):
    code: Line | None = None
    label: Line | None = None
    kind: Line | None = None
    gateway_id: Id | None = None
    chair_id: Id | None = None
    """Moves it; where it stood until now is kept. Null: put away."""
    interval_s: Interval | None = None


class DeviceShown(Shown):
    id: UUID
    code: str
    label: str
    kind: str
    gateway_id: UUID
    chair_id: UUID | None
    interval_s: float
    last_heard_at: TimeOut | None
    """When its newest reading arrived; null when none has since the server started and no open session has one."""
    has_readings: bool
    """Whether any reading of it is stored."""


@router.get("/devices")
async def list_devices(who: Who, parts: GivenParts) -> list[DeviceShown]:
    """All devices of gateways, by label."""
    states = parts.pipeline.clinics[who.clinic_id].devices.values()
    devices = [state for state in states if state.device.gateway_id is not None]
    return [_shown(state) for state in sorted(devices, key=lambda state: (state.device.label, state.device.id))]


@router.post("/devices", status_code=201, response_model=DeviceShown)
async def make_device(given: NewDevice, who: Who, parts: GivenParts, once: GivenOnce) -> Response:
    _not_manual(given.kind)
    device = Device(
        new_id(who.clinic_id, once),
        who.clinic_id,
        given.code,
        given.label,
        given.kind,
        given.gateway_id,
        given.chair_id,
        _milliseconds(given.interval_s),
    )
    work = MakeDevice(who, device, given.stands_since)
    return await make(parts, work, once, lambda made: _shown(DeviceState(made, [], -1)))


@router.patch("/devices/{id}")
async def change_device(id: UUID, given: DeviceChange, who: Who, parts: GivenParts) -> DeviceShown:
    """A nurse may move it (`chair_id`); everything else needs an admin."""
    changes: dict[str, Any] = given_changes(given, may_be_null={"chair_id"})
    if Role.ADMIN not in who.roles and set(changes) - {"chair_id"}:
        raise KatError(403, "forbidden", "Your role allows only to move a device.")
    _not_manual(changes.get("kind"))
    if "interval_s" in changes:
        changes["interval_ms"] = _milliseconds(changes.pop("interval_s"))
    await parts.pipeline.submit(ChangeDevice(who, id, changes))
    return _shown(parts.pipeline.clinics[who.clinic_id].devices[id])


def _not_manual(kind: str | None) -> None:
    if kind == MANUAL:
        raise bad_value("kind", "reserved", "Devices for readings by hand are made by themselves.")


def _milliseconds(interval_s: float) -> int:
    return max(1, round(interval_s * 1000))


def _shown(state: DeviceState) -> DeviceShown:
    device = state.device
    assert device.gateway_id is not None
    return DeviceShown(
        id=device.id,
        code=device.code,
        label=device.label,
        kind=device.kind,
        gateway_id=device.gateway_id,
        chair_id=device.chair_id,
        interval_s=device.interval_ms / 1000,
        last_heard_at=state.last_heard_at,
        has_readings=state.high_water >= 0,
    )
