"""Sessions found by what they were: every filter, page by page, and never another clinic's."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL

from kat_monitor.clock import ManualClock
from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import Phase, Priority
from kat_monitor.errors import KatError
from kat_monitor.history.cursor import Place, from_cursor, to_cursor
from kat_monitor.history.search import Filters, search
from kat_monitor.store.batch import Batch, SessionRow
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.reader import Reader
from kat_monitor.store.writer import Writer
from tests.server_fixtures import Running, start_server
from tests.store.made import NO_SUMMARY, NOW, SECOND, MadeClinic
from tests.stored_story import spiked, store
from tests.unit.session_story import CLINIC, SESSION, us

DAY = 86_400 * SECOND
ENDED: Mapping[str, Any] = {"phase": Phase.DISCHARGED, "outcome": "met"}


class Shelf:
    """A clinic and its sessions on the record."""

    def __init__(self, writer: Writer) -> None:
        self.clinic = MadeClinic()
        self.sessions: list[SessionRow] = []
        self._writer = writer

    async def stand(self) -> "Shelf":
        await self._writer.commit(Batch(rows=self.clinic.rows()))
        return self

    async def put(self, *, n: int = 0, day: float = 0, summary: Mapping[str, Any] | None = None, **row: Any) -> UUID:
        """A session of the n-th patient, `day` days after the first; ended unless said otherwise."""
        at = NOW + round(day * DAY)
        values = {"listed_at": at, "ended_at": at + 1, **ENDED} | row
        made = self.clinic.session(n, summary=replace(NO_SUMMARY, **(summary or {})), **values)
        self.sessions.append(made)
        await self._writer.commit(self.clinic.begin(made))
        return made.id


@pytest.fixture
async def shelf(writer: Writer) -> Shelf:
    return await Shelf(writer).stand()


def nobody_live(_: UUID) -> Summary | None:
    return None


async def ids(reader: Reader, clinic_id: UUID, live: Any = nobody_live, **filters: Any) -> list[UUID]:
    page = await search(reader, clinic_id, Filters(**filters), live)
    return [found.row.id for found in page.items]


async def test_newest_first_and_each_with_its_summary(shelf: Shelf, reader: Reader) -> None:
    old = await shelf.put(day=0, summary={"peak_systolic": 1520, "alerts_high": 2})
    new = await shelf.put(day=2)
    between = await shelf.put(day=1, n=1)

    page = await search(reader, shelf.clinic.id, Filters(), nobody_live)

    assert [found.row.id for found in page.items] == [new, between, old]
    assert page.next_cursor is None
    assert page.items[-1].summary == replace(NO_SUMMARY, peak_systolic=1520, alerts_high=2)
    assert page.items[1].patient.name == "Bob Stone"


async def test_each_filter(shelf: Shelf, reader: Reader) -> None:
    clinic = shelf.clinic
    high = await shelf.put(day=0, summary={"peak_systolic": 1805, "alerts_high": 1})
    calm = await shelf.put(day=1, n=1, summary={"peak_systolic": 1310})
    planned = await shelf.put(day=2, phase=Phase.SCHEDULED, ended_at=None, outcome=None)

    async def found(**filters: Any) -> list[UUID]:
        return await ids(reader, clinic.id, **filters)

    assert await found(start=NOW + DAY) == [planned, calm]
    assert await found(end=NOW + DAY) == [high]
    assert await found(start=NOW + DAY, end=NOW + 2 * DAY) == [calm]
    assert await found(phase=Phase.SCHEDULED) == [planned]
    assert await found(patient_id=clinic.patients[1]) == [calm]
    assert await found(chair_id=clinic.chairs[0]) == [planned, high]
    assert await found(protocol="iv_infusion") == [planned, calm, high]
    assert await found(protocol="im_injection") == []
    assert await found(min_peak_systolic=1805) == [high]
    assert await found(min_peak_systolic=1806) == []
    assert await found(had_priority=Priority.HIGH) == [high]
    assert await found(had_priority=Priority.LOW) == []
    assert await found(text="stone") == [calm]
    assert await found(text="m1") == [planned, high]
    assert await found(text="100%_") == [planned, high]
    assert await found(text="100x") == []
    assert await found(min_peak_systolic=1300, text="bob") == [calm]
    assert await found(text="stone m2 BOB") == [calm], "words in any order, of name and record number"
    assert await found(text="bob m1") == []
    assert await found(text="EVA o") == await found(text="éva ó") == [planned, high]


async def test_pages_hold_every_session_once_even_of_one_moment(shelf: Shelf, reader: Reader) -> None:
    made = [await shelf.put(day=n // 3) for n in range(11)]
    seen: list[UUID] = []
    cursor: str | None = None
    sizes = []
    while True:
        after = None if cursor is None else from_cursor(cursor)
        page = await search(reader, shelf.clinic.id, Filters(limit=4, after=after), nobody_live)
        seen += [found.row.id for found in page.items]
        sizes.append(len(page.items))
        cursor = page.next_cursor
        if cursor is None:
            break
        if len(sizes) == 1:
            await shelf.put(day=30)

    assert sizes == [4, 4, 3]
    assert len(seen) == len(set(seen))
    assert set(seen) == set(made)


async def test_a_page_of_open_sessions_is_filled_from_what_they_are_now(shelf: Shelf, reader: Reader) -> None:
    """The stored summary of a session that goes on is old; pages are full although most of them do not fit."""
    live: dict[UUID, Summary] = {}
    for n in range(12):
        phase = Phase.SCHEDULED
        made = await shelf.put(day=n, phase=phase, ended_at=None, summary={"peak_systolic": 1900, "alerts_high": 1})
        live[made] = replace(NO_SUMMARY, peak_systolic=1850 if n % 4 == 0 else 1200)

    first = await search(reader, shelf.clinic.id, Filters(min_peak_systolic=1800, limit=2), live.get)
    assert first.next_cursor is not None
    rest = Filters(min_peak_systolic=1800, limit=2, after=from_cursor(first.next_cursor))
    second = await search(reader, shelf.clinic.id, rest, live.get)

    fitting = [made for made in reversed(live) if live[made].peak_systolic == 1850]
    assert [f.row.id for f in (*first.items, *second.items)] == fitting
    assert second.next_cursor is None
    assert first.items[0].summary.peak_systolic == 1850
    assert await ids(reader, shelf.clinic.id, live.get, had_priority=Priority.HIGH) == []


async def test_another_clinics_sessions_are_never_found(shelf: Shelf, writer: Writer, reader: Reader) -> None:
    await shelf.put()
    other = await Shelf(writer).stand()
    own = await other.put()

    assert await ids(reader, other.clinic.id) == [own]
    assert await ids(reader, other.clinic.id, patient_id=shelf.clinic.patients[0]) == []


@given(st.integers(min_value=-(1 << 62), max_value=1 << 62), st.uuids())
def test_a_cursor_leads_back(at: int, id_: UUID) -> None:
    assert from_cursor(to_cursor(Place(at, id_))) == Place(at, id_)


@given(st.text(max_size=100) | st.binary(max_size=60).map(lambda b: base64.urlsafe_b64encode(b).decode()))
def test_any_other_cursor_is_refused(text: str) -> None:
    with pytest.raises(KatError) as refusal:
        from_cursor(text)
    assert (refusal.value.status, refusal.value.errors[0].path) == (422, "cursor")


@pytest.fixture
async def open_story(database: URL) -> Any:
    """A server with one session going on."""
    writer = Writer(database, Deadlines())
    await writer.open()
    await store(writer, spiked(), 12)
    await writer.close()
    running = await start_server(database, ManualClock(us(46)), CLINIC)
    yield running
    assert running.stop is not None
    await running.stop()


async def test_the_list_over_rest(open_story: Running) -> None:
    nurse = await open_story.as_("nurse")

    page = (await nurse.get("/sessions", params={"min_peak_systolic": 187.5, "had_priority": "high"})).json()

    assert page["next_cursor"] is None
    (item,) = page["items"]
    assert (item["id"], item["phase"]) == (str(SESSION), "dosing")
    assert item["patient"]["name"] == "Nadia Berg"
    assert item["protocol"] == {"code": "iv_infusion", "version": 1}
    assert (item["summary"]["peak_systolic"], item["summary"]["minutes_in_dosing"]) == (188, 36)
    assert (await nurse.get("/sessions", params={"min_peak_systolic": 189})).json()["items"] == []
    assert (await nurse.get("/sessions", params={"from": to_rfc3339(us(1))})).json()["items"] == []
    assert (await nurse.get("/sessions", params={"q": "nad"})).json()["items"][0]["id"] == str(SESSION)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=abc", "cursor"),
        ("phase=asleep", "phase"),
        ("patient_id=7", "patient_id"),
        ("chair_id=x", "chair_id"),
        ("min_peak_systolic=NaN", "min_peak_systolic"),
        ("min_peak_systolic=1e999", "min_peak_systolic"),
        ("had_priority=urgent", "had_priority"),
        ("from=2026-11-20", "from"),
        ("to=soon", "to"),
        ("q=%00", "q"),
        ("protocol=%20", "protocol"),
        ("phsae=dosing", "phsae"),
    ],
)
async def test_bad_filters_name_the_field(open_story: Running, query: str, wrong: str) -> None:
    answer = await (await open_story.as_("nurse")).get(f"/sessions?{query}")

    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [wrong]


async def test_filters_by_things_the_clinic_does_not_have_are_404(open_story: Running) -> None:
    nurse = await open_story.as_("nurse")

    for path in (f"/sessions?patient_id={uuid4()}", f"/sessions?chair_id={uuid4()}", f"/alerts?chair_id={uuid4()}"):
        assert (await nurse.get(path)).status_code == 404, path
