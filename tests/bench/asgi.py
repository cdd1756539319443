"""How every ASGI function measured is served: uvicorn as the server itself runs it, on one core."""

import argparse
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from tests.bench import machine

App = Callable[[Any, Any, Any], Awaitable[None]]


def arguments() -> argparse.ArgumentParser:
    """`--port` and `--core`, which every measured server takes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--core", type=int, required=True)
    return parser


def serve(app: App, port: int, core: int) -> None:
    """For ever, or until SIGTERM."""
    machine.pin(core)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
    )
