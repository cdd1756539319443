"""The record of a scripted session: what its page reads over REST, for states no real server is brought to on cue."""

from datetime import timedelta
from typing import Any

from tests.browser import script
from tests.browser.script import Frame, at

NURSE_NAME = "RN Okafor"
DOSED_S = -32 * 60
"""The dose, seconds before NOW."""
PRESSURES = [
    (-48, 138, 86), (-43, 134, 83), (-38, 136, 84), (-32, 139, 85), (-27, 146, 88), (-22, 152, 91), (-17, 158, 93),
    (-12, 163, 96), (-6, 174, 98), (-4, 171, 97), (-1, 192, 104),
]  # fmt: skip
"""Minutes before NOW, systolic, diastolic."""
OFF_MIN = (-20, -18)
"""When the oximeter was off the finger, minutes before NOW."""
STEP_S = 10


def limit(code: str, metric: str, kind: str, value: float, priority: str, **more: Any) -> Frame:
    phases = ["preparing", "dosing", "recovery"]
    found = {
        "code": code,
        "metric": metric,
        "when": phases,
        "kind": kind,
        "value": value,
        "clear": value,
        "hold_s": 0.0,
    }
    found |= {"confirm_s": None, "immediate": None, "priority": priority, "rearm": None, "needs_symptom": False}
    return found | {"history": []} | more


LIMITS = [
    limit("systolic_high", "systolic", "above", 180, "high"),
    limit("systolic_raised", "systolic", "above", 165, "medium"),
    limit("diastolic_high", "diastolic", "above", 110, "high"),
    limit("heart_rate_high", "heart_rate", "above", 120, "medium"),
    limit("heart_rate_low", "heart_rate", "below", 50, "medium"),
    limit("spo2_low", "spo2", "below", 92, "medium"),
]
BASELINE = {"systolic": 136, "diastolic": 84, "mean": 101, "heart_rate": 76, "spo2": 98, "readings": [], "excluded": []}
CRITERIA = [
    {"code": "observation", "state": "not_met", "evidence": {"required_min": 60.0, "from": at(480), "reasons": []},
     "not_before": at(4080)},
    {"code": "spo2", "state": "met", "evidence": {"value": 97, "at": at(-10), "at_least": 94, "on_air": True},
     "not_before": None},
    {"code": "gait", "state": "unknown", "evidence": {"reasons": ["not_assessed"]}, "not_before": None},
]  # fmt: skip


def detail(n: int = 2) -> Frame:
    """Session `n` of the scripted clinic, 32 minutes into dosing."""
    tile = script.session(n, "dosing", 32.1, "Ana <b>Rivera</b>")
    patient = {"id": script.session_id(n), "mrn": "4821", "name": "Ana <b>Rivera</b>", "birth_date": "1982-03-04"}
    answers = {"allergies": "yes"}
    row = {"at": at(-3000), "by": None, "by_name": NURSE_NAME, "answers": answers, "note": "penicillin"}
    return {
        "id": script.session_id(n),
        "patient": patient | {"sex": "female"},
        "chair": {"id": script.chair_id(n), "label": f"Chair {n}", "room": "A"},
        "protocol": {"code": "iv_infusion", "version": 1},
        "phase": "dosing",
        "outcome": None,
        "phases": tile["phases"],
        "scheduled_at": None,
        "weight_kg": 77.0,
        "dosing": {
            "started_at": at(DOSED_S), "planned_min": 40.0, "elapsed_min": 32.0, "remaining_min": 8.0,
            "ends_at": at(480), "paused": False, "running": True, "total_mg": 38.5, "mg_per_kg": 0.5,
        },
        "screening": {"answers": answers, "rows": [row]},
        "baseline": BASELINE | {"locked_at": at(DOSED_S - 60), "locked_by": None, "locked_by_name": NURSE_NAME},
        "target": None,
        "on_oxygen": False,
        "off_monitor_until": None,
        "limits": LIMITS,
        "summary": {},
        "readiness": {"ready": False, "as_of": at(0), "criteria": CRITERIA, "waiting_for_driver": False},
        "gates": [],
    }  # fmt: skip


def event(n: int, minutes: float, kind: str, **more: Any) -> Frame:
    said = {"at": at(60 * minutes), "recorded_at": at(60 * minutes), "type": "event", "kind": kind, "corrects": None}
    return said | {"event_id": f"00000000-0000-4000-b000-{n:012d}", "by": None, "by_name": NURSE_NAME} | more


def timeline() -> list[Frame]:
    """A dose, a medicine with its effect, another drug, a corrected note, and the alert that calls."""
    return [
        event(1, -32, "dose", drug="ketamine", amount_mg=38.5, route="iv"),
        event(2, -21, "medication", drug="ondansetron", amount=4, unit="mg", route="iv"),
        event(3, -14, "note", text="left arm"),
        event(4, -13, "note", text="right arm", corrects="00000000-0000-4000-b000-000000000003"),
        event(5, -4, "medication", drug="labetalol", amount=10, unit="mg", route="iv"),
        {"at": at(-41), "recorded_at": at(-41), "type": "alert", "kind": "physiological", "priority": "high",
         "limit": "systolic_high", "source": "nibp", "step": "opened", "value": 192, "by": None},
    ]  # fmt: skip


def events() -> list[Frame]:
    effect = [{"minute": 5, "due_at": at(60), "at": at(-60), "systolic": 192, "diastolic": 104},
              {"minute": 10, "due_at": at(360), "at": None, "systolic": None, "diastolic": None}]  # fmt: skip
    found = [line | {"id": line["event_id"]} for line in timeline() if line["type"] == "event"]
    return [line | {"effect": effect} if line.get("drug") == "labetalol" else line for line in found]


def alerts(n: int = 2) -> list[Frame]:
    """A sensor that was off and is on again, one that a nurse answered, and the one that calls."""
    answered = {"acknowledged_at": at(-330), "acknowledged_by": None, "acknowledged_by_name": NURSE_NAME}
    return [
        script.alert(21, n, "sensor_off", "low", state="closed", opened_at=at(-1200), raised_at=at(-1200),
                     ended_at=at(-1080), detail="spo2"),
        script.alert(22, n, "systolic_raised", "medium", state="closed", value=174, limit_value=165,
                     opened_at=at(-360), raised_at=at(-360), ended_at=at(-60)) | answered,
        script.alert(1, n, "systolic_high", "high", value=192.0, limit_value=180.0),
    ]  # fmt: skip


def cuffs() -> Frame:
    """Eleven readings of the cuff and one that was voided, as columns."""
    rows = [(60 * minute, high, low, False) for minute, high, low in PRESSURES] + [(-30 * 60, 250, 40, True)]
    rows.sort()
    columns: Frame = {
        "effective_at": [at(second) for second, *_ in rows],
        "device": [script.chair_id(90)] * len(rows),
        "seq": list(range(len(rows))),
        "source": ["nibp"] * len(rows),
        "voided": [voided for *_, voided in rows],
        "systolic": [high for _, high, _, _ in rows],
        "diastolic": [low for _, _, low, _ in rows],
        "mean": [round((high + 2 * low) / 3) for _, high, low, _ in rows],
        "heart_rate": [88] * len(rows),
    }
    return columns | {name: [False] * len(rows) for name in ("suspect", "late", "corrected")}


def streams() -> Frame:
    """Fifty minutes of heart rate and saturation, without saturation while the sensor was off."""
    times = range(-50 * 60, 0, STEP_S)
    off = range(60 * OFF_MIN[0], 60 * OFF_MIN[1])
    rate = [76 + max(0, (second + 1920) // 96) for second in times]
    oxygen = [None if second in off else 98 - (second // 300) % 2 for second in times]
    begin = script.NOW + timedelta(seconds=times[0])
    assert begin.second % STEP_S == 0
    thinned = {name: {"min": v, "mean": v, "max": v} for name, v in (("heart_rate", rate), ("spo2", oxygen))}
    return {"step_s": float(STEP_S), "effective_at": [at(second) for second in times]} | thinned


def answers(n: int = 2) -> dict[str, object]:
    """What each address below `sessions/{id}` answers."""
    return {
        "": detail(n), "/timeline": timeline(), "/events": events(), "/alerts": alerts(n),
        "/readings?cuff=true": cuffs(), "/readings?step=10": streams(),
    }  # fmt: skip
