"""How a roster was understood, and what people said to it: rows and columns left out, cells corrected

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = (
    sa.Column("reading", sa.LargeBinary(), nullable=True),
    sa.Column("answers", sa.LargeBinary(), nullable=True),
    sa.Column("left_out_columns", sa.JSON(), nullable=False, server_default="[]"),
)
ROW = (
    sa.Column("is_left_out", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("kinds", sa.String(length=400), nullable=False, server_default=""),
    sa.Column("id_digest", sa.String(length=64), nullable=False, server_default=""),
    sa.Column("household_code", sa.String(length=20), nullable=False, server_default=""),
)
INDEXES = (
    ("ix_import_row_batch_person", ["batch_id", "id_digest"]),
    ("ix_import_row_batch_household", ["batch_id", "household_code"]),
)


def upgrade() -> None:
    for column in BATCH:
        op.add_column("import_batch", column)
    for column in ROW:
        op.add_column("import_row", column)
    for name, columns in INDEXES:
        op.create_index(name, "import_row", columns)


def downgrade() -> None:
    for name, _columns in INDEXES:
        op.drop_index(name, "import_row")
    for column in ROW:
        op.drop_column("import_row", column.name)
    for column in BATCH:
        op.drop_column("import_batch", column.name)
