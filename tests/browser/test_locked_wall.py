"""Help from a wall whose login is locked: two taps, in somebody's name, and no patient's name on the screen."""

import secrets
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser import desk, ward
from tests.browser.clinic import Server
from tests.browser.conftest import Console, demo
from tests.browser.desk import LEE, OKAFOR
from tests.browser.test_scripted import NURSE, Wire, wire
from tests.browser.test_shift import SOON_MS, name_of, on_shift
from tests.browser.test_who import axe

__all__ = ["wire"]

PATIENT = "Helga Lockwood"
UP_AGAIN_MS = 60_000
LOCKS_AT_ONCE = "import kat_monitor.access.logins as logins; logins.IDLE_US = 1; from kat_monitor.cli import app; app()"
"""The same server, at which nobody has acted for long enough: a quarter of an hour is not waited for."""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Of its own: its logins get locked."""
    with demo(tmp_path_factory.mktemp("locked")) as running:
        yield running


def seated(clinic: Server, label: str, patient: str) -> tuple[str, str]:
    """Somebody at a new chair: the session, and the cuff."""
    chair, cuff = clinic.chair(label), f"{secrets.token_hex(3)}-cuff"
    clinic.device(cuff, chair, "cuff", 300)
    return clinic.session(chair, patient), cuff


def lock(clinic: Server) -> None:
    clinic.kill()
    assert clinic.command[1:3] == ["-m", "kat_monitor.cli"]
    clinic.command = [sys.executable, "-c", LOCKS_AT_ONCE, *clinic.command[3:]]
    clinic.start()


async def test_help_is_called_from_a_locked_wall_by_two_taps_without_any_patients_name(
    page: Page, clinic: Server, console: Console
) -> None:
    nurse = (f"nurse-{secrets.token_hex(3)}", secrets.token_urlsafe(18))
    body = {"username": nurse[0], "name": name_of(nurse), "password": nurse[1], "roles": ["nurse"]}
    clinic.post(clinic.admin, "users", body)
    quiet, alarmed = f"Z quiet {secrets.token_hex(2)}", f"Z alarmed {secrets.token_hex(2)}"
    session, _ = seated(clinic, quiet, PATIENT)
    other, cuff = seated(clinic, alarmed, "Hugo Lockwood")
    clinic.read(cuff, "nibp", systolic=207, diastolic=104, mean=138)
    token = clinic.post(clinic.nurse, "tokens", {"label": "looks on"})["secret"]
    await on_shift(page, clinic, nurse, "Corridor wall")
    await page.locator("[data-test=nav]").get_by_text("Wall").click()
    await expect(page.locator(f"[data-test=tile][data-chair='{quiet}']")).to_contain_text(PATIENT, timeout=SOON_MS)
    await expect(page.locator("[data-test=call-help]")).to_have_count(0)

    # The server is killed: answers are refused, reset or cut.
    console.allow("WebSocket connection to", "status of 401", "Failed to load resource: net::ERR_")
    lock(clinic)
    await page.goto(clinic.url)
    await expect(page.locator("[data-test=login]")).to_contain_text("Emergency", timeout=UP_AGAIN_MS)
    on_tile = page.locator(".seat", has=page.locator(f"[data-chair='{quiet}']")).locator("[data-test=call-help]")
    await expect(on_tile).to_be_visible(timeout=UP_AGAIN_MS)
    # An empty chair needs none.
    assert await page.locator(".seat:has([data-phase=free]) [data-test=call-help]").count() == 0
    assert await axe(page) == []
    box = await on_tile.bounding_box()
    assert box is not None
    assert (box["width"] >= 44, box["height"] >= 44) == (True, True)

    await on_tile.click()
    name = page.locator("[data-test=name]", has_text=name_of(nurse))
    await expect(name).to_be_visible()
    assert await axe(page) == []
    assert "Lockwood" not in await page.content()
    await name.click()
    called = page.locator(f"[data-test=tile][data-chair='{quiet}'] [data-test=strip]")
    await expect(called).to_contain_text("Emergency", timeout=SOON_MS)
    await expect(on_tile).to_have_count(0)

    row = page.locator("[data-test=alert]", has_text=alarmed)
    await row.locator("[data-test=call-help]").first.click()
    await name.click()
    await expect(row.filter(has_text="Emergency").first).to_be_visible(timeout=SOON_MS)
    assert "Lockwood" not in await page.content()

    for one in (session, other):
        assert [event["by_name"] for event in calls_of(clinic, token, one)] == [name_of(nurse)]


def calls_of(clinic: Server, token: str, session: str) -> list[dict[str, Any]]:
    """The calls for help that the record of a session holds, read by a program: logins are locked."""
    bearer = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{clinic.url}api/v1/sessions/{session}/events", headers=bearer, timeout=10)
    assert answer.is_success, answer.text
    return [event for event in answer.json() if event["kind"] == "emergency"]


CUT = """[...document.querySelectorAll('.seat h2, .seat .phase, .seat .call-help')]
    .filter((e) => e.scrollWidth > Math.max(e.clientWidth, e.offsetWidth) + 1
      || e.getBoundingClientRect().right > e.closest('.seat').getBoundingClientRect().right)
    .map((e) => `${e.closest('.seat').textContent.slice(0, 20)} ${e.className} ${e.textContent}`)"""


@pytest.mark.parametrize(
    ("count", "size"),
    [(12, (1920, 1080)), (24, (1600, 900)), (24, (1920, 1080)), (60, (1600, 900)), (60, (1920, 1080))],
)
async def test_on_a_locked_wall_each_occupied_chair_has_it_at_every_size_of_tile(
    wire: Wire, built: str, count: int, size: tuple[int, int]
) -> None:
    page = wire.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await desk.seat_at(wire, OKAFOR, LEE, first=ward.crowd(count))
    await wire.answer("**/api/v1/me", 200, NURSE | {"locked": True})
    await page.goto(built)
    await expect(page.locator("[data-test=tile]")).to_have_count(count)
    await expect(page.locator("[data-test=login]")).to_contain_text("Emergency: SOS on the chair")
    seated_at = "[data-phase=preparing], [data-phase=dosing], [data-phase=recovery]"
    occupied = await page.locator(f"[data-test=tile]:is({seated_at})").count()
    await expect(page.locator(f".seat:has({seated_at}) [data-test=call-help]")).to_have_count(occupied)
    await expect(page.locator(".seat [data-test=call-help]")).to_have_count(occupied)
    assert await page.evaluate(CUT) == []
