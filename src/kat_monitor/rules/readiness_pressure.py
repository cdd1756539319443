"""Going home, blood pressure: the last readings stable, near the baseline and not rising (design 8)."""

from collections.abc import Sequence
from typing import Any

from kat_monitor.domain.readiness import Criterion, Met
from kat_monitor.domain.readings import Reading
from kat_monitor.domain.times import to_rfc3339
from kat_monitor.domain.vitals import MINUTE_US, Metric, Phase, Source, from_tenths
from kat_monitor.rules.in_range import breached
from kat_monitor.rules.items import Items
from kat_monitor.rules.state import SessionState

CODE = "blood_pressure"


def pressure(state: SessionState, now: int, items: Items) -> Criterion:
    """The criterion at `now`; `items` are the newest discharge observations (gait decides whether lower is fine).

    Without its `since`: that takes the whole history, and is asked for when all else is met (`pressure_since`).
    """
    sure = _sure(state, now)
    verdict, reasons, not_before = _judge(state, sure, now, items)
    return Criterion(CODE, verdict, _evidence(state, sure, reasons), not_before=not_before)


def _sure(state: SessionState, now: int) -> list[Reading]:
    return [r for r in state.cuffs.sure() if _complete(r) and r.effective_at <= now]


def _complete(reading: Reading) -> bool:
    return reading.valid(Metric.SYSTOLIC) is not None and reading.valid(Metric.DIASTOLIC) is not None


def _judge(state: SessionState, sure: Sequence[Reading], at: int, items: Items) -> tuple[Met, list[str], int | None]:
    """(verdict, what is missing, not before) from undoubtful complete readings, newest first."""
    rules = state.protocol.protocol.discharge
    if not sure:
        return Met.UNKNOWN, ["no_reading"], None
    newest = sure[0]
    if at - newest.effective_at > rules.bp_newest_min * MINUTE_US:
        return Met.UNKNOWN, ["no_recent_reading"], None
    apart = round(rules.bp_apart_min * MINUTE_US)
    first = next((i for i, r in enumerate(sure) if newest.effective_at - r.effective_at >= apart), None)
    considered = sure if first is None else sure[: first + 1]
    reasons = _out_of_bounds(state, sure, len(considered), at, items)
    if _value(newest, Metric.SYSTOLIC) - _value(sure[min(1, len(sure) - 1)], Metric.SYSTOLIC) > rules.bp_rising:
        reasons.append("rising")
    if reasons:
        return Met.NOT_MET, reasons, None
    if state.baseline is None and not _has_target(state):
        return Met.UNKNOWN, ["no_baseline"], None
    if first is None:
        return Met.UNKNOWN, ["no_earlier_reading"], sure[-1].effective_at + apart
    return Met.MET, [], None


def _has_target(state: SessionState) -> bool:
    return state.target is not None and state.target.systolic is not None and state.target.diastolic is not None


def _out_of_bounds(state: SessionState, sure: Sequence[Reading], count: int, at: int, items: Items) -> list[str]:
    """Codes of what the newest `count` readings do wrong: recovery limits, distance from baseline or target."""
    reasons: list[str] = []
    low_is_fine = items.value("gait_steady") is True and not state.course.dizzy_since(
        at - round(state.protocol.protocol.discharge.dizzy_min * MINUTE_US)
    )
    for i, reading in enumerate(sure[:count]):
        earlier = next((r for r in sure[i + 1 :] if r.source == reading.source), None)
        reasons += [
            f"breaches:{rule.code}" for rule in breached(state.limits, state.course, reading, Phase.RECOVERY, earlier)
        ]
        for metric in (Metric.SYSTOLIC, Metric.DIASTOLIC):
            reasons += _distance(state, reading, metric, low_is_fine=low_is_fine)
    return list(dict.fromkeys(reasons))


def _distance(state: SessionState, reading: Reading, metric: Metric, *, low_is_fine: bool) -> list[str]:
    """Inside the clinician's target, or within the percentage of the baseline; lower is fine in a steady patient."""
    rules = state.protocol.protocol.discharge
    value = _value(reading, metric)
    target = None if state.target is None else getattr(state.target, metric.wire)
    if target is not None and target[0] <= value <= target[1]:
        return []
    base = None if state.baseline is None else getattr(state.baseline, metric.wire)
    if base is None:
        return [] if target is None else [f"{metric.wire}_outside_target"]
    if 1000 * (value - base) > rules.bp_pct * base:
        return [f"{metric.wire}_above_baseline"]
    low = 1000 * (base - value) > rules.bp_pct * base
    if low and not (low_is_fine and _value(reading, Metric.SYSTOLIC) > rules.bp_low_systolic):
        return [f"{metric.wire}_below_baseline"]
    return []


def pressure_since(state: SessionState, now: int, items: Items) -> int:
    """Of a met criterion: the oldest reading such that it has been met at it and at every later one."""
    sure = _sure(state, now)
    since = sure[0].effective_at
    for i in range(len(sure)):
        if _judge(state, sure[i:], sure[i].effective_at, items)[0] is not Met.MET:
            break
        since = sure[i].effective_at
    return since


def _value(reading: Reading, metric: Metric) -> int:
    value = reading.valid(metric)
    if value is None:
        raise ValueError("only complete readings are judged")
    return value


def _evidence(state: SessionState, sure: Sequence[Reading], reasons: Sequence[str]) -> dict[str, Any]:
    evidence: dict[str, Any] = {"reasons": list(reasons)}
    if sure:
        newest = sure[0]
        evidence |= {
            "systolic": from_tenths(_value(newest, Metric.SYSTOLIC)),
            "diastolic": from_tenths(_value(newest, Metric.DIASTOLIC)),
            "at": to_rfc3339(newest.effective_at),
            "source": Source(newest.source).wire,
        }
    baseline = state.baseline
    if baseline is not None and baseline.systolic is not None and baseline.diastolic is not None:
        evidence["baseline"] = {
            "systolic": from_tenths(baseline.systolic),
            "diastolic": from_tenths(baseline.diastolic),
        }
    return evidence
