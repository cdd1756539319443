"""Times as people and programs outside read them: RFC 3339 on the wire, integer microseconds inside."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_rfc3339(at: int) -> str:
    """Microseconds since the epoch as UTC with `Z`: milliseconds, or microseconds where there are any."""
    second, rest = divmod(at, 1_000_000)
    return f"{_to_second(second)}.{rest:06d}Z" if rest % 1000 else f"{_to_second(second)}.{rest // 1000:03d}Z"


@lru_cache(maxsize=4096)
def _to_second(second: int) -> str:
    """A frame to the screens names the same few seconds hundreds of times."""
    return (EPOCH + timedelta(seconds=second)).isoformat().removesuffix("+00:00")


def maybe_rfc3339(at: int | None) -> str | None:
    """As `to_rfc3339`; None stays None."""
    return None if at is None else to_rfc3339(at)


def from_rfc3339(text: str) -> int:
    """Microseconds since the epoch.

    Raises:
        ValueError: not RFC 3339, or without an offset (a time without one is no time).
    """
    if "T" not in text and "t" not in text and " " not in text:
        raise ValueError("not a date with a time")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset")
    return (moment - EPOCH) // MICROSECOND
