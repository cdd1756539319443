"""One object for equal values: what is read back by the thousand names the same few ids again and again."""

from typing import Any


class Same(dict[Any, Any]):
    """`same[value]` is the first value equal to it that was asked for."""

    def __missing__(self, value: Any) -> Any:
        self[value] = value
        return value
