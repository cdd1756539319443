"""`kat-monitor check`: configuration, database, clock and audit chain, each with a clear verdict."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from kat_monitor.domain.audit import START, AuditRow, Head, chain
from kat_monitor.settings import Settings
from kat_monitor.store.batch import StoreAway
from kat_monitor.store.connect import Deadlines
from kat_monitor.store.migrate import newest_revision
from kat_monitor.store.reader import Reader

CLOCKS_APART_S = 2.0
UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line: what was looked at, whether it is good, and what was found."""

    about: str
    good: bool
    found: str


async def run_checks(settings: Settings, url: URL, console: Console) -> int:
    """Print every verdict; how many are bad."""
    verdicts = [_configuration(settings)]
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": settings.connect_s})
    try:
        async with engine.connect() as connection:
            rows = await connection.execute(
                text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)"), {"names": list(UNSAFE)}
            )
            verdicts += [_durable(name, setting) for name, setting in rows]
            now = (await connection.execute(text("SELECT extract(epoch FROM clock_timestamp())::float8"))).scalar_one()
            verdicts.append(_clock(time.time() - now))
            found = await connection.execute(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
            revision = None
            if found.scalar_one():
                revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
            verdicts.append(_schema(revision))
    except OSError as error:
        verdicts.append(Verdict("database", good=False, found=f"cannot be reached: {type(error).__name__}"))
    finally:
        await engine.dispose()
    if all(verdict.good for verdict in verdicts):
        verdicts += await _chains(settings, url)
    _print(verdicts, console)
    return sum(not verdict.good for verdict in verdicts)


def _configuration(settings: Settings) -> Verdict:
    where = "its own PostgreSQL in data_dir" if settings.database_url is None else "KAT_DATABASE_URL"
    said = [where]
    if not settings.cookie_secure:
        said.append("login cookies also over plain http")
    if settings.webhook_url is None:
        said.append("no webhook: nobody outside is told of escalations")
    return Verdict("configuration", good=True, found="; ".join(said))


def _durable(name: str, setting: str) -> Verdict:
    return Verdict(name, good=setting != "off", found=setting)


def _clock(apart_s: float) -> Verdict:
    return Verdict("clock", good=abs(apart_s) <= CLOCKS_APART_S, found=f"{apart_s:+.3f} s from the database's")


def _schema(revision: str | None) -> Verdict:
    head = newest_revision()
    said = f"at {revision}" if revision else "no schema yet: run `kat-monitor migrate`"
    return Verdict("schema", good=revision == head, found=said if revision == head else f"{said}; needs {head}")


async def _chains(settings: Settings, url: URL) -> list[Verdict]:
    reader = Reader(url, Deadlines.of(settings), size=1)
    verdicts = []
    try:
        for stored in await reader.standing.clinics():
            kept = await reader.ledger.kept_head(stored.clinic.id)
            verdicts.append(await chain_verdict(stored.clinic.name, kept, reader.ledger.audit(stored.clinic.id)))
    except StoreAway as error:
        verdicts.append(Verdict("audit trail", good=False, found=str(error)))
    finally:
        await reader.close()
    return verdicts


async def chain_verdict(name: str, kept: Head | None, rows: AsyncIterator[AuditRow]) -> Verdict:
    """Every row follows from the one before it, and the last is the one that is kept as the end.

    `kept` is read before the rows: on a running server there may be newer ones meanwhile.
    """
    about, end = f"audit trail of {name}", kept or START
    head, seen = START, end.number == 0
    async for row in rows:
        again = chain(row.event, head.number + 1, head.hash)
        if row.number != again.number or row.previous != head.hash or row.hash != again.hash:
            return Verdict(about, good=False, found=f"broken at row {row.number}: changed, or one before it is gone")
        head = Head(row.number, row.hash)
        seen = seen or head == end
        if head.number % 1000 == 0:
            await asyncio.sleep(0)
    if kept is None and head.number:
        return Verdict(about, good=False, found=f"{head.number} rows, but nothing says which was the last")
    if not seen:
        return Verdict(about, good=False, found=f"{head.number} rows, but it ended at row {end.number}: rows are gone")
    return Verdict(about, good=True, found=f"{head.number} rows, unbroken, ends in {head.hash.hex()[:16]}")


def _print(verdicts: list[Verdict], console: Console) -> None:
    table = Table("", "verdict", "found", box=None)
    for verdict in verdicts:
        table.add_row(verdict.about, "ok" if verdict.good else "[bold]BAD[/bold]", verdict.found)
    console.print(table)
