"""Fills an empty platform with the synthetic programme: the 53 counties, seven prefectures and six cities."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.orm import Session

from app.commands.demo import categories, jobs
from app.commands.demo.accounts import CHENGGUAN, ZHAOJUE, make_accounts
from app.commands.demo.cooperation import tell_cooperation
from app.commands.demo.employment import tell_employment
from app.commands.demo.funds import tell_funds
from app.commands.demo.hukou import tell_hukou
from app.commands.demo.in_hand import tell_in_hand
from app.commands.demo.industry import tell_industry
from app.commands.demo.messages import tell_messages, text_messages
from app.commands.demo.own_pages import tell_own_pages
from app.commands.demo.people import PeopleMaker
from app.commands.demo.points import Points, chance_of_staying
from app.commands.demo.problems import tell_problems
from app.commands.demo.reports import tell_reports
from app.commands.demo.rosters import tell_rosters
from app.commands.demo.rows import write
from app.commands.demo.schooling import tell_schooling
from app.commands.demo.story import StoryTeller, at, calls_due, moved
from app.commands.demo.telephones import tell_telephones
from app.commands.demo.training import tell_training
from app.commands.demo.training_classes import tell_classes
from app.commands.demo.travel import tell_travel
from app.kit.reference_files import PROGRAMME_START
from models.clock import utc_now
from models.jobs.order import Order, OrderState
from models.people.category import settle
from models.people.household import Household
from models.people.worker import Worker
from models.placement.interview import Interview
from models.placement.placement import FollowUp, Placement, PlacementState
from models.reference.area import Area, AreaLevel
from models.reference.county_office import CountyOffice
from models.reference.dated_fact import Pairing, ProgrammeCounty
from models.reference.organisation import Organisation, OrganisationKind

STATES = (OrderState.OPEN,) * 17 + (OrderState.SUBMITTED, OrderState.DRAFT, OrderState.CLOSED)
HOME_SHARE, PLACED_SHARE, CHUNK = 0.12, 0.18, 2000
EARLIER_SHARE, SECOND_OFFER_SHARE, EARLIER_ORDERS = 0.45, 0.35, 0.3
A_MONTH, CALLS_DUE_SINCE = 30, (0, 2, 9, 0)
FIT = and_(Worker.willing.is_(True), Worker.health > 0)


Told = tuple[Order, dict[str, Any]]


@dataclass
class Seeder:
    """One seeding: the same numbers and the same seed make the same people and jobs."""

    session: Session
    rng: Random
    today: date

    def run(self, workers: int, orders: int) -> dict[str, int]:
        """Create everything; the caller commits. Returns the counts."""
        self.workers(workers)
        self.enterprises(max(len(jobs.KINDS), orders // 5))
        self.orders(orders)
        placed = self.placements()
        self.accounts()
        tell_own_pages(self.session, self.rng, self.today)
        tell_telephones(self.session, self.today)
        tell_training(self.session, self.rng, self.today)
        tell_classes(self.session, self.rng, self.today)
        tell_hukou(self.session, self.rng, self.today)
        tell_employment(self.session, self.rng, self.today)
        tell_rosters(self.session, self.rng, self.today)
        tell_travel(self.session, self.today)
        tell_messages(self.session, self.today)
        tell_in_hand(self.session, self.today)
        tell_problems(self.session, self.rng, self.today)
        text_messages(self.session, self.today)
        tell_funds(self.session, self.today)
        tell_industry(self.session, self.today)
        tell_schooling(self.session, self.today)
        tell_cooperation(self.session, self.today)
        tell_reports(self.session, self.today)
        return {"workers": workers, "orders": orders, "placements": placed}

    def workers(self, count: int) -> None:
        """Households and their people, spread over the counties; 昭觉, the demo's own county, has more."""
        counties = list(
            self.session.scalars(
                select(ProgrammeCounty.area_code)
                .where(ProgrammeCounty.valid_to.is_(None))
                .order_by(ProgrammeCounty.area_code)
            )
        )
        maker = PeopleMaker(self.rng, self.today, self._towns(), self._helpers())
        left = count
        while left > 0:
            size = min(left, CHUNK)
            self._households(maker, counties, size)
            left -= size

    def _households(self, maker: PeopleMaker, counties: list[str], size: int) -> None:
        people: list[dict[str, Any]] = []
        homes: list[dict[str, Any]] = []
        base = self.session.scalar(select(func.coalesce(func.max(Household.id), 0))) or 0
        while len(people) < size:
            county = ZHAOJUE if self.rng.random() < HOME_SHARE else self.rng.choice(counties)
            number = base + len(homes) + 1
            members = list(maker.household(county, str(number)))[: size - len(people)]
            homes.append(
                {
                    "county_code": county,
                    "code": f"{county}{number:06d}",
                    "created_at": utc_now(),
                    "poverty_cause": self.rng.choice(CAUSES),
                    **categories.home_columns(number),
                }
            )
            people += [
                {
                    "household_id": len(homes) - 1,
                    "person_code": f"{number:06d}{n:02d}",
                    **categories.own_columns(number),
                    **row,
                }
                for n, row in enumerate(members, 1)
            ]
        numbers = write(self.session, Household, homes)
        rows = [{**row, "household_id": numbers[row["household_id"]]} for row in people]
        ids = write(self.session, Worker, rows)
        first = base + 1
        said = {
            one: categories.claims(first + row["household_id"]) for one, row in zip(ids, people, strict=True)
        }
        settle(self.session, said, self.today)

    def _towns(self) -> dict[str, list[tuple[str, str]]]:
        townships: dict[str, list[tuple[str, str]]] = {}
        rows = self.session.execute(
            select(Area.parent_code, Area.code, Area.name)
            .where(Area.level == AreaLevel.TOWN)
            .order_by(Area.code)
        )
        for county, code, name in rows:
            townships.setdefault(county or "", []).append((code, name))
        return townships

    def _helpers(self) -> dict[str, tuple[str, ...]]:
        rows = self.session.execute(
            select(Pairing.recipient_code, Pairing.helper_code)
            .where(Pairing.helper_code.in_(jobs.CITIES), Pairing.valid_from <= PROGRAMME_START)
            .order_by(Pairing.recipient_code, Pairing.helper_code)
        )
        helpers: dict[str, tuple[str, ...]] = {}
        for recipient, helper in rows:
            helpers[recipient] = (*helpers.get(recipient, ()), helper)
        return helpers

    def enterprises(self, count: int) -> None:
        """Enterprises of the six cities and one training school."""
        self.session.execute(insert(Organisation), list(jobs.enterprises(self.rng, count)))
        office = {"county_code": ZHAOJUE, "phone": "0834-8300000", "hours": "工作日 9 点到 17 点"}
        self.session.execute(insert(CountyOffice), office | {"created_at": utc_now()})
        school = {
            "kind": OrganisationKind.SCHOOL,
            "credit_code": jobs.credit_code(self.rng),
            "name": "昭觉县职业技能培训学校",
            "area_code": ZHAOJUE,
            "is_synthetic": True,
        }
        self.session.add(Organisation(**school))
        self.session.flush()

    def orders(self, count: int) -> None:
        """Job orders, most of them open; occupations as the engine finds them."""
        firms = self._enterprises()
        rows = []
        for n in range(count):
            firm = firms[0] if n < 6 else self.rng.choice(firms)
            row = jobs.order(
                self.rng, firm, self.today, OrderState.OPEN if n < 4 else self.rng.choice(STATES)
            )
            code, name = jobs.OCCUPATIONS[row["title"]]
            rows.append(row | {"occupation_code": code, "occupation_name": name})
        self.session.add_all(Order(**row) for row in rows)
        self.session.flush()

    def _enterprises(self) -> list[Organisation]:
        wanted = (
            select(Organisation)
            .where(Organisation.kind == OrganisationKind.ENTERPRISE)
            .order_by(Organisation.id)
        )
        return list(self.session.scalars(wanted))

    def placements(self) -> int:
        """What became of some of the people, now and in the years before, in the cities that help them."""
        past, now = self._earlier_orders(), self._open_orders()
        points = Points.read(self.session, self.rng, FIT, [*past, *now], self.today)
        teller = StoryTeller(self.rng, self.today)
        told = [*self._earlier(teller, points, past), *self._present(teller, points, now)]
        later = self._lately_arrived(told)
        made = [
            (order, Placement(**moved(values, later.get(n, timedelta(0)))), values)
            for n, (order, values) in enumerate(told)
        ]
        self.session.add_all(placement for _order, placement, _values in made)
        self.session.flush()
        visits = [
            # Else each row asks its placement for its county and city.
            (calls_due(row, later[n]) if n in later else row)
            | {"county_code": placement.county_code, "city_code": placement.city_code}
            for n, (order, placement, values) in enumerate(made)
            for row in teller.follow_ups(placement.id, values, order)
        ]
        write(self.session, FollowUp, visits)
        meetings = [teller.interview(placement.id, values, order) for order, placement, values in made]
        write(self.session, Interview, [row for row in meetings if row])
        return len(made)

    def _lately_arrived(self, told: list[Told]) -> dict[int, timedelta]:
        """By how much some of the demo's own county came later than drawn, so that a clerk has calls to make;
        first of others than the demo's enterprise, whose rosters answer for what fell due before today."""
        own = min((order.enterprise_id for order, _values in told), default=0)
        here = [
            (order.enterprise_id == own, n)
            for n, (order, values) in enumerate(told)
            if values["county_code"] == ZHAOJUE and values["state"] is PlacementState.ON_SITE
        ]
        due_since = zip(sorted(here), CALLS_DUE_SINCE, strict=False)
        return {
            n: self.today - timedelta(days=A_MONTH + (0 if is_own else days)) - told[n][1]["on_site_on"]
            for (is_own, n), days in due_since
        }

    def _open_orders(self) -> list[Order]:
        wanted = select(Order).where(Order.state == OrderState.OPEN).order_by(Order.id)
        return list(self.session.scalars(wanted))

    def _earlier_orders(self) -> list[Order]:
        """Orders of the last three years that are closed by now."""
        firms, rows = self._enterprises(), []
        count = self.session.scalar(select(func.count(Order.id))) or 0
        for _ in range(max(1, int(EARLIER_ORDERS * count))):
            day = self.today - timedelta(days=self.rng.randint(420, 1100))
            row = jobs.order(self.rng, self.rng.choice(firms), day, OrderState.CLOSED)
            rows.append(Order(**row | {"created_at": at(day)}))
        self.session.add_all(rows)
        self.session.flush()
        return rows

    def _earlier(self, teller: StoryTeller, points: Points, orders: list[Order]) -> Iterator[Told]:
        """Who was away before; some had two offers then, and mostly took the one that suited them better."""
        for worker, choices in self._offers(orders, EARLIER_SHARE):
            first, *others = self.rng.sample(choices, min(len(choices), 2))
            if others and self.rng.random() < SECOND_OFFER_SHARE:
                pull = {
                    each: chance_of_staying(points.of(worker.id, each.id)) + self.rng.uniform(0, 0.15)
                    for each in (first, *others)
                }
                first, other = sorted(pull, key=pull.__getitem__, reverse=True)
                yield other, teller.earlier(worker, other, points.of(worker.id, other.id), False)
            yield first, teller.earlier(worker, first, points.of(worker.id, first.id), True)

    def _present(self, teller: StoryTeller, points: Points, orders: list[Order]) -> Iterator[Told]:
        for worker, choices in self._offers(orders, PLACED_SHARE):
            order = self.rng.choice(choices)
            yield order, teller.placement(worker, order, points.of(worker.id, order.id))

    def _offers(self, orders: list[Order], share: float) -> Iterator[tuple[Worker, list[Order]]]:
        """Some grown-up, willing people, each with the orders of one city that helps their prefecture."""
        by_city: dict[str, list[Order]] = {}
        for order in orders:
            by_city.setdefault(order.city_code, []).append(order)
        helpers = self._helpers()
        for worker in self.session.scalars(select(Worker).where(FIT).order_by(Worker.id)):
            cities = [city for city in helpers.get(worker.county_code[:4] + "00", ()) if city in by_city]
            if cities and self.rng.random() < share and (self.today - worker.birth_date).days > 18 * 366:
                yield worker, by_city[self.rng.choice(cities)]

    def accounts(self) -> None:
        """One account per role; the worker's belongs to a person of 城关镇 with an offer to answer."""
        firm = self._enterprises()[0]
        school = self.session.scalars(
            select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL)
        ).one()
        waiting = (
            select(Worker)
            .join(Placement, Placement.worker_id == Worker.id)
            .where(Worker.county_code == ZHAOJUE)
        )
        person = (
            self.session.scalar(
                waiting.order_by(Placement.state != "offered", Worker.township_code != CHENGGUAN, Worker.id)
            )
            or self.session.scalars(select(Worker).order_by(Worker.id)).first()
        )
        if person is None:
            raise ValueError("an empty register has no person to give an account to")
        make_accounts(self.session, firm, school, person)


CAUSES = ("缺技术", "缺资金", "因病", "因学", "缺劳力", "交通条件落后")


def seed(session: Session, workers: int, orders: int, number: int, today: date) -> dict[str, int]:
    """Fill an empty platform. Raises ValueError when there are workers already."""
    if session.scalar(select(Worker.id).limit(1)) is not None:
        raise ValueError("there are workers in the register already")
    return Seeder(session, Random(number), today).run(workers, orders)  # noqa: S311  synthetic people, no secret
