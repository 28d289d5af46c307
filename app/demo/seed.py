"""Fills an empty platform with the synthetic programme: the 53 counties, seven prefectures and six cities."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

import matching
from app.demo import jobs
from app.demo.accounts import CHENGGUAN, FOSHAN, ZHAOJUE, make_accounts
from app.demo.people import PeopleMaker
from app.demo.story import StoryTeller
from models.area import Area, AreaLevel
from models.base import utc_now
from models.facts import Pairing, ProgrammeCounty
from models.household import Household
from models.order import Order, OrderState
from models.organisation import Organisation, OrganisationKind
from models.placement import FollowUp, Placement
from models.worker import Worker

STATES = (OrderState.OPEN,) * 17 + (OrderState.SUBMITTED, OrderState.DRAFT, OrderState.CLOSED)
HOME_SHARE, PLACED_SHARE, CHUNK = 0.12, 0.18, 2000


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
        return {"workers": workers, "orders": orders, "placements": placed}

    def workers(self, count: int) -> None:
        """Households and their people, spread over the counties; 昭觉, the demo's own county, has more."""
        counties = list(
            self.session.scalars(select(ProgrammeCounty.area_code).order_by(ProgrammeCounty.area_code))
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
                    "id": number,
                    "county_code": county,
                    "code": f"{county}{number:06d}",
                    "created_at": utc_now(),
                    "poverty_attribute": "一般贫困户",
                    "poverty_cause": self.rng.choice(CAUSES),
                    "lifted": "",
                }
            )
            people += [
                {"household_id": number, "person_code": f"{number:06d}{n:02d}", **row}
                for n, row in enumerate(members, 1)
            ]
        self.session.execute(insert(Household), homes)
        self.session.execute(insert(Worker), people)

    def _towns(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        rows = self.session.execute(
            select(Area.parent_code, Area.code, Area.name).where(Area.level == AreaLevel.TOWN).order_by(Area.code)
        )
        for county, code, name in rows:
            found.setdefault(county or "", []).append((code, name))
        return found

    def _helpers(self) -> dict[str, tuple[str, ...]]:
        rows = self.session.execute(
            select(Pairing.recipient_code, Pairing.helper_code)
            .where(Pairing.helper_code.in_(jobs.CITIES))
            .order_by(Pairing.recipient_code, Pairing.helper_code)
        )
        found: dict[str, tuple[str, ...]] = {}
        for recipient, helper in rows:
            found[recipient] = (*found.get(recipient, ()), helper)
        return found

    def enterprises(self, count: int) -> None:
        """Enterprises of the six cities and one training school."""
        self.session.execute(insert(Organisation), list(jobs.enterprises(self.rng, count)))
        school = {
            "kind": OrganisationKind.SCHOOL,
            "credit_code": jobs.credit_code(self.rng),
            "name": "昭觉县职业技能培训学校",
            "city_code": FOSHAN,
            "is_synthetic": True,
        }
        self.session.add(Organisation(**school))
        self.session.flush()

    def orders(self, count: int) -> None:
        """Job orders, most of them open; occupations as the engine finds them."""
        firms = self._enterprises()
        titles = [kind.title for kind in jobs.KINDS]
        found = dict(zip(titles, matching.normalise(titles), strict=True))
        rows = []
        for n in range(count):
            firm = firms[0] if n < 6 else self.rng.choice(firms)
            row = jobs.order(self.rng, firm, self.today, OrderState.OPEN if n < 4 else self.rng.choice(STATES))
            occupation = found[row["title"]]
            rows.append(row | {"occupation_code": occupation.code or "", "occupation_name": occupation.name or ""})
        self.session.add_all(Order(**row) for row in rows)
        self.session.flush()

    def _enterprises(self) -> list[Organisation]:
        wanted = (
            select(Organisation).where(Organisation.kind == OrganisationKind.ENTERPRISE).order_by(Organisation.id)
        )
        return list(self.session.scalars(wanted))

    def placements(self) -> int:
        """What became of some of the people, in the cities that help their prefecture."""
        teller = StoryTeller(self.rng, self.today)
        by_city: dict[str, list[Order]] = {}
        for row in self.session.scalars(select(Order).where(Order.state == OrderState.OPEN).order_by(Order.id)):
            by_city.setdefault(row.city_code, []).append(row)
        made = []
        for worker in self._some_workers():
            cities = [city for city in self._helpers().get(worker.county_code[:4] + "00", ()) if city in by_city]
            if cities:
                order = self.rng.choice(by_city[self.rng.choice(cities)])
                made.append((order, Placement(**(values := teller.placement(worker, order))), values))
        self.session.add_all(placement for _order, placement, _values in made)
        self.session.flush()
        visits = [
            row for order, placement, values in made for row in teller.follow_ups(placement.id, values, order)
        ]
        if visits:
            self.session.execute(insert(FollowUp), visits)
        return len(made)

    def _some_workers(self) -> Iterator[Worker]:
        fit = select(Worker).where(Worker.willing.is_(True), Worker.health > 0).order_by(Worker.id)
        for worker in self.session.scalars(fit):
            if self.rng.random() < PLACED_SHARE and (self.today - worker.birth_date).days > 18 * 366:
                yield worker

    def accounts(self) -> None:
        """One account per role; the worker's belongs to somebody of 城关镇 who has an offer to answer."""
        firm = self._enterprises()[0]
        school = self.session.scalars(
            select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL)
        ).one()
        waiting = (
            select(Worker).join(Placement, Placement.worker_id == Worker.id).where(Worker.county_code == ZHAOJUE)
        )
        person = (
            self.session.scalar(
                waiting.order_by(Placement.state != "offered", Worker.township_code != CHENGGUAN, Worker.id)
            )
            or self.session.scalars(select(Worker).order_by(Worker.id)).first()
        )
        if person is None:
            raise ValueError("an empty register has nobody to give an account to")
        make_accounts(self.session, firm, school, person)


CAUSES = ("缺技术", "缺资金", "因病", "因学", "缺劳力", "交通条件落后")


def seed(session: Session, workers: int, orders: int, number: int, today: date) -> dict[str, int]:
    """Fill an empty platform. Raises ValueError when there are workers already."""
    if session.scalar(select(Worker.id).limit(1)) is not None:
        raise ValueError("there are workers in the register already")
    return Seeder(session, Random(number), today).run(workers, orders)  # noqa: S311  synthetic people, no secret
