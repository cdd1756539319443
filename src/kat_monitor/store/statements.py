"""The writer's own INSERTs, defined on the tables once and handed to asyncpg as text and rows.

Compiled rather than executed by SQLAlchemy: an alert's way to the screen passes here, and SQLAlchemy's execution costs
more than PostgreSQL's.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from kat_monitor.domain.alerts import AlertChange
from kat_monitor.domain.audit import AuditRow
from kat_monitor.domain.journal import Command
from kat_monitor.domain.readiness import Summary
from kat_monitor.store import codec, tables
from kat_monitor.store.batch import SessionRow

Row = tuple[Any, ...]
_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with `$n` parameters, and how a domain object becomes its row."""

    sql: str
    row: Callable[[Any], Row]

    def rows(self, things: Iterable[Any]) -> list[Row]:
        return [self.row(thing) for thing in things]


def _compiled(table: Table, names: Sequence[str], *, conflict: Sequence[str] | None, keep: Sequence[str] = ()) -> str:
    """INSERT of the named columns; with `conflict`, a row already there takes all values but those of `keep`."""
    values = dict.fromkeys(names)
    if conflict is None:
        statement = insert(table).values(values).inline()
    else:
        base = upsert(table).values(values)
        fixed = {*conflict, *keep}
        changed = {
            column: base.excluded[column.key] for column in table.c if column.key in names and column.key not in fixed
        }
        statement = base.on_conflict_do_update(index_elements=[table.c[name] for name in conflict], set_=changed)
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
    assert compiled.positiontup is not None
    assert list(compiled.positiontup) == list(names), "rows are built in the order of the parameters"
    return str(compiled)


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

    return Statement(_compiled(table, names, conflict=conflict, keep=keep), as_row)


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


SESSIONS = Statement(
    _compiled(tables.session, _SESSION + _SUMMARY, conflict=("clinic_id", "id"), keep=("created_at",)), _session_row
)
ALERTS = _whole(tables.alert, ("clinic_id", "id"))
ANSWERS = _whole(tables.answer, None)
NOTICES = _whole(tables.notice, ("clinic_id", "alert_id", "level"), keep=("id", "payload"))
ENTRIES = Statement(_compiled(tables.journal, [c.key for c in tables.journal.c], conflict=None), _entry_row)
TRANSITIONS = Statement(
    _compiled(tables.alert_transition, [c.key for c in tables.alert_transition.c if c.key != "number"], conflict=None),
    _transition_row,
)
AUDITS = Statement(_compiled(tables.audit, [c.key for c in tables.audit.c], conflict=None), _audit_row)
