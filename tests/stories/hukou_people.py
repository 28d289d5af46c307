"""Makes who takes part in the story of settling: two officers, somebody at work in 佛山, a place in the
quota."""

from datetime import date, timedelta

from sqlalchemy import select

from app import create_app
from app.accounts.operations import make_user
from app.kit.web.extensions import db
from models.access import SYSTEM, Grant, Role
from models.clock import today, utc_now
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouQuota
from models.jobs.order import Order, OrderState
from models.people.worker import Worker, WorkerState
from models.placement.placement import Evidence, Placement, PlacementState
from models.reference.organisation import Organisation
from tests.factories.hukou import FIVE_YEARS, live_rule
from tests.stories.platform import PASSWORD

FOSHAN, COUNTY, NAME = "440600", "513431", "吉克阿依"


def account(username: str, role: Role, worker_id: int | None = None) -> None:
    """Create an account with one role."""
    user = make_user(db.session, SYSTEM, username, username, PASSWORD, must_change=False)
    user.worker_id = worker_id
    area = FOSHAN if role is Role.REGISTRATION else None
    db.session.add(Grant(user_id=user.id, role=role, area_code=area, valid_from=date(2016, 12, 25)))


def at_work() -> Worker:
    """Return somebody who has worked in 佛山 for over a year and holds a residence permit long enough."""
    firm = db.session.scalars(select(Organisation)).one()
    order = Order(
        enterprise_id=firm.id,
        state=OrderState.OPEN,
        title="缝纫工",
        headcount=5,
        taken=1,
        city_code=FOSHAN,
        posted_on=today(),
        valid_until=today() + timedelta(days=30),
    )
    person = Worker(
        county_code=COUNTY,
        township="城关镇",
        village="新民村",
        name=NAME,
        id_digest="7" * 64,
        id_last4="0016",
        sex="F",
        birth_date=date(1990, 5, 3),
        state=WorkerState.WORKING,
    )
    db.session.add_all([order, person])
    db.session.flush()
    db.session.add_all(
        [
            Placement(
                order_id=order.id,
                worker_id=person.id,
                county_code=COUNTY,
                city_code=FOSHAN,
                enterprise_id=firm.id,
                state=PlacementState.ON_SITE,
                consented_at=utc_now(),
                on_site_on=today() - timedelta(days=400),
                active_digest=person.id_digest,
            ),
            PersonFact(
                worker_id=person.id,
                county_code=COUNTY,
                city_code=FOSHAN,
                name="rp_months",
                value=66,
                as_of=today(),
                growing=True,
                evidence=Evidence.INSURANCE,
                source="居住证",
            ),
        ]
    )
    return person


def main() -> None:
    """Create them all."""
    person = at_work()
    account("settler", Role.WORKER, person.id)
    for name in ("first", "second"):
        account(name, Role.REGISTRATION)
    live_rule(db.session).working_days = 10
    db.session.add(HukouQuota(city_code=FOSHAN, route=FIVE_YEARS, year=today().year, total=1))
    db.session.commit()


if __name__ == "__main__":
    with create_app().app_context():
        main()
