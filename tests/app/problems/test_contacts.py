"""A resident contact looks after one factory for a time; the first two weeks have three calls."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import corrections
from app.problems.operations import calls, contacts
from app.problems.operations.calls import Answer
from app.problems.queries.contacts import due_calls, to_ring
from models.access import Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.placement.placement import PlacementState
from models.problems.contact import ResidentContact, contacts_for
from models.problems.first_call import FirstCall, FirstCallResult
from models.problems.problem import Problem, ProblemKind
from models.workflow import TransitionRefused
from tests.app.placements.scene import make_scene
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_order,
    make_placement,
    make_user,
    make_worker,
)


def test_the_calls_are_planned_at_the_arrival_and_dropped_when_it_was_a_slip(session: Session) -> None:
    scene = make_scene(session)
    placement = scene.on_site(today() - timedelta(days=8))
    rows = session.scalars(select(FirstCall).order_by(FirstCall.day)).all()
    assert [(row.day, (today() - row.due_on).days) for row in rows] == [(3, 5), (7, 1), (14, -6)]
    assert [row.day for row in due_calls(session, scene.actor(scene.county), today())] == [3, 7]
    corrections.undo(session, scene.actor(scene.county), placement, "undo_arrive", "记错人了", today())
    session.commit()
    assert session.scalars(select(FirstCall)).all() == []


def test_a_call_says_all_well_or_opens_a_case_once_and_not_before_its_day(session: Session) -> None:
    scene = make_scene(session)
    scene.on_site(today() - timedelta(days=8))
    third, seventh, fourteenth = session.scalars(select(FirstCall).order_by(FirstCall.day)).all()
    clerk = scene.actor(scene.county)
    calls.miss_first_call(session, clerk, third, today(), utc_now())
    calls.record_first_call(session, clerk, third, Answer(), today(), utc_now())
    wage = Answer(ProblemKind.WAGE, "说好的押金没退")
    calls.record_first_call(session, clerk, seventh, wage, today(), utc_now())
    session.commit()
    assert (third.result, third.tries) == (FirstCallResult.ALL_WELL, 1)
    assert seventh.problem_id == session.scalars(select(Problem.id)).one()
    with pytest.raises(TransitionRefused, match="已经打过"):
        calls.record_first_call(session, clerk, third, Answer(), today(), utc_now())
    with pytest.raises(TransitionRefused, match="还没到"):
        calls.record_first_call(session, clerk, fourteenth, Answer(), today(), utc_now())


def test_a_contact_of_the_city_sees_the_numbers_of_the_own_factory_only(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    order, other = make_order(session), make_order(session)
    ours, theirs = (
        make_placement(session, one, make_worker(session), state=PlacementState.ON_SITE)
        for one in (order, other)
    )
    city = make_user(session, Role.CITY, area_code=FOSHAN)
    boss = actor_of(session, make_user(session, Role.CITY, area_code=FOSHAN))
    duty = contacts.Duty(today(), None, "0757-12345678")
    row = contacts.assign(session, boss, order.enterprise, city, duty)
    session.commit()
    seen = to_ring(session, actor_of(session, city), [ours.id, theirs.id], today())
    assert [one.id for one in seen] == [ours.id]
    client = sign_in(city)
    address = f"/problems/numbers?ids={ours.id}&ids={theirs.id}"
    assert ours.worker.phone not in client.get(address).text
    data = {"purpose": "contact", "ids": [ours.id, theirs.id]}
    shown = client.post("/problems/numbers", data=data).text
    assert ours.worker.phone in shown
    assert theirs.worker.phone not in shown
    assert session.scalars(select(AuditEvent.tag)).all().count("worker:reveal") == 1
    assert client.get(f"/problems/contacts/{row.id}").status_code == 200
    assert contacts_for(session, order.enterprise_id, ZHAOJUE, today())[0].id == row.id
    contacts.end(session, boss, row, today())
    assert contacts_for(session, order.enterprise_id, ZHAOJUE, today() + timedelta(days=1)) == []


def test_a_visit_lies_within_the_duty_and_a_duty_is_not_given_twice(session: Session) -> None:
    order = make_order(session)
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    actor = actor_of(session, clerk)
    duty = contacts.Duty(today() - timedelta(days=5), None)
    row = contacts.assign(session, actor, order.enterprise, clerk, duty)
    session.commit()
    contacts.visit(session, actor, row, today(), "班组长", "宿舍干净", today())
    session.commit()
    with pytest.raises(TransitionRefused, match="不能早于"):
        contacts.visit(session, actor, row, today() - timedelta(days=9), "门卫", "没进去", today())
    session.rollback()
    with pytest.raises(TransitionRefused, match="不能晚于今天"):
        contacts.visit(session, actor, row, today() + timedelta(days=1), "门卫", "没进去", today())
    session.rollback()
    with pytest.raises(TransitionRefused, match="不用再指派"):
        contacts.assign(session, actor, order.enterprise, clerk, duty)
    assert session.scalars(select(ResidentContact.county_code)).all() == [ZHAOJUE]
