"""Tells in the OpenAPI document what the ingest door takes: its msgspec structs are the source."""

from typing import Any

import msgspec

from kat_monitor.ingest import decode, door

_ITEM_CODES = [
    "implausible",
    "not_a_number",
    "unknown_device",
    "unknown_source",
    "bad_time",
    "in_future",
    "no_values",
    "conflict",
    "malformed",
]
_COUNT = {"type": "integer", "minimum": 0}
_RENAMED = {"Body": "ReadingsPosted", "Item": "ReadingPosted"}


def merge_ingest(schema: dict[str, Any]) -> None:
    """Add `POST /api/v1/readings` and its shapes to an OpenAPI document."""
    (posted,), shapes = msgspec.json.schema_components([decode.Body], ref_template="#/components/schemas/{name}")
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components.update({_RENAMED[name]: _renamed(shape) for name, shape in shapes.items()})
    components["ReadingsAnswer"] = _answer()
    schema["paths"][door.PATH] = {
        "post": {
            "tags": ["ingest"],
            "summary": "Post readings",
            "description": "Gateway key. Answered after the commit; one bad item never rejects the others.",
            "operationId": "post_readings",
            "requestBody": {"required": True, "content": {"application/json": {"schema": _renamed(posted)}}},
            "responses": {
                "200": {
                    "description": "Stored, and what was not",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReadingsAnswer"}}},
                },
                "4XX": {"$ref": "#/components/responses/Problem"},
                "503": {"$ref": "#/components/responses/Unavailable"},
            },
            "security": [{"bearer": []}],
        }
    }


def _renamed(value: Any) -> Any:
    """The same schema with names that say what they are."""
    if isinstance(value, dict):
        return {key: _renamed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if isinstance(value, str) and value.startswith("#/components/schemas/"):
        name = value.rsplit("/", 1)[1]
        return f"#/components/schemas/{_RENAMED[name]}"
    return _RENAMED.get(value, value) if isinstance(value, str) else value


def _answer() -> dict[str, Any]:
    verdict: dict[str, Any] = {
        "type": "object",
        "required": ["index", "code", "detail"],
        "properties": {
            "index": _COUNT,
            "code": {"type": "string", "examples": _ITEM_CODES},
            "detail": {"type": "string"},
        },
    }
    rejected = {
        **verdict,
        "required": [*verdict["required"], "permanent"],
        "properties": {**verdict["properties"], "permanent": {"type": "boolean"}},
    }
    counts = ("accepted", "duplicates", "unassigned", "late")
    return {
        "type": "object",
        "required": [*counts, "warnings", "rejected"],
        "properties": {
            **dict.fromkeys(counts, _COUNT),
            "warnings": {"type": "array", "items": verdict},
            "rejected": {"type": "array", "items": rejected},
        },
    }
