"""Taking over what somebody else has: told by the live connection, and signed where the receiver is not logged in."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import desk, script
from tests.browser.clinic import Server
from tests.browser.conftest import Console, demo
from tests.browser.desk import LEE, OKAFOR
from tests.browser.pdf import read_pdf
from tests.browser.test_scripted import Wire, wire
from tests.browser.test_shift import PIN, SOON_MS, chair_of, name_of, on_shift
from tests.browser.test_who import axe

__all__ = ["wire"]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Of its own: once a clinic uses shifts, a chair without a nurse is an alert."""
    with demo(tmp_path_factory.mktemp("taking-over")) as running:
        yield running


def new_nurse(clinic: Server) -> tuple[str, str]:
    login = (f"nurse-{secrets.token_hex(3)}", secrets.token_urlsafe(18))
    body = {"username": login[0], "name": name_of(login), "password": login[1], "roles": ["nurse"]}
    clinic.post(clinic.admin, "users", body)
    return login


def has(clinic: Server, chair_id: str) -> str:
    [chair] = [one for one in clinic.get("assignments")["chairs"] if one["chair_id"] == chair_id]
    return str(chair["nurse"]["name"])


async def test_at_a_shared_station_patients_become_somebodys_by_their_own_pin(
    page: Page, clinic: Server, console: Console
) -> None:
    giver, receiver = new_nurse(clinic), new_nurse(clinic)
    label, cuff = f"Z over {secrets.token_hex(2)}", f"over-{secrets.token_hex(2)}"
    chair = clinic.chair(label)
    clinic.device(cuff, chair, "cuff", 300)
    session = clinic.session(chair, "Olga Overton")
    await on_shift(page, clinic, giver, "Shared desk")
    await page.click("[data-test=join]")
    join = page.get_by_role("form", name="Someone joins here")
    await join.locator("[data-test=field-username]").fill(receiver[0])
    await join.locator("[data-test=field-password]").fill(receiver[1])
    await join.get_by_role("button", name="Join").click()
    here = page.locator("[data-test=person]", has_text=name_of(receiver))
    await expect(here).to_contain_text("here", timeout=SOON_MS)
    own = clinic.client(receiver)
    assert own.put("me/pin", json={"password": receiver[1], "pin": PIN}).status_code == 204
    clinic.post(giver, "assignments", {"chair_ids": [chair], "take_over": True})
    clinic.read(cuff, "nibp", systolic=207, diastolic=104, mean=138)
    to = own.get("me").json()["id"]
    clinic.post(giver, "offers", {"kind": "hand_over", "to": to, "chair_ids": [chair]})

    await expect(page.locator("[data-test=who]")).to_contain_text("1 hand-over waits", timeout=SOON_MS)
    offered = page.locator("[data-test=offer-to-me]")
    marks = offered.locator("[data-test=mark-alert]")
    await expect(marks.first).to_be_visible(timeout=SOON_MS)
    await expect(offered.locator("[data-test=accept-chair]")).to_be_disabled()
    for mark in await marks.all():
        await mark.click()
    assert await axe(page) == []
    accept = offered.locator("[data-test=accept-chair]")
    await accept.click()
    sign = page.locator("[data-test=sign]")
    await expect(sign.locator("[data-test=signer]")).to_have_text([name_of(receiver)])
    await page.click("[data-test=sign-cancel]")
    assert has(clinic, chair) == name_of(giver), "a tap alone moves nothing"
    await accept.click()
    pin = sign.locator("[data-test=pin]")
    await expect(pin).to_be_focused()
    await pin.fill(PIN)
    await expect(chair_of(page, label).locator("[data-test=nurse-of]")).to_have_text(name_of(receiver), timeout=SOON_MS)
    await expect(offered).to_have_count(0)
    assert has(clinic, chair) == name_of(receiver)
    clinic.discharge(session)


OFFER = {
    "id": "00000000-0000-4000-d000-000000000001",
    "kind": "hand_over",
    "from": {"id": OKAFOR["id"], "name": OKAFOR["name"]},
    "to": {"id": LEE["id"], "name": LEE["name"]},
    "chairs": [{"chair_id": script.chair_id(2), "label": "Chair 2", "accepted_at": None}],
    "alerts": [{"alert_id": script.alert_id(1), "chair_id": script.chair_id(2), "accepted_at": None}],
    "state": "open",
}


async def test_an_offer_comes_with_a_frame_and_nothing_is_asked_by_the_clock(wire: Wire, built: str) -> None:
    page, asked = wire.page, list[str]()
    await desk.seat_at(wire, OKAFOR, LEE)
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    await page.goto(f"{built}shift")
    await expect(page.locator("[data-test=offers]")).to_contain_text("Nothing is waiting for an answer")
    await expect(page.locator("[data-test=who]")).to_contain_text("2 on")
    await wire.pass_time(60, seq=1)
    assert 1 <= asked.count("assignments") <= 3, "by the clock it would be a dozen"
    system = desk.ward_on_shift(OKAFOR, LEE)["system"] | {"offers": [OFFER]}
    wire.say({"type": "changes", "seq": 2, "system": system})
    await expect(page.locator("[data-test=who]")).to_contain_text("1 hand-over waits")
    await expect(page.locator("[data-test=offer-to-me]")).to_contain_text("SBP 192, limit 180")
    wire.say({"type": "changes", "seq": 3, "system": system | {"offers": [], "watching": 3}})
    await expect(page.locator("[data-test=offer-to-me]")).to_have_count(0)
    await expect(page.locator("[data-test=who]")).to_contain_text("2 on")


async def test_the_hand_over_list_names_who_is_responsible_and_who_covers(
    wire: Wire, built: str, tmp_path: Path
) -> None:
    await desk.seat_at(wire, OKAFOR, LEE)
    chairs = wire.greet[1]["system"]["assignments"]
    chairs[script.chair_id(5)] |= {"covered_by": OKAFOR["id"], "covered_by_name": OKAFOR["name"]}
    await wire.answer("**/api/v1/sessions/**", 503, {"code": "store_away", "detail": ""})
    page = wire.page
    await page.goto(f"{built}alerts?show=handover")
    nurse = {n: page.locator(f"[data-chair='Chair {n}'] [data-part=nurse]") for n in (1, 2, 5)}
    await expect(nurse[1]).to_have_text(re.compile("^Nurse ?RN Lee$"))
    await expect(nurse[2]).to_contain_text("Nobody on shift has this chair")
    await expect(nurse[5]).to_contain_text("RN Lee, covered by RN Okafor")
    wire.say({"type": "changes", "seq": 2, "system": desk.ward_on_shift(OKAFOR, LEE)["system"]})
    await expect(nurse[5]).to_have_text(re.compile("^Nurse ?RN Lee$"))
    await expect(page.locator("[data-test=print]")).to_be_enabled()
    await page.pdf(path=tmp_path / "handover.pdf", format="A4")
    assert read_pdf(tmp_path / "handover.pdf").says("RN Lee")
