"""Turns a protocol version into plain integer rules, so that judging a value is a comparison and nothing else.

Everything is held *towards harm*: a rule's `sign` is +1 when high values are harmful and -1 when low ones are, and a
measured value `v` is judged as `sign * v`. Then every kind of limit reads the same: breach when `>= value`, ended when
`< clear`, never provisional when `>= immediate`, worse when greater. Percent and baseline limits become such absolute
bounds as soon as the baseline is known; integers lose nothing by it, because `v >= q` and `v < q` for a rational `q`
are `v >= ceil(q)` and `v < ceil(q)`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kat_monitor.domain.protocol import BASELINE_KINDS, Escalation, Limit, LimitKind, ProtocolVersion
from kat_monitor.domain.vitals import SECOND_US, Metric, Phase

FAR = 1 << 40
"""Beyond every measurable tenth: the bound of what cannot be known."""

METRICS = len(Metric)
PHASE_BIT = {phase: 1 << index for index, phase in enumerate(Phase)}
Band = tuple[tuple[int, ...], tuple[int, ...]]
"""(low, high) per metric."""


class Bounds(NamedTuple):
    """What a limit means for measured values just now, towards harm, tenths. `unknown` has no baseline to stand on."""

    value: int
    clear: int
    immediate: int
    shown: int
    """The threshold in the metric's unit, for `Alert.limit_value`."""

    @property
    def unknown(self) -> bool:
        return self.clear == -FAR

    def merged(self, other: "Bounds") -> "Bounds":
        """Both versions at once: a breach of either is a breach, only what is beyond both `clear`s ends (design 5).

        What is unknown is no version, so it adds nothing.
        """
        if self.unknown or other.unknown:
            return other if self.unknown else self
        return Bounds(min(self.value, other.value), min(self.clear, other.clear), self.immediate, self.shown)


UNKNOWN = Bounds(FAR, -FAR, FAR, 0)


class Numbers(NamedTuple):
    """The three numbers of a limit, as the pack or an override gives them (tenths)."""

    value: int
    clear: int
    immediate: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit, compiled. Durations in microseconds."""

    index: int
    limit: Limit
    code: str
    metric: int
    sign: int
    rank: int
    phases: int
    """Bits `PHASE_BIT[phase]` of the phases it is in force."""
    is_rate: bool
    on_baseline: bool
    needs_symptom: bool
    hold_us: int
    confirm_us: int | None
    rearm: int | None
    numbers: Numbers
    bounds_at: Callable[[Numbers, int], Bounds]
    """(numbers, baseline) to absolute bounds; kinds without a baseline ignore the second."""

    def bounds(self, numbers: Numbers, baseline: int | None) -> Bounds:
        """Bounds under these numbers and this baseline (tenths, None: not known)."""
        if not self.on_baseline:
            return self.bounds_at(numbers, 0)
        return UNKNOWN if baseline is None else self.bounds_at(numbers, baseline)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A protocol version ready to judge. `by_metric` lists the rules of each metric, higher priorities first."""

    version: ProtocolVersion
    rules: tuple[Rule, ...]
    by_metric: tuple[tuple[Rule, ...], ...]
    index: Mapping[str, int]
    bounds: tuple[Bounds, ...]
    """Of each rule, before any override or baseline."""
    band: Band
    """Of those bounds: `quiet_band`."""
    rates: tuple[tuple[Rule, ...], ...]
    """Of each metric, its `rate` rules."""
    symptomatic: tuple[Rule, ...]
    escalation: Escalation
    remind_cuff_from_us: int
    quick: bool
    """False empties the quiet band, so that every value is compared with every limit (a test compares the two)."""


def _absolute(sign: int) -> Callable[[Numbers, int], Bounds]:
    """above, below, rate: the numbers are the thresholds."""

    def bounds(numbers: Numbers, _baseline: int) -> Bounds:
        value, clear, immediate = numbers
        return Bounds(sign * value, sign * clear, FAR if immediate is None else sign * immediate, value)

    return bounds


def _from_baseline(sign: int) -> Callable[[Numbers, int], Bounds]:
    """rise, fall: so far from the baseline, tenths of the metric's unit."""

    def bounds(numbers: Numbers, baseline: int) -> Bounds:
        value, clear, immediate = numbers
        at = sign * baseline
        return Bounds(at + value, at + clear, FAR if immediate is None else at + immediate, baseline + sign * value)

    return bounds


def _percent(sign: int) -> Callable[[Numbers, int], Bounds]:
    """rise_pct, fall_pct: `1000 * (v - b) >= pct * b`, as the smallest integer that does (design 4)."""

    def bounds(numbers: Numbers, baseline: int) -> Bounds:
        value, clear, immediate = numbers
        at = sign * baseline
        return Bounds(
            at + _ceil(value * baseline),
            at + _ceil(clear * baseline),
            FAR if immediate is None else at + _ceil(immediate * baseline),
            baseline + sign * round(value * baseline / 1000),
        )

    return bounds


def _ceil(thousandths: int) -> int:
    return -(-thousandths // 1000)


_BOUNDS: dict[LimitKind, Callable[[int], Callable[[Numbers, int], Bounds]]] = {
    LimitKind.ABOVE: _absolute,
    LimitKind.BELOW: _absolute,
    LimitKind.RATE: _absolute,
    LimitKind.RISE: _from_baseline,
    LimitKind.FALL: _from_baseline,
    LimitKind.RISE_PCT: _percent,
    LimitKind.FALL_PCT: _percent,
}


def _rule(index: int, limit: Limit) -> Rule:
    sign = 1 if limit.upward else -1
    return Rule(
        index=index,
        limit=limit,
        code=limit.code,
        metric=int(limit.metric),
        sign=sign,
        rank=limit.priority.rank,
        phases=sum(PHASE_BIT[phase] for phase in limit.when),
        is_rate=limit.kind is LimitKind.RATE,
        on_baseline=limit.kind in BASELINE_KINDS,
        needs_symptom=limit.needs_symptom,
        hold_us=round(limit.hold_s * SECOND_US),
        confirm_us=None if limit.confirm_s is None else round(limit.confirm_s * SECOND_US),
        rearm=limit.rearm,
        numbers=Numbers(limit.value, limit.clear, limit.immediate),
        bounds_at=_BOUNDS[limit.kind](sign),
    )


def compile_protocol(version: ProtocolVersion, *, quick: bool = True) -> Compiled:
    """The protocol's limits as rules. `quick=False` is for comparing the quick path with the full one."""
    rules = tuple(_rule(index, limit) for index, limit in enumerate(version.protocol.limits))
    by_metric = tuple(
        tuple(sorted((rule for rule in rules if rule.metric == metric), key=lambda rule: (-rule.rank, rule.index)))
        for metric in range(METRICS)
    )
    escalation = version.protocol.escalation
    bounds = tuple(rule.bounds(rule.numbers, None) for rule in rules)
    return Compiled(
        version=version,
        rules=rules,
        by_metric=by_metric,
        index={rule.code: rule.index for rule in rules},
        bounds=bounds,
        band=quiet_band(rules, bounds, quick=quick),
        rates=tuple(tuple(rule for rule in group if rule.is_rate) for group in by_metric),
        symptomatic=tuple(rule for rule in rules if rule.needs_symptom),
        escalation=escalation,
        remind_cuff_from_us=round(escalation.remind_cuff_from_s * SECOND_US),
        quick=quick,
    )


def quiet_band(rules: Sequence[Rule], bounds: Sequence[Bounds], *, quick: bool) -> Band:
    """Per metric: `low < v < high` breaches none of its limits in any phase, with or without symptoms; rates aside."""
    low = [-FAR] * METRICS
    high = [FAR if quick else -FAR] * METRICS
    for rule, bound in zip(rules, bounds, strict=True):
        if rule.is_rate:
            continue
        if rule.sign > 0:
            high[rule.metric] = min(high[rule.metric], bound.value)
        else:
            low[rule.metric] = max(low[rule.metric], -bound.value)
    return tuple(low), tuple(high)
