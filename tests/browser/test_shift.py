"""A shift on the real server: starting it with its sound, two people at one station, hand-over, and going home."""

import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.clinic import Server
from tests.browser.conftest import Console, demo
from tests.browser.test_wall import log_in
from tests.browser.test_who import axe

PIN = "428913"
SOON_MS = 30_000
"""Passwords and PINs are slow on purpose, and slower after wrong ones."""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Of its own: once a clinic uses shifts, a chair without a nurse is an alert."""
    with demo(tmp_path_factory.mktemp("shift")) as running:
        yield running


@pytest.fixture
def nurse(clinic: Server) -> tuple[str, str]:
    """A nurse nobody has seen before."""
    name = secrets.token_hex(3)
    login = (f"nurse-{name}", secrets.token_urlsafe(18))
    body = {"username": login[0], "name": f"Nurse {name}", "password": login[1], "roles": ["nurse"]}
    clinic.post(clinic.admin, "users", body)
    return login


@pytest.fixture
async def pages(browser: Browser, browser_context_args: dict[str, Any], console: Console) -> Any:
    """More browsers, each watched."""
    made: list[Page] = []

    async def make() -> Page:
        page = await (await browser.new_context(**browser_context_args)).new_page()
        console.watch(page)
        made.append(page)
        return page

    yield make
    for page in made:
        await page.context.close()


def name_of(login: tuple[str, str]) -> str:
    return f"Nurse {login[0].removeprefix('nurse-')}"


async def on_shift(page: Page, clinic: Server, login: tuple[str, str], station: str | None = None) -> None:
    """Log in, give the browser a name if it needs one, start the shift, hear the sound."""
    await log_in(page, clinic, login)
    await page.locator("[data-test=nav]").get_by_text("Shift").click()
    if station is not None:
        await page.fill("[data-test=field-label]", station)
        await page.get_by_role("button", name="Name this screen").click()
        await expect(page.locator("[data-test=station-here]")).to_contain_text(station, timeout=SOON_MS)
    await page.click("[data-test=start-shift]")
    await expect(page.locator("[data-test=people]")).to_contain_text(name_of(login), timeout=SOON_MS)
    await page.click("[data-test=heard-yes]")


def chair_of(page: Page, label: str) -> Any:
    return page.locator(f"[data-test=chair-row][data-chair='{label}']")


async def take(page: Page, label: str, login: tuple[str, str]) -> None:
    row = chair_of(page, label)
    await row.get_by_role("button", name=re.compile("^Take")).click()
    sure = row.locator("[data-test=take-over-sure]")
    if await sure.count() > 0:
        await sure.click()
    await expect(row.locator("[data-test=nurse-of]")).to_contain_text(name_of(login), timeout=SOON_MS)


async def test_a_shift_begins_with_a_sound_somebody_has_heard_and_the_server_knows(
    page: Page, clinic: Server, nurse: tuple[str, str], console: Console, pages: Any
) -> None:
    await log_in(page, clinic, nurse)
    await page.locator("[data-test=nav]").get_by_text("Shift").click()
    await page.fill("[data-test=field-label]", "Desk by the door")
    await page.get_by_role("button", name="Name this screen").click()
    other = await pages()
    await log_in(other, clinic, clinic.nurse)
    await other.locator("[data-test=nav]").get_by_text("Shift").click()
    seen = other.locator("[data-test=screen]", has_text="Desk by the door")
    await expect(seen).to_contain_text("shows alerts · sound off", timeout=SOON_MS)
    await expect(page.locator("[data-test=sound-state]")).to_have_text("Sound is off on this screen")
    await expect(page.locator("[data-test=sound]")).to_have_text("Sound off")
    await page.click("[data-test=start-shift]")
    await expect(page.locator("[data-test=people]")).to_contain_text(name_of(nurse), timeout=SOON_MS)
    await page.click("[data-test=heard-no]")
    await expect(page.locator(".heard")).to_contain_text("Check that the loudspeaker is on")
    await page.click("[data-test=play-again]")
    await page.click("[data-test=heard-yes]")
    await expect(page.locator("[data-test=sound-state]")).to_have_text("Sound heard")
    await expect(seen).to_contain_text("shows alerts · with sound", timeout=SOON_MS)
    assert name_of(nurse) in [shift["name"] for shift in clinic.get("shifts")]
    await page.click("[data-test=pause-sound]")
    await expect(seen).to_contain_text("sound paused", timeout=SOON_MS)


async def test_two_at_one_station_take_alerts_in_their_own_names(
    page: Page, clinic: Server, nurse: tuple[str, str], console: Console
) -> None:
    second = ("nurse-two", secrets.token_urlsafe(18))
    body = {"username": second[0], "name": "Nurse two", "password": second[1], "roles": ["nurse"]}
    clinic.post(clinic.admin, "users", body)
    await on_shift(page, clinic, nurse, "Station B")
    await page.click("[data-test=join]")
    join = page.get_by_role("form", name="Someone joins here")
    await join.locator("[data-test=field-username]").fill(second[0])
    await join.locator("[data-test=field-password]").fill("not their password, by far")
    console.allow("status of 422")
    await join.get_by_role("button", name="Join").click()
    await expect(join.locator("[data-test=field-refused]")).to_have_count(1, timeout=SOON_MS)
    await join.locator("[data-test=field-password]").fill(second[1])
    await join.get_by_role("button", name="Join").click()
    await expect(page.locator("[data-test=person]", has_text="Nurse two")).to_contain_text("here", timeout=SOON_MS)
    chair = clinic.chair(f"Z two {secrets.token_hex(2)}")
    cuff = f"two-{secrets.token_hex(2)}"
    clinic.device(cuff, chair, "cuff", 300)
    session = clinic.session(chair, "Mona Twosome")
    await page.locator("[data-test=nav]").get_by_text("Wall").click()
    clinic.read(cuff, "nibp", systolic=207, diastolic=104, mean=138)
    mine = page.locator(f"[data-session='{session}']")
    await expect(mine).to_have_attribute("data-level", "3", timeout=SOON_MS)
    await mine.locator("[data-test=ack]").click()
    await page.locator("[data-test=name]", has_text="Nurse two").click()
    row = page.locator("[data-test=alert]", has_text="SBP 207, limit 180").first
    await expect(row.locator("[data-test=ack-done]")).to_contain_text("Nurse two", timeout=SOON_MS)
    stored = [one for one in clinic.get("alerts?state=open") if one["session_id"] == session]
    assert "Nurse two" in {one.get("acknowledged_by_name") for one in stored}
    clinic.discharge(session)


async def test_chairs_are_handed_over_alert_by_alert_and_nobody_goes_home_with_chairs(
    page: Page, clinic: Server, nurse: tuple[str, str], console: Console, pages: Any
) -> None:
    receiver = (f"nurse-{secrets.token_hex(3)}", secrets.token_urlsafe(18))
    body = {"username": receiver[0], "name": name_of(receiver), "password": receiver[1], "roles": ["nurse"]}
    clinic.post(clinic.admin, "users", body)
    label, cuff = f"Z hand {secrets.token_hex(2)}", f"hand-{secrets.token_hex(2)}"
    chair = clinic.chair(label)
    clinic.device(cuff, chair, "cuff", 300)
    session = clinic.session(chair, "Hanna Over")
    await on_shift(page, clinic, nurse, "Station C")
    await take(page, label, nurse)
    clinic.read(cuff, "nibp", systolic=207, diastolic=104, mean=138)
    console.allow("status of 409")
    await page.get_by_role("button", name=f"End the shift of {name_of(nurse)}").click()
    await expect(page.locator("[data-test=has-chairs] li")).to_have_text([label])
    other = await pages()
    await on_shift(other, clinic, receiver, "Station D")
    await page.click("[data-test=new-offer]")
    form = page.get_by_role("form", name="Hand over or ask for cover")
    await form.get_by_label("To").select_option(label=name_of(receiver))
    assert await axe(page) == []
    await form.get_by_role("button", name="Offer").click()
    await expect(page.locator("[data-test=offer]")).to_contain_text(name_of(receiver))
    await expect(other.locator("[data-test=who]")).to_contain_text("1 hand-over waits", timeout=SOON_MS)
    offered = other.locator("[data-test=offer-to-me]")
    accept = offered.locator("[data-test=accept-chair]")
    await expect(accept).to_be_disabled()
    alerts = offered.locator("[data-test=accept-alert]")
    left = await alerts.count()
    assert left > 0
    for waiting in range(left, 0, -1):
        await alerts.first.click()
        await expect(alerts).to_have_count(waiting - 1)
        nurse_now = next(one for one in clinic.get("assignments")["chairs"] if one["label"] == label)["nurse"]
        assert nurse_now["name"] == name_of(nurse)
    await accept.click()
    await expect(chair_of(other, label).locator("[data-test=nurse-of]")).to_have_text(name_of(receiver))
    await page.get_by_role("button", name=f"End the shift of {name_of(nurse)}").click()
    await expect(page.locator("[data-test=person]", has_text=name_of(nurse))).to_have_count(0, timeout=SOON_MS)
    clinic.discharge(session)


async def test_a_wrong_pin_is_told_five_times_and_then_only_the_password_signs(
    page: Page, clinic: Server, nurse: tuple[str, str], console: Console
) -> None:
    await on_shift(page, clinic, nurse, "Station E")
    await page.click("[data-test=set-pin]")
    form = page.get_by_role("form", name="My PIN")
    await form.locator("[data-test=field-password]").fill(nurse[1])
    for wrong, said in (("123456", 0), (PIN, 1)):
        await form.locator("[data-test=field-pin]").fill(wrong)
        await form.locator("[data-test=field-again]").fill(wrong)
        console.allow("status of 422")
        await form.get_by_role("button", name="Set PIN").click()
        if said == 0:
            await expect(form.locator("[data-test=field-refused]")).to_have_count(1)
    await expect(page.locator("[data-test=pin-state]")).to_have_text("PIN saved.", timeout=SOON_MS)
    await page.click("[data-test=check-start]")
    for item in ("sound_heard", "oxygen", "suction", "resuscitation_bag", "rescue_medicines_in_date"):
        await page.click(f"[data-test={item}-yes]")
    await page.locator("[data-test=check] [data-test=submit]").click()
    console.allow("status of 403")
    refused = page.locator("[data-test=sign-refused]")
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        await page.locator("[data-test=pin]").fill("975310")
        await expect(refused).to_contain_text(f"{left} left", timeout=SOON_MS)
    await page.locator("[data-test=pin]").fill("975310")
    await expect(refused).to_contain_text("only the password signs", timeout=SOON_MS)
    await page.fill("[data-test=sign-password]", nurse[1])
    await page.click("[data-test=sign-with-password]")
    await expect(page.locator("[data-test=sign]")).to_have_count(0, timeout=SOON_MS)
    await expect(page.locator("[data-test=check-state]")).to_contain_text(
        f"Signed by {name_of(nurse)}", timeout=SOON_MS
    )


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_page_breaks_no_rule_of_accessibility_and_is_never_wider_than_its_screen(
    page: Page, clinic: Server, nurse: tuple[str, str], console: Console, theme: str
) -> None:
    await page.add_init_script(f"localStorage.setItem('kat-monitor-theme', '{theme}')")
    await on_shift(page, clinic, nurse, f"Station {theme}")
    for width, height in ((1920, 1080), (1180, 820), (820, 1180), (390, 844)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await axe(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        small = """[...document.querySelectorAll('.shift .btn, .shift input:not([type=checkbox]), .shift select')]
            .filter((e) => e.checkVisibility() && e.offsetHeight < 44).map((e) => e.textContent)"""
        assert await page.evaluate(small) == []
