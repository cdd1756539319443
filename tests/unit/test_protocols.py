"""The shipped packs say what their sources say, and the document says what the packs say."""

import json
import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import BaseModel

from kat_monitor.domain.protocol import Limit, LimitKind, Protocol
from kat_monitor.domain.vitals import OPEN_PHASES, Metric, Phase, Priority
from kat_monitor.protocols.describe import describe
from kat_monitor.protocols.loader import parse, shipped, version_of
from kat_monitor.protocols.schema import PackTable

CODES = ("im_injection", "iv_infusion", "nasal_esketamine", "sublingual")
PACKS = shipped()
IV = PACKS["iv_infusion"][0]
DOC = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text("utf-8")

HIGH, MEDIUM = Priority.HIGH, Priority.MEDIUM
ABOVE, BELOW, RISE = LimitKind.ABOVE, LimitKind.BELOW, LimitKind.RISE
EVERY_PHASE = {"preparing", "dosing", "recovery"}
TREATED = {"dosing", "recovery"}

CLINICAL = [
    ("systolic_high", Metric.SYSTOLIC, ABOVE, 1800, HIGH, EVERY_PHASE),
    ("systolic_low", Metric.SYSTOLIC, BELOW, 900, HIGH, EVERY_PHASE),
    ("diastolic_high", Metric.DIASTOLIC, ABOVE, 1100, HIGH, EVERY_PHASE),
    ("rise_systolic_symptom", Metric.SYSTOLIC, RISE, 400, HIGH, EVERY_PHASE),
    ("rise_diastolic_symptom", Metric.DIASTOLIC, RISE, 250, HIGH, EVERY_PHASE),
    ("heart_rate_high", Metric.HEART_RATE, ABOVE, 1310, HIGH, EVERY_PHASE),
    ("heart_rate_low", Metric.HEART_RATE, BELOW, 400, HIGH, EVERY_PHASE),
    ("spo2_low", Metric.SPO2, BELOW, 910, HIGH, EVERY_PHASE),
    ("respiratory_rate_low", Metric.RESPIRATORY_RATE, BELOW, 80, HIGH, EVERY_PHASE),
    ("respiratory_rate_high", Metric.RESPIRATORY_RATE, ABOVE, 250, HIGH, EVERY_PHASE),
    ("systolic_raised", Metric.SYSTOLIC, ABOVE, 1600, MEDIUM, TREATED),
    ("diastolic_raised", Metric.DIASTOLIC, ABOVE, 1000, MEDIUM, TREATED),
    ("rise_systolic", Metric.SYSTOLIC, RISE, 300, MEDIUM, TREATED),
    ("rise_diastolic", Metric.DIASTOLIC, RISE, 200, MEDIUM, TREATED),
    ("systolic_lowish", Metric.SYSTOLIC, BELOW, 1000, MEDIUM, EVERY_PHASE),
    ("heart_rate_raised", Metric.HEART_RATE, ABOVE, 1100, MEDIUM, EVERY_PHASE),
    ("heart_rate_lowish", Metric.HEART_RATE, BELOW, 500, MEDIUM, EVERY_PHASE),
    ("spo2_lowish", Metric.SPO2, BELOW, 930, MEDIUM, EVERY_PHASE),
    ("respiratory_rate_lowish", Metric.RESPIRATORY_RATE, BELOW, 110, MEDIUM, EVERY_PHASE),
    ("respiratory_rate_raised", Metric.RESPIRATORY_RATE, ABOVE, 210, MEDIUM, EVERY_PHASE),
]


def protocol_of(code: str) -> Protocol:
    return PACKS[code][1]


def limit_of(code: str, limit: str) -> Limit:
    found = protocol_of(code).limit(limit)
    assert found is not None
    return found


# ---- the shipped packs


def test_four_packs_ship_under_the_name_of_their_code() -> None:
    assert tuple(sorted(PACKS)) == CODES


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("limit", "metric", "kind", "value", "priority", "when"), CLINICAL)
def test_clinical_limits_are_present(
    code: str, limit: str, metric: Metric, kind: LimitKind, value: int, priority: Priority, when: set[str]
) -> None:
    found = limit_of(code, limit)
    assert (found.metric, found.kind, found.value, found.priority) == (metric, kind, value, priority)
    assert {phase.value for phase in found.when} == when
    assert found.needs_symptom == limit.endswith("_symptom")


@pytest.mark.parametrize("code", CODES)
def test_systolic_high_is_the_limit_of_the_design(code: str) -> None:
    assert limit_of(code, "systolic_high") == Limit(
        code="systolic_high",
        metric=Metric.SYSTOLIC,
        when=OPEN_PHASES,
        kind=ABOVE,
        value=1800,
        clear=1700,
        priority=HIGH,
        hold_s=0.0,
        confirm_s=120.0,
        immediate=2000,
        rearm=100,
    )


@pytest.mark.parametrize("code", CODES)
def test_delays_and_the_provisional_step(code: str) -> None:
    assert limit_of(code, "diastolic_high").immediate == 1200
    assert limit_of(code, "spo2_low").hold_s == 15
    assert limit_of(code, "spo2_lowish").hold_s == 15
    for limit in ("rise_systolic_symptom", "rise_diastolic_symptom"):
        assert limit_of(code, limit).confirm_s is None, "a rise with symptoms waits for nothing"


@pytest.mark.parametrize("code", CODES)
def test_red_limits_hold_whenever_a_patient_is_in_the_chair(code: str) -> None:
    red = [limit for limit in protocol_of(code).limits if limit.priority is HIGH]
    assert len(red) == 10
    assert all(limit.when == OPEN_PHASES for limit in red)


@pytest.mark.parametrize("code", CODES)
def test_rate_is_a_quiet_cuff_limit(code: str) -> None:
    rates = [limit for limit in protocol_of(code).limits if limit.kind is LimitKind.RATE]
    assert [rate.code for rate in rates] == ["systolic_rate"]
    assert rates[0].priority is Priority.LOW


@pytest.mark.parametrize("code", CODES)
def test_hold_limits_of_the_baseline(code: str) -> None:
    holds = [(h.metric, h.kind, h.value, h.below_age, h.from_age) for h in protocol_of(code).baseline.hold]
    assert holds == [
        (Metric.SYSTOLIC, ABOVE, 1400, 66, None),
        (Metric.SYSTOLIC, ABOVE, 1500, None, 66),
        (Metric.DIASTOLIC, ABOVE, 900, None, None),
        (Metric.HEART_RATE, ABOVE, 1000, None, None),
        (Metric.HEART_RATE, BELOW, 500, None, None),
        (Metric.SPO2, BELOW, 940, None, None),
        (Metric.RESPIRATORY_RATE, BELOW, 100, None, None),
        (Metric.RESPIRATORY_RATE, ABOVE, 240, None, None),
    ]


@pytest.mark.parametrize("code", CODES)
def test_screening_holds_every_question_of_the_check(code: str) -> None:
    items = {item.item: (item.level.value, item.stops_on) for item in protocol_of(code).screening}
    stops = ["aneurysmal_disease", "avm", "intracerebral_bleed", "allergy", "pregnancy", "psychosis_or_mania"]
    stops += ["recent_infarct_or_stroke", "intoxicated_today"]
    decides = ["bp_over_hold_limits", "raised_intracranial_pressure", "substance_misuse", "anaesthetic_reaction"]
    decides += ["benzodiazepine_today", "opioid_today", "stimulant_today", "maoi_today", "new_suicidal_thoughts"]
    decides += ["hypertensive_encephalopathy", "new_symptoms"]
    records = ["last_food_and_drink", "allergies", "weight", "consent", "symptoms_since_last_time"]
    expected: dict[str, tuple[str, str | None]] = {"responsible_adult": ("stop", "no")}
    expected.update(dict.fromkeys(stops, ("stop", "yes")))
    expected.update(dict.fromkeys(decides, ("clinician", "yes")))
    expected.update(dict.fromkeys(records, ("record", None)))
    assert items == expected


@pytest.mark.parametrize("code", CODES)
def test_numbers_of_the_design_that_all_packs_share(code: str) -> None:
    pack = protocol_of(code)
    assert pack.required == (Metric.HEART_RATE, Metric.SPO2, Metric.RESPIRATORY_RATE)
    assert (pack.timetable.after_amber_min, pack.timetable.after_red_min, pack.timetable.waiting_min) == (3, 2, 15)
    base = pack.baseline
    assert (base.window_min, base.spacing_min, base.count, base.stream_min) == (45, 2, 3, 5)
    assert (base.two_systolic, base.two_diastolic) == (100, 50)
    out = pack.discharge
    assert (out.bp_newest_min, out.bp_apart_min, out.bp_pct, out.bp_low_systolic) == (15, 10, 200, 1000)
    assert (out.dizzy_min, out.bp_rising, out.window_min, out.covered_min, out.gap_s) == (30, 100, 30, 15, 60)
    assert (out.hand_respiration_min, out.spo2_least, out.spo2_baseline, out.spo2_below_baseline) == (15, 940, 960, 20)
    assert (out.assessment_min, out.aldrete_least, out.escort_min) == (30, 9, 15)
    loud = pack.escalation
    assert (loud.high_stations_s, loud.high_clinician_s, loud.medium_s, loud.unheard_factor) == (30, 90, 120, 0.5)
    assert (loud.remind_high_s, loud.remind_medium_s) == (120, 300)
    assert (loud.remind_cuff_from_s, loud.remind_cuff_at_s) == (180, 600)
    assert pack.audio.pause_max_s == 120


@pytest.mark.parametrize("code", CODES)
def test_doubtful_readings(code: str) -> None:
    table = protocol_of(code).plausibility
    assert (table.all_equal, table.mean_from, table.step) == (True, 1400, 400)
    rules = [(rule.systolic_from, rule.systolic_to, rule.least) for rule in table.pulse_pressure]
    assert rules == [(300, 1000, 100), (1000, 1500, 150), (1500, 2001, 300), (2001, 3001, 500)]


def test_what_differs_between_the_routes() -> None:
    seen = {}
    for code in CODES:
        pack = protocol_of(code)
        every = tuple(pack.timetable.interval_min[phase] for phase in (Phase.PREPARING, Phase.DOSING, Phase.RECOVERY))
        out = pack.discharge
        seen[code] = (
            pack.route,
            pack.dosing_min,
            pack.planned_min,
            every,
            out.observe_min,
            out.observe_from,
            out.cannula,
        )
    assert seen == {
        "iv_infusion": ("iv", (40, 60), 40, (5, 5, 15), 60, "end_of_dosing", True),
        "im_injection": ("im", (40, 60), 60, (5, 10, 15), 120, "last_dose", False),
        "nasal_esketamine": ("nasal", (40, 60), 40, (5, 20, 20), 120, "last_dose", False),
        "sublingual": ("sublingual", (40, 90), 60, (5, 30, 30), 120, "last_dose", False),
    }


def test_nasal_points_dose_and_observation() -> None:
    pack = protocol_of("nasal_esketamine")
    points = [(p.code, p.minute, p.from_min, p.to_min) for p in pack.timetable.points]
    assert points == [("minute_40", 40, 35, 50), ("two_hours", 120, 110, 135)]
    assert pack.dose_range_mg == (28, 84)
    assert pack.discharge.until_alert


def test_sublingual_points() -> None:
    assert [p.minute for p in protocol_of("sublingual").timetable.points] == [30, 60, 90]


@pytest.mark.parametrize("code", CODES)
def test_every_number_of_a_pack_carries_its_source(code: str) -> None:
    bare = [
        line
        for line in PACKS[code][0].splitlines()
        if re.search(r"=\s*\[?-?\d", line)
        and not re.search(r"#.*(\[S\d+\]|ours|unverified|lowest|highest|studied)", line)
    ]
    assert bare == []


# ---- versions and descriptions


def test_a_version_keeps_the_text_and_its_hash() -> None:
    version = version_of(IV, 3)
    assert (version.code, version.version, version.toml) == ("iv_infusion", 3, IV)
    assert version.sha256 == sha256(IV.encode("utf-8")).hexdigest()
    assert version.protocol == parse(IV, "again.toml")


@pytest.mark.parametrize("code", CODES)
def test_describe_gives_back_the_numbers_of_the_toml(code: str) -> None:
    toml, protocol = PACKS[code]
    written = tomllib.loads(toml)
    told = json.loads(json.dumps(describe(protocol)))
    assert list(told) == ["expected", "limits", "timetable", "screening", "discharge", "escalation", "audio"]
    for whole in ("expected", "discharge", "escalation", "audio"):
        assert told[whole] == written[whole]
    for row, limit in zip(written["limit"], told["limits"], strict=True):
        assert {key: limit[key] for key in row} == row
    assert told["timetable"]["interval_min"] == written["timetable"]["interval_min"]
    assert told["timetable"]["points"] == written["timetable"].get("point", [])
    for row, item in zip(written["screening"], told["screening"], strict=True):
        assert {"stops_on": None} | row == item


def test_one_decimal_is_kept_exactly() -> None:
    protocol = parse(IV.replace("value = 180.0 ", "value = 180.1 "), "x")
    limit = protocol.limit("systolic_high")
    assert limit is not None
    assert limit.value == 1801
    assert describe(protocol)["limits"][0]["value"] == 180.1
    assert parse(IV.replace("value = 180.0 ", "value = 180 "), "x") == protocol_of("iv_infusion")


# ---- the document


def keys_of(model: type[BaseModel]) -> set[str]:
    """All keys of a table and of the tables in it, by walking the JSON schema."""
    schema = model.model_json_schema(mode="serialization")
    tables = [schema, *schema["$defs"].values()]
    return {key for table in tables for key in table.get("properties", {})}


def test_every_key_is_explained_in_the_document() -> None:
    keys = keys_of(PackTable)
    assert {"code", "rearm", "stops_on", "below_age", "aldrete_least", "pause_max_s", "pulse_pressure"} <= keys
    assert sorted(key for key in keys if f"`{key}`" not in DOC) == []


@pytest.mark.parametrize("code", CODES)
def test_the_document_shows_the_limits_as_shipped(code: str) -> None:
    for limit in describe(protocol_of(code))["limits"]:
        row = next(line for line in DOC.splitlines() if line.startswith(f"| `{limit['code']}`"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[3] == f"{limit['value']:g}", limit["code"]
        assert cells[4] == f"{limit['clear']:g}", limit["code"]
        assert cells[5] == limit["priority"]


def test_the_document_lists_every_source_and_asks_for_the_signature() -> None:
    cited = {source for toml, _ in PACKS.values() for source in re.findall(r"\[(S\d+)\]", toml)}
    listed = set(re.findall(r"^- (S\d+) ", DOC, re.MULTILINE))
    assert cited - listed == set()
    assert "signature of the clinic's medical lead" in DOC
