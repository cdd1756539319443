"""Says that a list goes on: RFC 8288's `Link: <...>; rel="next"`, so that a bare array never ends in silence."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """The same question for what follows `cursor`; nothing on the last page.

    Relative, since behind a proxy we do not know by which address we were reached.
    """
    if cursor is None:
        return
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    response.headers["Link"] = f'<{request.url.path}?{urlencode([*asked, ("cursor", cursor)])}>; rel="next"'
