"""What differs between two texts of a pack, by readable path: for whoever is to sign the newer one."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMED_BY = ("code", "item")
"""What tells the tables of a list apart; a list without it is told by place, from 1."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`limit.systolic_high.value`; `before` None: it is new, `after` None: it is gone."""

    path: str
    before: Any
    after: Any


def differences(before: str, after: str) -> list[Difference]:
    """Of two texts that are packs, in the order of the newer one, what is gone last. Comments make no difference."""
    old, new = (dict(_flat(tomllib.loads(text))) for text in (before, after))
    changed = [Difference(path, old.get(path), value) for path, value in new.items() if old.get(path) != value]
    return changed + [Difference(path, value, None) for path, value in old.items() if path not in new]


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, Sequence) and value and all(isinstance(item, Mapping) for item in value):
            for place, item in enumerate(value, 1):
                name = next((str(item[key]) for key in NAMED_BY if key in item), str(place))
                yield from _flat(item, f"{path}.{name}.")
        else:
            yield path, value
