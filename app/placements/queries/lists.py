"""Lists, read by key, through the actor's scope."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.kit.web.whole_list import Whole, in_line_whole, newest_whole
from models.access import Actor, Permission, Role, by_area, visible_to
from models.i18n import N_
from models.jobs.order import Order
from models.people.calling import Round, RoundCall, is_waiting
from models.placement.departure import Departure, Passenger, Way
from models.placement.follow_up import is_for
from models.placement.leaving import LeaveReason
from models.placement.placement import WORKING, FollowUp, Outcome, Placement, PlacementState
from models.reference.area import area_stem, begins_with, inside_one_of
from models.reference.dated_fact import MoneyFigure
from models.second_person import others
from models.summary.facts import facts
from models.summary.figure import Figure
from models.waiting import newest_page, page_in_line

S = PlacementState
PAGE = 50


@dataclass(frozen=True)
class Stage:
    """One tab: the states it shows, its word, and whether the newest come first."""

    name: str
    word: str
    states: tuple[PlacementState, ...]
    newest_first: bool = False


STAGES = (
    Stage("invited", N_("企业邀请"), (S.INVITED,)),
    Stage("offered", N_("等答复"), (S.OFFERED,)),
    Stage("accepted", N_("愿意去"), (S.ACCEPTED, S.INTERVIEW)),
    Stage("hired", N_("待出发"), (S.HIRED,)),
    Stage("departed", N_("在路上"), (S.DEPARTED,)),
    Stage("on_site", N_("在岗"), WORKING),
    Stage(
        "ended", N_("已结束"), (S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.NOT_HIRED, S.NOT_ARRIVED, S.LEFT), True
    ),
)
# Of every state: no tab, but what a step of the funnel or a reason leads to.
ALL = Stage("all", N_("全部推荐"), tuple(S), True)
STAGE_BY_NAME = {stage.name: stage for stage in (*STAGES, ALL)}


WITH_A_PLACEMENT = (
    joinedload(Placement.worker),
    joinedload(Placement.order).joinedload(Order.enterprise),
    joinedload(Placement.interview),
)
WITH_A_FOLLOW_UP = (
    contains_eager(FollowUp.placement).joinedload(Placement.worker),
    contains_eager(FollowUp.placement).joinedload(Placement.order).joinedload(Order.enterprise),
)


def scoped(actor: Actor, permission: Permission = Permission.PLACEMENT_READ) -> Select[Placement]:
    """A statement for the placements ``actor`` may see, with person, order and enterprise."""
    statement = select(Placement).options(*WITH_A_PLACEMENT)
    return visible_to(actor, statement, Placement, permission)


REACHED: dict[str, tuple[Figure, int | None]] = {
    "offered": (Figure.OFFERED, None),
    "hired": (Figure.HIRED, None),
    "arrived": (Figure.ARRIVED, None),
    "kept3": (Figure.KEPT, 3),
    "kept6": (Figure.KEPT, 6),
}
REACHED_WORDS = {
    "offered": N_("推荐过的"),
    "hired": N_("录用过的"),
    "arrived": N_("到过岗的"),
    "kept3": N_("干满三个月的"),
    "kept6": N_("干满六个月的"),
}


@dataclass(frozen=True)
class Among:
    """What a list is narrowed to: an order, a home (a county or all of a prefecture), a city, a step of the
    funnel that was reached on or before ``on``, a reason for leaving, and ``also``."""

    order_id: int | None = None
    home: str = ""
    city: str = ""
    reached: str = ""
    why: LeaveReason | None = None
    on: date = date.max
    also: tuple[ColumnElement[bool], ...] = ()

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """On placements."""
        wanted = list(self.also)
        if self.order_id:
            wanted.append(Placement.order_id == self.order_id)
        if self.home:
            wanted.append(begins_with(Placement.county_code, area_stem(self.home)))
        if self.city:
            wanted.append(begins_with(Placement.city_code, area_stem(self.city)))
        if self.why:
            wanted.append(Placement.leave_reason == self.why)
        if self.reached in REACHED:
            wanted += self._steps(*REACHED[self.reached])
        return wanted

    def _steps(self, figure: Figure, months: int | None) -> list[ColumnElement[bool]]:
        """The figure's own conditions (models.summary.facts): a list has the rows that its number counts."""
        conditions = list(facts(self.on)[figure].conditions)
        if months is None:
            return conditions
        asked = (FollowUp.placement_id == Placement.id, FollowUp.months == months, *conditions)
        return [exists().where(*asked)]


EVERYWHERE = Among()


def state_counts(session: Session, actor: Actor, among: Among = EVERYWHERE) -> dict[PlacementState, int]:
    """Placements per state that the actor may see; read off the (area, state) index.

    A city says its range of codes besides: by a list of its places SQLite reads all placements.
    """
    conditions = [*among.conditions, *_city_range(actor, Permission.PLACEMENT_READ)]
    statement = select(Placement.state, func.count()).where(*conditions).group_by(Placement.state)
    return dict(session.execute(visible_to(actor, statement, Placement, Permission.PLACEMENT_READ)).all())


def _city_range(actor: Actor, permission: Permission) -> list[ColumnElement[bool]]:
    """The codes among which all of a city's are: the first four digits are those of the city itself."""
    rights = actor.rights_for(permission)
    if not rights or any(right.role not in (Role.CITY, Role.REGISTRATION) for right in rights):
        return []
    return [inside_one_of(Placement.city_code, [right.area_code or "" for right in rights])]


def stage_counts(session: Session, actor: Actor, among: Among = EVERYWHERE) -> dict[str, int]:
    counts = state_counts(session, actor, among)
    return {stage.name: sum(counts.get(state, 0) for state in stage.states) for stage in (*STAGES, ALL)}


def page_of(
    session: Session,
    actor: Actor,
    stage: Stage,
    after: str = "",
    among: Among = EVERYWHERE,
    size: int = PAGE,
) -> tuple[list[Placement], str]:
    """One page of a stage, what is due first and has waited longest before the rest, and the key of the next
    page ("" where there is none)."""
    statement = scoped(actor).where(Placement.state.in_(stage.states), *among.conditions)
    if not stage.newest_first:
        return page_in_line(session, statement, Placement, after, size)
    return newest_page(session, statement, Placement, after, size)


def whole(actor: Actor, stage: Stage, among: Among) -> Whole:
    """All placements of a stage, in the order of its list."""
    seen = visible_to(actor, select(Placement), Placement, Permission.PLACEMENT_READ)
    rows = seen.where(Placement.state.in_(stage.states), *among.conditions)
    return (newest_whole if stage.newest_first else in_line_whole)(rows, Placement, seen)


def chosen(session: Session, actor: Actor, ids: list[int], permission: Permission) -> list[Placement]:
    """Those of ``ids`` on which the actor holds ``permission``, at most 500."""
    statement = scoped(actor, permission).where(Placement.id.in_(ids[:500])).order_by(Placement.id)
    return list(session.scalars(statement))


def departures(
    session: Session, actor: Actor, after: int | None = None
) -> tuple[list[Departure], int | None]:
    """One page of groups, the newest first, and the key of the next."""
    statement = visible_to(actor, select(Departure), Departure, Permission.PLACEMENT_READ)
    if after:
        statement = statement.where(Departure.id < after)
    rows = list(session.scalars(statement.order_by(Departure.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def members(
    session: Session, actor: Actor, departure: Departure, permission: Permission = Permission.PLACEMENT_READ
) -> list[Placement]:
    """The people of a group on whom the actor holds ``permission``, in the order of the register."""
    travel = select(Passenger.placement_id).where(
        Passenger.departure_id == departure.id, Passenger.left_at.is_(None)
    )
    is_out = departure.way is Way.OUT
    here = Placement.departure_id == departure.id if is_out else Placement.id.in_(travel)
    statement = scoped(actor, permission).where(here)
    return list(session.scalars(statement.order_by(Placement.worker_id)))


def left_group(session: Session, actor: Actor, departure: Departure) -> list[tuple[Passenger, Placement]]:
    """Who left a group before it went, with the reason."""
    statement = (
        scoped(actor)
        .join(Passenger, Passenger.placement_id == Placement.id)
        .where(Passenger.departure_id == departure.id, Passenger.left_at.is_not(None))
        .add_columns(Passenger)
    )
    return [(place, placement) for placement, place in session.execute(statement.limit(PAGE)).unique()]


def free_to_join(session: Session, actor: Actor, departure: Departure) -> list[Placement]:
    """Hired people of the county, going to the same city, whom no group takes yet; at most fifty."""
    statement = scoped(actor, Permission.PLACEMENT_DEPART).where(
        Placement.state == S.HIRED,
        Placement.departure_id.is_(None),
        Placement.county_code == departure.county_code,
        Placement.city_code == departure.city_code,
    )
    return list(session.scalars(statement.order_by(Placement.id).limit(PAGE)))


ROSTER = (S.HIRED, S.DEPARTED, *WORKING)


def roster(session: Session, actor: Actor, after: str = "") -> tuple[list[Placement], str]:
    """One page of people on the way to and at work in the actor's enterprise, who was hired last first, and
    the key of the next."""
    own = actor.organisations(Role.ENTERPRISE)
    statement = scoped(actor).where(Placement.state.in_(ROSTER), Placement.enterprise_id.in_(own))
    return newest_page(session, statement, Placement, after, PAGE)


# --- follow-ups -----------------------------------------------------------------------------------------


def follow_ups(actor: Actor, permission: Permission) -> Select[FollowUp]:
    """A statement for the follow-ups of the actor's placements, with all that a line shows."""
    return plain_follow_ups(actor, permission).options(*WITH_A_FOLLOW_UP)


def plain_follow_ups(actor: Actor, permission: Permission) -> Select[FollowUp]:
    """The same, with nothing loaded beside."""
    statement = select(FollowUp).join(Placement, FollowUp.placement_id == Placement.id)
    return visible_to(actor, statement, Placement, permission).where(near(actor, permission))


def bare_follow_ups(actor: Actor, permission: Permission, *columns: Any) -> Select[Any]:
    """``columns`` of follow-ups alone, without their placements: where the reader's places stand on the row
    itself (they never change), tens of thousands are counted off an index."""
    inside = near(actor, permission)
    if inside.compare(true()):
        return plain_follow_ups(actor, permission).with_only_columns(*columns, maintain_column_froms=True)
    return select(*columns).select_from(FollowUp).where(inside)


def due_at_work(actor: Actor, until: date, *columns: Any) -> Select[Any]:
    """``columns`` of follow-ups due by ``until`` of people at work, whom ``actor`` may ring: those of a place
    off its own index, tried among the numbers of who is at work.

    Of a township, whose follow-ups say no such place, an outer join begins with who is at work and reads what
    is open of each: among half a million, SQLite takes "not recorded" for rare.
    """
    permission = Permission.FOLLOWUP_RECORD
    inside, city = near(actor, permission), _city_range(actor, permission)
    if inside.compare(true()):
        at_work = select(*columns).select_from(Placement).outerjoin(FollowUp, is_open(until))
        return visible_to(actor, at_work.where(Placement.state.in_(WORKING)), Placement, permission)
    at_work = select(Placement.id).where(Placement.state.in_(WORKING), *city)
    number: Any = FollowUp.placement_id + 0  # not as an index finds it: each would be looked up alone
    due = FollowUp.recorded_at.is_(None), FollowUp.due_on <= until
    among = number.in_(visible_to(actor, at_work, Placement, permission))
    return select(*columns).select_from(FollowUp).where(inside, *due, among)


# The scope of placements once more, of the row itself, where follow-ups say as much.
_OWN_PLACE = {
    Role.COUNTY: by_area("county_code"),
    Role.PREFECTURE: by_area("county_code"),
    Role.CITY: by_area("city_code"),
    Role.REGISTRATION: by_area("city_code"),
}


def near(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The follow-ups of the actor's places, so that an index of theirs answers instead of all placements."""
    rights = actor.rights_for(permission)
    if not rights or any(right.role not in _OWN_PLACE for right in rights):
        return true()
    return or_(*(_OWN_PLACE[right.role](FollowUp, right) for right in rights))


def is_due(until: date) -> ColumnElement[bool]:
    """Follow-ups due by ``until`` and not yet made, of people who are at work."""
    return and_(Placement.state.in_(WORKING), FollowUp.recorded_at.is_(None), FollowUp.due_on <= until)


def is_open(until: date) -> ColumnElement[bool]:
    """The follow-ups of a placement that are due by ``until`` and not yet made."""
    return and_(
        FollowUp.placement_id == Placement.id, FollowUp.recorded_at.is_(None), FollowUp.due_on <= until
    )


def waits_for_check(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Unverified findings, without the actor's own: a finding is checked by a second person."""
    return and_(
        FollowUp.recorded_at.is_not(None),
        FollowUp.outcome != Outcome.UNKNOWN,
        FollowUp.verified_at.is_(None),
        others(session, actor, FollowUp.recorded_by_id),
    )


def due_follow_ups(
    session: Session,
    actor: Actor,
    until: date,
    limit: int = PAGE,
    start: int = 0,
    after: FollowUp | None = None,
) -> list[FollowUp]:
    """Follow-ups due by ``until``, the oldest first, from the one at ``start`` or those ``after`` one on."""
    statement = follow_ups(actor, Permission.FOLLOWUP_RECORD).where(is_due(until))
    if after is not None:
        place = literal(after.due_on), literal(after.id)
        statement = statement.where(tuple_(FollowUp.due_on, FollowUp.id) > tuple_(*place))
    return list(session.scalars(statement.order_by(FollowUp.due_on, FollowUp.id).offset(start).limit(limit)))


def follow_ups_to_ring(
    session: Session, actor: Actor, until: date, now: datetime, limit: int = PAGE
) -> list[FollowUp]:
    """Those of the due whom no colleague is ringing, and who did answer or may be tried again."""
    place = and_(
        RoundCall.round == Round.FOLLOW_UP,
        RoundCall.worker_id == Placement.worker_id,
        RoundCall.subject_id == FollowUp.id,
    )
    statement = (
        follow_ups(actor, Permission.FOLLOWUP_RECORD)
        .outerjoin(RoundCall, place)
        .where(is_due(until), is_waiting(actor.user_id, now))
        .where(is_for(actor.user_id))
    )
    tries = func.coalesce(RoundCall.tries, 0)
    order = (FollowUp.assigned_to_id.is_(None), tries, FollowUp.due_on, FollowUp.id)
    return list(session.scalars(statement.order_by(*order).limit(limit)))


def figures_of(session: Session, owner_codes: set[str]) -> list[MoneyFigure]:
    """The sums of these areas with their past, grouped by name, the present one first."""
    statement = select(MoneyFigure).where(MoneyFigure.owner_code.in_(owner_codes))
    return list(session.scalars(statement.order_by(MoneyFigure.name, MoneyFigure.valid_from.desc())))
