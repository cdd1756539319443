"""The record in PostgreSQL: the only place that knows SQL, so that promises about storing are proved in one place."""
