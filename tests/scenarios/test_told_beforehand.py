"""What a screen says will happen to an alert is what happens: when it goes further, and when it sounds again."""

from typing import Any

from tests.scenarios.bedside import Bedside, Glass, good, until
from tests.server_fixtures import SECOND


async def shown(bed: Bedside, glass: Glass, limit: str) -> dict[str, Any]:
    """The newest frame of the alert of this limit."""
    await bed.running.settle()
    stored = await bed.one(limit)
    await until(lambda: stored["id"] in glass.alerts, limit)
    seq = bed.running.server.hub.feed(bed.running.server.pipeline.clinics[bed.running.clinic_id]).seq
    await until(lambda: max(f.get("seq", 0) for f in glass.frames) == seq, "the newest frame")
    return glass.alerts[stored["id"]]


def in_s(bed: Bedside, text: str) -> float:
    """Seconds from now."""
    ahead: float = next(n / 10 for n in range(-600, 12_000) if bed.running.now(-n / 10) == text)
    return ahead


async def test_it_goes_further_when_it_was_said_to(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(1)
    assert bed.glass is not None
    for level in (1, 2):
        told = await shown(bed, bed.glass, "systolic_high")
        assert (told["escalation"], told["escalates_to"]) == (level - 1, level)
        seconds = in_s(bed, told["escalates_at"])
        await bed.live(seconds - 1)
        assert (await bed.one("systolic_high"))["escalation"] == level - 1
        await bed.live(1)
        assert (await bed.one("systolic_high"))["escalation"] == level
    told = await shown(bed, bed.glass, "systolic_high")
    assert (told["escalates_at"], told["escalates_to"], told["remind_at"]) == (None, None, None)


async def test_when_nobody_hears_any_more_the_time_is_told_anew(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.watch()
    assert bed.glass is not None
    heard = await shown(bed, bed.glass, "systolic_high")
    await bed.watch(audio="muted")
    unheard = await shown(bed, bed.glass, "systolic_high")
    opened = bed.running.clock.now_us()
    assert in_s(bed, heard["escalates_at"]) == 2 * in_s(bed, unheard["escalates_at"]) == 30
    await bed.running.advance(14)
    assert (await bed.one("systolic_high"))["escalation"] == 0
    await bed.running.advance(1)
    assert (await bed.one("systolic_high"))["escalation"] == 1
    assert bed.running.clock.now_us() == opened + 15 * SECOND


async def test_it_sounds_again_when_it_was_said_to(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(60, spo2=93)
    await bed.acknowledge(await bed.one("spo2_lowish"))
    assert bed.glass is not None
    told = await shown(bed, bed.glass, "spo2_lowish")
    assert told["escalates_at"] is None
    await bed.live(in_s(bed, told["remind_at"]) - 1, spo2=93)
    assert (await bed.one("spo2_lowish"))["reminded_at"] is None
    await bed.live(1, spo2=93)
    assert (await bed.one("spo2_lowish"))["reminded_at"] == told["remind_at"]
    told = await shown(bed, bed.glass, "spo2_lowish")
    assert told["remind_at"] is None


async def test_off_the_monitor_it_waits_for_the_patient_to_be_back(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(20, heart_rate=5)
    assert bed.glass is not None
    told = await shown(bed, bed.glass, "cannot_measure")
    assert told["priority"] == "high"
    before = in_s(bed, told["escalates_at"])
    await bed.event("off_monitor", by="clinician", reason="walk", minutes=4)
    told = await shown(bed, bed.glass, "cannot_measure")
    assert in_s(bed, told["escalates_at"]) == 240 > before
    await bed.live(239, sources=())
    assert (await bed.one("cannot_measure"))["escalation"] == 0
    await bed.live(1, sources=())
    assert (await bed.one("cannot_measure"))["escalation"] == 1


COMING = ("remind_at", "escalates_at", "escalates_to", "sounds_at")


async def test_whoever_asks_hears_what_screens_are_told(bed: Bedside) -> None:
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(1)
    assert bed.glass is not None
    told = await shown(bed, bed.glass, "systolic_high")
    assert told["escalates_at"] is not None
    for found in await asked(bed, told["id"]):
        assert {key: found[key] for key in COMING} == {key: told[key] for key in COMING}
    answer = await bed.acknowledge(told)
    told = await shown(bed, bed.glass, "systolic_high")
    assert (told["escalates_at"], told["remind_at"] is None) == (None, False)
    for found in [answer, *await asked(bed, told["id"])]:
        assert {key: found[key] for key in COMING} == {key: told[key] for key in COMING}
    await bed.inflate(120, 80)
    (over,) = await bed.closed("systolic_high")
    assert {key: over[key] for key in COMING} == dict.fromkeys(COMING)


async def asked(bed: Bedside, alert_id: str) -> list[dict[str, Any]]:
    """The alert as each door shows it."""
    one = good(await bed.nurse.get(f"/alerts/{alert_id}"))
    lists = [
        good(await bed.nurse.get("/alerts", params={"state": "open"})),
        good(await bed.nurse.get(f"/sessions/{one['session_id']}/alerts")),
    ]
    return [one, *(alert for found in lists for alert in found if alert["id"] == alert_id)]
