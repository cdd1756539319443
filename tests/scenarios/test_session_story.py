"""A whole session as a story: from the chair to the door, with a spike on the way."""

import httpx

from tests.api.chairside import ESCORT
from tests.scenarios.bedside import DOSE, Bedside, good

CALM = {"moaa_s": 5, "oriented": True, "speech_clear": True, "gait_steady": True}
WELL = {
    **CALM,
    "aldrete": {"activity": 2, "respiration": 2, "circulation": 2, "consciousness": 2, "oxygen": 2},
    "perception_clear": True,
    "suicide_risk_unchanged": True,
    "cannula_out": True,
    "instructions_given": True,
    "nausea": "none",
    "escort": ESCORT,
}


def codes(answer: httpx.Response) -> set[str]:
    """The gates of a refusal."""
    assert answer.status_code == 409, answer.text
    return {gate["code"] for gate in answer.json()["gates"]}


async def minutes(bed: Bedside, count: int, systolic: float = 120, diastolic: float = 80) -> None:
    """So many minutes, with a cuff reading at the end."""
    await bed.live(count * 60)
    await bed.inflate(systolic, diastolic)


async def prepare(bed: Bedside) -> None:
    """Check-in with two identifiers, the check, a baseline; the gates refuse until then."""
    good(await (await bed.running.as_("admin")).patch(f"/devices/{bed.monitor['id']}", json={"interval_s": 15}))
    bed.step_s = 15
    assert codes(await bed.to("preparing", identifiers=["name"])) == {"two_identifiers_required"}
    await bed.check_in()
    assert len(codes(await bed.to("dosing", dose=DOSE))) >= 2
    await bed.screened()
    await minutes(bed, 1)
    await minutes(bed, 3)
    good(await bed.post("/assessments", {"kind": "pre_dose", "values": CALM}), 201)
    baseline = good(await bed.post("/baseline", {}))
    assert (baseline["systolic"], baseline["diastolic"]) == (120, 80)


async def dose_with_a_spike(bed: Bedside) -> None:
    """Twenty-five calm minutes; then provisional, confirmed by the next reading, taken by the nurse, over."""
    state = good(await bed.to("dosing", dose=DOSE))
    assert state["phase"] == "dosing"
    for _ in range(5):
        await minutes(bed, 5, 128, 84)
    physiological = [a for a in await bed.open() if a["kind"] == "physiological"]
    assert physiological == []

    await minutes(bed, 4, 184, 92)
    alert = await bed.one("systolic_high")
    assert (alert["state"], alert["priority"]) == ("provisional", "medium")
    await minutes(bed, 1, 186, 93)
    alert = await bed.one("systolic_high")
    assert (alert["state"], alert["priority"], alert["worst_value"]) == ("active", "high", 186)
    await bed.acknowledge(alert)
    good(await bed.event("intervention", text="reassured", answers_alert=alert["id"]), 201)
    await minutes(bed, 2, 145, 88)
    assert [a["limit"] for a in await bed.open("systolic_high")] == []

    good(await bed.event("stop", reason="bp", given_mg=30), 201)


async def recover(bed: Bedside) -> None:
    """Calm readings for an hour and what is observed: then nothing is unmet."""
    state = await bed.state()
    assert (state["phase"], state["outcome"]) == ("recovery", None)
    assert "observation" in str(codes(await bed.to("discharged", outcome="met")))
    for _ in range(3):
        await minutes(bed, 5, 126, 82)
    for alert in await bed.open():
        if alert["acknowledged_at"] is None and alert["kind"] == "physiological":
            await bed.acknowledge(alert)
    for _ in range(3):
        await minutes(bed, 15, 122, 80)
    good(await bed.post("/assessments", {"kind": "discharge", "values": WELL}), 201)
    await minutes(bed, 1, 121, 80)
    assert await bed.unmet() == {}


async def test_a_session_from_the_chair_to_the_door(bed: Bedside) -> None:
    await prepare(bed)
    await dose_with_a_spike(bed)
    await recover(bed)
    # A new alert takes readiness back, visibly, until it is closed and the patient observed again.
    await bed.live(30, spo2=88)
    assert "alerts" in await bed.unmet()
    await bed.live(30)
    for alert in await bed.open():
        if alert["kind"] == "physiological":
            await bed.acknowledge(alert)
    unmet = await bed.unmet()
    assert "alerts" not in unmet
    assert unmet["gait"] == "unknown", "what was observed before the alert counts no more"
    await bed.live(15)
    good(await bed.post("/assessments", {"kind": "discharge", "values": WELL}), 201)
    assert await bed.unmet() == {}
    good(await bed.to("discharged", outcome="met"))
    state = await bed.state()
    assert (state["phase"], state["outcome"]) == ("discharged", "met")
    assert state["summary"]["peak_systolic"] == 186
    assert [p["phase"] for p in state["phases"]] == ["scheduled", "preparing", "dosing", "recovery", "discharged"]
    assert [a["limit"] for a in await bed.open() if a["session_id"] == bed.session_id] == []
