"""What is said about the past of a session asks for a review; what goes on from now does not."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from kat_monitor.domain.commands import RecordEvent, Transition
from kat_monitor.domain.journal import Command, Event, Voided
from kat_monitor.domain.registry import Clinic
from kat_monitor.domain.vitals import Phase
from kat_monitor.ingest.turn import Turn
from kat_monitor.rules.clinic import ClinicState, JudgedMemory
from tests.unit.session_story import CLINIC, CUFF, DOSE, SESSION, Tale, us


def asks_for_review(entry: Command, tale: Tale, judged_at: float | None = 10) -> bool:
    clinic = ClinicState(Clinic(CLINIC, "Clinic", us(0)))
    clinic.sessions[SESSION] = tale.state
    if judged_at is not None:
        clinic.memories[SESSION] = JudgedMemory()
        clinic.memories[SESSION].judged = {0: [us(judged_at), 0, 0, 0, 0, 0, 0]}
    turn = Turn(us(20))
    turn.enter(clinic, tale.state, entry)
    return turn.reviews == {(CLINIC, SESSION)}


def event(kind: str, at: float, **more: Any) -> Event:
    """As a nurse's request makes it, without folding it."""
    tale = Tale()
    tale.ask(0, tale.to(Phase.PREPARING, identifiers=("name", "mrn")))
    request = RecordEvent(session_id=SESSION, new_id=UUID(int=9), event=kind, at=us(at), **more)
    entry = tale.ask(20, request).entries[-1]
    assert isinstance(entry, Event)
    return entry


@pytest.mark.parametrize(("at", "review"), [(9.9, True), (10, False), (11, False)])
def test_a_dose_before_what_was_judged(at: float, *, review: bool) -> None:
    assert asks_for_review(event("dose", at, data=DOSE.data()), Tale()) is review


@pytest.mark.parametrize(("at", "review"), [(9.9, True), (10, False)])
def test_a_phase_that_began_before_what_was_judged(at: float, *, review: bool) -> None:
    tale = Tale()
    request: Transition = tale.to(Phase.PREPARING, identifiers=("name", "mrn"), at=us(at))
    (entered,) = tale.ask(20, request).entries
    assert asks_for_review(entered, Tale()) is review


def test_nothing_was_judged_yet() -> None:
    assert not asks_for_review(event("dose", 5, data=DOSE.data()), Tale(), judged_at=None)


def test_a_void_and_a_correction_always() -> None:
    now = us(20)
    void = Voided(
        position=0, session_id=SESSION, at=now, committed_at=now, device_id=CUFF, seq=1, reason="wrong patient"
    )
    assert asks_for_review(void, Tale(), judged_at=None)
    symptom = event("symptom", 5, data={"term": "nausea", "severity": 2})
    assert not asks_for_review(symptom, Tale())
    assert asks_for_review(replace(symptom, corrects=UUID(int=8)), Tale(), judged_at=None)
