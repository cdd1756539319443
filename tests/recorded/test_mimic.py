"""Real recordings through the real door: the alerts stored are those that the oracle finds on the stored journal."""

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import URL

from kat_monitor.domain.alerts import AlertKind, Step
from kat_monitor.domain.journal import Entry, SessionCreated
from kat_monitor.domain.readings import Reading
from kat_monitor.history.verify import verify
from kat_monitor.store.connect import Deadlines
from tests.api.chairside import DOSE, good, make
from tests.oracle.compare import as_expected, differences, in_order
from tests.oracle.oracle import judge
from tests.oracle.words import Expected
from tests.recorded.mimic import STREAMS, Tape, read
from tests.server_fixtures import MINUTE, START_US, Running

LIMITS = Path(__file__).with_name("limits.toml")
STEP_MIN = 2
"""Minutes per post: the older of two is 60 s old, which is in order still."""
ACKNOWLEDGE_EVERY_MIN = 240
TIGHTER_AT_MIN = 900


@dataclass
class Bed:
    """One recorded patient in the clinic."""

    tape: Tape
    session_id: str
    screening: dict[str, str]

    @property
    def path(self) -> str:
        return f"/sessions/{self.session_id}"


@dataclass
class Ward:
    """Two patients, one gateway, and the people who do what people do."""

    running: Running
    gateway: httpx.AsyncClient
    beds: list[Bed]
    answers: Counter[str]

    async def by(self, username: str) -> httpx.AsyncClient:
        """That person, logged in anew: a login locks when idle."""
        self.running.people.pop(username, None)
        return await self.running.as_(username)

    async def play(self) -> None:
        """Every minute of every tape, in order; two to a post."""
        for minute in range(1, max(len(bed.tape) for bed in self.beds), STEP_MIN):
            await self.move_to(START_US + minute * MINUTE)
            await self.post([item for m in (minute - 1, minute) for bed in self.beds for item in bed.tape.items(m)])
            for bed in self.beds:
                if bed.tape.third_cuff in (minute - 1, minute):
                    await self.treat(bed)
                if len(bed.tape) in (minute, minute + 1) and bed is not self.beds[0]:
                    await self.leave(bed)
            if minute % ACKNOWLEDGE_EVERY_MIN < STEP_MIN:
                await self.acknowledge_all()
            if minute in (TIGHTER_AT_MIN, TIGHTER_AT_MIN + 1):
                await self.tighten(self.beds[0])

    async def move_to(self, target: int) -> None:
        """The clock stops wherever a confirming time runs out, and only there."""
        clock, timers = self.running.clock, self.running.server.timers
        while (due := timers.next_due) is not None and due <= target:
            clock.set(max(due, clock.now_us()))
            await self.running.settle()
        clock.set(target)

    async def post(self, readings: list[dict[str, Any]]) -> None:
        if readings:
            body = {"sent_at": self.running.now(), "readings": readings}
            answer = good(await self.gateway.post("/readings", json=body))
            self.answers.update({"posts": 1, "readings": len(readings)})
            self.answers.update({name: answer[name] for name in ("accepted", "duplicates", "unassigned", "late")})
            self.answers.update(warning["code"] for warning in answer["warnings"])
            self.answers.update(f"rejected as {refusal['code']}" for refusal in answer["rejected"])

    async def treat(self, bed: Bed) -> None:
        """The first three cuff readings are the baseline; then straight through dosing into recovery."""
        nurse, clinician = await self.by("nurse"), await self.by("clinician")
        locked = good(await nurse.post(f"{bed.path}/baseline", json={}))
        assert len(locked["readings"]) == 3
        good(await nurse.post(f"{bed.path}/screening", json={"answers": bed.screening}))
        passed = {"to": "dosing", "dose": DOSE, "override": True, "reason": "recorded patients"}
        good(await clinician.post(f"{bed.path}/transitions", json=passed))
        good(await nurse.post(f"{bed.path}/transitions", json={"to": "recovery"}))

    async def leave(self, bed: Bed) -> None:
        gone = {"to": "discharged", "outcome": "transferred", "reason": "to the ward, with a nurse"}
        nurse = await self.by("nurse")
        good(await nurse.post(f"{bed.path}/transitions", json=gone))

    async def acknowledge_all(self) -> None:
        nurse = await self.by("nurse")
        for alert in good(await nurse.get("/alerts", params={"state": "open"})):
            if alert["kind"] == "physiological" and alert["acknowledged_at"] is None:
                answer = await nurse.post(f"/alerts/{alert['id']}/acknowledge", json={})
                assert answer.status_code in (200, 409), answer.text  # one above it may have taken it along
                self.answers.update({"acknowledged": answer.status_code == 200})

    async def tighten(self, bed: Bed) -> None:
        body = {"value": 62, "clear": 61, "reason": "slow by nature"}
        clinician = await self.by("clinician")
        good(await clinician.put(f"{bed.path}/limits/heart_rate_high", json=body))


async def arrange(running: Running, tapes: list[Tape]) -> Ward:
    """A chair, five devices, a patient and a session, checked in at minute 0, for each tape."""
    admin, nurse, clinician = [await running.as_(name) for name in ("admin", "nurse", "clinician")]
    pack = good(await nurse.get("/protocols/iv_infusion"))
    sent = await clinician.post("/protocols", json={"toml": recorded_protocol(pack["toml"])})
    good(sent, 201)
    screening = {i["item"]: "no" if i["stops_on"] == "yes" else "yes" for i in pack["screening"]}
    gateway = await make(admin, "/gateways", label="Recorder")
    beds = []
    for tape in tapes:
        chair = await make(admin, "/chairs", label=tape.name)
        stand = {"gateway_id": gateway["id"], "chair_id": chair["id"], "interval_s": 60}
        for source in STREAMS:
            await make(admin, "/devices", code=f"{tape.name}-{source}", label=source, kind=source, **stand)
        patient = await make(nurse, "/patients", mrn=tape.name, name=f"Patient {tape.name}", birth_date="1960-01-01")
        planned = {"patient_id": patient["id"], "chair_id": chair["id"], "protocol": "recorded", "weight_kg": 70}
        session = await make(nurse, "/sessions", **planned)
        bed = Bed(tape, session["id"], screening)
        checked = {"to": "preparing", "identifiers": ["name", "mrn"]}
        good(await nurse.post(f"{bed.path}/transitions", json=checked))
        beds.append(bed)
    sender = running.client(Authorization=f"Bearer {gateway['key']}")
    return Ward(running, sender, beds, Counter())


def recorded_protocol(pack: str) -> str:
    """The infusion pack with limits that these recordings break, and a baseline that takes whatever comes first."""
    before, limits, rest = pack.partition("[[limit]]")
    assert limits
    after = rest[rest.index("[plausibility]") :]
    changed = {
        'code = "iv_infusion"': 'code = "recorded"',
        "window_min = 45.0": "window_min = 90.0",
        "spacing_min = 2.0": "spacing_min = 1.0",
    }
    for old, new in changed.items():
        assert before.count(old) == 1, old
        before = before.replace(old, new)
    return before + LIMITS.read_text() + after


async def stored(running: Running, bed: Bed) -> tuple[SessionCreated, list[Entry], list[Expected]]:
    """The session's journal and its alerts, as the database has them."""
    reader, session_id = running.server.reader, UUID(bed.session_id)
    created, *entries = await reader.journals.one(running.clinic_id, session_id)
    assert isinstance(created, SessionCreated)
    rearmed: dict[UUID, tuple[int, ...]] = {}
    for step in await reader.alerts.transitions_of_session(running.clinic_id, session_id):
        if step.step is Step.REARMED:
            rearmed[step.alert_id] = (*rearmed.get(step.alert_id, ()), step.at)
    rows = await reader.alerts.of_session(running.clinic_id, session_id)
    told = [as_expected(row, rearmed.get(row.id, ())) for row in rows if row.kind is AlertKind.PHYSIOLOGICAL]
    return created, entries, in_order(told)


async def test_alerts_on_recorded_patients_are_the_oracles(
    manual: Running, database: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    tapes = [read("wfdb_s00001", "s00001-2896-10-10-00-31n"), read("wfdb_s25047", "s25047-2704-05-04-10-44n")]
    ward = await arrange(manual, tapes)
    await ward.play()
    await manual.settle()
    found: Counter[tuple[str, str]] = Counter()
    readings = 0
    for bed in ward.beds:
        created, entries, alerts = await stored(manual, bed)
        version = manual.server.pipeline.clinics[manual.clinic_id].protocols["recorded", created.protocol_version]
        expected = in_order(judge(created, version, entries, until=manual.clock.now_us()))
        assert differences(expected, alerts) == []
        readings += sum(isinstance(entry, Reading) for entry in entries)
        found.update((alert.limit, alert.source) for alert in alerts)
    verdict = await verify(database, Deadlines())
    assert verdict.good, verdict.findings
    told = [f"\n{found.total()} episodes on {sum(map(len, tapes))} recorded minutes; {dict(ward.answers)}"]
    told += [f"  {limit:24}{source:10}{count:4}" for (limit, source), count in sorted(found.items())]
    with capsys.disabled():
        sys.stdout.write("\n".join(told) + "\n")
    assert ward.answers["accepted"] == readings == ward.answers["readings"] - ward.answers["rejected as implausible"]
    assert ward.answers["late"] == ward.answers["unassigned"] == ward.answers["duplicates"] == 0
    assert found.total() >= 20
    assert len({limit for limit, _ in found}) >= 4
    assert {source for limit, source in found if limit.startswith("heart_rate")} >= {"ecg", "pulse_ox"}
