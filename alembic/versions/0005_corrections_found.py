"""Finds the few corrections of readings among a clinic's whole journal: every look at a session asks for them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "journal_correction_idx",
        "journal",
        ["clinic_id", "position"],
        postgresql_where=sa.text("kind = 'readings_corrected'"),
    )


def downgrade() -> None:
    op.drop_index("journal_correction_idx", "journal")
