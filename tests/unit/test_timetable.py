"""What is owed and when: cuffs, fixed points, readings after an intervention."""

from typing import Any

import pytest

from kat_monitor.domain.alerts import Alert
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Phase
from kat_monitor.rules.effects import effects
from kat_monitor.rules.timetable import due_items, next_cuff
from tests.unit.session_story import START, Tale, us


def due(tale: Tale, at: float, kind: str = "cuff", **more: Any) -> list[tuple[float, str]]:
    """(minute, state) of the items of a kind."""
    return [((i.at - START) / 60e6, i.state.value) for i in due_items(tale.state, us(at), **more) if i.kind == kind]


def test_nothing_is_due_before_check_in_or_after_the_end() -> None:
    tale = Tale()
    assert due_items(tale.state, us(5)) == []
    tale.check_in(6)
    assert due(tale, 6) == [(11, "planned")]
    tale.ask(7, tale.to(Phase.CANCELLED))
    assert due_items(tale.state, us(60)) == []


@pytest.mark.parametrize(("at", "state"), [(6.9, "planned"), (7, "due"), (7.99, "due"), (8, "overdue")])
def test_a_cuff_falls_due_after_the_interval_and_is_overdue_a_minute_later(at: float, state: str) -> None:
    tale = Tale()
    tale.check_in(0)
    tale.cuff(2, 120, 80)
    assert due(tale, at) == [(7, state)]


def test_the_interval_is_the_present_phases() -> None:
    tale = Tale().dosed(10)
    tale.cuff(11, 120, 80)
    assert due(tale, 11) == [(16, "planned")]
    tale.ask(20, tale.to(Phase.RECOVERY))
    assert due(tale, 20) == [(26, "planned")]


def test_a_failed_or_voided_cuff_meets_nothing_a_doubtful_one_does() -> None:
    tale = Tale().dosed(10)
    tale.cuff(11, 120, 80)
    tale.cuff(13, 120, 80, flags=Flag.CUFF_LOOSE)
    assert due(tale, 13) == [(16, "planned")]
    shaken = tale.cuff(14, 120, 80, flags=Flag.MOTION)
    assert due(tale, 14) == [(19, "planned")]
    tale.void(15, shaken)
    assert due(tale, 15) == [(16, "planned")]


def test_after_a_red_cuff_two_minutes_until_two_are_below_amber() -> None:
    tale = Tale().dosed(10)
    tale.cuff(15, 185, 95)
    assert due(tale, 15) == [(17, "planned")]  # provisional, but of a red limit
    tale.cuff(17, 165, 95)
    assert due(tale, 17) == [(19, "planned")]  # amber is not below amber
    tale.cuff(19, 130, 85)
    assert due(tale, 19) == [(21, "planned")]
    tale.cuff(21, 130, 85, flags=Flag.MOTION)
    assert due(tale, 21) == [(23, "planned")]  # doubt clears nothing
    tale.cuff(23, 130, 85)
    assert due(tale, 23) == [(28, "planned")]


def test_after_an_amber_cuff_three_minutes() -> None:
    tale = Tale().dosed(10)
    tale.cuff(15, 165, 85)
    assert due(tale, 15) == [(18, "planned")]
    tale.cuff(18, 130, 85)
    tale.cuff(21, 165, 85)
    tale.cuff(24, 130, 85)
    assert due(tale, 24) == [(27, "planned")]  # not two in a row


def test_a_shorter_phase_interval_is_not_made_longer_by_haste() -> None:
    tale = Tale().dosed(10)
    tale.cuff(15, 165, 85)
    assert next_cuff(tale.state).interval_us == 3 * 60_000_000  # type: ignore[union-attr]


def test_every_fifteen_minutes_while_waiting_for_the_driver() -> None:
    tale = nasal()
    tale.ask(20, tale.to(Phase.RECOVERY))
    tale.cuff(21, 120, 80)
    assert due(tale, 22, waiting_since=us(20)) == [(36, "planned")]
    assert due(tale, 22, "driver", waiting_since=us(20)) == [(20, "due")]


# ---- fixed points ---------------------------------------------------------------------------------------------------


def nasal(at: float = 10) -> Tale:
    tale = Tale("nasal_esketamine").prepared()
    tale.ask(at, tale.event("dose", drug="esketamine", amount_mg=28.0, route="nasal"))
    return tale


@pytest.mark.parametrize(("at", "state"), [
    (44.9, "planned"), (45, "due"), (50.9, "due"), (51, "overdue"), (60, "overdue"), (60.1, "missed"), (200, "missed"),
])  # fmt: skip
def test_the_forty_minute_point(at: float, state: str) -> None:
    assert due(nasal(), at, "point")[0] == (50, state)


@pytest.mark.parametrize(("minute", "met"), [(44.9, False), (45, True), (60, True), (60.1, False)])
def test_a_point_is_met_only_within_its_tolerance_and_never_filled(minute: float, met: bool) -> None:
    tale = nasal()
    tale.cuff(minute, 130, 85)
    states = dict(due(tale, 70, "point"))
    assert (50 not in states) is met
    if not met:
        assert states[50] == "missed"


def test_fixed_points_stay_with_the_first_dose() -> None:
    tale = nasal()
    tale.ask(15, tale.event("dose", drug="esketamine", amount_mg=28.0, route="nasal"))
    assert [at for at, _ in due(tale, 20, "point")] == [50, 130]


# ---- after an intervention ------------------------------------------------------------------------------------------


def answered() -> tuple[Tale, Alert]:
    """Systolic 205 at minute 20, the nurse reassures at 21."""
    tale = Tale().dosed(10)
    tale.cuff(20, 205, 90)
    alert = next(a for a in tale.state.limits.alerts.values() if a.limit == "systolic_high")
    tale.ask(21, tale.event("intervention", text="reassured", answers_alert=alert.id))
    return tale, alert


def test_readings_fall_due_five_and_ten_minutes_after_an_intervention() -> None:
    tale, _ = answered()
    assert due(tale, 21, "effect") == [(26, "planned"), (31, "planned")]
    assert due(tale, 28.5, "effect") == [(26, "overdue"), (31, "planned")]
    assert due(tale, 28.6, "effect") == [(26, "missed"), (31, "planned")]
    tale.cuff(25, 150, 88)
    assert due(tale, 26, "effect") == [(31, "planned")]


def test_the_effect_is_the_nearest_sure_reading_within_two_and_a_half_minutes() -> None:
    tale, _ = answered()
    tale.cuff(23.4, 190, 90)  # too early
    tale.cuff(25, 170, 88)
    tale.cuff(26.5, 160, 86)
    tale.cuff(26.1, 100, 60, flags=Flag.SUSPECT, late=True, received=27)
    tale.cuff(28.5, 150, 85)  # belongs to +10
    found = effects(tale.state)
    assert [(e.minute, e.systolic, e.diastolic) for e in found] == [(5, 1600, 860), (10, 1500, 850)]


def test_only_what_answers_an_alert_is_measured() -> None:
    tale, alert = answered()
    tale.ask(22, tale.event("intervention", text="dimmed the light"))
    tale.ask(23, tale.event("medication", drug="x", amount=1, unit="mg", route="oral", answers_alert=alert.id))
    assert [e.minute for e in effects(tale.state)] == [5, 10, 5, 10]
    tale.ask(24, tale.event("note", corrects=tale.state.events[-1].id))
    assert [e.minute for e in effects(tale.state)] == [5, 10]
