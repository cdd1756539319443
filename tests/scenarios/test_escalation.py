"""Who is told when nobody takes an alert: stations, the clinician on call, the webhook (design 6.5)."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from sqlalchemy import URL

from kat_monitor.clock import ManualClock
from tests.scenarios.bedside import Bedside, arrange, good, until
from tests.server_fixtures import START_US, provision, start_server

SECRET = "a shared secret"


async def level(bed: Bedside, limit: str = "systolic_high") -> int:
    return int((await bed.one(limit))["escalation"])


async def test_high_goes_to_all_stations_and_then_to_the_clinician(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(29)
    assert await level(bed) == 0
    await bed.live(1)
    assert await level(bed) == 1
    await bed.live(59)
    assert await level(bed) == 1
    await bed.live(1)
    assert await level(bed) == 2
    await bed.live(300)
    assert await level(bed) == 2


async def test_medium_goes_further_once_after_two_minutes(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(60, spo2=93)
    alert = await bed.one("spo2_lowish")
    assert (alert["priority"], alert["state"]) == ("medium", "active")
    raised = alert["raised_at"]
    while await level(bed, "spo2_lowish") == 0:
        await bed.live(1, spo2=93)
    life = good(await bed.nurse.get(f"/alerts/{alert['id']}"))
    (step,) = [s for s in life["transitions"] if s["step"] == "escalated"]
    assert seconds(step["at"]) - seconds(raised) == 120
    await bed.live(200, spo2=93)
    assert await level(bed, "spo2_lowish") == 1


def seconds(text: str) -> float:
    hours, minutes, rest = text[11:-1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


async def test_while_nobody_is_audible_it_goes_twice_as_fast(bed: Bedside) -> None:
    await bed.dosing()
    await bed.running.advance(15)
    await bed.watch(audio="muted")
    await bed.inflate(205, 85)
    await bed.running.advance(14)
    assert await level(bed) == 0
    await bed.running.advance(1)
    assert await level(bed) == 1
    await bed.running.advance(30)
    assert await level(bed) == 2


async def test_an_acknowledged_alert_goes_no_further(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(20)
    await bed.acknowledge(await bed.one("systolic_high"))
    await bed.live(200)
    assert await level(bed) == 0


async def test_getting_worse_after_the_acknowledgement_begins_anew(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(20)
    await bed.acknowledge(await bed.one("systolic_high"))
    await bed.inflate(216, 85)
    again = await bed.one("systolic_high")
    assert again["acknowledged_at"] is None
    assert "rearmed" in await bed.steps(again)
    await bed.live(30)
    assert await level(bed) == 1


async def test_provisional_and_returned_alerts_go_no_further(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(185, 85)
    await bed.live(115)
    alert = await bed.one("systolic_high")
    assert (alert["state"], alert["priority"], alert["escalation"]) == ("provisional", "medium", 0)
    await bed.live(5)
    assert (await bed.one("systolic_high"))["state"] == "active"
    await bed.inflate(120, 80)
    assert (await bed.one("systolic_high"))["state"] == "returned"
    await bed.live(300)
    assert await level(bed) == 0


async def test_a_lower_limit_waits_while_the_higher_one_is_open(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(95)
    assert await level(bed) == 2
    lower = await bed.one("systolic_raised")
    assert (lower["suppressed"], lower["escalation"]) == (True, 0)
    await bed.acknowledge(await bed.one("systolic_high"))
    assert (await bed.one("systolic_raised"))["acknowledged_at"] is not None


async def test_reminders_of_what_lasts_and_was_taken(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(30, spo2=88)
    await bed.acknowledge(await bed.one("spo2_low"))
    await bed.live(115, spo2=88)
    before = await bed.one("spo2_low")
    assert "reminded" not in await bed.steps(before)
    assert before["reminded_at"] is None
    await bed.live(5, spo2=88)
    alert = await bed.one("spo2_low")
    assert (await bed.steps(alert)).count("reminded") == 1
    assert alert["reminded_at"] is not None
    assert bed.glass is not None
    assert bed.glass.alerts[alert["id"]]["reminded_at"] == alert["reminded_at"], "screens hear of it, to sound it"
    assert alert["acknowledged_at"] is not None, "the acknowledgement stays"
    await bed.live(300, spo2=88)
    assert (await bed.steps(alert)).count("reminded") == 1
    assert (await bed.one("spo2_low"))["reminded_at"] == alert["reminded_at"], "once"


async def test_a_technical_alert_that_lasts_reminds_too(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(100, sources={"ecg"})
    silent = await bed.one("sensor_silent")
    assert silent["priority"] == "high"
    await bed.acknowledge(silent)
    await bed.live(115, sources={"ecg"})
    assert (await bed.one("sensor_silent"))["reminded_at"] is None
    await bed.live(300, sources={"ecg"})
    alert = await bed.one("sensor_silent")
    assert (await bed.steps(alert)).count("reminded") == 1
    assert (alert["reminded_at"] is not None, alert["acknowledged_at"] is not None) == (True, True)


async def test_a_low_technical_alert_never_reminds(bed: Bedside) -> None:
    await bed.prepared()
    await bed.live(45, sources={"ecg"})
    silent = await bed.one("sensor_silent")
    assert silent["priority"] == "low"
    await bed.acknowledge(silent)
    await bed.live(700, sources={"ecg"})
    assert "reminded" not in await bed.steps(await bed.one("sensor_silent"))


async def test_a_technical_alert_escalates_too(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(95, {"ecg"})
    assert (await bed.one("sensor_silent"))["priority"] == "high"
    await bed.live(30, {"ecg"})
    assert await level(bed, "sensor_silent") == 1


# -- the webhook -------------------------------------------------------------------------------------------------------


@dataclass
class Receiver:
    """A real HTTP server that takes webhooks: what it got, and what it answers."""

    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.got.append((headers, body))
        self.answered.append(self.status)
        writer.write(f"HTTP/1.1 {self.status} Told\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    def of(self, limit: str) -> list[dict[str, Any]]:
        return [body for body in self.bodies if body["limit"] == limit]


@pytest_asyncio.fixture
async def on_call(database: URL) -> AsyncIterator[tuple[Bedside, Receiver]]:
    """A bedside whose server tells a receiver."""
    receiver = Receiver()
    listening = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    receiver.url = f"http://127.0.0.1:{port}/hook"
    clinic_id = await provision(database)
    running = await start_server(
        database, ManualClock(START_US), clinic_id, webhook_url=receiver.url, webhook_secret=SECRET
    )
    bed = await arrange(running)
    yield bed, receiver
    if bed.glass is not None:
        await bed.glass.close()
    assert running.stop is not None
    await running.stop()
    listening.close()
    await listening.wait_closed()


async def told(bed: Bedside, receiver: Receiver, count: int) -> None:
    await until(lambda: len(receiver.got) >= count, "the webhook")
    await bed.running.settle()


async def test_the_clinician_on_call_is_told_once_and_signed(on_call: tuple[Bedside, Receiver]) -> None:
    bed, receiver = on_call
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(88)
    assert receiver.got == []
    await bed.live(4)
    await told(bed, receiver, 1)
    headers, body = receiver.got[0]
    alert = await bed.one("systolic_high")
    said = json.loads(body)
    assert (said["alert_id"], said["level"], said["chair"]) == (alert["id"], 2, "Chair 1")
    assert "Nadia" not in body.decode()
    assert "4711" not in body.decode()
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-kat-signature"] == f"sha256={expected}"
    await bed.live(60)
    assert len(receiver.of("systolic_high")) == 1, "one per alert and level"


async def test_a_receiver_that_fails_is_tried_again_with_the_same_key(on_call: tuple[Bedside, Receiver]) -> None:
    bed, receiver = on_call
    receiver.status = 503
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(92)
    await told(bed, receiver, 1)
    await bed.live(5)
    await told(bed, receiver, 2)
    receiver.status = 200
    await bed.live(10)
    await until(lambda: 200 in receiver.answered, "the webhook that is taken")
    await bed.live(120)
    assert receiver.answered.count(200) == 1
    assert receiver.answered.count(503) >= 2
    assert len({headers["idempotency-key"] for headers, _ in receiver.got}) == 1


async def test_nobody_is_called_after_the_acknowledgement(on_call: tuple[Bedside, Receiver]) -> None:
    bed, receiver = on_call
    receiver.status = 503
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(92)
    await told(bed, receiver, 1)
    await bed.acknowledge(await bed.one("systolic_high"))
    receiver.status = 200
    await bed.live(200)
    assert len(receiver.got) == 1


async def test_nobody_watching_is_told_at_once_and_once(on_call: tuple[Bedside, Receiver]) -> None:
    bed, receiver = on_call
    await bed.dosing()
    await bed.live(18, watched=False)
    await until(lambda: len(receiver.of("nobody_watching")) == 1, "the webhook")
    await bed.live(150, watched=False)
    await bed.running.settle()
    assert len(receiver.of("nobody_watching")) == 1
    assert len(receiver.of("nobody_audible")) == 1


async def test_a_test_notice_is_sent_at_once_and_says_what_became_of_it(on_call: tuple[Bedside, Receiver]) -> None:
    bed, receiver = on_call
    admin = await bed.running.as_("admin")
    shown = good(await admin.get("/settings/escalation"))
    assert (shown["webhook_configured"], shown["webhook_signed"]) == (True, True)
    assert {one["code"]: one["escalation"]["high_clinician_s"] for one in shown["protocols"]}["iv_infusion"] == 90
    assert good(await admin.post("/settings/escalation/test", json={})) == {
        "sent": True,
        "status": 200,
        "detail": "The receiver took it.",
    }
    ((headers, body),) = receiver.got
    assert json.loads(body)["test"] is True
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-kat-signature"] == f"sha256={expected}"
    receiver.status = 500
    failed = good(await admin.post("/settings/escalation/test"))
    assert (failed["sent"], failed["status"]) == (False, 500)
    assert receiver.url not in json.dumps([shown, failed])
    acts = good(await admin.get("/audit", params={"action": "escalation.test"}))["items"]
    assert len(acts) == 2


async def test_without_a_webhook_a_test_says_so(bed: Bedside) -> None:
    admin = await bed.running.as_("admin")
    assert good(await admin.get("/settings/escalation"))["webhook_configured"] is False
    tried = good(await admin.post("/settings/escalation/test", json={}))
    assert (tried["sent"], tried["status"]) == (False, None)
