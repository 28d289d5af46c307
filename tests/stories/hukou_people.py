"""Makes who takes part in the story of settling: two officers, somebody at work in 佛山, a place in the
quota."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.clock import today, utc_now
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouQuota
from models.jobs.order import Order, OrderState
from models.people.worker import Worker, WorkerState
from models.placement.placement import Evidence, Placement, PlacementState
from models.reference.organisation import Organisation
from tests.factories.hukou import FIVE_YEARS, live_rule
from tests.stories.accounts import CREDIT_CODE, give_account

FOSHAN, COUNTY, NAME = "440600", "513431", "吉克阿依"


def at_work(session: Session) -> Worker:
    """Return somebody who has worked in 佛山 for over a year and holds a residence permit long enough."""
    firm = session.scalars(select(Organisation).where(Organisation.credit_code == CREDIT_CODE)).one()
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
    session.add_all([order, person])
    session.flush()
    session.add_all(
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


def people_of_the_story(session: Session) -> None:
    """Create them all."""
    person = at_work(session)
    give_account(session, "settler", Role.WORKER).worker_id = person.id
    for name in ("first", "second"):
        give_account(session, name, Role.REGISTRATION, area_code=FOSHAN)
    live_rule(session).working_days = 10
    session.add(HukouQuota(city_code=FOSHAN, route=FIVE_YEARS, year=today().year, total=1))
