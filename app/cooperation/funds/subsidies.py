"""Travel and retention subsidies: who is entitled by the county's rule, the list, its payment to the ledger.

The caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.cooperation.funds.operations import own_county
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.cooperation.fund import FundItemKind
from models.cooperation.fund_ledger import post_subsidy, subsidy_item
from models.cooperation.work_subsidy import (
    SUBSIDY_LIST_WORKFLOW,
    SUBSIDY_RULE_WORKFLOW,
    SubsidyLine,
    SubsidyList,
    SubsidyRule,
    SubsidyRuleState,
)
from models.employment.spell import EmploymentSpell, SpellEvidence
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.category import people_who_count
from models.people.worker import Worker
from models.reference.target_category import CategoryUse
from models.workflow import TransitionRefused

S = EmploymentSpell
MOST_LINES, PAGE = 2000, 50
NOBODY = Sentence("现在没有人符合这条标准、又没有领过。")
RULE_ENDED = Sentence("这条标准已经不再用了。")
TAKEN = Sentence("同一种补贴、同一段日子已经有一条标准了，先让那一条不再用。")
UNCOMPARED = Sentence("这条标准还是待核的：先由另一个人和文件核对，再支付。")
NO_ITEM = Sentence("先在“协作资金”里登记今年的这种补贴并安排资金，再支付。")
LATER = Sentence("支付日期不能晚于今天，也不能早于列名单那天。")
LISTED_TWICE = Sentence(
    "名单里有 %(n)s 人后来查明和别的记录是同一人，已经领过或另外列着：先选“不支付”，再重新列名单。"
)
OTHER_YEAR = Sentence("这是 %(year)s 年的名单，要用 %(year)s 年的资金在当年支付。")


def enter_rule(session: Session, actor: Actor, values: dict[str, Any]) -> SubsidyRule:
    """A county's rule with its source, 待核. Raises TransitionRefused beside another of the same days."""
    rule = SubsidyRule(county_code=own_county(actor), entered_by_id=actor.user_id, **values)
    R = SubsidyRule
    beside = select(R.id).where(
        R.county_code == rule.county_code,
        R.kind == rule.kind,
        R.state != SubsidyRuleState.ENDED,
        or_(R.valid_to.is_(None), R.valid_to >= rule.valid_from),
    )
    if rule.valid_to is not None:
        beside = beside.where(R.valid_from <= rule.valid_to)
    if session.scalar(beside.limit(1)) is not None:
        raise TransitionRefused(TAKEN)
    session.add(rule)
    session.flush()
    record(session, actor, EventTag.SUBSIDY_RULE_WRITE, rule, kind=rule.kind, amount_fen=rule.amount_fen)
    return rule


# --- who is entitled ------------------------------------------------------------------------------------


def entitled(rule: SubsidyRule, on: date) -> Select[EmploymentSpell]:
    """The spells by which people of the county are entitled in the year of ``on``, by that day.

    Work outside the home province of people whom the register is for; begun in the year (travel), or full of
    its months in the year and shown on that day or later (retention).
    """
    since = date(on.year, 1, 1)
    rows = (
        select(S)
        .join(Worker, Worker.id == S.worker_id)
        .where(
            S.county_code == rule.county_code,
            S.place_code != "",
            func.substr(S.place_code, 1, 2) != rule.county_code[:2],
            Worker.merged_into_id.is_(None),
            Worker.erased_at.is_(None),
            S.worker_id.in_(people_who_count(CategoryUse.SUPPORT, on)),
        )
    )
    if not rule.months:
        return rows.where(S.began_on.between(since, on), S.evidence_level >= rule.least_evidence)
    day = S.stays_three_on if rule.months == 3 else S.stays_six_on
    return rows.where(
        day.between(since, on),
        or_(S.ended_on.is_(None), S.ended_on >= day),
        _shown_at(day.expression) >= rule.least_evidence,
    )


def _shown_at(day: ColumnElement[date]) -> ColumnElement[int]:
    best = select(func.max(SpellEvidence.level)).where(
        SpellEvidence.spell_id == S.id, SpellEvidence.shown_on >= day, SpellEvidence.says_left.is_(False)
    )
    return func.coalesce(best.correlate(S).scalar_subquery(), 0)


def payment_key(worker: Worker, kind: FundItemKind, year: int) -> str:
    """What stands for "this person, this subsidy, this year"."""
    return f"{worker.id_digest}:{kind.value}:{year}"


def propose(session: Session, actor: Actor, rule: SubsidyRule, on: date) -> SubsidyList:
    """List whoever is entitled by ``on`` and was not listed for the year, each once, at most ``MOST_LINES``.

    Raises TransitionRefused for nobody, and for a rule that is not in force on the day.
    """
    session.refresh(rule, with_for_update=True)
    if rule.state is SubsidyRuleState.ENDED or on < rule.valid_from or (rule.valid_to and on > rule.valid_to):
        raise TransitionRefused(RULE_ENDED)
    listed = select(SubsidyLine.payment_key).where(
        SubsidyLine.county_code == rule.county_code, SubsidyLine.payment_key.is_not(None)
    )
    known = set(session.scalars(listed))
    rows = entitled(rule, on).options(joinedload(S.worker)).order_by(S.worker_id, S.began_on, S.id)
    chosen: dict[str, EmploymentSpell] = {}
    for spell in session.scalars(rows):
        key = payment_key(spell.worker, rule.kind, on.year)
        if key not in known and key not in chosen:
            chosen[key] = spell
        if len(chosen) == MOST_LINES:
            break
    if not chosen:
        raise TransitionRefused(NOBODY)
    return _listed(session, actor, rule, on, chosen)


def _listed(
    session: Session, actor: Actor, rule: SubsidyRule, on: date, chosen: dict[str, EmploymentSpell]
) -> SubsidyList:
    paper = SubsidyList(
        rule_id=rule.id,
        county_code=rule.county_code,
        kind=rule.kind,
        year=on.year,
        listed_on=on,
        people=len(chosen),
        amount_fen=len(chosen) * rule.amount_fen,
        proposed_by_id=actor.user_id,
    )
    session.add(paper)
    session.flush()
    session.add_all(
        SubsidyLine(
            list_id=paper.id,
            worker_id=spell.worker_id,
            spell_id=spell.id,
            county_code=rule.county_code,
            amount_fen=rule.amount_fen,
            payment_key=key,
        )
        for key, spell in chosen.items()
    )
    session.flush()
    told = {"rows": paper.people, "amount_fen": paper.amount_fen, "kind": paper.kind}
    record(session, actor, EventTag.SUBSIDY_LIST_CREATE, paper, **told)
    return paper


@dataclass(frozen=True)
class Paid:
    """When the money left, by which voucher."""

    on: date
    voucher: str


def pay(session: Session, actor: Actor, paper: SubsidyList, paid: Paid, today: date, now: datetime) -> None:
    """Note the payment of a list, and post it into the cooperation's ledger, a posting a person.

    Raises TransitionRefused for a rule that is 待核, without money allocated, beyond it, and for who listed.
    """
    session.refresh(paper, with_for_update=True)
    if paper.rule.state is SubsidyRuleState.UNCOMPARED:
        raise TransitionRefused(UNCOMPARED)
    if not paper.listed_on <= paid.on <= today:
        raise TransitionRefused(LATER)
    if paid.on.year != paper.year:
        raise TransitionRefused(Sentence(OTHER_YEAR.text, {"year": paper.year}))
    if subsidy_item(session, paper.county_code, paper.year, paper.kind) is None:
        raise TransitionRefused(NO_ITEM)
    lines = lines_of(session, paper)
    if twice := [line for line in lines if line.payment_key is None]:
        raise TransitionRefused(Sentence(LISTED_TWICE.text, {"n": len(twice)}))
    SUBSIDY_LIST_WORKFLOW.advance(session, paper, "pay_list", actor, now)
    paper.paid_on, paper.voucher = paid.on, paid.voucher
    for line in lines:
        post_subsidy(
            session, actor, paper.kind, paper.county_code, line.amount_fen, paid.on, line, paid.voucher
        )


def refuse(session: Session, actor: Actor, paper: SubsidyList, reason: str, now: datetime) -> None:
    """Nothing of a list is paid: its people may be listed again."""
    SUBSIDY_LIST_WORKFLOW.advance(session, paper, "refuse_list", actor, now, reason)
    for line in lines_of(session, paper):
        line.payment_key = None


def advance_rule(
    session: Session, actor: Actor, rule: SubsidyRule, event: str, now: datetime, reason: str = ""
) -> None:
    """Compared with its paper by a second person, or no more used."""
    SUBSIDY_RULE_WORKFLOW.advance(session, rule, event, actor, now, reason)


# --- reads ----------------------------------------------------------------------------------------------


def lines_of(session: Session, paper: SubsidyList) -> Sequence[SubsidyLine]:
    """The lines of a list, at most MOST_LINES."""
    return session.scalars(
        select(SubsidyLine).where(SubsidyLine.list_id == paper.id).order_by(SubsidyLine.id)
    ).all()


def rules(session: Session, actor: Actor) -> Sequence[SubsidyRule]:
    """The rules the reader may see, the newest first."""
    rows = select(SubsidyRule).order_by(SubsidyRule.id.desc()).limit(PAGE)
    return session.scalars(visible_to(actor, rows, SubsidyRule, Permission.FUND_READ)).all()


def lists(session: Session, actor: Actor) -> Sequence[SubsidyList]:
    """The lists the reader may see, the newest first."""
    rows = select(SubsidyList).order_by(SubsidyList.id.desc()).limit(PAGE)
    return session.scalars(visible_to(actor, rows, SubsidyList, Permission.FUND_READ)).all()
