"""What a patient's name, birth date, sex and record number were before they were changed; never overwritten."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient_before",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("mrn", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text()),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name="patient_before_clinic_id_patient_id_fkey",
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="patient_before_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", "id", name="patient_before_pkey"),
    )
    op.execute(
        "CREATE TRIGGER patient_before_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON patient_before "
        "FOR EACH STATEMENT EXECUTE FUNCTION kat_append_only()"
    )


def downgrade() -> None:
    op.drop_table("patient_before")
