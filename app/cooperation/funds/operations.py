"""Use cases of the money: appropriate, allocate, pay, accept, find, rectify. The caller commits.

Each raises TransitionRefused with the rule it would break, and writes nothing then.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.audit import record
from models.cooperation.fund import FundItem, FundItemKind, FundPosting, FundStep
from models.cooperation.fund_finding import FINDING_WORKFLOW, FundFinding
from models.cooperation.fund_ledger import Movement, pairing_refusal, post, subsidy_item
from models.cooperation.fund_payment import PAYMENT_WORKFLOW, FundPayment
from models.cooperation.fund_rule import year_plan
from models.event_tags import EventTag
from models.i18n import Sentence
from models.numbers import yuan
from models.reference.area import Area
from models.second_person import second_person
from models.two_person_acts import FUND_PAID
from models.workflow import Obstacle, TransitionRefused, obstacles, refuse_for

ONE_OF_ITS_KIND = Sentence("这一年的这种补贴已经登记过了，一个县一年一条。")
ONE_COUNTY = Sentence("只有县级经办能安排本县的资金。")
OTHER_CITY = Sentence("只有帮扶市能登记拨款，而且只登记自己市的。")


def own_county(actor: Actor) -> str:
    """The one county the actor works for. Raises TransitionRefused."""
    counties = actor.areas(Role.COUNTY)
    if len(counties) != 1:
        raise TransitionRefused(ONE_COUNTY)
    return counties[0]


# --- in and to items ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Appropriation:
    """Money as its paper says it, in fen."""

    county_code: str
    year: int
    total_fen: int
    province_fen: int
    city_fen: int
    posted_on: date
    document: str


def appropriate(session: Session, actor: Actor, told: Appropriation) -> FundPosting:
    """Money from province and city to a county. Refused: a split that is not the rule's, a day on which the
    city does not help the county, a county that is not on the year's list, a paper entered before."""
    cities = actor.areas(Role.CITY)
    if len(cities) != 1:
        raise TransitionRefused(OTHER_CITY)
    (city,) = cities
    refuse_for(pairing_refusal(session, told.county_code, city, told.posted_on))
    plans = [plan for plan in year_plan(session, told.year) if told.county_code in plan.counties]
    if not plans:
        county = session.get_one(Area, told.county_code)
        values = {"county": county.name, "year": told.year}
        raise TransitionRefused(
            Sentence("%(county)s不在 %(year)s 年的帮扶县名单里（粤办发〔2016〕32号第10条）。", values)
        )
    if told.province_fen + told.city_fen != told.total_fen:
        values = {
            "province": yuan(told.province_fen),
            "city": yuan(told.city_fen),
            "sum": yuan(told.province_fen + told.city_fen),
            "total": yuan(told.total_fen),
        }
        raise TransitionRefused(
            Sentence("省 %(province)s加市 %(city)s是 %(sum)s，不是一共的 %(total)s。", values)
        )
    _refuse_paper_again(session, told, city)
    asked = Movement(
        FundStep.APPROPRIATE,
        told.county_code,
        told.year,
        told.total_fen,
        told.posted_on,
        document=told.document,
        payer_code=city,
        parts=(told.province_fen, told.city_fen),
    )
    return post(session, actor, asked)


def _refuse_paper_again(session: Session, told: Appropriation, city: str) -> None:
    same = select(FundPosting.id).where(
        FundPosting.county_code == told.county_code,
        FundPosting.document == told.document,
        FundPosting.year == told.year,
        FundPosting.payer_code == city,
    )
    if session.scalar(same.limit(1)) is not None:
        raise TransitionRefused(
            Sentence("文号“%(document)s”给这个县的拨款已经登记过了。", {"document": told.document})
        )


def create_item(session: Session, actor: Actor, values: dict[str, Any]) -> FundItem:
    """A project or a subsidy of the actor's county."""
    county = own_county(actor)
    kind = values["kind"]
    if kind is not FundItemKind.PROJECT and subsidy_item(session, county, values["year"], kind):
        raise TransitionRefused(ONE_OF_ITS_KIND)
    item = FundItem(county_code=county, **values)
    session.add(item)
    session.flush()
    record(session, actor, EventTag.FUND_ITEM_CREATE, item, name=item.name, year=item.year, kind=item.kind)
    return item


def move(
    session: Session, actor: Actor, item: FundItem, step: FundStep, amount_fen: int, on: date, document: str
) -> FundPosting:
    """ALLOCATE to an item, or TAKE_BACK from it what is not paid."""
    return post(session, actor, Movement(step, item.county_code, item.year, amount_fen, on, item, document))


# --- payments -------------------------------------------------------------------------------------------


def propose(
    session: Session, actor: Actor, item: FundItem, amount_fen: int, payee: str, what_for: str
) -> FundPayment:
    """Ask a colleague to pay."""
    if amount_fen <= 0:
        raise TransitionRefused(Sentence("金额要大于零。"))
    payment = FundPayment(
        item_id=item.id,
        county_code=item.county_code,
        amount_fen=amount_fen,
        payee=payee,
        what_for=what_for,
        proposed_by_id=actor.user_id,
    )
    session.add(payment)
    session.flush()
    record(session, actor, EventTag.FUND_PAYMENT_CREATE, payment, amount_fen=amount_fen)
    return payment


def pay(
    session: Session, actor: Actor, payment: FundPayment, paid_on: date, voucher: str, now: datetime
) -> FundPosting:
    """Money left: by a second person, and never more than is allocated."""
    PAYMENT_WORKFLOW.advance(session, payment, "pay", actor, at=now)
    payment.paid_on, payment.voucher, payment.paid_by_id = paid_on, voucher, actor.user_id
    session.flush()
    return _posted(session, actor, payment, FundStep.PAY, paid_on)


def against_paying(payment: FundPayment, actor: Actor) -> list[Obstacle]:
    """What stands against the actor's paying it now: their own hand in it."""
    return list(obstacles(second_person(FUND_PAID, payment, actor)))


STEP_OF = {"accept": FundStep.ACCEPT, "reverse": FundStep.REVERSE}


def advance(
    session: Session, actor: Actor, payment: FundPayment, event: str, reason: str, today: date, now: datetime
) -> None:
    """Refuse, accept or reverse a payment; the last two move the money."""
    PAYMENT_WORKFLOW.advance(session, payment, event, actor, at=now, reason=reason)
    session.flush()
    if event in STEP_OF:
        _posted(session, actor, payment, STEP_OF[event], today)


def _posted(session: Session, actor: Actor, payment: FundPayment, step: FundStep, on: date) -> FundPosting:
    item = payment.item
    asked = Movement(
        step,
        item.county_code,
        item.year,
        payment.amount_fen,
        on,
        item,
        payment.voucher,
        subject=payment,
    )
    return post(session, actor, asked)


# --- findings -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """What an audit found, as it is entered."""

    county_code: str
    found_on: date
    text: str
    amount_fen: int | None
    due_on: date
    item: FundItem | None = None


def find(session: Session, actor: Actor, told: Finding) -> FundFinding:
    """Note a finding; the county sees it among what waits."""
    finding = FundFinding(
        county_code=told.county_code,
        item_id=told.item.id if told.item else None,
        found_on=told.found_on,
        text=told.text,
        amount_fen=told.amount_fen,
        due_on=told.due_on,
        found_by_id=actor.user_id,
    )
    session.add(finding)
    session.flush()
    record(session, actor, EventTag.FUND_FINDING_CREATE, finding, amount_fen=told.amount_fen)
    return finding


def settle(
    session: Session, actor: Actor, finding: FundFinding, event: str, reason: str, now: datetime
) -> None:
    """Rectify, close or reopen a finding; what the county did is its ``answer``."""
    FINDING_WORKFLOW.advance(session, finding, event, actor, at=now, reason=reason)
    if event == "rectify":
        finding.answer = reason
    session.flush()
