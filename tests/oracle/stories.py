"""What happens to a made-up session, as simple tuples in commit order: easy to draw, easy to leave parts out of."""

from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from kat_monitor.domain.protocol import Limit, LimitKind, ProtocolVersion
from kat_monitor.domain.readings import Flag
from kat_monitor.domain.vitals import Metric, Phase, Source
from tests.oracle.made_protocols import BASELINE_KINDS, TYPICAL, interesting, possible
from tests.oracle.words import RED_FLAG_TERMS, SECOND

CARRIES = {
    Source.NIBP: (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN, Metric.HEART_RATE),
    Source.MANUAL: (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.HEART_RATE, Metric.SPO2, Metric.RESPIRATORY_RATE),
    Source.ART: (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN),
    Source.ECG: (Metric.HEART_RATE, Metric.RESPIRATORY_RATE),
    Source.PULSE_OX: (Metric.SPO2, Metric.HEART_RATE),
    Source.OTHER: (Metric.HEART_RATE, Metric.SPO2, Metric.RESPIRATORY_RATE, Metric.TEMPERATURE, Metric.SYSTOLIC),
}
BESIDE = (-100, -51, -10, -2, -1, -1, 0, 0, 0, 0, 1, 1, 2, 10, 51, 100)
WAITS_STREAM = (0, 1, 1, 2, 5, 5, 7, 10, 14, 15, 16, 20, 30, 45, 46)
WAITS_CUFF = (0, 0, 5, 20, 30, 59, 60, 61, 89, 90, 119, 120, 121, 180, 299, 300, 301, 540, 600, 601, 900, 901)
DELAYS = (1, 5, 20, 40, 60)
DELAYS_LATE = (60.000001, 61, 90, 150, 300, 1200)
HARMLESS = ("nausea", "dizziness", "headache", "anxiety", "drowsiness")


class Raw(NamedTuple):
    """One thing that is committed `wait_us` after the one before it."""

    kind: str
    wait_us: int
    data: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What a story keeps in mind while it is drawn."""

    limits: tuple[Limit, ...]
    sources: tuple[Source, ...]
    baseline: dict[Metric, int]
    last: dict[tuple[Source, Metric], int]
    flagged: float
    delayed: float


def tell(rng: Random, version: ProtocolVersion, size: int) -> list[Raw]:
    """About `size` things, beginning with check-in and often ending with a discharge."""
    setting = Setting(
        limits=version.protocol.limits,
        sources=tuple(choose_sources(rng, version.protocol.limits)),
        baseline={},
        last={},
        flagged=rng.choice([0.0, 0.1, 0.3]),
        delayed=rng.choice([0.0, 0.1, 0.3]),
    )
    story = [Raw("phase", 0, (Phase.PREPARING, 0))]
    if rng.random() < 0.7:
        story.append(baseline(rng, setting))
    while len(story) < size:
        draw = rng.random()
        if draw < 0.80:
            story.append(reading(rng, setting))
        else:
            story.append(happening(rng, setting))
    if rng.random() < 0.5:
        story.append(Raw("phase", wait(rng, WAITS_CUFF), (Phase.DISCHARGED, back(rng))))
        story += [reading(rng, setting)._replace(kind="reading") for _ in range(rng.randint(0, 3))]
        story += [acknowledge(rng, setting) for _ in range(rng.randint(0, 3))]
    if rng.random() < 0.5:
        story.append(Raw("review", 2 * SECOND))
    story.append(Raw("note", rng.choice([0, 30, 119, 120, 300]) * SECOND))
    return story


def choose_sources(rng: Random, limits: tuple[Limit, ...]) -> list[Source]:
    """One to three sources that carry what the limits judge."""
    judged = {limit.metric for limit in limits}
    able = [source for source in Source if judged & set(CARRIES[source])]
    cuffs = [source for source in (Source.NIBP, Source.MANUAL) if source in able]
    chosen = rng.sample(able, min(len(able), rng.randint(1, 3)))
    return chosen if rng.random() < 0.4 or not cuffs else [*chosen, rng.choice(cuffs)]


def happening(rng: Random, setting: Setting) -> Raw:
    """Anything but a reading."""
    makers = [acknowledge] * 5 + [symptom] * 4 + [phase] * 3 + [override] * 3 + [baseline, void, void, review, review]
    makers += [unrelated]
    return rng.choice(makers)(rng, setting)


def wait(rng: Random, seconds: tuple[int, ...]) -> int:
    """Mostly whole seconds, so that times fall exactly on what the limits say; sometimes a microsecond beside."""
    us = rng.choice(seconds) * SECOND
    return max(0, us + rng.choice([-1, 1])) if rng.random() < 0.06 else us


def back(rng: Random) -> int:
    """How far back a decision is dated, at most 15 min."""
    return rng.choice([0, 0, 0, 1, 10, 60, 300, 600, 900]) * SECOND


def reading(rng: Random, setting: Setting) -> Raw:
    """(source, device, delay_us, values, flags, interval_ms)"""
    source = rng.choice(setting.sources)
    values: list[int | None] = [None] * len(Metric)
    judged = {limit.metric for limit in setting.limits}
    for metric in CARRIES[source]:
        present = 0.9 if metric in judged else 0.1
        if rng.random() < present:
            values[metric] = value(rng, setting, source, metric)
    flags = flag(rng) if rng.random() < setting.flagged else 0
    if flags & Flag.FAILED and rng.random() < 0.7:
        values = [None] * len(Metric)
    delay = 0.0
    if rng.random() < setting.delayed:
        delay = rng.choice(DELAYS_LATE) if rng.random() < 0.4 else rng.choice(DELAYS)
    interval = 1000 if rng.random() < 0.8 else rng.choice([500, 5000, 5001, 10000, 60000])
    device = 1 if rng.random() < 0.1 else 0
    waits = WAITS_CUFF if source.is_cuff else WAITS_STREAM
    return Raw("reading", wait(rng, waits), (source, device, round(delay * SECOND), tuple(values), flags, interval))


def value(rng: Random, setting: Setting, source: Source, metric: Metric) -> int:
    """Near the numbers at which something changes; often where it was before, so that things last."""
    earlier = setting.last.get((source, metric))
    if earlier is not None and rng.random() < 0.45:
        drawn = earlier + rng.choice([0, 0, 0, 0, 1, -1, 10, -10, 50])
    else:
        numbers = interesting(setting.limits, metric, setting.baseline.get(metric), earlier)
        drawn = rng.choice(numbers) + rng.choice(BESIDE)
    drawn = possible(metric, drawn)
    setting.last[source, metric] = drawn
    return drawn


def flag(rng: Random) -> int:
    one = rng.choice([*Flag, Flag.MOTION, Flag.SUSPECT, Flag.SUSPECT, Flag.CUFF_LOOSE])
    return int(one | rng.choice([Flag(0), Flag(0), Flag.LOW_SIGNAL]))


def baseline(rng: Random, setting: Setting) -> Raw:
    """(systolic, diastolic, mean, heart_rate, spo2), some unknown, some as they were."""
    for metric in (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN, Metric.HEART_RATE, Metric.SPO2):
        draw = rng.random()
        if draw < 0.15 and metric in setting.baseline:
            del setting.baseline[metric]
        elif draw > 0.3 or metric not in setting.baseline:
            setting.baseline[metric] = TYPICAL[metric] + rng.choice([-40, -7, 0, 3, 20, 55])
    row = tuple(setting.baseline.get(Metric(n)) for n in range(5))
    return Raw("baseline", wait(rng, WAITS_STREAM), row)


def override(rng: Random, setting: Setting) -> Raw:
    """(code, value, clear, immediate)"""
    limit = rng.choice(setting.limits)
    move = rng.choice([-100, -50, -10, -1, 0, 1, 10, 50, 100])
    if limit.kind is LimitKind.RATE or limit.kind in BASELINE_KINDS:
        least, most = (1, 10**6) if limit.value >= 0 else (-(10**6), -1)
        move = max(least, min(most, limit.value + move)) - limit.value
    safe = 1 if limit.upward or limit.kind in BASELINE_KINDS else -1
    clear = limit.clear + move - safe * rng.choice([0, 0, 5])
    immediate = None if limit.immediate is None or rng.random() < 0.2 else limit.immediate + move
    return Raw("override", wait(rng, WAITS_STREAM), (limit.code, limit.value + move, clear, immediate))


def symptom(rng: Random, setting: Setting) -> Raw:
    """(term, severity, back_us, corrects): `corrects` counts back over the events so far, 0 is none."""
    red = rng.random() < 0.3
    term = rng.choice(sorted(RED_FLAG_TERMS) if red else HARMLESS)
    severity = rng.choice([0, 1, 1, 2, 2, 3, 3] if red else [0, 1, 2, 2, 2, 3])
    before = rng.choice([0, 0, 0, 1, 60, 300, 600, 601, 900, 7200]) * SECOND
    corrects = rng.choice([1, 2]) if rng.random() < 0.05 else 0
    return Raw("symptom", wait(rng, WAITS_CUFF), (term, severity, before, corrects))


def phase(rng: Random, setting: Setting) -> Raw:
    """(to, back_us); one that cannot follow is left out when the story is woven."""
    to = rng.choice([Phase.DOSING, Phase.DOSING, Phase.RECOVERY, Phase.RECOVERY, Phase.DISCHARGED])
    if to is Phase.DISCHARGED and rng.random() < 0.7:
        to = Phase.DOSING
    return Raw("phase", wait(rng, WAITS_STREAM), (to, back(rng)))


def acknowledge(rng: Random, setting: Setting) -> Raw:
    """(which of the alerts that can be acknowledged, who)"""
    return Raw("acknowledge", wait(rng, WAITS_STREAM), (rng.randint(0, 9), rng.randint(0, 2)))


def void(rng: Random, setting: Setting) -> Raw:
    """(how many readings back)"""
    return Raw("void", wait(rng, WAITS_STREAM), (rng.choice([1, 1, 2, 3, 5, 8]),))


def review(rng: Random, setting: Setting) -> Raw:
    return Raw("review", 2 * SECOND)


def unrelated(rng: Random, setting: Setting) -> Raw:
    """Entries that must change nothing of the alerts."""
    kinds = ["note", "target", "screening", "assessment", "move", "dose", "escalated", "reminded"]
    return Raw(rng.choice(kinds), wait(rng, WAITS_STREAM), (rng.randint(0, 9),))
