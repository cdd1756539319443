"""Going home, continuous metrics: enough good readings, no gap, SpO2 good on air (design 8)."""

from itertools import pairwise
from typing import Any

from kat_monitor.domain.readiness import Criterion, Met
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US, SECOND_US, Metric, from_tenths
from kat_monitor.rules.coverage import CAP_US, Watched, cap_of
from kat_monitor.rules.spans import Span, merge, total, within, without
from kat_monitor.rules.state import SessionState

Run = tuple[int, int, int]
"""(first reading, last reading, end of what it vouches for)."""


def vitals(state: SessionState, now: int) -> list[Criterion]:
    """One criterion per continuous required metric, `code` its name."""
    return [_metric(state, metric, now) for metric in state.coverage.metrics]


def _metric(state: SessionState, metric: Metric, now: int) -> Criterion:
    watched = state.coverage.of(metric)
    by_hand = state.hand_respiration if metric is Metric.RESPIRATORY_RATE else None
    hand_us = round(state.protocol.protocol.discharge.hand_respiration_min * MINUTE_US)
    if by_hand is not None and not state.cuffs.is_voided(by_hand) and now - by_hand.effective_at <= hand_us:
        evidence = _newest(by_hand.valid(metric), by_hand.effective_at) | {"by_hand": True}
        return Criterion(metric.wire, Met.MET, evidence, since=by_hand.effective_at)
    if watched is None or watched.newest is None:
        return Criterion(metric.wire, Met.UNKNOWN, {"reasons": ["no_reading"]})
    value = watched.newest.valid(metric) or 0
    reasons, covered, since = _coverage(state, watched, now)
    evidence = _newest(value, watched.newest.effective_at) | covered
    if metric is Metric.SPO2:
        wrong, more = _oxygen(state, value)
        evidence |= more
        if wrong:
            return Criterion(metric.wire, Met.NOT_MET, evidence | {"reasons": [*wrong, *reasons]})
    verdict = Met.UNKNOWN if reasons else Met.MET
    return Criterion(metric.wire, verdict, evidence | {"reasons": reasons}, since=None if reasons else since)


def _coverage(state: SessionState, watched: Watched, now: int) -> tuple[list[str], dict[str, Any], int]:
    """(what is missing, evidence, since): good time in the last on-monitor minutes, and no gap in the newest ones."""
    rules = state.protocol.protocol.discharge
    cap = CAP_US if watched.newest is None else cap_of(watched.newest)
    off = [span for span in merge(state.course.off_monitor) if span[0] < now]
    covered_us = round(rules.covered_min * MINUTE_US)
    runs = watched.good.runs(now)
    window = _last(off, now, round(rules.window_min * MINUTE_US))
    covered = total(_inside([(start, end) for start, _, end in runs], window))
    gap_us = max(round(rules.gap_s * SECOND_US), cap)
    longest = _longest_gap(runs, _last(off, now, covered_us)[0][0], now, off)
    reasons = []
    if covered < covered_us:
        reasons.append("not_enough_good_readings")
    if longest > gap_us:
        reasons.append("gap")
    evidence: dict[str, Any] = {"good_min": round(min(covered, covered_us) / MINUTE_US, 1)}
    if longest > gap_us:
        evidence["longest_gap_s"] = round(longest / SECOND_US)
    return reasons, evidence, _since(runs, off, covered_us, gap_us)


def _last(off: list[Span], now: int, length: int) -> list[Span]:
    """The last `length` of on-monitor time up to `now`, as spans in order."""
    taken: list[Span] = []
    end = now
    for start, stop in [*reversed(off), (-(1 << 62), -(1 << 62))]:
        stop = min(stop, end)
        if end - stop >= length:
            taken.append((end - length, end))
            break
        if end > stop:
            taken.append((stop, end))
            length -= end - stop
        end = min(end, start)
    return taken[::-1]


def _inside(spans: list[Span], window: list[Span]) -> list[Span]:
    return [part for start, end in window for part in within(spans, start, end)]


def _longest_gap(runs: list[Run], window_from: int, now: int, off: list[Span]) -> int:
    """The longest on-monitor time between good readings that reaches into the window, up to `now`."""
    readings = [(window_from, window_from), *((start, last) for start, last, _ in runs), (now, now)]
    if runs and runs[0][0] <= window_from:
        del readings[0]
    longest = 0
    for (_, before), (after, _) in pairwise(readings):
        if after > window_from:
            longest = max(longest, total(without([(before, after)], off)))
    return longest


def _since(runs: list[Run], off: list[Span], covered_us: int, gap_us: int) -> int:
    """When the good time since the last gap first reached what is asked for."""
    begin = 0
    for i in range(len(runs) - 1, 0, -1):
        if total(without([(runs[i - 1][1], runs[i][0])], off)) > gap_us:
            begin = i
            break
    left = covered_us
    for start, end in without([(start, end) for start, _, end in runs[begin:]], off):
        if end - start >= left:
            return start + left
        left -= end - start
    return runs[-1][2] if runs else 0


def _oxygen(state: SessionState, value: int) -> tuple[list[str], dict[str, Any]]:
    """SpO2 on air: at least 94 %, or at least baseline - 2 if the baseline is below 96 (the pack's numbers)."""
    rules = state.protocol.protocol.discharge
    base = None if state.baseline is None else state.baseline.spo2
    least = rules.spo2_least
    if base is not None and base < rules.spo2_baseline:
        least = base - rules.spo2_below_baseline
    wrong = []
    if state.course.on_oxygen:
        wrong.append("on_oxygen")
    if value < least:
        wrong.append("too_low")
    return wrong, {"at_least": from_tenths(least), "on_air": not state.course.on_oxygen}


def _newest(value: int | None, at: int) -> dict[str, Any]:
    return {"value": None if value is None else from_tenths(value), "at": to_rfc3339(at)}
