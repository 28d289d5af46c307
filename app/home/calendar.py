"""One month of a county on a page: departures, interviews, lessons, calls due, feasts and farm seasons."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.placements.queries.lists import follow_ups, is_due
from models.access import Actor, Permission, Role, visible_to
from models.clock import CHINA, day_of
from models.i18n import N_, Sentence
from models.placement.departure import WAY_LABELS, Departure
from models.placement.interview import Interview
from models.placement.placement import FollowUp, Placement, PlacementState
from models.reference.area import Area, AreaLevel
from models.reference.feasts import FEAST_LABELS, statutory_days
from models.reference.local_day import DayKind, Stretch, local_days, meeting
from models.training.lesson import Lesson
from models.training.training_class import TrainingClass

READ = Permission.PLACEMENT_READ
MOST = 500
DEPARTURE, INTERVIEW, LESSON, CALL = "departure", "interview", "lesson", "call"
EVENT_WORDS = {
    DEPARTURE: N_("出发"),
    INTERVIEW: N_("面试"),
    LESSON: N_("上课"),
    CALL: N_("回访"),
}


@dataclass(frozen=True)
class Event:
    """Something planned on one day; ``url`` leads to it, "" for nowhere."""

    kind: str
    sentence: Sentence
    url: str = ""


@dataclass
class Day:
    """One day of the page. ``feasts`` keep people at home; ``clashes``: what is planned on one of them."""

    on: date
    feasts: list[Sentence] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    clashes: list[Sentence] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """The days of a month that hold something, and the seasons that touch it."""

    first: date
    days: list[Day]
    seasons: list[Stretch]

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """The first day of the month after."""
        return (self.first + timedelta(days=32)).replace(day=1)


def counties(session: Session, actor: Actor) -> dict[str, str]:
    """The counties whose month the actor may look at: the own ones, else those that people came from."""
    codes: Any = actor.areas(Role.COUNTY)
    if not codes and (towns := actor.areas(Role.TOWNSHIP)):
        codes = select(Area.parent_code).where(Area.code.in_(towns))
    elif not codes:
        codes = visible_to(actor, select(Departure.county_code).distinct(), Departure, READ)
    known = select(Area.code, Area.name).where(Area.code.in_(codes), Area.level == AreaLevel.COUNTY)
    return dict(session.execute(known.order_by(Area.code).limit(200)).all())


def month_of(session: Session, actor: Actor, county_code: str, first: date) -> Month:
    """What stands in one month of a county, as far as the actor may see it."""
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    stretches = local_days(session, county_code, first, last) if county_code else []
    feasts = [one for one in stretches if one.local.kind is DayKind.FEAST]
    days = {first + timedelta(days=n): Day(first + timedelta(days=n)) for n in range((last - first).days + 1)}
    for on, feast in statutory_days(first.year).items():
        if on in days:
            days[on].feasts.append(Sentence(FEAST_LABELS[feast]))
    for on, day in days.items():
        day.feasts += [one.sentence for one in meeting(feasts, on)]
    for on, event in _events(session, actor, county_code, first, last):
        if on in days:
            days[on].events.append(event)
    for on, day in days.items():
        for one in meeting(feasts, on):
            day.clashes += [_clash(event, one) for event in day.events if event.kind in (DEPARTURE, LESSON)]
    told = [day for day in days.values() if day.feasts or day.events]
    return Month(first, told, [one for one in stretches if one.local.kind is DayKind.FARM])


def _clash(event: Event, feast: Stretch) -> Sentence:
    words = {"what": Sentence(EVENT_WORDS[event.kind]), "feast": feast.sentence}
    return Sentence("%(what)s正好在%(feast)s，请先问问大家。", words)


def _events(
    session: Session, actor: Actor, county_code: str, first: date, last: date
) -> Iterator[tuple[date, Event]]:
    begins = datetime.combine(first, time(), CHINA)
    ends = datetime.combine(last + timedelta(days=1), time(), CHINA)
    yield from _departures(session, actor, county_code, begins, ends)
    yield from _interviews(session, actor, county_code, begins, ends)
    yield from _lessons(session, actor, county_code, first, last)
    yield from _calls(session, actor, county_code, first, last)


def _of(column: Any, county_code: str) -> list[ColumnElement[bool]]:
    return [column == county_code] if county_code else []


def _departures(
    session: Session, actor: Actor, county_code: str, begins: datetime, ends: datetime
) -> Iterator[tuple[date, Event]]:
    statement = select(Departure).where(
        Departure.departs_at >= begins,
        Departure.departs_at < ends,
        Departure.postponed_at.is_(None),
        *_of(Departure.county_code, county_code),
    )
    statement = visible_to(actor, statement, Departure, READ).order_by(Departure.departs_at).limit(MOST)
    for row in session.scalars(statement):
        words = {"way": Sentence(WAY_LABELS[row.way]), "place": row.from_place, "leader": row.leader_name}
        sentence = Sentence("%(way)s，%(place)s集合，带队人 %(leader)s", words)
        yield (
            day_of(row.departs_at),
            Event(DEPARTURE, sentence, url_for("placements.departure", number=row.id)),
        )


def _interviews(
    session: Session, actor: Actor, county_code: str, begins: datetime, ends: datetime
) -> Iterator[tuple[date, Event]]:
    statement = (
        select(Interview.held_at)
        .join(Placement, Placement.id == Interview.placement_id)
        .where(Interview.held_at >= begins, Interview.held_at < ends, Interview.is_cancelled.is_(False))
        .where(Placement.state == PlacementState.INTERVIEW, *_of(Placement.county_code, county_code))
    )
    numbers: dict[date, int] = {}
    for held_at in session.scalars(visible_to(actor, statement, Placement, READ).limit(5000)):
        numbers[day_of(held_at)] = numbers.get(day_of(held_at), 0) + 1
    for on, count in numbers.items():
        yield (
            on,
            Event(
                INTERVIEW,
                Sentence("%(n)s 场面试", {"n": count}),
                url_for("placements.index", stage="accepted"),
            ),
        )


def _lessons(
    session: Session, actor: Actor, county_code: str, first: date, last: date
) -> Iterator[tuple[date, Event]]:
    if not actor.can(Permission.TRAINING_READ):
        return
    statement = (
        select(Lesson.held_on, TrainingClass.id, TrainingClass.name, func.sum(Lesson.periods))
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(Lesson.held_on.between(first, last), *_of(TrainingClass.county_code, county_code))
        .group_by(Lesson.held_on, TrainingClass.id, TrainingClass.name)
        .order_by(Lesson.held_on, TrainingClass.id)
    )
    statement = visible_to(actor, statement, TrainingClass, Permission.TRAINING_READ)
    for on, number, name, periods in session.execute(statement.limit(5000)):
        sentence = Sentence("%(name)s，%(n)s 课时", {"name": name, "n": int(periods)})
        yield on, Event(LESSON, sentence, url_for("timetable.show", class_id=number))


def _calls(
    session: Session, actor: Actor, county_code: str, first: date, last: date
) -> Iterator[tuple[date, Event]]:
    if not actor.can(Permission.FOLLOWUP_RECORD):
        return
    inner = follow_ups(actor, Permission.FOLLOWUP_RECORD).where(is_due(last), FollowUp.due_on >= first)
    inner = inner.where(*_of(Placement.county_code, county_code))
    statement = inner.with_only_columns(FollowUp.due_on, func.count(), maintain_column_froms=True)
    for on, count in session.execute(statement.group_by(FollowUp.due_on).order_by(None)):
        if on is not None:
            yield on, Event(CALL, Sentence("%(n)s 人要回访", {"n": count}), url_for("placements.follow_ups"))
