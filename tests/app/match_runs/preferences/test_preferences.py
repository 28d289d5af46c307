"""What people say they would take: worth points in the plan, held to a least share, and measured."""

import re
from collections.abc import Callable, Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.queue import Silence
from app.match_runs import operations, plan
from app.match_runs.preferences.queries import fitting_jobs, satisfied
from models.access import Role
from models.clock import today, utc_now
from models.jobs.order import Order
from models.match_run import MatchRun, RunKind
from models.people.household import Household
from models.people.preference import preferences_of, state_preferences
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.workflow import TransitionRefused
from tests.app.match_runs.conftest import Toy
from tests.app.match_runs.test_runs import start
from tests.factories.people import ZHAOJUE, actor_of, make_order, make_user, make_worker

SignIn = Callable[..., FlaskClient]


def wants(session: Session, toy: Toy, worker: Worker, orders: Sequence[Order]) -> None:
    """Say of a worker which jobs they would take."""
    numbers = [order.id for order in orders]
    clerk = actor_of(session, toy.county)
    state_preferences(session, worker, numbers, actor=clerk, channel=Channel.VISIT, now=utc_now())
    session.commit()


@pytest.fixture
def twins(session: Session, toy: Toy) -> tuple[Order, Order]:
    """Two orders that are worth the same to both sewers, one place each."""
    first = toy.sewing
    first.skills = []
    second = make_order(session, first.enterprise, title="缝纫工", headcount=1, lodging=first.lodging)
    session.commit()
    return first, second


def test_what_a_person_said_decides_between_equal_jobs(
    session: Session, toy: Toy, twins: tuple[Order, Order], sign_in: SignIn
) -> None:
    before = plan.places(session, start(session, toy.county, RunKind.COUNTY))
    for worker in (toy.good_sewer, toy.fair_sewer):
        other = next(order for order in twins if order.id != before[worker.id])
        wants(session, toy, worker, [other])
    run = start(session, toy.county, RunKind.COUNTY)
    after = plan.places(session, run)
    assert after[toy.good_sewer.id] == before[toy.fair_sewer.id]
    assert after[toy.fair_sewer.id] == before[toy.good_sewer.id]
    assert after.keys() == before.keys()
    told = satisfied(session, run)
    assert (told.said, told.by_rank, told.percent) == (2, (2, 0, 0), 100)
    page = sign_in(toy.county).get(f"/match-runs/{run.id}").text
    assert "2 人说过最想干的活，2 人排上了三样里的一样（100%），其中第一样 2 人" in page


def test_a_wish_dearer_than_its_points_is_met_only_under_a_least_share(session: Session, toy: Toy) -> None:
    """The fair sewer named the place where the good sewer is worth far more."""
    weaving = make_order(session, toy.sewing.enterprise, title="缝纫工", headcount=1, lodging=None, skills=[])
    toy.sewing.skills = ["平车操作"]
    toy.good_sewer.experience = "缝纫工，平车三年，做过西裤"
    toy.sewing.description = "缝纫工，平车，做西裤"
    session.commit()
    wants(session, toy, toy.fair_sewer, [toy.sewing])
    actor = actor_of(session, toy.county)
    free = start(session, toy.county, RunKind.COUNTY)
    assert plan.places(session, free)[toy.good_sewer.id] == toy.sewing.id
    assert satisfied(session, free).percent == 0
    held = operations.start(session, actor, RunKind.COUNTY, today(), preference_floor=100)
    session.commit()
    operations.carry_out(session, actor, held.id, Silence(), lambda: None)
    held = session.get_one(MatchRun, held.id)
    places = plan.places(session, held)
    assert (places[toy.fair_sewer.id], places[toy.good_sewer.id]) == (toy.sewing.id, weaving.id)
    assert satisfied(session, held).percent == 100
    assert held.county_summary["preference_price"] > 0
    assert places.keys() >= plan.places(session, free).keys()  # nobody lost a place for it


def test_only_three_jobs_and_none_twice(session: Session, toy: Toy) -> None:
    orders = [make_order(session, title="普工") for _n in range(4)]
    with pytest.raises(TransitionRefused, match="最多排 3 样活"):
        wants(session, toy, toy.welder, orders)
    with pytest.raises(TransitionRefused, match="同一样活排了两次"):
        wants(session, toy, toy.welder, [orders[0], orders[0]])
    assert preferences_of(session, toy.welder.id) == []


def test_a_worker_is_shown_what_fits_and_puts_three_in_order(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    more = [make_order(session, title=title) for title in ("焊接工", "氩弧焊工", "二保焊工")]
    assert toy.sewing not in [job.order for job in fitting_jobs(session, toy.homebody, today())]
    phone = sign_in(make_user(session, Role.WORKER, worker_id=toy.welder.id))
    page = phone.get("/my/wishes").text
    assert "你最想干哪样" in page
    assert all(order.title in page for order in (toy.welding, *more))
    for order in (toy.welding, *more[:2]):
        phone.post("/my/wishes/change", data={"put": order.id})
    phone.post("/my/wishes/change", data={"up": more[1].id, "once": "up-once"})
    phone.post("/my/wishes/change", data={"up": more[1].id, "once": "up-once"})
    stated = [row.order_id for row in preferences_of(session, toy.welder.id)]
    assert stated == [toy.welding.id, more[1].id, more[0].id]
    assert "三样排满了" in phone.get("/my/wishes").text
    assert phone.post("/my/wishes/change", data={"put": more[2].id}).status_code == 409
    phone.post("/my/wishes/change", data={"out": toy.welding.id})
    assert len(preferences_of(session, toy.welder.id)) == 2
    assert phone.post("/my/wishes/change", data={"up": 999_999}).status_code == 409


def test_all_jobs_that_fit_are_shown_page_by_page(session: Session, toy: Toy, sign_in: SignIn) -> None:
    """The oldest of them is reached too, and every page is light."""
    titles = [f"焊接工{number}号车间" for number in range(30)]
    for title in titles:
        make_order(session, title=title)
    phone = sign_in(make_user(session, Role.WORKER, worker_id=toy.welder.id))
    seen, path = "", "/my/wishes"
    for _page in range(4):
        text = phone.get(path).text
        seen += text
        assert len(text.encode()) < 35_000
        older = re.search(r"/my/wishes\?start=\d+", text)
        if older is None:
            break
        path = older.group()
    assert [title for title in titles if title not in seen] == []
    oldest = session.scalars(select(Order.id).where(Order.title == titles[0])).one()
    assert phone.post("/my/wishes/change", data={"put": oldest}).status_code == 303
    assert [row.order_id for row in preferences_of(session, toy.welder.id)] == [oldest]


def test_a_clerk_writes_down_the_three_jobs_of_who_has_no_telephone(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    county, here = sign_in(toy.county), f"/workers/{toy.welder.id}/wanted-jobs"
    assert here in county.get(f"/workers/{toy.welder.id}").text
    assert toy.welding.title in county.get(here).text
    said = {"put": toy.welding.id, "channel": "village"}
    assert county.post(here, data=said).status_code == 303
    (row,) = preferences_of(session, toy.welder.id)
    assert (row.order_id, row.channel, row.recorded_by_id) == (
        toy.welding.id,
        Channel.VILLAGE,
        toy.county.id,
    )
    toy.sewing.valid_until = today().replace(year=today().year - 1)
    session.commit()
    closed = county.post(here, data={"put": toy.sewing.id, "channel": "phone"})
    assert (closed.status_code, "没有放进去" in closed.text) == (409, True)
    assert county.post(here, data={"channel": "phone"}).status_code == 400
    county.post(here, data={"out": toy.welding.id, "channel": "phone"})
    assert preferences_of(session, toy.welder.id) == []


def test_a_job_that_closed_is_not_put_in_and_one_put_in_before_says_so(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    phone = sign_in(make_user(session, Role.WORKER, worker_id=toy.welder.id))
    phone.post("/my/wishes/change", data={"put": toy.welding.id})
    toy.welding.valid_until = today().replace(year=today().year - 1)
    session.commit()
    assert "现在不招人了" in phone.get("/my/wishes").text
    phone.post("/my/wishes/change", data={"out": toy.welding.id})
    phone.post("/my/wishes/change", data={"put": toy.welding.id})
    assert preferences_of(session, toy.welder.id) == []


def test_the_candidates_show_who_named_the_job(session: Session, toy: Toy, sign_in: SignIn) -> None:
    wants(session, toy, toy.fair_sewer, [make_order(session, title="普工"), toy.sewing])
    run = start(session, toy.county, RunKind.ORDER, order=toy.sewing)
    assert "本人想去，排第 2" in sign_in(toy.county).get(f"/match-runs/{run.id}").text
    masked = start(session, toy.enterprise, RunKind.ORDER, order=toy.sewing)
    assert "本人想去" not in sign_in(toy.enterprise).get(f"/match-runs/{masked.id}").text


def test_a_couple_is_not_torn_apart_by_the_wish_of_one(session: Session, toy: Toy) -> None:
    home = Household(county_code=ZHAOJUE, code="510001")
    session.add(home)
    session.flush()
    near, far = (
        make_order(session, toy.sewing.enterprise, title="普工", headcount=n, couple_rooms=True)
        for n in (2, 1)
    )
    husband = make_worker(
        session, name="吉克拉铁", wishes=["普工"], household_id=home.id, companions="与妻子沙马阿芝同去"
    )
    wife = make_worker(session, name="沙马阿芝", wishes=["普工"], household_id=home.id)
    wants(session, toy, husband, [far])
    places = plan.places(session, start(session, toy.county, RunKind.COUNTY))
    assert places[husband.id] == places[wife.id] == near.id
