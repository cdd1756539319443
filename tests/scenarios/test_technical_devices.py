"""Devices, gateways, clocks, chairs and screens that fall silent or go wrong (design 6.3), one story per row."""

import re

from kat_monitor.domain.alerts import technical_alert_id
from tests.scenarios.bedside import DOSE, Bedside, good


async def test_a_silent_device_is_raised_while_its_gateway_lives(bed: Bedside) -> None:
    await bed.prepared()
    await bed.live(55, set())
    assert await bed.open("device_silent") == []
    await bed.live(5, set())
    alert = await bed.one("device_silent")
    assert (alert["priority"], alert["source"]) == ("medium", "Monitor 1")
    await bed.live(5)
    assert await bed.open("device_silent") == []
    assert await bed.steps(alert) == ["opened", "closed"]


async def test_a_silent_device_is_not_over_because_its_gateway_is_silent_too(bed: Bedside) -> None:
    await bed.prepared()
    await bed.live(65, set())
    alert = await bed.one("device_silent")
    await bed.running.advance(30)
    assert (await bed.one("device_silent"))["id"] == alert["id"]
    await bed.one("gateway_silent")


async def test_a_cuff_is_not_called_silent_between_readings(bed: Bedside) -> None:
    await bed.prepared()
    await bed.live(240)
    assert [a["source"] for a in await bed.open("device_silent")] == []


async def test_a_silent_gateway_is_raised_after_twenty_seconds_and_is_high_in_dosing(bed: Bedside) -> None:
    await bed.prepared()
    await bed.running.advance(18)
    assert await bed.open("gateway_silent") == []
    await bed.running.advance(2)
    alert = await bed.one("gateway_silent")
    assert (alert["priority"], alert["session_id"]) == ("medium", None)
    good(await bed.to("dosing", dose=DOSE))
    await bed.running.advance(1)
    worse = await bed.one("gateway_silent")
    assert (worse["id"], worse["priority"]) == (alert["id"], "high")
    await bed.beat()
    await bed.running.advance(1)
    assert (await bed.one("gateway_silent"))["state"] == "returned"


async def test_a_gateway_whose_key_is_revoked_is_missed_where_its_devices_stand(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(5)
    admin = await bed.running.as_("admin")
    assert (await admin.delete(f"/gateways/{bed.gateway_id}")).status_code == 204
    await bed.running.advance(25)
    alert = await bed.one("gateway_silent")
    assert (alert["priority"], alert["state"]) == ("high", "active")
    await bed.running.advance(300)
    assert (await bed.one("gateway_silent"))["state"] == "active"
    for device in (bed.cuff, bed.monitor):
        good(await bed.nurse.patch(f"/devices/{device['id']}", json={"chair_id": None}))
    await bed.running.advance(2)
    assert (await bed.one("gateway_silent"))["state"] == "returned", "it has no device at a patient any more"


async def test_revoking_a_key_ends_no_alert_of_silence(bed: Bedside) -> None:
    await bed.dosing()
    await bed.running.advance(25)
    alert = await bed.one("gateway_silent")
    assert (await (await bed.running.as_("admin")).delete(f"/gateways/{bed.gateway_id}")).status_code == 204
    await bed.running.advance(5)
    assert (await bed.one("gateway_silent"))["state"] == "active"
    assert await bed.steps(alert) == ["opened"]


async def test_a_gateway_without_an_open_session_may_be_silent(bed: Bedside) -> None:
    await bed.beat()
    await bed.running.advance(60)
    assert await bed.open("gateway_silent") == []


async def test_an_overdue_cuff_early_in_dosing_is_low_then_medium(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(355)
    assert await bed.open("cuff_overdue") == []
    await bed.live(5)
    alert = await bed.one("cuff_overdue")
    assert (alert["priority"], alert["session_id"]) == ("low", bed.session_id)
    await bed.live(240)
    worse = await bed.one("cuff_overdue")
    assert (worse["id"], worse["priority"]) == (alert["id"], "medium")
    await bed.inflate(121, 80)
    await bed.live(5)
    assert await bed.open("cuff_overdue") == []


async def test_an_overdue_cuff_when_rises_come_is_medium_then_high(bed: Bedside) -> None:
    """From dosing minute 20 on."""
    await bed.dosing()
    for _ in range(4):
        await bed.live(285)
        await bed.inflate(121, 80)
    await bed.live(60)
    await bed.inflate(121, 80)
    await bed.live(360)
    alert = await bed.one("cuff_overdue")
    assert alert["priority"] == "medium"
    await bed.live(535)
    assert (await bed.one("cuff_overdue"))["priority"] == "medium"
    await bed.live(5)
    assert (await bed.one("cuff_overdue"))["priority"] == "high"


async def test_a_wrong_clock_is_raised_and_ends_with_the_first_right_message(bed: Bedside) -> None:
    await bed.check_in()

    async def beat(ahead_s: float) -> None:
        await bed.gateway.post("/gateways/heartbeat", json={"sent_at": bed.running.now(-ahead_s)})
        await bed.running.advance(1)

    await beat(5)
    assert await bed.open("clock_skew") == []
    await beat(20)
    alert = await bed.one("clock_skew")
    assert alert["priority"] == "low"
    await beat(3600)
    worse = await bed.one("clock_skew")
    assert (worse["id"], worse["priority"]) == (alert["id"], "medium")
    # Back to right is "higher by more than a minute": at once.
    await beat(0)
    assert await bed.open("clock_skew") == []


async def test_an_unstamped_post_far_from_now_is_a_wrong_clock(bed: Bedside) -> None:
    await bed.check_in()
    await bed.send(bed.item("ecg", back_s=61, heart_rate=70), sent_at=None)
    await bed.running.advance(1)
    assert (await bed.one("clock_skew"))["priority"] == "medium"
    await bed.send(bed.item("ecg", heart_rate=70), sent_at=None)
    await bed.running.advance(1)
    assert await bed.open("clock_skew") == []


async def test_readings_of_nobody_are_raised_after_the_third(bed: Bedside) -> None:
    good(await (await bed.running.as_("admin")).patch(f"/devices/{bed.monitor['id']}", json={"chair_id": None}))
    for _ in range(2):
        await bed.send(bed.item("ecg", heart_rate=70))
        await bed.running.advance(5)
    assert await bed.open("unassigned") == []
    await bed.send(bed.item("ecg", heart_rate=70))
    await bed.running.advance(1)
    assert (await bed.one("unassigned"))["priority"] == "low"
    await bed.running.advance(31)
    assert await bed.open("unassigned") == []


async def test_readings_after_the_end_are_raised_for_five_minutes_only(bed: Bedside) -> None:
    await bed.check_in()
    good(await bed.to("cancelled", reason="unwell"))
    for _ in range(3):
        await bed.running.advance(5)
        await bed.send(*bed.stream({"ecg"}))
    await bed.running.advance(1)
    await bed.one("unassigned")
    await bed.running.advance(300)
    for _ in range(3):
        await bed.send(*bed.stream({"ecg"}))
    await bed.running.advance(1)
    assert await bed.open("unassigned") == [], "the next patient's monitor is being set up"


async def test_numbering_that_began_again_is_raised_once_and_closed_by_whoever_takes_it(bed: Bedside) -> None:
    await bed.check_in()

    async def conflict() -> None:
        item = {**bed.item("nibp", systolic=121, diastolic=80), "seq": 1001}
        assert [r["code"] for r in (await bed.send(item))["rejected"]] == ["conflict"]

    await bed.inflate(120, 80)
    for _ in range(2):
        await conflict()
        await bed.running.advance(31)
    await conflict()
    await bed.running.advance(1)
    assert await bed.open("numbering_restarted") == [], "not within a minute"
    await conflict()
    await bed.running.advance(1)
    alert = await bed.one("numbering_restarted")
    assert alert["priority"] == "medium"
    assert alert["opened_at"] == bed.running.now(1 + 1 + 31), "the first of the three"
    await bed.inflate(120, 80)
    await bed.running.advance(5)
    assert (await bed.one("numbering_restarted"))["state"] == "active", "it has no opposite"
    await bed.acknowledge(alert)
    await bed.running.advance(5)
    assert await bed.open("numbering_restarted") == []
    await conflict()
    await bed.running.advance(1)
    assert await bed.open("numbering_restarted") == [], "it takes three anew"
    for _ in range(2):
        await conflict()
    await bed.running.advance(1)
    assert (await bed.one("numbering_restarted"))["id"] != alert["id"]


async def test_a_dose_with_open_gates_is_recorded_and_raised(bed: Bedside) -> None:
    await bed.check_in()
    good(await bed.event("dose", **DOSE), 201)
    alert = await bed.one("dosing_with_open_gates")
    assert (alert["priority"], alert["session_id"]) == ("medium", bed.session_id)
    told = alert["detail"].split("; ")
    assert re.fullmatch(r"and \d+ more", told[-1]), "what does not fit is counted"
    assert len(alert["detail"]) <= 500
    await bed.running.advance(5)
    await bed.acknowledge(alert)
    assert await bed.open("dosing_with_open_gates") == []


async def test_an_alert_raised_by_a_dose_is_named_and_dated_by_it(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(600)
    given_at = bed.running.now(300)
    dose = good(await bed.event("dose", at=given_at, **DOSE), 201)
    alert = await bed.one("dosing_with_open_gates")
    made = technical_alert_id(bed.running.clinic_id, "dosing_with_open_gates", bed.session_id, dose["id"])
    assert (alert["id"], alert["opened_at"]) == (str(made), given_at)
    assert alert["raised_at"] == bed.running.now()


async def test_a_dose_against_a_stop_is_high(bed: Bedside) -> None:
    await bed.check_in()
    await bed.screened(aneurysmal_disease="yes")
    good(await bed.event("dose", **DOSE), 201)
    assert (await bed.one("dosing_with_open_gates"))["priority"] == "high"


async def test_nobody_watching_and_nobody_audible_are_two_things(bed: Bedside) -> None:
    await bed.dosing()
    for _ in range(3):
        await bed.live(5, watched=False)
        await bed.watch(audio="blocked")
    await bed.running.advance(1)
    assert await bed.open("nobody_watching") == []
    alert = await bed.one("nobody_audible")
    assert alert["priority"] == "high"
    await bed.running.advance(14)
    await bed.beat()
    await bed.running.advance(14)
    await bed.one("nobody_watching")
    await bed.live(5)
    assert {a["state"] for a in await bed.open("nobody_watching") + await bed.open("nobody_audible")} == {"returned"}


async def test_nobody_need_watch_an_empty_clinic(bed: Bedside) -> None:
    await bed.prepared()
    await bed.live(60, watched=False)
    assert await bed.open("nobody_watching") == []


async def test_off_monitor_holds_what_concerns_the_chair_until_it_runs_out(bed: Bedside) -> None:
    await bed.prepared()
    good(await bed.event("off_monitor", reason="toilet", minutes=5), 201)
    await bed.live(240, set())
    assert await bed.open() == []
    await bed.live(60, set())
    assert await bed.open() == [], "silence counts from the return"
    await bed.live(70, set())
    raised = {a["limit"] for a in await bed.open()}
    assert {"sensor_silent", "device_silent"} <= raised


async def test_off_monitor_neither_ends_nor_worsens_what_is_open(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(40, {"ecg"})
    alert = await bed.one("sensor_silent")
    good(await bed.event("off_monitor", by="clinician", reason="walk", minutes=2), 201)
    await bed.live(115, {"ecg"})
    held = await bed.one("sensor_silent")
    assert (held["id"], held["priority"], held["state"]) == (alert["id"], "medium", "active")
    assert held["escalation"] == 0


async def test_off_monitor_in_dosing_needs_a_clinician(bed: Bedside) -> None:
    await bed.dosing()
    assert (await bed.event("off_monitor", reason="walk", minutes=5)).status_code in (403, 409)
    assert (await bed.event("off_monitor", by="clinician", reason="walk", minutes=5)).status_code == 201


async def test_readiness_sees_technical_alerts_above_low(bed: Bedside) -> None:
    await bed.prepared()
    assert "technical_alerts" not in await bed.unmet()
    await bed.live(35, {"ecg"})
    assert (await bed.one("sensor_silent"))["priority"] == "low"
    assert "technical_alerts" not in await bed.unmet()
    good(await bed.to("dosing", dose=DOSE))
    await bed.live(5, {"ecg"})
    assert (await bed.one("sensor_silent"))["priority"] == "medium"
    assert (await bed.unmet())["technical_alerts"] == "not_met"
    await bed.live(5)
    assert "technical_alerts" not in await bed.unmet()


async def test_the_end_of_a_session_ends_what_concerns_it(bed: Bedside) -> None:
    await bed.prepared()
    await bed.live(35, {"ecg"})
    alert = await bed.one("sensor_silent")
    good(await bed.to("cancelled", reason="unwell"))
    await bed.running.advance(1)
    assert await bed.open("sensor_silent") == []
    assert (await bed.steps(alert))[-1] == "closed"
