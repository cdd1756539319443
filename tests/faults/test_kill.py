"""`kill -9` of the server in the middle of posted load: nothing accepted is lost, nothing is raised twice."""

import asyncio
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import URL

from tests.api.chairside import good, make
from tests.faults.outside import Process, processes
from tests.store_fixtures import connect

CHAIRS = 4
KILLS = 4


def now(back_s: float = 0.0) -> str:
    return (datetime.now(UTC) - timedelta(seconds=back_s)).isoformat()


@dataclass
class Ward:
    """Chairs with sessions, and a gateway that keeps what is not accepted and sends it again."""

    process: Process
    key: str = ""
    sessions: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    seq: int = 1000
    pressures: bool = True
    accepted: Counter[tuple[str, int]] = field(default_factory=Counter)

    async def arrange(self) -> None:
        admin, nurse = await self.process.as_("admin"), await self.process.as_("nurse")
        gateway = await make(admin, "/gateways", label="Gateway")
        self.key = gateway["key"]
        for n in range(CHAIRS):
            chair = await make(admin, "/chairs", label=f"Chair {n}")
            stand = {"gateway_id": gateway["id"], "chair_id": chair["id"]}
            for kind in ("cuff", "monitor"):
                device = await make(admin, "/devices", code=f"{kind}-{n}", label=f"{kind} {n}", kind=kind, **stand)
                self.devices.append(device["id"])
            patient = await make(nurse, "/patients", mrn=str(n), name=f"Pat Number{n}", birth_date="1980-05-17")
            wanted = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "iv_infusion"}
            self.sessions.append((await make(nurse, "/sessions", **wanted))["id"])
            path = f"/sessions/{self.sessions[-1]}/transitions"
            good(await nurse.post(path, json={"to": "preparing", "identifiers": ["name", "mrn"]}))

    def readings(self) -> list[dict[str, Any]]:
        """A second of everything: calm streams, now and then a pressure; chair 0's is high."""
        self.seq += 1
        items = []
        for n in range(CHAIRS):
            common = {"seq": self.seq, "observed_at": now()}
            items.append({**common, "device": f"monitor-{n}", "source": "ecg", "heart_rate": 70 + self.seq % 5})
            if self.pressures and self.seq % 7 == n:
                pressure = {"systolic": 205 if n == 0 else 120, "diastolic": 85}
                items.append({**common, "device": f"cuff-{n}", "source": "nibp", **pressure})
        return items

    async def send(self, client: httpx.AsyncClient, items: list[dict[str, Any]]) -> bool:
        """Post; True once they are accepted (or were before)."""
        try:
            answer = await client.post("/readings", json={"sent_at": now(), "readings": items})
        except httpx.HTTPError:
            return False
        if answer.status_code != 200:
            assert answer.status_code == 503, answer.text
            return False
        said = answer.json()
        assert said["accepted"] + said["duplicates"] == len(items), said
        for item in items:
            self.accepted[item["device"], item["seq"]] += 1
        return True

    async def load(self, stop: asyncio.Event) -> list[list[dict[str, Any]]]:
        """As fast as it goes until told to stop; returns what was not accepted."""
        client = self.process.client(Authorization=f"Bearer {self.key}")
        left = []
        while not stop.is_set():
            items = self.readings()
            if not await self.send(client, items):
                left.append(items)
                return left
        return left


async def kill_in_the_middle(ward: Ward, after: int) -> list[list[dict[str, Any]]]:
    """Four posting tasks; the server dies once `after` more readings are accepted."""
    stop = asyncio.Event()
    target = len(ward.accepted) + after
    tasks = [asyncio.create_task(ward.load(stop)) for _ in range(4)]
    async with asyncio.timeout(60):
        while len(ward.accepted) < target:
            await asyncio.sleep(0.005)
    await ward.process.kill()
    stop.set()
    return [items for lost in await asyncio.gather(*tasks) for items in lost]


async def open_alerts(process: Process) -> dict[str, dict[str, Any]]:
    """Open alerts by id, what a restart may not change."""
    nurse = await process.as_("nurse")
    kept = ("limit", "source", "priority", "opened_at", "raised_at", "acknowledged_by", "acknowledged_at", "kind")
    found = good(await nurse.get("/alerts", params={"state": "open"}))
    return {a["id"]: {k: a[k] for k in kept} for a in found}


async def test_a_kill_in_the_middle_of_load_loses_nothing_and_doubles_nothing(database: URL) -> None:
    async with processes(database) as process:
        ward = Ward(process)
        await ward.arrange()
        for round_ in range(KILLS):
            left = await kill_in_the_middle(ward, 150 + 53 * round_)
            await process.start()
            client = process.client(Authorization=f"Bearer {ward.key}")
            for items in left:
                assert await ward.send(client, items)
        sql = await connect(database)
        rows = await sql.fetch("SELECT d.code, r.seq FROM reading r JOIN device d ON d.id = r.device_id")
        positions = await sql.fetchval("SELECT count(*) - count(DISTINCT position) FROM reading")
        await sql.close()
        stored = Counter((row["code"], row["seq"]) for row in rows)
        assert set(ward.accepted) <= set(stored), "an accepted reading is not stored"
        assert set(stored.values()) == {1}
        assert positions == 0
        await process.stop()
        code, said = await process.verify()
        assert code == 0, said


async def test_alerts_and_acknowledgements_outlive_a_kill(database: URL) -> None:
    async with processes(database) as process:
        ward = Ward(process)
        await ward.arrange()
        client = process.client(Authorization=f"Bearer {ward.key}")
        high = {"seq": 1, "observed_at": now(), "source": "nibp", "diastolic": 85}
        assert await ward.send(client, [{**high, "device": f"cuff-{n}", "systolic": 205 + n} for n in range(3)])
        nurse = await process.as_("nurse")
        first = next(iter(sorted(await open_alerts(process))))
        good(await nurse.post(f"/alerts/{first}/acknowledge", json={"note": "seen"}))

        async def physiological() -> dict[str, dict[str, Any]]:
            return {id: a for id, a in (await open_alerts(process)).items() if a["kind"] == "physiological"}

        before = await physiological()
        assert len(before) == 3
        assert before[first]["acknowledged_by"] is not None
        ward.pressures = False
        await kill_in_the_middle(ward, 40)
        await process.start()
        after = await physiological()
        assert {id: after[id] for id in before} == before
        nurse = await process.as_("nurse")
        again = await nurse.post(f"/alerts/{first}/acknowledge", json={})
        assert again.status_code == 409
        life = good(await nurse.get(f"/alerts/{first}"))
        assert [step["step"] for step in life["transitions"]].count("opened") == 1


async def test_a_connection_that_breaks_ends_no_server(database: URL) -> None:
    """The system sends this signal to who writes where nobody reads any more; unhandled it ends the process."""
    async with processes(database) as process:
        assert process.process is not None
        process.process.send_signal(signal.SIGPIPE)
        nurse = await process.as_("nurse")
        assert good(await nurse.get("/me"))["username"] == "nurse"
        assert process.process.returncode is None
