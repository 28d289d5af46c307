"""Signs that somebody may leave: in words, for a call, seen by the county and the factory's contact only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import offers
from app.problems.operations import calls, warnings
from app.problems.operations.calls import Answer
from app.problems.queries.warnings import returned, warning_list
from models.access import Role
from models.clock import today, utc_now
from models.jobs.order import Shift
from models.people.household import Household
from models.people.worker import WorkerState
from models.placement.leaving import LeaveReason
from models.placement.placement import FollowUp, Outcome, Placement, PlacementState
from models.problems.first_call import FirstCall
from models.problems.problem import ProblemKind, open_problem
from models.problems.warning import EarlyWarning
from tests.factories.people import (
    BUTUO,
    ZHAOJUE,
    actor_of,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

DAY = today()


def at_work(session: Session, order: Any = None, **values: Any) -> Placement:
    worker = make_worker(session, **values)
    told = {"wage_low_fen": 450_000}
    where = {"on_site_on": DAY - timedelta(days=40), "disclosed_terms": told}
    return make_placement(
        session, order or make_order(session), worker, state=PlacementState.ON_SITE, **where
    )


def signs(session: Session, placement: Placement) -> list[str]:
    warnings.refresh(session, DAY)
    row = session.scalar(select(EarlyWarning).where(EarlyWarning.placement_id == placement.id))
    return [str(one) for one in row.sentences] if row else []


def test_each_sign_is_told_in_words_and_a_person_without_any_has_no_row(session: Session) -> None:
    nights = make_order(session, shift=Shift.TWO)
    quiet = at_work(session, nights, night_shift=True)
    unasked = at_work(session, nights)
    placement = at_work(session, nights, night_shift=False)
    session.add(
        FollowUp(placement_id=placement.id, months=1, due_on=DAY, outcome=Outcome.EMPLOYED, wage_fen=300_000)
    )
    session.add(FirstCall(placement_id=placement.id, day=14, due_on=DAY - timedelta(days=5), tries=2))
    clerk = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    open_problem(session, placement.worker_id, ProblemKind.HEALTH, "发烧", actor=clerk, now=utc_now())
    session.commit()
    assert signs(session, placement) == [
        "反映过“生病或受伤”，还没办完",
        "说好每月 4500 元，问到的是 3000 元",
        "本人说过不上夜班，这个岗位有夜班",
        "到岗第 14 天的电话打了 2 次没打通",
    ]
    assert signs(session, quiet) == signs(session, unasked) == []
    assert warnings.refresh(session, DAY) == 1
    assert len(session.scalars(select(EarlyWarning)).all()) == 1


def test_a_couple_at_two_factories_and_a_job_that_others_left_are_signs(session: Session) -> None:
    home = Household(county_code=ZHAOJUE, code="H9")
    session.add(home)
    session.commit()
    his = at_work(session, household_id=home.id, relation="户主", sex="M")
    at_work(session, household_id=home.id, relation="配偶", sex="F")
    assert signs(session, his) == ["夫妻两人不在一个厂"]
    order = make_order(session)
    stays = at_work(session, order)
    for _one in range(2):
        gone = at_work(session, order)
        gone.state, gone.left_on = PlacementState.LEFT, DAY - timedelta(days=3)
    session.commit()
    assert signs(session, stays) == ["同一个岗位最近 30 天走了 2 人"]


def test_a_newcomer_without_a_job_card_is_a_sign_and_an_old_hand_is_none(session: Session) -> None:
    newcomer, old_hand = at_work(session), at_work(session)
    newcomer.on_site_on = DAY - timedelta(days=10)
    session.commit()
    assert signs(session, newcomer) == ["到岗前没有确认过岗位明白卡"]
    assert signs(session, old_hand) == []


def test_a_sign_that_is_over_takes_the_row_away(session: Session) -> None:
    placement = at_work(session, make_order(session, shift=Shift.NIGHT), night_shift=False)
    assert signs(session, placement) != []
    placement.state, placement.left_on = PlacementState.LEFT, DAY
    session.commit()
    assert signs(session, placement) == []


def test_the_county_rings_and_nobody_else_sees_the_list(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    placement = at_work(session, make_order(session, shift=Shift.NIGHT), night_shift=False)
    warnings.refresh(session, DAY)
    row = session.scalars(select(EarlyWarning)).one()
    county = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    page = sign_in(county).get("/problems/warnings").text
    assert placement.worker.name in page
    assert "不能用来扣补贴" in page
    neighbour = make_user(session, Role.COUNTY, area_code=BUTUO)
    assert placement.worker.name not in sign_in(neighbour).get("/problems/warnings").text
    assert sign_in(neighbour).get(f"/problems/warnings/{row.id}").status_code == 404
    city = make_user(session, Role.CITY, area_code=placement.city_code)
    assert placement.worker.name not in sign_in(city).get("/problems/warnings").text
    factory = make_user(session, Role.ENTERPRISE, organisation_id=placement.enterprise_id)
    assert sign_in(factory).get("/problems/warnings").status_code == 403
    actor = actor_of(session, county)
    calls.record_warning_call(session, actor, row, None, "没人接", utc_now())
    session.commit()
    assert len(warning_list(session, actor, DAY)) == 1
    answer = {"result": "all_well", "words": "都好"}
    assert sign_in(county).post(f"/problems/warnings/{row.id}", data=answer).status_code == 303
    assert warning_list(session, actor, DAY) == []
    assert placement.state is PlacementState.ON_SITE


def test_a_call_with_a_problem_opens_a_case(session: Session) -> None:
    placement = at_work(session, make_order(session, shift=Shift.NIGHT), night_shift=False)
    warnings.refresh(session, DAY)
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    row = session.scalars(select(EarlyWarning)).one()
    call = calls.record_warning_call(
        session, actor, row, Answer(ProblemKind.WANTS_TO_LEAVE, "想走"), "", utc_now()
    )
    assert call.problem_id is not None
    assert placement.worker_id == row.placement.worker_id


def test_who_came_back_is_asked_anew_and_not_offered_the_same_job_without_a_reason(session: Session) -> None:
    order = make_order(session)
    placement = at_work(session, order)
    placement.state, placement.left_on = PlacementState.LEFT, DAY - timedelta(days=1)
    placement.leave_reason = LeaveReason.HOURS
    placement.worker.state = WorkerState.POOL
    session.commit()
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert [one.id for one in returned(session, actor, DAY)] == [placement.id]
    refused = offers.offer_many(session, actor, order, [placement.worker_id], DAY)
    assert [(why.text, why.params) for _who, why in refused.refused] == [
        ("他从这个岗位走过（%(why)s），再推荐要写明理由", {"why": LeaveReason.HOURS})
    ]
    made = offers.offer_many(session, actor, order, [placement.worker_id], DAY, reason="换了白班")
    assert len(made.made) == 1
