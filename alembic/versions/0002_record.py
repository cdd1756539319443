"""The record: sessions, readings, the journal, alerts, answers and the audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _session()
    _reading()
    _journal()
    _alert()
    _alert_transition()
    _notice()
    _answer()
    _audit()


def downgrade() -> None:
    op.drop_table("audit")
    op.drop_table("answer")
    op.drop_table("notice")
    op.drop_table("alert_transition")
    op.drop_table("alert")
    op.drop_table("journal")
    op.drop_table("reading")
    op.drop_table("session")


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("chair_id", sa.Uuid(), nullable=False),
        sa.Column("protocol_code", sa.Text(), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("listed_at", sa.BigInteger(), nullable=False),
        sa.Column("planned_dosing_min", sa.Double(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("weight_kg", sa.Double()),
        sa.Column("scheduled_at", sa.BigInteger()),
        sa.Column("checked_in_at", sa.BigInteger()),
        sa.Column("dosing_at", sa.BigInteger()),
        sa.Column("dosing_ended_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("peak_systolic", sa.SmallInteger()),
        sa.Column("peak_systolic_min", sa.Double()),
        sa.Column("peak_diastolic", sa.SmallInteger()),
        sa.Column("peak_diastolic_min", sa.Double()),
        sa.Column("max_rise_systolic", sa.SmallInteger()),
        sa.Column("max_rise_diastolic", sa.SmallInteger()),
        sa.Column("alerts_high", sa.Integer(), nullable=False),
        sa.Column("alerts_medium", sa.Integer(), nullable=False),
        sa.Column("alerts_low", sa.Integer(), nullable=False),
        sa.Column("minutes_in_dosing", sa.Double(), nullable=False),
        sa.Column("readings", sa.BigInteger(), nullable=False),
        sa.Column("coverage_pct", sa.Double()),
        sa.Column("waited_for_driver_min", sa.Double()),
        postgresql.ExcludeConstraint(
            (sa.column("clinic_id"), "="),
            (sa.column("chair_id"), "="),
            where=sa.text("phase IN ('preparing', 'dosing', 'recovery')"),
            deferrable=True,
            initially="DEFERRED",
            using="btree",
            name="session_one_open_per_chair",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("clinic_id"), "="),
            (sa.column("patient_id"), "="),
            where=sa.text("phase IN ('preparing', 'dosing', 'recovery')"),
            deferrable=True,
            initially="DEFERRED",
            using="btree",
            name="session_one_open_per_patient",
        ),
        sa.CheckConstraint(
            "phase IN ('scheduled', 'preparing', 'dosing', 'recovery', 'discharged', 'cancelled')",
            name="session_phase_check",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "chair_id"], ["chair.clinic_id", "chair.id"], name="session_clinic_id_chair_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"], name="session_clinic_id_patient_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "protocol_code", "protocol_version"],
            ["protocol_version.clinic_id", "protocol_version.code", "protocol_version.version"],
            name="session_clinic_id_protocol_code_protocol_version_fkey",
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="session_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="session_pkey"),
    )
    op.create_index("session_listed_idx", "session", ["clinic_id", "listed_at", "id"])
    op.create_index("session_not_ended_idx", "session", ["clinic_id"], postgresql_where=sa.text("ended_at IS NULL"))


def _reading() -> None:
    op.create_table(
        "reading",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.Uuid()),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("flags", sa.SmallInteger(), nullable=False),
        sa.Column("refused", sa.SmallInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("interval_ms", sa.Integer(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("systolic", sa.SmallInteger()),
        sa.Column("diastolic", sa.SmallInteger()),
        sa.Column("mean", sa.SmallInteger()),
        sa.Column("heart_rate", sa.SmallInteger()),
        sa.Column("spo2", sa.SmallInteger()),
        sa.Column("respiratory_rate", sa.SmallInteger()),
        sa.Column("temperature", sa.SmallInteger()),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("source BETWEEN 0 AND 5", name="reading_source_check"),
        sa.PrimaryKeyConstraint("device_id", "seq", name="reading_pkey"),
    )
    op.create_index("reading_session_idx", "reading", ["session_id", "effective_at"])


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("data", postgresql.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "session_id"], ["session.clinic_id", "session.id"], name="journal_clinic_id_session_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="journal_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "position", name="journal_pkey"),
    )
    op.create_index("journal_session_idx", "journal", ["clinic_id", "session_id", "position"])


def _alert() -> None:
    op.create_table(
        "alert",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid()),
        sa.Column("chair_id", sa.Uuid()),
        sa.Column("limit_code", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("limit_priority", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("protocol_code", sa.Text()),
        sa.Column("protocol_version", sa.Integer()),
        sa.Column("metric", sa.SmallInteger()),
        sa.Column("subject", sa.Text()),
        sa.Column("detail", sa.Text()),
        sa.Column("active_at", sa.BigInteger()),
        sa.Column("returned_at", sa.BigInteger()),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("confirm_by", sa.BigInteger()),
        sa.Column("closed_reason", sa.Text()),
        sa.Column("value", sa.Integer()),
        sa.Column("limit_value", sa.Integer()),
        sa.Column("worst_value", sa.Integer()),
        sa.Column("acknowledged_by", sa.Uuid()),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("acknowledged_value", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("escalation", sa.SmallInteger(), nullable=False),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("unconfirmed", sa.Boolean(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("found_after_end", sa.Boolean(), nullable=False),
        sa.Column("reviewed_from", sa.BigInteger()),
        sa.Column("reviewed_to", sa.BigInteger()),
        sa.CheckConstraint("kind IN ('physiological', 'technical')", name="alert_kind_check"),
        sa.CheckConstraint("priority IN ('high', 'medium', 'low')", name="alert_priority_check"),
        sa.CheckConstraint("state IN ('provisional', 'active', 'returned', 'closed')", name="alert_state_check"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "chair_id"], ["chair.clinic_id", "chair.id"], name="alert_clinic_id_chair_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "session_id"], ["session.clinic_id", "session.id"], name="alert_clinic_id_session_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="alert_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="alert_pkey"),
    )
    op.create_index("alert_open_idx", "alert", ["clinic_id"], postgresql_where=sa.text("state <> 'closed'"))
    op.create_index("alert_opened_idx", "alert", ["clinic_id", "opened_at", "id"])
    op.create_index("alert_session_idx", "alert", ["clinic_id", "session_id", "opened_at"])


def _alert_transition() -> None:
    op.create_table(
        "alert_transition",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("note", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer()),
        sa.Column("worst_value", sa.Integer()),
        sa.Column("escalation", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "alert_id"], ["alert.clinic_id", "alert.id"], name="alert_transition_clinic_id_alert_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="alert_transition_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "number", name="alert_transition_pkey"),
    )
    op.create_index("alert_transition_alert_idx", "alert_transition", ["clinic_id", "alert_id", "number"])


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("cancelled_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["clinic_id", "alert_id"], ["alert.clinic_id", "alert.id"], name="notice_clinic_id_alert_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="notice_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="notice_pkey"),
        sa.UniqueConstraint("clinic_id", "alert_id", "level", name="notice_clinic_id_alert_id_level_key"),
    )
    op.create_index(
        "notice_waiting_idx",
        "notice",
        ["clinic_id", "due_at"],
        postgresql_where=sa.text("sent_at IS NULL AND cancelled_at IS NULL"),
    )


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("body", postgresql.JSON()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="answer_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "key", name="answer_pkey"),
    )
    op.create_index("answer_created_idx", "answer", ["clinic_id", "created_at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Uuid()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSON(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number > 0", name="audit_number_check"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="audit_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "number", name="audit_pkey"),
    )
