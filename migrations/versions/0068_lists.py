"""Lists taken along, and filters kept

Revision ID: 0068
Revises: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('list_export',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('listing', sa.String(length=60), nullable=False),
    sa.Column('asked', sa.LargeBinary(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=True),
    sa.Column('is_cut', sa.Boolean(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_list_export_job_id_job')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_list_export_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_export'))
    )
    with op.batch_alter_table('list_export', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_list_export_user_id'), ['user_id'], unique=False)

    op.create_table('saved_list',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('listing', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('asked', sa.LargeBinary(), nullable=False),
    sa.Column('hidden', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_saved_list_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_list')),
    sa.UniqueConstraint('user_id', 'listing', 'name', name=op.f('uq_saved_list_user_id_listing_name'))
    )


def downgrade() -> None:
    op.drop_table('saved_list')
    with op.batch_alter_table('list_export', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_list_export_user_id'))

    op.drop_table('list_export')
