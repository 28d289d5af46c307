"""From a seat to six months at work: persons once, the unknown beside, each reader his own classes."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.training.classes.queries import people
from app.training.classes.queries.people import Retention
from models.access import Role
from models.clock import today
from models.placement.placement import FollowUp, Outcome, PlacementState
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import ClassState
from tests.factories.people import (
    BUTUO,
    ZHAOJUE,
    actor_of,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.factories.training import (
    make_agreement,
    make_certificate,
    make_class,
    make_enrolment,
    make_training_order,
)

S = EnrolmentState


def hired(session: Session, enrolment: Enrolment, *found: tuple[int, Outcome | None]) -> None:
    """Put a graduate to work 200 days ago; ``found``: what the follow-ups after so many months brought."""
    began = today() - timedelta(days=200)
    placement = make_placement(
        session, make_order(session), enrolment.worker, state=PlacementState.ON_SITE, on_site_on=began
    )
    enrolment.placement_id = placement.id
    session.add_all(
        FollowUp(
            placement_id=placement.id, months=months, due_on=began + timedelta(days=30 * months), outcome=what
        )
        for months, what in found
    )
    session.commit()


def test_the_funnel_counts_persons_once_and_shows_what_nobody_knows(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    agreement = make_agreement(session)
    first, second = (make_class(session, agreement, state=ClassState.FOLLOWED) for _ in range(2))
    twice = make_worker(session)
    stayed = make_enrolment(session, first, twice, state=S.FINISHED)
    again = make_enrolment(session, second, twice, state=S.FINISHED)
    silent = make_enrolment(session, first, state=S.FINISHED)
    for state in (S.FAILED, S.DROPPED, S.PROPOSED):
        make_enrolment(session, first, state=state)
    make_certificate(session, stayed)
    make_certificate(session, again)
    hired(session, stayed, (3, Outcome.EMPLOYED), (6, Outcome.EMPLOYED))
    hired(session, silent, (3, Outcome.UNKNOWN), (6, None))
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    county = actor_of(session, user)
    funnel = people.funnel(session, county, today())
    assert (funnel.enrolled, funnel.finished, funnel.certified, funnel.placed) == (4, 2, 1, 2)
    assert funnel.retention == {3: Retention(2, 1, 1), 6: Retention(2, 1, 1)}
    page = sign_in(user).get("/training/classes/schools").get_data(as_text=True)
    assert page.count("另 1 人未知") == 2
    assert people.funnel(session, county, today(), second.id).enrolled == 1


def test_schools_stand_side_by_side_within_the_readers_scope(session: Session) -> None:
    for county, learners in ((ZHAOJUE, 2), (ZHAOJUE, 1), (BUTUO, 1)):
        order = make_training_order(session, county_code=county)
        training_class = make_class(session, make_agreement(session, order))
        for _ in range(learners):
            make_enrolment(session, training_class)
    county = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    prefecture = actor_of(session, make_user(session, Role.PREFECTURE, area_code="513400"))
    enrolled = [
        [row.funnel.enrolled for row in people.schools(session, a, today())] for a in (county, prefecture)
    ]
    assert enrolled == [[2, 1], [2, 1, 1]]
    assert people.schools(session, county, today())[0].funnel.retention[3].unknown == 0
