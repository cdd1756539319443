"""Alerts found by what they are about, where they stand and who has them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from kat_monitor.domain.alerts import Alert, AlertKind, AlertState
from kat_monitor.domain.vitals import Priority
from kat_monitor.store.batch import Batch
from tests.api.chairside import Chairside, good, plan, refused
from tests.server_fixtures import MINUTE, START_US, Running


@pytest.fixture
async def side(manual: Running) -> Chairside:
    return await plan(manual)


def an_alert(running: Running, minute: int, **of: Any) -> Alert:
    kept: dict[str, Any] = {
        "session_id": None,
        "chair_id": None,
        "limit": "systolic_high",
        "source": "nibp",
        "kind": AlertKind.PHYSIOLOGICAL,
        "priority": Priority.HIGH,
        "limit_priority": Priority.HIGH,
        "state": AlertState.CLOSED,
        "raised_at": START_US,
    }
    opened = START_US + minute * MINUTE
    return Alert(id=uuid4(), clinic_id=running.clinic_id, opened_at=opened, **kept | of)


async def test_each_filter(manual: Running, side: Chairside) -> None:
    me = good(await side.nurse.get("/me"))
    person, session = UUID(me["id"]), UUID(side.session_id)
    made = [
        an_alert(manual, 0, session_id=session),
        an_alert(manual, 1, kind=AlertKind.TECHNICAL, limit="sensor_off", priority=Priority.LOW),
        an_alert(manual, 2, acknowledged_by=person, acknowledged_at=START_US + 3 * MINUTE),
        an_alert(manual, 3, state=AlertState.RETURNED, ended_at=START_US + 4 * MINUTE),
    ]
    batch = Batch()
    batch.alerts.update({alert.id: alert for alert in made})
    await manual.server.writer.commit(batch)

    async def found(**query: str) -> list[int]:
        answer = good(await side.nurse.get("/alerts", params=query))
        order = [str(alert.id) for alert in made]
        return sorted(order.index(alert["id"]) for alert in answer if alert["id"] in order)

    assert await found() == [0, 1, 2, 3]
    assert await found(kind="technical") == [1]
    assert await found(kind="physiological", priority="high") == [0, 2, 3]
    assert await found(session_id=side.session_id) == [0]
    assert await found(acknowledged_by=me["id"]) == [2]
    assert await found(acknowledged_by=str(uuid4())) == []
    assert await found(state="returned") == [3], "resolved, and nobody has reviewed it"


async def test_what_no_filter_means_is_refused(side: Chairside) -> None:
    for query, field in (
        ("kind=medical", "kind"),
        ("acknowledged_by=me", "acknowledged_by"),
        ("session_id=1", "session_id"),
    ):
        problem = refused(await side.nurse.get(f"/alerts?{query}"), 422, "bad_value")
        assert [error["path"] for error in problem["errors"]] == [field]
    refused(await side.nurse.get(f"/alerts?session_id={uuid4()}"), 404, "not_found")
