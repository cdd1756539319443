"""A restart changes nothing: the fold of the journal is the state; and the state stays small."""

import gc
import sys

from kat_monitor.domain.vitals import Phase, Priority, Source
from kat_monitor.rules.course import NOTHING
from kat_monitor.rules.fold import apply_entry, fold
from kat_monitor.rules.readiness import readiness
from kat_monitor.rules.state import SessionState
from kat_monitor.rules.timetable import due_items
from kat_monitor.rules.view import assessments_view, events_view, session_view
from tests.unit.session_story import NADIA, Tale, us
from tests.unit.test_readiness import recovered


def picture(state: SessionState, at: float) -> object:
    """All that anybody outside sees."""
    trend = None if state.trend is None else state.trend.columns()
    return (
        session_view(state, NADIA, None, us(at)), events_view(state), assessments_view(state), trend,
        due_items(state, us(at)), state.limits.alerts, state.waited_us, state.chairs, state.cuffs.voided,
    )  # fmt: skip


def eventful() -> Tale:
    """A long story with an alert, a pause, a void, an extra dose and the way home."""
    tale = recovered(130)
    tale.cuff(109, 205, 100)
    tale.void(109.5, tale.cuff(109.2, 230, 120))
    tale.cuff(110, 124, 82)
    tale.reading(100.2, Source.PULSE_OX, spo2=97, late=True, received=111)
    tale.ask(112, tale.event("oxygen", state="on"))
    tale.ask(113, tale.hand(113, respiratory_rate=15))
    tale.ask(114, tale.event("dose", drug="ketamine", amount_mg=5.0, route="iv"))
    tale.ask(115, tale.event("pause"))
    tale.ask(116, tale.event("stop", reason="patient", given_mg=1.0))
    tale.ask(118, tale.to(Phase.DISCHARGED, outcome="left_before_ready"))
    return tale


def test_the_fold_of_the_journal_is_the_state() -> None:
    tale = eventful()
    assert picture(tale.again(), 120) == picture(tale.state, 120)


def test_a_restart_at_any_position_changes_nothing() -> None:
    tale = eventful()
    whole = [picture(tale.state, 120)]
    for stop in range(0, len(tale.entries), 7):
        restarted = fold(tale.created, tale.version, tale.compiled, tale.entries[:stop])
        for entry in tale.entries[stop:]:
            apply_entry(restarted, entry)
        assert picture(restarted, 120) == whole[0]


def test_questions_change_nothing() -> None:
    tale = recovered()
    before = picture(tale.state, 111)
    for minute in (50, 90, 111, 200):
        readiness(tale.state, us(minute))
        due_items(tale.state, us(minute))
        session_view(tale.state, NADIA, None, us(minute))
    assert picture(tale.state, 111) == before


def test_a_reading_of_nobody_known_yet_is_counted_and_no_more() -> None:
    """Before check-in no reading belongs to a session; should one be handed in, nothing of it is shown."""
    tale = Tale()
    tale.reading(1, Source.PULSE_OX, spo2=97)
    assert tale.state.trend is None
    assert tale.state.coverage.of(4).newest is None  # type: ignore[union-attr]


def reachable(*roots: object) -> dict[int, object]:
    """Everything that hangs on these, types and functions left out."""
    found: dict[int, object] = {}
    waiting = list(roots)
    while waiting:
        thing = waiting.pop()
        if id(thing) in found or isinstance(thing, type) or callable(thing):
            continue
        found[id(thing)] = thing
        waiting += gc.get_referents(thing)
    return found


def own_size(state: SessionState) -> int:
    """Bytes reachable from a session that no other session of the clinic shares."""
    shared = reachable(state.protocol, state.limits.compiled, NOTHING, list(Phase), list(Priority), list(Source))
    return sum(sys.getsizeof(thing) for key, thing in reachable(state).items() if key not in shared)


def test_an_idle_session_is_small() -> None:
    tale = Tale()
    tale.check_in(0)
    for minute in (1, 2, 3):
        tale.cuff(minute, 120, 80)
    tale.stream(1, 3)
    assert own_size(tale.state) <= 12_000


def test_an_hour_at_one_hertz_does_not_grow_with_its_readings() -> None:
    sizes = []
    for minutes in (10, 60):
        tale = Tale().dosed(10)
        tale.stream(10, 10 + minutes, step_s=1.0)
        sizes.append(own_size(tale.state))
    assert sizes[1] - sizes[0] < 2_000
