"""The doors that need no login: alive, ready or why not, counted, described."""

import asyncio
import mimetypes
import re
from pathlib import Path
from uuid import uuid4

import httpx
from sqlalchemy import URL

from kat_monitor.domain.alerts import TimerArmed
from tests.api.doors import ORIGIN, START, Doors, make, open_doors, with_parts
from tests.store_fixtures import connect


async def reasons(client: httpx.AsyncClient) -> set[str]:
    answer = await client.get("/readyz")
    if answer.status_code == 200:
        assert answer.json() == {"ready": True, "reasons": []}
        return set()
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    return {reason["code"] for reason in answer.json()["reasons"]}


async def test_alive_and_ready(doors: Doors) -> None:
    client = await doors.visitor()
    assert (await client.get("/livez")).json() == {"alive": True}
    assert await reasons(client) == set()


async def test_not_ready_says_why(doors: Doors, database: URL) -> None:
    client = await doors.visitor()
    timers = doors.parts.pipeline.timers
    timers.arm(doors.clinics["north"], TimerArmed(uuid4(), "confirm", uuid4(), START - 6_000_000))
    assert await reasons(client) == {"timers"}
    timers.pop_due(START)
    sql = await connect(database.set(database="postgres"))
    # Nobody is let in again, so that the writer cannot come back before it is looked at.
    await sql.execute(f"ALTER DATABASE {database.database} WITH ALLOW_CONNECTIONS false")
    await sql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database.database)
    await asyncio.wait_for(doors.parts.pipeline.writer.lost.wait(), 5)
    assert "writer_lock" in await reasons(client)
    assert (await client.get("/livez")).status_code == 200
    await sql.execute(f"ALTER DATABASE {database.database} WITH ALLOW_CONNECTIONS true")
    await sql.close()


async def test_a_late_event_loop_is_not_ready(doors: Doors) -> None:
    app = with_parts(doors, loop_lag_s=lambda: 2.5)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        assert await reasons(client) == {"loop_lag"}
        assert "kat_loop_lag_seconds 2.5" in (await client.get("/metrics")).text


async def test_metrics_count_and_name_nobody(doors: Doors) -> None:
    nurse = await doors.log_in("nurse")
    made = await make(nurse, "/patients", {"mrn": "4711", "name": "Ada Lovelace", "birth_date": "1980-02-28"})
    answer = await (await doors.visitor()).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.search(r"^kat_commits_total [1-9]", answer.text, re.MULTILINE)
    assert "kat_recording 1.0" in answer.text
    for private in ("Lovelace", "4711", made["id"], str(doors.clinics["north"]), "nurse-north"):
        assert private not in answer.text


async def test_metrics_ask_for_their_token_when_there_is_one(database: URL) -> None:
    async with open_doors(database, metrics_token="scrape me") as doors:
        client = await doors.visitor()
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/metrics", headers={"authorization": "Bearer scrape"})).status_code == 401
        right = await client.get("/metrics", headers={"authorization": "Bearer scrape me"})
        assert right.status_code == 200


async def test_the_document_describes_every_route_and_the_ingest_door(doors: Doors) -> None:
    client = await doors.visitor()
    schema = (await client.get("/api/v1/openapi.json")).json()
    assert schema["openapi"].startswith("3.")
    posted = schema["paths"]["/api/v1/readings"]["post"]
    assert set(posted["responses"]) == {"200", "4XX", "503"}
    shapes = schema["components"]["schemas"]
    assert set(shapes["ReadingPosted"]["required"]) == {"device", "seq", "observed_at", "source"}
    assert {"accepted", "duplicates", "warnings", "rejected"} <= set(shapes["ReadingsAnswer"]["properties"])
    references = set(
        re.findall(r'"\$ref": ?"#/components/(\w+)/(\w+)"', (await client.get("/api/v1/openapi.json")).text)
    )
    assert references
    assert {name for kind, name in references if name not in schema["components"][kind]} == set()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert "4XX" in operation["responses"], (method, path)
            assert "422" not in operation["responses"], (method, path)
    page = await client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "/api/v1/readings" in page.text
    assert "://" not in page.text.replace(ORIGIN, ""), "it needs nothing from elsewhere"


async def test_the_dashboard_is_one_page_with_assets_kept_for_ever(doors: Doors, tmp_path: Path) -> None:
    (tmp_path / "static/1").mkdir(parents=True)
    (tmp_path / "index.html").write_text("<title>wall</title>", encoding="utf-8")
    (tmp_path / "static/1/wall.js").write_text("1", encoding="utf-8")
    mimetypes.add_type("text/plain", ".js")  # what a machine's own table may say
    app = with_parts(doors, dashboard=tmp_path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        for path in ("/", f"/s/{uuid4()}", "/alerts", "/history", "/history/1", "/shift", "/setup", "/setup/chairs"):
            page = await client.get(path)
            assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        for path in ("/alarms", "/setup/chairs/1", "/history/1/2"):
            assert (await client.get(path)).status_code == 404
        asset = await client.get("/static/1/wall.js")
        assert "immutable" in asset.headers["cache-control"]
        assert asset.headers["content-type"].startswith("text/javascript")
        assert asset.headers["x-content-type-options"] == "nosniff"
        missing = await client.get("/static/1/no.js")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
        assert (await client.get("/static/../index.html")).status_code == 404
        assert (await client.get("/api/v1/chairs")).headers["cache-control"] == "no-store"


async def test_a_page_that_was_not_built_says_so(doors: Doors) -> None:
    answer = await (await doors.visitor()).get("/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
