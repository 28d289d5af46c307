"""People on their way in the demo: a group with seats, the spring return, calls given to somebody."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.placements.operations import departures, passengers, rounds, spring_return
from app.placements.operations.departures import Journey
from app.placements.operations.passengers import Contact
from app.placements.operations.spring_return import Plan
from app.placements.queries.rounds import of_collector
from app.placements.queries.spring_return import listed
from models.access import Actor
from models.clock import utc_now
from models.placement.departure import Way
from models.placement.leaving import Channel
from models.placement.placement import Placement, PlacementState
from models.placement.spring_return import ReturnAnswer

CLERK = "county"
EARLY_DAYS = 10


def tell_travel(session: Session, today: date) -> None:
    """A group that leaves in three days, a round before the coming festival with a group that is home
    already, a few calls of the clerk and more that nobody has."""
    clerk = actor_named(session, CLERK, today)
    _group(session, clerk)
    _spring(session, clerk, today)
    _calls(session, clerk, today)
    session.flush()


def _group(session: Session, clerk: Actor) -> None:
    waiting = (Placement.county_code == ZHAOJUE, Placement.state == PlacementState.HIRED)
    most = select(Placement.city_code).where(*waiting, Placement.departure_id.is_(None))
    city = session.scalar(most.group_by(Placement.city_code).order_by(func.count().desc()).limit(1))
    if city is None:
        return
    hired = select(Placement).where(*waiting, Placement.city_code == city, Placement.departure_id.is_(None))
    people = list(session.scalars(hired.order_by(Placement.id).limit(8)))
    now = utc_now()
    leaves = now.replace(hour=0, minute=30, second=0, microsecond=0) + timedelta(days=3)
    note, coach = "带身份证、被子，晕车的带药", ("川W A6021", 45)
    journey = Journey("吉克木果", "13800010001", "大巴", "昭觉县客运站", leaves, note, *coach)
    made = departures.group(session, clerk, people, journey, now)
    places = list(passengers.places_of(session, made).values())
    for number, place in enumerate(places[:3], 1):
        said = Contact(f"{number}排", "", reached=number != 3)
        passengers.note_contact(session, clerk, made, place, said, now)


def _spring(session: Session, clerk: Actor, today: date) -> None:
    year = today.year + 1 if today.month > 3 else today.year
    plan = Plan(year, date(year, 1, 20), date(year, 3, 5), "正月十六前都算按时")
    row = spring_return.open_round(session, clerk, plan, today)
    asked = listed(session, clerk, row, "unasked", today, limit=14)
    early = asked[:4]
    for number, one in enumerate(asked):
        goes = number < len(early) or number % 3 != 2
        said: dict[str, Any] = {"goes_home": goes}
        if goes:
            leaves = today - timedelta(days=EARLY_DAYS) if one in early else date(year, 1, 24)
            said |= {"seat_home": True, "comes_back": True, "leaves_on": leaves}
        spring_return.answer(session, clerk, one, said, Channel.PHONE, utc_now())
    _home_already(session, clerk, [one for one in early if one.city_code == early[0].city_code], today)


def _home_already(session: Session, clerk: Actor, people: list[ReturnAnswer], today: date) -> None:
    """Who went before the others: the coach left, all but the last of several are there."""
    if not people:
        return
    leaves = utc_now().replace(hour=0, minute=30, second=0, microsecond=0) - timedelta(days=EARLY_DAYS)
    coach = ("大巴", "南门停车场", leaves, "家里有事，先走的一队", "粤A 30218", 45)
    trip = Journey("吉克木果", "13800010001", *coach)
    made = spring_return.group(session, clerk, Way.HOME, people, trip, leaves - timedelta(days=1))
    spring_return.set_off(session, clerk, made, leaves)
    came = frozenset(one.worker_id for one in people[:-1] or people)
    spring_return.arrive(session, clerk, made, came, today - timedelta(days=EARLY_DAYS - 2), today)


def _calls(session: Session, clerk: Actor, today: date) -> None:
    # Half of them stay with nobody: that is the list in which they are given out.
    waiting = of_collector(session, clerk, None, today)
    rows = waiting[: min(5, len(waiting) // 2)]
    if rows:
        rounds.assign(session, clerk, rows, clerk.user_id, today)
        rounds.remember(session, clerk, rows[0], "白天在车间，晚上八点后打", today, today)
