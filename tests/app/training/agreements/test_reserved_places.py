"""Places kept for a class: open to its graduates alone, in offers, hires, a county's plan, the order's
form."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import Silence
from app.match_runs import operations as runs
from app.match_runs.county_results import county_results
from app.match_runs.run_input import read_run_input
from app.orders import operations as orders
from app.orders.forms import data_of
from app.placements.operations import answers, hiring, offers
from models.clock import today, utc_now
from models.jobs.order import OrderState
from models.match_run import RunKind
from models.people.worker import Worker
from models.placement.leaving import Channel, LeaveReason
from models.placement.placement import Placement
from models.training.enrolment import EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.workflow import TransitionRefused
from tests.app.training.orders.scene import Scene, make_scene
from tests.factories import people
from tests.factories.training import make_class, make_enrolment


@pytest.fixture
def full(session: Session) -> Scene:
    """A job of two places, both kept for a class."""
    scene = make_scene(session, headcount=2)
    scene.job.title, scene.job.start_on = "电子厂普工", None
    scene.in_force(headcount=2)
    return scene


def graduate(scene: Scene) -> Worker:
    agreement = scene.session.get_one(PlaceReservation, 1).agreement
    worker = people.make_worker(scene.session)
    make_enrolment(scene.session, make_class(scene.session, agreement), worker, state=EnrolmentState.FINISHED)
    return worker


def accepted(scene: Scene, worker: Worker) -> Placement:
    county = scene.actor("county")
    placement = offers.offer_many(scene.session, county, scene.job, [worker.id], today()).made[0]
    answers.accept(scene.session, county, placement, Channel.PHONE, utc_now())
    scene.session.commit()
    return placement


def counts(scene: Scene) -> tuple[int, int, int]:
    """Return (taken, reserved, used)."""
    scene.session.expire_all()
    return scene.job.taken, scene.job.reserved, scene.session.get_one(PlaceReservation, 1).used


def test_a_graduate_is_offered_and_hired_into_a_kept_place_and_gives_it_back_to_his_class(
    full: Scene,
) -> None:
    placement = accepted(full, graduate(full))
    hiring.hire(full.session, full.actor("enterprise"), placement, today())
    full.session.commit()
    assert counts(full) == (1, 1, 1)
    hiring.miss(full.session, full.actor("county"), placement, LeaveReason.FAMILY, "")
    full.session.commit()
    assert counts(full) == (0, 2, 0)


def test_nobody_else_is_offered_a_kept_place(full: Scene) -> None:
    stranger = people.make_worker(full.session)
    done = offers.offer_many(full.session, full.actor("county"), full.job, [stranger.id], today())
    assert [reason for _worker, reason in done.refused] == [offers.KEPT]


def test_nobody_else_says_yes_to_a_kept_place(full: Scene) -> None:
    offer = people.make_placement(full.session, full.job, people.make_worker(full.session))
    with pytest.raises(TransitionRefused, match="招满"):
        answers.accept(full.session, full.actor("county"), offer, Channel.PHONE, utc_now())


def test_an_order_shrinks_not_below_taken_and_kept_and_closes_not_over_a_promise(full: Scene) -> None:
    firm = full.actor("enterprise")
    with pytest.raises(TransitionRefused, match="留给培训班"):
        orders.advance(full.session, firm, full.job, "close", "够了", today())
    full.job.state = OrderState.RETURNED
    values: dict[str, Any] = data_of(full.job) | {"headcount": 1}
    with pytest.raises(TransitionRefused, match="不能再少"):
        orders.change(full.session, firm, full.job, values)


def test_a_countys_plan_gives_kept_places_to_graduates_alone(full: Scene) -> None:
    learned, strangers = graduate(full), [people.make_worker(full.session) for _ in range(3)]
    county = full.actor("county")
    run = runs.freeze(full.session, county, RunKind.COUNTY, today())
    full.session.commit()
    results = county_results(read_run_input(full.session, county, run.id), Silence())
    assert [pair["worker_id"] for pair in results.pairs] == [learned.id]
    assert {row["worker_id"] for row in results.left_out} == {worker.id for worker in strangers}
    assert results.pairs[0]["factors"]["training"] > 0


def test_another_countys_plan_has_no_use_for_these_places(full: Scene) -> None:
    people.make_worker(full.session, county_code=people.BUTUO)
    elsewhere = full.actor("elsewhere")
    run = runs.freeze(full.session, elsewhere, RunKind.COUNTY, today())
    full.session.commit()
    run_input = read_run_input(full.session, elsewhere, run.id)
    assert (run_input.orders, run_input.policy) == ([], matching.Policy())
