"""That a chair was made ready after a patient had left it, by whom and when; never overwritten."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chair_ready",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("chair_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="chair_ready_clinic_id_fkey"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "chair_id"], ["chair.clinic_id", "chair.id"], name="chair_ready_clinic_id_chair_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session.clinic_id", "session.id"],
            name="chair_ready_clinic_id_session_id_fkey",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "chair_id", "session_id", name="chair_ready_pkey"),
    )
    op.execute(
        "CREATE TRIGGER chair_ready_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON chair_ready "
        "FOR EACH STATEMENT EXECUTE FUNCTION kat_append_only()"
    )


def downgrade() -> None:
    op.drop_table("chair_ready")
