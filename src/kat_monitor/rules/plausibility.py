"""Possible but doubtful: the pack's signs that a pressure is an artefact (clinical notes 5.4)."""

from kat_monitor.domain.protocol import Plausibility
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import Metric
from kat_monitor.rules.pressure_history import PressureBefore


def is_suspect(table: Plausibility, reading: Reading, previous: Reading | PressureBefore | None) -> bool:
    """Whether the pressures of a reading are doubtful.

    `previous` is the newest earlier reading of the same source with a valid pressure. Decided once, at commit, and
    stored. A reading without a valid pressure is never suspect.
    """
    systolic = reading.valid(Metric.SYSTOLIC)
    diastolic = reading.valid(Metric.DIASTOLIC)
    mean = reading.valid(Metric.MEAN)
    if systolic is None and diastolic is None and mean is None:
        return False
    if table.all_equal and systolic is not None and systolic == diastolic == mean:
        return True
    if table.mean_from is not None and mean is not None and mean >= table.mean_from:
        return True
    if systolic is not None and diastolic is not None:
        for rule in table.pulse_pressure:
            if rule.systolic_from <= systolic < rule.systolic_to and systolic - diastolic < rule.least:
                return True
    return previous is not None and _stepped(table, reading, previous)


def _stepped(table: Plausibility, reading: Reading, previous: Reading | PressureBefore) -> bool:
    """A jump of any pressure while the heart rate stayed. Without both heart rates nothing is said: not known."""
    rate, rate_before = reading.valid(Metric.HEART_RATE), previous.valid(Metric.HEART_RATE)
    if rate is None or rate_before is None or abs(rate - rate_before) > table.step_heart_rate:
        return False
    for metric in (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN):
        value, before = reading.valid(metric), previous.valid(metric)
        if value is not None and before is not None and abs(value - before) > table.step:
            return True
    return False
