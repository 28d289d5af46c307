"""Calls in rounds, sheets of answers, words that name no job, the telephones of county bureaus

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op


revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('county_office',
    sa.Column('county_code', sa.String(length=9), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('hours', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['county_code'], ['area.code'], name=op.f('fk_county_office_county_code_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_county_office')),
    sa.UniqueConstraint('county_code', name=op.f('uq_county_office_county_code'))
    )
    op.create_table('asking_batch',
    sa.Column('county_code', sa.String(length=9), nullable=False),
    sa.Column('township_code', sa.String(length=9), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('good', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('rows', sa.LargeBinary(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_asking_batch_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asking_batch'))
    )
    with op.batch_alter_table('asking_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_asking_batch_county_code'), ['county_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_asking_batch_township_code'), ['township_code'], unique=False)

    op.create_table('round_call',
    sa.Column('round', sa.String(length=40), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('purpose', sa.String(length=100), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('retry_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['holder_id'], ['user_account.id'], name=op.f('fk_round_call_holder_id_user_account')),
    sa.ForeignKeyConstraint(['worker_id'], ['worker.id'], name=op.f('fk_round_call_worker_id_worker')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_call')),
    sa.UniqueConstraint('round', 'worker_id', 'subject_id', name=op.f('uq_round_call_round_worker_id_subject_id'))
    )
    with op.batch_alter_table('round_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_call_worker_id'), ['worker_id'], unique=False)

    op.create_table('wish_word',
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('unit', sa.String(length=24), nullable=False),
    sa.Column('meaning', sa.String(length=40), nullable=False),
    sa.Column('amount_yuan', sa.Integer(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('filled', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_wish_word_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wish_word'))
    )
    with op.batch_alter_table('wish_word', schema=None) as batch_op:
        batch_op.create_index('ix_wish_word_unit', ['unit', 'word'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('wish_word', schema=None) as batch_op:
        batch_op.drop_index('ix_wish_word_unit')

    op.drop_table('wish_word')
    with op.batch_alter_table('round_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_round_call_worker_id'))

    op.drop_table('round_call')
    with op.batch_alter_table('asking_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_asking_batch_township_code'))
        batch_op.drop_index(batch_op.f('ix_asking_batch_county_code'))

    op.drop_table('asking_batch')
    op.drop_table('county_office')
