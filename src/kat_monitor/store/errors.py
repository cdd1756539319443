"""Tells bad data from bad weather from a bug, whatever asyncpg or SQLAlchemy raised."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kat_monitor.store.batch import StoreAway, StoreRefused


class StartRefused(Exception):
    """The server must not start like this. `detail` is for the person who starts it; `code` is stable."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


_REFUSED_CLASSES = frozenset({"21", "22", "23", "54"})
"""SQLSTATE classes: cardinality, data and integrity errors; program limits (a row too large for an index)."""
_AWAY_CLASSES = frozenset({"08", "25", "28", "40", "53", "55", "57", "58", "3D", "XX"})
"""Connection, transaction state, not let in, rolled back, resources, locks, told to stop, disk, no database, broken."""


def as_trouble(error: BaseException) -> StoreRefused | StoreAway | None:
    """The error as one of the store's own, or None for a bug (which must stay visible as what it is)."""
    cause = driver_error(error)
    if isinstance(cause, (StoreRefused, StoreAway)):
        return cause
    if isinstance(cause, asyncpg.PostgresError):
        return _by_state(cause)
    if isinstance(cause, (OverflowError, UnicodeEncodeError)):
        return StoreRefused(type(cause).__name__)
    if isinstance(cause, (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError, PoolTimeout)):
        return StoreAway(f"{type(cause).__name__}: {cause}")
    return None


def driver_error(error: BaseException) -> BaseException:
    """What asyncpg or Python raised, from under SQLAlchemy's wrapping."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _by_state(error: asyncpg.PostgresError) -> StoreRefused | StoreAway | None:
    # Name and SQLSTATE only: messages quote data.
    state = str(error.sqlstate or "")
    text = f"{type(error).__name__} {state}"
    if state[:2] in _REFUSED_CLASSES:
        return StoreRefused(text)
    if state[:2] in _AWAY_CLASSES:
        return StoreAway(text)
    return None
