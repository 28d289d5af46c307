"""A list of people for a class: made, and proposed (drills.kill_acts kills it)."""

from datetime import date, timedelta

from sqlalchemy import select

from app.kit.web.extensions import db
from app.training.classes.operations import propose
from models.access import Actor, Right, Role
from models.clock import today
from models.people.household import Household
from models.people.worker import Worker
from models.reference.area import AreaLevel
from models.training.training_class import ClassState, TrainingClass
from tests.factories.people import make_enterprise, make_order, make_user
from tests.factories.training_world import make_training_rows

COUNTY, FIRST = "513431", "名单"


def make(count: int) -> None:
    """A class that takes people, and ``count`` people who may be proposed."""
    clerk = make_user(db.session, Role.COUNTY, area_code=COUNTY)
    order = make_order(db.session, make_enterprise(db.session))
    home = Household(county_code=COUNTY, code="LIST")
    db.session.add(home)
    db.session.flush()
    people = [
        Worker(
            county_code=COUNTY,
            household_id=home.id,
            name=f"{FIRST}{n}",
            id_digest=f"{n:063d}x",
            id_last4=f"{n % 10_000:04d}",
            sex="M",
            birth_date=date(1990, 5, 3) + timedelta(days=n),
        )
        for n in range(count + 2)
    ]
    db.session.add_all(people)
    db.session.flush()
    make_training_rows(db.session, COUNTY, order, clerk.id, people[0], people[1])
    db.session.commit()


def propose_all() -> None:
    """Propose all of them, in one transaction."""
    actor = Actor(None, "drill", (Right(Role.COUNTY, COUNTY, AreaLevel.COUNTY),))
    drafts = select(TrainingClass).where(
        TrainingClass.state == ClassState.DRAFT, TrainingClass.county_code == COUNTY
    )
    training_class = db.session.scalars(drafts.order_by(TrainingClass.id.desc())).first()
    people = db.session.scalars(select(Worker).where(Worker.name.startswith(FIRST)).order_by(Worker.id)).all()
    assert training_class is not None
    propose(db.session, actor, training_class, people, today())
    db.session.commit()
