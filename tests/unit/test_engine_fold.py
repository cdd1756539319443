"""The state is the fold of the journal: the same at every restart, and the same by the quick path as by the full."""

from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kat_monitor.domain.alerts import AlertState
from kat_monitor.domain.protocol import LimitKind
from kat_monitor.domain.readings import FIRST_VALUE, Flag
from kat_monitor.domain.vitals import Metric, Phase, Priority, Source
from kat_monitor.rules.engine import step
from tests.unit.engine_story import EVERY, Story, limit, names, picture, us

Move = tuple[str, int, int, Flag]
MEDIUM, LOW = Priority.MEDIUM, Priority.LOW
DOSING = frozenset({Phase.DOSING})

MANY = (
    limit("systolic_high", Metric.SYSTOLIC, LimitKind.ABOVE, 180, 170, confirm_s=120.0, immediate=200, rearm=10),
    limit("systolic_raised", Metric.SYSTOLIC, LimitKind.ABOVE, 160, 155, confirm_s=120.0, priority=MEDIUM, when=DOSING),
    limit("systolic_low", Metric.SYSTOLIC, LimitKind.BELOW, 90, 95, confirm_s=60.0, rearm=5),
    limit("rise_pct", Metric.SYSTOLIC, LimitKind.RISE_PCT, 25, 20, confirm_s=90.0, priority=LOW),
    limit("rise_symptom", Metric.SYSTOLIC, LimitKind.RISE, 40, 35, needs_symptom=True, hold_s=5.0),
    limit("systolic_fast", Metric.SYSTOLIC, LimitKind.RATE, 10, 5, priority=MEDIUM, rearm=5),
    limit("diastolic_high", Metric.DIASTOLIC, LimitKind.ABOVE, 110, 105, confirm_s=120.0, rearm=5),
    limit("spo2_low", Metric.SPO2, LimitKind.BELOW, 91, 92, hold_s=15.0, rearm=3),
    limit("spo2_lowish", Metric.SPO2, LimitKind.BELOW, 93, 93.5, hold_s=15.0, priority=MEDIUM, when=EVERY),
    limit("spo2_fall", Metric.SPO2, LimitKind.FALL, 4, 3, hold_s=5.0, priority=LOW),
)

# One move of a story: (kind, seconds since the last one, a number that picks the values, flags).
moves = st.lists(
    st.tuples(
        st.sampled_from(
            ["spo2"] * 6 + ["cuff"] * 4 + ["art", "ack", "override", "baseline", "phase", "symptom", "fire"]
        ),
        st.sampled_from([0, 1, 5, 14, 15, 16, 60, 120, 600]),
        st.integers(0, 999),
        st.sampled_from([Flag(0)] * 5 + [Flag.MOTION, Flag.SUSPECT, Flag.SENSOR_OFF, Flag.CUFF_LOOSE]),
    ),
    max_size=40,
)
PRESSURES = (85, 90, 90.1, 95.1, 120, 150, 154.9, 159.9, 160, 170, 179.9, 180, 185, 200, 210)
SATURATIONS = (80, 88, 90.9, 91, 91.1, 92, 92.1, 93, 93.5, 93.6, 97)
PHASES = (Phase.PREPARING, Phase.DOSING, Phase.RECOVERY)


def told(history: list[Move]) -> Story:
    """Any list of moves as a story that could have happened."""
    story = Story(*MANY)
    at = 0
    for kind, apart, pick, flags in history:
        at += apart
        pressure = PRESSURES[pick % len(PRESSURES)]
        if kind == "spo2":
            story.spo2(at, SATURATIONS[pick % len(SATURATIONS)], flags=flags, late=pick % 11 == 10)
        elif kind in ("cuff", "art"):
            source = Source.ART if kind == "art" else (Source.NIBP, Source.NIBP, Source.MANUAL)[pick % 3]
            more: dict[str, Any] = {"diastolic": (80, 104.9, 110, 115)[pick % 4]} if pick % 2 else {}
            story.reading(at, source, flags=flags, late=pick % 13 == 12, systolic=pressure, **more)
        elif kind == "override":
            code, value, clear = (("systolic_high", 170, 160), ("spo2_low", 88, 89), ("systolic_raised", 165, 150))[
                pick % 3
            ]
            story.override(at, code, value, clear)
        elif kind == "baseline":
            story.baseline(at, systolic=110 + pick % 3 * 10, spo2=97)
        elif kind == "phase":
            story.phase(at, PHASES[pick % 3])
        elif kind == "symptom":
            story.symptom(at - pick % 50, ("headache", "chest_pain")[pick % 2], pick % 4, committed=at)
        else:
            of_alerts(story, kind, at, pick)
    return story


def of_alerts(story: Story, kind: str, at: int, pick: int) -> None:
    alerts = sorted(story.state.alerts.values(), key=lambda alert: alert.id)
    if not alerts:
        return
    alert = alerts[pick % len(alerts)]
    if kind == "ack":
        story.acknowledge(at, alert)
    elif alert.state is AlertState.PROVISIONAL:
        story.fire(alert)


@given(moves)
def test_the_quick_path_changes_nothing_but_the_time_it_takes(history: list[Move]) -> None:
    story = told(history)
    slow = story.fresh(quick=False)
    changes = [change for entry in story.entries for change in step(slow, entry)]
    assert changes == story.all_changes
    assert picture(slow) == picture(story.state)


@given(moves)
@settings(max_examples=40)
def test_a_restart_at_any_position_changes_nothing(history: list[Move]) -> None:
    story = told(history)
    for cut in range(len(story.entries) + 1):
        again = story.fresh()
        before = [change for entry in story.entries[:cut] for change in step(again, entry)]
        assert before == story.all_changes[: len(before)]
        if cut % 7 == 0:
            restarted = story.fresh()
            for entry in story.entries[:cut]:
                step(restarted, entry)
            rest = [change for entry in story.entries[cut:] for change in step(restarted, entry)]
            assert before + rest == story.all_changes
            assert picture(restarted) == picture(story.state)


@given(moves)
def test_open_alerts_and_live_episodes_agree(history: list[Move]) -> None:
    story = told(history)
    holding = {a.id for a in story.state.alerts.values() if a.state in (AlertState.PROVISIONAL, AlertState.ACTIVE)}
    holding -= {a.id for a in story.state.alerts.values() if a.limit == "red_flag"}
    live = {e.alert_id for row in story.state.live for e in (row or {}).values() if e.alert_id is not None}
    assert live == holding
    assert all(alert.is_open for alert in story.state.alerts.values())


@given(moves)
def test_the_same_reading_twice_in_two_sessions_gives_two_alerts_with_ids_of_their_own(history: list[Move]) -> None:
    ids = [alert.id for alert in told(history).known()]
    assert len(ids) == len(set(ids))


def test_a_quiet_reading_takes_the_quick_path_and_is_remembered() -> None:
    story = Story(*MANY)
    assert names(story.spo2(1, 97)) == []
    assert story.state.carried(Source.PULSE_OX)[Metric.SPO2] is story.last_reading
    assert story.state.live == [None] * len(Source)


def test_the_values_of_a_reading_are_where_the_quick_path_looks() -> None:
    story = Story(*MANY)
    story.spo2(1, 97)
    reading = story.last_reading
    assert (FIRST_VALUE, tuple(reading.values)) == (14, reading[14:21])
    assert reading.effective_at == us(1)
    assert reading.device_id == UUID(int=5)
