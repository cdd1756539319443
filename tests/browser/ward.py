"""A scripted ward with a chair in every state a tile can be in, and larger ones made of the same chairs."""

from typing import Any

from tests.browser import script
from tests.browser.script import Frame, at

NAMES = ("Marie Laurent", "Ana Rivera", "Saul Whitfield", "Jun Park", "Tola Adeyemi", "Dana Kowalski", "Lina Haddad")
MORE_NAMES = ("Rita Osei", "Paul Nakamura", "Colette Moreau", "Bruno Ferrari", "Ines Duarte")


def due(n: int, kind: str, seconds: float, state: str = "planned", **more: Any) -> Frame:
    return {"chair_id": script.chair_id(n), "kind": kind, "at": at(seconds), "state": state} | more


def chair(n: int, session: Frame | None = None, values: Frame | None = None, **more: Any) -> Frame:
    place = {"id": script.chair_id(n), "label": f"Chair {n}", "room": "A"}
    empty: Frame = {"trend": None, "readiness": None, "due": []}
    return {"chair": place, "session": session, "vitals": values or {}} | empty | more


def curve(minutes: int, systolic: int, diastolic: int, cuff_age_s: float = 70) -> Frame:
    """A trend that ends in the pressure the tile shows, in the minute in which it was measured."""
    found = script.trend(minutes, systolic)
    last = minutes - 1 - round(cuff_age_s / 60)
    for name, value in (("systolic", systolic), ("diastolic", diastolic)):
        found[name] = [v if i < last - 2 else None for i, v in enumerate(found[name])]
        found[name][last] = value
    return found


def _calm(n: int, phase: str = "dosing", minutes: float = 22.2) -> Frame:
    name = (NAMES + MORE_NAMES)[n % 12]
    base = {"preparing": 0, "dosing": 15, "recovery": 55}[phase]
    values = script.vitals(112 + 7 * n % 34, 68 + 5 * n % 18, 58 + 3 * n % 32, 95 + n % 5, 60 + 13 * n % 170)
    curve = script.trend(round(minutes) + base, 126 + n % 11)
    return chair(n, script.session(n, phase, minutes, name), values, trend=curve, due=[due(n, "cuff", 60 + 7 * n)])


def _silent(n: int) -> Frame:
    """Nothing streams for a minute and the last pressure is long gone."""
    session = script.session(n, "recovery", 14.3, MORE_NAMES[2])
    return chair(n, session, script.vitals(126, 78, 72, 98, 950, 60), trend=script.trend(69, 140))


def chairs() -> list[Frame]:
    """Twelve: calm, high, medium, acknowledged, preparing, resolved, ready, low, technical, silent, scheduled, free."""
    met = {"ready": True, "as_of": at(0), "criteria": [c | {"state": "met"} for c in script.CRITERIA]}
    part = {"ready": False, "as_of": at(0), "criteria": script.CRITERIA}
    waiting = script.session(11, "preparing", 0, "Bruno Ferrari") | {"phase": "scheduled"}
    return [
        _calm(1),
        chair(
            2, script.session(2, "dosing", 32.1, NAMES[1]), script.vitals(192, 104, 96, 97), trend=curve(47, 192, 104)
        ),
        chair(
            3, script.session(3, "dosing", 18.6, NAMES[2]), script.vitals(138, 86, 124, 96), trend=curve(33, 138, 86)
        ),
        chair(
            4, script.session(4, "dosing", 36.9, NAMES[3], 60), script.vitals(168, 94, 88, 97), trend=curve(52, 168, 94)
        ),
        chair(
            5,
            script.session(5, "preparing", 9.0, NAMES[4]),
            script.vitals(122, 76, 66, 98, 20),
            trend=script.trend(9, 124),
            due=[due(5, "baseline", 100)],
        ),
        chair(
            6,
            script.session(6, "recovery", 24.2, NAMES[5]),
            script.vitals(127, 79, 69, 97, 350),
            trend=script.trend(79, 146),
            readiness=part,
            due=[due(6, "cuff", 550)],
        ),
        chair(
            7,
            script.session(7, "recovery", 62.6, NAMES[6]),
            script.vitals(119, 74, 64, 98, 380),
            trend=script.trend(117, 150),
            readiness=met,
            due=[due(7, "cuff", 400)],
        ),
        chair(
            8,
            script.session(8, "dosing", 28.5, MORE_NAMES[0]),
            script.vitals(141, 88, 79, 97, 480),
            trend=script.trend(38, 141),
            due=[due(8, "cuff", -190, "overdue")],
        ),
        chair(
            9,
            script.session(9, "dosing", 11.0, MORE_NAMES[1]),
            script.vitals(128, 80, 72, 98, 70),
            trend=script.trend(26, 128),
            due=[due(9, "cuff", 238), due(9, "point", 1740, code="minute_40", text="40 min check")],
        ),
        _silent(10),
        chair(11, waiting),
        chair(12),
    ]


def alerts() -> list[Frame]:
    """High with two more behind it, medium, acknowledged, low, technical in all three priorities, resolved."""
    taken = {"acknowledged_by_name": "RN Okafor", "acknowledged_by": "u", "acknowledged_at": at(-25)}
    return [
        script.alert(
            1,
            2,
            "systolic_high",
            "high",
            value=192.0,
            limit_value=180.0,
            worst_value=198.0,
            escalation=1,
            opened_at=at(-70),
        ),
        script.alert(2, 2, "rise_systolic", "medium", value=192.0, limit_value=164.0, suppressed=True),
        script.alert(3, 2, "diastolic_raised", "low", value=104.0, limit_value=100.0, opened_at=at(-70)),
        script.alert(
            4, 3, "heart_rate_raised", "medium", source="ecg", value=124.0, limit_value=120.0, opened_at=at(-18)
        ),
        script.alert(5, 4, "systolic_raised", "medium", value=168.0, limit_value=160.0, opened_at=at(-70), **taken),
        script.alert(6, 8, "cuff_overdue", "low", opened_at=at(-130)),
        script.alert(7, 9, "sensor_off", "low", detail="spo2", opened_at=at(-22)),
        script.alert(8, 10, "device_silent", "medium", opened_at=at(-60)),
        script.alert(
            9,
            6,
            "spo2_low",
            "high",
            source="pulse_ox",
            value=90.0,
            limit_value=91.0,
            state="returned",
            returned_at=at(-5),
        ),
    ]


def snapshot(seq: int = 1) -> Frame:
    system = {"recording": True, "since": None, "watching": 2, "audible": 1}
    return {"type": "snapshot", "seq": seq, "chairs": chairs(), "alerts": alerts(), "system": system}


def crowd(count: int) -> Frame:
    """`count` chairs: the twelve, and calm ones and free ones after them."""
    found = snapshot()
    for n in range(13, count + 1):
        found["chairs"].append(chair(n) if n % 11 == 9 else _calm(n, "dosing" if n % 2 else "recovery", 3 + 7 * n % 48))
    return found
