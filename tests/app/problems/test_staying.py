"""Which job loses people: with numerators and denominators, unknown as unknown, small groups not told."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.problems.operations import staying
from app.problems.queries.staying import NUMBERS, Line, publish_jointly, staying_page
from models.access import Role
from models.clock import today, utc_now
from models.jobs.order import Order
from models.placement.acknowledgement import Acknowledgement, Card
from models.placement.leaving import Channel, LeaveReason
from models.placement.placement import FollowUp, Outcome, Placement, PlacementState
from models.problems.staying import StayingSum, StayingSummary
from tests.factories.people import (
    BUTUO,
    ZHAOJUE,
    actor_of,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

LONG_AGO = today() - timedelta(days=250)
RECENTLY = today() - timedelta(days=20)


def arrived(session: Session, order: Order, on: date = LONG_AGO, county: str = ZHAOJUE) -> Placement:
    worker = make_worker(session, county_code=county)
    return make_placement(session, order, worker, state=PlacementState.ON_SITE, on_site_on=on)


def gone(session: Session, order: Order, days: int, reason: LeaveReason | None) -> Placement:
    row = arrived(session, order)
    row.state, row.left_on, row.leave_reason = PlacementState.LEFT, LONG_AGO + timedelta(days=days), reason
    session.commit()
    return row


def found(session: Session, row: Placement, months: int, outcome: Outcome) -> None:
    session.add(FollowUp(placement_id=row.id, months=months, outcome=outcome, due_on=today()))
    session.commit()


def test_the_sums_are_right_to_the_person_and_unknown_is_neither(session: Session) -> None:
    order = make_order(session)
    arrived(session, order, RECENTLY)  # their time has not come
    arrived(session, order)  # nobody knows
    found(session, arrived(session, order), 6, Outcome.EMPLOYED)
    found(session, arrived(session, order), 3, Outcome.UNKNOWN)
    gone(session, order, 10, LeaveReason.PAY)
    gone(session, order, 120, None)
    staying.refresh(session, today())
    assert staying.refresh(session, today()) == 1
    row = session.scalars(select(StayingSummary)).one()
    assert (row.arrived, row.left, row.left_in_first_month) == (6, 2, 1)
    assert (row.due3, row.known3, row.stayed3) == (5, 3, 2)
    assert (row.due6, row.known6, row.stayed6) == (5, 3, 1)
    assert row.reasons == {"pay": 1, "": 1}
    assert row.promises == {"wage": 1}


def test_who_may_not_see_persons_reads_no_group_of_fewer_than_ten(session: Session) -> None:
    big, small = make_order(session, title="大岗位"), make_order(session, title="小岗位")
    for _one in range(30):
        arrived(session, big)
    for _one in range(3):
        gone(session, big, 10, LeaveReason.PAY)
    gone(session, small, 10, LeaveReason.HEALTH)
    staying.refresh(session, today())
    above = actor_of(session, make_user(session, Role.PREFECTURE, area_code="513400", opens=False))
    page = staying_page(session, above, "order")
    lines = {line.name: line.numbers for line in page.lines}
    assert set(lines) == {big.enterprise.name, small.enterprise.name}
    assert all(set(numbers.values()) <= {None, 0, 30, 33} for numbers in lines.values())
    assert lines[small.enterprise.name]["arrived"] is None
    assert page.reasons
    assert all(persons is None for _word, persons, _remark in page.reasons)
    own = staying_page(
        session, actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE)), "order"
    )
    assert {line.name: line.numbers["left"] for line in own.lines} == {"大岗位": 3, "小岗位": 1}


def numbers_of(arrived_at: int, left: int, first: int, due: int, known: int, stayed: int) -> dict[str, int]:
    return {
        **{"arrived": arrived_at, "left": left, "left_in_first_month": first},
        **{"due3": due, "known3": known, "stayed3": stayed, "due6": 0, "known6": 0, "stayed6": 0},
    }


def test_a_hidden_line_does_not_follow_from_the_sum_and_the_other_lines() -> None:
    firms = [
        numbers_of(100, 40, 20, 90, 80, 50),
        numbers_of(200, 60, 30, 180, 150, 100),
        numbers_of(5, 2, 1, 4, 3, 2),
    ]
    whole = {name: sum(one[name] for one in firms) for name in NUMBERS}
    lines = [Line(f"第{n}家", "", dict(one)) for n, one in enumerate(firms)]
    told = publish_jointly(lines, whole)
    assert lines[2].numbers["arrived"] is None
    for name in ("arrived", "due3"):
        hidden = [line for line in lines if line.numbers[name] is None]
        assert told[name] is None or len(hidden) >= 2
    for name in ("left", "known3", "stayed3"):
        hidden = [line for line in lines if line.numbers[name] is None]
        assert told[name] is None or len(hidden) != 1
    assert any(line.numbers["arrived"] is not None for line in lines)


def test_the_sums_are_of_all_rows_however_many(session: Session) -> None:
    order = make_order(session)
    row = {"city_code": "440600", "enterprise_id": order.enterprise_id}
    counts = {"arrived": 2, "left": 1, "reasons": {"pay": 1}, "computed_on": today()}
    session.execute(insert(StayingSum), [row | counts | {"county_code": f"{n:06d}"} for n in range(2100)])
    session.commit()
    page = staying_page(session, actor_of(session, make_user(session, Role.PROVINCE, opens=False)), "order")
    assert (page.sums["arrived"], page.reasons[0][1]) == (4200, 2100)


def test_the_sums_of_an_enterprise_are_those_of_its_jobs_and_follow_them(session: Session) -> None:
    first = make_order(session)
    second = make_order(session, enterprise=first.enterprise)
    gone(session, first, 10, LeaveReason.PAY)
    gone(session, second, 10, LeaveReason.PAY)
    row = gone(session, second, 120, None)
    gone_through(session, row, True)
    staying.refresh(session, today())
    staying.refresh(session, today())
    jobs, one = session.scalars(select(StayingSummary)).all(), session.scalars(select(StayingSum)).one()
    assert len(jobs) == 2
    for name in (*NUMBERS, "not_arrived"):
        assert getattr(one, name) == sum(getattr(job, name) for job in jobs), name
    assert (one.arrived, one.reasons, one.promises) == (3, {"pay": 2, "": 1}, {"wage": 2})
    assert one.cards == dict(sum((Counter(job.cards) for job in jobs), Counter()))
    for number in (first.id, second.id):
        session.execute(update(Placement).where(Placement.order_id == number).values(state="offered"))
    session.commit()
    staying.refresh(session, today())
    assert session.scalar(select(func.count(StayingSum.id))) == 0


def test_a_supervisor_finds_the_figures_in_the_menu(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    above = make_user(session, Role.PREFECTURE, area_code="513400")
    page = sign_in(above).get("/problems/staying-figures").text
    assert 'href="/problems/staying-figures"' in page


def gone_through(session: Session, row: Placement, *times: bool) -> None:
    """``row``'s person went through the card so often; each time all was clear, or not."""
    for is_clear in times:
        session.add(
            Acknowledgement(
                placement_id=row.id,
                worker_id=row.worker_id,
                terms={},
                points={},
                is_clear=is_clear,
                channel=Channel.VISIT,
                acknowledged_at=utc_now(),
            )
        )
    session.commit()


def test_stays_are_told_by_card_with_what_is_not_known(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    """The last time through the card counts; who has no record is a line of its own, not a no."""
    order = make_order(session)
    stayed, left, unheard = arrived(session, order), gone(session, order, 20, None), arrived(session, order)
    found(session, stayed, 3, Outcome.EMPLOYED)
    for row in (left, unheard):
        gone_through(session, row, True)
    gone_through(session, stayed, False, True)
    gone_through(session, arrived(session, order), True, False)
    arrived(session, order)
    arrived(session, order, RECENTLY)
    staying.refresh(session, today())
    county = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    page = staying_page(session, actor_of(session, county), "order")
    names = ("arrived", "due3", "known3", "stayed3")
    told = {card: tuple(numbers[name] for name in names) for card, numbers in page.cards}
    assert told == {Card.CLEAR: (3, 3, 2, 1), Card.OPEN: (1, 1, 0, 0), Card.NONE: (2, 1, 0, 0)}
    text = sign_in(county).get("/problems/staying").text
    assert "没有对过的记录" in text
    assert "1 / 2" in text


def test_a_small_group_of_a_card_is_not_told_by_the_others(session: Session) -> None:
    order = make_order(session)
    for number in range(25):
        row = arrived(session, order)
        if number < 4:
            gone_through(session, row, True)
    staying.refresh(session, today())
    above = actor_of(session, make_user(session, Role.PREFECTURE, area_code="513400", opens=False))
    page = staying_page(session, above, "order")
    assert len(page.cards) == 3
    assert {value for _card, numbers in page.cards for value in numbers.values()} == {None}


def test_an_enterprise_and_a_neighbour_see_their_own_only(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    ours, theirs = make_order(session, title="我们的岗位"), make_order(session, title="别家的岗位")
    arrived(session, ours)
    arrived(session, theirs, county=BUTUO)
    staying.refresh(session, today())
    factory = make_user(session, Role.ENTERPRISE, organisation_id=ours.enterprise_id)
    neighbour = make_user(session, Role.COUNTY, area_code=BUTUO)
    page, other = (sign_in(user).get("/problems/staying").text for user in (factory, neighbour))
    assert ("我们的岗位" in page, "别家的岗位" in page) == (True, False)
    assert ("我们的岗位" in other, "别家的岗位" in other) == (False, True)
    worker = make_user(session, Role.WORKER, worker_id=make_worker(session).id)
    assert sign_in(worker).get("/problems/staying").status_code == 403
