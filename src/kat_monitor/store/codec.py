"""Journal entries to and from their stored form: a kind, the header's columns, and the rest as JSON."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, TypeAdapter

from kat_monitor.domain.journal import Command

HEADER = ("position", "session_id", "at", "committed_at", "by")
"""Fields of every entry that have columns of their own."""
_APART = frozenset({*HEADER, "kind"})

# A field this version does not know is an error: leaving it out would change what happened.
_adapter: TypeAdapter[Command] = TypeAdapter(
    Annotated[Command, Field(discriminator="kind")], config=ConfigDict(extra="forbid")
)


def encode(entry: Command) -> dict[str, Any]:
    """The JSON-ready fields of an entry beside its header and kind."""
    return {name: value for name, value in _adapter.dump_python(entry, mode="json").items() if name not in _APART}


def decode(
    kind: str, position: int, session_id: UUID, at: int, committed_at: int, by: UUID | None, data: dict[str, Any]
) -> Command:
    """The entry as it was committed. Raises pydantic.ValidationError for a row this version did not write."""
    fields = {
        **data,
        "kind": kind,
        "position": position,
        "session_id": session_id,
        "at": at,
        "committed_at": committed_at,
        "by": by,
    }
    return _adapter.validate_python(fields)
