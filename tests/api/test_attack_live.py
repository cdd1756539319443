"""What a screen may say, whatever it says, and what a screen without names may never hear."""

import json

import pytest

from tests.api.chairside import good, plan
from tests.live.test_socket import opened
from tests.server_fixtures import Running

WHOLE = {"type": "seen", "alerts": [], "audio": "running", "visible": True, "shown_seq": 1, "painted_ms": 12}
ODD = {
    "audio is a list": json.dumps({**WHOLE, "audio": []}),
    "audio is an object": json.dumps({**WHOLE, "audio": {}}),
    "painted in no float": json.dumps({**WHOLE, "painted_ms": 10**400}),
    "painted is NaN": json.dumps({**WHOLE, "painted_ms": float("nan")}),
    "painted before it was sent": json.dumps({**WHOLE, "painted_ms": -1}),
    "alerts that are none": json.dumps({**WHOLE, "alerts": [None, {}, []]}),
    "type is a list": '{"type": ["resync"]}',
    "deep": "[" * 50_000,
    "half a character": '{"type": "\\ud800"}',
}


@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
async def test_a_screen_that_talks_nonsense_goes_on(running: Running, said: str) -> None:
    async with opened(running) as screen:
        await screen.next("snapshot")
        await screen.connection.send(said)
        await screen.say(type="resync")
        assert (await screen.next("snapshot"))["system"]["recording"]


async def test_a_screen_without_names_hears_neither_who_acknowledged_nor_what_they_wrote(running: Running) -> None:
    side = await plan(running)
    async with opened(running, "wallboard") as wall, opened(running, "nurse") as named:
        for screen in (wall, named):
            await screen.next("snapshot")
        good(await side.event("symptom", term="chest_pain", severity=2), 201)
        alert = next(a for a in await side.alerts() if a["limit"] == "red_flag")
        note = {"note": "Nadia Berg, seen by Nurse"}
        answer = await side.nurse.post(f"/alerts/{alert['id']}/acknowledge", json=note)
        assert good(answer)["note"] == note["note"]
        heard = {}
        for name, screen in (("wall", wall), ("named", named)):
            while True:
                frame = await screen.next("changes")
                found = [a for a in frame.get("alerts", ()) if a["acknowledged_at"] is not None]
                if found:
                    heard[name] = found[0]
                    break
        assert (heard["named"]["note"], heard["named"]["acknowledged_by_name"]) == (note["note"], "Nurse")
        assert heard["wall"]["acknowledged_at"] == heard["named"]["acknowledged_at"]
        for secret in ("Nadia", "Berg", '"Nurse"'):
            assert secret not in json.dumps(heard["wall"])


async def test_the_snapshot_of_a_screen_without_names_has_no_notes(running: Running) -> None:
    side = await plan(running)
    await side.check_in()
    await side.measure(210, 125)
    alerts = [a for a in await side.alerts() if a["limit"] == "systolic_high"]
    good(await side.nurse.post(f"/alerts/{alerts[0]['id']}/acknowledge", json={"note": "Nadia Berg"}))
    async with opened(running, "wallboard") as wall:
        snapshot = await wall.next("snapshot")
    shown = next(a for a in snapshot["alerts"] if a["id"] == alerts[0]["id"])
    assert shown["acknowledged_at"] is not None
    assert "Nadia" not in json.dumps(snapshot)
