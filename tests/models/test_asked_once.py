"""What several parts of a page ask in the same words, and checks of many rows at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role, count_and_first, count_of, load_actor
from models.asked_before import asked_before
from models.clock import today
from models.permissions import Permission
from models.placement.placement import Placement, PlacementState
from models.second_person import second_person, second_persons
from models.two_person_acts import ORDER_REVIEWED
from tests.factories.people import FOSHAN, ZHAOJUE, make_order, make_placement, make_user, make_worker


def test_a_question_is_asked_once_a_transaction_and_anew_after_a_flush(session: Session) -> None:
    answers = iter(range(9))

    def ask() -> int:
        return next(answers) + session.scalars(select(0)).one()

    assert [asked_before(session, "how many", ask) for _n in range(3)] == [0, 0, 0]
    make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    session.flush()
    assert asked_before(session, "how many", ask) == 1
    session.rollback()
    assert asked_before(session, "how many", ask) == 2


def test_many_rows_have_the_second_persons_that_each_has_alone(session: Session) -> None:
    makers = [make_user(session, Role.CITY, area_code=FOSHAN) for _n in range(3)]
    rows = [make_order(session, created_by_id=maker.id) for maker in makers]
    session.commit()
    for user in makers[:2]:
        actor = load_actor(session, user, today())
        together = second_persons(ORDER_REVIEWED, rows, actor)
        assert together == [second_person(ORDER_REVIEWED, row, actor) for row in rows]
        assert [bool(said) for said in together] == [user is makers[0], user is makers[1], False]


def test_what_is_counted_is_what_is_counted_with_the_first_of_it(session: Session) -> None:
    order = make_order(session)
    rows = [make_placement(session, order, make_worker(session)) for _n in range(3)]
    session.commit()
    actor = load_actor(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE), today())
    is_offered = Placement.state == PlacementState.OFFERED
    count, first = count_and_first(session, actor, Placement, Permission.PLACEMENT_READ, is_offered)
    assert count == count_of(session, actor, Placement, Permission.PLACEMENT_READ, is_offered) == 3
    assert first is rows[0]
