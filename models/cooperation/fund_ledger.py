"""The one writer of the money's ledger: moves a sum from one stage to the next, in both sources' parts.

The accounts of a movement are locked before they are read, always in one order, so that twenty requests at
once pay what is there and not a fen more; the table's own constraint stands behind that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record, subject_name
from models.cooperation.fund import (
    FUND_STAGE_LABELS,
    FundAccount,
    FundItem,
    FundItemKind,
    FundLeg,
    FundPosting,
    FundSource,
    FundStage,
    FundStep,
)
from models.cooperation.fund_rule import FundRule, last_day, rule_for, share
from models.event_tags import EventTag
from models.i18n import Sentence
from models.numbers import yuan
from models.reference.area import Area, AreaLevel
from models.reference.dated_fact import Pairing, holds_on
from models.workflow import TransitionRefused

_S = FundStage
# From where to where each step moves, and which end keeps the proportion of the sources to the fen.
MOVES: dict[FundStep, tuple[FundStage, FundStage, bool]] = {
    FundStep.APPROPRIATE: (_S.SOURCE, _S.COUNTY, True),
    FundStep.ALLOCATE: (_S.COUNTY, _S.ITEM, True),
    FundStep.TAKE_BACK: (_S.ITEM, _S.COUNTY, False),
    FundStep.PAY: (_S.ITEM, _S.PAID, True),
    FundStep.REVERSE: (_S.PAID, _S.ITEM, False),
    FundStep.ACCEPT: (_S.PAID, _S.ACCEPTED, True),
    FundStep.SUBSIDY: (_S.ITEM, _S.ACCEPTED, True),
    FundStep.SUBSIDY_BACK: (_S.ACCEPTED, _S.ITEM, False),
}
WITHOUT_ITEM = (_S.SOURCE, _S.COUNTY)
NO_RULE = Sentence("这一年没有资金规则，请管理员先在基础数据里登记（粤办发〔2016〕32号第10条）。")


@dataclass(frozen=True)
class Movement:
    """One step as it is asked for. ``parts``: what the paper says of province and city, where it does."""

    step: FundStep
    county_code: str
    year: int
    amount_fen: int
    posted_on: date
    item: FundItem | None = None
    document: str = ""
    payer_code: str | None = None
    subject: Any = ""
    persons: int = 0
    parts: tuple[int, int] | None = None


@dataclass
class _Place:
    """The accounts of both sources at one place."""

    province: FundAccount
    city: FundAccount

    @property
    def total(self) -> int:
        return self.province.balance_fen + self.city.balance_fen


def post(session: Session, actor: Actor, asked: Movement) -> FundPosting:
    """Write the posting with its legs and balances, audited, in the caller's transaction.

    Raises TransitionRefused: for nothing, for more than lies there, for parts that are not the rule's.
    """
    if asked.amount_fen <= 0:
        raise TransitionRefused(Sentence("金额要大于零。"))
    rule = _rule(session, asked)
    giver, receiver = _locked_places(session, asked)
    if asked.step is not FundStep.APPROPRIATE and asked.amount_fen > giver.total:
        raise TransitionRefused(_too_much(asked, giver.total))
    province = _province_part(asked, rule, giver, receiver)
    if asked.parts is not None and asked.parts[0] != province:
        raise TransitionRefused(split_refusal(asked.amount_fen, asked.parts, province, rule))
    return _written(session, actor, asked, giver, receiver, province)


def _written(
    session: Session, actor: Actor, asked: Movement, giver: _Place, receiver: _Place, province: int
) -> FundPosting:
    posting = FundPosting(
        step=asked.step,
        year=asked.year,
        county_code=asked.county_code,
        item_id=asked.item.id if asked.item else None,
        amount_fen=asked.amount_fen,
        province_fen=province,
        city_fen=asked.amount_fen - province,
        posted_on=asked.posted_on,
        document=asked.document[:60],
        payer_code=asked.payer_code,
        subject=subject_name(asked.subject) if asked.subject else "",
        persons=asked.persons,
        posted_by_id=actor.user_id,
    )
    session.add(posting)
    moves = (
        (giver.province, receiver.province, posting.province_fen),
        (giver.city, receiver.city, posting.city_fen),
    )
    for source, target, fen in moves:
        if fen:
            _leg(posting, source, -fen)
            _leg(posting, target, fen)
    session.flush()
    told = {"amount_fen": asked.amount_fen, "year": asked.year}
    record(session, actor, EventTag.FUND_POST, posting, event=asked.step, **told)
    return posting


def _leg(posting: FundPosting, account: FundAccount, fen: int) -> None:
    posting.legs.append(FundLeg(account_id=account.id, amount_fen=fen))
    account.balance_fen += fen


# --- the sources' parts ---------------------------------------------------------------------------------


def _province_part(asked: Movement, rule: FundRule, giver: _Place, receiver: _Place) -> int:
    """The province's part: what brings the end that keeps the proportion nearest to it. A sum that could not
    be parted exactly where it comes in is refused there: a county's total is the rule's to the fen."""
    parts, amount = rule.parts, asked.amount_fen
    if asked.step in (FundStep.APPROPRIATE, FundStep.ALLOCATE) and amount * parts[0] % sum(parts):
        raise TransitionRefused(
            Sentence(
                "%(amount)s按省 %(province)s 市 %(city)s 分不到整分，请把金额改成 %(unit)s 分的整数倍。",
                {"amount": yuan(amount), "province": parts[0], "city": parts[1], "unit": sum(parts)},
            )
        )
    if asked.step is FundStep.APPROPRIATE:
        return share(amount, parts)
    if MOVES[asked.step][2]:
        wanted = share(receiver.total + amount, parts) - receiver.province.balance_fen
    else:
        wanted = giver.province.balance_fen - share(giver.total - amount, parts)
    least, most = max(0, amount - giver.city.balance_fen), min(amount, giver.province.balance_fen)
    return min(max(wanted, least), most)


def split_refusal(amount: int, told: tuple[int, int], province: int, rule: FundRule) -> Sentence:
    """That the parts on a paper are not the rule's, with what they would be."""
    values = {
        "province": yuan(told[0]),
        "city": yuan(told[1]),
        "one": rule.province_parts,
        "other": rule.city_parts,
        "right": yuan(province),
        "rest": yuan(amount - province),
    }
    return Sentence(
        "省 %(province)s、市 %(city)s不是 %(one)s：%(other)s。按规则应是省 %(right)s、市 %(rest)s"
        "（粤办发〔2016〕32号第10条）。",
        values,
    )


def _rule(session: Session, asked: Movement) -> FundRule:
    day = last_day(asked.year)
    prefecture = select(Area.prefecture_code).where(Area.code == asked.county_code).scalar_subquery()
    helpers = select(Pairing.helper_code).where(Pairing.recipient_code == prefecture, holds_on(Pairing, day))
    city = asked.payer_code or session.scalar(helpers.order_by(Pairing.helper_code).limit(1)) or ""
    rule = rule_for(session, city, day)
    if rule is None:
        raise TransitionRefused(NO_RULE)
    return rule


def _too_much(asked: Movement, there: int) -> Sentence:
    told = {
        "amount": yuan(asked.amount_fen),
        "rest": yuan(there),
        "name": asked.item.name if asked.item else "",
        "stage": Sentence(FUND_STAGE_LABELS[MOVES[asked.step][0]]),
    }
    if asked.step in (FundStep.PAY, FundStep.SUBSIDY):
        return Sentence("“%(name)s”安排的钱还剩 %(rest)s，支付不了 %(amount)s：支付不能超过安排。", told)
    return Sentence("“%(stage)s”的钱还有 %(rest)s，没有 %(amount)s。", told)


# --- accounts -------------------------------------------------------------------------------------------


def _locked_places(session: Session, asked: Movement) -> tuple[_Place, _Place]:
    stages = MOVES[asked.step][:2]
    wanted = {(stage, source): _key(asked, stage, source) for stage in stages for source in FundSource}
    _open(session, asked, wanted)
    rows = session.scalars(
        select(FundAccount)
        .where(FundAccount.key.in_(wanted.values()))
        .order_by(FundAccount.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    by_key = {row.key: row for row in rows}

    def place(stage: FundStage) -> _Place:
        return _Place(*(by_key[wanted[stage, source]] for source in FundSource))

    return place(stages[0]), place(stages[1])


def _key(asked: Movement, stage: FundStage, source: FundSource) -> str:
    item = asked.item.id if asked.item and stage not in WITHOUT_ITEM else ""
    return f"{asked.year}:{asked.county_code}:{source.value}:{stage.value}:{item}"


def _open(session: Session, asked: Movement, wanted: dict[tuple[FundStage, FundSource], str]) -> None:
    """Open the accounts that are missing; who else opens one at the same moment opens the same."""
    session.flush()
    there = set(session.scalars(select(FundAccount.key).where(FundAccount.key.in_(wanted.values()))))
    missing = [
        {
            "key": key,
            "year": asked.year,
            "county_code": asked.county_code,
            "source": source,
            "stage": stage,
            "item_id": asked.item.id if asked.item and stage not in WITHOUT_ITEM else None,
            "balance_fen": 0,
        }
        for (stage, source), key in sorted(wanted.items(), key=lambda pair: pair[1])
        if key not in there
    ]
    if missing:
        dialect = session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        session.execute(insert(FundAccount).values(missing).on_conflict_do_nothing(index_elements=["key"]))


# --- the rooms of subsidies -----------------------------------------------------------------------------


def subsidy_item(session: Session, county_code: str, year: int, kind: FundItemKind) -> FundItem | None:
    """Where a county pays a kind of subsidy out of this money in a year; None where it does not."""
    return session.scalar(
        select(FundItem).where(
            FundItem.county_code == county_code, FundItem.year == year, FundItem.kind == kind
        )
    )


def post_subsidy(
    session: Session,
    actor: Actor,
    kind: FundItemKind,
    county_code: str,
    amount_fen: int,
    on: date,
    subject: Any,
    document: str = "",
    persons: int = 1,
) -> FundPosting | None:
    """A subsidy that its own room has checked and paid: paid and accepted at once. None where the county
    pays this kind out of other money. Raises TransitionRefused for more than is allocated."""
    item = subsidy_item(session, county_code, on.year, kind)
    if item is None or not amount_fen:
        return None
    asked = Movement(
        FundStep.SUBSIDY, county_code, item.year, amount_fen, on, item, document, None, subject, persons
    )
    return post(session, actor, asked)


def take_subsidy_back(
    session: Session, actor: Actor, paid: Any, amount_fen: int, on: date, document: str = ""
) -> FundPosting | None:
    """Money of a subsidy that came back, to where the posting of ``paid`` took it from; None where it took
    nothing from this money."""
    first = session.scalar(
        select(FundPosting).where(
            FundPosting.subject == subject_name(paid), FundPosting.step == FundStep.SUBSIDY
        )
    )
    if first is None:
        return None
    asked = Movement(
        FundStep.SUBSIDY_BACK,
        first.county_code,
        first.year,
        amount_fen,
        on,
        first.item,
        document,
        None,
        paid,
        1,
    )
    return post(session, actor, asked)


# --- whether a city may pay for a county on a day -------------------------------------------------------


def pairing_refusal(session: Session, county_code: str, city_code: str, day: date) -> Sentence | None:
    """That the city does not help the county's prefecture on that day, with the days on which it does."""
    county = session.get(Area, county_code)
    if county is None or county.level != AreaLevel.COUNTY:
        return Sentence("没有“%(code)s”这个县。", {"code": county_code})
    pairings = session.scalars(
        select(Pairing)
        .where(Pairing.recipient_code == county.prefecture_code, Pairing.helper_code == city_code)
        .order_by(Pairing.valid_from)
    ).all()
    if any(one.valid_from <= day <= one.last_day for one in pairings):
        return None
    city = session.get(Area, city_code)
    told = {"county": county.name, "city": city.name if city else city_code, "day": day}
    if not pairings:
        return Sentence("%(city)s和%(county)s没有结对，不能拨款。", told)
    nearest = pairings[-1]
    told |= {"from": nearest.valid_from, "to": nearest.valid_to or Sentence("今")}
    return Sentence("%(day)s 不在%(city)s和%(county)s的结对期内（%(from)s 至 %(to)s），请核对日期。", told)


# --- whether the books are right ------------------------------------------------------------------------


def drift(session: Session) -> list[str]:
    """What is wrong with the books, a line each: empty, or nobody may trust them."""
    faults = []
    sums: Sequence[Any] = session.execute(
        select(FundAccount.key, FundAccount.balance_fen, func.coalesce(func.sum(FundLeg.amount_fen), 0))
        .outerjoin(FundLeg, FundLeg.account_id == FundAccount.id)
        .group_by(FundAccount.id, FundAccount.key, FundAccount.balance_fen)
    ).all()
    faults += [
        f"{key}: {balance} fen, its legs {int(legs)}" for key, balance, legs in sums if balance != legs
    ]
    total = sum(balance for _key, balance, _legs in sums)
    if total:
        faults.append(f"all accounts: {total} fen")
    uneven = session.execute(
        select(FundLeg.posting_id, func.sum(FundLeg.amount_fen))
        .group_by(FundLeg.posting_id)
        .having(func.sum(FundLeg.amount_fen) != 0)
        .limit(20)
    )
    faults += [f"posting {number}: {fen} fen" for number, fen in uneven]
    return faults
