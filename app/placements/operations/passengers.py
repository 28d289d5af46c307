"""Who is in a group: people who join late or leave it, who was rung, seats, whom to ring in an emergency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.placements.operations.steps import tell
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.messages.message import send
from models.placement.departure import WAY_LABELS, Departure, Passenger, Way
from models.placement.placement import Placement, PlacementState
from models.workflow import REASON_MISSING, TransitionRefused

SEATS_SHORT = Sentence("座位只有 %(seats)s 个，人有 %(people)s 个，多了 %(more)s 人。请加座位或分成两队。")


@dataclass(frozen=True)
class Contact:
    """What the county notes about one place in a group; ``reached`` is None where nobody rang."""

    seat: str
    emergency_contact: str
    reached: bool | None


def refuse_crowd(seats: int | None, people: int) -> None:
    """Raises TransitionRefused where more people would travel than there are seats."""
    if seats is not None and people > seats:
        raise TransitionRefused(
            Sentence(SEATS_SHORT.text, {"seats": seats, "people": people, "more": people - seats})
        )


def count(session: Session, departure: Departure) -> int:
    """How many are in the group."""
    here = select(func.count(Passenger.id)).where(
        Passenger.departure_id == departure.id, Passenger.left_at.is_(None)
    )
    return session.scalar(here) or 0


def places_of(session: Session, departure: Departure) -> dict[int, Passenger]:
    """The places in a group by person, of those too who left it."""
    rows = session.scalars(select(Passenger).where(Passenger.departure_id == departure.id))
    return {row.worker_id: row for row in rows}


def seat(session: Session, departure: Departure, placements: Sequence[Placement], *, late: bool) -> None:
    """Give people a place in a group; who left it before comes back into the same one."""
    known = places_of(session, departure)
    for placement in placements:
        place = known.get(placement.worker_id)
        if place is None:
            place = Passenger(departure_id=departure.id, worker_id=placement.worker_id, joined_late=late)
            session.add(place)
        place.placement_id, place.left_at, place.left_reason = placement.id, None, ""


def tell_seats(session: Session, actor: Actor, departure: Departure, now: datetime) -> int:
    """Tell everybody of a group that goes home or comes back when and where it leaves; how many."""
    words = {"way": Sentence(WAY_LABELS[departure.way]), "line": departure.arrangement}
    people = session.scalars(
        select(Passenger.worker_id)
        .where(Passenger.departure_id == departure.id, Passenger.left_at.is_(None))
        .order_by(Passenger.worker_id)
    ).all()
    until = day_of(departure.departs_at)
    for worker_id in people:
        send(session, worker_id, MessageKind.SPRING_SEAT, words, actor=actor, now=now, until=until)
    return len(people)


def join(
    session: Session, actor: Actor, departure: Departure, placements: Sequence[Placement], now: datetime
) -> int:
    """Let hired people join a group that has not left; each is told where and when.

    Raises TransitionRefused for people of another county or city or not free to go, and for want of seats.
    """
    if departure.way is not Way.OUT or departure.departs_at < now:
        raise TransitionRefused(Sentence("这一队已经出发或不是去上岗的，不能再加人。"))
    if not placements:
        raise TransitionRefused(Sentence("请先勾选要一起出发的人。"))
    where = (departure.county_code, departure.city_code)
    if any((p.county_code, p.city_code) != where for p in placements):
        raise TransitionRefused(Sentence("一队人要去同一个城市，请分开编队。"))
    if any(p.state is not PlacementState.HIRED or p.departure_id for p in placements):
        raise TransitionRefused(Sentence("有人还没录用、已经出发或已在别的队里，请刷新后重选。"))
    refuse_crowd(departure.seats, count(session, departure) + len(placements))
    seat(session, departure, placements, late=True)
    line = {"line": departure.arrangement}
    for placement in placements:
        placement.departure_id = departure.id
        tell(session, actor, placement, MessageKind.DEPARTURE, line, day_of(departure.departs_at))
    record(session, actor, EventTag.DEPARTURE_CHANGE, departure, event="join", counts=len(placements))
    return len(placements)


def leave(session: Session, actor: Actor, placement: Placement, reason: str, now: datetime) -> None:
    """Take a person out of a group that has not left, with the reason; the person is told.

    Raises TransitionRefused once the person is on the way, and without a reason.
    """
    if placement.state is not PlacementState.HIRED or placement.departure_id is None:
        raise TransitionRefused(Sentence("已经出发，不能再移出队伍。"))
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    here = (Passenger.departure_id == placement.departure_id, Passenger.worker_id == placement.worker_id)
    place = session.scalar(select(Passenger).where(*here))
    if place is not None:
        place.left_at, place.left_reason = now, reason.strip()[:200]
    told = {"departure": placement.departure_id, "reason": reason}
    record(session, actor, EventTag.PLACEMENT_ADVANCE, placement, event="drop", **told)
    placement.departure_id = None
    tell(session, actor, placement, MessageKind.DEPARTURE_LEFT, {"title": placement.order.title})


def note_contact(
    session: Session, actor: Actor, departure: Departure, place: Passenger, said: Contact, now: datetime
) -> None:
    """Note the seat, whom to ring in an emergency, and whether the person answered."""
    place.seat = said.seat.strip()
    place.emergency_contact = said.emergency_contact.strip() or None
    if said.reached is not None:
        place.reached, place.rung_at, place.rung_by_id = said.reached, now, actor.user_id
    record(session, actor, EventTag.DEPARTURE_CHANGE, departure, event="contact", worker=place.worker_id)
