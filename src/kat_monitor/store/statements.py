"""The writer's own INSERTs, joined into one statement a commit and handed to asyncpg as text and arrays.

An alert's way to the screen passes here: a statement for each table would be a round trip each, and SQLAlchemy's
execution costs more than PostgreSQL's.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from kat_monitor.domain.alerts import AlertChange
from kat_monitor.domain.audit import HEAD_KEY, AuditRow, Head
from kat_monitor.domain.journal import Command
from kat_monitor.domain.readiness import Summary
from kat_monitor.domain.readings import READING_COLUMNS
from kat_monitor.store import codec, tables
from kat_monitor.store.batch import SessionRow

Row = tuple[Any, ...]
_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """An INSERT of many rows: SQL with one array `$n` for each column, and how a domain object becomes its row."""

    sql: str
    width: int
    row: Callable[[Any], Row]

    def arrays(self, things: Iterable[Any]) -> list[Row]:
        """One array a column; empty when there is nothing to insert."""
        return list(zip(*map(self.row, things), strict=True))


@cache
def together(statements: tuple[Statement, ...]) -> str:
    """All of them as one statement, and so one transaction; its parameters are theirs, one after the other.

    Foreign keys between them hold, because PostgreSQL looks at them when all of the statement is done.
    """
    texts = []
    before = 0
    for statement in statements:
        texts.append(_shifted(statement.sql, before))
        before += statement.width
    *first, last = texts
    if not first:
        return last
    return f"WITH {', '.join(f'part{n} AS ({text})' for n, text in enumerate(first))} {last}"


def _shifted(sql: str, by: int) -> str:
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + by}", sql)


def _inserting(table: Table, names: Sequence[str], *, conflict: Sequence[str] | None, keep: Sequence[str] = ()) -> str:
    """Rows of the named columns; with `conflict`, a row already there takes all values but those of `keep`."""
    columns = [table.c[name] for name in names]
    assert not any(isinstance(column.type, ARRAY) for column in columns), "an array of arrays does not unnest"
    given = ", ".join(f"${n}::{column.type.compile(_DIALECT)}[]" for n, column in enumerate(columns, 1))
    called = [f'"{column.name}"' for column in columns]
    sql = f'INSERT INTO "{table.name}" ({", ".join(called)}) SELECT * FROM unnest({given})'  # noqa: S608 - names of our own tables
    if conflict is None:
        return sql
    changed = [f'"{c.name}" = excluded."{c.name}"' for c in columns if c.key not in {*conflict, *keep}]
    key = ", ".join(f'"{table.c[name].name}"' for name in conflict)
    return f"{sql} ON CONFLICT ({key}) DO UPDATE SET {', '.join(changed)}"


def _statement(
    table: Table,
    names: Sequence[str],
    row: Callable[[Any], Row],
    *,
    conflict: Sequence[str] | None = None,
    keep: Sequence[str] = (),
) -> Statement:
    return Statement(_inserting(table, names, conflict=conflict, keep=keep), len(names), row)


def _whole(table: Table, conflict: Sequence[str] | None, keep: Sequence[str] = ()) -> Statement:
    """An INSERT or upsert whose rows are dataclasses with one field per column."""
    names = [column.key for column in table.c]
    take = attrgetter(*names)
    as_json = [i for i, column in enumerate(table.c) if isinstance(column.type, (JSON, JSONB))]

    def as_row(thing: Any) -> Row:
        if not as_json:
            return take(thing)
        row = list(take(thing))
        for i in as_json:
            row[i] = json.dumps(row[i])
        return tuple(row)

    return _statement(table, names, as_row, conflict=conflict, keep=keep)


_SUMMARY = tuple(field.name for field in fields(Summary))
_SESSION = tuple(column.key for column in tables.session.c if column.key not in _SUMMARY)
_listed = attrgetter(*_SESSION)
_summed = attrgetter(*_SUMMARY)


def _session_row(row: SessionRow) -> Row:
    return (*_listed(row), *_summed(row.summary))


def _entry_row(placed: tuple[Any, Command]) -> Row:
    clinic_id, entry = placed
    return (
        clinic_id,
        entry.position,
        entry.session_id,
        entry.kind,
        entry.at,
        entry.committed_at,
        entry.by,
        json.dumps(codec.encode(entry)),
    )


def _transition_row(change: AlertChange) -> Row:
    alert = change.alert
    return (
        alert.clinic_id,
        alert.id,
        change.step,
        change.at,
        change.by,
        change.note,
        alert.state,
        alert.priority,
        alert.value,
        alert.worst_value,
        alert.escalation,
    )


def _audit_row(row: AuditRow) -> Row:
    event = row.event
    return (
        event.clinic_id,
        row.number,
        event.at,
        event.actor,
        event.action,
        event.subject,
        json.dumps(event.details),
        row.previous,
        row.hash,
    )


def _head_row(row: AuditRow) -> Row:
    return row.event.clinic_id, HEAD_KEY, json.dumps(Head(row.number, row.hash).value())


def _all_but(table: Table, *left_out: str) -> list[str]:
    return [column.key for column in table.c if column.key not in left_out]


SESSIONS = _statement(
    tables.session, _SESSION + _SUMMARY, _session_row, conflict=("clinic_id", "id"), keep=("created_at",)
)
ALERTS = _whole(tables.alert, ("clinic_id", "id"))
ANSWERS = _whole(tables.answer, None)
NOTICES = _whole(tables.notice, ("clinic_id", "alert_id", "level"), keep=("id", "payload"))
ENTRIES = _statement(tables.journal, _all_but(tables.journal), _entry_row)
TRANSITIONS = _statement(tables.alert_transition, _all_but(tables.alert_transition, "number"), _transition_row)
AUDITS = _statement(tables.audit, _all_but(tables.audit), _audit_row)
HEADS = _statement(tables.meta, _all_but(tables.meta), _head_row, conflict=("clinic_id", "key"))
"""Of the newest audit row of each clinic in a batch."""
READINGS = _statement(tables.reading, READING_COLUMNS, tuple)
"""Of a few readings that come with other rows; many go in by COPY."""
