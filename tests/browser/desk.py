"""A shared station in a scripted ward: who is on at it, what the server says of it, and what it was sent."""

import json
from typing import Any

from playwright.async_api import Route

from tests.browser import script, ward
from tests.browser.script import Frame
from tests.browser.test_scripted import Wire

STATION = {
    "id": "00000000-0000-4000-c000-000000000001",
    "label": "Nurse station A",
    "kind": "station",
    "chair_id": None,
    "privacy": "full",
}


def person(n: int, name: str, roles: tuple[str, ...] = ("nurse",), station: str | None = STATION["id"]) -> Frame:
    return {
        "id": f"00000000-0000-4000-b000-{n:012d}",
        "name": name,
        "roles": list(roles),
        "station_id": station,
        "since": script.at(-3_000),
        "has_pin": True,
    }


OKAFOR, LEE = person(1, "RN Okafor"), person(2, "RN Lee")
HALE = person(3, "Dr Hale", ("clinician",), None)


def ward_on_shift(*people: Frame, first: Frame | None = None) -> Frame:
    """The ward of all states, with these people on and Dr Hale on call."""
    found = ward.snapshot() if first is None else first
    chairs = {
        script.chair_id(n): {"nurse_id": LEE["id"], "name": LEE["name"], "covered_by": None, "covered_by_name": None}
        for n in (1, 5, 9)
    }
    seen = {"id": STATION["id"], "label": STATION["label"], "kind": "station", "chair_id": None}
    found["system"] |= {
        "shift_used": True,
        "stations": [seen | {"visible": True, "audio": "running"}],
        "on": [{k: one[k] for k in ("id", "name", "roles", "station_id")} for one in people],
        "on_call": {"id": HALE["id"], "name": HALE["name"]},
        "assignments": chairs,
        "opening_check": None,
    }
    return found


async def seat_at(wire: Wire, *people: Frame, station: Frame | None = None, first: Frame | None = None) -> None:
    """This browser is that station, and these people are on."""
    here = STATION | (station or {})
    wire.greet = [script.hello() | {"station": here}, ward_on_shift(*people, first=first)]
    await wire.answer("**/api/v1/stations/here", 200, {"station": here, "people": list(people), "me_on": True})
    shifts = [{"id": one["id"], "person_id": one["id"], "began_at": one["since"], **one} for one in people]
    await wire.answer("**/api/v1/shifts", 200, shifts)
    await wire.answer("**/api/v1/assignments", 200, {"chairs": [], "on_call": None, "offers": []})


async def answers(wire: Wire, pattern: str, *given: tuple[int, Any]) -> list[dict[str, Any]]:
    """Answer the requests to that path one after another, the last for ever; what they held and said of themselves."""
    left, sent = list(given), list[dict[str, Any]]()
    for status, _ in given:
        if status >= 400:
            wire.console.allow(rf"^error: Failed to load resource: .* status of {status}")

    async def fulfil(route: Route) -> None:
        status, body = left.pop(0) if len(left) > 1 else left[0]
        request = route.request
        held = json.loads(request.post_data) if request.post_data else {}
        sent.append({"headers": request.headers, "body": held})
        kind = "application/json" if status < 400 else "application/problem+json"
        await route.fulfill(status=status, content_type=kind, body=json.dumps(body))

    await wire.page.route(pattern, fulfil)
    return sent
