"""An organisation's area is its own: a school sits in its county, not in a city of Guangdong

A school that was registered in a city gets the county of its first agreement; one without an agreement keeps
its area until somebody corrects it.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FIRST_COUNTY = """
    SELECT county_code FROM training_agreement
    WHERE training_agreement.school_id = organisation.id ORDER BY training_agreement.id LIMIT 1
"""


def upgrade() -> None:
    op.drop_index("ix_organisation_city_code", "organisation")
    op.alter_column("organisation", "city_code", new_column_name="area_code")
    op.create_index("ix_organisation_area_code", "organisation", ["area_code"])
    is_elsewhere = f"kind = 'school' AND area_code LIKE '44%' AND ({FIRST_COUNTY}) IS NOT NULL"
    op.execute(f"UPDATE organisation SET area_code = ({FIRST_COUNTY}) WHERE {is_elsewhere}")  # noqa: S608


def downgrade() -> None:
    op.drop_index("ix_organisation_area_code", "organisation")
    op.alter_column("organisation", "area_code", new_column_name="city_code")
    op.create_index("ix_organisation_city_code", "organisation", ["city_code"])
