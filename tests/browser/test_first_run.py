"""From an empty database to the first shift and the first reading on the wall, by clicks alone, with a real server."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import Page, expect

from tests.browser.clinic import STOPPING_S, Server
from tests.browser.conftest import Console, _free_port

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
PASSWORD = secrets.token_urlsafe(18)
PROGRAM = [sys.executable, "-m", "kat_monitor.cli"]
SOON_MS = 20_000


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """`kat-monitor serve` on an empty folder, as the operations page says to start it."""
    port = _free_port()
    settings = {
        "KAT_DATA_DIR": str(tmp_path / "data"),
        "KAT_PORT": str(port),
        "KAT_COOKIE_SECURE": "false",
        "PYTHONUNBUFFERED": "1",
    }
    environment = {**os.environ, **settings}
    subprocess.run([*PROGRAM, "migrate"], env=environment, check=True, capture_output=True, timeout=120)
    command, log = [*PROGRAM, "serve"], tmp_path / "log"
    people = ("lee", ""), ("novak", PASSWORD)
    running = Server(f"http://127.0.0.1:{port}/", *people, command, environment, log)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@contextmanager
def simulated(command: str, environment: dict[str, str]) -> Iterator[None]:
    """The command that the page shows, run as it stands there."""
    name, *arguments = command.split()
    assert name == "kat-monitor"
    process = subprocess.Popen([*PROGRAM, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
        assert process.poll() is None, "the simulated patients ended by themselves"
    finally:
        process.terminate()
        process.wait(STOPPING_S)


async def type_in(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        await page.fill(f"[data-test=field-{name}]", text)


async def axe(page: Page) -> list[str]:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for theme in ("dark", "light"):
        await page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        told = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        found += [f"{theme}: {v['id']} {v['nodes'][0]['target']}" for v in told["violations"]]
    return found


async def make_the_clinic(page: Page, server: Server) -> None:
    """The first page: what is wrong is said beside the field, and what was typed stays."""
    said = re.search(r"with this code: (\S+)", server.log.read_text(encoding="utf-8"))
    assert said is not None, "the server did not print a code"
    await page.goto(f"{server.url}alerts")
    await expect(page.locator("[data-test=first-run]")).to_be_visible()
    assert await axe(page) == []
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-test=field-refused]")).to_have_count(5)
    await type_in(page, code="WRONG-CODE", clinic="Northside", name="Kim Novak", username="novak", password="short")
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-field=code] [data-test=field-refused]")).to_contain_text("not the code")
    await type_in(page, code=said[1])
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-field=password] [data-test=field-refused]")).to_contain_text("15")
    await expect(page.locator("[data-test=field-clinic]")).to_have_value("Northside")
    await type_in(page, password=PASSWORD)
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-test=first-steps]")).to_be_visible(timeout=SOON_MS)
    await expect(page.locator(".brand")).to_have_text("Northside")


async def next_step(page: Page, name: str) -> None:
    """The step is open, and its link is the one that stands out."""
    await page.click("[data-test=part-start]")
    step = page.locator(f"[data-test=step-{name}]")
    await expect(step).to_have_attribute("data-done", "false")
    await step.locator("a.fill").click()


async def is_done(page: Page, name: str) -> None:
    await page.click("[data-test=part-start]")
    await expect(page.locator(f"[data-test=step-{name}]")).to_have_attribute("data-done", "true", timeout=3 * SOON_MS)


async def add_person(page: Page, name: str, username: str, role: str) -> tuple[str, str]:
    await page.click("[data-test=add-person]")
    await type_in(page, name=name, username=username)
    await page.check(f"[data-test=role-{role}]")
    await page.click("[data-test=submit]")
    password = await page.inner_text("[data-test=secret]")
    await page.click("[data-test=kept]")
    return username, password


async def log_in(page: Page, login: tuple[str, str]) -> None:
    if await page.locator("[data-test=who]").count():
        await page.click("[data-test=who]")  # where several are on, their menu holds it
    await page.click("[data-test=logout]")
    await page.fill("[data-test=username]", login[0])
    await page.fill("[data-test=password]", login[1])
    await page.click("[data-test=log-in]")
    await expect(page.locator("[data-test=connection]")).to_have_text("Live", timeout=SOON_MS)


async def make_a_protocol_their_own(page: Page) -> None:
    """A mistake first: it is told beside its line, and nothing is saved."""
    await page.click("[data-test=nav] a[href=setup]")
    await page.click("[data-test=part-protocols]")
    await page.click("[data-code=iv_infusion] [data-test=show-protocol]")
    await page.click("[data-test=new-version]")
    text = page.locator("[data-test=toml-text]")
    shipped = await text.input_value()
    line = 1 + shipped[: shipped.index("clear = 170.0 ")].count("\n")
    await text.fill(shipped.replace("value = 180.0 ", "value = 160.0 "))
    await page.click("[data-test=check]")
    await expect(page.locator("[data-test=mistakes]")).to_contain_text(f"Line {line}")
    await expect(page.locator("[data-test=beside-line]").first).to_be_visible()
    await expect(page.locator("[data-test=save-version]")).to_be_disabled()
    await page.click("[data-test=go-to-line] >> nth=0")
    await expect(text).to_be_focused()
    await text.fill(shipped.replace("value = 180.0 ", "value = 175.0 "))
    await page.click("[data-test=check]")
    await expect(page.locator("[data-test=changes] tbody tr")).to_have_count(1)
    await expect(page.locator("[data-test=changes]")).to_contain_text(re.compile("Systolic high.*180.*175"))
    await expect(page.locator("[data-test=difference]")).to_contain_text("Version 2 applies to new sessions.")
    await page.click("[data-test=save-version]")
    await expect(page.locator("[data-test=told]")).to_contain_text("Version 2 is saved")
    await expect(page.locator("[data-test=limits] tr", has_text="Systolic high")).to_contain_text("\u2265 175")
    await page.click("[data-test=view-changes]")
    await expect(page.locator("[data-test=changes] tbody tr")).to_have_count(1)


async def start_the_shift(page: Page) -> None:
    await page.click("[data-test=nav] a[href=shift]")
    await type_in(page, label="Front desk")
    await page.locator("[data-test=submit]").first.click()
    await expect(page.locator("[data-test=station-here]")).to_contain_text("Front desk")
    await page.click("[data-test=start-shift]")
    await page.click("[data-test=heard-yes]")
    await expect(page.locator("[data-test=person]")).to_contain_text("RN Lee")
    await expect(page.locator("[data-test=sound]").first).to_contain_text("Sound on")


async def test_an_empty_database_leads_to_the_first_shift(page: Page, empty: Server, console: Console) -> None:
    console.allow(r"status of 403", r"status of 422")  # a wrong code, a short password and a protocol's mistake
    await make_the_clinic(page, empty)
    await next_step(page, "chairs")
    await page.click("[data-test=add-chairs]")
    await type_in(page, label="Chair 1\u20132")
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-test=chair-row]")).to_have_count(2)
    await is_done(page, "chairs")
    await next_step(page, "gateways")
    await page.click("[data-test=simulate]")
    command = await page.inner_text("[data-test=command]")
    assert command.startswith(f"kat-monitor simulate --url {empty.url.rstrip('/')} --key katg_")
    await page.click("[data-test=kept]")
    with simulated(command, empty.environment):
        await is_done(page, "gateways")
        await is_done(page, "devices")
        await next_step(page, "people")
        lee = await add_person(page, "RN Lee", "lee", "nurse")
        hale = await add_person(page, "Dr Hale", "hale", "clinician")
        await is_done(page, "people")
        await log_in(page, hale)
        await make_a_protocol_their_own(page)
        await log_in(page, lee)
        await start_the_shift(page)
        await first_reading(page)
        await log_in(page, ("novak", PASSWORD))
        await page.click("[data-test=nav] a[href=setup]")
        await expect(page.locator("[data-test=setup-page] .part-list li")).to_have_count(9)
        await expect(page.locator("[data-test=first-steps]")).to_have_count(0)


async def first_reading(page: Page) -> None:
    """A patient sits down, and what the simulated monitor measures stands on the wall."""
    await page.click("[data-test=nav] a[href='./']")
    tile = page.locator("[data-chair='Chair 1']")
    await tile.locator("[data-test=start-session]").click()
    await type_in(page, search="Nora Field")
    await page.click("[data-test=new-patient]")
    await type_in(page, birth_date="1980-05-17", mrn="4711")
    await page.click("[data-test=submit]")
    await page.check("[data-test=tick-name]")
    await page.check("[data-test=tick-birth_date]")
    await page.click("[data-test=submit]")
    await expect(tile).to_have_attribute("data-phase", "preparing", timeout=SOON_MS)
    await expect(tile.locator("[data-test=heart_rate]")).to_have_text(re.compile(r"^\d{2,3}$"), timeout=SOON_MS)


async def test_a_server_that_is_set_up_is_not_set_up_again(page: Page, empty: Server, console: Console) -> None:
    """Two people at once: the second is told, and logs in."""
    console.allow(r"status of 409")
    said = re.search(r"with this code: (\S+)", empty.log.read_text(encoding="utf-8"))
    assert said is not None
    await page.goto(empty.url)
    await expect(page.locator("[data-test=first-run]")).to_be_visible()
    empty_clinic = {"code": said[1], "clinic": "Northside", "name": "Kim Novak", "username": "novak"}
    answer = await page.request.post(
        f"{empty.url}api/v1/setup",
        data=empty_clinic | {"password": PASSWORD},
        headers={"Origin": empty.url.rstrip("/")},
    )
    assert answer.ok, await answer.text()
    await page.context.clear_cookies()
    await type_in(page, code=said[1], clinic="Southside", name="Sam Roe", username="roe", password=PASSWORD)
    await page.click("[data-test=submit]")
    await expect(page.locator("[data-test=refusal]")).to_be_visible()
    await page.click("[data-test=to-login]")
    await page.fill("[data-test=username]", "novak")
    await page.fill("[data-test=password]", PASSWORD)
    await page.click("[data-test=log-in]")
    await expect(page.locator(".brand")).to_have_text("Northside", timeout=SOON_MS)
