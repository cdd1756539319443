"""`/gateways`: programs beside the devices, their keys and their signs of life."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict

from kat_monitor.access.gateway_keys import new_gateway
from kat_monitor.api.auth import Who
from kat_monitor.api.fields import Body, Count, Line, Shown, Time, TimeOut
from kat_monitor.api.idempotency import GivenOnce
from kat_monitor.api.making import make_secret
from kat_monitor.api.parts import GivenParts
from kat_monitor.clock import Clock
from kat_monitor.ingest.credentials import EndGateway, MakeGateway
from kat_monitor.ingest.decode import plausible_time
from kat_monitor.ingest.verdicts import hear
from kat_monitor.rules.clinic import GatewayState

router = APIRouter(tags=["gateways"])


class NewGateway(Body):
    label: Line


class GatewayShown(Shown):
    id: UUID
    label: str
    created_at: TimeOut
    queued: int
    """Readings it holds that were not yet accepted, as its newest heartbeat says."""
    last_heard_at: TimeOut | None
    """Its newest post or heartbeat, by the clinic clock; null when there was none since the server started."""


class GatewayMade(Shown):
    id: UUID
    label: str
    key: str
    """Shown this once; sent as `Authorization: Bearer <key>`."""


class Heartbeat(Body):
    """Unknown fields are ignored, as in readings: a newer gateway may say more."""

    model_config = ConfigDict(extra="ignore")

    sent_at: Time
    """The gateway's own clock, the one its readings are stamped by."""
    queued: Count = 0
    """Readings it holds that were not yet accepted."""


@router.get("/gateways")
async def list_gateways(who: Who, parts: GivenParts) -> list[GatewayShown]:
    """Gateways whose keys are good, oldest first."""
    states = parts.pipeline.clinics[who.clinic_id].gateways.values()
    live = [state for state in states if state.gateway.revoked_at is None]
    return [_shown(state, parts.clock) for state in sorted(live, key=lambda state: state.gateway.created_at)]


@router.post("/gateways", status_code=201)
async def make_gateway(given: NewGateway, who: Who, parts: GivenParts, once: GivenOnce) -> GatewayMade:
    """A gateway with a fresh key. The same request again hears 409 `already_made`: its key is shown once."""
    gateway, key = new_gateway(who.clinic_id, given.label, parts.clock.now_us())
    await make_secret(parts, MakeGateway(parts.directory, who, gateway), once, gateway.id)
    return GatewayMade(id=gateway.id, label=gateway.label, key=key)


@router.delete("/gateways/{id}", status_code=204)
async def revoke_gateway(id: UUID, who: Who, parts: GivenParts) -> None:
    """Its key is refused from now on."""
    await parts.pipeline.submit(EndGateway(parts.directory, who, id))


@router.post("/gateways/heartbeat", status_code=204)
async def heartbeat(given: Heartbeat, who: Who, parts: GivenParts) -> None:
    """Every 5 s from a gateway that has nothing to send, so that it is not called silent."""
    plausible_time(given.sent_at, "sent_at")
    pipeline = parts.pipeline
    gateway = pipeline.clinics[who.clinic_id].gateways[who.id]
    gateway.last_heard_wall = parts.clock.wall_us()
    gateway.queued = given.queued
    if hear(gateway, given.sent_at, parts.clock.now_us(), parts.clock.rate):
        pipeline.readback.offset_changed(gateway)


def _shown(state: GatewayState, clock: Clock) -> GatewayShown:
    gateway, heard = state.gateway, state.last_heard_wall
    ago = None if heard is None else round((clock.wall_us() - heard) * clock.rate)
    return GatewayShown(
        id=gateway.id,
        label=gateway.label,
        created_at=gateway.created_at,
        queued=state.queued,
        last_heard_at=None if ago is None else clock.now_us() - ago,
    )
