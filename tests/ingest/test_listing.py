"""Rows for lists wait only behind a bulk of readings, at most a second, and until they are committed."""

import asyncio
from uuid import UUID

from kat_monitor.domain.alerts import AlertChange
from kat_monitor.domain.registry import Clinic
from kat_monitor.ingest.listing import LATEST_S, Listing
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState
from kat_monitor.store.batch import FEW
from tests.unit.session_story import CLINIC, Tale, us

NOW = us(12)


class Story:
    """A clinic with one dosed session and its listing."""

    def __init__(self) -> None:
        self.tale = Tale().dosed()
        self.clinic = ClinicState(Clinic(CLINIC, "North", NOW))
        self.clinic.sessions[self.tale.state.id] = self.tale.state
        self.clinics = {CLINIC: self.clinic}
        self.listing = Listing()

    def turn(self, readings: int, *, listed: bool) -> Turn:
        turn = Turn(NOW)
        turn.batch.readings += [self.tale.cuff(11, 121, 79) for _ in range(readings)]
        if listed:
            turn.listed[self.tale.state.id] = self.tale.state
        return turn

    def rows(self, turn: Turn, now_s: float) -> list[UUID]:
        self.listing.put_rows(turn, self.clinics, now_s)
        return list(turn.batch.sessions)


def commit(turn: Turn) -> None:
    for callback in turn.after_commit:
        callback()


def test_a_few_readings_take_their_rows_along() -> None:
    story = Story()
    turn = story.turn(FEW, listed=True)
    assert story.rows(turn, 0.0) == [story.tale.state.id]
    commit(turn)
    assert not story.listing.waiting


def test_behind_a_bulk_they_wait_a_second_at_most() -> None:
    story = Story()
    assert story.rows(story.turn(FEW + 1, listed=True), 10.0) == []
    assert story.rows(story.turn(FEW + 1, listed=True), 10.0 + LATEST_S / 2) == []
    turn = story.turn(FEW + 1, listed=False)
    assert story.rows(turn, 10.0 + LATEST_S) == [story.tale.state.id]
    commit(turn)
    assert story.rows(story.turn(FEW + 1, listed=True), 10.0 + LATEST_S) == []


def test_an_alert_goes_before_them() -> None:
    story = Story()
    turn = story.turn(1, listed=True)
    story.tale.cuff(11.5, 212, 84)
    alert = next(change.alert for change in story.tale.changes if isinstance(change, AlertChange))
    turn.batch.alerts[alert.id] = alert
    assert story.rows(turn, 0.0) == []
    assert story.rows(story.turn(0, listed=False), 0.0) == [story.tale.state.id]


async def test_a_list_is_read_when_they_are_written() -> None:
    story = Story()
    await story.listing.settled()
    story.rows(story.turn(FEW + 1, listed=True), 10.0)
    reading = asyncio.ensure_future(story.listing.settled())
    await asyncio.sleep(0)
    assert not reading.done()
    turn = story.turn(0, listed=False)
    story.rows(turn, 10.0)
    commit(turn)
    await reading


def test_an_idle_server_writes_them() -> None:
    story = Story()
    story.rows(story.turn(FEW + 1, listed=True), 10.0)
    turn = story.turn(0, listed=False)
    assert story.rows(turn, 10.0) == [story.tale.state.id]
    commit(turn)
    assert not story.listing.waiting


def test_what_was_not_committed_goes_on_waiting() -> None:
    story = Story()
    assert story.rows(story.turn(1, listed=True), 0.0) == [story.tale.state.id]
    assert story.rows(story.turn(1, listed=False), 5.0) == [story.tale.state.id]


def test_a_failed_batch_is_tried_again_without_the_rows_of_others() -> None:
    story = Story()
    story.rows(story.turn(FEW + 1, listed=True), 10.0)
    assert story.listing.gave_up(story.turn(1, listed=False))
    assert not story.listing.waiting


def test_a_batch_that_fails_with_its_own_rows_alone_is_not_tried_again_as_it_is() -> None:
    story = Story()
    turn = story.turn(1, listed=True)
    story.rows(turn, 0.0)
    assert not story.listing.gave_up(turn)


def test_a_start_lists_what_is_open() -> None:
    story = Story()
    story.listing.all_open(story.clinics)
    assert story.rows(story.turn(0, listed=False), 0.0) == [story.tale.state.id]
