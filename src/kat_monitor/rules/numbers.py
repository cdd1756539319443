"""When a limit's numbers change in mid-session (overrides, baselines: design 5), and what open episodes then keep."""

from collections.abc import Iterable

from kat_monitor.domain.journal import BaselineLocked, LimitOverridden
from kat_monitor.domain.vitals import Metric
from kat_monitor.rules.compile import Bounds, Numbers, Rule, quiet_band
from kat_monitor.rules.limits_state import LimitsState, Standing

Version = tuple[int, int, int | None]
"""(value, clear, baseline) as given. Two may round to the same bounds and still be two."""


def override(state: LimitsState, entry: LimitOverridden) -> None:
    """This session's own numbers for one limit. Raises KeyError for a code the protocol does not have."""
    rule = state.compiled.rules[state.compiled.index[entry.code]]
    before = _versions(state, (rule,))
    state.overrides.append(entry)
    state.numbers[rule.index] = Numbers(entry.value, entry.clear, entry.immediate)
    _rebound(state, before, entry.committed_at)


def lock_baseline(state: LimitsState, entry: BaselineLocked) -> None:
    """What rises and falls are measured from; a later row replaces an earlier one."""
    known = {
        Metric.SYSTOLIC: entry.systolic,
        Metric.DIASTOLIC: entry.diastolic,
        Metric.MEAN: entry.mean,
        Metric.HEART_RATE: entry.heart_rate,
        Metric.SPO2: entry.spo2,
    }
    before = _versions(state, [rule for rule in state.compiled.rules if rule.on_baseline])
    state.baseline = tuple(known.get(metric) for metric in Metric)
    _rebound(state, before, entry.committed_at)


def numbers_of(state: LimitsState, rule: Rule) -> Numbers:
    return state.numbers.get(rule.index, rule.numbers)


def bounds_since(state: LimitsState, rule: Rule, opened_at: int) -> Bounds:
    """Every version in force at `opened_at` or later, merged: what an adopted episode has seen."""
    merged: Bounds | None = None
    in_force = state.compiled.bounds[rule.index]
    for since, bounds in state.versions:
        if since > opened_at:
            merged = in_force if merged is None else merged.merged(in_force)
        in_force = bounds[rule.index]
    return in_force if merged is None else merged.merged(in_force)


def _versions(state: LimitsState, rules: Iterable[Rule]) -> list[tuple[Rule, Version | None]]:
    return [(rule, _version(state, rule)) for rule in rules]


def _version(state: LimitsState, rule: Rule) -> Version | None:
    """None while it cannot be known."""
    value, clear, _ = numbers_of(state, rule)
    baseline = state.baseline[rule.metric] if rule.on_baseline else None
    return None if rule.on_baseline and baseline is None else (value, clear, baseline)


def _rebound(state: LimitsState, before: Iterable[tuple[Rule, Version | None]], commit: int) -> None:
    """New bounds from here on. A row that says what was so already changes nothing and leaves a hold running."""
    bounds = list(state.bounds)
    for rule, version in before:
        bounds[rule.index] = rule.bounds(numbers_of(state, rule), state.baseline[rule.metric])
        if _version(state, rule) != version:
            _carry_over(state, rule, bounds[rule.index])
    state.bounds = tuple(bounds)
    state.versions.append((commit, state.bounds))
    state.low, state.high = quiet_band(state.compiled.rules, state.bounds, quick=state.compiled.quick)


def _carry_over(state: LimitsState, rule: Rule, new: Bounds) -> None:
    """A hold that was running goes back to clear; an open episode adds the new version to those it keeps."""
    for live in state.live:
        episode = live.get(rule.index) if live else None
        if live is None or episode is None:
            continue
        if episode.standing is Standing.PENDING:
            del live[rule.index]
        else:
            episode.bounds = episode.bounds.merged(new)
