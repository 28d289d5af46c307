"""The audit's rows say under which key they were sealed; older rows (0) stay as they are

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that would copy the table and leave its triggers behind.
    op.add_column("audit_event", sa.Column("key_id", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    sealed = sa.text("SELECT count(*) FROM audit_event WHERE key_id > 0")
    if op.get_bind().scalar(sealed):
        raise RuntimeError("rows of the audit are sealed under a key: the version before cannot verify them")
    op.drop_column("audit_event", "key_id")
