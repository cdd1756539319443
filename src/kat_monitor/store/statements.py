"""The writer's own INSERTs, joined into one statement a commit and handed to asyncpg as text and arrays.

An alert's way to the screen passes here: a statement for each table would be a round trip each, and SQLAlchemy's
execution costs more than PostgreSQL's.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Dialect, Table
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


LISTED = 3
"""Rows that are spelled out one by one, as an alert's are: a third quicker than arrays, which any number shares."""


@dataclass(frozen=True, slots=True)
class Statement:
    """An INSERT of rows into one table, and how a domain object becomes its row."""

    into: str
    """`INSERT INTO table (columns)`."""
    types: tuple[str, ...]
    """Of the columns."""
    otherwise: str
    """What happens to a row that is there already; empty: it is refused."""
    row: Callable[[Any], Row]

    def rows(self, things: Iterable[Any]) -> list[Row]:
        return [self.row(thing) for thing in things]

    def sql(self, count: int, before: int) -> str:
        """For so many rows, behind `before` parameters of others."""
        width = len(self.types)
        if count > LISTED:
            given = ", ".join(f"${before + n}::{type_}[]" for n, type_ in enumerate(self.types, 1))
            return f"{self.into} SELECT * FROM unnest({given}) {self.otherwise}"  # noqa: S608 - names of our tables
        rows = [
            ", ".join(f"${before + row * width + n}::{type_}" for n, type_ in enumerate(self.types, 1))
            for row in range(count)
        ]
        return f"{self.into} VALUES ({'), ('.join(rows)}) {self.otherwise}"

    def parameters(self, rows: Sequence[Row]) -> Iterable[Any]:
        """For `sql` of as many rows: a list of each column, or the values one after the other."""
        return zip(*rows, strict=True) if len(rows) > LISTED else chain.from_iterable(rows)

    def width(self, count: int) -> int:
        """How many parameters that are."""
        return len(self.types) * (1 if count > LISTED else count)


@cache
def together(parts: tuple[tuple[Statement, int], ...]) -> str:
    """The INSERTs of so many rows each as one statement, and so one transaction; parameters one after the other.

    A count above `LISTED` stands for any such. Foreign keys between the parts hold, because PostgreSQL looks at them
    when all of the statement is done.
    """
    texts = []
    before = 0
    for statement, count in parts:
        texts.append(statement.sql(count, before))
        before += statement.width(count)
    *first, last = texts
    if not first:
        return last
    return f"WITH {', '.join(f'part{n} AS ({text})' for n, text in enumerate(first))} {last}"


def _statement(
    table: Table,
    names: Sequence[str],
    row: Callable[[Any], Row],
    *,
    conflict: Sequence[str] | None = None,
    keep: Sequence[str] = (),
) -> Statement:
    """Rows of the named columns; with `conflict`, a row already there takes all values but those of `keep`."""
    columns = [table.c[name] for name in names]
    assert not any(isinstance(column.type, ARRAY) for column in columns), "an array of arrays does not unnest"
    types = tuple(column.type.compile(_DIALECT) for column in columns)
    into = f'INSERT INTO "{table.name}" ({", ".join(_quoted(columns))})'
    if conflict is None:
        return Statement(into, types, "", row)
    changed = [f"{name} = excluded.{name}" for name in _quoted(c for c in columns if c.key not in {*conflict, *keep})]
    key = ", ".join(_quoted(table.c[name] for name in conflict))
    return Statement(into, types, f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(changed)}", row)


def _quoted(columns: Iterable[Column[Any]]) -> list[str]:
    return [f'"{column.name}"' for column in columns]


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
