"""Brings a database to the newest schema with the migrations carried in the wheel."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from kat_monitor.store.batch import StoreAway
from kat_monitor.store.errors import StartRefused, as_trouble
from kat_monitor.store.safety import require_schema

IN_WHEEL = Path(__file__).parent / "migrations"
IN_CHECKOUT = Path(__file__).parents[3] / "alembic"
"""An editable install has no copy in the package."""
LOCK = (0x6B6174, 2)
"""Two migrations at once wait for each other."""


def migrations_folder() -> Path:
    """Where the migrations lie. Raises StartRefused when the installation is incomplete."""
    for folder in (IN_WHEEL, IN_CHECKOUT):
        if (folder / "env.py").is_file():
            return folder
    raise StartRefused(
        "no_migrations", "This installation carries no migrations; install the wheel or work in a checkout."
    )


def newest_revision() -> str:
    """The revision this program works with."""
    head = ScriptDirectory(str(migrations_folder())).get_current_head()
    assert head is not None
    return head


async def migrate(url: URL, connect_s: float = 5.0) -> str:
    """Upgrade to the newest schema and return its revision. Raises StoreAway or StartRefused."""
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": connect_s})
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:a, :b)"), {"a": LOCK[0], "b": LOCK[1]})
            await connection.run_sync(_upgrade)
    except (DBAPIError, OSError) as error:
        trouble = as_trouble(error)
        raise (trouble if isinstance(trouble, StoreAway) else error) from error
    finally:
        await engine.dispose()
    return newest_revision()


async def require_newest(url: URL, connect_s: float = 5.0) -> None:
    """Raises StartRefused unless the schema is the one this program works with, StoreAway when nobody answers."""
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": connect_s})
    try:
        async with engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, asyncpg.Connection)
            await require_schema(raw, newest_revision())
    except (DBAPIError, OSError) as error:
        trouble = as_trouble(error)
        raise (trouble if isinstance(trouble, StoreAway) else error) from error
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
