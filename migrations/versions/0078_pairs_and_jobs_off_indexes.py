"""Persons of a pair at work, and the jobs that most people left, read off indexes alone

Revision ID: 0078
Revises: 0077
"""

from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

PAIRS = "ix_employment_spell_county_place"
OF_JOBS = {
    "ix_staying_summary_county": "county_code",
    "ix_staying_summary_city": "city_code",
    "ix_staying_summary_enterprise": "enterprise_id",
}


def upgrade() -> None:
    op.create_index(
        PAIRS, "employment_spell", ["county_code", "place_code", "began_on", "ended_on", "worker_id"]
    )
    for name, column in OF_JOBS.items():
        op.drop_index(name, "staying_summary")
        op.create_index(name, "staying_summary", [column, "order_id", "left"])


def downgrade() -> None:
    for name, column in OF_JOBS.items():
        op.drop_index(name, "staying_summary")
        op.create_index(name, "staying_summary", [column, "order_id"])
    op.drop_index(PAIRS, "employment_spell")
