"""Scoped reads of the money: the year by rule and as it came, a county's items, what waits, what the public
may see."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.cooperation.funds import recoveries
from app.kit.web.navigation import Task
from models.access import Actor, Permission, count_and_first, visible_to
from models.cooperation.fund import FundAccount, FundItem, FundPosting, FundSource, FundStage
from models.cooperation.fund_finding import FindingState, FundFinding
from models.cooperation.fund_payment import FundPayment, PaymentState
from models.cooperation.fund_rule import YearPlan, year_plan
from models.i18n import N_, Sentence, counted
from models.reference.area import Area

READ = Permission.FUND_READ
PAGE = 50
SLOW_POINTS = 20
"""A county is slow whose payments lag this many points behind the year: ours, the document names none."""


@dataclass
class Sums:
    """Fen by stage and source, of a county, a prefecture, an item."""

    by: dict[tuple[FundStage, FundSource], int] = field(default_factory=lambda: defaultdict(int))

    def of(self, *stages: FundStage) -> int:
        """What lies at ``stages``."""
        return sum(fen for (stage, _source), fen in self.by.items() if stage in stages)

    def granted(self, source: FundSource | None = None) -> int:
        """What came in."""
        return -sum(
            fen
            for (stage, one), fen in self.by.items()
            if stage is FundStage.SOURCE and source in (None, one)
        )

    def allocated_by(self, source: str) -> int:
        """What items were given of one source."""
        stages = FundStage.ITEM, FundStage.PAID, FundStage.ACCEPTED
        return sum(fen for (stage, one), fen in self.by.items() if stage in stages and one == source)

    @property
    def allocated(self) -> int:
        """What items were given."""
        return self.of(FundStage.ITEM, FundStage.PAID, FundStage.ACCEPTED)

    @property
    def paid(self) -> int:
        """What left, accepted or not."""
        return self.of(FundStage.PAID, FundStage.ACCEPTED)

    @property
    def accepted(self) -> int:
        """What was accepted."""
        return self.of(FundStage.ACCEPTED)

    @property
    def unspent(self) -> int:
        """What came and did not leave yet."""
        return self.of(FundStage.COUNTY, FundStage.ITEM)

    def percent(self) -> int | None:
        """What was paid of what came, whole percent; None where nothing came."""
        granted = self.granted()
        return self.paid * 100 // granted if granted else None

    def add(self, other: "Sums") -> None:
        """Take another's sums in."""
        for key, fen in other.by.items():
            self.by[key] += fen


def sums_by_county(session: Session, actor: Actor, year: int) -> dict[str, Sums]:
    """What of a year's money lies where, by county."""
    rows = (
        select(
            FundAccount.county_code, FundAccount.stage, FundAccount.source, func.sum(FundAccount.balance_fen)
        )
        .where(FundAccount.year == year)
        .group_by(FundAccount.county_code, FundAccount.stage, FundAccount.source)
    )
    sums: dict[str, Sums] = defaultdict(Sums)
    for county, stage, source, fen in session.execute(visible_to(actor, rows, FundAccount, READ)):
        sums[county].by[stage, source] += int(fen)
    return dict(sums)


def sums_by_item(session: Session, numbers: list[int]) -> dict[int, Sums]:
    """What lies with each of these items."""
    rows = (
        select(FundAccount.item_id, FundAccount.stage, FundAccount.source, FundAccount.balance_fen)
        .where(FundAccount.item_id.in_(numbers))
        .order_by(FundAccount.id)
    )
    sums: dict[int, Sums] = {number: Sums() for number in numbers}
    for number, stage, source, fen in session.execute(rows):
        if number is not None:
            sums[number].by[stage, source] += fen
    return sums


@dataclass(frozen=True)
class PlanRow:
    """A prefecture's year: by rule, and as it came; ``sums`` is None for who does not see all of its
    counties, for whom "nothing came" would be a guess."""

    plan: YearPlan
    sums: Sums | None

    @property
    def missing_fen(self) -> int | None:
        """What the rule gives and has not come yet; below nothing where more came."""
        return None if self.sums is None else self.plan.total_fen - self.sums.granted()

    @property
    def keeps_parts(self) -> bool:
        """Whether what came from province and city stands to each other as the rule says."""
        sums, (first, second) = self.sums or Sums(), self.plan.rule.parts
        return sums.granted(FundSource.PROVINCE) * second == sums.granted(FundSource.CITY) * first


def plan_rows(session: Session, actor: Actor, sums: Mapping[str, Sums], year: int) -> list[PlanRow]:
    """The year's table: what the rule gives each prefecture, beside what its counties got."""
    reached = {code for code, _name in reachable_counties(session, actor, year)}
    return [
        PlanRow(plan, _whole(sums, plan.counties) if reached.issuperset(plan.counties) else None)
        for plan in year_plan(session, year)
    ]


def _whole(sums: Mapping[str, Sums], counties: tuple[str, ...]) -> Sums:
    whole = Sums()
    for county in counties:
        if county in sums:
            whole.add(sums[county])
    return whole


@dataclass(frozen=True)
class CountyRow:
    """How far a county's money is; ``lag`` counts points behind the year, None where nothing came."""

    code: str
    sums: Sums
    lag: int | None

    @property
    def is_slow(self) -> bool:
        """Whether it lags so far that somebody should ask."""
        return self.lag is not None and self.lag >= SLOW_POINTS


def elapsed(year: int, today: date) -> int:
    """How much of a year is over, in whole percent."""
    if today.year != year:
        return 100 if today.year > year else 0
    return (today - date(year, 1, 1)).days * 100 // 365


def county_rows(sums: Mapping[str, Sums], year: int, today: date) -> list[CountyRow]:
    """The counties, those furthest behind first."""
    gone = elapsed(year, today)
    rows = []
    for code, one in sums.items():
        percent = one.percent()
        rows.append(CountyRow(code, one, None if percent is None else gone - percent))
    return sorted(rows, key=lambda row: (-(row.lag if row.lag is not None else -1000), row.code))


def items(session: Session, actor: Actor, county_code: str, year: int) -> list[FundItem]:
    """A county's items of a year."""
    rows = select(FundItem).where(FundItem.county_code == county_code, FundItem.year == year)
    return list(session.scalars(visible_to(actor, rows, FundItem, READ).order_by(FundItem.id).limit(500)))


def payments(session: Session, item: FundItem, after: int = 0) -> list[FundPayment]:
    """An item's payments in the order they were proposed, one more than a page."""
    rows = select(FundPayment).where(FundPayment.item_id == item.id, FundPayment.id > after)
    return list(session.scalars(rows.order_by(FundPayment.id).limit(PAGE + 1)))


def postings(
    session: Session, actor: Actor, county_code: str, year: int, item: FundItem | None = None
) -> list[FundPosting]:
    """The latest postings of a county's year, or of one item."""
    rows = select(FundPosting).where(FundPosting.county_code == county_code, FundPosting.year == year)
    if item is not None:
        rows = rows.where(FundPosting.item_id == item.id)
    rows = visible_to(actor, rows.options(joinedload(FundPosting.item)), FundPosting, READ)
    return list(session.scalars(rows.order_by(FundPosting.id.desc()).limit(PAGE)))


def findings(session: Session, actor: Actor, county_code: str = "") -> list[FundFinding]:
    """What audits found: open ones by their day, then the rest."""
    rows = select(FundFinding)
    if county_code:
        rows = rows.where(FundFinding.county_code == county_code)
    rows = visible_to(actor, rows, FundFinding, READ)
    is_closed = FundFinding.state == FindingState.CLOSED
    return list(session.scalars(rows.order_by(is_closed, FundFinding.due_on, FundFinding.id).limit(200)))


def reachable_counties(session: Session, actor: Actor, year: int) -> list[tuple[str, str]]:
    """The counties of the year's list within the reader's scope: code and name."""
    listed = {code for plan in year_plan(session, year) for code in plan.counties}
    rows = select(Area.code, Area.name).where(Area.code.in_(listed)).order_by(Area.code)
    scoped = visible_to(actor, rows.where(Area.code.in_(listed)), _CountyOfArea, None)
    return [(code, name) for code, name in session.execute(scoped)]


class _CountyOfArea:
    """Area read under the scope of the money: its code is the county's."""

    county_code = Area.code
    __scope__ = dict(FundAccount.__scope__)


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Payments that wait for a second hand, findings to rectify."""
    waiting = []
    if actor.can(Permission.FUND_PAY):
        count, payment = count_and_first(
            session, actor, FundPayment, Permission.FUND_PAY, FundPayment.state == PaymentState.PROPOSED
        )
        if payment is not None:
            waiting.append(
                Task(
                    count,
                    counted(count, "笔协作资金等人支付"),
                    Sentence("项目：%(name)s", {"name": payment.item.name}),
                    url_for("funds.item", item_id=payment.item_id),
                    N_("去支付"),
                    "funds.index",
                )
            )
    if actor.can(Permission.FUND_WRITE):
        count, finding = count_and_first(
            session, actor, FundFinding, Permission.FUND_WRITE, FundFinding.state == FindingState.OPEN
        )
        if finding is not None:
            waiting.append(
                Task(
                    count,
                    counted(count, "条资金审计发现等你整改"),
                    Sentence("整改完在这里登记，审计看得到"),
                    url_for("funds.findings"),
                    N_("去整改"),
                    "funds.index",
                    finding.due_on,
                )
            )
    return [*waiting, *recoveries.tasks(session, actor)]
