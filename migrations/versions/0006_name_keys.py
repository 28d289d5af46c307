"""People are found by the keys of their names (pinyin, given name, dots left out), and by their village

Everybody known before waits for keys: `make database` writes them right after this, and until then they are found
by the characters of their names.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from models.people import name_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OLD_INDEXES = {
    "ix_worker_county_name": ["county_code", "name", "id"],
    "ix_worker_county_initials": ["county_code", "name_initials", "id"],
}
NAME = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "name_key",
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_name_key_worker_id_worker"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("county_code", "key", "worker_id", name=op.f("pk_name_key")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_key_worker_id", "name_key", ["worker_id"])
    op.create_table(
        "name_waiting",
        sa.Column("worker_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_name_waiting_worker_id_worker"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_name_waiting")),
    )
    op.execute("INSERT INTO name_waiting (worker_id) SELECT id FROM worker")
    name_index.watch(op.get_bind())
    for name in OLD_INDEXES:
        op.drop_index(name, table_name="worker")
    op.execute("ALTER TABLE worker DROP COLUMN name_initials")
    place_collation("C")
    op.create_index("ix_worker_county_village", "worker", ["county_code", "village", "id"])


def downgrade() -> None:
    op.drop_index("ix_worker_county_village", table_name="worker")
    place_collation("default")
    op.add_column("worker", sa.Column("name_initials", NAME, nullable=False, server_default=""))
    for name, columns in OLD_INDEXES.items():
        op.create_index(name, "worker", columns)
    name_index.unwatch(op.get_bind())
    op.drop_table("name_waiting")
    op.drop_table("name_key")


def place_collation(collation: str) -> None:
    """On PostgreSQL an index answers "begins with" only under the "C" collation."""
    if op.get_bind().dialect.name == "postgresql":
        for name in ("township", "village"):
            op.execute(f'ALTER TABLE worker ALTER COLUMN {name} TYPE VARCHAR(40) COLLATE "{collation}"')
