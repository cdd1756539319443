"""Where a key stands in a TOML text: the parser forgets the lines that a person needs to find a mistake."""

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_NOT_CODE = re.compile(r"""\"(?:\\.|[^"\\])*\"|'[^']*'|#.*""")


def line_map(text: str) -> dict[Path, int]:
    """The line (from 1) of each table header and key of a TOML text that parses.

    List positions count from 0, as in `("limit", 3, "clear")`. Keys inside inline tables are not listed:
    `line_of` then answers with the line of the key that holds them.
    """
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    fence, depth = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        if depth == 0 and (header := _HEADER.match(line)):
            table = _enter(_parts(header[2]), header[1] == "[[", counts)
            lines.setdefault(table, number)
            continue
        if depth == 0 and (key := _KEY.match(line)):
            lines.setdefault((*table, *_parts(key[1])), number)
        fence = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), "")
        code = _NOT_CODE.sub("", line)
        depth = max(0, depth + code.count("[") + code.count("{") - code.count("]") - code.count("}"))
    return lines


def line_of(lines: dict[Path, int], path: Sequence[str | int]) -> int:
    """The line of the key at `path`, or of the nearest table or key around it (a missing key has no line)."""
    wanted = tuple(path)
    while wanted not in lines:
        wanted = wanted[:-1]
    return lines[wanted]


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def _enter(parts: tuple[str, ...], is_list: bool, counts: dict[Path, int]) -> Path:
    """The path of a header, with the position of the newest row wherever a part names a list."""
    path: Path = ()
    for i, part in enumerate(parts):
        path = (*path, part)
        if is_list and i == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
