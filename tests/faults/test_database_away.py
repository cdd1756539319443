"""The database goes away under a running server: nobody is told a lie, no alarm is silenced, and it comes back."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from tests.api.chairside import good
from tests.faults.outside import OwnPostgres
from tests.scenarios.bedside import Bedside, Glass, eventually, until
from tests.scenarios.floor import station, takes
from tests.store_fixtures import connect


def glass_of(bed: Bedside) -> Glass:
    assert bed.glass is not None
    return bed.glass


def high(bed: Bedside, systolic: float = 205) -> list[dict[str, Any]]:
    return [bed.item("nibp", systolic=systolic, diastolic=85)]


async def raw(bed: Bedside, items: list[dict[str, Any]]) -> Any:
    return await bed.gateway.post("/readings", json={"sent_at": bed.running.now(), "readings": items})


def shown(bed: Bedside, limit: str) -> list[dict[str, Any]]:
    return [a for a in glass_of(bed).alerts.values() if a["limit"] == limit]


async def accepted(bed: Bedside, items: list[dict[str, Any]]) -> Any:
    """Send it until it is taken, as a gateway does."""

    async def once() -> Any:
        answer = await raw(bed, items)
        assert answer.status_code in (200, 503), answer.text
        return answer.json() if answer.status_code == 200 else None

    return await eventually(once, "acceptance")


async def recording_again(bed: Bedside) -> None:
    await until(lambda: glass_of(bed).system.get("recording") is True, "recording again")


async def check_nothing_lost_or_doubled(bed: Bedside, items: list[dict[str, Any]]) -> None:
    sql = await connect(bed.running.database)
    rows = await sql.fetch("SELECT seq, count(*) FROM reading GROUP BY seq")
    await sql.close()
    counts = {row["seq"]: row["count"] for row in rows}
    assert {item["seq"]: counts.get(item["seq"], 0) for item in items} == {item["seq"]: 1 for item in items}


async def test_a_database_that_hangs_silences_no_alarm(frail: Bedside, own_postgres: OwnPostgres) -> None:
    bed = frail
    before = high(bed, 120)
    assert (await accepted(bed, before))["accepted"] == 1
    own_postgres.hold()
    items = high(bed)
    posting = asyncio.create_task(raw(bed, items))
    await until(lambda: bool(shown(bed, "systolic_high")), "the alert")
    assert not posting.done(), "it is shown before the commit is given up"
    (alert,) = shown(bed, "systolic_high")
    assert alert["recorded"] is False
    answer = await posting
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    await until(lambda: glass_of(bed).system["recording"] is False, "not recording")
    frames = glass_of(bed).frames
    alarm = next(i for i, f in enumerate(frames) if any(a["limit"] == "systolic_high" for a in f.get("alerts", ())))
    given_up = next(i for i, f in enumerate(frames) if f.get("system", {}).get("recording") is False)
    assert alarm < given_up, "the alarm does not wait for the commit to be given up"
    await until(lambda: bool(shown(bed, "not_recording")), "the alert that nothing is recorded")
    assert shown(bed, "not_recording")[0]["priority"] == "high"
    ready = await bed.gateway.get(f"{bed.running.url}/readyz")
    assert ready.status_code == 503
    refused = await bed.nurse.post(f"/alerts/{alert['id']}/acknowledge", json={})
    assert refused.status_code == 503
    own_postgres.release()
    await recording_again(bed)
    assert (await accepted(bed, items))["accepted"] == 1
    again = await bed.one("systolic_high")
    assert (again["id"], again["recorded"]) == (alert["id"], True), "under the id that it was shown with"
    (gone,) = await bed.open("not_recording")
    assert (gone["state"], gone["recorded"]) == ("returned", True)
    assert gone["id"] == shown(bed, "not_recording")[0]["id"]
    await check_nothing_lost_or_doubled(bed, before + items)
    good(await bed.nurse.post(f"/alerts/{again['id']}/acknowledge", json={}))


async def test_while_away_what_is_posted_is_judged_and_shown(frail: Bedside, own_postgres: OwnPostgres) -> None:
    bed = frail
    own_postgres.hold()
    calm = high(bed, 120)
    assert (await raw(bed, calm)).status_code == 503
    await until(lambda: glass_of(bed).system["recording"] is False, "not recording")
    assert shown(bed, "systolic_high") == []
    items = high(bed)
    assert (await raw(bed, items)).status_code == 503
    await until(lambda: bool(shown(bed, "systolic_high")), "the alert")
    assert (await raw(bed, items)).status_code == 503
    own_postgres.release()
    await recording_again(bed)
    assert not any(a["state"] != "closed" and not a["recorded"] for a in snapshot_alerts(bed))
    for one in (calm, items):
        assert (await accepted(bed, one))["accepted"] == 1
    await bed.one("systolic_high")
    await check_nothing_lost_or_doubled(bed, calm + items)


def snapshot_alerts(bed: Bedside) -> list[dict[str, Any]]:
    newest = [f for f in glass_of(bed).frames if f["type"] == "snapshot"][-1]
    found: list[dict[str, Any]] = newest["alerts"]
    return found


async def test_every_device_of_a_lost_batch_is_heard_in_the_next_absence_too(
    frail: Bedside, own_postgres: OwnPostgres
) -> None:
    """What a lost commit held was never stored: sent again while the database is away again, it still alarms."""
    bed = frail
    items = [*high(bed), bed.item("art", systolic=206, diastolic=85)]
    for _ in range(2):
        own_postgres.hold()
        seen = len(glass_of(bed).frames)
        assert (await raw(bed, items)).status_code == 503
        told = [a for f in glass_of(bed).frames[seen:] if f["type"] == "changes" for a in f.get("alerts", ())]
        assert {a["source"] for a in told if not a["recorded"]} >= {"nibp", "art"}
        await until(lambda: glass_of(bed).system["recording"] is False, "not recording")
        own_postgres.release()
        await recording_again(bed)
    assert (await accepted(bed, items))["accepted"] == 2
    assert (await accepted(bed, items))["duplicates"] == 2


async def test_a_lookup_that_hangs_is_no_reason_to_be_silent(frail: Bedside, own_postgres: OwnPostgres) -> None:
    """A reading sent again must be looked up; the new one beside it is an alarm."""
    bed = frail
    old = high(bed, 120)
    assert (await accepted(bed, old))["accepted"] == 1
    own_postgres.hold()
    items = old + high(bed)
    posting = asyncio.create_task(raw(bed, items))
    await until(lambda: bool(shown(bed, "systolic_high")), "the alert")
    assert not posting.done()
    assert (await posting).status_code == 503
    own_postgres.release()
    await recording_again(bed)
    answer = await accepted(bed, items)
    assert (answer["accepted"], answer["duplicates"]) == (1, 1)


async def test_a_database_that_crashes_is_come_back_to(frail: Bedside, own_postgres: OwnPostgres) -> None:
    bed = frail
    sent = high(bed, 120)
    assert (await accepted(bed, sent))["accepted"] == 1
    good(await bed.event("note", text="before"), 201)
    for round_ in range(2):
        await own_postgres.crash()
        items = high(bed, 205 + round_)
        assert (await raw(bed, items)).status_code == 503
        assert (await bed.event("note", text="lost")).status_code == 503
        await until(lambda: glass_of(bed).system["recording"] is False, "not recording")
        await until(lambda: len(shown(bed, "not_recording")) > round_, "the alert that nothing is recorded")  # noqa: B023
        await own_postgres.again()
        await recording_again(bed)
        assert (await accepted(bed, items))["accepted"] == 1
        sent += items
    good(await bed.event("note", text="after"), 201)
    assert (await bed.one("systolic_high"))["worst_value"] == 206
    texts = [event.get("text") for event in good(await bed.nurse.get(f"{bed.session}/events"))]
    assert texts == ["before", "after"]
    await check_nothing_lost_or_doubled(bed, sent)
    ready = await bed.gateway.get(f"{bed.running.url}/readyz")
    assert ready.status_code == 200
    assert len(await bed.open("not_recording")) == 2


async def test_a_short_absence_is_not_an_alert(frail: Bedside, own_postgres: OwnPostgres) -> None:
    """The connection is cut and taken again at once: screens are told, the record is not troubled."""
    bed = frail
    sql = await connect(bed.running.database)
    await sql.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kat-monitor writer%'"
    )
    await sql.close()
    items = high(bed, 120)
    assert (await accepted(bed, items))["accepted"] == 1
    assert any(f.get("system", {}).get("recording") is False for f in glass_of(bed).frames)
    await recording_again(bed)
    assert await bed.open("not_recording") == []
    await check_nothing_lost_or_doubled(bed, items)


async def test_a_client_that_goes_away_does_not_tear_a_commit(frail: Bedside, own_postgres: OwnPostgres) -> None:
    """The request is cut while its commit is under way; it is committed all the same."""
    bed = frail
    own_postgres.hold()
    items = high(bed)
    posting = asyncio.create_task(raw(bed, items))
    noting = asyncio.create_task(bed.event("note", text="kept"))
    clinic = bed.running.server.pipeline.clinics[bed.running.clinic_id]
    await until(lambda: any(a.limit == "systolic_high" for a in clinic.open_alerts()), "the batch in flight")
    posting.cancel()
    noting.cancel()
    await asyncio.gather(posting, noting, return_exceptions=True)
    own_postgres.release()

    answer = await accepted(bed, items)
    assert (answer["accepted"], answer["duplicates"]) == (0, 1)
    await bed.one("systolic_high")


async def test_a_call_for_help_is_heard_though_it_cannot_be_recorded(frail: Bedside, own_postgres: OwnPostgres) -> None:
    """Its caller hears that it is not recorded; the screens hear the call, at once and marked."""
    bed = frail
    own_postgres.hold()
    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        answer = await bed.post("/emergency", {"state": "on"}, **key)
        assert answer.status_code == 503, answer.text
        await until(lambda: bool(shown(bed, "emergency")), "the call")
        assert not any(alert["recorded"] for alert in shown(bed, "emergency"))
    (called,) = {alert["id"] for alert in shown(bed, "emergency")}
    own_postgres.release()
    await recording_again(bed)
    assert not any(a["limit"] == "emergency" for a in snapshot_alerts(bed))
    said = good(await bed.post("/emergency", {"state": "on"}, **key))
    assert said["alert_id"] == called
    assert (await bed.one("emergency"))["recorded"] is True


async def test_while_away_no_alert_waits_for_one_station(frail: Bedside, own_postgres: OwnPostgres) -> None:
    """Nothing goes further while nothing is recorded: what sounded with its nurse alone sounds everywhere."""
    bed = frail
    desk, hall = await station(bed, "nurse", "Desk"), await station(bed, "nurse2", "Hall")
    good(await takes(bed, "nurse", bed.chair["id"]))
    await accepted(bed, high(bed))
    await desk.reports()
    await hall.reports()
    alert = await bed.one("systolic_high")
    await hall.hears(alert, [desk.id])
    own_postgres.hold()
    answer = await hall.browser.post("/assignments", json={"chair_ids": [bed.chair["id"]], "take_over": True})
    assert answer.status_code == 503, answer.text
    await hall.hears(alert, None)
    await desk.hears(alert, None)
    await desk.reports()
    await hall.reports()
    feed = bed.running.server.hub.feed(clinic := bed.running.server.pipeline.clinics[bed.running.clinic_id])
    assert feed.told_alerts.audible_at == {UUID(desk.id), UUID(hall.id)}
    (open_alert,) = [a for a in clinic.open_alerts() if str(a.id) == alert["id"]]
    assert feed.alert(open_alert)["sounds_at"] is None
    own_postgres.release()
    await until(lambda: desk.glass.system.get("recording") is True, "recording again")
    await desk.reports()
    await desk.hears(alert, [desk.id])
    for post in (desk, hall):
        await post.glass.close()
