"""The definitions of figures reach databases that are older than they are

Revision ID: 0060
Revises: 0059
"""

from datetime import UTC, date, datetime
from enum import Enum

import sqlalchemy as sa
from alembic import op

from models.reports.standard_indicators import STANDARD

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

COLUMNS = (
    "key",
    "name",
    "formula",
    "document_aspect",
    "national_aspect",
    "unit",
    "reporter",
    "evidence",
    "counted_once",
    "weight",
    "least_evidence",
)
SAME = {
    "version_number": 1,
    "state": "live",
    "valid_from": date(2016, 1, 1),
    "valid_to": None,
    "entered": False,
    "reason": "",
    "version": 1,
}
INDICATOR = sa.table(
    "indicator",
    *(sa.column(name) for name in COLUMNS),
    *(sa.column(name) for name in ("version_number", "state", "entered", "reason", "version", "place")),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Only where there are facts at all: an empty database gets them with all the others."""
    connection = op.get_bind()
    if not connection.scalar(sa.text("SELECT count(*) FROM area")):
        return
    there = set(connection.scalars(sa.select(INDICATOR.c.key).where(INDICATOR.c.version_number == 1)))
    rows = [
        {name: _plain(getattr(one, name)) for name in COLUMNS}
        | SAME
        | {"place": place, "created_at": datetime.now(UTC)}
        for place, one in enumerate(STANDARD, 1)
        if one.key not in there
    ]
    if rows:
        op.bulk_insert(INDICATOR, rows)


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def downgrade() -> None:
    """They stay: reports may have been counted by them."""
