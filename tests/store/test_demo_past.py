"""A new demo's clinic has a past that bears itself out, and that is written once."""

from pathlib import Path

from sqlalchemy import URL

from kat_monitor.demo import prepare_demo, write_past
from kat_monitor.domain.alerts import AlertState
from kat_monitor.domain.vitals import Phase, Priority
from kat_monitor.history.alerts import AlertFilters, find_alerts
from kat_monitor.history.search import Filters, search
from kat_monitor.history.verify import verify
from kat_monitor.settings import Settings
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.reader import Reader


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
