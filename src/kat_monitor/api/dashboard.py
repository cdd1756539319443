"""Serves the built dashboard: one page for the wall and each session, and its assets, which may be cached for ever."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kat_monitor.api.parts import GivenParts
from kat_monitor.errors import not_found

root = APIRouter(include_in_schema=False)


@root.get("/")
async def wall(parts: GivenParts) -> FileResponse:
    """The wall. What it shows comes over the API, which asks for a login."""
    return _page(parts.dashboard)


@root.get("/s/{id}")
async def session(id: str, parts: GivenParts) -> FileResponse:
    """A session's own address: the same page."""
    return _page(parts.dashboard)


def static_files(dashboard: Path) -> ASGIApp:
    """Assets, under names that change with their content."""
    return StaticFiles(directory=dashboard / "static", check_dir=False)


def _page(dashboard: Path | None) -> FileResponse:
    if dashboard is None or not (dashboard / "index.html").is_file():
        raise not_found("dashboard: this installation was built without one")
    return FileResponse(dashboard / "index.html", headers={"Cache-Control": "no-cache"})
