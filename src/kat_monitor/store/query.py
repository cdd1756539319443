"""Questions to the database, each proved at its making to stay within one clinic.

A query is SQLAlchemy Core, compiled once and run on asyncpg itself: rows come back several times faster than through
SQLAlchemy's results, which counts when sessions are read back at start-up.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Alias, BindParameter, ColumnClause, Dialect, FromClause, Join, ScalarSelect, Select, Table
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnElement
from sqlalchemy.sql.operators import and_, eq

_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


class Unscoped(Exception):
    """A query that could see another clinic's rows: a bug, found when the query is made."""


class Query:
    """A SELECT with named parameters. `every_clinic` is for the few that look over all clinics at start-up."""

    def __init__(self, select: Select[Any], *, every_clinic: bool = False) -> None:
        if not every_clinic:
            require_clinic(select)
        self.every_clinic = every_clinic
        compiled = select.compile(dialect=_DIALECT)
        if "POSTCOMPILE" in str(compiled):
            # `in_` with a list: each value gets its own parameter, so a query kept for later must use `any_` instead.
            compiled = select.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        self._compiled = compiled
        self._names = tuple(compiled.positiontup or ())

    def arguments(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the SQL's `$n`. Raises sqlalchemy.exc.InvalidRequestError for a missing one."""
        given = self._compiled.construct_params(dict(parameters))
        return [given[name] for name in self._names]


def require_clinic(select: Select[Any]) -> None:
    """Raise Unscoped unless every table of the query is held to one clinic.

    Held is a table whose `clinic_id` is compared, in a condition that must hold, with a parameter or with the
    `clinic_id` of a held table.
    """
    nodes = list(visitors.iterate(select))
    scalar = {id(node.element) for node in nodes if isinstance(node, ScalarSelect)}
    scopes = [_Scope(node, nested=id(node) in scalar) for node in nodes if isinstance(node, Select)]
    outside = {table for scope in scopes if not scope.nested for table in scope.tables}
    held = {table for scope in scopes if not scope.nested for table in scope.held(set())}
    for scope in scopes:
        # A scalar subquery shares the tables of the query around it instead of reading them anew.
        loose = scope.tables - (scope.held(held) | outside if scope.nested else scope.held(set()))
        if loose:
            names = ", ".join(sorted(str(table.description) for table in loose))
            raise Unscoped(f"clinic_id is not compared for {names} in: {select}")


class _Scope:
    """One SELECT: its tables, and which of their `clinic_id` are compared with what."""

    def __init__(self, select: Select[Any], *, nested: bool) -> None:
        self.nested = nested
        self.tables: set[FromClause] = set()
        conditions: list[ColumnElement[Any]] = []
        if select.whereclause is not None:
            conditions.append(select.whereclause)
        for source in select.get_final_froms():
            self._take(source, conditions)
        self.pairs = [pair for condition in conditions for pair in _clinic_pairs(condition)]

    def _take(self, source: FromClause, conditions: list[ColumnElement[Any]]) -> None:
        if isinstance(source, Join):
            if source.onclause is not None and not source.isouter and not source.full:
                conditions.append(source.onclause)
            self._take(source.left, conditions)
            self._take(source.right, conditions)
        elif isinstance(source, Table) or (isinstance(source, Alias) and isinstance(source.element, Table)):
            self.tables.add(source)

    def held(self, outside: set[FromClause]) -> set[FromClause]:
        """Tables of this SELECT that are held, given those held around it."""
        found = self.tables & outside
        while True:
            more = {a for a, b in self.pairs if b is None or b in found}
            more |= {b for a, b in self.pairs if b is not None and a in found}
            if more <= found:
                return found
            found |= more


def _clinic_pairs(condition: Any) -> Iterator[tuple[FromClause, FromClause | None]]:
    """(table, None) for `table.clinic_id = :parameter`, (table, other) for equal `clinic_id`; through ANDs only."""
    if isinstance(condition, BooleanClauseList):
        if condition.operator is and_:
            for part in condition.clauses:
                yield from _clinic_pairs(part)
        return
    if not (isinstance(condition, BinaryExpression) and condition.operator is eq):
        return
    left, right = _clinic_table(condition.left), _clinic_table(condition.right)
    if left is not None and right is not None:
        yield left, right
    elif left is not None and isinstance(condition.right, BindParameter):
        yield left, None
    elif right is not None and isinstance(condition.left, BindParameter):
        yield right, None


def _clinic_table(side: Any) -> FromClause | None:
    if isinstance(side, ColumnClause) and side.name == "clinic_id":
        return side.table
    return None
