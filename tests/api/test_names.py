"""Wherever people read who it was, the name stands beside the id, also where the first answer is given again."""

from typing import Any
from uuid import uuid4

from kat_monitor.api.names import with_names
from tests.api.chairside import ESCORT, SECOND, good, plan
from tests.server_fixtures import Running

SEEN = {"moaa_s": 5, "oriented": True, "nausea": "none", "escort": ESCORT}


def unnamed(body: Any) -> list[str]:
    """Fields that hold a person's id and stand without their name."""
    if isinstance(body, list):
        return [path for item in body for path in unnamed(item)]
    if not isinstance(body, dict):
        return []
    found = [k for k in ("by", "second", "locked_by", "acknowledged_by") if body.get(k) and not body.get(f"{k}_name")]
    return found + [path for value in body.values() for path in unnamed(value)]


async def test_every_answer_about_a_session_says_names(manual: Running) -> None:
    side = await plan(manual)
    await side.dosed()
    limit = {"value": 190, "reason": "agreed", "second_person": SECOND}
    put = await side.clinician.put(f"{side.session}/limits/systolic_high", json=limit)
    assert good(put)["history"][-1]["by_name"] == "Clinician"
    assert put.json()["history"][-1]["second_name"] == "Clinician2"
    assert good(await side.event("symptom", term="chest_pain", severity=3), 201)["by_name"] == "Nurse"
    good(await side.post("/assessments", {"kind": "discharge", "values": SEEN}), 201)
    alert = next(a for a in await side.alerts() if a["limit"] == "red_flag")
    good(await side.nurse.post(f"/alerts/{alert['id']}/acknowledge", json={}))

    for path in ("", "/timeline", "/alerts", "/events", "/assessments", "/readiness"):
        body = good(await side.nurse.get(side.session + path))
        assert unnamed(body) == [], path
    timeline = good(await side.nurse.get(f"{side.session}/timeline"))
    assert {line["by_name"] for line in timeline} == {None, "Nurse", "Clinician"}
    raised = next(line for line in timeline if line["type"] == "limit")
    assert (raised["by_name"], raised["second_name"]) == ("Clinician", "Clinician2")
    one = good(await side.nurse.get(f"/alerts/{alert['id']}"))
    assert one["acknowledged_by_name"] == "Nurse"
    assert [(t["step"], t["by_name"]) for t in one["transitions"]][-1] == ("acknowledged", "Nurse")
    listed = good(await side.nurse.get("/alerts"))
    assert {a["acknowledged_by_name"] for a in listed} == {None, "Nurse"}


async def test_a_corrected_name_shows_in_a_first_answer_too(manual: Running) -> None:
    side = await plan(manual)
    await side.check_in()
    key = {"Idempotency-Key": str(uuid4())}
    first = good(await side.post("/events", {"kind": "note", "text": "calm"}, **key), 201)
    me = good(await side.nurse.get("/me"))
    good(await (await manual.as_("admin")).patch(f"/users/{me['id']}", json={"name": "Ines Roth"}))
    again = good(await side.post("/events", {"kind": "note", "text": "calm"}, **key), 201)
    assert again == {**first, "by_name": "Ines Roth"}


def test_a_clinics_own_word_is_no_person() -> None:
    somebody = uuid4()
    said = {"by": str(somebody), "answers": {"second": "yes", "by": "unknown"}}
    assert with_names(said, {somebody: "Ines Roth"}) == {**said, "by_name": "Ines Roth"}
    assert with_names({"by": str(uuid4())}, {})["by_name"] is None, "nobody this clinic knows"
