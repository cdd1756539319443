"""Reads a TOML table strictly: what is missing, misspelt or of the wrong kind is named by file, key and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class ScenarioError(ValueError):
    """A scenario file is wrong; `file`, `key` and `reason` say where and why."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


class Table:
    """One table of a file. Every read names the key; `done` refuses keys nobody read."""

    def __init__(self, file: str, path: str, data: Mapping[str, Any]) -> None:
        self.file = file
        self.path = path
        self._data = data
        self._read: set[str] = set()

    def error(self, key: str, reason: str) -> ScenarioError:
        """An error about `key` of this table."""
        return ScenarioError(self.file, f"{self.path}.{key}" if self.path else key, reason)

    def has(self, key: str) -> bool:
        """Whether the file gives `key`."""
        return key in self._data

    def raw(self, key: str) -> Any:
        """Whatever stands under `key` (None if nothing), counted as read."""
        self._read.add(key)
        return self._data.get(key)

    def _need(self, key: str) -> Any:
        value = self.raw(key)
        if value is None:
            raise self.error(key, "is missing")
        return value

    def text(self, key: str, default: str | None = None, among: Sequence[str] | None = None) -> str:
        """A text, one of `among` if given."""
        value = self.raw(key) if default is not None else self._need(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.error(key, f"must be text, not {value!r}")
        if among is not None and value not in among:
            raise self.error(key, f"must be one of {', '.join(among)}, not {value!r}")
        return value

    def number(self, key: str, default: float | None = None, low: float = -1e9, high: float = 1e9) -> float:
        """A number within [low, high]."""
        value = self.raw(key) if default is not None else self._need(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"must be a number, not {value!r}")
        if not low <= value <= high:
            raise self.error(key, f"must be from {low:g} to {high:g}, not {value!r}")
        return float(value)

    def maybe(self, key: str, low: float = -1e9, high: float = 1e9) -> float | None:
        """A number, or None when the file does not give it."""
        return self.number(key, low=low, high=high) if self.has(key) else None

    def truth(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {value!r}")
        return value

    def table(self, key: str) -> Table:
        """The table under `key`; an empty one when the file does not give it."""
        value = self.raw(key)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.error(key, "must be a table")
        return Table(self.file, f"{self.path}.{key}" if self.path else key, value)

    def tables(self, key: str) -> list[Table]:
        """The list of tables under `key` ([[key]]), maybe none."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.error(key, f"must be a list of tables ([[{key}]])")
        return [Table(self.file, f"{key}[{index}]", item) for index, item in enumerate(value)]

    def rest(self) -> dict[str, Any]:
        """All keys not read yet, counted as read."""
        left = {key: value for key, value in self._data.items() if key not in self._read}
        self._read.update(left)
        return left

    def done(self) -> None:
        """Refuse keys that mean nothing here."""
        unknown = sorted(set(self._data) - self._read)
        if unknown:
            raise self.error(unknown[0], "is not known here")
