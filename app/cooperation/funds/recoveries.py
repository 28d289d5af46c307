"""Subsidies to come back: whose ground fell away after the payment, what is asked back, what came back.

The caller commits.
"""

from collections.abc import Sequence
from typing import NamedTuple

from flask import url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from app.cooperation.funds.subsidies import entitled
from app.kit.web.navigation import Task
from models.access import Actor, Permission, count_and_first, visible_to
from models.cooperation.subsidy_recovery import SubsidyRecovery, SubsidyRecoveryState
from models.cooperation.work_subsidy import (
    SubsidyLine,
    SubsidyList,
    SubsidyListState,
    SubsidyRule,
    SubsidyRuleState,
)
from models.employment.spell import EmploymentSpell
from models.i18n import N_, Sentence, counted
from models.numbers import yuan
from models.second_person import others

PAGE = 50
HERE = "funds.index"
P = Permission


class Line(NamedTuple):
    """A line of a list: whether the ground still holds, and the recovery where it is asked back."""

    row: SubsidyLine
    holds: bool
    recovery: SubsidyRecovery | None


def lines(
    session: Session, actor: Actor, paper: SubsidyList, after: int = 0, fallen: bool = False
) -> tuple[list[Line], int | None]:
    """A page of a list's lines whose people the reader may see, and the next key; ``fallen``: only those
    whose ground has fallen away since."""
    holds = _holds(paper)
    rows = (
        select(SubsidyLine, holds)
        .where(SubsidyLine.list_id == paper.id, SubsidyLine.id > after)
        .options(joinedload(SubsidyLine.worker), joinedload(SubsidyLine.spell))
        .order_by(SubsidyLine.id)
        .limit(PAGE + 1)
    )
    if fallen:
        rows = rows.where(~holds)
    told = session.execute(visible_to(actor, rows, SubsidyLine, P.WORKER_READ)).all()
    asked = _asked_back(session, [row.id for row, _ in told])
    page = [Line(row, bool(still), asked.get(row.id)) for row, still in told[:PAGE]]
    return page, page[-1].row.id if len(told) > PAGE else None


def _holds(paper: SubsidyList) -> ColumnElement[bool]:
    """Whether the line's spell still entitles by the list's rule, as of the day it was listed."""
    spell = entitled(paper.rule, paper.listed_on).with_only_columns(EmploymentSpell.id)
    return spell.where(EmploymentSpell.id == SubsidyLine.spell_id).correlate(SubsidyLine).exists()


def fallen_count(session: Session, paper: SubsidyList) -> int:
    """Of how many people of a list the ground fell away since it was listed."""
    rows = select(func.count()).where(SubsidyLine.list_id == paper.id, ~_holds(paper))
    return session.scalar(rows) or 0


def _asked_back(session: Session, numbers: list[int]) -> dict[int, SubsidyRecovery]:
    rows = select(SubsidyRecovery).where(SubsidyRecovery.line_id.in_(numbers)).order_by(SubsidyRecovery.id)
    return {one.line_id: one for one in session.scalars(rows)}


def recoveries(
    session: Session, actor: Actor, state: SubsidyRecoveryState, after: int = 0
) -> tuple[Sequence[SubsidyRecovery], int | None]:
    """One page of recoveries, those that wait longest first, and the next key."""
    R = SubsidyRecovery
    line = joinedload(R.line)
    rows = (
        select(R)
        .where(R.state == state, R.id > after)
        .options(line.joinedload(SubsidyLine.worker), line.joinedload(SubsidyLine.paper))
        .order_by(R.id)
        .limit(PAGE + 1)
    )
    told = session.scalars(visible_to(actor, rows, R, P.FUND_READ)).all()
    return told[:PAGE], told[PAGE - 1].id if len(told) > PAGE else None


# --- what waits -----------------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor) -> list[Task]:
    """For whoever pays: rules to compare and lists to pay that another wrote, money to come back."""
    if not actor.can(P.FUND_PAY):
        return []
    return [
        *_rules(session, actor),
        *_lists(session, actor),
        *_to_recover(session, actor),
    ]


def _rules(session: Session, actor: Actor) -> list[Task]:
    mine = others(session, actor, SubsidyRule.entered_by_id)
    count, first = count_and_first(
        session, actor, SubsidyRule, P.FUND_PAY, SubsidyRule.state == SubsidyRuleState.UNCOMPARED, mine
    )
    if first is None:
        return []
    reason = Sentence("依据：%(source)s", {"source": first.source})
    words = counted(count, "条补贴标准等你和文件核对")
    return [Task(count, words, reason, url_for("funds.subsidies"), N_("去核对"), HERE)]


def _lists(session: Session, actor: Actor) -> list[Task]:
    mine = others(session, actor, SubsidyList.proposed_by_id)
    count, first = count_and_first(
        session, actor, SubsidyList, P.FUND_PAY, SubsidyList.state == SubsidyListState.PROPOSED, mine
    )
    if first is None:
        return []
    told = {"kind": first.kind, "n": first.people, "sum": yuan(first.amount_fen)}
    reason = Sentence("%(kind)s：%(n)s 人，%(sum)s", told)
    words = counted(count, "份补贴名单等你支付")
    return [Task(count, words, reason, url_for("funds.subsidy_list", list_id=first.id), N_("去支付"), HERE)]


def _to_recover(session: Session, actor: Actor) -> list[Task]:
    R = SubsidyRecovery
    rows = select(func.count(), func.sum(R.amount_fen)).where(R.state == SubsidyRecoveryState.OPEN)
    count, fen = session.execute(visible_to(actor, rows, R, P.FUND_PAY)).one()
    reason = Sentence("一共 %(sum)s，钱回来以后登记", {"sum": yuan(int(fen or 0))})
    words = counted(count, "笔交通、稳岗补贴要追回")
    url = url_for("funds.subsidy_recoveries")
    return [Task(count, words, reason, url, N_("去追回"), HERE)] if count else []
