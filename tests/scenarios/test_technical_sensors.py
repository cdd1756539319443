"""Silence and trouble of sensors and cuffs, one story per row of the table of technical alerts (design 6.3)."""

from tests.scenarios.bedside import Bedside, good


async def test_a_silent_sensor_is_raised_gets_worse_and_ends_with_the_first_value(bed: Bedside) -> None:
    await bed.dosing()
    assert await bed.open("sensor_silent") == []
    await bed.live(25, {"ecg"})
    assert await bed.open("sensor_silent") == []
    await bed.live(5, {"ecg"})
    alert = await bed.one("sensor_silent")
    assert (alert["source"], alert["priority"], alert["kind"]) == ("spo2", "medium", "technical")
    assert alert["session_id"] == bed.session_id
    await bed.live(55, {"ecg"})
    assert (await bed.one("sensor_silent"))["priority"] == "medium"
    await bed.live(5, {"ecg"})
    worse = await bed.one("sensor_silent")
    assert (worse["id"], worse["priority"]) == (alert["id"], "high")
    assert await bed.steps(alert) == ["opened", "raised_priority"]
    await bed.live(5)
    ended = await bed.one("sensor_silent")
    assert ended["state"] == "returned", "high: it stays until somebody has seen it"
    await bed.acknowledge(ended)
    assert await bed.open("sensor_silent") == []


async def test_a_silent_sensor_outside_dosing_is_low_and_closes_by_itself(bed: Bedside) -> None:
    await bed.prepared()
    await bed.live(30, {"pulse_ox"})
    silent = await bed.open("sensor_silent")
    assert {a["source"]: a["priority"] for a in silent} == {"heart_rate": "low", "respiratory_rate": "low"}
    await bed.live(5)
    assert await bed.open("sensor_silent") == []
    assert await bed.steps(silent[0]) == ["opened", "closed"]


async def test_respiration_counted_by_hand_is_not_called_silent(bed: Bedside) -> None:
    await bed.check_in()
    for _ in range(8):
        await bed.running.advance(5)
        await bed.send(bed.item("ecg", heart_rate=70), bed.item("pulse_ox", spo2=98))
    assert await bed.open("sensor_silent") == []


async def test_a_cuffs_slow_interval_does_not_excuse_a_silent_ecg(bed: Bedside) -> None:
    """The cuff gives a pulse every five minutes; the ecg that stopped is silent after 30 s all the same."""
    await bed.dosing()
    await bed.inflate(120, 80, heart_rate=71)
    await bed.live(30, {"pulse_ox"})
    assert "heart_rate" in {a["source"] for a in await bed.open("sensor_silent")}


async def test_a_doubtful_or_flagged_value_is_no_sign_of_life_unless_valid(bed: Bedside) -> None:
    await bed.dosing()
    for _ in range(6):
        await bed.running.advance(5)
        await bed.send(*bed.stream({"ecg"}), bed.item("pulse_ox", spo2=98, status=["sensor_off"]))
        await bed.watch()
    assert (await bed.one("sensor_silent"))["source"] == "spo2"


async def test_sensor_off_is_raised_after_ten_seconds_and_worse_after_a_minute(bed: Bedside) -> None:
    await bed.dosing()

    async def off(seconds: int) -> None:
        for _ in range(seconds // 5):
            await bed.send(*bed.stream({"ecg"}), bed.item("pulse_ox", status=["sensor_off"]))
            await bed.running.advance(5)
            await bed.watch()

    await off(5)
    assert await bed.open("sensor_off") == []
    await off(5)
    alert = await bed.one("sensor_off")
    assert (alert["priority"], alert["source"]) == ("low", "pulse_ox")
    await off(50)
    worse = await bed.one("sensor_off")
    assert (worse["id"], worse["priority"]) == (alert["id"], "medium")
    await bed.live(5)
    assert await bed.open("sensor_off") == []
    assert await bed.steps(alert) == ["opened", "raised_priority", "closed"]


async def test_two_failed_cuff_readings_in_a_row_are_raised(bed: Bedside) -> None:
    await bed.dosing()
    await bed.send(bed.item("nibp", status=["failed"], reason="leak"))
    await bed.live(5)
    assert await bed.open("cannot_measure") == []
    await bed.send(bed.item("nibp", status=["failed"], reason="leak"))
    await bed.live(5)
    alert = await bed.one("cannot_measure")
    assert alert["priority"] == "medium"
    await bed.send(bed.item("nibp", systolic=120, diastolic=80, status=["motion"]))
    await bed.live(5)
    assert (await bed.one("cannot_measure"))["state"] == "active", "a doubtful reading ends nothing"
    await bed.inflate(121, 80)
    await bed.live(5)
    assert await bed.open("cannot_measure") == []


async def test_a_reading_between_two_failures_is_not_a_row(bed: Bedside) -> None:
    await bed.dosing()
    await bed.send(bed.item("nibp", status=["failed"], reason="leak"))
    await bed.inflate(121, 80)
    await bed.send(bed.item("nibp", status=["failed"], reason="leak"))
    await bed.live(5)
    assert await bed.open("cannot_measure") == []


async def test_three_refused_values_of_a_metric_are_raised_high_in_dosing(bed: Bedside) -> None:
    """A monitor that sends HR 0."""
    await bed.prepared()
    await bed.live(10, heart_rate=0)
    assert await bed.open("cannot_measure") == []
    await bed.live(5, heart_rate=0)
    alert = await bed.one("cannot_measure")
    assert (alert["priority"], alert["source"]) == ("medium", "heart_rate")
    good(await bed.to("dosing", dose={"drug": "ketamine", "amount_mg": 35, "route": "iv", "weight_kg": 70}))
    await bed.live(5, heart_rate=0)
    worse = await bed.one("cannot_measure")
    assert (worse["id"], worse["priority"]) == (alert["id"], "high")
    await bed.live(5)
    assert (await bed.one("cannot_measure"))["state"] == "returned"


async def test_failures_on_the_patient_before_say_nothing_about_this_one(bed: Bedside) -> None:
    await bed.check_in()
    for _ in range(2):
        await bed.send(bed.item("nibp", status=["failed"], reason="leak"))
    await bed.live(5)
    await bed.one("cannot_measure")
    good(await bed.to("cancelled", reason="unwell"))
    await bed.running.advance(5)
    assert await bed.open("cannot_measure") == []
    patient = good(
        await bed.nurse.post("/patients", json={"mrn": "2", "name": "Ole Dahl", "birth_date": "1970-01-01"}), 201
    )
    wanted = {"patient_id": patient["id"], "chair_id": bed.chair["id"], "protocol": "iv_infusion"}
    bed.session_id = good(await bed.nurse.post("/sessions", json=wanted), 201)["id"]
    await bed.check_in()
    await bed.live(10)
    assert await bed.open("cannot_measure") == []
    await bed.send(bed.item("nibp", status=["failed"], reason="leak"))
    await bed.live(5)
    assert await bed.open("cannot_measure") == [], "the first failure of this patient's"
