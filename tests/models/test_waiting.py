"""What waits stands in one line: what is due first, then what has waited longest; not the lowest number."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.formatters import say
from models.access import Role
from models.clock import today, utc_now
from models.jobs.order import OrderState
from models.placement.placement import Placement, PlacementState
from models.waiting import Wait, behind, page_in_line, wait_of
from tests.factories.people import FOSHAN, make_order, make_placement, make_user, make_worker

DAY = date(2026, 11, 29)


def test_how_long_and_how_late(app: Flask) -> None:
    with app.test_request_context():
        assert say(Wait(DAY, None, DAY).sentence) == "今天刚到"
        assert say(Wait(DAY - timedelta(9), None, DAY).sentence) == "等了 9 天"
    assert [Wait(DAY, DAY - timedelta(n), DAY).overdue for n in (-1, 0, 1, 12)] == [0, 0, 1, 12]


def offers(session: Session) -> dict[str, Placement]:
    """Offers by name; the newest row has waited longest, two answers are late."""
    order, now = make_order(session), utc_now()

    def offer(days: int, due: int | None) -> Placement:
        by = None if due is None else today() + timedelta(due)
        return make_placement(
            session, order, make_worker(session), respond_by=by, state_since=now - timedelta(days)
        )

    return {
        "no day, new": offer(1, None),
        "due later": offer(2, 5),
        "late": offer(3, -4),
        "very late": offer(20, -15),
        "no day, old": offer(40, None),
    }


def test_the_oldest_waiter_is_the_one_who_waits_longest(session: Session) -> None:
    names = {row.id: name for name, row in offers(session).items()}
    rows, following = page_in_line(session, select(Placement), Placement, "", 50)
    assert [names[row.id] for row in rows] == ["very late", "late", "due later", "no day, old", "no day, new"]
    assert following == ""
    assert wait_of(rows[0], today()).overdue == 15


def test_pages_follow_the_line_also_when_its_last_row_has_moved_on(session: Session) -> None:
    offers(session)
    waiting = select(Placement).where(Placement.state == PlacementState.OFFERED)
    seen, place, pages = [], "", 0
    while place or not pages:
        rows, place = page_in_line(session, waiting, Placement, place, 2)
        seen += [row.id for row in rows]
        rows[-1].state, rows[-1].state_since, pages = PlacementState.ACCEPTED, utc_now(), pages + 1
        session.commit()
    assert pages == 3
    assert len(seen) == len(set(seen)) == 5


def test_a_place_that_is_none_asks_for_nothing(session: Session) -> None:
    assert [behind(Placement, text) for text in ("", "7", "2026-13-01_1_1", "x" * 50)] == [None] * 4


def test_only_an_offer_that_waits_for_an_answer_is_due(session: Session) -> None:
    offer = offers(session)["late"]
    offer.state = PlacementState.ACCEPTED
    session.commit()
    assert offer.due_on is None
    assert session.scalar(select(Placement.due_on).where(Placement.id == offer.id)) is None


@pytest.mark.parametrize("page", ["/", "/orders?state=submitted"])
def test_an_order_handed_in_again_stands_behind_those_that_waited_meanwhile(
    session: Session, sign_in: Callable[..., FlaskClient], page: str
) -> None:
    for title, days in (("又交来的", 1), ("一直等着的", 9)):
        since = utc_now() - timedelta(days)
        make_order(session, title=title, state=OrderState.SUBMITTED, state_since=since)
    shown = sign_in(make_user(session, Role.CITY, area_code=FOSHAN)).get(page).text
    assert 0 < shown.index(">一直等着的<") < shown.index(">又交来的<")
