"""Late data, voids and corrections: judged again in their true place, never softening what is known (design 6.6)."""

from typing import Any
from uuid import UUID

from tests.scenarios.bedside import DOSE, Bedside, at, good, until
from tests.server_fixtures import MINUTE, SECOND


async def reviewed(bed: Bedside, times: int = 1) -> None:
    """Two quiet seconds pass and the worker has looked `times` times in all."""
    reviews = bed.running.server.reviews
    await bed.running.advance(3)
    await until(lambda: reviews.done >= times, "the review")
    await bed.running.settle()


async def late(bed: Bedside, limit: str) -> list[dict[str, Any]]:
    return [a for a in await bed.open(limit) if a["late"]]


async def test_a_spike_while_the_gateway_was_away_is_one_late_alert_with_its_true_times(bed: Bedside) -> None:
    """Twenty minutes of silence, then the gateway sends what it kept: calm, a spike of two readings, calm."""
    await bed.dosing()
    away_at = bed.running.clock.now_us()
    await bed.running.advance(20 * 60)
    backlog = []
    for minute in range(1, 20):
        systolic = 195 if minute in (8, 9, 10) else 122
        backlog.append(bed.item("nibp", back_s=(20 - minute) * 60, systolic=systolic, diastolic=85))
    answer = await bed.send(*backlog)
    assert (answer["accepted"], answer["late"]) == (19, 18), "a minute old is in order, older is late"
    await bed.inflate(123, 82)
    assert await bed.open("systolic_high") == []
    await reviewed(bed)
    (found,) = await late(bed, "systolic_high")
    assert found["state"] == "returned"
    assert (found["opened_at"], found["ended_at"]) == (at(away_at + 8 * MINUTE), at(away_at + 11 * MINUTE))
    assert (found["worst_value"], found["escalation"], found["found_after_end"]) == (195, 0, False)
    assert found["raised_at"] > found["ended_at"]
    await bed.live(200)
    assert (await late(bed, "systolic_high"))[0]["escalation"] == 0, "late never escalates"
    await bed.acknowledge(found)
    assert await late(bed, "systolic_high") == []
    assert await bed.steps(found) == ["opened", "acknowledged"]


async def test_the_same_backlog_sent_twice_is_found_once(bed: Bedside) -> None:
    await bed.dosing()
    await bed.running.advance(600)
    backlog = [bed.item("nibp", back_s=300 - 60 * n, systolic=s, diastolic=85) for n, s in enumerate((205, 206, 120))]
    await bed.send(*backlog)
    await bed.inflate(121, 80)
    await reviewed(bed)
    answer = await bed.send(*backlog)
    assert (answer["accepted"], answer["duplicates"]) == (0, 3)
    await bed.running.advance(5)
    await bed.send(bed.item("nibp", back_s=400, systolic=118, diastolic=80))
    await reviewed(bed, 2)
    assert len(await late(bed, "systolic_high")) == 1


async def test_late_data_around_a_known_alert_only_widens_what_was_reviewed(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(120)
    await bed.inflate(205, 85)
    known = await bed.one("systolic_high")
    await bed.live(60)
    await bed.inflate(120, 80)
    await bed.live(60)
    began = bed.running.clock.now_us() - 150 * SECOND
    await bed.send(bed.item("nibp", back_s=150, systolic=203, diastolic=85))
    await reviewed(bed)
    after = await bed.one("systolic_high")
    assert (after["id"], after["state"], after["late"]) == (known["id"], "returned", False)
    assert (after["opened_at"], after["worst_value"]) == (known["opened_at"], known["worst_value"])
    assert after["reviewed_from"] == at(began)
    assert "reviewed" in await bed.steps(known)


async def test_what_still_holds_at_the_newest_reading_is_adopted_and_escalates(bed: Bedside) -> None:
    """The stream shows a low saturation that late readings prove to have lasted: raised active, now."""
    await bed.dosing()
    await bed.live(120)
    # What is in order breaches too rarely to prove itself: the gaps are filled afterwards.
    for _ in range(3):
        await bed.running.advance(20)
        await bed.send(bed.item("pulse_ox", spo2=88))
        await bed.watch()
    assert await bed.open("spo2_low") == []
    await bed.send(*[bed.item("pulse_ox", back_s=60 - 4 * n - 1, spo2=88) for n in range(14)])
    await reviewed(bed)
    alert = await bed.one("spo2_low")
    assert (alert["state"], alert["late"]) == ("active", False)
    for _ in range(7):
        await bed.running.advance(5)
        await bed.send(*bed.stream(spo2=88))
        await bed.watch()
    adopted = await bed.one("spo2_low")
    assert (adopted["id"], adopted["escalation"]) == (alert["id"], 1)
    await bed.live(10)
    assert (await bed.one("spo2_low"))["state"] == "returned", "live judgement goes on with it"


async def test_review_never_ends_or_softens_and_a_void_changes_nothing_known(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(60)
    seq = await bed.inflate(205, 85)
    before = await bed.one("systolic_high")
    await bed.acknowledge(before)
    before = await bed.one("systolic_high")
    good(await bed.post("/readings/void", {"device": bed.cuff["id"], "seq": seq, "reason": "kinked"}))
    await reviewed(bed)
    after = await bed.one("systolic_high")
    changing = {"reviewed_from", "reviewed_to"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    columns = good(await bed.nurse.get(f"{bed.session}/readings"))
    rows = list(zip(columns["device"], columns["seq"], columns["voided"], strict=True))
    assert (bed.cuff["id"], seq, True) in rows, "struck through, never removed"


async def test_what_is_found_after_the_end_is_marked(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(120)
    await bed.inflate(121, 80)
    kept = bed.item("nibp", systolic=210, diastolic=85)
    calm = bed.item("nibp", systolic=120, diastolic=80)
    await bed.live(10)
    after_end = bed.item("nibp", back_s=-5, systolic=211, diastolic=85)
    good(await bed.to("discharged", outcome="left_before_ready", reason="went home"))
    await bed.running.advance(6)
    answer = await bed.send(kept, {**calm, "observed_at": bed.running.now(13)}, after_end)
    assert (answer["accepted"], answer["late"], answer["unassigned"]) == (3, 2, 1)
    await reviewed(bed)
    (found,) = await bed.open("systolic_high")
    assert (found["late"], found["found_after_end"], found["state"]) == (True, True, "returned")
    assert found["worst_value"] == 210, "what was measured after the end is nobody's"
    await bed.acknowledge(found)


async def test_a_dose_told_late_brings_the_limits_of_dosing_to_what_was_judged(bed: Bedside) -> None:
    """165 before the dose was known is no breach; with the dose dated before it, it was."""
    await bed.prepared()
    await bed.live(300)
    dosed_at = bed.running.now()
    await bed.live(120)
    await bed.inflate(165, 85)
    await bed.live(60)
    await bed.inflate(166, 85)
    await bed.live(60)
    await bed.inflate(120, 80)
    assert await bed.open("systolic_raised") == []
    good(await bed.to("dosing", dose=DOSE, at=dosed_at))
    await reviewed(bed)
    (found,) = await late(bed, "systolic_raised")
    assert found["worst_value"] == 166


async def test_late_readings_that_never_pause_do_not_put_their_review_off_for_ever(bed: Bedside) -> None:
    """A sender that is always two minutes behind: every reading is late, and what it says is still found."""
    await bed.dosing()
    await bed.running.advance(120)
    for _ in range(40):
        await bed.running.advance(1)
        await bed.send(bed.item("nibp", back_s=120, systolic=205, diastolic=85))
    await until(lambda: bed.running.server.reviews.done >= 1, "the review")
    await bed.running.settle()
    assert await bed.open("systolic_high")


async def test_the_journal_holds_what_review_found(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(200)
    await bed.inflate(121, 80)
    await bed.send(bed.item("nibp", back_s=100, systolic=205, diastolic=85))
    await reviewed(bed)
    entries = await bed.running.server.reader.journals.one(bed.running.clinic_id, UUID(bed.session_id))
    positions = [entry.position for entry in entries]
    assert positions == sorted(set(positions))
    assert "reviewed" in {getattr(entry, "kind", "reading") for entry in entries}
