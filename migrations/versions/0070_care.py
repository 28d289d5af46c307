"""Cases in hand, notes; what is done to many rows at once

Revision ID: 0070
Revises: 0069
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('care',
    sa.Column('office', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('assigned_to_id', sa.Integer(), nullable=True),
    sa.Column('remind_on', sa.Date(), nullable=True),
    sa.Column('remind_for_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assigned_to_id'], ['user_account.id'], name=op.f('fk_care_assigned_to_id_user_account')),
    sa.ForeignKeyConstraint(['remind_for_id'], ['user_account.id'], name=op.f('fk_care_remind_for_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care')),
    sa.UniqueConstraint('office', 'kind', 'subject_id', name=op.f('uq_care_office_kind_subject_id'))
    )
    with op.batch_alter_table('care', schema=None) as batch_op:
        batch_op.create_index('ix_care_assigned', ['assigned_to_id', 'kind', 'subject_id'], unique=False)
        batch_op.create_index('ix_care_remind', ['remind_for_id', 'remind_on'], unique=False)

    op.create_table('care_note',
    sa.Column('care_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['care_id'], ['care.id'], name=op.f('fk_care_note_care_id_care')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_care_note_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_note'))
    )
    with op.batch_alter_table('care_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_care_note_care_id'), ['care_id'], unique=False)

    op.create_table('bulk_act',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('listing', sa.String(length=60), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('chosen', sa.JSON(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_bulk_act_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_act'))
    )
    with op.batch_alter_table('bulk_act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_act_user_id'), ['user_id'], unique=False)

    op.create_table('bulk_change',
    sa.Column('act_id', sa.Integer(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['act_id'], ['bulk_act.id'], name=op.f('fk_bulk_change_act_id_bulk_act')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_change'))
    )
    with op.batch_alter_table('bulk_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_change_act_id'), ['act_id'], unique=False)


def downgrade() -> None:
    for table in ('bulk_change', 'bulk_act', 'care_note', 'care'):
        op.drop_table(table)
