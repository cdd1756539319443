"""Serves the built dashboard: one page for all its addresses, and its assets, which may be cached for ever."""

import mimetypes
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kat_monitor.api.parts import GivenParts
from kat_monitor.errors import not_found

root = APIRouter(include_in_schema=False)
PAGES = frozenset({"alerts", "history", "shift", "setup"})
"""What stands beside the wall and the sessions; the page itself decides what it shows at which address."""

_KINDS = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Said here, because a machine's own table (the registry of Windows, `mime.types`) may say anything."""


@root.get("/")
async def wall(parts: GivenParts) -> FileResponse:
    """The wall. What it shows comes over the API, which asks for a login."""
    return _page(parts.dashboard)


@root.get("/s/{id}")
async def session(id: str, parts: GivenParts) -> FileResponse:
    """A session's own address: the same page."""
    return _page(parts.dashboard)


@root.get("/{page}")
async def page(page: str, parts: GivenParts) -> FileResponse:
    """Alerts, history, shift, setup: the same page. Raises KatError 404 for any other name."""
    if page not in PAGES:
        raise not_found("page")
    return _page(parts.dashboard)


@root.get("/history/{session}")
async def record(session: str, parts: GivenParts) -> FileResponse:
    """A session's record for reading and printing, or the comparison of several: the same page."""
    return _page(parts.dashboard)


@root.get("/setup/{part}")
async def setup(part: str, parts: GivenParts) -> FileResponse:
    """A part of the set-up: the same page."""
    return _page(parts.dashboard)


def static_files(dashboard: Path) -> ASGIApp:
    """Assets, under names that change with their content; scripts run only under the right type."""
    for ending, kind in _KINDS.items():
        mimetypes.add_type(kind, ending)
    return StaticFiles(directory=dashboard / "static", check_dir=False)


def _page(dashboard: Path | None) -> FileResponse:
    if dashboard is None or not (dashboard / "index.html").is_file():
        raise not_found("dashboard: this installation was built without one")
    return FileResponse(dashboard / "index.html", headers={"Cache-Control": "no-store"})
