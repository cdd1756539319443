"""One line about a session: its peaks, alerts, minutes in dosing, and how much the monitor saw."""

from typing import NamedTuple

from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.vitals import MINUTE_US, Metric, Phase, Priority
from kat_monitor.rules.spans import merge, total, within, without
from kat_monitor.rules.state import SessionState


class _Peak(NamedTuple):
    value: int
    at: int


def summary(state: SessionState, now: int) -> Summary:
    """The session's summary as of `now`.

    Peaks are of undoubtful readings (cuff and arterial) from the first dose on; before there is a dose, of all. The
    rise is the peak's over the baseline. Coverage is the share of on-monitor time with a valid value, mean over the
    continuous required metrics.
    """
    systolic, diastolic = _peak(state, Metric.SYSTOLIC), _peak(state, Metric.DIASTOLIC)
    baseline = state.baseline
    counts = state.tally.alerts
    until = state.ended_at if state.ended_at is not None else now
    return Summary(
        peak_systolic=systolic and systolic.value,
        peak_systolic_min=_minute(state, systolic),
        peak_diastolic=diastolic and diastolic.value,
        peak_diastolic_min=_minute(state, diastolic),
        max_rise_systolic=_rise(systolic, None if baseline is None else baseline.systolic),
        max_rise_diastolic=_rise(diastolic, None if baseline is None else baseline.diastolic),
        alerts_high=counts[Priority.HIGH],
        alerts_medium=counts[Priority.MEDIUM],
        alerts_low=counts[Priority.LOW],
        minutes_in_dosing=round(total(state.phase_spans(Phase.DOSING, until)) / MINUTE_US, 1),
        readings=state.tally.readings,
        coverage_pct=coverage_pct(state, until),
        waited_for_driver_min=None if state.waited_us is None else round(state.waited_us / MINUTE_US, 1),
    )


def _peak(state: SessionState, metric: Metric) -> _Peak | None:
    """The highest, and of equals the first."""
    first_dose_at = state.course.first_dose_at
    found = [
        _Peak(value, reading.effective_at)
        for reading in state.cuffs.sure()
        if (value := reading.valid(metric)) is not None
        and (first_dose_at is None or reading.effective_at >= first_dose_at)
    ]
    for dosed in (True,) if first_dose_at is not None else (False, True):
        stream = state.tally.peaks.get((metric, dosed))
        if stream is not None and stream.value is not None:
            found.append(_Peak(stream.value, stream.at))
    return max(found, key=lambda peak: (peak.value, -peak.at), default=None)


def _minute(state: SessionState, peak: _Peak | None) -> float | None:
    first_dose_at = state.course.first_dose_at
    if peak is None or first_dose_at is None:
        return None
    return round((peak.at - first_dose_at) / MINUTE_US, 1)


def _rise(peak: _Peak | None, baseline: int | None) -> int | None:
    return None if peak is None or baseline is None else peak.value - baseline


def coverage_pct(state: SessionState, until: int) -> float | None:
    """Percent of the on-monitor time since check-in; None before check-in or without continuous required metrics."""
    opened_at = state.opened_at
    metrics = state.coverage.metrics
    if opened_at is None or not metrics or until <= opened_at:
        return None
    off = merge(state.course.off_monitor)
    on_monitor = total(without([(opened_at, until)], off))
    if on_monitor == 0:
        return None
    seen = 0
    for metric in metrics:
        watched = state.coverage.of(metric)
        if watched is not None:
            seen += total(without(within(watched.seen(until), opened_at, until), off))
    return round(100 * seen / (on_monitor * len(metrics)), 1)
