"""Lists of cases by their last day, one case with all about it, who may be given it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.whole_list import Whole, in_line_whole, newest_whole
from models.access import Actor, Grant, Permission, Role, scope_of, visible_to
from models.i18n import N_
from models.people.worker import Worker
from models.placement.placement import HOLDING, Placement
from models.problems.flow import ALIVE, OVER
from models.problems.kind import ProblemKind, ProblemLevel
from models.problems.problem import Problem
from models.problems.problem_file import ProblemFile
from models.user import User
from models.waiting import newest_page, page_in_line

PAGE, MOST_COLLEAGUES = 50, 200
HANDLERS = (Role.COUNTY, Role.TOWNSHIP, Role.CITY)


@dataclass(frozen=True)
class View:
    """One tab of the list."""

    name: str
    word: str


VIEWS = (
    View("turn", N_("轮到我们")),
    View("mine", N_("我在办的")),
    View("overdue", N_("超期的")),
    View("open", N_("全部没办完的")),
    View("over", N_("已结束")),
)
VIEW_BY_NAME = {view.name: view for view in VIEWS}


WITH_A_PROBLEM = (joinedload(Problem.worker), joinedload(Problem.enterprise), joinedload(Problem.owner))


def scoped(actor: Actor, permission: Permission = Permission.PROBLEM_READ) -> Select[Problem]:
    """Cases the actor may see, with person, enterprise and owner."""
    statement = select(Problem).options(*WITH_A_PROBLEM)
    return visible_to(actor, statement, Problem, permission)


def is_turn_of(actor: Actor) -> ColumnElement[bool]:
    """Cases at the level of the actor's office: a city follows what lies with the inspection."""
    levels = [ProblemLevel.COUNTY] if actor.has_role(Role.COUNTY, Role.TOWNSHIP) else []
    if actor.has_role(Role.CITY):
        levels += [ProblemLevel.CITY, ProblemLevel.INSPECTION]
    homeless = and_(Problem.level == ProblemLevel.INSPECTION, Problem.city_code.is_(None))
    own = Problem.level.in_(levels)
    return or_(own, homeless) if actor.has_role(Role.COUNTY) else own


def page_of(
    session: Session,
    actor: Actor,
    view: str,
    today: date,
    after: str = "",
    kind: ProblemKind | None = None,
    also: Sequence[ColumnElement[bool]] = (),
    size: int = PAGE,
) -> tuple[list[Problem], str]:
    """One page, what is due first before the rest, and the place of the next ("" where there is none)."""
    statement = scoped(actor).where(*_shown(actor, view, today, kind), *also)
    page = newest_page if view == "over" else page_in_line
    return page(session, statement, Problem, after, size)


def _shown(actor: Actor, view: str, today: date, kind: ProblemKind | None) -> list[ColumnElement[bool]]:
    of_kind = [] if kind is None else [Problem.kind == kind]
    if view == "over":
        return [*of_kind, Problem.state.in_(OVER)]
    return [*of_kind, Problem.state.in_(ALIVE), *_of_view(actor, view, today)]


def whole(
    actor: Actor, view: str, today: date, kind: ProblemKind | None, also: Sequence[ColumnElement[bool]] = ()
) -> Whole:
    """All cases of a tab, in the order of its list."""
    seen = visible_to(actor, select(Problem), Problem, Permission.PROBLEM_READ)
    rows = seen.where(*_shown(actor, view, today, kind), *also)
    return (newest_whole if view == "over" else in_line_whole)(rows, Problem, seen)


def _of_view(actor: Actor, view: str, today: date) -> list[ColumnElement[bool]]:
    if view == "mine":
        return [Problem.owner_id == actor.user_id]
    if view == "overdue":
        return [Problem.due_on < today]
    return [is_turn_of(actor)] if view == "turn" else []


def counts(session: Session, actor: Actor, today: date) -> dict[str, int]:
    """How many cases stand under each tab but the ended ones."""
    found: dict[str, int] = {}
    for view in VIEWS[:-1]:
        statement = select(func.count(Problem.id)).where(
            Problem.state.in_(ALIVE), *_of_view(actor, view.name, today)
        )
        found[view.name] = session.scalar(visible_to(actor, statement, Problem, Permission.PROBLEM_READ)) or 0
    return found


def colleagues(session: Session, problem: Problem, today: date) -> Sequence[User]:
    """Who can be given the case: accounts of the county, its township or the city, whose turn it is."""
    places: dict[ProblemLevel, list[str | None]] = {
        ProblemLevel.COUNTY: [problem.county_code, problem.township_code],
        ProblemLevel.CITY: [problem.city_code],
        ProblemLevel.INSPECTION: [problem.city_code or problem.county_code],
    }
    in_force = and_(
        Grant.valid_from <= today,
        Grant.revoked_at.is_(None),
        or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
    )
    held = select(Grant.user_id).where(
        Grant.role.in_(HANDLERS),
        Grant.area_code.in_([code for code in places[problem.level] if code]),
        in_force,
    )
    people = select(User).where(User.id.in_(held), User.is_active.is_(True))
    return session.scalars(people.order_by(User.name, User.id).limit(MOST_COLLEAGUES)).all()


def person(session: Session, actor: Actor, worker_id: int) -> Worker | None:
    """Somebody of the actor's own register, or who holds a place where the actor's city receives people."""
    placed = select(Placement.worker_id).where(Placement.worker_id == worker_id, Placement.state.in_(HOLDING))
    received = visible_to(actor, placed, Placement, Permission.PROBLEM_HANDLE)
    known = or_(scope_of(actor, Worker, Permission.PROBLEM_HANDLE), Worker.id.in_(received))
    return session.scalar(select(Worker).where(Worker.id == worker_id, Worker.erased_at.is_(None), known))


def file_of(session: Session, actor: Actor, file_id: int) -> ProblemFile | None:
    """A photograph or voice note of a case that the actor handles."""
    statement = select(ProblemFile).join(Problem).where(ProblemFile.id == file_id)
    return session.scalar(visible_to(actor, statement, Problem, Permission.PROBLEM_HANDLE))


def own_problems(session: Session, actor: Actor) -> Sequence[Problem]:
    """What the worker reported, the newest first."""
    statement = visible_to(actor, select(Problem), Problem, Permission.PORTAL)
    return session.scalars(statement.order_by(Problem.id.desc()).limit(PAGE)).all()
