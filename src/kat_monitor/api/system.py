"""Doors that need no login: is it alive, is it ready, what does it count, how is it spoken to."""

import hmac
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from kat_monitor.api.auth import bearer_of
from kat_monitor.api.docs import docs_page
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.api.problems import problem
from kat_monitor.errors import KatError, unavailable

root = APIRouter(include_in_schema=False)
"""Paths from the root."""
router = APIRouter(include_in_schema=False)
"""Paths below `/api/v1`."""

MOST_LAG_S = 1.0
MOST_OVERDUE_US = 5_000_000


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why readings cannot be stored and judged now."""

    code: str
    detail: str


@root.get("/livez")
async def livez() -> dict[str, bool]:
    """The process is alive. Nothing more: a balancer must not end a server because its database is away."""
    return {"alive": True}


@root.get("/readyz")
async def readyz(parts: GivenParts) -> Response:
    """200 when readings can be stored and judged, else 503 with the reasons."""
    reasons = unready(parts)
    if not reasons:
        return JSONResponse({"ready": True, "reasons": []})
    said = [{"code": reason.code, "detail": reason.detail} for reason in reasons]
    return problem(unavailable("not_ready", "Readings cannot be stored and judged now."), ready=False, reasons=said)


def unready(parts: Parts) -> list[Reason]:
    """All that stands in the way, as the parts themselves know it; nothing here waits for the database."""
    pipeline, found = parts.pipeline, []
    if pipeline.away_since is not None:
        found.append(Reason("store", "The database cannot be written."))
    if not pipeline.writer.is_open or pipeline.writer.lost.is_set():
        found.append(Reason("writer_lock", "The writer's connection, and with it the lock, is lost."))
    if pipeline.usurped is not None:
        found.append(Reason("start_again", "The database is or was another server's: this one must be started again."))
    if (lag := parts.loop_lag_s()) > MOST_LAG_S:
        found.append(Reason("loop_lag", f"The event loop is {lag:.1f} s late."))
    due = pipeline.timers.next_due
    if due is not None and parts.clock.now_us() - due > MOST_OVERDUE_US * parts.clock.rate:
        found.append(Reason("timers", "Timers are overdue."))
    return found


@root.get("/metrics")
async def metrics(request: Request, parts: GivenParts) -> Response:
    """Prometheus text."""
    token = parts.settings.metrics_token
    if token is not None:
        given = (bearer_of(request) or "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, token.get_secret_value().encode()):
            raise KatError(401, "metrics_token", "These metrics ask for their token.")
    return Response(generate_latest(parts.metrics), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json")
async def openapi(request: Request) -> dict[str, Any]:
    """The whole contract, the ingest door included."""
    schema: dict[str, Any] = request.app.openapi()
    return schema


@root.get("/docs")
async def docs(request: Request) -> Response:
    """The contract for people."""
    return Response(docs_page(request.app.openapi()), media_type="text/html; charset=utf-8")
