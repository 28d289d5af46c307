"""The cooperation's money in the demo: two cities' grants of two years, and what 昭觉 did with its own."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.commands.demo.accounts import DEBAO, FOSHAN, LIANGSHAN, ZHAOJUE, actor_named, clerk_of
from app.commands.demo.story import at
from app.commands.demo.subsidies import tell_subsidies
from app.cooperation.funds import operations
from models.access import Actor, Role
from models.cooperation.fund import FundItem, FundItemKind, FundPurpose, FundStep
from models.cooperation.fund_payment import FundPayment
from models.cooperation.fund_rule import YearPlan, share, year_plan

SHENZHEN, BAISE = "440300", "451000"
FIRST, SECOND = date(2016, 12, 28), date(2017, 5, 15)
LATE = 2  # counties whose money of the second year has not come
WAN = 1_000_000  # fen in ten thousand yuan


def tell_funds(session: Session, today: date) -> None:
    """Through the operations: the cities grant, the county allocates, two pay, a third accepts, and the
    auditor looks."""
    for city, prefecture, paper in ((FOSHAN, LIANGSHAN, "佛财社"), (SHENZHEN, BAISE, "深财社")):
        payer = clerk_of(session, Role.CITY, {"area_code": city}, "支援资金经办", today)
        days = [(FIRST, 0), (SECOND, LATE)]
        if city == SHENZHEN:  # it helps 百色 to this day
            days.append((min(today, date(today.year, 3, 20)), LATE))
        for day, left in days:
            plans = [plan for plan in year_plan(session, day.year) if plan.prefecture_code == prefecture]
            for plan in plans:
                _grant(session, payer, plan, day, paper, left)
    _spend(session, today)
    tell_subsidies(session, today)


def _grant(session: Session, payer: Actor, plan: YearPlan, day: date, paper: str, left: int) -> None:
    counties = sorted(plan.counties, key=lambda code: (code not in (ZHAOJUE, DEBAO), code))
    total = plan.rule.county_yuan * 100
    province = share(total, plan.rule.parts)
    for number, county in enumerate(counties[: len(counties) - left], 1):
        document = f"{paper}〔{day.year}〕{number}号"
        told = operations.Appropriation(county, day.year, total, province, total - province, day, document)
        operations.appropriate(session, payer, told)


def _spend(session: Session, today: date) -> None:
    first, second = actor_named(session, "county", today), actor_named(session, "county2", today)
    homes = _item(session, first, 2016, FundPurpose.PROJECT, "易地扶贫搬迁配套工程", 96, 600, FIRST)
    sheds = _item(session, first, 2016, FundPurpose.INDUSTRY, "高山蔬菜大棚", 140, 300, FIRST)
    _item(session, first, 2017, FundPurpose.LABOUR, "扶贫车间设备", None, 400, SECOND)
    village = operations.propose(session, first, homes, 250 * WAN, "昭觉县第一建筑公司", "头一笔工程款")
    _pay(session, second, village, date(2017, 3, 6), "昭财支2017-0031")
    third = Actor(None, "县扶贫移民局验收组", first.rights)
    done = date(2017, 4, 10)
    operations.advance(session, third, village, "accept", "", done, at(done))
    plastic = operations.propose(session, first, sheds, 118_65000, "西昌农业设施公司", "大棚膜和钢架")
    _pay(session, second, plastic, date(2017, 4, 20), "昭财支2017-0058")
    operations.propose(session, first, homes, 180 * WAN, "昭觉县第一建筑公司", "第二笔工程款")
    _find(session, today, sheds)


def _item(
    session: Session,
    county: Actor,
    year: int,
    purpose: FundPurpose,
    name: str,
    households: int | None,
    wan: int,
    on: date,
) -> FundItem:
    values = {
        "year": year,
        "kind": FundItemKind.PROJECT,
        "purpose": purpose,
        "name": name,
        "households": households,
    }
    item = operations.create_item(session, county, values)
    operations.move(session, county, item, FundStep.ALLOCATE, wan * WAN, on, f"昭财〔{year}〕{item.id}号")
    return item


def _pay(session: Session, payer: Actor, payment: FundPayment, day: date, voucher: str) -> None:
    operations.pay(session, payer, payment, day, voucher, at(day))


def _find(session: Session, today: date, item: FundItem) -> None:
    auditor = actor_named(session, "auditor", today)
    on, due = today - timedelta(days=20), today + timedelta(days=25)
    said = "高山蔬菜大棚的钢架没有公开比价记录，请补上三家报价。"
    told = operations.Finding(ZHAOJUE, on, said, None, due, item)
    operations.find(session, auditor, told)
