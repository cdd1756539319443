"""What a PATCH says: a field left out stays, and null is a value only where nothing is a value."""

from collections.abc import Set as AbstractSet
from typing import Any

from pydantic import BaseModel

from kat_monitor.errors import bad_value


def given_changes(given: BaseModel, may_be_null: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """The fields that were sent. Raises KatError 422 for a null where there must be a value."""
    changes = {name: getattr(given, name) for name in type(given).model_fields if name in given.model_fields_set}
    for name, value in changes.items():
        if value is None and name not in may_be_null:
            raise bad_value(name, "null", "Cannot be null; leave it out instead.")
    return changes
