"""Ways to the database, each with a deadline: one connection for the writer, a read-only pool for everybody else."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from kat_monitor.settings import Settings
from kat_monitor.store.errors import StartRefused


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. `statement_s` holds in PostgreSQL and, a little later, on our side, should it not answer at all."""

    connect_s: float = 2.0
    statement_s: float = 2.5
    lock_s: float = 2.0
    read_s: float = 30.0
    """A reader's statement: long lists and start-up."""

    @classmethod
    def of(cls, settings: Settings) -> "Deadlines":
        return cls(settings.connect_s, settings.statement_s, settings.lock_s, settings.read_s)


def database_url(text: str) -> URL:
    """The address from `KAT_DATABASE_URL`, for asyncpg. Raises StartRefused."""
    try:
        url = make_url(text)
    except ArgumentError:
        # Not quoted: the address holds a password.
        raise StartRefused("database_url", "KAT_DATABASE_URL is not an address like postgresql://...") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise StartRefused("database_url", "KAT_DATABASE_URL must begin with postgresql://")
    return url.set(drivername="postgresql+asyncpg")


def writer_engine(url: URL, deadlines: Deadlines, name: str) -> AsyncEngine:
    """Hands out the one connection that writes. `name` says in pg_stat_activity who holds it.

    SQLAlchemy begins no transactions here: the writer begins them itself, on the connection underneath (SQLAlchemy
    begins lazily, so a COPY sent first would commit by itself).
    """
    return create_async_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args=_connect_args(deadlines, deadlines.statement_s, name, read_only=False),
    )


def reader_engine(url: URL, deadlines: Deadlines, *, size: int, name: str = "kat-monitor reader") -> AsyncEngine:
    """A pool whose connections cannot write."""
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=deadlines.connect_s,
        pool_recycle=1800,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args=_connect_args(deadlines, deadlines.read_s, name, read_only=True),
    )


def _connect_args(deadlines: Deadlines, statement_s: float, name: str, *, read_only: bool) -> dict[str, Any]:
    settings = {
        "application_name": name[:63],
        "timezone": "UTC",
        "statement_timeout": str(round(statement_s * 1000)),
        "lock_timeout": str(round(deadlines.lock_s * 1000)),
        "idle_in_transaction_session_timeout": str(round((statement_s + 5) * 1000)),
        "default_transaction_read_only": "on" if read_only else "off",
        "jit": "off",
    }
    if not read_only:
        # The writer's few statements are the same every time: planning them anew is a quarter of an alert's commit.
        settings["plan_cache_mode"] = "force_generic_plan"
    # asyncpg's deadline lies behind PostgreSQL's, so that a slow statement is told apart from a server that is gone.
    return {"timeout": deadlines.connect_s, "command_timeout": statement_s + 0.5, "server_settings": settings}
