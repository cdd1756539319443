"""Nothing may be set that decides nothing: every setting and every field of a protocol is read by the program.

What is looked for is the name, so a field that shares its name with another one that is read passes unread.
"""

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

from kat_monitor.domain import protocol
from kat_monitor.settings import Settings
from tests.project.source_tree import name, python_trees

SETTINGS = "src/kat_monitor/settings.py"
WRITERS = (
    "src/kat_monitor/domain/protocol.py",
    "src/kat_monitor/protocols/meaning.py",
    "src/kat_monitor/protocols/schema.py",
)


def read_outside(*apart: str) -> set[str]:
    """Names of attributes that the program reads, but in these files."""
    return {
        node.attr
        for path, tree in python_trees()
        if name(path).startswith("src/") and name(path) not in apart
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


def tables(kind: type) -> Iterator[type]:
    """A protocol's own class and those of everything in it."""
    yield kind
    for hint in get_type_hints(kind, vars(protocol)).values():
        for part in (hint, *get_args(hint)):
            if isinstance(part, type) and is_dataclass(part):
                yield from tables(part)


def test_every_setting_is_read() -> None:
    assert set(Settings.model_fields) - read_outside(SETTINGS) == set()


def test_every_field_of_a_protocol_is_read() -> None:
    read = read_outside(*WRITERS)
    named = {f"{kind.__name__}.{field.name}" for kind in tables(protocol.Protocol) for field in fields(kind)}
    assert {"Expected.onset_min", "Audio.pause_max_s", "Limit.rearm", "HoldLimit.below_age"} <= named
    assert {field for field in named if field.partition(".")[2] not in read} == set()
