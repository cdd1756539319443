"""Says that a list goes on: RFC 8288's `Link: <...>; rel="next"`, so that a bare array never ends in silence."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kat_monitor.history.cursor import bad_cursor

T = TypeVar("T")


def page_of(
    items: Sequence[T], limit: int, cursor: str | None, name: Callable[[T], str]
) -> tuple[Sequence[T], str | None]:
    """What follows `cursor` (the name of the last one before) in a list that memory holds, and the cursor after it.

    Raises KatError 422 for a cursor that names none of them.
    """
    start = 0
    if cursor is not None:
        start = next((index + 1 for index, item in enumerate(items) if name(item) == cursor), 0)
        if start == 0:
            raise bad_cursor()
    shown = items[start : start + limit]
    return shown, name(shown[-1]) if len(items) > start + limit else None


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """The same question for what follows `cursor`; nothing on the last page.

    Relative, since behind a proxy we do not know by which address we were reached.
    """
    if cursor is None:
        return
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    response.headers["Link"] = f'<{request.url.path}?{urlencode([*asked, ("cursor", cursor)])}>; rel="next"'
