"""Who is responsible for which chair, what was offered to whom, the clinician on call, and opening checks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPEND_ONLY = ("offer_step", "assignment", "on_call", "opening_check")


def _id(name: str, *, null: bool = False) -> sa.Column[sa.Uuid]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _at(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _ids(name: str) -> sa.Column[list[sa.Uuid]]:
    return sa.Column(name, postgresql.ARRAY(sa.Uuid()), nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _same_clinic(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["clinic_id", column], [f"{of}.clinic_id", f"{of}.id"], name=f"{table}_clinic_id_{column}_fkey"
    )


def _clinic(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["clinic_id"], ["clinic.clinic_id"], name=f"{table}_clinic_id_fkey")


def upgrade() -> None:
    op.create_table(
        "offer",
        *(_id("clinic_id"), _id("id"), _text("kind"), _id("giver_id"), _id("receiver_id"), _at("made_at")),
        *(_ids("chair_ids"), _at("until", null=True), _text("note", null=True)),
        *(_text("state"), _at("settled_at", null=True)),
        sa.CheckConstraint("kind IN ('assign', 'hand_over', 'cover', 'on_call')", name="offer_kind_check"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'withdrawn', 'ended')", name="offer_state_check"),
        *(_clinic("offer"), _same_clinic("offer", "giver_id", "account")),
        _same_clinic("offer", "receiver_id", "account"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="offer_pkey"),
    )
    op.create_index("offer_open_idx", "offer", ["clinic_id"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "offer_step",
        *(_id("clinic_id"), _id("offer_id"), _id("id"), _number(), _at("at"), _id("by"), _text("step")),
        *(_id("chair_id", null=True), _id("alert_id", null=True)),
        *(_clinic("offer_step"), _same_clinic("offer_step", "offer_id", "offer")),
        *(_same_clinic("offer_step", "chair_id", "chair"), _same_clinic("offer_step", "alert_id", "alert")),
        sa.PrimaryKeyConstraint("clinic_id", "offer_id", "id", name="offer_step_pkey"),
    )
    op.create_table(
        "assignment",
        *(_id("clinic_id"), _id("chair_id"), _id("id"), _number(), _at("since"), _id("by")),
        *(_id("nurse_id", null=True), _id("covered_by", null=True), _id("offer_id", null=True)),
        *(_clinic("assignment"), _same_clinic("assignment", "chair_id", "chair")),
        *(_same_clinic("assignment", "nurse_id", "account"), _same_clinic("assignment", "covered_by", "account")),
        _same_clinic("assignment", "offer_id", "offer"),
        sa.PrimaryKeyConstraint("clinic_id", "chair_id", "id", name="assignment_pkey"),
    )
    op.create_index("assignment_newest_idx", "assignment", ["clinic_id", "chair_id", "number"])
    op.create_table(
        "taken_alert",
        *(_id("clinic_id"), _id("alert_id"), _id("by"), _at("at"), _id("offer_id"), _at("until", null=True)),
        *(_clinic("taken_alert"), _same_clinic("taken_alert", "alert_id", "alert")),
        *(_same_clinic("taken_alert", "by", "account"), _same_clinic("taken_alert", "offer_id", "offer")),
        sa.PrimaryKeyConstraint("clinic_id", "alert_id", name="taken_alert_pkey"),
    )
    op.create_index(
        "taken_alert_lasting_idx", "taken_alert", ["clinic_id"], postgresql_where=sa.text('"until" IS NULL')
    )
    op.create_table(
        "on_call",
        *(_id("clinic_id"), _id("id"), _number(), _id("account_id"), _at("since"), _id("by")),
        *(_clinic("on_call"), _same_clinic("on_call", "account_id", "account")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="on_call_pkey"),
    )
    op.create_index("on_call_newest_idx", "on_call", ["clinic_id", "number"])
    op.create_table(
        "opening_check",
        *(_id("clinic_id"), _id("id"), _text("day"), _at("signed_at"), _id("by"), _id("station_id", null=True)),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("answers", "notes")),
        *(_ids("chairs_confirmed"), _text("note", null=True)),
        sa.Column("seen", postgresql.JSONB(), nullable=False),
        *(_clinic("opening_check"), _same_clinic("opening_check", "by", "account")),
        _same_clinic("opening_check", "station_id", "station"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="opening_check_pkey"),
    )
    op.create_index("opening_check_day_idx", "opening_check", ["clinic_id", "day", "signed_at"])
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kat_append_only()"
        )


def downgrade() -> None:
    for table in ("opening_check", "on_call", "taken_alert", "assignment", "offer_step", "offer"):
        op.drop_table(table)
