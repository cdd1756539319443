"""How bedside monitors see a patient: late, rounded, noisy, sometimes wrong and sometimes not at all.

Pure: `readings(patient, setup, plan, a, c)` is `readings(..., a, b) + readings(..., b, c)`. Readings have the shape of
the ingest door, but with times as integer microseconds; `encode` makes them ready for the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypedDict

import numpy as np

from kat_simulators import noise
from kat_simulators.faults import FLAGS, ClockStep, Fault, sender_time
from kat_simulators.noise import Integers
from kat_simulators.pharmacokinetics import Floats
from kat_simulators.physiology import Patient

SECOND_US = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
StreamSource = Literal["pulse_ox", "ecg"]


class SimulatedReading(TypedDict, total=False):
    """One item of `POST /readings`, `observed_at` in microseconds by the sender's clock."""

    device: str
    seq: int
    observed_at: int
    source: str
    systolic: int
    diastolic: int
    mean: int
    heart_rate: int
    spo2: int
    respiratory_rate: int
    status: list[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Noise:
    """Measurement noise (SD) and how often plain life disturbs a monitor. Cuff SD 5-8 mmHg (S41)."""

    cuff_systolic: float = 5.0
    cuff_diastolic: float = 4.0
    cuff_heart_rate: float = 1.5
    heart_rate: float = 0.7
    spo2: float = 0.35
    respiratory_rate: float = 0.6
    cuff_failed_share: float = 0.01  # ours
    cuff_motion_share: float = 0.02  # ours
    cuff_motion_sd: float = 12.0  # ours
    motion_share: float = 0.10  # ours: of ten-minute slots that hold a short bout of motion at the finger
    motion_s: float = 8.0  # ours


QUIET = Noise(cuff_failed_share=0.0, cuff_motion_share=0.0, motion_share=0.0)
"""Noise without disturbances, for scenarios that name their own."""
STILL = replace(QUIET, cuff_systolic=2.0, cuff_diastolic=1.5)
"""Of an arm that lies still (ours), for a scenario that is about what follows from a pressure near the baseline."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The devices at one chair and their troubles. `interval_s` is that of the continuous device."""

    cuff_device: str
    monitor_device: str
    seed: int
    interval_s: float = 1.0
    sources: tuple[StreamSource, ...] = ("pulse_ox", "ecg")
    noise: Noise = Noise()
    faults: tuple[Fault, ...] = ()
    clock: tuple[ClockStep, ...] = ()
    average_s: float = 8.0
    cuff_average_s: float = 20.0


@dataclass(frozen=True, slots=True)
class CuffPlan:
    """When the cuff measures: from each `from_at` on every `interval_us`, and at each extra time (all microseconds)."""

    segments: tuple[tuple[int, int], ...] = ()
    extras: tuple[int, ...] = ()

    def every(self, from_at: int, interval_us: int) -> CuffPlan:
        """The plan with another interval from `from_at` on (segments that would begin later are dropped)."""
        kept = tuple(s for s in self.segments if s[0] < from_at)
        return replace(self, segments=(*kept, (from_at, interval_us)))

    def also(self, at: int) -> CuffPlan:
        """The plan with one more measurement at `at`."""
        return replace(self, extras=(*self.extras, at))

    def times(self, from_at: int, to_at: int) -> list[int]:
        """Measurements completed in [from_at, to_at), in order."""
        found = {at for at in self.extras if from_at <= at < to_at}
        for index, (begin, interval) in enumerate(self.segments):
            end = self.segments[index + 1][0] if index + 1 < len(self.segments) else to_at
            first = begin + max(0, -(-(from_at - begin) // interval)) * interval
            found.update(range(first, min(end, to_at), interval))
        return sorted(found)


def readings(patient: Patient, setup: Setup, plan: CuffPlan, from_at: int, to_at: int) -> list[SimulatedReading]:
    """Everything the chair's devices measured in [from_at, to_at) of true time, in order of measurement."""
    found = [*cuff_readings(patient, setup, plan, from_at, to_at)]
    for place, source in enumerate(setup.sources):
        found.extend(_stream(patient, setup, source, place, from_at, to_at))
    return sorted(found, key=lambda reading: (reading["seq"], reading["device"]))


def cuff_error(seed: Integers | int, second: Integers, settings: Noise) -> tuple[Floats, Floats, Floats]:
    """Error of one cuff measurement in systolic, diastolic (mmHg) and pulse, a pure function of seed and second."""
    systolic = settings.cuff_systolic * noise.normal(seed, 21, second)
    diastolic = settings.cuff_diastolic * noise.normal(seed, 22, second)
    return systolic, diastolic, settings.cuff_heart_rate * noise.normal(seed, 23, second)


def cuff_readings(
    patient: Patient, setup: Setup, plan: CuffPlan, from_at: int, to_at: int
) -> Iterator[SimulatedReading]:
    """The cuff's measurements completed in [from_at, to_at)."""
    for at in plan.times(from_at, to_at):
        faults = [f for f in setup.faults if f.concerns("cuff") and f.from_at <= at < f.to_at]
        if not any(f.kind == "silent" for f in faults):
            yield _cuff(patient, setup, faults, at)


def _cuff(patient: Patient, setup: Setup, faults: Sequence[Fault], at: int) -> SimulatedReading:
    second = np.array([at // SECOND_US], dtype=np.int64)
    reading: SimulatedReading = {
        "device": setup.cuff_device,
        "seq": at,
        "observed_at": sender_time(setup.clock, at),
        "source": "nibp",
    }
    failed = next((f for f in faults if f.kind == "cuff_failed"), None)
    if failed or float(noise.uniform(setup.seed, 51, second)[0]) < setup.noise.cuff_failed_share:
        reading["status"] = ["failed"]
        reading["reason"] = failed.reason if failed else "movement during measurement"
        return reading
    ago = np.linspace(0.0, setup.cuff_average_s, 5) * SECOND_US
    signs = patient.signs(at - ago.astype(np.int64))
    error = cuff_error(setup.seed, second, setup.noise)
    systolic = float(signs.systolic.mean() + error[0][0]) + sum(f.systolic for f in faults)
    diastolic = float(signs.diastolic.mean() + error[1][0]) + sum(f.diastolic for f in faults)
    flags = {FLAGS[f.kind] for f in faults if f.kind in FLAGS}
    if float(noise.uniform(setup.seed, 52, second)[0]) < setup.noise.cuff_motion_share:
        shaken = setup.noise.cuff_motion_sd * float(noise.normal(setup.seed, 53, second)[0])
        systolic, diastolic = systolic + shaken, diastolic + 0.6 * shaken
        flags.add("motion")
    diastolic = min(diastolic, systolic - 12.0)
    reading["systolic"] = round(systolic)
    reading["diastolic"] = round(diastolic)
    reading["mean"] = round(diastolic + (systolic - diastolic) / 3.0)
    reading["heart_rate"] = round(float(signs.heart_rate.mean() + error[2][0]) + sum(f.heart_rate for f in faults))
    if flags:
        reading["status"] = sorted(flags)
    return reading


def stream_times(setup: Setup, from_at: int, to_at: int) -> Integers:
    """Ticks of the continuous device in [from_at, to_at): whole multiples of its interval since the epoch."""
    interval = round(setup.interval_s * SECOND_US)
    first = -(-from_at // interval) * interval
    return np.arange(first, to_at, interval, dtype=np.int64)


def _disturbed(setup: Setup, source: StreamSource, at: Integers) -> tuple[list[set[str]], dict[str, Floats], Floats]:
    """Flags per tick, sizes to add per value, and which ticks are sent at all (1 or 0)."""
    flags: list[set[str]] = [set() for _ in range(at.size)]
    extra = {name: np.zeros(at.size) for name in ("heart_rate", "spo2", "respiratory_rate")}
    sent = np.ones(at.size)
    bouts: list[tuple[Floats, str | None, dict[str, float]]] = []
    if source == "pulse_ox" and setup.noise.motion_share > 0:
        slot, into = np.divmod(at, 600 * SECOND_US)
        begin = noise.uniform(setup.seed, 62, slot) * (600.0 - setup.noise.motion_s) * SECOND_US
        moved = (into >= begin) & (into < begin + setup.noise.motion_s * SECOND_US)
        moved &= noise.uniform(setup.seed, 61, slot) < setup.noise.motion_share
        bouts.append((moved.astype(np.float64), "motion", {"spo2": -3.0, "heart_rate": 6.0}))
    for fault in setup.faults:
        if fault.concerns(source):
            mask = ((at >= fault.from_at) & (at < fault.to_at)).astype(np.float64)
            if fault.kind == "silent":
                sent = sent * (1.0 - mask)
            bouts.append((mask, FLAGS.get(fault.kind), {name: getattr(fault, name) for name in extra}))
    for mask, flag, sizes in bouts:
        for name, size in sizes.items():
            extra[name] += mask * size
        if flag is not None and flag != "cuff_loose":
            for index in np.flatnonzero(mask):
                flags[index].add(flag)
    return flags, extra, sent


def _stream(
    patient: Patient, setup: Setup, source: StreamSource, place: int, from_at: int, to_at: int
) -> Iterator[SimulatedReading]:
    at = stream_times(setup, from_at, to_at)
    if at.size == 0:
        return
    lagged = at - round(setup.average_s / 2 * SECOND_US)
    signs = patient.signs(lagged)
    flags, extra, sent = _disturbed(setup, source, at)
    tick = at // 1000
    spread = setup.noise
    rate = _rounded(
        signs.heart_rate + spread.heart_rate * noise.normal(setup.seed, 31 + place, tick), extra["heart_rate"]
    )
    if source == "pulse_ox":
        other = _rounded(signs.spo2 + spread.spo2 * noise.normal(setup.seed, 41, tick), extra["spo2"])
        name: Literal["spo2", "respiratory_rate"] = "spo2"
        other = [min(value, 100) for value in other]
    else:
        breathing = signs.respiratory_rate + spread.respiratory_rate * noise.normal(setup.seed, 42, tick)
        other, name = _rounded(breathing, extra["respiratory_rate"]), "respiratory_rate"
    for index, moment in enumerate(at.tolist()):
        if not sent[index]:
            continue
        reading: SimulatedReading = {
            "device": setup.monitor_device,
            "seq": moment + place,
            "observed_at": sender_time(setup.clock, moment),
            "source": source,
            "heart_rate": rate[index],
        }
        reading[name] = other[index]
        if flags[index]:
            reading["status"] = sorted(flags[index])
        yield reading


def _rounded(values: Floats, extra: Floats) -> list[int]:
    whole: list[int] = np.rint(np.maximum(values + extra, 1.0)).astype(np.int64).tolist()
    return whole


def encode(reading: SimulatedReading) -> dict[str, object]:
    """The reading as JSON takes it: RFC 3339 time with six decimals."""
    item: dict[str, object] = dict(reading)
    item["observed_at"] = rfc3339(reading["observed_at"])
    return item


def rfc3339(at: int) -> str:
    """Microseconds since the epoch as text, UTC."""
    return (_EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
