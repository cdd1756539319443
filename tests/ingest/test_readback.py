"""After a commit that failed, memory is what the record says, of everything that was touched."""

from uuid import UUID

from kat_monitor.domain.assignments import Assignments
from tests.api.chairside import good, make, plan
from tests.server_fixtures import Running


async def test_every_device_that_was_touched_is_read_back(manual: Running) -> None:
    side = await plan(manual)
    admin = await manual.as_("admin")
    stand = {"gateway_id": side.cuff["gateway_id"], "chair_id": side.chair["id"]}
    others = [await make(admin, "/devices", code=f"m{n}", label=f"M{n}", kind="monitor", **stand) for n in (1, 2)]
    assert await side.measure(120, 80) == 1
    clinic = manual.server.pipeline.clinics[manual.clinic_id]
    touched = [UUID(device["id"]) for device in (side.cuff, *others)]
    for device_id in touched:
        clinic.devices[device_id].high_water = 999

    await manual.server.readback.restore([], [], [(manual.clinic_id, device_id) for device_id in touched])

    assert [clinic.devices[device_id].high_water for device_id in touched] == [1, -1, -1]


async def test_who_has_which_chair_is_read_back(manual: Running) -> None:
    side = await plan(manual)
    good(await side.nurse.post("/shifts", json={}), 201)
    good(await side.nurse.post("/assignments", json={"chair_ids": [side.chair["id"]]}))
    clinic = manual.server.pipeline.clinics[manual.clinic_id]
    stored = clinic.assigned
    assert len(stored.chairs) == 1
    clinic.assigned = Assignments()

    await manual.server.readback.restore([manual.clinic_id], [], [])

    assert clinic.assigned == stored
