"""Leaving together: who leads, how, when and from where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import passengers
from app.placements.operations.steps import move, reveal, tell
from models.access import Actor, Role
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.placement.departure import Departure, Way
from models.placement.placement import Placement, PlacementState
from models.workflow import REASON_MISSING, TransitionRefused

PUT_OFF = Sentence("这一队推迟了，新的出发时间还没定。请先在“改出发安排”里填新的时间。")


@dataclass(frozen=True)
class Journey:
    """What the county decides about one group."""

    leader_name: str
    leader_phone: str
    transport: str
    from_place: str
    departs_at: datetime
    note: str = ""
    vehicle: str = ""
    seats: int | None = None


def group(
    session: Session, actor: Actor, placements: list[Placement], journey: Journey, now: datetime
) -> Departure:
    """Make a group of hired people who go to one city, and tell each when and where it leaves.

    Raises TransitionRefused for an empty group, people of several counties or cities, a person who is not
    hired or has a group already, a journey that lies behind, or more people than seats.
    """
    refuse_past(journey.departs_at, now)
    if not placements:
        raise TransitionRefused(Sentence("请先勾选要一起出发的人。"))
    if len({(p.county_code, p.city_code) for p in placements}) > 1:
        raise TransitionRefused(Sentence("一队人要去同一个城市，请分开编队。"))
    if any(p.state is not PlacementState.HIRED or p.departure_id for p in placements):
        raise TransitionRefused(Sentence("有人还没录用、已经出发或已在别的队里，请刷新后重选。"))
    passengers.refuse_crowd(journey.seats, len(placements))
    first = placements[0]
    departure = Departure(
        county_code=first.county_code, city_code=first.city_code, created_by_id=actor.user_id, **vars(journey)
    )
    session.add(departure)
    session.flush()
    passengers.seat(session, departure, placements, late=False)
    line = {"line": departure.arrangement}
    for placement in placements:
        placement.departure_id = departure.id
        tell(session, actor, placement, MessageKind.DEPARTURE, line, day_of(journey.departs_at))
    record(session, actor, EventTag.DEPARTURE_CREATE, departure, counts=len(placements))
    return departure


def change(
    session: Session, actor: Actor, departure: Departure, journey: Journey, reason: str, now: datetime
) -> None:
    """Put the arrangement of a group right that has not left, with the reason; its people are told anew.

    Raises TransitionRefused without a reason, for a journey that lies behind, and once everybody has left.
    """
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    waiting = [p for p in _members(session, departure) if p.state is PlacementState.HIRED]
    is_out = departure.way is Way.OUT
    people = len(waiting) if is_out else passengers.count(session, departure)
    if not people or departure.left_at is not None:
        raise TransitionRefused(Sentence("这一队没有等着出发的人。"))
    refuse_past(journey.departs_at, now)
    passengers.refuse_crowd(journey.seats, people)
    before, departure.postponed_at = str(departure.arrangement), None
    for name, value in vars(journey).items():
        setattr(departure, name, value)
    line = {"line": departure.arrangement}
    for placement in waiting:
        tell(session, actor, placement, MessageKind.DEPARTURE_CHANGED, line, day_of(journey.departs_at))
    if not is_out:
        passengers.tell_seats(session, actor, departure, now)
    told = {"from": before, "to": str(departure.arrangement)}
    record(session, actor, EventTag.DEPARTURE_CHANGE, departure, reason=reason, **told)


def postpone(session: Session, actor: Actor, departure: Departure, reason: str, now: datetime) -> int:
    """Put a group off whose new day nobody knows yet; how many were told.

    It leaves once its arrangement was changed to a new time. Raises TransitionRefused without a reason, and
    where nobody waits any more or it was put off before.
    """
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    waiting = [p for p in _members(session, departure) if p.state is PlacementState.HIRED]
    if not waiting or departure.postponed_at is not None:
        raise TransitionRefused(Sentence("这一队没有等着出发的人，或者已经推迟了。"))
    departure.postponed_at = now
    words = {"when": departure.departs_at, "reason": reason.strip()}
    for placement in waiting:
        tell(session, actor, placement, MessageKind.DEPARTURE_PUT_OFF, words)
    record(session, actor, EventTag.DEPARTURE_CHANGE, departure, event="postpone", reason=reason)
    return len(waiting)


def is_to_leave(departure: Departure, members: Iterable[Placement]) -> bool:
    """Whether somebody of the group still waits to set off: until then its tickets and its day matter."""
    if departure.way is not Way.OUT:
        return departure.left_at is None
    return any(one.state is PlacementState.HIRED for one in members)


def sees_leader(actor: Actor, members: Iterable[Placement]) -> bool:
    """Whether ``actor`` reads the leader's telephone: a factory rings it while its people wait to set off or
    are on the way, and has no use for it afterwards."""
    is_under_way = any(one.state in (PlacementState.HIRED, PlacementState.DEPARTED) for one in members)
    return is_under_way or not actor.has_role(Role.ENTERPRISE)


def refuse_past(departs_at: datetime, now: datetime) -> None:
    """Raises TransitionRefused where a journey that is still to be arranged would have begun."""
    if departs_at < now:
        raise TransitionRefused(Sentence("出发时间已经过去了，请填还没到的时间。"))


def _members(session: Session, departure: Departure) -> list[Placement]:
    return list(
        session.scalars(
            select(Placement).where(Placement.departure_id == departure.id).order_by(Placement.worker_id)
        )
    )


def depart(session: Session, actor: Actor, departure: Departure) -> int:
    """The hired people of the group are now on the way. Returns how many."""
    if departure.postponed_at is not None:
        raise TransitionRefused(PUT_OFF)
    going = [p for p in _members(session, departure) if p.state is PlacementState.HIRED]
    if not going:
        raise TransitionRefused(Sentence("这一队没有等着出发的人。"))
    for placement in going:
        move(session, actor, placement, "depart")
    return len(going)


def reveal_for_tickets(
    session: Session,
    actor: Actor,
    departure: Departure,
    placements: list[Placement],
    purpose: str,
    today: date,
    most: int,
    *,
    as_file: bool,
) -> None:
    """Note that ``actor`` reads what buys the group's tickets, and takes it as a file.

    Raises TransitionRefused once the group has left, and beyond ``most`` people a day.
    """
    if not is_to_leave(departure, placements):
        raise TransitionRefused(Sentence("这一队已经出发了，不用再买票，证件号和电话不再给出。"))
    reveal(session, actor, placements, purpose, today, most, ("id_number", "phone"))
    if as_file:
        record(session, actor, EventTag.WORKER_EXPORT, departure, purpose=purpose, rows=len(placements))
