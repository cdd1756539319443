"""Puts people's names beside their ids in answers for people: the record keeps ids, a reader wants to know who it was.

Named on the way out and not in the record, so that a corrected name shows everywhere, also in a stored first answer.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

PERSONS = frozenset({"by", "second", "locked_by", "acknowledged_by"})
"""Fields that hold a person's id, wherever they stand; each gets its `..._name`, null for nobody."""


def with_names(body: Any, people: Mapping[UUID, str]) -> Any:
    """The same answer with the names of `people` in it."""
    if isinstance(body, list):
        return [with_names(item, people) for item in body]
    if not isinstance(body, dict):
        return body
    named: dict[str, Any] = {}
    for key, value in body.items():
        named[key] = with_names(value, people) if isinstance(value, (dict, list)) else value
        if key in PERSONS and (value is None or _is_id(value)):
            named[f"{key}_name"] = None if value is None else people.get(UUID(value))
    return named


def _is_id(value: Any) -> bool:
    """A clinic's own words (an item of its pre-treatment check, say) may be called like one of our fields."""
    try:
        return bool(str(UUID(value)) == value)
    except (ValueError, AttributeError, TypeError):
        return False
