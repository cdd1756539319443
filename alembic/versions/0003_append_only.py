"""What is never overwritten: a trigger refuses UPDATE, DELETE and TRUNCATE; and a view of readings for people."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = ("reading", "journal", "alert_transition", "audit", "protocol_version", "device_stay")

FUNCTION = """
CREATE FUNCTION kat_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""

# For people with psql: times with a zone, values in their units, names for numbers.
VIEW = """
CREATE VIEW reading_readable AS
SELECT
    clinic_id,
    device_id,
    seq,
    session_id,
    position,
    (ARRAY['nibp', 'art', 'ecg', 'pulse_ox', 'manual', 'other'])[source + 1] AS source,
    array_remove(ARRAY[
        CASE WHEN flags & 1 <> 0 THEN 'motion' END,
        CASE WHEN flags & 2 <> 0 THEN 'low_signal' END,
        CASE WHEN flags & 4 <> 0 THEN 'irregular_pulse' END,
        CASE WHEN flags & 8 <> 0 THEN 'cuff_loose' END,
        CASE WHEN flags & 16 <> 0 THEN 'sensor_off' END,
        CASE WHEN flags & 32 <> 0 THEN 'demo' END,
        CASE WHEN flags & 64 <> 0 THEN 'failed' END,
        CASE WHEN flags & 128 <> 0 THEN 'suspect' END
    ], NULL) AS status,
    late,
    interval_ms / 1000.0 AS interval_s,
    {times},
    {values},
    reason
FROM reading
"""
TIMES = ("observed_at", "sent_at", "received_at", "effective_at")
VALUES = ("systolic", "diastolic", "mean", "heart_rate", "spo2", "respiratory_rate", "temperature")


def upgrade() -> None:
    op.execute(FUNCTION)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kat_append_only()"
        )
    # Exact: microseconds are split before they meet to_timestamp, whose argument is a double.
    times = [
        f"to_timestamp({name} / 1000000) + ({name} % 1000000) * interval '1 microsecond' AS {name}" for name in TIMES
    ]
    values = [f"round({name} / 10.0, 1) AS {name}" for name in VALUES]
    op.execute(VIEW.format(times=",\n    ".join(times), values=",\n    ".join(values)))


def downgrade() -> None:
    op.execute("DROP VIEW reading_readable")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP FUNCTION kat_append_only()")
