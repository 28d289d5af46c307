"""Travel and retention subsidies of one county of 百色 in the demo's own year: rules, a list that was paid,
one that waits for a second person, money that came back and money that is to come back."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import DEBAO, actor_named, colleague_of
from app.commands.demo.story import at
from app.cooperation.funds import operations, subsidies
from models.access import Actor, Role
from models.cooperation.fund import FundItemKind, FundPosting, FundPurpose, FundStep
from models.cooperation.subsidy_recovery import SubsidyRecoveryGround, demand_subsidy, subsidy_came_back
from models.cooperation.work_subsidy import SubsidyLine, SubsidyRule

WAN = 1_000_000  # fen in ten thousand yuan
LISTED, PAID, BACK = 30, 20, 3  # days ago
TRAVEL, RETENTION = FundItemKind.TRAVEL, FundItemKind.RETENTION
SOURCE = "德人社发〔%d〕12号（演示）"
WENT_HOME = "家里有事，干到两个月就回来了（演示）"


def tell_subsidies(session: Session, today: date) -> None:
    """Through the operations: a clerk without an account enters and lists, the demo's clerk compares and
    pays. Nothing before there is money of the year."""
    listed = today - timedelta(days=LISTED)
    if listed.year != today.year or not _has_money(session, today.year):
        return
    clerk = colleague_of(session, Role.COUNTY, {"area_code": DEBAO}, "罗股长", today)
    payer = actor_named(session, "county3", today)
    for kind, name in ((TRAVEL, "外出务工交通补贴"), (RETENTION, "稳岗补贴")):
        named = {"year": today.year, "kind": kind, "purpose": FundPurpose.LABOUR, "name": name}
        item = operations.create_item(session, clerk, named | {"households": None})
        paper = f"德财社〔{today.year}〕{item.id}号"
        operations.move(session, clerk, item, FundStep.ALLOCATE, 20 * WAN, listed, paper)
    travel, retention = _rules(session, clerk, payer, today)
    _paid_list(session, clerk, payer, retention, today)
    if _is_anybody(session, travel, today):
        subsidies.propose(session, clerk, travel, today)


def _has_money(session: Session, year: int) -> bool:
    money = select(FundPosting.id).where(FundPosting.county_code == DEBAO, FundPosting.year == year)
    return session.scalar(money.limit(1)) is not None


def _rules(session: Session, clerk: Actor, payer: Actor, today: date) -> tuple[SubsidyRule, SubsidyRule]:
    """Of this year, compared; next year's for travel waits for the second person."""
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    common = {"least_evidence": 2, "valid_from": first, "valid_to": last, "source": SOURCE % today.year}
    told = (
        {"kind": TRAVEL, "amount_fen": 400_00, "months": 0},
        {"kind": RETENTION, "amount_fen": 1000_00, "months": 3},
    )
    travel, retention = (subsidies.enter_rule(session, clerk, common | one) for one in told)
    for rule in (travel, retention):
        subsidies.advance_rule(session, payer, rule, "compare", at(today - timedelta(days=LISTED)))
    later = {"valid_from": date(today.year + 1, 1, 1), "valid_to": None, "amount_fen": 500_00}
    subsidies.enter_rule(session, clerk, common | told[0] | later)
    return travel, retention


def _paid_list(session: Session, clerk: Actor, payer: Actor, rule: SubsidyRule, today: date) -> None:
    listed = today - timedelta(days=LISTED)
    if not _is_anybody(session, rule, listed):
        return
    paper = subsidies.propose(session, clerk, rule, listed)
    paid = subsidies.Paid(today - timedelta(days=PAID), f"德财支{today.year}-0117")
    subsidies.pay(session, payer, paper, paid, today, at(paid.on))
    lines = session.scalars(select(SubsidyLine).where(SubsidyLine.list_id == paper.id).limit(2)).all()
    asked = [
        demand_subsidy(session, clerk, line, SubsidyRecoveryGround.LEFT_EARLY, WENT_HOME) for line in lines
    ]
    if len(asked) == len((BACK, PAID)):
        back = today - timedelta(days=BACK)
        subsidy_came_back(session, payer, asked[0], back, f"德财收{today.year}-0009", today)


def _is_anybody(session: Session, rule: SubsidyRule, on: date) -> bool:
    return session.scalar(subsidies.entitled(rule, on).limit(1)) is not None
