"""Resident contacts, the people of their factory, and the calls that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models.access import Actor, Grant, Permission, Role, scope_of, visible_to
from models.jobs.order import Order
from models.placement.placement import HOLDING, WORKING, Placement
from models.problems.contact import ResidentContact, factories_of
from models.problems.first_call import CALLED_FOR_DAYS, FirstCall
from models.problems.flow import ALIVE
from models.problems.problem import Problem
from models.reference.organisation import Organisation
from models.user import User

PAGE, MOST_PEOPLE = 50, 500


@dataclass(frozen=True)
class FactoryPage:
    """What a contact needs to know of one factory."""

    people: Sequence[Placement]
    problems: Sequence[Problem]
    calls: Sequence[FirstCall]


def contact_list(session: Session, actor: Actor) -> Sequence[ResidentContact]:
    """The assignments the actor may see, those that hold first."""
    statement = visible_to(actor, select(ResidentContact), ResidentContact, Permission.PROBLEM_HANDLE)
    statement = statement.options(joinedload(ResidentContact.user), joinedload(ResidentContact.enterprise))
    order = ResidentContact.valid_to.is_not(None), ResidentContact.id.desc()
    return session.scalars(statement.order_by(*order).limit(PAGE * 4)).all()


def enterprises_to_assign(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Enterprises at which the actor's people hold places, by name."""
    seen = visible_to(
        actor,
        select(Placement.enterprise_id).where(Placement.state.in_(HOLDING)),
        Placement,
        Permission.CONTACT_ASSIGN,
    )
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(seen))
    return [(row[0], row[1]) for row in session.execute(rows.order_by(Organisation.name).limit(MOST_PEOPLE))]


def people_to_assign(session: Session, actor: Actor, today: date) -> Sequence[User]:
    """Accounts of the actor's own county or city."""
    held = select(Grant.user_id).where(
        Grant.role.in_((Role.COUNTY, Role.CITY)),
        Grant.area_code.in_(actor.areas(Role.COUNTY, Role.CITY)),
        Grant.revoked_at.is_(None),
        Grant.valid_from <= today,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
    )
    people = select(User).where(User.id.in_(held), User.is_active.is_(True))
    return session.scalars(people.order_by(User.name, User.id).limit(200)).all()


def factory_page(session: Session, actor: Actor, contact: ResidentContact, today: date) -> FactoryPage:
    """The people of the factory, their open problems and the calls due, in the actor's own scope."""
    people = visible_to(actor, _people(contact), Placement, Permission.PROBLEM_HANDLE)
    problems = select(Problem).options(joinedload(Problem.worker), joinedload(Problem.owner))
    problems = problems.where(Problem.enterprise_id == contact.enterprise_id, Problem.state.in_(ALIVE))
    problems = visible_to(actor, problems, Problem, Permission.PROBLEM_HANDLE)
    return FactoryPage(
        session.scalars(people.order_by(Placement.on_site_on.desc(), Placement.id).limit(MOST_PEOPLE)).all(),
        session.scalars(problems.order_by(Problem.due_on, Problem.id).limit(PAGE)).all(),
        due_calls(session, actor, today, contact.enterprise_id),
    )


def _people(contact: ResidentContact) -> Select[Placement]:
    statement = (
        select(Placement)
        .options(joinedload(Placement.worker), joinedload(Placement.order))
        .where(Placement.enterprise_id == contact.enterprise_id, Placement.state.in_(HOLDING))
    )
    return statement.where(Placement.county_code == contact.county_code) if contact.county_code else statement


def is_due(today: date) -> ColumnElement[bool]:
    """Calls whose day has come and not long gone, of people at work."""
    since = today - timedelta(days=CALLED_FOR_DAYS)
    return and_(
        FirstCall.recorded_at.is_(None),
        FirstCall.due_on <= today,
        FirstCall.due_on >= since,
        Placement.state.in_(WORKING),
    )


def _calls(actor: Actor) -> Select[FirstCall]:
    statement = (
        select(FirstCall)
        .join(Placement, FirstCall.placement_id == Placement.id)
        .options(
            contains_eager(FirstCall.placement).joinedload(Placement.worker),
            contains_eager(FirstCall.placement).joinedload(Placement.order).joinedload(Order.enterprise),
        )
    )
    return visible_to(actor, statement, Placement, Permission.PROBLEM_HANDLE)


def due_calls(
    session: Session, actor: Actor, today: date, enterprise_id: int | None = None
) -> Sequence[FirstCall]:
    """The calls of the first two weeks that are due, the oldest first."""
    statement = _calls(actor).where(is_due(today))
    if enterprise_id:
        statement = statement.where(Placement.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(FirstCall.due_on, FirstCall.id).limit(PAGE)).all()


def first_call(session: Session, actor: Actor, number: int) -> FirstCall | None:
    return session.scalar(_calls(actor).where(FirstCall.id == number))


def due_count(session: Session, actor: Actor, today: date) -> int:
    """How many calls are due: of the county's people, or of the factories that the account looks after."""
    statement = select(func.count(FirstCall.id)).join(Placement, FirstCall.placement_id == Placement.id)
    statement = statement.where(is_due(today))
    if not actor.has_role(Role.COUNTY):
        statement = statement.where(Placement.enterprise_id.in_(own_factories(session, actor, today)))
    return session.scalar(visible_to(actor, statement, Placement, Permission.PROBLEM_HANDLE)) or 0


def own_factories(session: Session, actor: Actor, today: date) -> list[int]:
    """The enterprises that the actor's own account looks after today."""
    return [one.enterprise_id for one in factories_of(session, actor.user_id, today)]


def to_ring(session: Session, actor: Actor, ids: list[int], today: date) -> Sequence[Placement]:
    """Those of ``ids`` whose numbers the actor may see: the county's own people, or those of a factory that
    the account looks after."""
    own = and_(
        Placement.enterprise_id.in_(own_factories(session, actor, today)),
        Placement.state.in_(HOLDING),
        scope_of(actor, Placement, Permission.PROBLEM_HANDLE),
    )
    allowed = or_(scope_of(actor, Placement, Permission.WORKER_REVEAL), own)
    statement = select(Placement).options(joinedload(Placement.worker), joinedload(Placement.order))
    return session.scalars(statement.where(Placement.id.in_(ids[:MOST_PEOPLE]), allowed)).all()
