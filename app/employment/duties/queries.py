"""Scoped reads of duties: what waits for the actor's end, what the other end was given, what was decided."""

from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.navigation import Task
from models.access import Actor, Permission, Role, count_and_first, visible_to
from models.employment.duty import OPEN_DUTIES, Duty, DutyState
from models.i18n import N_, Sentence, counted
from models.waiting import newest_page, page_in_line, wait_of

PAGE = 50
READ = Permission.PLACEMENT_READ
OWN = {Role.CITY: DutyState.CITY_TO_VERIFY, Role.COUNTY: DutyState.COUNTY_TO_VERIFY}


def own_states(actor: Actor) -> list[DutyState]:
    """In which states it is the actor's turn."""
    return [state for role, state in OWN.items() if actor.areas(role)]


def counts(session: Session, actor: Actor) -> dict[DutyState, int]:
    """How many duties wait, by whose turn it is."""
    rows = select(Duty.state, func.count()).where(Duty.state.in_(OPEN_DUTIES)).group_by(Duty.state)
    return dict(session.execute(visible_to(actor, rows, Duty, READ)).all())


def waiting_page(session: Session, actor: Actor, state: DutyState, place: str) -> tuple[list[Duty], str]:
    """One page of a state: what waits by deadline, what was decided the latest first."""
    statement = select(Duty).options(joinedload(Duty.worker)).where(Duty.state == state)
    statement = visible_to(actor, statement, Duty, READ)
    if state in OPEN_DUTIES:
        return page_in_line(session, statement, Duty, place, PAGE)
    return newest_page(session, statement, Duty, place, PAGE)


def chosen(session: Session, actor: Actor, numbers: list[int], permission: Permission) -> list[Duty]:
    """The ticked duties on which the actor holds ``permission``."""
    statement = select(Duty).where(Duty.id.in_(numbers)).order_by(Duty.id)
    return list(session.scalars(visible_to(actor, statement, Duty, permission)))


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Whose status waits for the word of the actor's end."""
    states = own_states(actor)
    if not states or not actor.can(Permission.FOLLOWUP_RECORD):
        return []
    count, first = count_and_first(session, actor, Duty, Permission.FOLLOWUP_RECORD, Duty.state.in_(states))
    if first is None:
        return []
    wait = wait_of(first, today)
    reason = Sentence("最急的一位：%(name)s", {"name": first.worker.name})
    is_city = first.state is DutyState.CITY_TO_VERIFY
    text = counted(count, "人等你核实在岗") if is_city else counted(count, "人等你核实不在岗")
    return [Task(count, text, reason, url_for("duties.index"), N_("去核实"), "rosters.index", wait.due)]
