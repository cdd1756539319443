"""What becomes of what a gateway posts: whose it is, when it was, whether it is new (design 4, 10)."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import URL

from kat_monitor.clock import ManualClock
from tests.api.chairside import refused
from tests.scenarios.bedside import Bedside, arrange, at, good
from tests.server_fixtures import SECOND, START_US, Running, provision, start_server

HOUR_S = 3600


async def columns(bed: Bedside) -> list[dict[str, Any]]:
    """The session's readings, one dict each."""
    found = good(await bed.nurse.get(f"{bed.session}/readings"))
    names = list(found)
    return [dict(zip(names, row, strict=True)) for row in zip(*found.values(), strict=True)]


async def post_by(bed: Bedside, ahead_s: float, *items: dict[str, Any], delay_s: float = 0.0) -> Any:
    """A post of a gateway whose clock is ahead, stamped `delay_s` before it arrived."""
    body = {"sent_at": bed.running.now(delay_s - ahead_s), "readings": list(items)}
    return good(await bed.gateway.post("/readings", json=body))


def seen(bed: Bedside, ahead_s: float, back_s: float = 0.0, **values: Any) -> dict[str, Any]:
    """A reading taken `back_s` ago, as a clock that is ahead says it."""
    return {**bed.item("nibp", **values), "observed_at": bed.running.now(back_s - ahead_s)}


async def test_a_clock_an_hour_off_after_the_clocks_changed_does_not_matter(bed: Bedside) -> None:
    await bed.check_in()
    now = bed.running.clock.now_us()
    answer = await post_by(bed, -HOUR_S, seen(bed, -HOUR_S, 2, systolic=120, diastolic=80))
    assert (answer["accepted"], answer["late"], answer["unassigned"]) == (1, 0, 1), "taken before the check-in"
    await bed.running.advance(60)
    answer = await post_by(bed, -HOUR_S, seen(bed, -HOUR_S, 1, systolic=121, diastolic=80))
    assert (answer["accepted"], answer["late"], answer["unassigned"]) == (1, 0, 0)
    (row,) = await columns(bed)
    assert row["effective_at"] == at(now + 59 * SECOND)
    assert row["observed_at"] == at(now + 59 * SECOND - HOUR_S * SECOND)


async def test_a_clock_that_jumps_in_the_middle_is_followed_at_once_when_it_jumps_ahead(bed: Bedside) -> None:
    """Ahead: d becomes smaller, which no network does."""
    await bed.check_in()
    await bed.running.advance(60)
    await post_by(bed, 0, seen(bed, 0, systolic=120, diastolic=80))
    await bed.running.advance(60)
    answer = await post_by(bed, HOUR_S, seen(bed, HOUR_S, systolic=121, diastolic=80))
    assert (answer["accepted"], answer["late"], answer["rejected"]) == (1, 0, [])
    await bed.running.advance(60)
    # And back by an hour: more than a minute later, at once too.
    answer = await post_by(bed, 0, seen(bed, 0, systolic=122, diastolic=80))
    assert (answer["accepted"], answer["late"]) == (1, 0)
    times = [row["effective_at"] for row in await columns(bed)]
    began = bed.running.clock.now_us() - 120 * SECOND
    assert times == [at(began + n * 60 * SECOND) for n in range(3)]


async def test_a_slow_network_is_not_taken_for_a_clock(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(60)
    await post_by(bed, 0, seen(bed, 0, systolic=120, diastolic=80))
    await bed.running.advance(60)
    answer = await post_by(bed, 0, seen(bed, 0, 30, systolic=121, diastolic=80), delay_s=30)
    assert answer["accepted"] == 1
    rows = await columns(bed)
    assert rows[1]["effective_at"] == rows[1]["observed_at"], "it was measured half a minute ago, and says so"


async def test_a_delay_that_stays_is_a_clock(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(60)
    await post_by(bed, 0, seen(bed, 0, systolic=120, diastolic=80))
    for _ in range(2):
        await bed.running.advance(60)
        await post_by(bed, -30, seen(bed, -30, systolic=121, diastolic=80))
    rows = await columns(bed)
    assert rows[1]["effective_at"] == rows[1]["observed_at"]
    assert rows[2]["effective_at"] == at(bed.running.clock.now_us())


async def test_an_unstamped_post_is_taken_at_its_word(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(60)
    await bed.send(bed.item("nibp", back_s=10, systolic=120, diastolic=80), sent_at=None)
    (row,) = await columns(bed)
    assert row["effective_at"] == row["observed_at"] == bed.running.now(10)


async def test_the_future_is_refused_and_moves_no_clock(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(60)
    await post_by(bed, 0, seen(bed, 0, systolic=120, diastolic=80))
    answer = await bed.send(
        bed.item("nibp", back_s=-61, systolic=121, diastolic=80),
        bed.item("nibp", back_s=-60, systolic=122, diastolic=80),
    )
    assert [(r["index"], r["code"]) for r in answer["rejected"]] == [(0, "in_future")]
    assert answer["accepted"] == 1
    rows = await columns(bed)
    assert rows[1]["effective_at"] == bed.running.now(), "a little ahead counts as now"
    await bed.running.advance(1)
    assert (await bed.send(bed.item("nibp", systolic=123, diastolic=80)))["late"] == 0


async def test_the_offset_outlives_a_restart(database: URL) -> None:
    running = await start_server(database, ManualClock(START_US), await provision(database))
    bed = await arrange(running)
    await bed.check_in()
    await running.advance(60)
    await post_by(bed, -HOUR_S, seen(bed, -HOUR_S, systolic=120, diastolic=80))
    assert running.stop is not None
    await running.stop()
    again = await start_server(database, ManualClock(running.clock.now_us() + 60 * SECOND), running.clinic_id)
    (gateway,) = again.server.pipeline.clinics[again.clinic_id].gateways.values()
    assert gateway.offset_us == HOUR_S * SECOND
    assert again.stop is not None
    await again.stop()


# -- whose, in order, late ---------------------------------------------------------------------------------------------


async def test_items_of_a_request_are_judged_in_the_order_they_were_measured(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(60)
    later, earlier = (
        bed.item("nibp", systolic=120, diastolic=80),
        bed.item("nibp", back_s=30, systolic=205, diastolic=85),
    )
    answer = await bed.send(later, earlier)
    assert (answer["accepted"], answer["late"]) == (2, 0)
    assert (await bed.one("systolic_high"))["state"] == "returned"


async def test_across_requests_an_older_one_is_late_and_judges_nothing(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(60)
    await bed.inflate(120, 80)
    answer = await bed.send(bed.item("nibp", back_s=1, systolic=205, diastolic=85))
    assert (answer["accepted"], answer["late"]) == (1, 1)
    assert await bed.open("systolic_high") == []
    answer = await bed.send({**bed.item("nibp", systolic=121, diastolic=80), "observed_at": bed.running.now()})
    assert answer["late"] == 0, "equal is not late"


async def test_lateness_is_of_a_source_and_metric(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(60)
    await bed.send(bed.item("ecg", heart_rate=70))
    answer = await bed.send(bed.item("pulse_ox", back_s=0.5, spo2=97), bed.item("ecg", back_s=0.5, heart_rate=71))
    assert answer["late"] == 1, "the ecg gave a pulse after that; the oximeter nothing"


async def test_a_reading_of_nobody_is_stored_without_a_session(bed: Bedside, sql: asyncpg.Connection) -> None:
    answer = await bed.send(bed.item("nibp", systolic=120, diastolic=80))
    assert (answer["accepted"], answer["unassigned"]) == (1, 1)
    await bed.check_in()
    assert await columns(bed) == [], "nothing measured before check-in is shown as this patient's"
    assert await sql.fetchval("SELECT count(*) FROM reading WHERE session_id IS NULL") == 1


async def test_what_was_measured_after_the_end_is_nobodys(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(10)
    good(await bed.to("cancelled", reason="unwell"))
    await bed.running.advance(10)
    answer = await bed.send(
        bed.item("nibp", back_s=11, systolic=120, diastolic=80), bed.item("nibp", back_s=10, systolic=121, diastolic=80)
    )
    assert (answer["accepted"], answer["late"], answer["unassigned"]) == (2, 1, 1)


async def test_a_device_that_moves_takes_its_readings_along(bed: Bedside) -> None:
    """By the time they were measured, not by the time they arrive."""
    await bed.check_in()
    await bed.running.advance(60)
    admin = await bed.running.as_("admin")
    other = good(await admin.post("/chairs", json={"label": "Chair 2"}), 201)
    before = bed.item("nibp", back_s=5, systolic=120, diastolic=80)
    good(await bed.nurse.patch(f"/devices/{bed.cuff['id']}", json={"chair_id": other["id"]}))
    await bed.running.advance(5)
    answer = await bed.send(before, bed.item("nibp", systolic=121, diastolic=80))
    assert (answer["accepted"], answer["unassigned"]) == (2, 1)
    assert [row["systolic"] for row in await columns(bed)] == [120]


async def test_a_session_that_moves_keeps_what_was_measured_where(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(60)
    await bed.inflate(120, 80)
    admin = await bed.running.as_("admin")
    other = good(await admin.post("/chairs", json={"label": "Chair 2"}), 201)
    good(await bed.post("/move", {"chair_id": other["id"]}))
    await bed.running.advance(5)
    assert (await bed.send(bed.item("nibp", systolic=121, diastolic=80)))["unassigned"] == 1
    good(await bed.nurse.patch(f"/devices/{bed.cuff['id']}", json={"chair_id": other["id"]}))
    await bed.running.advance(5)
    assert (await bed.send(bed.item("nibp", systolic=122, diastolic=80)))["unassigned"] == 0
    assert [row["systolic"] for row in await columns(bed)] == [120, 122]


# -- identity ----------------------------------------------------------------------------------------------------------


async def test_sending_again_is_harmless_and_other_values_are_a_conflict(bed: Bedside) -> None:
    await bed.dosing()
    await bed.live(30)
    item = bed.item("nibp", systolic=205, diastolic=85)
    first = await bed.send(item, item, {**item, "systolic": 120})
    assert (first["accepted"], first["duplicates"]) == (1, 1)
    assert [(r["index"], r["code"], r["permanent"]) for r in first["rejected"]] == [(2, "conflict", True)]
    again = await bed.send(item, {**item, "status": ["motion"]}, {**item, "observed_at": bed.running.now(1)})
    assert (again["accepted"], again["duplicates"]) == (0, 1)
    assert [r["code"] for r in again["rejected"]] == ["conflict", "conflict"]
    assert len(await bed.open("systolic_high")) == 1


async def test_gaps_and_old_numbers_mean_nothing(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(10)
    for seq in (2**63 - 1, 5, 0):
        assert (await bed.send({**bed.item("nibp", systolic=120, diastolic=80), "seq": seq}))["accepted"] == 1
    answer = await bed.send({**bed.item("nibp", systolic=130, diastolic=80), "seq": 5})
    assert [r["code"] for r in answer["rejected"]] == ["conflict"]


async def test_one_bad_item_never_rejects_the_others(bed: Bedside) -> None:
    await bed.check_in()
    await bed.running.advance(10)
    fine = [bed.item("nibp", systolic=120 + n, diastolic=80) for n in range(2)]
    answer = await bed.send(
        fine[0],
        {**bed.item("nibp", systolic="120", diastolic=80)},
        {**bed.item("nibp", systolic=120), "device": "unheard of"},
        {**bed.item("ecg", heart_rate=70), "source": "guess"},
        {**bed.item("ecg", heart_rate=70), "observed_at": "2026-11-20T09:00:00"},
        bed.item("ecg"),
        bed.item("ecg", heart_rate=0),
        bed.item("pulse_ox", spo2=0, heart_rate=71),
        fine[1],
    )
    assert answer["accepted"] == 3
    assert [(r["index"], r["code"]) for r in sorted(answer["rejected"], key=lambda r: r["index"])] == [
        (1, "not_a_number"),
        (2, "unknown_device"),
        (3, "unknown_source"),
        (4, "bad_time"),
        (5, "no_values"),
        (6, "implausible"),
    ]
    assert {w["index"] for w in answer["warnings"]} == {6, 7}
    assert {r["index"]: r["permanent"] for r in answer["rejected"]}[2] is False


# -- room --------------------------------------------------------------------------------------------------------------


async def test_a_request_larger_than_a_commit_is_answered_after_its_last(database: URL) -> None:
    running = await start_server(
        database, ManualClock(START_US), await provision(database), batch_readings=50, inbox_readings=1000
    )
    bed = await arrange(running)
    await bed.check_in()
    await running.advance(60)
    items = [bed.item("ecg", back_s=10 - n / 50, heart_rate=70) for n in range(420)]
    before = running.server.pipeline.counters.commits
    answer = await bed.send(*items)
    assert (answer["accepted"], answer["rejected"]) == (420, [])
    assert running.server.pipeline.counters.commits - before >= 9
    assert (await bed.send(*items))["duplicates"] == 420
    assert running.stop is not None
    await running.stop()


async def test_a_backlog_leaves_room_and_commits_to_what_is_live(database: URL) -> None:
    running = await start_server(
        database, ManualClock(START_US), await provision(database),
        batch_readings=100, backlog_batch_readings=50, inbox_readings=1000,
    )  # fmt: skip
    bed = await arrange(running)
    await bed.check_in()
    await running.advance(600)
    backlog = [bed.item("ecg", back_s=500 - n / 10, heart_rate=70) for n in range(251)]
    answer = await bed.gateway.post("/readings", json={"sent_at": running.now(), "readings": backlog})
    refused(answer, 503, "inbox_full")
    assert int(answer.headers["retry-after"]) >= 1
    backlog.pop()
    posting = asyncio.ensure_future(bed.send(*backlog))
    live = await bed.send(bed.item("nibp", systolic=205, diastolic=85))
    assert live["accepted"] == 1
    await bed.one("systolic_high")
    assert (await posting)["accepted"] == 250
    assert running.stop is not None
    await running.stop()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 422),
        (b'{"readings": {}}', 422),
        (b'{"readings": [], "sent_at": "yesterday"}', 422),
        (b'{"readings": [' + b"{}," * 5000 + b"{}]}", 413),
        (b" " * 1_048_577, 413),
    ],
)
async def test_a_body_that_is_no_post_is_refused_whole(manual: Running, body: bytes, status: int) -> None:
    bed = await arrange(manual)
    answer = await bed.gateway.post("/readings", content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_key_is_refused(bed: Bedside) -> None:
    stranger = bed.running.client(Authorization="Bearer katg_wrong")
    for client in (stranger, bed.nurse):
        posting = asyncio.ensure_future(client.post("/readings", json={"readings": []}))
        while not posting.done():
            # Who guesses is slowed, on the wall clock.
            await bed.running.advance(1)
            await asyncio.sleep(0)
        assert posting.result().status_code == 401
