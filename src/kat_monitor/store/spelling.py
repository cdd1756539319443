"""How a name is found however it is written: capitals, accents and the order of its words make no difference."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

_LETTERS = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "\u0131": "i"}
_PAIRS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
"""Letters that are no plain letter with a mark on it."""
_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"


def plain(text: str) -> str:
    """In small letters without their marks; `plain_column` does the same in the database."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in apart if not _FIRST_MARK <= letter <= _LAST_MARK)
    return bare.translate({ord(letter): simple for letter, simple in (_LETTERS | _PAIRS).items()}).lower()


def plain_column(column: ColumnElement[Any]) -> ColumnElement[str]:
    """The column's text as `plain` would have it."""
    apart = func.normalize(column, literal_column("NFKD"))
    bare = func.regexp_replace(apart, f"[{_FIRST_MARK}-{_LAST_MARK}]", "", "g")
    bare = func.translate(bare, "".join(_LETTERS), "".join(_LETTERS.values()))
    for letter, pair in _PAIRS.items():
        bare = func.replace(bare, letter, pair)
    return func.lower(bare)


def patterns(text: str) -> Sequence[str]:
    """One for each word of `text`: what `plain_column` is LIKE when the word stands somewhere in it."""
    escaped = str.maketrans({letter: f"\\{letter}" for letter in "\\%_"})
    return [f"%{word.translate(escaped)}%" for word in plain(text).split()]
