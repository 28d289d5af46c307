"""The spring return: a round of questions, groups made from the answers, who is back. The caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.placements.operations.departures import Journey, refuse_past
from app.placements.operations.passengers import refuse_crowd, tell_seats
from models.access import Actor, Role
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.fact_dates import refuse_day
from models.i18n import Sentence
from models.placement.departure import Departure, Passenger, Way
from models.placement.leaving import Channel
from models.placement.placement import WORKING, Placement
from models.placement.spring_return import ReturnAnswer, ReturnRound
from models.workflow import TransitionRefused

MOST_MONTHS = 4
TWO_ROUNDS = Sentence("本县 %(year)s 年的春节返乡返岗已经开过了，请用那一个。")
SAID = ("goes_home", "leaves_on", "seat_home", "comes_back", "back_on", "seat_back", "note")


@dataclass(frozen=True)
class Plan:
    """Which Spring Festival, from when people may go home, by when they are to be back."""

    year: int
    home_from: date
    back_by: date
    note: str = ""


def open_round(session: Session, actor: Actor, plan: Plan, today: date) -> ReturnRound:
    """Begin a county's round; everybody at work now is asked.

    Raises TransitionRefused for somebody who does not work for exactly one county, days out of order, and a
    second round for one festival.
    """
    counties = actor.areas(Role.COUNTY)
    if len(counties) != 1:
        raise TransitionRefused(Sentence("只有县级经办能开本县的春节返乡返岗。"))
    if plan.back_by <= plan.home_from or (plan.back_by - plan.home_from).days > 31 * MOST_MONTHS:
        raise TransitionRefused(Sentence("最晚返岗日期要晚于最早返乡日期，相隔不超过四个月，请核对。"))
    if plan.year not in (plan.home_from.year, plan.back_by.year):
        raise TransitionRefused(Sentence("年份和返乡返岗的日期对不上，请核对。"))
    same = (ReturnRound.county_code == counties[0], ReturnRound.year == plan.year)
    if session.scalar(select(ReturnRound.id).where(*same)):
        raise TransitionRefused(Sentence(TWO_ROUNDS.text, {"year": plan.year}))
    row = ReturnRound(county_code=counties[0], created_by_id=actor.user_id, **vars(plan))
    session.add(row)
    session.flush()
    count = ask_more(session, row)
    record(session, actor, EventTag.RETURN_OPEN, row, counts=count)
    return row


def ask_more(session: Session, row: ReturnRound) -> int:
    """Take those into the round who are at work and not in it yet; how many."""
    asked = select(ReturnAnswer.worker_id).where(ReturnAnswer.round_id == row.id)
    working = select(Placement.worker_id, Placement.id, Placement.city_code).where(
        Placement.county_code == row.county_code,
        Placement.state.in_(WORKING),
        Placement.worker_id.not_in(asked),
    )
    people = {worker: (number, city) for worker, number, city in session.execute(working)}
    here = {"round_id": row.id, "county_code": row.county_code}
    lines = [
        here | {"worker_id": worker, "placement_id": number, "city_code": city}
        for worker, (number, city) in people.items()
    ]
    if lines:
        session.execute(insert(ReturnAnswer), lines)
    return len(lines)


def refusal(row: ReturnRound, said: Mapping[str, Any]) -> tuple[str, Sentence] | None:
    """Why an answer cannot be as it is told, and of which field; or None."""
    leaves, back = said.get("leaves_on"), said.get("back_on")
    if said.get("goes_home") is False and (leaves or said.get("seat_home")):
        return "goes_home", Sentence("说了不回家，又写了返乡日期或要座位，请核对。")
    if said.get("comes_back") is False and (back or said.get("seat_back")):
        return "comes_back", Sentence("说了不回来，又写了返岗日期或要座位，请核对。")
    if leaves and back and back < leaves:
        return "back_on", Sentence("返岗日期早于返乡日期，请核对。")
    year = row.back_by.year
    for name, day in (("leaves_on", leaves), ("back_on", back)):
        if day and abs(day.year - year) > 1:
            return name, Sentence("日期不在这个春节前后，请核对年份。")
    return None


def answer(
    session: Session,
    actor: Actor,
    row: ReturnAnswer,
    said: Mapping[str, Any],
    channel: Channel,
    now: datetime,
) -> None:
    """Write down what somebody said; what they did not know stays unknown.

    Raises TransitionRefused for what contradicts itself, and once the person is back.
    """
    if row.came_back_on is not None:
        raise TransitionRefused(Sentence("这个人已经回到岗位，不用再问。"))
    if problem := refusal(row.round, said):
        raise TransitionRefused(problem[1])
    for name in SAID:
        if name in said:
            setattr(row, name, said[name])
    row.answered_at, row.answered_by_id, row.channel = now, actor.user_id, channel
    record(session, actor, EventTag.RETURN_ANSWER, row, worker=row.worker_id, fields=sorted(said))


def group(
    session: Session,
    actor: Actor,
    way: Way,
    rows: Sequence[ReturnAnswer],
    journey: Journey,
    now: datetime,
) -> Departure:
    """Make a group that goes home or comes back from people of one city who want a seat; each is told.

    Raises TransitionRefused for an empty group, people of several cities, somebody who wants no seat or has
    one in another group of this way, more people than seats, and a journey that lies behind.
    """
    refuse_past(journey.departs_at, now)
    if not rows:
        raise TransitionRefused(Sentence("没有要座位的人。"))
    if len({(row.county_code, row.city_code) for row in rows}) > 1:
        raise TransitionRefused(Sentence("一队人要在同一个城市上下车，请分开编队。"))
    wants = [row.seat_home if way is Way.HOME else row.seat_back for row in rows]
    if not all(wants):
        raise TransitionRefused(Sentence("有人没说要座位，请先问清楚。"))
    refuse_crowd(journey.seats, len(rows))
    if seated(session, rows, way):
        raise TransitionRefused(Sentence("有人已经在别的返乡或返岗队里，请刷新后重选。"))
    first = rows[0]
    departure = Departure(
        county_code=first.county_code,
        city_code=first.city_code,
        way=way,
        created_by_id=actor.user_id,
        **vars(journey),
    )
    session.add(departure)
    session.flush()
    for row in rows:
        place = Passenger(departure_id=departure.id, worker_id=row.worker_id, placement_id=row.placement_id)
        session.add(place)
    session.flush()
    tell_seats(session, actor, departure, now)
    record(session, actor, EventTag.DEPARTURE_CREATE, departure, counts=len(rows))
    return departure


def set_off(session: Session, actor: Actor, departure: Departure, now: datetime) -> int:
    """The group has left; how many are in it.

    Raises TransitionRefused for a group to a job, one put off, one without people, and the second time.
    """
    if departure.way is Way.OUT:
        raise TransitionRefused(Sentence("去上岗的队伍，请用“出发了”登记。"))
    if departure.left_at is not None:
        raise TransitionRefused(Sentence("这一队已经登记出发了。"))
    people = _aboard(session, departure)
    if departure.postponed_at is not None or not people:
        raise TransitionRefused(Sentence("这一队推迟了，或者没有人，不能登记出发。"))
    departure.left_at = now
    record(session, actor, EventTag.DEPARTURE_CHANGE, departure, event="set_off", counts=len(people))
    return len(people)


def arrive(
    session: Session, actor: Actor, departure: Departure, came: frozenset[int], on: date, today: date
) -> int:
    """The group is there: ``came`` of it (persons), the others not. Who came back to the factory is at work
    again from that day; how many came.

    Raises TransitionRefused before the group left, for a day to come or before it left, for somebody who is
    not in it, and the second time.
    """
    if departure.left_at is None:
        raise TransitionRefused(Sentence("这一队还没有登记出发，先登记出发。"))
    if departure.arrived_on is not None:
        raise TransitionRefused(Sentence("这一队已经登记到了。"))
    people = _aboard(session, departure)
    if came - people.keys():
        raise TransitionRefused(Sentence("名单变了，有人已经不在这一队里，请刷新后重填。"))
    refuse_day(departure, "arrived_on", on, today)
    if on < day_of(departure.left_at):
        raise TransitionRefused(Sentence("到达日期早于出发的日子，请核对。"))
    departure.arrived_on = on
    for number, place in people.items():
        place.arrived = number in came
    if departure.way is Way.BACK:
        for row in _asked_before(session, departure, came):
            came_back(session, actor, row, on, today)
    told = {"arrived": len(came), "absent": len(people) - len(came)}
    record(session, actor, EventTag.DEPARTURE_CHANGE, departure, event="arrived", counts=told)
    return len(came)


def _aboard(session: Session, departure: Departure) -> dict[int, Passenger]:
    here = select(Passenger).where(Passenger.departure_id == departure.id, Passenger.left_at.is_(None))
    return {row.worker_id: row for row in session.scalars(here.order_by(Passenger.worker_id))}


def _asked_before(session: Session, departure: Departure, people: frozenset[int]) -> Sequence[ReturnAnswer]:
    """The answers of ``people``, not back yet, in the county's last round that began before the group."""
    last = (
        select(ReturnRound.id)
        .where(
            ReturnRound.county_code == departure.county_code, ReturnRound.created_at <= departure.created_at
        )
        .order_by(ReturnRound.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = select(ReturnAnswer).where(ReturnAnswer.round_id == last, ReturnAnswer.came_back_on.is_(None))
    return session.scalars(rows.where(ReturnAnswer.worker_id.in_(people)).order_by(ReturnAnswer.id)).all()


def seated(session: Session, rows: Sequence[ReturnAnswer], way: Way) -> set[int]:
    """Whom of ``rows`` (by person) a group of this way already takes that leaves since the round began."""
    if not rows:
        return set()
    since = rows[0].round.created_at
    taken = (
        select(Passenger.worker_id)
        .join(Departure, Departure.id == Passenger.departure_id)
        .where(Departure.way == way, Departure.created_at >= since, Passenger.left_at.is_(None))
        .where(Passenger.worker_id.in_([row.worker_id for row in rows]))
    )
    return set(session.scalars(taken))


def came_back(session: Session, actor: Actor, row: ReturnAnswer, on: date, today: date) -> None:
    """Note that somebody is at work again since ``on``.

    Raises TransitionRefused for a day to come, one before they went home, and the second time.
    """
    if row.came_back_on is not None:
        raise TransitionRefused(Sentence("这个人已经登记回到岗位了。"))
    refuse_day(row, "came_back_on", on, today)
    if row.leaves_on and on < row.leaves_on:
        raise TransitionRefused(Sentence("回到岗位的日期早于返乡日期，请核对。"))
    row.came_back_on = on
    record(session, actor, EventTag.RETURN_ANSWER, row, event="came_back", worker=row.worker_id)
