"""Who is on duty: enrolled browsers, shifts, and the PINs people sign with."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _same_clinic(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["clinic_id", column], [f"{of}.clinic_id", f"{of}.id"], name=f"{table}_clinic_id_{column}_fkey"
    )


def upgrade() -> None:
    op.create_table(
        "station",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("chair_id", sa.Uuid()),
        sa.Column("privacy", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_by", sa.Uuid(), nullable=False),
        sa.Column("retired_at", sa.BigInteger()),
        sa.CheckConstraint("kind IN ('station', 'wall', 'room')", name="station_kind_check"),
        sa.CheckConstraint("privacy IN ('full', 'initials', 'chair')", name="station_privacy_check"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="station_clinic_id_fkey"),
        _same_clinic("station", "chair_id", "chair"),
        _same_clinic("station", "enrolled_by", "account"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="station_pkey"),
        sa.UniqueConstraint("secret_sha256", name="station_secret_sha256_key"),
    )
    op.create_table(
        "shift",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid()),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("ended_at >= began_at", name="shift_ends_after_it_began_check"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="shift_clinic_id_fkey"),
        _same_clinic("shift", "account_id", "account"),
        _same_clinic("shift", "station_id", "station"),
        _same_clinic("shift", "ended_by", "account"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="shift_pkey"),
    )
    op.create_index(
        "shift_one_on_per_person",
        "shift",
        ["clinic_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("shift_began_idx", "shift", ["clinic_id", "began_at"])
    op.create_table(
        "pin",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", sa.Text()),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="pin_clinic_id_fkey"),
        _same_clinic("pin", "account_id", "account"),
        sa.PrimaryKeyConstraint("clinic_id", "account_id", name="pin_pkey"),
    )


def downgrade() -> None:
    for table in ("pin", "shift", "station"):
        op.drop_table(table)
