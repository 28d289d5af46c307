"""The audit is append-only in the database itself

Revision ID: 0002
Revises: 0001
"""

from alembic import op

from models.append_only import protect, unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    protect(op.get_bind())


def downgrade() -> None:
    unprotect(op.get_bind())
