"""A new demo's clinic has a past that bears itself out, and that is written once."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL

from kat_monitor.demo import prepare_demo, write_past, write_present
from kat_monitor.domain.alerts import AlertState
from kat_monitor.domain.commands import Actor
from kat_monitor.domain.readiness import Met
from kat_monitor.domain.registry import Role
from kat_monitor.domain.vitals import MINUTE_US, Phase, Priority
from kat_monitor.history.alerts import AlertFilters, find_alerts
from kat_monitor.history.search import Filters, search
from kat_monitor.history.verify import verify
from kat_monitor.protocols.loader import shipped, version_of
from kat_monitor.rules.readiness import readiness
from kat_monitor.settings import Settings
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.reader import Reader
from kat_simulators.memory import Memory
from kat_simulators.opening import openings
from kat_simulators.past import present_session, regulars
from kat_simulators.scenario import at
from kat_simulators.scenario_files import load


async def test_the_last_weeks_of_a_demo_are_a_record_like_any_other(database: URL, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    clock = await prepare_demo(settings, database, 1.0, "a password of some length")
    known = await write_past(settings, database, 8, clock.now_us())
    assert await write_past(settings, database, 8, clock.now_us()) == [], "a clinic with chairs has a past of its own"

    verdict = await verify(database, Deadlines())
    assert verdict.good, verdict.findings
    reader = Reader(database, Deadlines(), size=1)
    try:
        clinic_id = known[0].patient.clinic_id
        page = await search(reader, clinic_id, Filters(limit=200), lambda _: None)
        assert {found.row.phase for found in page.items} == {Phase.DISCHARGED}
        assert all((found.row.ended_at or 0) < clock.now_us() for found in page.items)
        assert {found.row.protocol_code for found in page.items} >= {"iv_infusion", "im_injection", "nasal_esketamine"}
        for regular in known:
            mine = [found for found in page.items if found.patient == regular.patient]
            assert len(mine) >= 2, regular.chair
        alerts, _ = await find_alerts(reader, clinic_id, AlertFilters(), 1000)
        assert {alert.state for alert in alerts} == {AlertState.CLOSED}
        assert all(alert.acknowledged for alert in alerts if alert.priority is Priority.HIGH)
        assert any(alert.priority is Priority.HIGH for alert in alerts)
    finally:
        await reader.close()


async def test_todays_sessions_stand_where_their_scenarios_have_come_to(database: URL, tmp_path: Path) -> None:
    settings, kept = Settings(data_dir=tmp_path), Memory()
    now = (await prepare_demo(settings, database, 1.0, "a password of some length")).now_us()
    known = await write_past(settings, database, 8, now)
    await write_present(settings, database, known, 8, now, kept)

    assert (verdict := await verify(database, Deadlines())).good, verdict.findings
    reader = Reader(database, Deadlines(), size=1)
    try:
        clinic_id = known[0].patient.clinic_id
        page = await search(reader, clinic_id, Filters(limit=200), lambda _: None)
    finally:
        await reader.close()
    rows = {str(found.row.id): found.row for found in page.items if not found.row.phase.has_ended}
    assert {one.session_id for one in kept.ongoing.values()} == set(rows)
    assert {row.phase for row in rows.values()} == {Phase.SCHEDULED, Phase.PREPARING, Phase.DOSING, Phase.RECOVERY}
    for one in kept.ongoing.values():
        row, scenario = rows[one.session_id], load(one.scenario)
        minute = (now - one.dose_at) / MINUTE_US
        ends = next(step.at_min for step in scenario.steps if step.body.get("to") == "recovery")
        assert row.checked_in_at == (at(one.dose_at, scenario.start_min) if minute > scenario.start_min else None)
        assert row.dosing_at == (one.dose_at if minute > 0 else None)
        assert row.dosing_ended_at == (at(one.dose_at, ends) if minute > ends else None)
        assert one.next_step == sum(step.at_min < minute for step in scenario.steps)


def test_a_session_joined_midway_has_its_whole_curve_and_nothing_late(tmp_path: Path) -> None:
    clinic_id, now = uuid4(), 1_790_000_000_000_000
    versions = {code: version_of(toml, 1) for code, (toml, _) in shipped().items()}
    crew = Actor(uuid4(), frozenset({Role.NURSE})), Actor(uuid4(), frozenset({Role.CLINICIAN}))
    (opening,) = openings(clinic_id, [], 1)
    scenario, dose_at = load("walk_to_toilet"), now - 60 * MINUTE_US
    past, _ = present_session(opening.regular, scenario, uuid4(), versions, crew, dose_at, 1, now)
    assert not any(reading.late for reading in past.readings)
    assert max(reading.effective_at for reading in past.readings) < now
    trend = past.state.trend
    assert trend is not None
    assert trend.from_at == at(dose_at, -15)
    columns = trend.columns()
    assert sum(value is not None for value in columns["heart_rate"]) >= 70
    assert next(minute for minute, value in enumerate(columns["systolic"]) if value is not None) <= 3
    assert sum(value is not None for value in columns["systolic"]) >= 14


@pytest.mark.parametrize("day", range(6))
def test_the_first_look_shows_what_it_should_whatever_the_noise(day: int) -> None:
    """One alert in the making, one in hand that stays in hand, one ready to leave, one waiting for a driver alone."""
    clinic_id, now = uuid4(), 1_790_000_000_000_000 + day * 86_977 * 1_000_000
    versions = {code: version_of(toml, 1) for code, (toml, _) in shipped().items()}
    crew = Actor(uuid4(), frozenset({Role.NURSE})), Actor(uuid4(), frozenset({Role.CLINICIAN}))
    seen = {}
    for one in openings(clinic_id, regulars(clinic_id, 5), 8):
        begun = now - round(one.minute * MINUTE_US)
        for after in (0, 5):
            until = now + after * MINUTE_US
            past, _ = present_session(one.regular, load(one.scenario), uuid4(), versions, crew, begun, 1, until)
            seen[one.scenario, one.minute > 0, after] = past, until

    def alerts(name: str, after: int) -> set[tuple[Priority, bool]]:
        return {(a.priority, a.acknowledged) for a in seen[name, True, after][0].alerts.values() if a.is_open}

    def missing(name: str) -> list[str]:
        past, until = seen[name, True, 0]
        return [one.code for one in readiness(past.state, until, ()).criteria if one.state is not Met.MET]

    assert (alerts("spike_at_30", 0), Priority.HIGH in {one for one, _ in alerts("spike_at_30", 5)}) == (set(), True)
    assert alerts("hypertensive", 0) == {(Priority.MEDIUM, True)}
    assert {priority for priority, _ in alerts("hypertensive", 5)} == {Priority.MEDIUM}
    assert missing("ready_at_100") == []
    assert missing("nasal_driver_late") == ["escort"]
    assert alerts("nasal", 0) == alerts("probe_off", 0) == alerts("ready_at_100", 5) == set()
