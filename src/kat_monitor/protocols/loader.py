"""A pack's TOML becomes a `Protocol`, or one refusal that names every file, line, key and reason found."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kat_monitor.domain.protocol import Escalation, Protocol, ProtocolVersion
from kat_monitor.errors import FieldError, KatError
from kat_monitor.protocols.checks import CROSSED
from kat_monitor.protocols.locate import line_map, line_of
from kat_monitor.protocols.meaning import meaning
from kat_monitor.protocols.numbers import read_decimal
from kat_monitor.protocols.red_limits import missing_red_limits
from kat_monitor.protocols.schema import PackTable

LONGEST = 200_000
"""Characters; the shipped packs have under 20,000."""

MOST_TOLD = 100
"""Mistakes listed in one refusal; all are counted."""

_PLAIN = {
    "extra_forbidden": ("unknown_key", "is not a key of a pack"),
    "missing": ("missing", "is missing"),
}


class ProtocolError(KatError):
    """422 `bad_protocol`: `errors` holds one entry per mistake, `path` the dotted key (list positions from 0)."""

    def __init__(self, name: str, errors: list[FieldError]) -> None:
        count = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        super().__init__(422, "bad_protocol", f"{count} in {name}. {errors[0].detail}", errors=errors[:MOST_TOLD])


def parse(toml_text: str, name: str) -> Protocol:
    """What a pack means. `name` (a file name) only names the pack in refusals.

    Raises:
        ProtocolError: all mistakes found, each with name, line, key and reason.
    """
    table = _read(toml_text, name)
    try:
        pack = PackTable.model_validate(table)
    except ValidationError as refusal:
        raise ProtocolError(name, _field_errors(refusal, toml_text, table, name)) from refusal
    return meaning(pack)


def admit(toml_text: str, name: str) -> Protocol:
    """What a pack that is to be stored as a new version means. What is stored already is read by `parse` alone.

    Raises:
        ProtocolError: as `parse`; or the red limits of design 5 that it lacks.
    """
    protocol = parse(toml_text, name)
    missing = missing_red_limits(protocol.limits)
    if missing:
        line = line_of(line_map(toml_text), ("limit", 0))
        raise ProtocolError(
            name, [FieldError("limit", "red_limit_missing", f"{name}, line {line}: limit {said}") for said in missing]
        )
    return protocol


def version_of(toml: str, version: int, name: str = "protocol") -> ProtocolVersion:
    """A pack as the version to be stored: its text, the SHA-256 of its UTF-8 and its meaning.

    Raises:
        ProtocolError: as `parse`.
    """
    protocol = parse(toml, name)
    return ProtocolVersion(protocol.code, version, sha256(toml.encode()).hexdigest(), toml, protocol)


def shipped() -> dict[str, tuple[str, Protocol]]:
    """The packs of this package by code: the TOML as shipped and what it means."""
    folder = files(__package__) / "packs"
    texts = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")}
    parsed = [(text, parse(text, name)) for name, text in sorted(texts.items())]
    return {protocol.code: (text, protocol) for text, protocol in parsed}


@cache
def fallback_escalation() -> Escalation:
    """For alerts of no session: the first shipped pack's."""
    return next(iter(shipped().values()))[1].escalation


def _read(text: str, name: str) -> dict[str, Any]:
    """The TOML tables, floats as written (Decimal)."""
    if len(text) > LONGEST:
        raise _unreadable(name, 1, "too_long", f"has more than {LONGEST} characters")
    try:
        text.encode()
        return tomllib.loads(text, parse_float=read_decimal)
    except UnicodeEncodeError as refusal:
        line = text.count("\n", 0, refusal.start) + 1
        raise _unreadable(name, line, "not_text", "holds half of a character pair") from refusal
    except RecursionError as refusal:
        raise _unreadable(name, 1, "too_deep", "is nested too deeply") from refusal
    except tomllib.TOMLDecodeError as refusal:
        raise _unreadable(name, _line_of_syntax(refusal, text), "not_toml", f"is not TOML: {refusal}") from refusal
    except ValueError as refusal:
        raise _unreadable(
            name, _line_of_long_number(text), "not_toml", "holds a number of too many digits"
        ) from refusal


def _line_of_syntax(refusal: ValueError, text: str) -> int:
    """tomllib tells the line only inside its message; without one the mistake is at the end."""
    found = re.search(r"\(at line (\d+)", str(refusal))
    return int(found[1]) if found else text.count("\n") + 1


def _line_of_long_number(text: str) -> int:
    """Python refuses to read a whole number of thousands of digits and does not tell where it stood."""
    found = re.search(r"[0-9_]{4300}", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _unreadable(name: str, line: int, code: str, reason: str) -> ProtocolError:
    return ProtocolError(name, [FieldError("", code, f"{name}, line {line}: {reason}")])


def _field_errors(refusal: ValidationError, text: str, table: dict[str, Any], name: str) -> list[FieldError]:
    lines = line_map(text)
    found = []
    for path, code, reason in _mistakes(refusal):
        line = line_of(lines, path)
        dotted = ".".join(_shown(part) for part in path)
        detail = f"{name}, line {line}: {dotted}{_called(table, path)} {reason}"
        found.append((line, FieldError(dotted, code, detail)))
    return [error for _, error in sorted(found, key=lambda pair: pair[0])]


def _called(table: object, path: tuple[str | int, ...]) -> str:
    """The name of the innermost row of a list on the path, as ` (systolic_high)`: people do not count rows."""
    called = ""
    for part in path:
        if isinstance(table, dict):
            table = table.get(part)
        elif isinstance(table, list) and isinstance(part, int) and part < len(table):
            table = table[part]
        else:
            break
        row = table if isinstance(part, int) and isinstance(table, dict) else {}
        names = [row[key] for key in ("code", "item") if isinstance(row.get(key), str)]
        called = f" ({_shown(names[0])})" if names else called
    return called


def _shown(part: str | int) -> str:
    """A name from a pack that may be wrong in any way, fit for one line of a log or a screen."""
    return "".join(char if char.isprintable() else "?" for char in str(part)[:64])


def _mistakes(refusal: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for error in refusal.errors(include_url=False, include_input=False):
        if error["type"] == CROSSED:
            for key, code, reason in error["ctx"]["faults"]:
                yield (*error["loc"], *_key_path(key)), code, reason
        else:
            yield (error["loc"], *_plain(error))


def _key_path(key: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in key.split(".")) if key else ()


def _plain(error: ErrorDetails) -> tuple[str, str]:
    """Code and reason; pydantic's own reasons are already plain ("Input should be 'yes' or 'no'")."""
    known = _PLAIN.get(error["type"])
    if known is not None:
        return known
    reason = error["msg"]
    return error["type"], reason.replace("Input should", "should", 1)
