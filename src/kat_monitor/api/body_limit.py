"""Bounds what any request but an ingest post may send, before anything reads it."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kat_monitor.api.problems import problem
from kat_monitor.errors import KatError


class BodyLimit:
    """ASGI layer: 413 by the announced length, or at the byte that is one too many."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"")
        if announced.isdigit() and int(announced[:20]) > self._most:
            too_large = KatError(413, "too_large", f"A body may have at most {self._most} bytes.")
            await problem(too_large)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
