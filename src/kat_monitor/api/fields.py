"""What a request may hold, strictly: text a database and a screen can bear, finite numbers, times with an offset."""

import unicodedata
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from kat_monitor.domain.times import from_rfc3339, to_rfc3339

LONGEST_LINE: Final = 200
LONGEST_NOTE: Final = 4_000
_EARLIEST, _LATEST = -62_135_596_800_000_000, 4_102_444_800_000_000
"""Years 1 to 2100, microseconds: what a `datetime` and a bigint hold with room on both sides."""
TAG: Final = "kind="
"""Marks the tag of a body that comes in kinds, which pydantic puts into the path of an error as if it were a field."""
UNKNOWN_KIND: Final = "unknown_kind"


class Body(BaseModel):
    """A JSON object of a request: nothing is coerced, nothing unknown is taken, no NaN and no Infinity."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class Shown(BaseModel):
    """A JSON object of an answer."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


def _refuse(text: str, allowed: str) -> str:
    for character in text:
        if character not in allowed and unicodedata.category(character) in ("Cc", "Cs"):
            raise PydanticCustomError("control_character", "Control characters and half characters are not taken.")
    return text


def _line(text: str) -> str:
    if not _refuse(text, "").strip():
        raise PydanticCustomError("blank", "Must not be blank.")
    return text.strip()


def _note(text: str) -> str:
    if not _refuse(text, "\n\r\t").strip():
        raise PydanticCustomError("blank", "Must not be blank.")
    return text.strip()


def _searched(text: str) -> str:
    return _refuse(text, "").strip()


def _secret(text: str) -> str:
    return _refuse(text, "")


def _time(value: Any) -> int:
    if not isinstance(value, str) or len(value) > 40:
        raise PydanticCustomError("bad_time", "A time is text such as 2026-11-20T14:02:31.250Z.")
    try:
        at = from_rfc3339(value)
    except (ValueError, OverflowError):
        raise PydanticCustomError("bad_time", "A time is RFC 3339 with an offset.") from None
    if not _EARLIEST <= at <= _LATEST:
        raise PydanticCustomError("bad_time", "This time is not a plausible one.")
    return at


def _birth_date(text: str) -> str:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("bad_date", "A date is YYYY-MM-DD.") from None
    if born.isoformat() != text or born.year < 1850:
        raise PydanticCustomError("bad_date", "A date is YYYY-MM-DD, not before 1850.")
    return text


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("not_a_number", "Must be a number.")
    return value


Line = Annotated[str, Field(max_length=LONGEST_LINE), AfterValidator(_line)]
"""One line for people: 1 to 200 characters, no control characters."""

Note = Annotated[str, Field(max_length=LONGEST_NOTE), AfterValidator(_note)]
"""Text of several lines for people: 1 to 4,000 characters."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,63}$")]
"""A name that programs use: letters, digits and `_ . : @ -`, 64 at most."""

Secret = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_secret)]
"""A password as typed."""

Search = Annotated[str, Field(max_length=LONGEST_LINE), AfterValidator(_searched)]
"""What to look for; empty finds everything."""

Id = Annotated[UUID, Field(strict=False)]
"""UUID text."""

Number = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
"""A finite JSON number."""

Count = Annotated[int, Field(ge=0, le=2**63 - 1)]

Time = Annotated[
    int,
    BeforeValidator(_time),
    PlainSerializer(to_rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""RFC 3339 with an offset on the wire, microseconds since the epoch inside."""

BirthDate = Annotated[str, AfterValidator(_birth_date), WithJsonSchema({"type": "string", "format": "date"})]

Day = Annotated[str, AfterValidator(_birth_date), WithJsonSchema({"type": "string", "format": "date"})]
"""A day as `YYYY-MM-DD`."""

TimeOut = Annotated[
    int, PlainSerializer(to_rfc3339, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""Microseconds inside, RFC 3339 in an answer."""
