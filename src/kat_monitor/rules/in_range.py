"""Whether a value breaches a limit of the session as it now stands: for readiness and the timetable, not for alerts."""

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import MINUTE_US, Phase
from kat_monitor.rules.compile import Rule
from kat_monitor.rules.course import Course
from kat_monitor.rules.limits_state import LimitsState

RATE_FROM_US, RATE_TO_US = MINUTE_US, 15 * MINUTE_US
"""How long before a reading the one may be that a rate compares it with (design 5)."""


def breached(
    limits: LimitsState, course: Course, reading: Reading, phase: Phase, earlier: Reading | None = None
) -> list[Rule]:
    """The limits of that phase which the reading's valid values breach.

    `earlier` is the reading of the same source that a rate would compare it with; without it rates are not judged.
    """
    found = []
    for rule in limits.compiled.rules:
        value = reading.valid(rule.metric)
        if value is None or phase not in rule.limit.when:
            continue
        if rule.is_rate:
            if earlier is not None and _rate_breached(limits, rule, reading, earlier):
                found.append(rule)
        elif rule.sign * value >= limits.bounds[rule.index].value and (
            not rule.needs_symptom or course.symptom_before(reading.effective_at)
        ):
            found.append(rule)
    return found


def _rate_breached(limits: LimitsState, rule: Rule, reading: Reading, earlier: Reading) -> bool:
    value, before = reading.valid(rule.metric), earlier.valid(rule.metric)
    apart = reading.effective_at - earlier.effective_at
    if value is None or before is None or not RATE_FROM_US <= apart <= RATE_TO_US:
        return False
    # Tenths per minute against a bound in the same unit, without dividing.
    return rule.sign * (value - before) * MINUTE_US >= limits.bounds[rule.index].value * apart
