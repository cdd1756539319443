"""Puts the doors together. A route without a declared policy does not start."""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from kat_monitor import __version__
from kat_monitor.access.policy import policy_of
from kat_monitor.api import (
    alerts,
    alerts_read,
    assignments,
    audit,
    calls,
    chairs,
    courses,
    dashboard,
    devices,
    escalation,
    gateways,
    live,
    logins,
    opening_checks,
    patients,
    pins,
    protocol_versions,
    protocols,
    sessions,
    sessions_read,
    setup,
    shifts,
    stations,
    symptoms,
    system,
    tokens,
    users,
)
from kat_monitor.api.auth import authorize
from kat_monitor.api.body_limit import BodyLimit
from kat_monitor.api.head import HeadIsGet
from kat_monitor.api.headers import SafeHeaders
from kat_monitor.api.metrics import ServerCollector
from kat_monitor.api.openapi import PREFIX, REFUSALS, build_openapi
from kat_monitor.api.parts import Parts
from kat_monitor.api.problems import add_handlers

ROUTERS: tuple[APIRouter, ...] = (
    logins.router,
    setup.router,
    calls.router,
    tokens.router,
    gateways.router,
    users.router,
    chairs.router,
    devices.router,
    escalation.router,
    patients.router,
    courses.router,
    protocols.router,
    protocol_versions.router,
    symptoms.router,
    sessions.router,
    sessions_read.router,
    alerts.router,
    alerts_read.router,
    audit.router,
    assignments.router,
    opening_checks.router,
    stations.router,
    shifts.router,
    pins.router,
    live.router,
    system.router,
)
"""Routes below `/api/v1`."""
ROOT_ROUTERS: tuple[APIRouter, ...] = (system.root, dashboard.root)


def build_api(parts: Parts) -> FastAPI:
    """The application behind everything but the ingest door. Raises LookupError for a route without a policy."""
    check_policies()
    app = FastAPI(
        title="KAT Monitor",
        version=__version__,
        description="Vital-sign monitoring for supervised ketamine-assisted-therapy sessions.",
        dependencies=[Depends(authorize)],
        responses=REFUSALS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    app.add_middleware(BodyLimit, most=parts.settings.body_bytes)
    app.add_middleware(SafeHeaders)
    app.add_middleware(HeadIsGet)
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    for router in ROOT_ROUTERS:
        app.include_router(router)
    if parts.dashboard is not None:
        app.mount("/static", dashboard.static_files(parts.dashboard))
    app.openapi = lambda: build_openapi(app)  # type: ignore[method-assign]
    parts.metrics.register(ServerCollector(parts))
    return app


def routes_of(router: APIRouter) -> Iterator[tuple[str, str]]:
    """(method, path as in `access.policy`) of a router's HTTP routes."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in sorted(route.methods or ()))


def check_policies(routers: Iterable[APIRouter] = (*ROUTERS, *ROOT_ROUTERS)) -> None:
    """Raises LookupError naming the first route that nobody declared."""
    for router in routers:
        for method, path in routes_of(router):
            policy_of(method, path)
