"""Runs the migrations on the connection that `kat_monitor.store.migrate` hands over."""

from alembic import context

from kat_monitor.store import tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.clinic.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
