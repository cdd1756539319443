"""Simulated monitors are a pure function of time, wrong only where told to be, and speak the door's language."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kat_monitor.ingest.decode import decode
from kat_simulators import noise
from kat_simulators.faults import ClockStep, Fault
from kat_simulators.monitor import QUIET, CuffPlan, Noise, Setup, SimulatedReading, encode, readings, rfc3339
from kat_simulators.pharmacokinetics import Dose
from kat_simulators.physiology import MINUTE_US, Patient, patient
from kat_simulators.population import typical

T0 = 1_790_000_000_000_000
SECOND_US = 1_000_000


def body() -> Patient:
    return patient(typical(), "iv", T0, 3, [Dose(5.0, 35.0, "iv", 40.0)])


def setup(*faults: Fault, disturbed: Noise = QUIET) -> Setup:
    return Setup("c1-cuff", "c1-monitor", 9, 1.0, faults=faults, noise=disturbed)


PLAN = CuffPlan().every(T0 + MINUTE_US, 5 * MINUTE_US)


def during(part: str, found: list[SimulatedReading]) -> list[SimulatedReading]:
    return [reading for reading in found if reading["source"] == part]


@given(cuts=st.lists(st.integers(0, 20 * 60 * SECOND_US), max_size=6))
@settings(max_examples=25, deadline=None)
def test_reading_in_pieces_is_reading_at_once(cuts: list[int]) -> None:
    troubled = setup(Fault("motion", "all", T0 + 3 * MINUTE_US, T0 + 4 * MINUTE_US, spo2=-4.0), disturbed=Noise())
    end = 20 * 60 * SECOND_US
    edges = sorted({0, end, *cuts})
    pieces = [r for a, b in pairwise(edges) for r in readings(body(), troubled, PLAN, T0 + a, T0 + b)]
    assert pieces == readings(body(), troubled, PLAN, T0, T0 + end)


def test_the_door_takes_every_reading_as_it_is() -> None:
    faults = (
        Fault("cuff_failed", "cuff", T0 + 5 * MINUTE_US, T0 + 7 * MINUTE_US, "air leak"),
        Fault("sensor_off", "pulse_ox", T0 + 2 * MINUTE_US, T0 + 3 * MINUTE_US),
        Fault("cuff_loose", "cuff", T0 + 10 * MINUTE_US, T0 + 12 * MINUTE_US),
    )
    found = readings(body(), setup(*faults, disturbed=Noise()), PLAN, T0, T0 + 20 * MINUTE_US)
    text = json.dumps({"sent_at": rfc3339(T0), "readings": [encode(r) for r in found]})
    decoded = decode(text.encode())
    assert decoded.rejected == []
    assert decoded.warnings == []
    assert [c.observed_at for c in decoded.candidates] == [r["observed_at"] for r in found]
    assert [c.seq for c in decoded.candidates] == [r["seq"] for r in found]


def test_identities_are_unique_and_increase_per_device() -> None:
    found = readings(body(), setup(), PLAN.also(T0 + 90 * SECOND_US), T0, T0 + 30 * MINUTE_US)
    for device in ("c1-cuff", "c1-monitor"):
        numbers = [r["seq"] for r in found if r["device"] == device]
        assert len(numbers) > 5
        assert all(a < b for a, b in pairwise(numbers))


def test_the_cuff_keeps_its_timetable_and_measures_extra_when_asked() -> None:
    plan = PLAN.every(T0 + 12 * MINUTE_US, 10 * MINUTE_US).also(T0 + 8 * MINUTE_US)
    minutes = [(at - T0) / MINUTE_US for at in plan.times(T0, T0 + 40 * MINUTE_US)]
    assert minutes == [1, 6, 8, 11, 12, 22, 32]


def test_a_segment_set_anew_replaces_what_would_have_begun_later() -> None:
    plan = CuffPlan(((T0, MINUTE_US), (T0 + 10 * MINUTE_US, MINUTE_US))).every(T0 + 5 * MINUTE_US, 20 * MINUTE_US)
    minutes = [(at - T0) / MINUTE_US for at in plan.times(T0, T0 + 30 * MINUTE_US)]
    assert minutes == [0, 1, 2, 3, 4, 5, 25]


def test_cuff_noise_has_its_published_spread() -> None:
    every_minute = CuffPlan().every(T0, 10 * SECOND_US)
    calm = patient(typical(), "iv", T0, 3)
    found = readings(calm, replace(setup(), sources=()), every_minute, T0, T0 + 400 * MINUTE_US)
    pressures = np.array([r["systolic"] for r in found])
    assert pressures.size == 2400
    assert 4.5 < pressures.std() < 6.0  # 5 of the cuff, a little of the patient
    assert abs(pressures.mean() - calm.person.systolic[0]) < 1.0


def test_the_monitor_lags_behind_the_patient() -> None:
    still = replace(QUIET, spo2=0.0, heart_rate=0.0, respiratory_rate=0.0)
    slow = replace(setup(), average_s=20.0, noise=still)
    rising = patient(typical(), "iv", T0, 3, [Dose(0.0, 100.0, "iv")])
    at = T0 + 30 * SECOND_US
    shown = readings(rising, slow, CuffPlan(), at, at + SECOND_US)[0]
    true_then = rising.signs(np.array([at - 10 * SECOND_US])).heart_rate[0]
    assert shown["heart_rate"] == round(true_then)


@pytest.mark.parametrize(
    ("kind", "flag"),
    [("motion", "motion"), ("low_signal", "low_signal"), ("sensor_off", "sensor_off"), ("demo", "demo")],
)
def test_a_fault_flags_exactly_its_span(kind: str, flag: str) -> None:
    low, high = T0 + 60 * SECOND_US, T0 + 75 * SECOND_US
    troubled = setup(Fault(kind, "pulse_ox", low, high))  # type: ignore[arg-type]
    found = readings(body(), troubled, CuffPlan(), T0, T0 + 3 * MINUTE_US)
    flagged = [r["seq"] for r in found if flag in r.get("status", [])]
    assert flagged == [low + i * SECOND_US for i in range(15)]
    assert all("status" not in r for r in during("ecg", found))


def test_a_silent_part_sends_nothing_and_the_others_go_on() -> None:
    silent = setup(Fault("silent", "pulse_ox", T0, T0 + MINUTE_US))
    found = readings(body(), silent, CuffPlan(), T0, T0 + 2 * MINUTE_US)
    assert len(during("pulse_ox", found)) == 60
    assert len(during("ecg", found)) == 120


def test_a_failed_cuff_says_why_and_has_no_values() -> None:
    failed = setup(Fault("cuff_failed", "cuff", T0, T0 + 2 * MINUTE_US, "air leak"))
    first, second = during("nibp", readings(body(), failed, PLAN, T0, T0 + 8 * MINUTE_US))
    assert first["status"] == ["failed"]
    assert first["reason"] == "air leak"
    assert not {"systolic", "diastolic", "mean", "heart_rate"} & set(first)
    assert "status" not in second
    assert second["systolic"] > second["mean"] > second["diastolic"]


def test_an_artefact_is_wrong_by_its_size_and_says_nothing() -> None:
    span = (T0, T0 + 2 * MINUTE_US)
    plain = during("nibp", readings(body(), setup(), PLAN, *span))[0]
    wrong = during("nibp", readings(body(), setup(Fault("wrong", "cuff", *span, systolic=60.0)), PLAN, *span))[0]
    assert wrong["systolic"] == plain["systolic"] + 60
    assert "status" not in wrong


def test_a_wrong_clock_moves_times_but_not_identities() -> None:
    hour = 3600 * SECOND_US
    stepped = replace(setup(), clock=(ClockStep(T0 + MINUTE_US, hour),))
    right = readings(body(), setup(), PLAN, T0, T0 + 2 * MINUTE_US)
    wrong = readings(body(), stepped, PLAN, T0, T0 + 2 * MINUTE_US)
    assert [r["seq"] for r in right] == [r["seq"] for r in wrong]
    moved = {
        b["observed_at"] - a["observed_at"] for a, b in zip(right, wrong, strict=True) if a["seq"] >= T0 + MINUTE_US
    }
    assert moved == {hour}
    assert all(a == b for a, b in zip(right, wrong, strict=True) if a["seq"] < T0 + MINUTE_US)


def test_everyday_disturbances_happen_and_are_rare() -> None:
    calm = patient(typical(), "iv", T0, 3)
    found = readings(calm, setup(disturbed=Noise()), CuffPlan().every(T0, MINUTE_US), T0, T0 + 400 * MINUTE_US)
    cuffs = during("nibp", found)
    failed = sum(r.get("status") == ["failed"] for r in cuffs) / len(cuffs)
    moving = sum("motion" in r.get("status", []) for r in during("pulse_ox", found)) / (400 * 60)
    assert 0.001 < failed < 0.04
    assert 0.0002 < moving < 0.01


def test_noise_is_normal_and_uncorrelated_between_neighbours() -> None:
    drawn = noise.normal(42, 7, np.arange(50_000, dtype=np.int64))
    assert abs(drawn.mean()) < 0.02
    assert abs(drawn.std() - 1.0) < 0.02
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.02
    assert not np.array_equal(drawn, noise.normal(43, 7, np.arange(50_000, dtype=np.int64)))
