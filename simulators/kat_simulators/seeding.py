"""Makes the chairs, gateways and devices of a demo clinic through the admin's doors; doing it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from kat_simulators.clocks import SimulationClock
from kat_simulators.memory import GatewayKey, Memory
from kat_simulators.outbox import DoorRefused
from kat_simulators.player import Place
from kat_simulators.staff import Staff

FASTEST_READINGS_PER_S = 15.0
"""At most this many readings a wall second from one source, however fast the clinic clock runs."""
CUFF_INTERVAL_S = 300.0


@dataclass(frozen=True, slots=True)
class Seeded:
    """A chair ready for patients, and the label of its gateway."""

    place: Place
    gateway: str


def room_of(number: int) -> str:
    """Two chairs share a room."""
    return f"Room {(number + 1) // 2}"


def gateway_label(chair: str) -> str:
    """Each chair has a gateway of its own."""
    return f"Gateway {chair}"


def device_code(number: int, kind: str) -> str:
    """What the gateway calls the `cuff` or the `monitor` of a chair."""
    return f"chair{number}-{kind}"


async def seed_places(admin: Staff, chairs: int, clock: SimulationClock, kept: Memory) -> list[Seeded]:
    """`chairs` chairs, each with a gateway of its own, a cuff and a continuous monitor."""
    interval_s = max(1.0, round(clock.rate / FASTEST_READINGS_PER_S))
    known = {chair["label"]: chair["id"] for chair in await admin.get("/chairs")}
    devices = {(d["gateway_id"], d["code"]): d for d in await admin.get("/devices")}
    gateways = {gateway["id"] for gateway in await admin.get("/gateways")}
    seeded = []
    for number in range(1, chairs + 1):
        label, room = f"Chair {number}", room_of(number)
        chair_id = known.get(label) or (await admin.must("/chairs", {"label": label, "room": room}))["id"]
        gateway = await _gateway(admin, gateway_label(label), gateways, kept)
        place = Place(chair_id, label, device_code(number, "cuff"), device_code(number, "monitor"), interval_s)
        for code, kind, every_s in (
            (place.cuff_device, "cuff", CUFF_INTERVAL_S),
            (place.monitor_device, "monitor", interval_s),
        ):
            wanted = {"chair_id": chair_id, "interval_s": every_s}
            await _device(
                admin,
                devices.get((gateway.id, code)),
                {"code": code, "kind": kind, "gateway_id": gateway.id},
                wanted,
            )
        seeded.append(Seeded(place, gateway_label(label)))
    return seeded


async def _gateway(admin: Staff, label: str, existing: set[str], kept: Memory) -> GatewayKey:
    known = kept.keys.get(label)
    if known is not None and known.id in existing:
        return known
    made = await admin.must("/gateways", {"label": label})
    kept.keys[label] = GatewayKey(made["id"], made["key"])
    kept.save()
    return kept.keys[label]


async def _device(
    admin: Staff,
    existing: dict[str, object] | None,
    identity: dict[str, str],
    wanted: dict[str, object],
) -> None:
    if existing is None:
        label = identity["code"].replace("-", " ")
        await admin.must("/devices", {**identity, "label": label, **wanted})
        return
    changed = {key: value for key, value in wanted.items() if existing.get(key) != value}
    if changed:
        answer = await admin.patch(f"/devices/{existing['id']}", changed)
        if not answer.ok:
            raise DoorRefused(f"PATCH device: {answer.status} {answer.body}")
