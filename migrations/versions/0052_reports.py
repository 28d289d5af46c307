"""Reports: definitions of figures, figures told with a document, frozen reports, kept figures

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

from models.append_only import protect, protect_when, unprotect, unprotect_when


revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('kept_figure',
    sa.Column('helper_code', sa.String(length=9), nullable=False),
    sa.Column('recipient_code', sa.String(length=9), nullable=False),
    sa.Column('county_code', sa.String(length=9), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('is_earlier', sa.Boolean(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('whole', sa.BigInteger(), nullable=False),
    sa.Column('unknown', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_figure')),
    sa.UniqueConstraint('helper_code', 'recipient_code', 'month', 'is_earlier', 'key', 'county_code', name=op.f('uq_kept_figure_helper_code_recipient_code_month_is_earlier_key_county_code'))
    )
    with op.batch_alter_table('kept_figure', schema=None) as batch_op:
        batch_op.create_index('ix_kept_figure_month', ['month', 'key', 'county_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_kept_figure_recipient_code'), ['recipient_code'], unique=False)

    op.create_table('indicator',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('formula', sa.String(length=40), nullable=False),
    sa.Column('document_aspect', sa.String(length=40), nullable=True),
    sa.Column('national_aspect', sa.String(length=40), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('reporter', sa.String(length=40), nullable=False),
    sa.Column('evidence', sa.String(length=120), nullable=False),
    sa.Column('counted_once', sa.String(length=120), nullable=False),
    sa.Column('least_evidence', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('entered', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('effect', sa.JSON(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_indicator_created_by_id_user_account')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_indicator_proposed_by_id_user_account')),
    sa.ForeignKeyConstraint(['released_by_id'], ['user_account.id'], name=op.f('fk_indicator_released_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator')),
    sa.UniqueConstraint('key', 'version_number', name=op.f('uq_indicator_key_version_number'))
    )
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_indicator_key'), ['key'], unique=False)

    op.create_table('told_figure',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('helper_code', sa.String(length=9), nullable=False),
    sa.Column('recipient_code', sa.String(length=9), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('document', sa.String(length=160), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('told_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_told_figure_amount')),
    sa.ForeignKeyConstraint(['told_by_id'], ['user_account.id'], name=op.f('fk_told_figure_told_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_told_figure'))
    )
    with op.batch_alter_table('told_figure', schema=None) as batch_op:
        batch_op.create_index('ix_told_figure_pair', ['helper_code', 'recipient_code', 'key', 'on'], unique=False)
        batch_op.create_index(batch_op.f('ix_told_figure_recipient_code'), ['recipient_code'], unique=False)

    op.create_table('report',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('helper_code', sa.String(length=9), nullable=False),
    sa.Column('recipient_code', sa.String(length=9), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('drafted_end', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('definitions', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('figures_digest', sa.String(length=64), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('drafted_by_id', sa.Integer(), nullable=True),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_on <= "on"', name=op.f('ck_report_days')),
    sa.ForeignKeyConstraint(['checked_by_id'], ['user_account.id'], name=op.f('fk_report_checked_by_id_user_account')),
    sa.ForeignKeyConstraint(['corrects_id'], ['report.id'], name=op.f('fk_report_corrects_id_report')),
    sa.ForeignKeyConstraint(['drafted_by_id'], ['user_account.id'], name=op.f('fk_report_drafted_by_id_user_account')),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_report_job_id_job')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_report_corrects_id')),
    sa.UniqueConstraint('kind', 'on', 'helper_code', 'recipient_code', 'number', name=op.f('uq_report_kind_on_helper_code_recipient_code_number'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index('ix_report_on_state', ['on', 'state', 'id'], unique=False)
        batch_op.create_index('ix_report_pair_on', ['helper_code', 'recipient_code', 'on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_recipient_code'), ['recipient_code'], unique=False)

    op.create_table('frozen_figure',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('definition_version', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_frozen_figure_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_frozen_figure')),
    sa.UniqueConstraint('report_id', 'key', name=op.f('uq_frozen_figure_report_id_key'))
    )
    protect(op.get_bind(), "frozen_figure")
    protect_when(op.get_bind(), "report", "frozen", "state = 'frozen'")


def downgrade() -> None:
    unprotect_when(op.get_bind(), "report", "frozen")
    unprotect(op.get_bind(), "frozen_figure")
    op.drop_table('frozen_figure')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_recipient_code'))
        batch_op.drop_index('ix_report_pair_on')
        batch_op.drop_index('ix_report_on_state')

    op.drop_table('report')
    with op.batch_alter_table('told_figure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_told_figure_recipient_code'))
        batch_op.drop_index('ix_told_figure_pair')

    op.drop_table('told_figure')
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_indicator_key'))

    op.drop_table('indicator')
    with op.batch_alter_table('kept_figure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_figure_recipient_code'))
        batch_op.drop_index('ix_kept_figure_month')

    op.drop_table('kept_figure')

