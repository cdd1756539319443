"""People, places, devices, patients and protocols."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _clinic()
    _account()
    _login()
    _token()
    _gateway()
    _chair()
    _device()
    _device_stay()
    _patient()
    _protocol_version()
    _meta()


def downgrade() -> None:
    op.drop_table("meta")
    op.drop_table("protocol_version")
    op.drop_table("patient")
    op.drop_table("device_stay")
    op.drop_table("device")
    op.drop_table("chair")
    op.drop_table("gateway")
    op.drop_table("token")
    op.drop_table("login")
    op.drop_table("account")
    op.drop_table("clinic")


def _clinic() -> None:
    op.create_table(
        "clinic",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("position_reserved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", name="clinic_pkey"),
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="account_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="account_pkey"),
        sa.UniqueConstraint("username", name="account_username_key"),
    )


def _login() -> None:
    op.create_table(
        "login",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["clinic_id", "account_id"], ["account.clinic_id", "account.id"], name="login_clinic_id_account_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="login_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="login_pkey"),
        sa.UniqueConstraint("secret_sha256", name="login_secret_sha256_key"),
    )


def _token() -> None:
    op.create_table(
        "token",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["clinic_id", "account_id"], ["account.clinic_id", "account.id"], name="token_clinic_id_account_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="token_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="token_pkey"),
        sa.UniqueConstraint("secret_sha256", name="token_secret_sha256_key"),
    )


def _gateway() -> None:
    op.create_table(
        "gateway",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("offset_us", sa.BigInteger()),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="gateway_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="gateway_pkey"),
        sa.UniqueConstraint("key_sha256", name="gateway_key_sha256_key"),
    )


def _chair() -> None:
    op.create_table(
        "chair",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("room", sa.Text()),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="chair_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="chair_pkey"),
    )


def _device() -> None:
    op.create_table(
        "device",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("gateway_id", sa.Uuid()),
        sa.Column("chair_id", sa.Uuid()),
        sa.Column("interval_ms", sa.Integer(), nullable=False),
        sa.CheckConstraint("interval_ms > 0", name="device_interval_check"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "chair_id"], ["chair.clinic_id", "chair.id"], name="device_clinic_id_chair_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "gateway_id"], ["gateway.clinic_id", "gateway.id"], name="device_clinic_id_gateway_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="device_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="device_pkey"),
        sa.UniqueConstraint("clinic_id", "gateway_id", "code", name="device_clinic_id_gateway_id_code_key"),
    )


def _device_stay() -> None:
    op.create_table(
        "device_stay",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("chair_id", sa.Uuid()),
        sa.Column("by", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["clinic_id", "chair_id"], ["chair.clinic_id", "chair.id"], name="device_stay_clinic_id_chair_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"], ["device.clinic_id", "device.id"], name="device_stay_clinic_id_device_id_fkey"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="device_stay_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "device_id", "from_at", name="device_stay_pkey"),
    )


def _patient() -> None:
    op.create_table(
        "patient",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mrn", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text()),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="patient_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="patient_pkey"),
        sa.UniqueConstraint("clinic_id", "mrn", name="patient_clinic_id_mrn_key"),
    )


def _protocol_version() -> None:
    op.create_table(
        "protocol_version",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.CheckConstraint("version > 0", name="protocol_version_version_check"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="protocol_version_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "code", "version", name="protocol_version_pkey"),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name="meta_clinic_id_fkey"),
        sa.PrimaryKeyConstraint("clinic_id", "key", name="meta_pkey"),
    )
