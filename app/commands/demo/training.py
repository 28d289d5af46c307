"""Training orders and agreements of the demo, in every state, made by the demo accounts as people make
them."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo import jobs
from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.commands.demo.story import at
from app.training.agreements import operations as agreements
from app.training.orders import operations as orders
from models.access import Actor, Right, Role
from models.jobs.order import Order, OrderState
from models.reference.organisation import Organisation, OrganisationKind
from models.training.agreement import Agreement, Party
from models.training.training_order import SkillLevel, TrainingBid, TrainingOrder

SIGNERS = {Party.COUNTY: "county", Party.SCHOOL: "school", Party.ENTERPRISE: "enterprise", Party.CITY: "city"}
PLAN = (
    "理论四成、实操六成，每天不超过 8 课时。\n师资：两名高级工、一名企业师傅。\n"
    "设备：每两人一个工位，耗材学校出。"
)
PRICE_PER_PERIOD_FEN = 1_250


@dataclass(frozen=True)
class Need:
    """What an enterprise wants taught, for which job."""

    job: str
    skill: str
    level: SkillLevel
    headcount: int
    certificate: str = ""
    periods: int = 80


NEEDS = (
    Need("维修电工", "电工", SkillLevel.FIVE, 20, "电工证", 120),
    Need("叉车司机", "叉车驾驶", SkillLevel.SPECIAL, 15, "叉车证", 60),
    Need("电子产品装配工", "插件", SkillLevel.SPECIAL, 40),
    Need("焊工", "二保焊", SkillLevel.FIVE, 25, "焊工证", 120),
    Need("质检员", "质检", SkillLevel.COMPLETION, 20, periods=40),
    Need("缝纫工", "平车操作", SkillLevel.SPECIAL, 30),
    Need("数控车工", "数控车床操作", SkillLevel.FOUR, 20, periods=160),
)


@dataclass
class TrainingTeller:
    """Makes training orders between the demo's enterprise, school, county and city; the caller commits."""

    session: Session
    rng: Random
    today: date
    actors: dict[str, Actor] = field(init=False)
    firm: Organisation = field(init=False)
    school: Organisation = field(init=False)
    other_school: Organisation = field(init=False)

    def __post_init__(self) -> None:
        self.actors = {name: actor_named(self.session, name, self.today) for name in SIGNERS.values()}
        self.firm = self._own("enterprise", Role.ENTERPRISE)
        self.school = self._own("school", Role.SCHOOL)
        self.other_school = self._second_school()

    def _own(self, username: str, role: Role) -> Organisation:
        return self.session.get_one(Organisation, self.actors[username].organisations(role)[0])

    def _second_school(self) -> Organisation:
        name = "凉山州农村劳动力转移培训中心"
        found = self.session.scalar(select(Organisation).where(Organisation.name == name))
        if found is None:
            found = Organisation(
                kind=OrganisationKind.SCHOOL,
                credit_code=jobs.credit_code(self.rng),
                name=name,
                area_code=ZHAOJUE,
                is_synthetic=True,
            )
            self.session.add(found)
            self.session.flush()
        return found

    def job(self, need: Need) -> Order:
        """Write an open job order with places enough for the class and ten more."""
        row = jobs.order(self.rng, self.firm, self.today, OrderState.OPEN)
        code, name = jobs.OCCUPATIONS[need.job]
        own: dict[str, Any] = {
            "title": need.job,
            "description": f"{need.job}，要会{need.skill}，学会了再上岗。",
            "headcount": need.headcount + 10,
            "skills": [need.skill],
            "valid_until": self.today + timedelta(days=330),
            "certificates": [need.certificate] if need.certificate else [],
            "occupation_code": code,
            "occupation_name": name,
        }
        order = Order(**row | own)
        self.session.add(order)
        self.session.flush()
        return order

    def draft(self, need: Need, days: int = 90, school: Organisation | None = None) -> TrainingOrder:
        """Write a draft to be ready in ``days``; ``school`` is asked by name."""
        job = self.job(need)
        values = {
            "county_code": ZHAOJUE,
            "skill": need.skill,
            "level": need.level,
            "certificate": need.certificate,
            "headcount": need.headcount,
            "ready_by": self.today + timedelta(days=days),
            "wage_floor_fen": job.base_wage_fen or 300_000,
            "hire_share_percent": 90,
            "asked_school_id": school.id if school else None,
            "note": "会说普通话就行，企业出工装。",
        }
        return orders.create(self.session, self.actors["enterprise"], job, values)

    def open(self, need: Need, days: int = 90, school: Organisation | None = None) -> TrainingOrder:
        """Publish a training order."""
        order = self.draft(need, days, school)
        orders.publish(self.session, self.actors["enterprise"], order, self.today)
        return order

    def bid(self, order: TrainingOrder, need: Need, school: Organisation, share: float = 1) -> TrainingBid:
        """Make a school's offer at ``share`` of the usual price."""
        actor = self.actors["school"] if school is self.school else self._of_school(school)
        values = {
            "price_fen": round(need.periods * PRICE_PER_PERIOD_FEN * share / 10_000) * 10_000,
            "periods": need.periods,
            "starts_on": self.today + timedelta(days=10),
            "plan": PLAN,
            "place": "学校实训楼" if school is self.school else "西昌校区",
        }
        return orders.bid(self.session, actor, order, school.id, values)

    def _of_school(self, school: Organisation) -> Actor:
        return Actor(None, school.name, (Right(Role.SCHOOL, organisation_id=school.id),))

    def agreement(self, need: Need, days: int = 90, with_city: bool = False) -> Agreement:
        """Draw up an agreement without a signature."""
        order = self.open(need, days)
        bid = self.bid(order, need, self.school)
        self.bid(order, need, self.other_school, 1.1)
        deal = agreements.Deal(with_city, other="学员食宿由学校安排，费用从培训费里出。")
        return agreements.choose(self.session, self.actors["enterprise"], bid, deal, at(self.today))

    def sign(self, agreement: Agreement, *parties: Party) -> None:
        """Have some parties sign by their own accounts."""
        for party in parties:
            actor = self.actors[SIGNERS[party]]
            agreements.sign(self.session, actor, agreement, actor.name, at(self.today))

    def in_force(
        self, need: Need, days: int = 90, with_city: bool = False, ready_by: date | None = None
    ) -> Agreement:
        """Draw up an agreement and have everybody sign; ``ready_by`` puts its class into the past."""
        agreement = self.agreement(need, days, with_city)
        self.sign(agreement, *[one.party for one in agreement.signatures])
        if ready_by is not None:
            agreement.order.ready_by = ready_by
            begun = ready_by - timedelta(days=30)
            agreement.terms = replace(agreement.terms, starts_on=begun, ready_by=ready_by)
        return agreement


def tell_training(session: Session, rng: Random, today: date) -> None:
    """Make training orders and agreements in every state; the caller commits."""
    teller = TrainingTeller(session, rng, today)
    electric, forklift, assembly, welding, checking, sewing, lathe = NEEDS
    teller.draft(forklift)
    _wanted(teller, electric, checking)
    _signing(teller, assembly, welding)
    _withdrawn(teller, sewing, lathe)
    teller.in_force(electric)
    teller.in_force(sewing, ready_by=today - timedelta(days=12))
    _ended(teller, checking, forklift)


def _wanted(teller: TrainingTeller, electric: Need, checking: Need) -> None:
    order = teller.open(electric, 120)
    teller.bid(order, electric, teller.school)
    teller.bid(order, electric, teller.other_school, 0.9)
    teller.open(checking, 60, teller.school)


def _signing(teller: TrainingTeller, assembly: Need, welding: Need) -> None:
    teller.sign(teller.agreement(assembly), Party.SCHOOL, Party.ENTERPRISE)
    teller.sign(teller.agreement(welding, 120, with_city=True), Party.ENTERPRISE, Party.COUNTY)


def _withdrawn(teller: TrainingTeller, sewing: Need, lathe: Need) -> None:
    session, firm = teller.session, teller.actors["enterprise"]
    orders.withdraw(session, firm, teller.open(sewing), "订单转给了另一个厂区")
    agreements.cancel(session, firm, teller.agreement(lathe), "开班时间谈不拢")


def _ended(teller: TrainingTeller, checking: Need, forklift: Need) -> None:
    session, county = teller.session, teller.actors["county"]
    past = teller.today - timedelta(days=200)
    agreements.end(session, county, teller.in_force(checking, ready_by=past), "fulfil", "", at(teller.today))
    broken = teller.in_force(forklift, ready_by=past)
    reason = "旺季过了，企业没有录用考核合格的学员。"
    breach = agreements.record_breach(session, county, broken, reason, party=Party.ENTERPRISE)
    agreements.answer_breach(
        session,
        teller.actors["enterprise"],
        breach,
        "出口订单取消了，三个月内有岗位先录这些人。",
        at(teller.today),
    )
    agreements.end(session, county, broken, "break", "录用率没有达到约定的 90%", at(teller.today))
