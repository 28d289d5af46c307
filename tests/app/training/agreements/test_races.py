"""At the same moment, on both databases: nothing is signed twice, no place is promised and sold at once."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.training.agreements import operations as agreements
from models.access import Actor, Role
from models.audit_walk import verify
from models.clock import utc_now
from models.jobs.order import Order
from models.placement.placement import take_place
from models.training.agreement import Agreement, AgreementState, Party
from models.training.enrolment import EnrolmentState
from models.training.reserved_places import PlaceReservation, release_places, take_reserved_place
from models.training.training_order import TrainingBid
from tests.app.training.orders.scene import Scene, make_scene
from tests.factories import people
from tests.factories.racing import at_once, racing_app
from tests.factories.training import make_class, make_enrolment

Deed = Callable[[Session], object]


@dataclass
class Crowd:
    """The scene on one database, and a way to do several things there at the same moment."""

    app: Flask
    scene: Scene
    job_id: int

    def at_once(self, *deeds: Deed) -> Counter[bool]:
        """Do all ``deeds`` at the same moment; count those that went through and those refused."""
        return Counter(told is None for told in at_once(self.app, deeds))

    def signing(self, agreement_id: int, actor: Actor) -> Deed:
        return lambda session: agreements.sign(
            session, actor, session.get_one(Agreement, agreement_id), "签字人", utc_now()
        )

    def fresh_job(self) -> Order:
        return self.scene.session.get_one(Order, self.job_id)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with racing_app(request.param, tmp_path_factory.mktemp("races"), "demand_races") as application:
        yield application


@pytest.fixture
def crowd(database: Flask) -> Iterator[Crowd]:
    scene = make_scene(db.session, headcount=12)
    yield Crowd(database, scene, scene.job.id)
    assert verify(db.session) is None


def test_two_people_of_the_last_party_sign_once(crowd: Crowd) -> None:
    scene = crowd.scene
    agreement_id = scene.sign(scene.agreement(headcount=10), Party.COUNTY, Party.SCHOOL).id
    user = people.make_user(scene.session, Role.ENTERPRISE, organisation_id=scene.job.enterprise_id)
    colleagues = [scene.actor("enterprise"), people.actor_of(scene.session, user)]
    assert crowd.at_once(*[crowd.signing(agreement_id, actor) for actor in colleagues]) == {True: 1, False: 1}
    assert crowd.fresh_job().reserved == 10


def test_the_last_two_parties_sign_together_and_one_of_them_puts_it_in_force(crowd: Crowd) -> None:
    scene = crowd.scene
    agreement_id = scene.sign(scene.agreement(headcount=10), Party.COUNTY).id
    last = [scene.actor("school"), scene.actor("enterprise")]
    assert crowd.at_once(*[crowd.signing(agreement_id, actor) for actor in last]) == {True: 2}
    assert scene.session.get_one(Agreement, agreement_id).state is AgreementState.IN_FORCE
    assert crowd.fresh_job().reserved == 10


def test_places_are_never_both_kept_and_sold(crowd: Crowd) -> None:
    scene = crowd.scene
    agreement_id = scene.sign(scene.agreement(headcount=10), Party.COUNTY, Party.SCHOOL).id
    job_id = scene.job.id
    hires: list[Deed] = [lambda session: take_place(session, job_id)] * 5
    crowd.at_once(crowd.signing(agreement_id, scene.actor("enterprise")), *hires)
    job, agreement = crowd.fresh_job(), scene.session.get_one(Agreement, agreement_id)
    in_force = agreement.state is AgreementState.IN_FORCE
    assert (job.reserved, job.taken) == ((10, 2) if in_force else (0, 5))


def test_graduates_take_exactly_the_kept_places_while_the_rest_is_opened(crowd: Crowd) -> None:
    scene = crowd.scene
    agreement = scene.in_force(headcount=3)
    class_ = make_class(scene.session, agreement, capacity=6)
    learners = [
        make_enrolment(scene.session, class_, state=EnrolmentState.FINISHED).worker_id for _ in range(5)
    ]
    job_id = scene.job.id
    mine = select(PlaceReservation.id).where(PlaceReservation.agreement_id == agreement.id)
    kept_id = scene.session.scalars(mine).one()

    def hire(worker_id: int) -> Deed:
        return lambda session: take_reserved_place(session, job_id, worker_id)

    def release(session: Session) -> object:
        return release_places(session, session.get_one(PlaceReservation, kept_id), utc_now())

    crowd.at_once(*[hire(worker_id) for worker_id in learners], release)
    kept, job = scene.session.get_one(PlaceReservation, kept_id), crowd.fresh_job()
    assert (job.taken, job.reserved) == (kept.used, 0)
    assert kept.used <= 3


def test_one_school_is_chosen_when_two_offices_choose_at_once(crowd: Crowd) -> None:
    scene = crowd.scene
    order = scene.open(headcount=5)
    order_id, ids = order.id, [scene.bid(order).id, scene.bid(order, "rival").id]
    actors = [scene.actor("enterprise"), scene.actor("county")]
    deal = agreements.Deal()

    def choosing(bid_id: int, actor: Actor) -> Deed:
        return lambda session: agreements.choose(
            session, actor, session.get_one(TrainingBid, bid_id), deal, utc_now()
        )

    done = crowd.at_once(*[choosing(*each) for each in zip(ids, actors, strict=True)])
    assert done == {True: 1, False: 1}
    chosen = select(func.count()).where(Agreement.order_id == order_id)
    assert scene.session.scalar(chosen) == 1
