"""`WS /live`: lets a screen in, with or without names, and out again when its login ends."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

from kat_monitor import __version__
from kat_monitor.access.identity import Identity, Via
from kat_monitor.access.policy import policy_of, require
from kat_monitor.api.acting import seen_from
from kat_monitor.api.auth import admit, bearer_of, require_origin
from kat_monitor.api.parts import GivenParts, Parts
from kat_monitor.errors import KatError
from kat_monitor.live.mailbox import Screen
from kat_monitor.live.socket import Conversation

router = APIRouter()

NOT_LOGGED_IN = 4001
CLOSE_S = 5.0
"""Seconds for the close frame. A screen that reads nothing would hold it up for ever."""
POLICY = policy_of("WS", "/live")


@router.websocket("/live")
async def live(socket: WebSocket, parts: GivenParts) -> None:
    """One screen. A foreign page, or a role that has no screen, is refused before the socket opens."""
    try:
        if bearer_of(socket) is None:
            require_origin(socket, parts, must_say=True)
        identity = seen_from(socket, parts, await admit(socket, parts, POLICY))
    except KatError as refusal:
        if refusal.status == 401:
            # Only an open socket can say a code of its own to a browser.
            await socket.accept()
            await socket.close(NOT_LOGGED_IN, refusal.code)
        else:
            await socket.close()
        return
    await socket.accept()
    code = await _talk(socket, parts, identity)
    if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
        await close(socket, code)


async def _talk(socket: WebSocket, parts: Parts, identity: Identity) -> int:
    """Until either side ends it; the close code."""
    clinic = parts.pipeline.clinics[identity.clinic_id]
    login_id = identity.credential_id if identity.via is Via.LOGIN else None
    screen = Screen(
        identity.clinic_id,
        identity.id,
        login_id,
        named=identity.sees_names,
        now_wall=parts.clock.wall_us(),
        station_id=identity.station_id,
    )
    conversation = Conversation(parts.hub, parts.clock, clinic, screen, __version__)

    async def send(text: str) -> None:
        try:
            await socket.send_text(text)
        except WebSocketDisconnect:
            raise ConnectionError("the screen is gone") from None

    async def receive() -> str | None:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        return message.get("text") or ""

    return await conversation.run(send, receive, still_allowed(parts, identity, screen))


def still_allowed(parts: Parts, identity: Identity, screen: Screen) -> Callable[[], bool]:
    """Looks the login up again, now and then. One that was locked meanwhile goes on without names, never blank."""
    clinic = parts.pipeline.clinics[identity.clinic_id]

    def allowed() -> bool:
        now = parts.directory.again(identity, parts.clock.wall_us())
        if now is None:
            return False
        try:
            require(POLICY, now)
        except KatError:
            return False
        if now.sees_names != screen.named:
            screen.named = now.sees_names
            parts.hub.resync(clinic, screen)
        return True

    return allowed


async def close(socket: WebSocket, code: int, within_s: float = CLOSE_S) -> None:
    """Say the code, if the peer still takes it; the server drops the connection when this returns."""
    try:
        async with asyncio.timeout(within_s):
            await socket.close(code)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        # It takes nothing any more, or it was faster.
        return
