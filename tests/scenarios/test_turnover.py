"""A chair between two patients: who left it last is shown until it is made ready or the next one sits down."""

from uuid import UUID

from tests.api.chairside import refused
from tests.scenarios.bedside import Bedside, good, make, open_glass, until
from tests.scenarios.conftest import Again


def last(bed: Bedside) -> object:
    """As a new screen is told."""
    clinic = bed.running.server.pipeline.clinics[bed.running.clinic_id]
    left = clinic.left.get(UUID(bed.chair["id"]))
    return None if left is None else (str(left.session_id), left.outcome, left.phase.value)


async def leave(bed: Bedside) -> None:
    said = {"outcome": "left_before_ready", "reason": "would not stay", "told": "all", "accompanied_by": "a friend"}
    good(await bed.to("discharged", **said))


async def next_session(bed: Bedside) -> str:
    patient = await make(bed.nurse, "/patients", mrn="4712", name="Omar Haddad", birth_date="1971-02-03")
    wanted = {"patient_id": patient["id"], "chair_id": bed.chair["id"], "protocol": "iv_infusion"}
    return str((await make(bed.nurse, "/sessions", **wanted))["id"])


async def test_who_left_is_told_until_the_chair_is_ready(bed: Bedside) -> None:
    glass = await bed.watch_once()
    await bed.check_in()
    await leave(bed)
    await until(lambda: any(f.get("chairs_last") for f in glass.frames), "who left")
    (told,) = [f for f in glass.frames if f.get("chairs_last")]
    (item,) = told["chairs_last"]
    ended = told["sessions"][0]["ended_at"]
    assert item == {
        "chair_id": bed.chair["id"],
        "last": {
            "session_id": bed.session_id,
            "ended_at": ended,
            "outcome": "left_before_ready",
            "phase": "discharged",
        },
    }
    newcomer = await open_glass(bed.running)
    (chair,) = newcomer.frames[-1]["chairs"]
    assert chair["last"] == item["last"]
    await newcomer.close()
    ready = good(await bed.nurse.post(f"/chairs/{bed.chair['id']}/ready", json={}))
    assert ready["id"] == bed.chair["id"]
    await until(lambda: glass.frames[-1].get("chairs_last") == [{"chair_id": bed.chair["id"], "last": None}], "ready")
    assert last(bed) is None
    good(await bed.nurse.post(f"/chairs/{bed.chair['id']}/ready"))


async def test_the_next_patient_makes_it_history(bed: Bedside) -> None:
    glass = await bed.watch_once()
    await bed.check_in()
    await leave(bed)
    bed.session_id = await next_session(bed)
    assert last(bed) is not None
    await bed.check_in()
    await until(lambda: glass.frames[-1].get("chairs_last") == [{"chair_id": bed.chair["id"], "last": None}], "gone")
    assert last(bed) is None


async def test_a_restart_remembers_who_left_and_what_is_ready(restartable: tuple[Bedside, Again]) -> None:
    bed, again = restartable
    await bed.check_in()
    await leave(bed)
    first = bed.session_id
    bed = await again(bed)
    assert last(bed) == (first, "left_before_ready", "discharged")
    good(await bed.nurse.post(f"/chairs/{bed.chair['id']}/ready", json={}))
    bed = await again(bed)
    assert last(bed) is None


async def test_a_patient_who_moved_leaves_nothing_behind(bed: Bedside) -> None:
    other = await make(await bed.running.as_("admin"), "/chairs", label="Chair 2")
    await bed.check_in()
    good(await bed.post("/move", {"chair_id": other["id"]}))
    await leave(bed)
    assert last(bed) is None
    left = bed.running.server.pipeline.clinics[bed.running.clinic_id].left
    assert [str(chair_id) for chair_id in left] == [other["id"]]


async def test_only_who_cares_for_patients_says_ready(bed: Bedside) -> None:
    refused(await (await bed.running.as_("admin")).post(f"/chairs/{bed.chair['id']}/ready"), 403, "forbidden")
    refused(await bed.nurse.post(f"/chairs/{bed.session_id}/ready"), 404, "not_found")
