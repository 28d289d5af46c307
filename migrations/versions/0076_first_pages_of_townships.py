"""What first pages count, of a township too, off an index: places by state, whom nobody asked

Revision ID: 0076
Revises: 0075
"""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

IN_LINE = ["state_since", "created_at", "respond_by"]
COUNTY, TOWN, OLD_TOWN = "ix_placement_county_state", "ix_placement_town_state", "ix_placement_township_code"
UNASKED, WHERE = "ix_worker_town_unasked", sa.text("willing IS NULL AND merged_into_id IS NULL")


def upgrade() -> None:
    op.drop_index(COUNTY, "placement")
    op.create_index(COUNTY, "placement", ["county_code", "state", "id", *IN_LINE, "asked_at"])
    op.create_index(TOWN, "placement", ["township_code", "state", "id", *IN_LINE, "asked_at", "city_code"])
    op.drop_index(OLD_TOWN, "placement")
    op.create_index(
        UNASKED, "worker", ["township_code", "state", "id"], sqlite_where=WHERE, postgresql_where=WHERE
    )
    # Nothing is kept of townships yet: pages count themselves until the next counting, within ten minutes.
    op.execute("DELETE FROM summary")


def downgrade() -> None:
    op.drop_index(UNASKED, "worker")
    op.create_index(OLD_TOWN, "placement", ["township_code"])
    op.drop_index(TOWN, "placement")
    op.drop_index(COUNTY, "placement")
    op.create_index(COUNTY, "placement", ["county_code", "state", "id", *IN_LINE])
