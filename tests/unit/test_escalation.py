"""Who hears of an alert next, and when (design 6.5)."""

from dataclasses import replace
from typing import Any

import pytest

from kat_monitor.domain.alerts import Alert, AlertState
from kat_monitor.domain.vitals import Priority
from kat_monitor.rules.escalation import next_escalation, next_reminder
from kat_monitor.rules.lifecycle import reminded
from tests.unit.engine_story import HIGH_SYSTOLIC, Story, iv, us

RULES = iv().protocol.escalation


def active(**but: Any) -> Alert:
    """A high alert that became active at second 100."""
    story = Story(HIGH_SYSTOLIC)
    story.cuff(100, 205)
    return replace(story.alert("systolic_high"), **but)


@pytest.mark.parametrize(
    ("priority", "level", "unheard", "expected"),
    [
        (Priority.HIGH, 0, False, (1, us(130))),
        (Priority.HIGH, 1, False, (2, us(190))),
        (Priority.HIGH, 2, False, None),
        (Priority.HIGH, 0, True, (1, us(115))),
        (Priority.HIGH, 1, True, (2, us(145))),
        (Priority.MEDIUM, 0, False, (1, us(220))),
        (Priority.MEDIUM, 0, True, (1, us(160))),
        (Priority.MEDIUM, 1, False, None),
        (Priority.LOW, 0, False, None),
    ],
)
def test_the_next_level(priority: Priority, level: int, unheard: bool, expected: Any) -> None:
    assert next_escalation(active(priority=priority, escalation=level), RULES, unheard=unheard) == expected


@pytest.mark.parametrize(
    "but",
    [
        {"state": AlertState.PROVISIONAL, "active_at": None},
        {"state": AlertState.RETURNED},
        {"state": AlertState.CLOSED},
        {"acknowledged_at": us(110)},
        {"suppressed": True},
        {"late": True},
    ],
    ids=["provisional", "returned", "closed", "acknowledged", "suppressed", "late"],
)
def test_what_never_escalates(but: dict[str, Any]) -> None:
    assert next_escalation(active(**but), RULES, unheard=False) is None


@pytest.mark.parametrize(
    ("priority", "is_cuff", "expected"),
    [
        (Priority.HIGH, False, us(110 + 120)),
        (Priority.MEDIUM, False, us(110 + 300)),
        (Priority.HIGH, True, us(110 + 600)),
        (Priority.MEDIUM, True, us(110 + 600)),
        (Priority.LOW, False, None),
        (Priority.LOW, True, None),
    ],
)
def test_one_reminder_after_an_acknowledgement(priority: Priority, is_cuff: bool, expected: Any) -> None:
    taken = active(priority=priority, acknowledged_at=us(110))
    assert next_reminder(taken, RULES, is_cuff=is_cuff) == expected
    assert next_reminder(reminded(taken, 1), RULES, is_cuff=is_cuff) is None


@pytest.mark.parametrize(
    "but",
    [
        {"acknowledged_at": None},
        {"acknowledged_at": us(110), "state": AlertState.CLOSED},
        {"acknowledged_at": us(110), "suppressed": True},
    ],
    ids=["not acknowledged", "closed", "suppressed"],
)
def test_what_has_no_reminder(but: dict[str, Any]) -> None:
    assert next_reminder(active(**but), RULES, is_cuff=True) is None
