"""Whatever stands in whatever field of a body about a session or an alert: taken or refused by name, never a fault."""

import copy
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from tests.api.chairside import DOSE, ESCORT, SECOND, Chairside, plan
from tests.server_fixtures import Running

NASTY: tuple[Any, ...] = (None, True, -1, float("inf"), "", "\u0000", "\ud800", [], {"": {}})
NASTIER: tuple[Any, ...] = (
    *(False, 0, 0.1, 2**31, 2**63, -(2**70), 1e308, float("nan"), " ", "x", "x" * 10_000, "1", "NaN"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", [[]], {}, {"\u0000": 1}, [None], {"value": {}}),
)
"""Only in the long run."""
EVENTS: tuple[dict[str, Any], ...] = (
    {"kind": "dose", **DOSE, "lot": "L", "concentration_mg_ml": 10, "corrects": str(uuid4())},
    {"kind": "stop", "reason": "bp", "given_mg": 1},
    {"kind": "oxygen", "state": "on", "l_min": 2, "reason": "low"},
    {"kind": "off_monitor", "reason": "walk", "minutes": 5},
    {"kind": "medication", "drug": "a", "amount": 1, "unit": "mg", "route": "iv", "answers_alert": str(uuid4())},
    {"kind": "intervention", "action": "light", "text": "x"},
    {"kind": "symptom", "term": "nausea", "severity": 1},
    {
        "kind": "adverse_event",
        "term": "fall",
        "severity": 1,
        "onset": "2026-11-20T09:00:00Z",
        "serious": False,
        "action": "none",
        "outcome": "well",
    },
    {"kind": "note", "text": "x", "at": "2026-11-20T09:00:00Z"},
)


def bodies(place: Chairside) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, a body that has every field)."""
    here, device = place.session, place.cuff["id"]
    numbers = {"value": 170, "clear": 160, "immediate": 190}
    yield (
        "POST",
        "/sessions",
        {
            "patient_id": place.patient["id"],
            "chair_id": place.chair["id"],
            "protocol": "iv_infusion",
            "planned_dosing_min": 45,
            "weight_kg": 70,
            "scheduled_at": "2026-11-20T09:00:00Z",
        },
    )
    yield (
        "POST",
        f"{here}/transitions",
        {
            "to": "recovery",
            "at": "2026-11-20T09:00:00Z",
            "identifiers": ["name", "mrn"],
            "dose": DOSE,
            "outcome": "met",
            "reason": "x",
            "override": False,
            "limits": {"systolic_high": numbers},
            "target": {"systolic": [90, 150], "diastolic": [50, 90]},
        },
    )
    yield "POST", f"{here}/screening", {"answers": {"pregnancy": "no"}, "note": "x"}
    yield "POST", f"{here}/baseline", {"exclude": [{"device": device, "seq": 1, "reason": "x"}]}
    for event in EVENTS:
        yield "POST", f"{here}/events", event
    values = {"aldrete": {"activity": 2}, "moaa_s": 5, "oriented": True, "nausea": "none", "escort": ESCORT}
    yield "POST", f"{here}/assessments", {"kind": "discharge", "at": "2026-11-20T09:00:00Z", "values": values}
    measured = {"systolic": 120, "diastolic": 80, "heart_rate": 70, "spo2": 97, "respiratory_rate": 14}
    reading = {**measured, "temperature": 36.6, "note": "x", "observed_at": "2026-11-20T09:00:00Z"}
    yield "POST", f"{here}/readings", reading
    yield "POST", f"{here}/readings/void", {"device": device, "seq": 1, "reason": "x"}
    yield "POST", f"{here}/move", {"chair_id": place.chair["id"], "at": "2026-11-20T09:00:00Z"}
    yield "POST", f"{here}/correct-patient", {"patient_id": place.patient["id"], "reason": "x"}
    yield "PUT", f"{here}/limits/systolic_high", {**numbers, "reason": "x"}
    yield "PUT", f"{here}/limits/heart_rate_high", {"value": 150, "reason": "x", "second_person": SECOND}
    yield "POST", f"/alerts/{uuid4()}/acknowledge", {"note": "x"}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something can be put: every field, inner ones too, but for the second person's (guessing is slowed)."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        if key != "second_person":
            yield from leaves(item, (*path, key))


def with_(body: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed: Any = copy.deepcopy(body)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    whole: dict[str, Any] = changed
    return whole


async def test_nothing_in_any_field_is_a_fault_of_the_server(manual: Running, long_factor: int) -> None:
    place = await plan(manual)
    await place.check_in()
    await place.measure(120, 80)
    values = NASTY if long_factor == 1 else NASTY + NASTIER
    tried = 0
    for method, path, body in list(bodies(place)):
        for leaf in leaves(body):
            for value in values:
                content = json.dumps(with_(body, leaf, value))
                headers = {"content-type": "application/json"}
                answer = await place.clinician.request(method, path, content=content, headers=headers)
                said = (method, path, leaf, value, answer.status_code, answer.text[:200])
                assert answer.status_code in (200, 201, 400, 403, 404, 409, 422), said
                tried += 1
    assert tried > 600
    assert manual.server.crashes == 0
    assert (await place.state())["id"] == place.session_id
