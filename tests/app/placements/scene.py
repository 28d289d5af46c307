"""A county, an enterprise, a city, a worker, and a placement wherever a test wants it to stand."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.placements.operations import answers, hiring, offers
from models.access import Actor, Role
from models.clock import today, utc_now
from models.jobs.order import Order
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import FollowUp, Placement
from models.user import User
from tests.factories import people


@dataclass
class Scene:
    """Everybody who takes part, with accounts and actors."""

    session: Session
    order: Order
    worker: Worker
    county: User
    enterprise: User
    city: User
    person: User

    def actor(self, user: User) -> Actor:
        """Return the actor behind an account."""
        return people.actor_of(self.session, user)

    def offer(self, worker: Worker | None = None, order: Order | None = None) -> Placement:
        """Recommend the order to the worker, with a reason in case the worker said yes elsewhere."""
        who, what = worker or self.worker, order or self.order
        county = self.actor(self.county)
        done = offers.offer_many(self.session, county, what, [who.id], today(), reason="离家更近")
        self.session.commit()
        return done.made[0]

    def accepted(self, worker: Worker | None = None, order: Order | None = None) -> Placement:
        """Return a placement whose person said yes by telephone."""
        placement = self.offer(worker, order)
        answers.accept(self.session, self.actor(self.county), placement, Channel.PHONE, utc_now())
        self.session.commit()
        return placement

    def hired(self, worker: Worker | None = None, order: Order | None = None) -> Placement:
        """Return a placement whose person was hired."""
        placement = self.accepted(worker, order)
        hiring.hire(self.session, self.actor(self.enterprise), placement, today())
        self.session.commit()
        return placement

    def on_site(self, since: date | None = None) -> Placement:
        """Return a placement whose person is at work."""
        placement = self.hired()
        arrived = since or today()
        placement.hired_on = arrived - timedelta(days=5)
        hiring.arrive(self.session, self.actor(self.enterprise), placement, arrived, today())
        self.session.commit()
        return placement

    def visit(self, placement: Placement, months: int) -> FollowUp:
        """Return one of the three follow-ups."""
        return next(one for one in placement.follow_ups if one.months == months)


def make_scene(session: Session) -> Scene:
    """Return the scene, with an order of one place."""
    order = people.make_order(session, headcount=1)
    worker = people.make_worker(session, village="好谷村")
    return Scene(
        session,
        order,
        worker,
        county=people.make_user(session, Role.COUNTY, area_code=people.ZHAOJUE),
        enterprise=people.make_user(session, Role.ENTERPRISE, organisation_id=order.enterprise_id),
        city=people.make_user(session, Role.CITY, area_code=people.FOSHAN),
        person=people.make_user(session, Role.WORKER, worker_id=worker.id),
    )
