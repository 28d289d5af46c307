"""Rosters of townships: who sent them, when they were handed in to the county, whether the outcome was read

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_batch", sa.Column("township_code", sa.String(length=9), nullable=True))
    op.add_column("import_batch", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("import_batch", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_import_batch_township_code", "import_batch", ["township_code"])


def downgrade() -> None:
    op.drop_index("ix_import_batch_township_code", "import_batch")
    for name in ("seen_at", "submitted_at", "township_code"):
        op.drop_column("import_batch", name)
