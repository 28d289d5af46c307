"""An enterprise, two schools, a county and a city around one training order, at whatever step a test wants
it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.training.agreements import operations as agreements
from app.training.orders import operations as orders
from models.access import Actor, Role
from models.clock import today, utc_now
from models.jobs.order import Order
from models.reference.organisation import Organisation
from models.training.agreement import Agreement, Party
from models.training.training_order import SkillLevel, TrainingBid, TrainingOrder
from models.user import User
from tests.factories import people
from tests.factories.training import make_school

PARTY_ROLES = {
    Party.COUNTY: "county",
    Party.SCHOOL: "school",
    Party.ENTERPRISE: "enterprise",
    Party.CITY: "city",
}


@dataclass
class Scene:
    """Everybody who takes part; accounts by role, ``rival`` of the other school."""

    session: Session
    job: Order
    school: Organisation
    rival: Organisation
    users: dict[str, User]

    def actor(self, name: str) -> Actor:
        """Return the actor behind an account."""
        return people.actor_of(self.session, self.users[name])

    def draft(self, **values: Any) -> TrainingOrder:
        """Return a draft of 20 people."""
        given = {
            "county_code": people.ZHAOJUE,
            "skill": "焊接",
            "level": SkillLevel.FIVE,
            "headcount": 20,
            "ready_by": today() + timedelta(days=90),
            "wage_floor_fen": 400_000,
            "hire_share_percent": 90,
        }
        return self.kept(orders.create(self.session, self.actor("enterprise"), self.job, given | values))

    def open(self, **values: Any) -> TrainingOrder:
        """Return a published order."""
        order = self.draft(**values)
        orders.publish(self.session, self.actor("enterprise"), order, today())
        return self.kept(order)

    def bid(self, order: TrainingOrder, who: str = "school", **values: Any) -> TrainingBid:
        """Return a school's offer."""
        school = self.school if who == "school" else self.rival
        given = {
            "price_fen": 150_000,
            "periods": 120,
            "place": "实训楼",
            "starts_on": today() + timedelta(9),
            "plan": "两名高级工",
        }
        return self.kept(orders.bid(self.session, self.actor(who), order, school.id, given | values))

    def agreement(self, *, with_city: bool = False, **values: Any) -> Agreement:
        """Return an agreement that nobody has signed."""
        bid, deal = self.bid(self.open(**values)), agreements.Deal(with_city)
        return self.kept(agreements.choose(self.session, self.actor("enterprise"), bid, deal, utc_now()))

    def sign(self, agreement: Agreement, *parties: Party) -> Agreement:
        """Have some parties sign."""
        for party in parties:
            agreements.sign(self.session, self.actor(PARTY_ROLES[party]), agreement, "签字人", utc_now())
        return self.kept(agreement)

    def in_force(self, **values: Any) -> Agreement:
        """Return an agreement that everybody has signed."""
        return self.sign(self.agreement(**values), Party.COUNTY, Party.SCHOOL, Party.ENTERPRISE)

    def kept(self, row: Any) -> Any:
        """Commit, and return the row."""
        self.session.commit()
        return row


def make_scene(session: Session, headcount: int = 30) -> Scene:
    """Return the scene, with a job order of ``headcount`` places."""
    job = people.make_order(session, headcount=headcount)
    school, rival = make_school(session), make_school(session)
    where: dict[str, tuple[Role, dict[str, Any]]] = {
        "county": (Role.COUNTY, {"area_code": people.ZHAOJUE}),
        "elsewhere": (Role.COUNTY, {"area_code": people.BUTUO}),
        "enterprise": (Role.ENTERPRISE, {"organisation_id": job.enterprise_id}),
        "school": (Role.SCHOOL, {"organisation_id": school.id}),
        "rival": (Role.SCHOOL, {"organisation_id": rival.id}),
        "city": (Role.CITY, {"area_code": people.FOSHAN}),
        "auditor": (Role.AUDITOR, {"area_code": "513400"}),
    }
    users = {name: people.make_user(session, role, **area) for name, (role, area) in where.items()}
    return Scene(session, job, school, rival, users)
