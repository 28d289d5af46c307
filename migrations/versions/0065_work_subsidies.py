"""Travel and retention subsidies: rules, lists, lines

Revision ID: 0065
Revises: 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('work_subsidy_rule',
    sa.Column('county_code', sa.String(length=9), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('least_evidence', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['county_code'], ['area.code'], name=op.f('fk_work_subsidy_rule_county_code_area')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user_account.id'], name=op.f('fk_work_subsidy_rule_entered_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_subsidy_rule'))
    )
    with op.batch_alter_table('work_subsidy_rule', schema=None) as batch_op:
        batch_op.create_index('ix_work_subsidy_rule_county', ['county_code', 'kind', 'valid_from'], unique=False)

    op.create_table('work_subsidy_list',
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('county_code', sa.String(length=9), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('listed_on', sa.Date(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('voucher', sa.String(length=60), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_work_subsidy_list_proposed_by_id_user_account')),
    sa.ForeignKeyConstraint(['rule_id'], ['work_subsidy_rule.id'], name=op.f('fk_work_subsidy_list_rule_id_work_subsidy_rule')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_subsidy_list'))
    )
    with op.batch_alter_table('work_subsidy_list', schema=None) as batch_op:
        batch_op.create_index('ix_work_subsidy_list_county', ['county_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_work_subsidy_list_rule_id'), ['rule_id'], unique=False)

    op.create_table('work_subsidy_line',
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('spell_id', sa.Integer(), nullable=False),
    sa.Column('county_code', sa.String(length=9), nullable=False),
    sa.Column('amount_fen', sa.Integer(), nullable=False),
    sa.Column('payment_key', sa.String(length=100), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['work_subsidy_list.id'], name=op.f('fk_work_subsidy_line_list_id_work_subsidy_list')),
    sa.ForeignKeyConstraint(['spell_id'], ['employment_spell.id'], name=op.f('fk_work_subsidy_line_spell_id_employment_spell')),
    sa.ForeignKeyConstraint(['worker_id'], ['worker.id'], name=op.f('fk_work_subsidy_line_worker_id_worker')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_subsidy_line')),
    sa.UniqueConstraint('payment_key', name=op.f('uq_work_subsidy_line_payment_key'))
    )
    with op.batch_alter_table('work_subsidy_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_subsidy_line_list_id'), ['list_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_work_subsidy_line_spell_id'), ['spell_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_work_subsidy_line_worker_id'), ['worker_id'], unique=False)


def downgrade() -> None:
    for table in ("work_subsidy_line", "work_subsidy_list", "work_subsidy_rule"):
        op.drop_table(table)
