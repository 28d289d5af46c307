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
from models.placement.leaving import Channel
from models.placement.placement import Placement, PlacementState

CLERK = "county"


def tell_travel(session: Session, today: date) -> None:
    """A group that leaves in three days, a round before the coming festival, a few calls of the clerk."""
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
    for number, one in enumerate(listed(session, clerk, row, "unasked", today, limit=6)):
        goes = number % 3 != 2
        said: dict[str, Any] = {"goes_home": goes}
        if goes:
            said |= {"seat_home": True, "comes_back": True, "leaves_on": date(year, 1, 24)}
        spring_return.answer(session, clerk, one, said, Channel.PHONE, utc_now())


def _calls(session: Session, clerk: Actor, today: date) -> None:
    rows = of_collector(session, clerk, None, today)[:5]
    if rows:
        rounds.assign(session, clerk, rows, clerk.user_id, today)
        rounds.remember(session, clerk, rows[0], "白天在车间，晚上八点后打", today, today)
