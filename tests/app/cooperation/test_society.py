"""Society: a donation goes from promise to delivery and answers what a village asked for."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.cooperation.registers.society import DONATIONS, MORE_THAN_PROMISED, NEEDS, PROMISED_BEFORE
from models.access import Actor, Right, Role
from models.cooperation.entry import EntryState, RegisterEntry
from models.i18n import Sentence
from tests.factories.people import FOSHAN, ZHAOJUE

COUNTY = Actor(None, "昭觉县", (Right(Role.COUNTY, ZHAOJUE, "county"),))
ENDS = {"place_code": ZHAOJUE, "city_code": FOSHAN}
ASKED, NOW = date(2019, 3, 1), date(2021, 1, 1)


@pytest.fixture
def need(session: Session) -> RegisterEntry:
    need = RegisterEntry(register="needs", title="三河村小学的课桌", held_on=ASKED, **ENDS)
    session.add(need)
    session.flush()
    return need


@pytest.mark.parametrize(
    ("promised", "delivered", "day", "against"),
    [
        (100_00, 100_00, ASKED, []),
        (100_00, None, ASKED, []),
        (100_00, 100_01, ASKED, [MORE_THAN_PROMISED]),
        (None, 5_00, ASKED, []),
        (100_00, 0, date(2019, 2, 28), [PROMISED_BEFORE]),
    ],
)
def test_no_more_is_delivered_than_promised_and_no_answer_comes_before_its_question(
    session: Session,
    need: RegisterEntry,
    promised: int | None,
    delivered: int | None,
    day: date,
    against: list[Sentence],
) -> None:
    given = RegisterEntry(register="donations", parent_id=need.id, held_on=day, **ENDS)
    given.planned_fen, given.amount_fen = promised, delivered
    assert list(DONATIONS.rules(session, given, NOW)) == against


def test_what_came_for_a_need_is_counted_without_what_was_cancelled(
    session: Session, need: RegisterEntry
) -> None:
    for state, delivered in (
        (EntryState.PLANNED, None),
        (EntryState.UNDER_WAY, 300_00),
        (EntryState.CANCELLED, 900_00),
    ):
        given = RegisterEntry(register="donations", title="某厂", parent_id=need.id, held_on=ASKED, **ENDS)
        given.planned_fen, given.amount_fen, given.state = 500_00, delivered, state
        session.add(given)
    session.flush()
    assert [figure.value for figure in NEEDS.figures(session, COUNTY, need, NOW)] == [2, 1000, 300]
