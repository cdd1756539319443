"""Puts a demo's staff on shift: the nurse at a station of their own, with every chair that nobody has; one on call."""

from __future__ import annotations

from collections.abc import Sequence

from kat_simulators.staff import Crew, Staff

STATION = "Simulated desk"


async def come_on_shift(crew: Crew, chair_ids: Sequence[str]) -> None:
    """What a person at the demo has changed meanwhile (chairs taken, somebody else on call) is left alone."""
    on = {shift["person_id"] for shift in await crew.nurse.get("/shifts")}
    me = (await crew.nurse.get("/me"))["id"]
    if me not in on:
        await _begin(crew.nurse)
    free = [
        chair["chair_id"]
        for chair in (await crew.nurse.get("/assignments"))["chairs"]
        if chair["chair_id"] in chair_ids and not chair["on_shift"]
    ]
    if free:
        await crew.nurse.post("/assignments", {"chair_ids": free})
    if (await crew.clinician.get("/assignments"))["on_call"] is None:
        clinician = (await crew.clinician.get("/me"))["id"]
        await crew.clinician.post("/offers", {"kind": "on_call", "to": clinician})


async def _begin(nurse: Staff) -> None:
    """At a browser that is a station only for this: later acts are a program's, which signs nothing with a PIN."""
    made = None
    if nurse.has_login and STATION not in {station["label"] for station in await nurse.get("/stations")}:
        made = await nurse.cookie("/stations", {"label": STATION, "kind": "station"}, "kat_station")
    await nurse.post("/shifts", {}, cookie=None if made is None else f"kat_station={made}")
