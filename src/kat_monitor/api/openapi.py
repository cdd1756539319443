"""Builds the OpenAPI document: the routes, the ingest door beside them, and one shape for every refusal."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kat_monitor.access.policy import POLICIES
from kat_monitor.api.acting import PASSWORD, PERSON, PIN
from kat_monitor.api.ingest_schema import merge_ingest

PREFIX = "/api/v1"
_LISTED = {"type": "array", "items": {"type": "object"}}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable, snake_case."},
        "errors": {**_LISTED, "description": "`{path, code, detail}` of each wrong field."},
        "gates": {**_LISTED, "description": "`{code, detail}` of each gate not met."},
    },
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

_ACTING: list[dict[str, Any]] = [
    {"name": PERSON, "in": "header", "schema": {"type": "string", "format": "uuid"}, "description": "Who acts."},
    {"name": PIN, "in": "header", "schema": {"type": "string"}, "description": "Their six digits, which sign it."},
    {"name": PASSWORD, "in": "header", "schema": {"type": "string"}, "description": "Instead; percent-encoded."},
]
"""At an enrolled station."""

REFUSALS: dict[int | str, dict[str, Any]] = {"4XX": {"description": "Refused"}, "503": {"description": "Try again"}}
"""Marks every route; the document replaces them by the shared responses."""


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = _PROBLEM
        retry = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
        components["responses"] = {
            "Problem": {"description": "A refusal with a stable code", "content": _CONTENT},
            "Unavailable": {
                "description": "Not known to be stored: send it again",
                "headers": retry,
                "content": _CONTENT,
            },
        }
        components["securitySchemes"] = {
            "cookie": {"type": "apiKey", "in": "cookie", "name": "kat_login"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _finish(operation, method, path)
        merge_ingest(schema)
        app.openapi_schema = schema
    return app.openapi_schema


def _finish(operation: dict[str, Any], method: str, path: str) -> None:
    operation["responses"]["4XX"] = {"$ref": "#/components/responses/Problem"}
    operation["responses"]["503"] = {"$ref": "#/components/responses/Unavailable"}
    policy = POLICIES[f"{method.upper()} {path.removeprefix(PREFIX)}"]
    if policy.open:
        return
    operation["security"] = [{"cookie": []}, {"bearer": []}]
    if policy.by_person:
        operation.setdefault("parameters", []).extend(_ACTING)
        operation["x-signature"] = policy.signature.value
    operation["x-roles"] = sorted(role.value for role in policy.roles)
