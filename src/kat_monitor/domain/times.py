"""Times as people and programs outside read them: RFC 3339 on the wire, integer microseconds inside."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_rfc3339(at: int) -> str:
    """Microseconds since the epoch as UTC with `Z`: milliseconds, or microseconds where there are any."""
    moment = EPOCH + at * MICROSECOND
    spec = "milliseconds" if at % 1000 == 0 else "microseconds"
    return moment.isoformat(timespec=spec).removesuffix("+00:00") + "Z"


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
