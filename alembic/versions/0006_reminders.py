"""An alert says when it was last reminded of, so that a screen can sound it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What was reminded of before this column was there is known from the steps of its life.
KNOWN = """
UPDATE alert SET reminded_at = (
    SELECT max(step.at) FROM alert_transition AS step
    WHERE step.clinic_id = alert.clinic_id AND step.alert_id = alert.id
        AND step.step = 'reminded' AND step.at >= alert.acknowledged_at
)
WHERE acknowledged_at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("alert", sa.Column("reminded_at", sa.BigInteger()))
    op.execute(KNOWN)


def downgrade() -> None:
    op.drop_column("alert", "reminded_at")
