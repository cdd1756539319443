"""A scripted live connection: frames of the contract for a small clinic, for what no real server does on cue.

Times are RFC 3339 texts counted from `NOW`, the instant the page's clock is installed at.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from kat_monitor import __version__

GONE = "\u2013 \u2013"
"""What stands where a value is too old to be shown."""
NOW = datetime(2026, 11, 20, 14, 32, 0, tzinfo=UTC)
Frame = dict[str, Any]


def at(seconds: float) -> str:
    """The time `seconds` after NOW."""
    return (NOW + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def chair_id(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def session_id(n: int) -> str:
    return f"00000000-0000-4000-9000-{n:012d}"


def alert_id(n: int) -> str:
    return f"00000000-0000-4000-a000-{n:012d}"


def measured(value: object, source: str, age_s: float, stale_s: float, gone_s: float) -> Frame:
    """A value `age_s` old that greys `stale_s` and vanishes `gone_s` after it was measured."""
    return {
        "value": value,
        "effective_at": at(-age_s),
        "source": source,
        "stale_at": at(stale_s - age_s),
        "gone_at": at(gone_s - age_s),
    }


def vitals(systolic: int, diastolic: int, rate: int, spo2: int, cuff_age_s: float = 70, age_s: float = 0.5) -> Frame:
    pressure = {"systolic": systolic, "diastolic": diastolic, "mean": (systolic + 2 * diastolic) // 3}
    return {
        "blood_pressure": measured(pressure, "nibp", cuff_age_s, 400, 900),
        "heart_rate": measured(rate, "ecg", age_s, 5, 30),
        "spo2": measured(spo2, "pulse_ox", age_s, 5, 30),
        "respiratory_rate": measured(14, "other", age_s, 5, 30),
    }


def session(n: int, phase: str, minutes: float, name: str, planned: int = 40) -> Frame:
    """Session `n` at chair `n`, `minutes` into its phase (recovery counts from the end of dosing)."""
    dosed = {"preparing": None, "dosing": minutes, "recovery": minutes + planned}[phase]
    checked_in = (dosed or minutes) + (15 if dosed is not None else 0)
    dosing = None
    if dosed is not None:
        elapsed = min(dosed, planned)
        dosing = {"started_at": at(-60 * dosed), "planned_min": planned, "elapsed_min": elapsed, "paused": False}
    initials = "".join(part[0] for part in name.split())
    return {
        "id": session_id(n),
        "chair_id": chair_id(n),
        "patient": {"id": session_id(n), "name": name, "initials": initials},
        "phase": phase,
        "phases": [{"phase": "preparing", "from": at(-60 * checked_in), "to": None}]
        + ([{"phase": phase, "from": at(-60 * minutes), "to": None}] if phase != "preparing" else []),
        "protocol": {"code": "iv_infusion", "version": 1},
        "dosing": dosing,
        "baseline": None if phase == "preparing" else {"systolic": 124, "diastolic": 78, "mean": 93, "heart_rate": 70},
    }


def trend(minutes: int, top: int) -> Frame:
    """A trend of one-minute buckets that rises to `top` and has a cuff reading every fifth minute."""
    rise = [120 + (top - 120) * min(1.0, i / max(1, minutes - 1)) for i in range(minutes)]
    return {
        "from": at(-60 * minutes),
        "step_s": 60,
        "systolic": [round(v) if i % 5 == 0 else None for i, v in enumerate(rise)],
        "diastolic": [round(v * 0.62) if i % 5 == 0 else None for i, v in enumerate(rise)],
        "heart_rate": [None if 20 <= i < 24 else 68 + i // 4 for i in range(minutes)],
        "spo2": [98] * minutes,
    }


def alert(n: int, chair: int, limit: str, priority: str, **over: object) -> Frame:
    technical = limit in {"device_silent", "cuff_overdue", "sensor_off", "gateway_silent"}
    found: Frame = {
        "id": alert_id(n),
        "session_id": session_id(chair),
        "chair_id": chair_id(chair),
        "limit": limit,
        "source": None if technical else "nibp",
        "protocol": {"code": "iv_infusion", "version": 1},
        "kind": "technical" if technical else "physiological",
        "priority": priority,
        "state": "active",
        "opened_at": at(-41),
        "raised_at": at(-40),
        "recorded": True,
        "late": False,
        "unconfirmed": False,
    }
    return found | over


def hello(rate: float = 1, version: str = __version__) -> Frame:
    return {
        "type": "hello",
        "version": version,
        "server_time": at(0),
        "clock_rate": rate,
        "heartbeat_s": 2,
        "clinic": "Northside Clinic",
    }


CRITERIA: list[Frame] = [
    {"code": "minimum_observation", "state": "not_met", "evidence": {"detail": "24 of 60 min"}, "not_before": at(2160)},
    {"code": "blood_pressure", "state": "met", "evidence": {"detail": "127/79 cuff"}, "not_before": None},
    {"code": "escort", "state": "unknown", "evidence": None, "not_before": None},
]


def chairs() -> list[Frame]:
    """Six chairs: calm dosing, high (with markup in the name), provisional, ready, not reporting, free."""

    def item(n: int, found: Frame | None, values: Frame, readings: Frame | None, **more: Any) -> Frame:
        chair = {"id": chair_id(n), "label": f"Chair {n}", "room": "A"}
        return {
            "chair": chair,
            "session": found,
            "vitals": values,
            "trend": readings,
            "readiness": None,
            "due": [],
        } | more

    due = [{"chair_id": chair_id(1), "kind": "cuff", "at": at(170), "state": "planned"}]
    ready = {"ready": True, "as_of": at(0), "criteria": [c | {"state": "met"} for c in CRITERIA]}
    waiting = {"ready": False, "as_of": at(0), "criteria": CRITERIA}
    return [
        item(1, session(1, "dosing", 22.2, "Marie Laurent"), vitals(131, 82, 74, 98), trend(37, 131), due=due),
        item(2, session(2, "dosing", 32.1, "Ana <b>Rivera</b>"), vitals(192, 104, 96, 97), trend(47, 192)),
        item(3, session(3, "preparing", 9.0, "Saul Whitfield"), vitals(184, 86, 88, 96), trend(9, 138)),
        item(4, session(4, "recovery", 62.0, "Lina Haddad"), vitals(119, 74, 64, 98), trend(117, 150), readiness=ready),
        item(
            5,
            session(5, "recovery", 24.2, "Colette Moreau"),
            vitals(126, 78, 72, 98, 950, 60),
            trend(79, 140),
            readiness=waiting,
        ),
        item(6, None, {}, None),
    ]


def alerts() -> list[Frame]:
    return [
        alert(1, 2, "systolic_high", "high", value=192.0, limit_value=180.0, worst_value=192.0),
        alert(2, 3, "systolic_high", "medium", state="provisional", value=184.0, limit_value=180.0, confirm_by=at(79)),
        alert(3, 5, "device_silent", "medium", opened_at=at(-60)),
    ]


def snapshot(seq: int = 1) -> Frame:
    system = {"recording": True, "since": None, "watching": 2, "audible": 1}
    return {"type": "snapshot", "seq": seq, "chairs": chairs(), "alerts": alerts(), "system": system}


def heartbeat(seq: int, seconds: float) -> Frame:
    return {"type": "heartbeat", "seq": seq, "server_time": at(seconds)}
