"""The patient's own numbers before the dose: which readings make them, and what they are (design 7)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from kat_monitor.domain.readings import Reading
from kat_monitor.domain.vitals import MINUTE_US, Metric, Phase, Source
from kat_monitor.errors import refused
from kat_monitor.rules.state import SessionState


@dataclass(frozen=True, slots=True)
class Baseline:
    """Tenths; None: unknown. `readings` are the (device, seq) used, newest first."""

    systolic: int
    diastolic: int
    mean: int | None
    heart_rate: int | None
    spo2: int | None
    readings: tuple[tuple[UUID, int], ...]


def take_baseline(state: SessionState, now: int, excluded: Collection[tuple[UUID, int]]) -> Baseline:
    """The baseline that would be locked at `now`, leaving out `excluded` (device, seq).

    A correction of a locked baseline keeps what the streams gave at the first locking.

    Raises:
        KatError: 409 `not_enough_readings` or `readings_differ`.
    """
    until = _until(state, now)
    taken = _spaced(state, _eligible(state, until, excluded))
    rules = state.protocol.protocol.baseline
    if len(taken) < 2:
        detail = (
            f"A baseline needs at least 2 cuff readings {rules.spacing_min:g} min apart, before the dose and without "
            f"doubt, in the last {rules.window_min:g} min; there is {len(taken)}."
        )
        raise refused("not_enough_readings", detail)
    if len(taken) < rules.count and _differ(state, taken):
        detail = (
            f"With only {len(taken)} readings they may differ by {rules.two_systolic / 10:g} systolic and "
            f"{rules.two_diastolic / 10:g} diastolic at most. Measure once more."
        )
        raise refused("readings_differ", detail)
    return Baseline(
        systolic=_median(taken, Metric.SYSTOLIC) or 0,
        diastolic=_median(taken, Metric.DIASTOLIC) or 0,
        mean=_median(taken, Metric.MEAN),
        heart_rate=_heart_rate(state, taken, until),
        spo2=_stream(state, Source.PULSE_OX, Metric.SPO2, until),
        readings=tuple((r.device_id, r.seq) for r in taken),
    )


def progress(state: SessionState, now: int) -> tuple[int, int]:
    """(readings that a baseline taken now would be made of, how many are wanted). Two that agree would do."""
    taken = _spaced(state, _eligible(state, _until(state, now), ()))
    return len(taken), max(2, state.protocol.protocol.baseline.count)


def _until(state: SessionState, now: int) -> int:
    first_dose_at = state.course.first_dose_at
    return now if first_dose_at is None else min(now, first_dose_at)


def _eligible(state: SessionState, until: int, excluded: Collection[tuple[UUID, int]]) -> list[Reading]:
    """Valid, undoubtful, whole cuff readings in preparing, before the first dose, in the window; newest first."""
    window_us = round(state.protocol.protocol.baseline.window_min * MINUTE_US)
    return [
        r
        for r in state.cuffs.sure()
        if r.valid(Metric.SYSTOLIC) is not None
        and r.valid(Metric.DIASTOLIC) is not None
        and state.phase_at(r.effective_at) is Phase.PREPARING
        and until - window_us <= r.effective_at <= until
        and (r.device_id, r.seq) not in excluded
    ]


def _spaced(state: SessionState, eligible: Sequence[Reading]) -> list[Reading]:
    """Going back from the newest, each at least 2 min before the last taken, up to 3 (the pack's numbers)."""
    rules = state.protocol.protocol.baseline
    apart = round(rules.spacing_min * MINUTE_US)
    taken: list[Reading] = []
    for reading in eligible:
        if len(taken) == rules.count:
            break
        if not taken or taken[-1].effective_at - reading.effective_at >= apart:
            taken.append(reading)
    return taken


def _differ(state: SessionState, taken: Sequence[Reading]) -> bool:
    rules = state.protocol.protocol.baseline
    return any(
        max(values) - min(values) > most
        for metric, most in ((Metric.SYSTOLIC, rules.two_systolic), (Metric.DIASTOLIC, rules.two_diastolic))
        if (values := _values(taken, metric))
    )


def _values(taken: Sequence[Reading], metric: Metric) -> list[int]:
    return [value for r in taken if (value := r.valid(metric)) is not None]


def _median(taken: Sequence[Reading], metric: Metric) -> int | None:
    """Rounded as at the door: Python's round, half to even."""
    values = _values(taken, metric)
    return round(median(values)) if values else None


def _heart_rate(state: SessionState, taken: Sequence[Reading], until: int) -> int | None:
    """From the cuff; without it from the ecg, else from the oximeter."""
    cuff = _median(taken, Metric.HEART_RATE)
    if cuff is not None:
        return cuff
    if state.baseline is not None:
        return state.baseline.heart_rate
    ecg = _stream(state, Source.ECG, Metric.HEART_RATE, until)
    return ecg if ecg is not None else _stream(state, Source.PULSE_OX, Metric.HEART_RATE, until)


def _stream(state: SessionState, source: Source, metric: Metric, until: int) -> int | None:
    if metric is Metric.SPO2 and state.baseline is not None:
        return state.baseline.spo2
    return None if state.streams is None else state.streams.median(source, metric, until)
