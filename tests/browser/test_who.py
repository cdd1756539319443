"""Several people at one station: alerts taken by one tap on a name, signatures by PIN, and who acts."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import desk, script, ward
from tests.browser.desk import LEE, OKAFOR
from tests.browser.test_scripted import AXE, NURSE, Wire, wire

__all__ = ["wire"]


async def axe(page: Page) -> list[object]:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]]


async def opened(wire: Wire, built: str, *people: script.Frame) -> Page:
    await desk.seat_at(wire, *people)
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(12)
    await expect(wire.page.locator("[data-test=who]")).to_contain_text(f"{len(people)} on")
    return wire.page


def row(page: Page, n: int) -> str:
    return f"[data-test=alert][data-alert='{script.alert_id(n)}']"


@pytest.mark.parametrize("locked", [False, True])
async def test_one_tap_on_a_name_takes_an_alert_also_while_the_login_is_locked(
    wire: Wire, built: str, locked: bool
) -> None:
    page = await opened(wire, built, OKAFOR, LEE)
    if locked:
        await wire.answer("**/api/v1/me", 200, NURSE | {"locked": True})
        await page.reload()
        await expect(page.locator("[data-test=login]")).to_contain_text("Alerts can be taken by name")
    sent = await desk.answers(wire, "**/acknowledge", (200, ward.alerts()[0]))
    await page.locator(row(page, 1)).locator("[data-test=ack]").click()
    names = page.locator("[data-test=name]")
    await expect(names).to_have_text(["RN Okafor", "RN Lee"])
    assert sent == []
    for box in [await name.bounding_box() for name in await names.all()]:
        assert box is not None
        assert box["height"] >= 44
    await names.nth(1).click()
    await expect(page.locator("[data-test=names]")).to_have_count(0)
    assert [one["body"] for one in sent] == [{"acknowledged_by": LEE["id"]}]


async def test_the_names_break_no_rule_of_accessibility(wire: Wire, built: str) -> None:
    page = await opened(wire, built, OKAFOR, LEE)
    await page.locator(row(page, 1)).locator("[data-test=ack]").click()
    await expect(page.locator("[data-test=name]")).to_have_count(2)
    assert await axe(page) == []


async def test_where_one_person_is_on_one_tap_is_enough(wire: Wire, built: str) -> None:
    page = await opened(wire, built, LEE)
    sent = await desk.answers(wire, "**/acknowledge", (200, ward.alerts()[0]))
    await page.locator("[data-chair='Chair 2'] [data-test=ack]").click()
    await expect(page.locator("[data-chair='Chair 2'] .done")).to_have_text("Acknowledged")
    assert [one["body"] for one in sent] == [{"acknowledged_by": LEE["id"]}]


async def test_a_name_is_chosen_by_keys_and_escape_gives_it_up(wire: Wire, built: str) -> None:
    page = await opened(wire, built, OKAFOR, LEE)
    sent = await desk.answers(wire, "**/acknowledge", (200, ward.alerts()[0]))
    await page.keyboard.press("n")
    await page.keyboard.press("a")
    await expect(page.locator("[data-test=name]").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-test=names]")).to_have_count(0)
    await page.keyboard.press("a")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=names]")).to_have_count(0)
    assert [one["body"] for one in sent] == [{"acknowledged_by": LEE["id"]}]


async def test_names_go_when_somebody_else_has_it_or_the_server_is_not_heard(wire: Wire, built: str) -> None:
    page = await opened(wire, built, OKAFOR, LEE)
    ack = page.locator(row(page, 1)).locator("[data-test=ack]")
    await ack.click()
    taken = ward.alerts()[0] | {"acknowledged_by": LEE["id"], "acknowledged_by_name": "RN Lee"}
    wire.say({"type": "changes", "seq": 2, "alerts": [taken | {"acknowledged_at": script.at(0)}]})
    await expect(page.locator("[data-test=names]")).to_have_count(0)
    await page.locator("[data-chair='Chair 3'] [data-test=ack]").click()
    await expect(page.locator("[data-test=names]")).to_have_count(1)
    await wire.pass_time(11)
    await expect(page.locator("[data-test=names]")).to_have_count(0)


async def test_who_acts_is_chosen_in_the_top_bar(wire: Wire, built: str) -> None:
    page = await opened(wire, built, OKAFOR, LEE)
    who = page.locator("[data-test=who]")
    await expect(who).to_contain_text("RN Okafor")
    await expect(who).to_contain_text("2 on · on call Dr Hale")
    await who.click()
    assert await axe(page) == []
    await page.locator("[data-test=acting]", has_text="RN Lee").click()
    await expect(who).to_contain_text("RN Lee")
    sent = await desk.answers(wire, "**/api/v1/offers", (201, {}))
    assert sent == []
    gone = desk.ward_on_shift(OKAFOR)["system"]
    await wire.page.unroute("**/api/v1/stations/here")
    await wire.answer("**/api/v1/stations/here", 200, {"station": desk.STATION, "people": [OKAFOR], "me_on": True})
    wire.say({"type": "changes", "seq": 2, "system": gone})
    await expect(who).to_contain_text("RN Okafor")


DRAFT = {"date": "2026-11-20", "monitors": [], "chairs": [], "on": [], "today": []}


async def test_five_wrong_pins_and_only_the_password_signs(wire: Wire, built: str) -> None:
    await desk.seat_at(wire, OKAFOR, LEE)
    await wire.answer("**/api/v1/opening-checks/draft", 200, DRAFT)
    wrong = [(403, {"code": "wrong_pin", "detail": "", "left": left}) for left in (4, 3, 2, 1)]
    last = (403, {"code": "password_required", "detail": ""})
    done = (201, {"signed_at": script.at(0), "by_name": "RN Lee"})
    sent = await desk.answers(wire, "**/api/v1/opening-checks", *wrong, last, done)
    page = wire.page
    await page.goto(f"{built}shift")
    await page.click("[data-test=check-start]")
    for item in ("sound_heard", "oxygen", "suction", "resuscitation_bag", "rescue_medicines_in_date"):
        await page.click(f"[data-test={item}-yes]")
    await page.locator("[data-test=check] [data-test=submit]").click()
    sign = page.locator("[data-test=sign]")
    await expect(sign.locator("[data-test=signer]")).to_have_text(["RN Okafor", "RN Lee"])
    assert await axe(page) == []
    await sign.locator("[data-test=signer]", has_text="RN Lee").click()
    await expect(sign.locator("[data-test=pin]")).to_be_focused()
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        for digit in "428913":
            await page.click(f"[data-test=pad-{digit}]")
        await expect(sign.locator("[data-test=sign-refused]")).to_contain_text(f"{left} left")
    await expect(sign.locator("[data-test=pin]")).to_be_enabled()
    await sign.locator("[data-test=pin]").focus()
    await expect(page.locator("[data-test=pin]")).to_be_focused()
    await page.keyboard.type("428913")
    await expect(sign.locator("[data-test=sign-refused]")).to_contain_text("only the password signs")
    await expect(sign.locator("[data-test=pin]")).to_have_count(0)
    await page.fill("[data-test=sign-password]", "correct horse battery")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=sign]")).to_have_count(0)
    await expect(page.locator("[data-test=check-state]")).to_have_text(re.compile(r"^Signed by RN Lee at \d\d:\d\d$"))
    said = [
        (one["headers"]["kat-person"], one["headers"].get("kat-pin"), one["headers"].get("kat-password"))
        for one in sent
    ]
    assert said == [(LEE["id"], "428913", None)] * 5 + [(LEE["id"], None, "correct%20horse%20battery")]
    assert len({one["headers"]["idempotency-key"] for one in sent}) == 6


async def test_a_no_in_the_opening_check_needs_a_word(wire: Wire, built: str) -> None:
    await desk.seat_at(wire, LEE)
    await wire.answer("**/api/v1/opening-checks/draft", 200, DRAFT)
    sent = await desk.answers(wire, "**/api/v1/opening-checks", (201, {"signed_at": script.at(0), "by_name": "RN Lee"}))
    page = wire.page
    await page.goto(f"{built}shift")
    await page.click("[data-test=check-start]")
    submit = page.locator("[data-test=check] [data-test=submit]")
    await submit.click()
    await expect(page.locator("[data-test=check-item] .refusal")).to_have_count(5)
    for item in ("sound_heard", "suction", "resuscitation_bag", "rescue_medicines_in_date"):
        await page.click(f"[data-test={item}-yes]")
    await page.click("[data-test=oxygen-no]")
    await submit.click()
    await expect(page.locator("[data-field=oxygen] .refusal")).to_have_text("What is wrong, and what you did")
    assert sent == []
    await page.fill("[data-test=note-oxygen]", "Cylinder empty, changed")
    await submit.click()
    await expect(page.locator("[data-test=pin]")).to_be_focused()
    await page.keyboard.type("428913")
    await expect(page.locator("[data-test=check-state]")).to_contain_text("Signed by RN Lee")
    assert sent[0]["body"]["notes"] == {"oxygen": "Cylinder empty, changed"}


async def test_a_wallboard_shows_and_changes_nothing(wire: Wire, built: str) -> None:
    await wire.answer("**/api/v1/me", 200, NURSE | {"roles": ["wallboard"]})
    await wire.page.goto(built)
    await expect(wire.page.locator("[data-test=tile]")).to_have_count(6)
    await expect(wire.page.locator("[data-test=alert]").first).to_be_visible()
    acts = "[data-test=ack], [data-test=start-session], [data-test=mark-ready], [data-test=to-discharge]"
    await expect(wire.page.locator(acts)).to_have_count(0)
