"""A patient who moves takes what is open along: every alert calls to the chair where the patient is now."""

from typing import Any
from uuid import UUID

from kat_monitor.history.verify import verify
from kat_monitor.store.connect import Deadlines
from tests.scenarios.bedside import Bedside, good, make
from tests.scenarios.conftest import Again


async def calling(bed: Bedside) -> dict[str, str]:
    """One alert of each state that stays open, physiological and technical; limits by alert."""
    await bed.dosing()
    await bed.inflate(205, 85)
    await bed.live(30, spo2=85)
    await bed.live(10)
    await bed.live(150, sources=())
    alerts = {alert["id"]: alert["limit"] for alert in await bed.open()}
    states = {alert["limit"]: alert["state"] for alert in await bed.open()}
    assert states.items() >= {"systolic_high": "active", "spo2_low": "returned", "sensor_silent": "active"}.items()
    return alerts


async def move(bed: Bedside) -> str:
    admin = await bed.running.as_("admin")
    chair: str = (await make(admin, "/chairs", label="Chair 2"))["id"]
    good(await bed.post("/move", {"chair_id": chair}))
    return chair


async def stored(bed: Bedside, alert_id: str) -> Any:
    return good(await bed.nurse.get(f"/alerts/{alert_id}"))


async def test_open_alerts_follow_the_patient_to_the_chair(bed: Bedside) -> None:
    alerts = await calling(bed)
    glass = bed.glass
    assert glass is not None
    there = await move(bed)
    for alert_id, limit in alerts.items():
        alert = await stored(bed, alert_id)
        assert alert["chair_id"] == there, limit
        assert [step["step"] for step in alert["transitions"]][-1] == "moved", limit
        assert alert["transitions"][-1]["by"] is not None
    await bed.watch()
    assert {glass.alerts[alert_id]["chair_id"] for alert_id in alerts} == {there}
    again = await bed.watch_once()
    snapshot = next(frame for frame in again.frames if frame["type"] == "snapshot")
    assert {alert["chair_id"] for alert in snapshot["alerts"] if alert["id"] in alerts} == {there}
    assert {alert["id"] for alert in snapshot["alerts"]} >= set(alerts)
    await glass.close()


async def test_after_a_move_the_record_still_folds_to_what_is_stored(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    await calling(bed)
    there = await move(bed)
    bed = await again(bed)
    await bed.running.advance(2)
    assert await bed.open("evaluation_failed") == []
    assert {alert["chair_id"] for alert in await bed.open() if alert["session_id"] == bed.session_id} == {there}
    verdict = await verify(bed.running.database, Deadlines(), [UUID(bed.session_id)])
    assert verdict.good, verdict.findings
