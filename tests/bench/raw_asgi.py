"""The limit of the web server: an ASGI function that reads the body and answers as long an answer as ours."""

from typing import Any

from tests.bench import asgi

ANSWER = b'{"accepted":1,"duplicates":0,"unassigned":0,"late":0,"warnings":[],"rejected":[]}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


async def app(_scope: Any, receive: Any, send: Any) -> None:
    """Reads and forgets."""
    while (await receive()).get("more_body", False):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})


if __name__ == "__main__":
    given = asgi.arguments().parse_args()
    asgi.serve(app, given.port, given.core)
