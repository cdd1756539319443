"""`kat-monitor verify` passes a record that bears itself out and finds whatever in it does not."""

from dataclasses import replace
from io import StringIO
from uuid import UUID

import asyncpg
import pytest
from rich.console import Console
from sqlalchemy import URL

from kat_monitor.domain.alerts import Alert
from kat_monitor.history.findings import REVIEWED_WITHIN_US, newest_cause
from kat_monitor.history.verify import Verdict, run_verify, verify
from kat_monitor.settings import Settings
from kat_monitor.store.batch import Batch, RowWrite
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.writer import Writer
from tests.stored_story import committed, left, reviewed, spiked, standing_rows, store, with_late_spike
from tests.unit.session_story import CLINIC, SESSION, Tale, us

UNKNOWN = UUID(int=77)


async def looked_at(url: URL, *ids: UUID) -> Verdict:
    return await verify(url, Deadlines(), ids)


def told(verdict: Verdict) -> set[str]:
    return {finding.what for finding in verdict.findings}


async def test_a_record_as_it_was_committed_agrees(database: URL, writer: Writer) -> None:
    tale = left(spiked())
    await store(writer, tale, 61)

    verdict = await looked_at(database)

    assert verdict.good, verdict.findings
    assert (verdict.sessions, verdict.readings, verdict.late) == (1, tale.state.tally.readings, 0)
    assert verdict.alerts == len(committed(tale, 61).alerts) > 0


async def test_a_server_may_own_the_database_meanwhile(database: URL, writer: Writer) -> None:
    await store(writer, spiked(), 50)
    assert writer.is_open

    assert (await looked_at(database, SESSION)).good


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "closed"),
        ("priority", "low"),
        ("opened_at", us(3)),
        ("ended_at", us(3)),
        ("worst_value", 3000),
        ("acknowledged_by", UUID(int=5)),
        ("escalation", 2),
        ("unconfirmed", True),
        ("late", True),
        ("reviewed_to", us(3)),
    ],
)
async def test_a_changed_alert_is_found(
    database: URL, writer: Writer, sql: asyncpg.Connection, column: str, value: object
) -> None:
    await store(writer, spiked(), 50)

    await sql.execute(f"UPDATE alert SET {column} = $1", value)  # noqa: S608 - the names stand above

    verdict = await looked_at(database)
    assert column in told(verdict)
    assert {finding.session_id for finding in verdict.findings} == {SESSION}


async def stored_without(writer: Writer, tale: Tale, now: float) -> Alert:
    """The story but for one of its alerts, which is returned."""
    batch = committed(tale, now)
    alert_id, alert = next(iter(batch.alerts.items()))
    del batch.alerts[alert_id]
    batch.transitions = [change for change in batch.transitions if change.alert.id != alert_id]
    await writer.commit(Batch(rows=standing_rows()))
    await writer.commit(batch)
    return alert


async def test_a_missing_alert_is_found(database: URL, writer: Writer) -> None:
    alert = await stored_without(writer, spiked(), 50)

    (finding,) = (await looked_at(database)).findings

    assert (finding.what, finding.alert_id) == ("missing", alert.id)


async def test_an_alert_nobody_had_reason_for_is_found(database: URL, writer: Writer) -> None:
    tale = spiked()
    await store(writer, tale, 50)
    known = next(iter(committed(tale, 50).alerts.values()))
    await writer.commit(Batch(alerts={UNKNOWN: replace(known, id=UNKNOWN)}))

    (finding,) = (await looked_at(database)).findings

    assert (finding.what, finding.alert_id) == ("unexpected", UNKNOWN)


async def test_a_step_taken_twice_is_found(database: URL, writer: Writer) -> None:
    tale = spiked()
    await store(writer, tale, 50)
    again = committed(tale, 50).transitions[0]
    await writer.commit(Batch(transitions=[again]))

    (finding,) = (await looked_at(database)).findings

    assert (finding.what, finding.alert_id) == ("steps", again.alert.id)


async def test_a_position_given_out_twice_is_found(database: URL, writer: Writer) -> None:
    tale = spiked()
    await store(writer, tale, 50)
    calm = next(r for r in committed(tale, 50).readings if r.heart_rate is not None)
    await writer.commit(Batch(readings=[calm._replace(seq=99_999, late=True)]))

    verdict = await looked_at(database)

    assert "position" in told(verdict)


async def test_a_protocol_that_is_not_what_was_signed_is_found(
    database: URL, writer: Writer, sql: asyncpg.Connection
) -> None:
    await store(writer, spiked(), 50)
    await sql.execute("ALTER TABLE protocol_version DISABLE TRIGGER USER")
    await sql.execute("UPDATE protocol_version SET toml = toml || E'\\n# one line more\\n'")

    assert told(await looked_at(database)) == {"protocol"}


async def test_a_reviewed_record_agrees(database: URL, writer: Writer) -> None:
    tale = reviewed(with_late_spike(spiked(), 35, 46), 46.1)
    assert any(alert.late for alert in committed(tale, 47).alerts.values())
    tale.ask(55, tale.event("note", text="Quiet."))
    await store(writer, tale, 56)

    verdict = await looked_at(database)

    assert verdict.good, verdict.findings
    assert (verdict.late, verdict.reviews) == (2, 1)


async def test_late_readings_that_nobody_looked_at_again_are_found(database: URL, writer: Writer) -> None:
    tale = with_late_spike(spiked(), 35, 46)
    tale.ask(55, tale.event("note", text="Quiet."))
    await store(writer, tale, 56)

    verdict = await looked_at(database)

    assert told(verdict) == {"unreviewed"}
    assert {finding.folded for finding in verdict.findings} == {us(35)}


async def test_a_review_may_still_be_on_its_way(database: URL, writer: Writer) -> None:
    tale = with_late_spike(spiked(), 35, 46)
    tale.ask(46.5, tale.event("note", text="They come in only now."))
    await store(writer, tale, 47)

    assert newest_cause(tale.entries) == us(46)
    assert us(46.5) - us(46) < REVIEWED_WITHIN_US
    assert (await looked_at(database)).good


async def test_a_review_that_the_record_still_owes_is_counted(database: URL, writer: Writer) -> None:
    tale = with_late_spike(spiked(), 35, 46)
    tale.ask(55, tale.event("note", text="The server was away."))
    await store(writer, tale, 56)
    key = {"clinic_id": CLINIC, "key": "reviews_owed"}
    await writer.commit(Batch(rows=[RowWrite("meta", key, {"value": {"sessions": [str(SESSION)]}})]))

    verdict = await looked_at(database)

    assert (verdict.owed, verdict.findings) == (1, [])


async def test_only_sessions_asked_for_are_looked_at(database: URL, writer: Writer, sql: asyncpg.Connection) -> None:
    await store(writer, spiked(), 50)
    await sql.execute("UPDATE alert SET state = 'closed'")

    verdict = await looked_at(database, UNKNOWN)

    assert verdict.unknown == [UNKNOWN]
    assert (verdict.sessions, verdict.findings) == (0, [])
    assert not verdict.good


async def test_the_command_says_what_differs_and_exits_1(
    database: URL, writer: Writer, sql: asyncpg.Connection
) -> None:
    await store(writer, spiked(), 50)
    said = StringIO()
    console = Console(file=said, width=250)

    assert await run_verify(Settings(), database, [], console) == 0
    assert "1 sessions" in said.getvalue()
    assert "0 differences" in said.getvalue()

    await sql.execute("UPDATE alert SET state = 'closed' WHERE clinic_id = $1", CLINIC)

    assert await run_verify(Settings(), database, [SESSION], console) == 1
    assert str(SESSION) in said.getvalue()
    assert "returned" in said.getvalue()
