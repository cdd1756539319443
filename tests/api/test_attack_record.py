"""Small doors that let something through silently: a baseline corrected by nothing, a key of another clinic's."""

from uuid import uuid4

from kat_monitor.ingest.commands import Answered, Once, remember, replayed
from kat_monitor.ingest.turn import Turn
from tests.api.chairside import good, paths, plan, refused
from tests.api.doors import Doors
from tests.server_fixtures import START_US, Running


async def test_a_baseline_is_not_corrected_by_leaving_out_what_was_never_measured(manual: Running) -> None:
    side = await plan(manual)
    locked = await side.rested()
    for wrong in (
        {"device": side.cuff["id"], "seq": 4711, "reason": "talking"},
        {"device": str(uuid4()), "seq": side.seq, "reason": "talking"},
    ):
        answer = await side.post("/baseline", {"exclude": [wrong]})
        assert paths(refused(answer, 422, "bad_value")) == ["exclude.0"]
    assert (await side.state())["baseline"]["locked_at"] == locked["locked_at"]
    # What was measured and voided since may be named: nothing is left of the two that a baseline needs.
    out = {"device": side.cuff["id"], "seq": side.seq, "reason": "talking"}
    good(await side.post("/readings/void", out))
    refused(await side.post("/baseline", {"exclude": [out]}), 409, "not_enough_readings")


def test_an_idempotency_key_is_its_clinics_own_even_within_one_commit() -> None:
    turn, ours, theirs = Turn(START_US), uuid4(), uuid4()
    once = Once(uuid4(), b"the same body")
    remember(turn, ours, once, Answered(201, {"id": "ours"}))
    assert replayed(turn, theirs, once, None) is None
    assert replayed(turn, ours, once, None) == Answered(201, {"id": "ours"})


async def test_the_newest_protocol_again_is_200_as_documented(doors: Doors) -> None:
    clinician = await doors.log_in("clinician")
    newest = (await clinician.get("/api/v1/protocols/sublingual")).json()
    again = await clinician.post("/api/v1/protocols", json={"toml": newest["toml"]})
    assert (again.status_code, again.json()["version"]) == (200, newest["version"])
    document = (await clinician.get("/api/v1/openapi.json")).json()
    assert {"200", "201"} <= set(document["paths"]["/api/v1/protocols"]["post"]["responses"])
