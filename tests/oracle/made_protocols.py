"""Small protocols with every kind of limit, made from a seeded generator, and the values worth measuring for them."""

from random import Random

from kat_monitor.domain.protocol import (
    Audio,
    BaselineRules,
    Discharge,
    Escalation,
    Expected,
    Limit,
    LimitKind,
    Plausibility,
    Protocol,
    ProtocolVersion,
    Timetable,
)
from kat_monitor.domain.vitals import OPEN_PHASES, POSSIBLE, Metric, Phase, Priority

TYPICAL = {
    Metric.SYSTOLIC: 1300,
    Metric.DIASTOLIC: 800,
    Metric.MEAN: 950,
    Metric.HEART_RATE: 750,
    Metric.SPO2: 960,
    Metric.RESPIRATORY_RATE: 140,
    Metric.TEMPERATURE: 370,
}
STEP = {
    Metric.SYSTOLIC: 100,
    Metric.DIASTOLIC: 60,
    Metric.MEAN: 60,
    Metric.HEART_RATE: 100,
    Metric.SPO2: 10,
    Metric.RESPIRATORY_RATE: 20,
    Metric.TEMPERATURE: 5,
}
WITH_BASELINE = (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN, Metric.HEART_RATE, Metric.SPO2)
BASELINE_KINDS = (LimitKind.RISE, LimitKind.FALL, LimitKind.RISE_PCT, LimitKind.FALL_PCT)
UPWARD = (LimitKind.ABOVE, LimitKind.RISE, LimitKind.RISE_PCT)


def make_protocol(rng: Random) -> ProtocolVersion:
    """One to eight limits over one to three metrics, several of one metric and direction among them."""
    metrics = rng.sample([Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.HEART_RATE, Metric.SPO2], rng.randint(1, 3))
    if rng.random() < 0.2:
        metrics.append(rng.choice([Metric.MEAN, Metric.RESPIRATORY_RATE, Metric.TEMPERATURE]))
    if rng.random() < 0.5 and Metric.SYSTOLIC in metrics and Metric.DIASTOLIC not in metrics:
        metrics.append(Metric.DIASTOLIC)
    limits = tuple(make_limit(rng, n, rng.choice(metrics)) for n in range(rng.randint(1, 8)))
    return version_of(limits)


def make_limit(rng: Random, number: int, metric: Metric) -> Limit:
    """A limit with its numbers on the right sides of each other."""
    kinds = [LimitKind.ABOVE, LimitKind.ABOVE, LimitKind.BELOW, LimitKind.RATE]
    if metric in WITH_BASELINE:
        kinds += [*BASELINE_KINDS, LimitKind.RISE]
    kind = rng.choice(kinds)
    step = 50 if kind in (LimitKind.RISE_PCT, LimitKind.FALL_PCT) else STEP[metric]
    if kind is LimitKind.ABOVE:
        value, sign = TYPICAL[metric] + rng.choice([1, 2, 3]) * step, 1
    elif kind is LimitKind.BELOW:
        value, sign = TYPICAL[metric] - rng.choice([1, 2, 3]) * step, -1
    elif kind is LimitKind.RATE:
        sign = rng.choice([1, 1, -1])
        value = sign * rng.choice([0, 5, step // 2, step]) if sign > 0 else -rng.choice([5, step // 2, step])
    else:
        value, sign = rng.choice([1, 2, 3]) * step, 1
    immediate = value + sign * rng.choice([1, 2]) * step if rng.random() < 0.5 else None
    when = OPEN_PHASES
    if rng.random() < 0.4:
        when = frozenset(rng.sample(sorted(OPEN_PHASES), rng.randint(1, 2)))
    confirm = rng.choice([None, 60.0, 90.0, 120.0, 120.0])
    return Limit(
        code=f"{metric.wire}_{kind.value}_{number}",
        metric=metric,
        when=when,
        kind=kind,
        value=value,
        clear=value - sign * rng.choice([0, 1, step // 2, step]),
        priority=rng.choice([Priority.HIGH, Priority.HIGH, Priority.MEDIUM, Priority.LOW]),
        hold_s=rng.choice([0.0, 0.0, 5.0, 10.0, 15.0, 30.0, 7.5]),
        confirm_s=confirm,
        immediate=immediate,
        rearm=rng.choice([None, 1, step // 2, step]),
        needs_symptom=rng.random() < 0.15,
    )


def version_of(limits: tuple[Limit, ...]) -> ProtocolVersion:
    """A protocol that is nothing but its limits; the other tables are there because the type has them."""
    nothing = BaselineRules(45, 2, 3, 100, 50, 5, ())
    protocol = Protocol(
        code="made",
        title="Made for a test",
        route="iv",
        dosing_min=(40, 60),
        planned_min=40,
        expected=Expected(5, 40, 120),
        dose_range_mg_per_kg=None,
        dose_range_mg=None,
        required=(Metric.SPO2,),
        timetable=Timetable({phase: 5.0 for phase in Phase if phase.is_open}, 3, 2, 15),
        screening=(),
        baseline=nothing,
        limits=limits,
        plausibility=Plausibility((), True, None, 400, 200),
        discharge=Discharge(
            60, "last_dose", False, 15, 10, 200, 1000, 30, 100, 30, 15, 60, 15, 940, 960, 20, 30, 9, 15, True
        ),
        escalation=Escalation(30, 90, 120, 0.5, 120, 300, 180, 600),
        audio=Audio(120),
    )
    return ProtocolVersion(code="made", version=1, sha256="0" * 64, toml="", protocol=protocol)


def interesting(limits: tuple[Limit, ...], metric: Metric, baseline: int | None, earlier: int | None) -> list[int]:
    """Values at which something changes: value, clear and immediate of each limit, in measured tenths."""
    found = [TYPICAL[metric]]
    for limit in limits:
        if limit.metric is not metric:
            continue
        for number in (limit.value, limit.clear, limit.immediate, limit.value):
            if number is None:
                continue
            if limit.kind in (LimitKind.ABOVE, LimitKind.BELOW):
                found.append(number)
            elif limit.kind is LimitKind.RATE:
                found += [earlier + number * minutes for minutes in (1, 2, 3)] if earlier is not None else []
            elif baseline is not None:
                found.append(from_baseline(limit, number, baseline))
    return found


def from_baseline(limit: Limit, number: int, baseline: int) -> int:
    """The measured value at which a baseline limit reaches its number."""
    if limit.kind is LimitKind.RISE:
        return baseline + number
    if limit.kind is LimitKind.FALL:
        return baseline - number
    part = -(-number * baseline // 1000)
    return baseline + part if limit.kind is LimitKind.RISE_PCT else baseline - part


def possible(metric: Metric, value: int) -> int:
    """The nearest value the door would let through."""
    least, most = POSSIBLE[metric]
    return max(least, min(most, value))
