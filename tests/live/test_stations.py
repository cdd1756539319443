"""Stations on real sockets: what a browser is told that it is, what every screen hears of them, and who is on shift."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kat_monitor.access.logins import IDLE_US
from tests.api.chairside import good
from tests.live.test_socket import Socket, opened
from tests.server_fixtures import PASSWORD, SECOND, Running

SEEN = {"type": "seen", "alerts": [], "shown_seq": 0, "painted_ms": 12}


async def enrol(running: Running, who: str = "nurse", **station: Any) -> dict[str, Any]:
    """The browser of this person is a station from now on."""
    browser = await running.as_(who)
    made: dict[str, Any] = good(
        await browser.post("/stations", json={"label": "Desk", "kind": "station", **station}), 201
    )
    return made


async def told(socket: Socket, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first `system` for which it holds; a test that waits for ever is ended by its own timeout."""
    while True:
        frame = await socket.next()
        system: dict[str, Any] | None = frame.get("system")
        if system is not None and holds(system):
            return system


async def test_without_anything_enrolled_all_is_empty(manual: Running) -> None:
    async with opened(manual) as socket:
        assert (await socket.next("hello"))["station"] is None
        system = (await socket.next("snapshot"))["system"]
        assert (system["stations"], system["on"], system["shift_used"]) == ([], [], False)


async def test_a_station_hears_what_it_is_and_every_screen_what_it_shows_and_sounds(manual: Running) -> None:
    chair = good(await (await manual.as_("admin")).post("/chairs", json={"label": "Chair 1"}), 201)
    room = await enrol(manual, label="Room 1", kind="room", chair_id=chair["id"], privacy="chair")
    async with opened(manual, "nurse2") as other, opened(manual) as socket:
        hello = await socket.next("hello")
        named = {name: room[name] for name in ("id", "label", "kind", "chair_id")}
        assert hello["station"] == {**named, "privacy": "chair"}
        assert (await other.next("hello"))["station"] is None
        silent = await told(other, lambda system: bool(system["stations"]))
        assert silent["stations"] == [{**named, "visible": False, "audio": None}]

        await socket.say(**SEEN, audio="blocked", visible=True)
        heard = await told(other, lambda system: system["watching"] == 1)
        assert heard["stations"] == [{**named, "visible": True, "audio": "blocked"}]

        (listed,) = good(await (await manual.as_("auditor")).get("/stations"))
        assert (listed["connected"], listed["visible"], listed["audio"]) == (True, True, "blocked")
        await socket.connection.close()
        gone = await told(other, lambda system: not system["stations"])
        assert gone["watching"] == 0
    (listed,) = good(await (await manual.as_("auditor")).get("/stations"))
    assert (listed["connected"], listed["visible"], listed["audio"]) == (False, False, None)


async def test_a_station_that_says_nothing_any_more_shows_and_sounds_nothing(manual: Running) -> None:
    await enrol(manual)
    async with opened(manual) as socket:
        await socket.say(**SEEN, audio="running", visible=True)
        await told(socket, lambda system: system["audible"] == 1)
        await manual.advance(18)
        frozen = await told(socket, lambda system: system["audible"] == 0)
        assert [(s["visible"], s["audio"]) for s in frozen["stations"]] == [(False, None)]


async def test_who_comes_and_goes_is_on_every_screen_at_once(manual: Running) -> None:
    async with opened(manual, "auditor") as socket:
        await socket.next("snapshot")
        desk = await enrol(manual)
        nurse = await manual.as_("nurse")
        shift = good(await nurse.post("/shifts", json={}), 201)
        good(await nurse.post("/shifts", json={"username": "clinician", "password": PASSWORD}), 201)
        system = await told(socket, lambda system: len(system["on"]) == 2)
        assert [(on["name"], on["roles"], on["station_id"]) for on in system["on"]] == [
            ("Nurse", ["nurse"], desk["id"]),
            ("Clinician", ["clinician"], desk["id"]),
        ]
        assert system["shift_used"] is True
        good(await nurse.post(f"/shifts/{shift['id']}/end", json={}))
        system = await told(socket, lambda system: len(system["on"]) == 1)
        assert system["on"][0]["name"] == "Clinician"


async def test_a_browser_with_an_open_screen_counts_as_station_when_it_is_enrolled(manual: Running) -> None:
    async with opened(manual) as socket, opened(manual, "nurse2") as other:
        await socket.next("snapshot")
        await other.next("snapshot")
        desk = await enrol(manual)
        system = await told(other, lambda system: bool(system["stations"]))
        assert [station["id"] for station in system["stations"]] == [desk["id"]]


async def test_a_retired_station_counts_no_more(manual: Running) -> None:
    desk = await enrol(manual)
    async with opened(manual, "nurse2") as other:
        async with opened(manual) as socket:
            await socket.say(**SEEN, audio="running", visible=True)
            await told(other, lambda system: system["audible"] == 1)
            admin = await manual.as_("admin")
            retired = good(await admin.patch(f"/stations/{desk['id']}", json={"retired": True}))
            assert (retired["connected"], retired["audio"]) == (False, None)
            assert manual.server.hub.stations(manual.clinic_id) == {}
            assert await socket.code() == 1012
        system = await told(other, lambda system: system["audible"] == 0)
        assert system["stations"] == []
        # It comes back as a browser like any other.
        async with opened(manual) as socket:
            assert (await socket.next("hello"))["station"] is None


async def test_a_station_that_is_renamed_is_told(manual: Running) -> None:
    desk = await enrol(manual)
    async with opened(manual) as socket:
        assert (await socket.next("hello"))["station"]["label"] == "Desk"
        good(await (await manual.as_("admin")).patch(f"/stations/{desk['id']}", json={"label": "Front"}))
        assert await socket.code() == 1012
    async with opened(manual) as socket:
        assert (await socket.next("hello"))["station"]["label"] == "Front"


async def test_a_locked_station_still_knows_who_is_on(manual: Running) -> None:
    await enrol(manual)
    good(await (await manual.as_("nurse")).post("/shifts", json={}), 201)
    await manual.advance(IDLE_US / SECOND + 1)
    async with opened(manual) as socket:
        assert (await socket.next("hello"))["station"]["label"] == "Desk"
        assert [on["name"] for on in (await socket.next("snapshot"))["system"]["on"]] == ["Nurse"]


async def test_memory_read_back_is_what_screens_are_shown(manual: Running) -> None:
    clinic = manual.server.pipeline.clinics[manual.clinic_id]
    good(await (await manual.as_("nurse")).post("/shifts", json={}), 201)
    async with opened(manual) as socket:
        await socket.next("snapshot")
        clinic.duty.fill((), (), (), used=False)
        await manual.server.readback.restore([manual.clinic_id], [], [])
        manual.server.hub.reset(clinic)
        system = (await socket.next("snapshot"))["system"]
        assert [UUID(on["id"]) for on in system["on"]] == list(clinic.duty.shifts)
