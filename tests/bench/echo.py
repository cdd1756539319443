"""One half of the limit of `alert_to_screen`: a WebSocket that says back what it hears."""

from typing import Any

from tests.bench import asgi


async def app(_scope: Any, receive: Any, send: Any) -> None:
    """Accepts one socket and echoes text until it closes."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


if __name__ == "__main__":
    given = asgi.arguments().parse_args()
    asgi.serve(app, given.port, given.core)
