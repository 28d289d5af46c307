"""One search over all that an actor may see: people, jobs, enterprises, classes, cases. A few of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import url_for
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.orders.queries import lists as orders
from app.placements.queries.people import named_people
from app.workers import queries as workers
from models.access import Actor, Permission, visible_to
from models.hukou.case import HukouCase
from models.i18n import N_, Sentence
from models.people.worker import Worker
from models.problems.problem import Problem
from models.reference.organisation import Organisation, OrganisationKind
from models.training.training_class import TrainingClass

MOST = 5
PEOPLE = N_("台账里的人")
LONGEST = 60
P = Permission


@dataclass(frozen=True)
class Hit:
    """One thing: its name, what tells it from others of that name, its page."""

    title: object
    note: object
    url: str


@dataclass(frozen=True)
class Group:
    """Hits of one kind (``word`` is a label); ``all_url`` leads to all of them where there are more."""

    word: str
    hits: list[Hit] = field(default_factory=list)
    all_url: str = ""


def find(session: Session, actor: Actor, text: str, today: date, with_people: bool = True) -> list[Group]:
    """What ``text`` finds, by kind, at most :data:`MOST` of each; kinds without a hit are left out."""
    known = _people(session, actor, text, today) if with_people else []
    groups = [
        _person_group(known, text),
        _at_work(session, actor, text) if with_people else Group(""),
        _orders(session, actor, text, today),
        _enterprises(session, actor, text),
        _classes(session, actor, text),
        _hukou(session, actor, text, known),
        _problems(session, actor, known),
    ]
    return [group for group in groups if group.hits]


# --- people ---------------------------------------------------------------------------------------------


def _people(session: Session, actor: Actor, text: str, today: date) -> Sequence[Worker]:
    if not actor.can(P.WORKER_READ):
        return []
    return workers.page(session, actor, workers.Search(q=text), today)[0]


def _person_group(known: Sequence[Worker], text: str) -> Group:
    hits = [
        Hit(
            worker.name,
            Sentence("证件尾号 %(tail)s", {"tail": worker.id_last4}),
            url_for("workers.show", worker_id=worker.id),
        )
        for worker in known[:MOST]
    ]
    return Group(PEOPLE, hits, url_for("workers.index", q=text) if len(known) > MOST else "")


def _at_work(session: Session, actor: Actor, text: str) -> Group:
    """For those without a register: people of their own jobs, where they may read the name."""
    if actor.can(P.WORKER_READ) or not actor.can(P.PLACEMENT_READ):
        return Group("")
    hits = [
        Hit(row.worker.name, row.order.title, url_for("placements.show", number=row.id))
        for row in named_people(session, actor, text, MOST)
    ]
    return Group(N_("来上班的人"), hits)


# --- jobs and classes -----------------------------------------------------------------------------------


def _orders(session: Session, actor: Actor, text: str, today: date) -> Group:
    if not actor.can(P.ORDER_READ):
        return Group("")
    rows = orders.speaking_of(session, actor, text, today, MOST + 1)
    hits = [
        Hit(order.title, order.enterprise.name, url_for("orders.show", order_id=order.id))
        for order in rows[:MOST]
    ]
    return Group(N_("岗位"), hits, url_for("orders.index", q=text) if len(rows) > MOST else "")


def _enterprises(session: Session, actor: Actor, text: str) -> Group:
    if not actor.can(P.ORDER_READ):
        return Group("")
    statement = (
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.ENTERPRISE, Organisation.merged_into_id.is_(None))
        .where(_contains(Organisation.name, text))
        .order_by(Organisation.name, Organisation.id)
        .limit(MOST)
    )
    rows = session.scalars(visible_to(actor, statement, Organisation, P.ORDER_READ))
    note = Sentence("看它的岗位")
    return Group(N_("企业"), [Hit(row.name, note, url_for("orders.index", q=row.name)) for row in rows])


def _classes(session: Session, actor: Actor, text: str) -> Group:
    if not actor.can(P.TRAINING_READ):
        return Group("")
    named = (TrainingClass.name, TrainingClass.number, TrainingClass.skill, TrainingClass.occupation_name)
    statement = (
        select(TrainingClass)
        .options(joinedload(TrainingClass.school))
        .where(or_(*(_contains(column, text) for column in named)))
        .order_by(TrainingClass.id.desc())
        .limit(MOST)
    )
    rows = session.scalars(visible_to(actor, statement, TrainingClass, P.TRAINING_READ))
    hits = [
        Hit(row.name, row.number or row.school.name, url_for("training_classes.show", class_id=row.id))
        for row in rows
    ]
    return Group(N_("培训班"), hits)


# --- cases ----------------------------------------------------------------------------------------------


def _hukou(session: Session, actor: Actor, text: str, known: Sequence[Worker]) -> Group:
    """By their number, or of the people found."""
    if not actor.can(P.HUKOU_READ):
        return Group("")
    meant = or_(HukouCase.number == text, HukouCase.worker_id.in_([worker.id for worker in known]))
    statement = (
        select(HukouCase)
        .options(joinedload(HukouCase.worker))
        .where(meant)
        .order_by(HukouCase.id.desc())
        .limit(MOST)
    )
    rows = session.scalars(visible_to(actor, statement, HukouCase, P.HUKOU_READ))
    hits = [
        Hit(
            row.worker.name,
            Sentence("现在：%(state)s", {"state": row.state}),
            url_for("hukou.show", case_id=row.id),
        )
        for row in rows
    ]
    return Group(N_("落户申请"), hits)


def _problems(session: Session, actor: Actor, known: Sequence[Worker]) -> Group:
    if not known or not actor.can(P.PROBLEM_READ):
        return Group("")
    statement = (
        select(Problem)
        .options(joinedload(Problem.worker))
        .where(Problem.worker_id.in_([worker.id for worker in known]))
        .order_by(Problem.id.desc())
        .limit(MOST)
    )
    rows = session.scalars(visible_to(actor, statement, Problem, P.PROBLEM_READ))
    hits = [
        Hit(
            row.worker.name,
            Sentence("说的是：%(kind)s", {"kind": row.kind}),
            url_for("problems.show", problem_id=row.id),
        )
        for row in rows
    ]
    return Group(N_("反映的问题"), hits)


def _contains(column: object, text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)
