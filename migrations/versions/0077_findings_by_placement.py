"""A city's findings that wait, with the placement of each, off one index

Revision ID: 0077
Revises: 0076
"""

from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

INDEX = "ix_follow_up_city_check"
BEFORE = ["city_code", "verified_at", "recorded_at", "id", "outcome", "recorded_by_id"]


def upgrade() -> None:
    op.drop_index(INDEX, "follow_up")
    op.create_index(INDEX, "follow_up", [*BEFORE, "placement_id"])


def downgrade() -> None:
    op.drop_index(INDEX, "follow_up")
    op.create_index(INDEX, "follow_up", BEFORE)
