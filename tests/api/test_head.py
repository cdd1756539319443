"""HEAD answers as GET does, without the body, over real sockets; and it is noted like one."""

from pathlib import Path

import httpx
import pytest

from tests.api.chairside import good, plan
from tests.api.doors import ORIGIN, Doors, with_parts
from tests.server_fixtures import Running

CHANGING = ("date",)


async def same(client: httpx.AsyncClient, path: str, status: int) -> None:
    got, head = await client.get(path), await client.head(path)
    assert (got.status_code, head.status_code) == (status, status), path
    assert head.content == b"", path
    alike = [[(k, v) for k, v in answer.headers.items() if k not in CHANGING] for answer in (got, head)]
    assert alike[0] == alike[1], path
    assert int(head.headers["content-length"]) == len(got.content), path


async def test_head_is_get_without_a_body(manual: Running) -> None:
    side = await plan(manual)
    stranger = manual.client()
    for path in ("/livez", "/readyz", "/docs"):
        await same(stranger, manual.url + path, 200)
    metrics = await stranger.head(f"{manual.url}/metrics")
    assert (metrics.status_code, metrics.content) == (200, b"")
    for path in ("/me", "/chairs", "/patients", side.session, f"{side.session}/readings", "/alerts"):
        await same(side.nurse, path, 200)
        await same(stranger, path, 401)
    await same(side.nurse, "/nothing-here", 404)
    await same(side.nurse, "/sessions?limit=0", 422)


async def test_the_dashboard_and_its_assets_take_head(doors: Doors, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>wall</title>")
    (tmp_path / "static" / "app.js").write_text("export {};" * 10_000)
    app = with_parts(doors, dashboard=tmp_path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        for path in ("/", "/s/1", "/static/app.js"):
            await same(client, path, 200)
        await same(client, "/static/other.js", 404)


async def test_a_chart_opened_by_head_is_noted(manual: Running) -> None:
    side = await plan(manual)
    clinic_id, ledger = manual.clinic_id, manual.server.reader.ledger
    before = len([row async for row in ledger.audit(clinic_id)])
    assert (await side.nurse.head(side.session)).status_code == 200
    added = [row async for row in ledger.audit(clinic_id, before)]
    assert [row.event.action for row in added] == ["session.read"]
    good(await side.nurse.get(side.session))


@pytest.mark.parametrize(
    ("path", "allow"), [("/livez", "GET, HEAD"), ("/api/v1/me", "GET, HEAD"), ("/api/v1/login", "POST")]
)
async def test_a_405_names_head_where_it_works(doors: Doors, path: str, allow: str) -> None:
    client = await doors.visitor()
    method = "HEAD" if allow == "POST" else "DELETE"
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
