"""A chair with a monitor and a cuff, a patient, a gateway that posts, and screens that watch: stories by the second."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from kat_monitor.domain.times import to_rfc3339
from tests.api.chairside import DOSE, Chairside, good, make
from tests.server_fixtures import MINUTE, PASSWORD, SECOND, Running

STEP_S = 5.0
ALL = frozenset({"ecg", "pulse_ox"})


async def until(holds: Callable[[], bool], what: str = "the condition") -> None:
    """Let the loop run until it holds: for what real sockets and worker processes do beside a manual clock."""
    try:
        async with asyncio.timeout(30):
            while not holds():
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"{what} never came") from None


async def eventually(holds: Callable[[], Awaitable[Any]], what: str = "the condition") -> Any:
    """As `until`, for a question that has to be asked; returns the first true answer."""
    try:
        async with asyncio.timeout(60):
            while not (answer := await holds()):
                await asyncio.sleep(0.02)
            return answer
    except TimeoutError:
        raise AssertionError(f"{what} never came") from None


@dataclass
class Glass:
    """A screen: a real WebSocket, every frame it was sent, and what it knows of alerts and system."""

    socket: ClientConnection
    frames: list[dict[str, Any]] = field(default_factory=list)
    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The newest of each alert ever shown, closed ones too."""
    system: dict[str, Any] = field(default_factory=dict)
    reading: asyncio.Task[None] | None = None

    async def read(self) -> None:
        with suppress(ConnectionClosedError):
            async for text in self.socket:
                frame = json.loads(text)
                self.frames.append(frame)
                for alert in frame.get("alerts", ()):
                    self.alerts[alert["id"]] = alert
                self.system = frame.get("system", self.system)

    async def say(self, *, audio: str = "running", visible: bool = True) -> None:
        """What it painted and whether it sounds."""
        seen = {"type": "seen", "alerts": list(self.alerts), "audio": audio, "visible": visible}
        await self.socket.send(json.dumps({**seen, "shown_seq": 0, "painted_ms": 5}))

    async def close(self) -> None:
        await self.socket.close()
        if self.reading is not None:
            await self.reading


async def open_glass(running: Running, username: str = "nurse") -> Glass:
    """Log in, connect, wait for the snapshot."""
    client = running.client()
    good(await client.post("/login", json={"username": username, "password": PASSWORD}))
    token = (await make(client, "/tokens", label="screen"))["secret"]
    address = running.url.replace("http", "ws") + "/api/v1/live"
    glass = Glass(await connect(address, additional_headers={"Authorization": f"Bearer {token}"}))
    glass.reading = asyncio.create_task(glass.read())
    await until(lambda: any(f["type"] == "snapshot" for f in glass.frames), "the snapshot")
    return glass


@dataclass
class Bedside(Chairside):
    """A chair as `Chairside`, with a monitor beside the cuff. Both speak through one gateway."""

    monitor: dict[str, Any] = field(default_factory=dict)
    gateway_id: str = ""
    glass: Glass | None = None
    seqs: dict[str, int] = field(default_factory=dict)
    step_s: float = STEP_S
    """How often the monitor speaks in `live`."""

    # -- devices ---------------------------------------------------------------------------------------------------

    def item(self, source: str, back_s: float = 0.0, **values: Any) -> dict[str, Any]:
        """One reading of a device, observed `back_s` seconds ago."""
        device = "cuff" if source == "nibp" else "monitor"
        self.seqs[device] = self.seqs.get(device, 1000) + 1
        seen = {"device": device, "seq": self.seqs[device], "observed_at": self.running.now(back_s), "source": source}
        return {**seen, **values}

    async def send(self, *items: Any, **more: Any) -> Any:
        """The gateway posts these; the counts of the answer."""
        body = {"sent_at": self.running.now(), "readings": list(items), **more}
        return good(await self.gateway.post("/readings", json={k: v for k, v in body.items() if v is not None}))

    async def inflate(self, systolic: float, diastolic: float, back_s: float = 0.0, **more: Any) -> int:
        """One cuff reading; its number."""
        item = self.item("nibp", back_s, systolic=systolic, diastolic=diastolic, **more)
        answer = await self.send(item)
        assert answer["accepted"] == 1, answer
        return int(item["seq"])

    async def beat(self, **more: Any) -> None:
        """A heartbeat of the gateway."""
        answer = await self.gateway.post("/gateways/heartbeat", json={"sent_at": self.running.now(), **more})
        assert answer.status_code == 204, answer.text

    def stream(self, sources: Iterable[str] = ALL, **changed: Any) -> list[dict[str, Any]]:
        """What the monitor says at this moment, good unless `changed`."""
        told: dict[str, Any] = {"heart_rate": 70, "spo2": 98, "respiratory_rate": 14, **changed}
        items = []
        if "ecg" in sources:
            items.append(self.item("ecg", heart_rate=told["heart_rate"], respiratory_rate=told["respiratory_rate"]))
        if "pulse_ox" in sources:
            items.append(self.item("pulse_ox", spo2=told["spo2"]))
        return items

    async def live(
        self, seconds: float, sources: Iterable[str] = ALL, *, beats: bool = True, watched: bool = True, **changed: Any
    ) -> None:
        """So many seconds pass; every 5 s the monitor speaks (else the gateway beats), and a screen says it watches."""
        left: float = seconds
        while left > 0:
            step = min(self.step_s, left)
            await self.running.advance(step - 1)
            left -= step
            items = self.stream(sources, **changed)
            if items:
                await self.send(*items)
            elif beats:
                await self.beat()
            if watched:
                await self.watch()
            # The watch looks once a second: it has seen what was just posted.
            await self.running.advance(1)

    async def watch(self, **said: Any) -> None:
        """A screen reports now; the first time it is opened."""
        if self.glass is None:
            self.glass = await open_glass(self.running)
        await self.glass.say(**said)
        hub, clock = self.running.server.hub, self.running.clock
        feed = hub.feed(self.running.server.pipeline.clinics[self.running.clinic_id])
        receipts = [s for s in feed.screens if s.receipt is not None and s.receipt.at_wall == clock.wall_us()]
        if not receipts:
            await until(
                lambda: any(s.receipt is not None and s.receipt.at_wall == clock.wall_us() for s in feed.screens),
                "the receipt",
            )
        await self.running.settle()

    async def watch_once(self) -> Glass:
        """A screen is opened, and left open."""
        self.glass = await open_glass(self.running)
        return self.glass

    # -- chapters --------------------------------------------------------------------------------------------------

    async def prepared(self) -> Any:
        """Checked in, checked, two calm readings, the monitor on, the baseline 120/80 locked."""
        await self.check_in()
        await self.screened()
        await self.send(*self.stream())
        await self.inflate(120, 80, heart_rate=70)
        await self.live(150)
        await self.inflate(120, 80, heart_rate=70)
        return good(await self.post("/baseline", {}))

    async def dosing(self) -> Any:
        """As `prepared`, and the infusion has just begun."""
        await self.prepared()
        return good(await self.to("dosing", dose=DOSE))

    # -- what is open ----------------------------------------------------------------------------------------------

    async def open(self, limit: str | None = None) -> list[dict[str, Any]]:
        """Open alerts, all or of one limit, oldest first."""
        found = [a for a in await self.alerts() if limit is None or a["limit"] == limit]
        return sorted(found, key=lambda a: (a["raised_at"], a["id"]))

    async def one(self, limit: str) -> dict[str, Any]:
        """The one open alert of this limit."""
        found = await self.open(limit)
        assert len(found) == 1, (limit, found, [a["limit"] for a in await self.alerts()])
        return found[0]

    async def closed(self, limit: str) -> list[dict[str, Any]]:
        """Alerts of this limit that are closed."""
        found = good(await self.nurse.get("/alerts", params={"state": "closed"}))
        return [a for a in found if a["limit"] == limit]

    async def steps(self, alert: dict[str, Any]) -> list[str]:
        """Names of the steps of an alert's life."""
        life = good(await self.nurse.get(f"/alerts/{alert['id']}"))
        return [step["step"] for step in life["transitions"]]

    async def acknowledge(self, alert: dict[str, Any], by: str = "nurse") -> Any:
        client = await self.running.as_(by)
        return good(await client.post(f"/alerts/{alert['id']}/acknowledge", json={}))

    async def unmet(self) -> dict[str, str]:
        """Criteria of readiness that are not met."""
        ready = good(await self.nurse.get(f"{self.session}/readiness"))
        return {c["code"]: c["state"] for c in ready["criteria"] if c["state"] != "met"}


async def arrange(running: Running, **session: Any) -> Bedside:
    """A chair, a gateway with a cuff and a monitor at it, a patient, and their session, scheduled."""
    for name in ("nurse", "clinician"):
        # A token, unlike a login, is not locked while the story's hours pass.
        token = (await make(await running.as_(name), "/tokens", label="story"))["secret"]
        running.people[name] = running.client(Authorization=f"Bearer {token}")
    admin, nurse, clinician = [await running.as_(name) for name in ("admin", "nurse", "clinician")]
    chair = await make(admin, "/chairs", label="Chair 1")
    gateway = await make(admin, "/gateways", label="Gateway 1")
    stand = {"gateway_id": gateway["id"], "chair_id": chair["id"]}
    cuff = await make(admin, "/devices", code="cuff", label="Cuff 1", kind="cuff", interval_s=300, **stand)
    monitor = await make(admin, "/devices", code="monitor", label="Monitor 1", kind="monitor", interval_s=5, **stand)
    patient = await make(nurse, "/patients", mrn="4711", name="Nadia Berg", birth_date="1980-05-17")
    wanted = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "iv_infusion", "weight_kg": 70}
    made = await make(nurse, "/sessions", **{**wanted, **session})
    protocol = good(await nurse.get(f"/protocols/{wanted['protocol']}"))
    sender = running.client(Authorization=f"Bearer {gateway['key']}")
    return Bedside(
        running, nurse, clinician, sender, chair, cuff, patient, made["id"], protocol,
        monitor=monitor, gateway_id=gateway["id"],
    )  # fmt: skip


def at(microseconds: int) -> str:
    """A time as on the wire."""
    return to_rfc3339(microseconds)


__all__ = [
    "ALL",
    "DOSE",
    "MINUTE",
    "SECOND",
    "Bedside",
    "Glass",
    "arrange",
    "at",
    "eventually",
    "good",
    "make",
    "until",
]
