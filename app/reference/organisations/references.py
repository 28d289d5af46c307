"""Every column that points at an organisation, read from the tables themselves: a new one is moved by a merge
without being named here, only its word for people is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint, select
from sqlalchemy.orm import Session

from models.base import Base
from models.i18n import N_
from models.reference.organisation import Organisation

TABLE_LABELS: Mapping[str, str] = {
    "role_grant": N_("授权"),
    "account_request": N_("账号申请"),
    "match_run": N_("匹配"),
    "settlement_case": N_("落户案件"),
    "settlement_document": N_("落户材料"),
    "person_fact": N_("在职证明"),
    "job_order": N_("岗位单"),
    "order_batch": N_("批量上传"),
    "order_column": N_("表头说明"),
    "placement": N_("推荐与录用"),
    "training_order": N_("培训订单"),
    "training_bid": N_("培训报价"),
    "training_agreement": N_("培训协议"),
    "cohort": N_("培训班"),
    "enrolment": N_("学员"),
    "certificate": N_("证书"),
    "result_batch": N_("成绩表"),
    "lesson": N_("课次"),
    "timetable_batch": N_("课程表"),
    "claim": N_("补贴申请"),
    "occupation_word": N_("工种用语"),
    "problem": N_("反映的问题"),
    "resident_contact": N_("驻厂员"),
    "early_warning": N_("关心名单"),
    "staying_summary": N_("谁留下、谁走了"),
    "staying_sum": N_("谁留下、谁走了"),
    "monthly_roster": N_("月度花名册"),
    "roster_line": N_("月度花名册的行"),
    "roster_batch": N_("上传的月度花名册"),
    "difference": N_("两头对不上的地方"),
    "employment_spell": N_("用工经历"),
    "newcomer": N_("外地已登记的人"),
    "newcomer_batch": N_("上传的在岗人员表"),
    "hand_over": N_("接收名单"),
    "register_entry": N_("协作台账"),
    "care": N_("备注、提醒和经办人"),
}


@dataclass(frozen=True)
class Reference:
    """One column; ``unique_with``: the other columns of each key it is part of."""

    table: Table
    column: Column[int]
    unique_with: tuple[tuple[Column[object], ...], ...]


@cache
def references() -> tuple[Reference, ...]:
    """All columns of all tables that point at an organisation, but the one that says it was merged."""
    mine: Table = Organisation.__table__  # type: ignore[assignment]
    return tuple(
        Reference(table, column, _keys(table, column))
        for table in Base.metadata.sorted_tables
        if table is not mine
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table is mine
        for column in constraint.columns
    )


def _keys(table: Table, column: Column[int]) -> tuple[tuple[Column[object], ...], ...]:
    keys = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [list(index.columns) for index in table.indexes if index.unique]
    return tuple(
        tuple(other for other in key if other is not column)
        for key in keys
        if any(one is column for one in key)
    )


def is_anywhere(session: Session, organisation: Organisation) -> bool:
    """Whether any row points at an organisation."""
    return any(
        session.scalar(select(one.column).where(one.column == organisation.id).limit(1)) is not None
        for one in references()
    )
