"""People without a township of their county are found by index

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_worker_no_town",
        "worker",
        ["county_code", "id"],
        sqlite_where=sa.text("township_code IS NULL"),
        postgresql_where=sa.text("township_code IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_worker_no_town", "worker")
