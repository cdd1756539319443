"""Writes single rows of the registry tables, which change rarely and in many shapes."""

from typing import Any

from sqlalchemy import Table, and_, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from kat_monitor.store import assignment_tables, duty_tables, tables
from kat_monitor.store.batch import RowWrite, StoreRefused
from kat_monitor.store.turnover import chair_ready

WRITABLE: dict[str, Table] = {
    table.name: table
    for table in (
        tables.clinic,
        tables.account,
        tables.login,
        tables.token,
        tables.gateway,
        tables.chair,
        tables.device,
        tables.device_stay,
        tables.patient,
        tables.patient_before,
        tables.protocol_version,
        tables.meta,
        duty_tables.station,
        duty_tables.shift,
        duty_tables.pin,
        chair_ready,
        assignment_tables.offer,
        assignment_tables.offer_step,
        assignment_tables.assignment,
        assignment_tables.taken_alert,
        assignment_tables.on_call,
        assignment_tables.opening_check,
    )
}
"""Tables a RowWrite may name; the record itself has its own ways in."""


async def write_row(connection: AsyncConnection, row: RowWrite) -> None:
    """Write one row. Raises StoreRefused when an update finds no row, KeyError or ValueError for a wrong RowWrite."""
    table = WRITABLE[row.table]
    if set(row.key) != {column.name for column in table.primary_key}:
        raise ValueError(f"the key of a {row.table} row is its primary key, clinic_id included, not {sorted(row.key)}")
    if row.how == "update":
        result = await connection.execute(update(table).where(_is(table, row)).values(dict(row.values)))
        if result.rowcount != 1:
            raise StoreRefused(f"no such row of {row.table}")
    elif row.how == "insert":
        await connection.execute(insert(table).values({**row.key, **row.values}).inline())
    else:
        statement = upsert(table).values({**row.key, **row.values})
        changed = {name: statement.excluded[name] for name in row.values}
        keys = [table.c[name] for name in row.key]
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def _is(table: Table, row: RowWrite) -> Any:
    return and_(*(table.c[name] == value for name, value in row.key.items()))
