"""Every scenario can be played and shows what it says; a file that cannot is named with key and reason."""

import re
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from kat_monitor.domain.vitals import Priority
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.rules.compile import compile_protocol
from kat_simulators import monitor, scenario_files
from kat_simulators.chairside import Chairside, Sounded
from kat_simulators.load import streams
from kat_simulators.monitor import SimulatedReading
from kat_simulators.physiology import MINUTE_US
from kat_simulators.scenario import Scenario, at
from kat_simulators.tables import ScenarioError

DOSE_AT = 1_790_000_000_000_000
NAMED = {
    "calm", "spike_at_30", "hypertensive", "cuff_artefact", "gateway_away", "probe_off", "walk_to_toilet", "early_stop",
    "no_baseline", "clock_hour_off", "ready_at_100", "driver_late",
}  # fmt: skip


def played(scenario: Scenario, low: float, high: float) -> list[SimulatedReading]:
    setup = scenario.setup(DOSE_AT, "cuff", "monitor", 1.0, scenario.seed)
    body, plan = scenario.body(DOSE_AT), scenario.plan(DOSE_AT)
    return monitor.readings(body, setup, plan, at(DOSE_AT, low), at(DOSE_AT, high))


def cuffs(name: str, low: float = -15.0, high: float = 200.0) -> list[SimulatedReading]:
    return [r for r in played(scenario_files.load(name), low, high) if r["source"] == "nibp"]


def test_the_named_scenarios_are_shipped() -> None:
    assert set(scenario_files.shipped()) >= NAMED


@pytest.mark.parametrize("name", scenario_files.shipped())
def test_a_scenario_is_whole(name: str) -> None:
    scenario = scenario_files.load(name)
    assert scenario.steps[0].do == "check_in"
    assert scenario.title
    assert scenario.shows.endswith(".")
    moments = [step.at_min for step in scenario.steps]
    assert moments == sorted(moments)
    assert any("dose" in step.body or step.body.get("kind") == "dose" for step in scenario.steps)
    assert all(step.body["dose"]["route"] == scenario.route for step in scenario.steps if "dose" in step.body)
    found = played(scenario, scenario.start_min, scenario.until_min)
    assert len({(r["device"], r["seq"]) for r in found}) == len(found)


def test_calm_breaches_nothing() -> None:
    found = played(scenario_files.load("calm"), -15, 120)
    assert max(r["systolic"] for r in found if "systolic" in r) < 150
    assert min(r["spo2"] for r in found if "spo2" in r) >= 94


def test_the_spike_is_high_twice_and_only_around_minute_30() -> None:
    high = [(r["seq"] - DOSE_AT) / MINUTE_US for r in cuffs("spike_at_30") if r["systolic"] >= 180]
    assert len(high) == 2
    assert all(28 <= minute <= 40 for minute in high)


def test_the_artefact_is_alone_and_the_failures_come_in_a_row() -> None:
    found = cuffs("cuff_artefact")
    high = [index for index, r in enumerate(found) if r.get("systolic", 0) >= 180]
    assert len(high) == 1
    assert found[high[0] + 1]["systolic"] < 150
    failed = [index for index, r in enumerate(found) if r.get("status") == ["failed"]]
    assert failed == [failed[0], failed[0] + 1]


def test_the_hypertensive_patient_is_over_the_hold_limit_before_the_dose() -> None:
    before = [r["systolic"] for r in cuffs("hypertensive", -15, 0)]
    assert np.median(before) > 140
    assert scenario_files.load("hypertensive").doses[0].through == "override"


def test_no_baseline_has_no_measured_pressure_before_the_dose() -> None:
    assert all("systolic" not in r for r in cuffs("no_baseline", -15, 0))
    assert all("systolic" in r for r in cuffs("no_baseline", 5, 120))


def test_the_clock_is_an_hour_ahead_throughout() -> None:
    scenario = scenario_files.load("clock_hour_off")
    assert {r["observed_at"] - r["seq"] // 1000 * 1000 for r in played(scenario, -15, 0)} == {3600 * 1_000_000}
    assert scenario.begins is not None
    assert scenario.begins.startswith("2026-10-26")


def test_early_stop_records_what_was_given() -> None:
    stop = next(s for s in scenario_files.load("early_stop").steps if s.body.get("kind") == "stop")
    assert stop.at_min == 22
    assert stop.body["given_mg"] == pytest.approx(29.0 * 22 / 40, abs=0.06)


def text_of(name: str = "calm") -> str:
    folder = files("kat_simulators") / "scenarios"
    return (folder / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('protocol = "iv_infusion"', 'protocol = "oral"', "protocol", "must be one of"),
        ("weight_kg = 70", "weight_kg = 700", "patient.weight_kg", "must be from 30 to 250"),
        ("weight_kg = 70", 'weight_kg = "70"', "patient.weight_kg", "must be a number"),
        ("weight_kg = 70", "", "patient.weight_kg", "is missing"),
        ("weight_kg = 70", "weight_kg = 70\nwieght = 1", "patient.wieght", "is not known here"),
        ("over_min = 40", "over_min = 40\nstopped_at_min = 50", "dose[0].stopped_at_min", "within the infusion"),
        ("recovery = 40", "recovery = 400", "step", "outside the session"),
        ("check_in = -15", "chekc_in = -15", "usual.chekc_in", "is not known here"),
        ('title = "Calm session"', "title = 3", "title", "must be text"),
        ("start_min = -15", "start_min = -15\nsources = ['eeg']", "sources", "must be a list out of"),
        ("[patient]", "[patient", "file", "line"),
    ],
)
def test_a_wrong_file_is_named_with_key_and_reason(old: str, new: str, key: str, reason: str) -> None:
    text = text_of()
    assert old in text
    with pytest.raises(ScenarioError) as caught:
        scenario_files.parse(text.replace(old, new), "mine.toml")
    assert (caught.value.file, caught.value.key) == ("mine.toml", key)
    assert re.search(reason, caught.value.reason)


def test_an_unknown_scenario_lists_those_there_are() -> None:
    with pytest.raises(ScenarioError, match=r"no such scenario.*calm"):
        scenario_files.load("nonsense")


def test_load_makes_as_many_streams_as_asked_each_at_its_own_rate() -> None:
    made = streams(5, 2.0, scenario_files.load("calm"), DOSE_AT)
    found = [stream.next(DOSE_AT + 10 * 1_000_000) for stream in made]
    assert {r["device"] for readings in found for r in readings} >= {f"sim-{n}-monitor" for n in range(1, 6)}
    assert all(sum(r["source"] == "ecg" for r in readings) == 20 for readings in found)


def test_disturbances_of_every_day_are_off_unless_asked_for() -> None:
    calm = scenario_files.load("calm")
    assert calm.setup(DOSE_AT, "a", "b", 1.0, 1).noise == monitor.QUIET
    assert replace(calm, disturbed=True).setup(DOSE_AT, "a", "b", 1.0, 1).noise == monitor.Noise()


def heard(scenario: Scenario) -> Sounded:
    """The scenario's patient and devices through the real rules, cuffs on the pack's own timetable."""
    text, protocol = shipped()[scenario.protocol]
    setup = scenario.setup(DOSE_AT, "cuff", "monitor", 1.0, scenario.seed)
    chair = Chairside(1, scenario.body(DOSE_AT), setup, compile_protocol(version_of(text, 1)), protocol)
    return chair.run(15.0, 55.0, 115.0)


def test_calm_makes_no_sound_and_the_spike_a_high_alert() -> None:
    assert heard(scenario_files.load("calm")).tones == 0
    spike = heard(scenario_files.load("spike_at_30"))
    assert spike.of(Priority.HIGH) >= 1
    assert "systolic_high" in spike.limits.values()


def test_a_false_reading_is_not_confirmed_and_so_never_high() -> None:
    scenario = scenario_files.load("cuff_artefact")
    (wrong, *_) = scenario.faults
    at_a_cuff = replace(wrong, from_min=19.9, to_min=20.1)
    artefact = heard(replace(scenario, faults=(at_a_cuff,)))
    assert {artefact.limits[one] for one in artefact.highest} >= {"systolic_raised"}
    assert artefact.of(Priority.HIGH) == 0
