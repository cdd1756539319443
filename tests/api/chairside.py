"""A chair with a cuff and a patient planned for it, on a running server: what tests of the session doors begin with."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.server_fixtures import PASSWORD, Running

DOSE: dict[str, Any] = {"drug": "ketamine", "amount_mg": 35, "route": "iv", "weight_kg": 70}
ESCORT = {"name": "Sam Reed", "relation": "friend", "phone": "020 7946 0018", "present": True}
SECOND = {"username": "clinician2", "password": PASSWORD}


def good(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int, code: str) -> Any:
    """The problem of a refusal."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code, problem
    return problem


def paths(problem: Any) -> list[str]:
    """Which fields a 422 names."""
    return [error["path"] for error in problem["errors"]]


@dataclass
class Chairside:
    """`nurse` and `clinician` are logged in; `session` is the path of the planned session."""

    running: Running
    nurse: httpx.AsyncClient
    clinician: httpx.AsyncClient
    gateway: httpx.AsyncClient
    chair: dict[str, Any]
    cuff: dict[str, Any]
    patient: dict[str, Any]
    session_id: str
    protocol: dict[str, Any]
    seq: int = 0
    sent: list[int] = field(default_factory=list)

    @property
    def session(self) -> str:
        return f"/sessions/{self.session_id}"

    async def post(self, path: str, body: Any, *, by: str = "nurse", **headers: str) -> httpx.Response:
        client = await self.running.as_(by)
        return await client.post(f"{self.session}{path}", json=body, headers=headers)

    async def to(self, phase: str, *, by: str = "nurse", **more: Any) -> httpx.Response:
        return await self.post("/transitions", {"to": phase, **more}, by=by)

    async def event(self, kind: str, *, by: str = "nurse", **more: Any) -> httpx.Response:
        return await self.post("/events", {"kind": kind, **more}, by=by)

    async def check_in(self) -> Any:
        return good(await self.to("preparing", identifiers=["name", "birth_date"]))

    async def screened(self, **changed: str) -> Any:
        """Answers that stop nothing, but for those given."""
        answers = {item["item"]: "no" if item["stops_on"] == "yes" else "yes" for item in self.protocol["screening"]}
        return good(await self.post("/screening", {"answers": {**answers, **changed}}))

    async def measure(self, systolic: float, diastolic: float, **more: Any) -> int:
        """One cuff reading through the gateway; its number."""
        self.seq += 1
        reading = {"device": "cuff", "seq": self.seq, "observed_at": self.running.now(), "source": "nibp"}
        body = {"readings": [{**reading, "systolic": systolic, "diastolic": diastolic, **more}]}
        answer = good(await self.gateway.post("/readings", json={"sent_at": self.running.now(), **body}))
        assert answer["accepted"] == 1, answer
        return self.seq

    async def rested(self) -> Any:
        """Check-in, a clean check, two calm readings and the baseline they make."""
        await self.check_in()
        await self.screened()
        await self.measure(120, 80, heart_rate=70)
        await self.running.advance(150)
        await self.measure(122, 80, heart_rate=72)
        return good(await self.post("/baseline", {}))

    async def dosed(self) -> Any:
        await self.rested()
        return good(await self.to("dosing", dose=DOSE))

    async def state(self) -> Any:
        return good(await self.nurse.get(self.session))

    async def alerts(self) -> list[Any]:
        found: list[Any] = good(await self.nurse.get("/alerts", params={"state": "open"}))
        return found


async def make(client: httpx.AsyncClient, path: str, **body: Any) -> Any:
    return good(await client.post(path, json=body), 201)


async def plan(running: Running, **session: Any) -> Chairside:
    """A chair, a gateway with a cuff at it, a patient, and their session, scheduled."""
    admin, nurse, clinician = [await running.as_(name) for name in ("admin", "nurse", "clinician")]
    chair = await make(admin, "/chairs", label="Chair 1")
    gateway = await make(admin, "/gateways", label="Gateway 1")
    stand = {"gateway_id": gateway["id"], "chair_id": chair["id"], "interval_s": 300}
    cuff = await make(admin, "/devices", code="cuff", label="Cuff 1", kind="cuff", **stand)
    patient = await make(nurse, "/patients", mrn="4711", name="Nadia Berg", birth_date="1980-05-17")
    wanted = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "iv_infusion", "weight_kg": 70}
    made = await make(nurse, "/sessions", **{**wanted, **session})
    protocol = good(await nurse.get(f"/protocols/{wanted['protocol']}"))
    sender = running.client(Authorization=f"Bearer {gateway['key']}")
    return Chairside(running, nurse, clinician, sender, chair, cuff, patient, made["id"], protocol)
