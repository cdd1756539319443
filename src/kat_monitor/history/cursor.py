"""Where a page of a list ended, as a short text that only means something to us."""

import base64
import binascii
from typing import NamedTuple
from uuid import UUID

from kat_monitor.errors import KatError, bad_value

_LONGEST = 80
_BIGINT = 1 << 63


class Place(NamedTuple):
    """A row's place in a list ordered by (time, id)."""

    at: int
    id: UUID


BEFORE_ALL = Place(-_BIGINT, UUID(int=0))


def to_cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(f"{place.at}.{place.id.hex}".encode()).decode().rstrip("=")


def bad_cursor() -> KatError:
    """422 for what no page has given."""
    return bad_value("cursor", "bad_cursor", "Must be the cursor that a page has given.")


def from_cursor(text: str) -> Place:
    """Raises KatError 422 for what no page has given."""
    if len(text) > _LONGEST:
        raise bad_cursor()
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
        at, _, id_ = plain.partition(".")
        place = Place(int(at), UUID(hex=id_))
    except (binascii.Error, ValueError):
        raise bad_cursor() from None
    if to_cursor(place) != text or not -_BIGINT <= place.at < _BIGINT:
        raise bad_cursor()
    return place
