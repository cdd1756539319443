"""What the doors are given by the composition root, and how a handler reaches it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from prometheus_client import CollectorRegistry
from starlette.requests import HTTPConnection

from kat_monitor.access.directory import Directory
from kat_monitor.access.first_run import FirstRun
from kat_monitor.access.passwords import Passwords
from kat_monitor.access.sign_in import SignIn
from kat_monitor.access.throttle import Throttle
from kat_monitor.clock import Clock
from kat_monitor.live.hub import Hub
from kat_monitor.pipeline import Pipeline
from kat_monitor.settings import Settings
from kat_monitor.store.reader import Reader
from kat_monitor.watch.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Parts:
    """The running parts behind the doors."""

    clock: Clock
    settings: Settings
    pipeline: Pipeline
    reader: Reader
    hub: Hub
    directory: Directory
    passwords: Passwords
    throttle: Throttle
    sign_in: SignIn
    metrics: CollectorRegistry
    """Where parts register what `/metrics` shows beside the writer's own counters."""
    loop_lag_s: Callable[[], float]
    """How late the event loop lately was."""
    first_run: FirstRun = field(default_factory=FirstRun)
    webhook: Webhook | None = None
    dashboard: Path | None = None
    """Folder of the built dashboard; None where there is none."""


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the application that serves this connection."""
    parts = connection.app.state.parts
    assert isinstance(parts, Parts)
    return parts


GivenParts = Annotated[Parts, Depends(parts_of)]
