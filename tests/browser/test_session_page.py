"""One session's page: header, alerts, steps, trend, table, numbers, checklist, timeline; at every size."""

import re

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser import script, scripted_record
from tests.browser.clinic import Place, Server
from tests.browser.conftest import Console
from tests.browser.scripted_record import PRESSURES
from tests.browser.test_scripted import AXE, Wire, wire
from tests.browser.test_wall import SOON_MS, log_in

__all__ = ["wire"]

SIZES = [(1920, 1080), (1180, 820), (820, 1180), (390, 844)]
OUT_OF_LINE = """(names) => names.flatMap((name) => {
    const boxes = [...document.querySelectorAll(name)].map((e) => [e.textContent, e.getBoundingClientRect()]);
    const beside = (p, q) => p.right <= q.left + 0.5 || q.right <= p.left + 0.5;
    const apart = (p, q) => beside(p, q) || p.bottom <= q.top + 0.5 || q.bottom <= p.top + 0.5;
    return boxes.flatMap(([a, p], n) => boxes.slice(n + 1)
        .filter(([, q]) => !apart(p, q))
        .map(([b]) => `${a} / ${b}`));
})"""
"""Labels of the given kinds that cover another of their kind."""
RUNS = """([name, least]) => {
    const canvas = document.querySelector('.plot canvas');
    const ctx = canvas.getContext('2d');
    const wanted = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const [r, g, b] = [1, 3, 5].map((n) => parseInt(wanted.slice(n, n + 2), 16));
    const { width, height } = canvas;
    const { data } = ctx.getImageData(0, 0, width, height);
    let [clusters, last] = [0, -9];
    for (let x = 0; x < width; x += 1) {
        let [run, most] = [0, 0];
        for (let y = 0; y < height; y += 1) {
            const at = 4 * (y * width + x);
            const same = Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 12;
            run = same ? run + 1 : 0;
            most = Math.max(most, run);
        }
        if (most >= least && x - last > 3) clusters += 1;
        if (most >= least) last = x;
    }
    return clusters;
}"""
"""How many upright strokes of a colour, at least so many pixels long, the chart's canvas has."""


async def opened(wire: Wire, built: str, size: tuple[int, int] = (1920, 1080), **instead: object) -> Page:
    """The page of session 2, whose systolic pressure is 192."""
    calling = script.snapshot()
    calling["alerts"][0] |= {"escalates_at": script.at(79), "escalates_to": 2}
    calling["system"] |= {"on_call": {"id": script.session_id(99), "name": "Dr Hale"}}
    calling["chairs"][1] |= {
        "due": [{"chair_id": script.chair_id(2), "kind": "cuff", "at": script.at(90), "state": "planned"}]
    }
    wire.greet = [script.hello(), calling]
    await wire.answer_record(2, **instead)
    await wire.page.set_viewport_size({"width": size[0], "height": size[1]})
    await wire.page.goto(f"{built}s/{script.session_id(2)}")
    await expect(wire.page.locator("[data-test=chart]")).to_be_visible()
    await expect(wire.page.locator("[data-test=connection]")).to_have_text("Live")
    return wire.page


async def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in await page.locator(selector).all_text_contents()]


async def test_the_header_says_who_it_is(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    await expect(page.locator("[data-test=session] h1").last).to_have_text("Chair 2 Ana <b>Rivera</b>")
    await expect(page.locator("[data-test=patient-facts]")).to_have_text("44 y · F · MRN 4821 · session 1 of 1")
    await expect(page.locator("[data-test=allergies]")).to_have_text("Allergies: penicillin")


async def test_every_chair_is_one_tap_away(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    chairs = page.locator("[data-test=chair-map] li")
    await expect(chairs).to_have_count(6)
    await expect(page.locator("[data-test=chair-map] [data-here=true]")).to_have_attribute("data-level", "3")
    await wire.answer_record(3)
    await page.get_by_role("link", name=re.compile("^Chair 3: Preparing: warning, SBP 184")).click()
    await expect(page).to_have_url(re.compile(rf"/s/{script.session_id(3)}$"))
    await page.locator("[data-test=back]").click()
    await expect(page.locator("[data-test=tile]")).to_have_count(6)


async def test_the_alert_bar_says_what_since_when_and_who_is_next(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    bar = page.locator("[data-test=alert-bar] .alert-bar")
    await expect(bar.locator("[data-test=alert-text]")).to_have_text("*** critical SBP 192, limit 180")
    await expect(bar.locator("[data-test=alert-since]")).to_have_text(
        re.compile(r"^for 0:4\d · escalates to Dr Hale in 1:1\d$")
    )


async def test_the_alert_bar_acts(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    await wire.answer("**/recheck", 200, {"kind": "recheck", "at": script.at(0), "state": "due", "text": ""})
    await wire.answer("**/escalate", 200, script.alerts()[0] | {"escalation": 2})
    await wire.answer("**/acknowledge", 200, script.alerts()[0])
    await page.locator("[data-test=alert-recheck]").click()
    await expect(page.locator("[data-test=alert-call]")).to_be_enabled()
    await expect(page.locator("[data-test=alert-call]")).to_have_text("Call Dr Hale now")
    await page.locator("[data-test=alert-call]").click()
    await page.keyboard.press("a")
    await expect(page.locator(".alert-bar .done")).to_be_visible()
    posted = [url.split("/api/v1/")[1] for method, url in asked if method == "POST"]
    assert posted == [
        f"sessions/{script.session_id(2)}/recheck",
        f"alerts/{script.alert_id(1)}/escalate",
        f"alerts/{script.alert_id(1)}/acknowledge",
    ]


async def test_nothing_can_be_written_without_a_connection(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    wire.greet = []
    await wire.pass_time(12)
    await expect(page.locator("[data-test=not-connected]")).to_be_visible()
    for name in ("alert-recheck", "alert-call", "ack"):
        await expect(page.locator(f"[data-test={name}]").first).to_be_disabled()
    await expect(page.locator("[data-test=checklist]")).to_contain_text("Readiness not known")


async def test_the_steps_say_how_far_it_is(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    states = await page.locator("[data-test=steps] li").evaluate_all("(all) => all.map((e) => e.dataset.state)")
    assert states == ["done", "done", "current", "ahead", "ahead", "ahead"]
    await expect(page.locator("[data-step=baseline]")).to_contain_text("136/84 · HR 76 · 98 %")
    await expect(page.locator("[data-step=dosing]")).to_contain_text(re.compile(r"32:\d\d of 40 min"))
    await expect(page.locator("[data-step=recovery]")).to_contain_text("60 min or more")
    await expect(page.locator("[data-step=ready]")).to_contain_text("1 of 3 checks")


async def test_what_stands_against_the_dose_is_said_in_words(wire: Wire, built: str) -> None:
    gates = [{"code": "baseline_missing", "detail": "No baseline is locked.", "passable": True}]
    preparing = scripted_record.detail() | {"phase": "preparing", "dosing": None, "baseline": None, "gates": gates}
    page = await opened(wire, built, detail=preparing)
    await page.locator("[data-test=gates] summary").click()
    await expect(page.locator("[data-gate=baseline_missing]")).to_contain_text("aseline")


async def test_the_chart_has_a_bar_for_each_reading(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    await expect(page.locator("[data-test=chart]")).to_have_attribute("data-bars", str(len(PRESSURES)))
    assert await page.evaluate(RUNS, ["--bar", 20]) == len(PRESSURES)


async def test_only_what_is_beyond_a_limit_has_its_colour(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    wire.console.allow("willReadFrequently")
    beyond = {"--high": 180, "--med-fill": 165}
    for colour, limit in beyond.items():
        expected = sum(systolic > limit for _, systolic, _ in PRESSURES)
        assert await page.evaluate(RUNS, [colour, 5]) == expected, colour


async def test_a_sensor_that_was_off_leaves_a_gap(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    gap = page.locator("[data-test=gap][data-of=spo2]")
    await expect(gap).to_have_count(1)
    seen = [int(await gap.get_attribute(name) or 0) / 1000 for name in ("data-from", "data-to")]
    off = [script.NOW.timestamp() + 60 * minute for minute in scripted_record.OFF_MIN]
    assert seen == off
    await expect(page.locator("[data-test=gap][data-of=heart_rate]")).to_have_count(0)


async def test_limits_baseline_events_and_alerts_have_their_words(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    assert await texts(page, "[data-test=limit-label]") == ["*** 180", "** 165", "*** 110 DBP", "** 92"]
    await expect(page.locator("[data-test=baseline-label]")).to_have_text("Baseline 136")
    assert await texts(page, "[data-test=event-label]") == [
        "Ketamine 38.5 mg IV",
        "Ondansetron 4 mg IV",
        "Labetalol 10 mg IV",
    ]
    assert await texts(page, "[data-test=caption]") == ["Dosing window, 40 min", f"earliest discharge {clock(4080)}"]
    shapes = await page.locator("[data-test=lane-alert] .glyph").evaluate_all(
        "(all) => all.map((e) => e.dataset.shape)"
    )
    assert shapes == ["link-low", "medium", "high"]
    own = page.locator("[data-test=event-mark][data-dose=true]")
    await expect(own).to_have_count(1)


def clock(seconds: float) -> str:
    return script.at(seconds)[11:16]


@pytest.mark.parametrize("size", SIZES)
async def test_labels_never_cover_each_other(wire: Wire, built: str, size: tuple[int, int]) -> None:
    crowd = [scripted_record.event(50 + n, -20 + n, "medication", drug="ondansetron", amount=4, unit="mg", route="iv")
             for n in range(6)]  # fmt: skip
    page = await opened(wire, built, size, timeline=[*scripted_record.timeline(), *crowd])
    kinds = [
        ["[data-test=event-label]"],
        ["[data-test=limit-label], [data-test=baseline-label]"],
        ["[data-test=caption]"],
    ]
    kinds += [[".tick-min, .dose-tick"], [".tick-clock"], [".newest"]]
    assert [found for kind in kinds for found in await page.evaluate(OUT_OF_LINE, kind)] == []
    listed = await texts(page, "[data-test=listed] li")
    shown = await page.locator("[data-test=event-mark]").count()
    words = [
        text for text in await texts(page, "[data-test=event-label]") if not re.fullmatch(r"\d+(\u2013\d+)?", text)
    ]
    numbered = [text for text in listed if re.match(r"\d+ ", text)]
    assert len(words) + len(numbered) == shown == 9


async def test_the_table_has_the_charts_data(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    await page.locator("[data-test=show-table]").click()
    await expect(page.locator("[data-test=chart]")).to_have_count(0)
    rows = await texts(page, "[data-test=reading-row][data-voided=false] td:nth-child(3)")
    assert rows == [f"{systolic}/{diastolic}" for _, systolic, diastolic in PRESSURES]
    await expect(page.locator("[data-test=reading-row][data-voided=true]")).to_contain_text("voided")
    last = page.locator("[data-test=reading-row]").last
    await expect(last).to_contain_text("beyond critical limit")
    await expect(last).to_contain_text("+31")
    streams = page.locator("[data-test=streams-table]")
    await expect(streams.locator("tbody tr")).to_have_count(10)
    await page.locator("[data-test=show-table]").click()
    await expect(page.locator("[data-test=chart]")).to_be_visible()


async def test_the_last_thirty_minutes(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    await page.locator("[data-test=show-last]").click()
    await expect(page.locator("[data-test=show-last]")).to_have_attribute("aria-pressed", "true")
    recent = sum(minute >= -30 for minute, *_ in PRESSURES)
    assert await page.evaluate(RUNS, ["--bar", 20]) == recent
    await expect(page.locator("[data-test=event-mark][data-dose=true]")).to_have_count(0)


async def test_numbers_stand_with_their_limits_in_words(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    await expect(page.locator("[data-test=bp]")).to_have_text("192/104")
    await expect(page.locator("[data-test=bp-about]")).to_have_text("MAP 133 · limit 180/110 · baseline 124/78")
    await expect(page.locator("[data-metric=heart_rate]")).to_contain_text("50\u2013120")
    await expect(page.locator("[data-metric=spo2]")).to_contain_text("92 or more")
    await expect(page.locator("[data-test=oxygen]")).to_have_text("air")
    await expect(page.locator("[data-metric=blood_pressure]")).to_have_attribute("data-level", "high")


async def test_the_checklist_tells_measured_from_confirmed(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    columns = page.locator("[data-test=checklist] .two > div")
    await expect(columns.nth(0)).to_contain_text("Minimum observation")
    await expect(columns.nth(0)).to_contain_text(f"not before {clock(4080)}")
    await expect(columns.nth(1)).to_contain_text("Gait steady")


async def test_the_timeline_strikes_what_was_corrected_and_measures_effects(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    rows = page.locator("[data-test=timeline-row]")
    await expect(rows).to_have_count(6)
    await expect(rows.first).to_contain_text("Alert opened SBP 192")
    await expect(page.locator("[data-struck=true]")).to_have_count(1)
    await expect(page.locator("[data-struck=true] s")).to_contain_text("left arm")
    await expect(page.locator("[data-test=effect]")).to_have_text("effect +5 min 192/104, +10 min not measured")


async def test_the_record_is_read_again_when_the_wall_hears_of_a_change_and_not_otherwise(
    wire: Wire, built: str
) -> None:
    page = await opened(wire, built)
    await wire.pass_time(6, seq=1)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/api/" in request.url:
            asked.append(request.url.split(script.session_id(2))[-1])

    page.on("request", note)
    await wire.pass_time(30, seq=1)
    assert asked == []
    wire.say({"type": "changes", "seq": 2, "alerts": [script.alerts()[0] | {"value": 195.0}]})
    wire.say({"type": "changes", "seq": 3, "alerts": [script.alerts()[0] | {"value": 196.0}]})
    await wire.pass_time(6, seq=3)
    assert sorted(asked) == ["/alerts", "/timeline"]


async def test_values_heard_live_join_the_curve(wire: Wire, built: str) -> None:
    page = await opened(wire, built)
    await wire.pass_time(6, seq=1)
    value = script.measured(133, "ecg", -5, 10, 60)
    wire.say({"type": "changes", "seq": 2, "vitals": [{"chair_id": script.chair_id(2), "heart_rate": value}]})
    await expect(page.locator(".newest", has_text="HR 133")).to_be_visible()


async def test_a_session_that_left_the_wall_is_shown_from_the_record(wire: Wire, built: str) -> None:
    over = scripted_record.detail(12)
    phases = [*over["phases"][:-1], over["phases"][-1] | {"to": script.at(-60)}]
    phases += [{"phase": "discharged", "from": script.at(-60), "to": None}]
    wire.greet = [script.hello(), script.snapshot()]
    ended = over | {"phase": "discharged", "outcome": "transferred", "phases": phases}
    await wire.answer_record(12, detail=ended)
    await wire.page.goto(f"{built}s/{script.session_id(12)}")
    page = wire.page
    await expect(page.locator("[data-test=chart]")).to_have_attribute("data-bars", str(len(PRESSURES)))
    await expect(page.locator("[data-test=reading-state], .reading-state")).to_contain_text("not on the wall")
    await expect(page.locator("[data-test=now]")).to_have_count(0)
    await expect(page.locator(".newest")).to_have_count(0)
    await expect(page.locator("[data-step=discharged]")).to_contain_text("transferred")


async def test_what_may_not_be_read_is_said(wire: Wire, built: str) -> None:
    await wire.answer("**/sessions/**", 403, {"code": "forbidden", "detail": "Needs another role."})
    await wire.page.goto(f"{built}s/{script.session_id(2)}")
    await expect(wire.page.locator("[data-test=reading-state]")).to_contain_text("may not read the record")
    await expect(wire.page.locator("[data-test=bp]")).to_have_text("192/104")
    await expect(wire.page.locator("[data-test=alert-bar]")).to_contain_text("SBP 192, limit 180")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", ["dim", "light"])
async def test_at_every_size_and_in_both_themes(wire: Wire, built: str, size: tuple[int, int], look: str) -> None:
    page = await opened(wire, built, size)
    if look == "light":
        await page.locator("[data-test=theme]").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    cut = """[...document.querySelectorAll('.bp, .v, .ack, .bar-words, .steps [data-state=current], .at')]
        .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => `${e.className} ${e.textContent}`)"""
    assert await page.evaluate(cut) == []
    beyond = """[...document.querySelectorAll('.labels .at')].filter((e) => {
        const [p, q] = [e.getBoundingClientRect(), e.closest('.plot').getBoundingClientRect()];
        return p.right > q.right + 1 || p.left < q.left - 1 || p.bottom > q.bottom + 1;
    }).map((e) => e.textContent)"""
    assert await page.evaluate(beyond) == []
    small = """[...document.querySelectorAll('.session a, .session button, .session summary')]
        .map((e) => [e.textContent, e.getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && (box.height < 24 || box.width < 24)).map(([text]) => text)"""
    assert await page.evaluate(small) == []
    assert await page.evaluate("[...document.querySelectorAll('.ack')].filter((e) => e.offsetHeight < 44).length") == 0
    await no_rule_is_broken(page)
    await page.locator("[data-test=show-table]").click()
    await no_rule_is_broken(page)


async def no_rule_is_broken(page: Page) -> None:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []


async def test_readings_of_a_real_patient_become_bars(
    page: Page, server: Server, place: Place, console: Console
) -> None:
    await log_in(page, server, server.nurse)
    await expect(page.locator("[data-test=connection]")).to_have_text("Live", timeout=SOON_MS)
    server.read(place.cuff, "nibp", systolic=131, diastolic=82, mean=98)
    server.read(place.monitor, "ecg", heart_rate=74)
    await page.goto(f"{server.url}s/{place.session_id}")
    chart = page.locator("[data-test=chart]")
    await expect(chart).to_have_attribute("data-bars", "1", timeout=SOON_MS)
    server.read(place.cuff, "nibp", systolic=142, diastolic=88, mean=106)
    await expect(chart).to_have_attribute("data-bars", "2", timeout=SOON_MS)
    await page.locator("[data-test=show-table]").click()
    columns = server.get(f"sessions/{place.session_id}/readings?cuff=true")
    stored = [f"{s:g}/{d:g}" for s, d in zip(columns["systolic"], columns["diastolic"], strict=True)]
    assert await texts(page, "[data-test=reading-row] td:nth-child(3)") == stored == ["131/82", "142/88"]
    await expect(page.locator("[data-step=baseline]")).to_contain_text("of 3 readings")
