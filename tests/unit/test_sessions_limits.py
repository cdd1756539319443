"""Limits of one session: whose they are, which numbers fit, and when a second person must sign."""

from typing import Any

import pytest

from kat_monitor.domain.commands import LimitNumbers, SetLimit, Target
from kat_monitor.domain.vitals import Phase
from kat_monitor.rules.engine import effective_limit, would_breach
from tests.unit.session_story import CLINICIAN, DOSE, NURSE, SECOND, SESSION, Tale


def setting(code: str, value: int, clear: int | None = None, immediate: int | None = None, **more: Any) -> SetLimit:
    fields = {"reason": "athlete", **more}
    return SetLimit(session_id=SESSION, code=code, numbers=LimitNumbers(value, clear, immediate), **fields)


def test_a_limit_is_a_clinicians_with_a_reason() -> None:
    tale = Tale().dosed()
    request = setting("systolic_raised", 1500)
    assert tale.refused(11, request, NURSE).status == 403
    assert tale.refused(11, setting("systolic_raised", 1500, reason=""), CLINICIAN).errors[0].path == "reason"
    assert tale.refused(11, setting("nonsense", 1500), CLINICIAN).status == 404
    assert tale.ask(11, request, CLINICIAN).limit == "systolic_raised"
    assert effective_limit(tale.state.limits, "systolic_raised").value == 1500


def test_what_is_left_out_keeps_its_distance() -> None:
    tale = Tale().dosed()
    tale.ask(11, setting("systolic_high", 1700), CLINICIAN)
    limit = effective_limit(tale.state.limits, "systolic_high")
    assert (limit.value, limit.clear, limit.immediate) == (1700, 1600, 1900)
    tale.ask(12, setting("systolic_raised", 1550, clear=1500), CLINICIAN)
    limit = effective_limit(tale.state.limits, "systolic_raised")
    assert (limit.value, limit.clear, limit.immediate) == (1550, 1500, None)


@pytest.mark.parametrize(("request_", "path", "code"), [
    (setting("systolic_high", 1700, clear=1750), "clear", "wrong_side"),
    (setting("systolic_high", 1700, immediate=1650), "immediate", "wrong_side"),
    (setting("systolic_low", 900, clear=850), "clear", "wrong_side"),
    (setting("systolic_low", 900, immediate=950), "immediate", "wrong_side"),
    (setting("rise_systolic", 300, clear=310), "clear", "wrong_side"),
    (setting("rise_systolic", -50, clear=-60), "value", "not_positive"),
    (setting("spo2_low", 900, clear=910, immediate=850), "immediate", "needs_confirm_s"),
    (setting("systolic_rate", -100, clear=-50), "value", "wrong_direction"),
    (setting("systolic_high", 3200), "value", "out_of_bounds"),
])  # fmt: skip
def test_numbers_on_the_wrong_side_are_named(request_: SetLimit, path: str, code: str) -> None:
    refusal = Tale().dosed().refused(11, request_, CLINICIAN)
    assert refusal.status == 422
    assert (path, code) in [(error.path, error.code) for error in refusal.errors]


@pytest.mark.parametrize("request_", [
    setting("systolic_high", 1900),
    setting("systolic_high", 1800, clear=1750),
    setting("systolic_high", 1800, immediate=2100),
    setting("systolic_low", 850),
    setting("systolic_low", 900, clear=940),
    setting("spo2_low", 900),
])  # fmt: skip
def test_loosening_a_high_limit_needs_a_second_person(request_: SetLimit) -> None:
    tale = Tale().dosed()
    assert tale.refused(11, request_, CLINICIAN).code == "second_person_required"
    fields = {name: getattr(request_, name) for name in request_.__slots__}
    oneself = SetLimit(**fields | {"second": CLINICIAN.id})
    assert tale.refused(11, oneself, CLINICIAN).code == "second_person_required"
    tale.ask(11, SetLimit(**fields | {"second": SECOND}), CLINICIAN)
    assert tale.state.limits.overrides[0].second_by == SECOND


@pytest.mark.parametrize("request_", [
    setting("systolic_high", 1700),
    setting("systolic_low", 950),
    setting("systolic_raised", 1750),
    setting("systolic_high", 1800, clear=1650),
])  # fmt: skip
def test_tightening_or_a_medium_limit_needs_nobody_else(request_: SetLimit) -> None:
    tale = Tale().dosed()
    tale.ask(11, request_, CLINICIAN)
    assert len(tale.state.limits.overrides) == 1


def test_loosening_is_measured_from_the_limit_in_force() -> None:
    tale = Tale().dosed()
    tale.ask(11, setting("systolic_high", 1700), CLINICIAN)
    assert tale.refused(12, setting("systolic_high", 1800), CLINICIAN).code == "second_person_required"


def test_the_answer_can_say_whether_the_newest_value_would_breach() -> None:
    tale = Tale().dosed()
    tale.cuff(11, 155, 85)
    tale.ask(12, setting("systolic_raised", 1500), CLINICIAN)
    assert would_breach(tale.state.limits, "systolic_raised") is True


@pytest.mark.parametrize("systolic", [(1500, 1000), (100, 1500), (1000, 1000)])
def test_a_target_is_a_possible_range(systolic: tuple[int, int]) -> None:
    tale = Tale().prepared()
    request = tale.to(Phase.DOSING, dose=DOSE, reason="own range", target=Target(systolic=systolic))
    assert tale.refused(10, request, CLINICIAN).errors[0].path == "target.systolic"


def test_limits_in_a_transition_are_named_by_their_code() -> None:
    tale = Tale().prepared()
    request = tale.to(Phase.DOSING, dose=DOSE, reason="x", limits={"nonsense": LimitNumbers(1)})
    assert tale.refused(10, request, CLINICIAN).errors[0].path == "limits.nonsense"
    request = tale.to(Phase.DOSING, dose=DOSE, reason="x", limits={"systolic_high": LimitNumbers(1700, 1800)})
    assert tale.refused(10, request, CLINICIAN).errors[0].path == "limits.systolic_high.clear"


def test_no_limit_is_set_after_the_end() -> None:
    tale = Tale().dosed()
    tale.ask(11, tale.to(Phase.DISCHARGED, outcome="transferred"))
    assert tale.refused(12, setting("systolic_raised", 1500), CLINICIAN).code == "session_ended"
