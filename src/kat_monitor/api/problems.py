"""Every refusal becomes RFC 9457 problem details with a stable code; nothing that was sent is ever said back."""

from collections import defaultdict
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kat_monitor.api.fields import TAG, UNKNOWN_KIND
from kat_monitor.errors import FieldError, KatError
from kat_monitor.ingest.door import problem_json
from kat_monitor.store.batch import StoreAway

log = structlog.get_logger()

_CODES = {
    400: ("malformed_body", "The body cannot be read."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address does not take this method."),
    413: ("too_large", "The body is too large."),
    415: ("unsupported_media_type", "Send JSON."),
}
_DETAILS = {
    "missing": "Is required.",
    "extra_forbidden": "Is not a known field.",
    "finite_number": "Must be a finite number.",
    "string_type": "Must be text.",
    "string_unicode": "Holds half of a character pair.",
    "string_too_short": "Needs at least {min_length} characters.",
    "string_too_long": "Takes at most {max_length} characters.",
    "string_pattern_mismatch": "Holds characters that are not taken here.",
    "too_short": "Needs at least {min_length} items.",
    "too_long": "Takes at most {max_length} items.",
    "bool_type": "Must be true or false.",
    "float_type": "Must be a number.",
    "int_type": "Must be an integer.",
    "int_from_float": "Must be an integer.",
    "greater_than_equal": "Must be at least {ge}.",
    "greater_than": "Must be more than {gt}.",
    "less_than_equal": "Must be at most {le}.",
    "less_than": "Must be less than {lt}.",
    "literal_error": "Must be {expected}.",
    "list_type": "Must be a list.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "uuid_parsing": "Must be a UUID.",
    "uuid_type": "Must be a UUID.",
}
"""By pydantic's kind of error. The numbers and names come from our own declarations, never from what was sent."""
_OWN = frozenset({"blank", "bad_time", "bad_date", "control_character", "not_a_number", "refused", UNKNOWN_KIND})
"""Kinds raised by our own types, whose words never quote the input."""
_NAMES = {"extra_forbidden": "unknown_field", "finite_number": "not_finite", "string_unicode": "not_text"}


def problem(error: KatError, **more: Any) -> Response:
    """The response of a refusal."""
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        {**problem_json(error), **more}, error.status, headers=headers, media_type="application/problem+json"
    )


def field_error(error: dict[str, Any]) -> FieldError:
    """One of pydantic's errors, without the input it quotes."""
    kind = str(error["type"])
    if kind in _OWN:
        detail = str(error["msg"])
    else:
        detail = _DETAILS.get(kind, "Is not taken.").format_map(defaultdict(str, error.get("ctx") or {}))
    where = [part for part in error["loc"] if part not in ("body", "query", "header", "cookie")]
    where = [part for part in where if not str(part).startswith(TAG)]
    if kind == UNKNOWN_KIND:
        where.append("kind")
    return FieldError(".".join(_shown(part) for part in where), _NAMES.get(kind, kind), detail)


def _shown(part: object) -> str:
    """A field's name; an unknown one came from outside."""
    return "".join(char if char.isprintable() else "?" for char in str(part)[:64])


def refusal_of(error: RequestValidationError) -> KatError:
    """400 for what is not JSON, 404 for a path that names nothing, else 422 with every field."""
    errors = error.errors()
    if any(item["type"] == "json_invalid" for item in errors):
        return KatError(400, "malformed_json", "The body is not JSON.")
    if any(item["loc"][:1] == ("path",) for item in errors):
        return KatError(404, "not_found", "There is nothing here.")
    fields = [field_error(item) for item in errors[:100]]
    # The names of unknown fields come from outside: `errors` says them, the sentence does not.
    known = {field.path for field in fields if field.code != "unknown_field"}
    names = ", ".join(sorted(known - {""})[:5]) or "the body"
    return KatError(422, "bad_value", f"Not taken: {names}.", errors=fields)


async def on_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, KatError)
    return problem(error)


async def on_bad_input(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem(refusal_of(error))


async def on_router(_: Request, error: Exception) -> Response:
    """What the router itself refuses: no such path, no such method, an unreadable body."""
    assert isinstance(error, HTTPException)
    code, detail = _CODES.get(error.status_code, ("refused", "This is refused."))
    answer = problem(KatError(error.status_code, code, detail))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def on_store_away(_: Request, error: Exception) -> Response:
    log.warning("read_failed", error=type(error).__name__)
    return problem(KatError(503, "store_away", "The record cannot be read now.", retry_after_s=2))


async def on_bug(_: Request, error: Exception) -> Response:
    """A bug is seen: the server logs it with its traceback; the client learns only that it is one."""
    log.error("bug", error=type(error).__name__)
    return problem(KatError(500, "bug", "This is a fault of the server; it has been logged."))


def add_handlers(app: FastAPI) -> None:
    """All roads to a problem."""
    app.add_exception_handler(KatError, on_refusal)
    app.add_exception_handler(RequestValidationError, on_bad_input)
    app.add_exception_handler(HTTPException, on_router)
    app.add_exception_handler(StoreAway, on_store_away)
    app.add_exception_handler(Exception, on_bug)
