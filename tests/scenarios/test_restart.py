"""A restart changes nothing: the same alerts, the same clocks, nothing raised twice (promise 5)."""

from uuid import UUID

from kat_monitor.domain.journal import TimerFired
from tests.scenarios.bedside import Bedside, at, good, until
from tests.scenarios.conftest import Again
from tests.server_fixtures import MINUTE


async def test_a_confirming_time_that_ran_out_meanwhile_fires_once_at_its_true_time(
    restartable: tuple[Bedside, Again],
) -> None:
    bed, again = restartable
    await bed.dosing()
    await bed.inflate(185, 85)
    (alert,) = [a for a in await bed.open() if a["limit"] == "systolic_high"]
    assert alert["state"] == "provisional"
    received = bed.running.clock.now_us()
    assert alert["confirm_by"] == at(received + 2 * MINUTE)
    bed = await again(bed, away_s=300)
    await bed.running.advance(1)
    life = good(await bed.nurse.get(f"/alerts/{alert['id']}"))
    assert (life["state"], life["unconfirmed"]) == ("active", True)
    assert [step["step"] for step in life["transitions"]] == ["opened", "unconfirmed"]
    journals = bed.running.server.reader.journals
    entries = await journals.one(bed.running.clinic_id, UUID(bed.session_id))
    fired = [e for e in entries if isinstance(e, TimerFired) and str(e.alert_id) == alert["id"]]
    assert [(e.at, e.committed_at > e.at) for e in fired] == [(received + 2 * MINUTE, True)], "its true due time"
    bed = await again(bed, away_s=1)
    await bed.running.advance(1)
    assert [step for step in await bed.steps(alert) if step in ("opened", "unconfirmed")] == ["opened", "unconfirmed"]


async def test_a_confirming_time_runs_on_across_a_restart(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    await bed.dosing()
    await bed.inflate(185, 85)
    bed = await again(bed, away_s=60)
    await bed.running.advance(59)
    assert (await bed.one("systolic_high"))["state"] == "provisional"
    await bed.running.advance(1)
    assert (await bed.one("systolic_high"))["state"] == "active"


async def test_escalation_goes_on_where_it_was(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(20)
    assert (await bed.one("systolic_high"))["escalation"] == 0
    bed = await again(bed)
    await bed.watch()
    await bed.live(5)
    assert (await bed.one("systolic_high"))["escalation"] == 0
    await bed.live(5)
    assert (await bed.one("systolic_high"))["escalation"] == 1


async def test_technical_alerts_stay_open_until_something_is_observed(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    await bed.dosing()
    await bed.live(100, {"ecg"}, watched=False)
    await bed.running.advance(30)
    limits = {"sensor_silent", "gateway_silent", "nobody_watching", "nobody_audible"}
    before = {a["id"]: a for a in await bed.open() if a["limit"] in limits}
    assert {a["limit"] for a in before.values()} == limits
    bed = await again(bed, away_s=3)
    await bed.running.advance(12)
    after = {a["id"]: a for a in await bed.open() if a["limit"] in limits}
    assert {id: (a["state"], a["raised_at"]) for id, a in after.items()} == {
        id: (a["state"], a["raised_at"]) for id, a in before.items()
    }
    await bed.live(5)
    assert {a["state"] for a in await bed.open() if a["limit"] in limits} == {"returned"}
    assert {a["id"] for a in await bed.open() if a["limit"] in limits} <= set(before), "nothing is raised twice"


async def test_silence_counts_from_the_start_of_the_server(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    await bed.dosing()
    bed = await again(bed, away_s=3600)
    await bed.running.advance(19)
    raised = {a["limit"] for a in await bed.open()}
    assert not raised & {"sensor_silent", "gateway_silent", "device_silent"}
    await bed.running.advance(11)
    raised = {a["limit"] for a in await bed.open()}
    assert {"sensor_silent", "gateway_silent"} <= raised


async def test_nobody_watching_is_noticed_after_a_restart_without_any_screen(
    restartable: tuple[Bedside, Again],
) -> None:
    bed, again = restartable
    await bed.dosing()
    bed = await again(bed)
    await bed.running.advance(14)
    assert await bed.open("nobody_watching") == []
    await bed.running.advance(1)
    await bed.one("nobody_watching")


async def test_a_review_that_was_owed_is_done_after_the_restart(restartable: tuple[Bedside, Again]) -> None:
    """The server ends within the two seconds between late readings and their review."""
    bed, again = restartable
    await bed.dosing()
    await bed.live(300)
    await bed.inflate(120, 80)
    await bed.send(bed.item("nibp", back_s=180, systolic=205, diastolic=85))
    bed = await again(bed, away_s=30)
    await bed.running.advance(3)
    await until(lambda: bed.running.server.reviews.done >= 1, "the review")
    await bed.running.settle()
    assert "systolic_high" in {a["limit"] for a in await bed.open() if a["late"]}
