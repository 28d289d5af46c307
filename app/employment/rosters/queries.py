"""Scoped reads of rosters: a teller's months, one roster's lines, who has not told a month yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.employment.rosters.people import MOST_PEOPLE
from app.employment.rosters.teller import Teller, teller_of
from app.kit.web.navigation import Task
from models.access import Actor, Permission, Role, visible_to
from models.employment.roster import (
    MonthlyRoster,
    RosterLine,
    RosterSource,
    due_on,
    last_day,
    open_months,
)
from models.employment.spell import EmploymentSpell
from models.i18n import N_, Sentence, counted
from models.reference.deadline import Deadlines
from models.reference.organisation import Organisation

PAGE, MONTHS_SHOWN, MOST_ROSTERS, MOST_BY_NAME = 100, 12, 100, 1000
P = Permission


@dataclass(frozen=True)
class Month:
    """One month of a teller: the roster where it was told, its last day, whether it can still be told."""

    month: date
    due_on: date
    roster: MonthlyRoster | None
    is_open: bool


def months(session: Session, teller: Teller, today: date) -> list[Month]:
    """The open months and those told before, the latest first."""
    rows = session.scalars(
        select(MonthlyRoster).where(teller.rosters()).order_by(MonthlyRoster.month.desc()).limit(MONTHS_SHOWN)
    )
    told = {row.month: row for row in rows}
    wanted = sorted({*told, *open_months(today)}, reverse=True)[:MONTHS_SHOWN]
    is_open = set(open_months(today))
    deadlines = Deadlines(session, today)
    return [
        Month(month, due_on(month, deadlines, teller.area_code), told.get(month), month in is_open)
        for month in wanted
    ]


def told_since(session: Session, actor: Actor, first: date) -> Sequence[MonthlyRoster]:
    """The months that the actor's own enterprises told, from ``first`` on."""
    statement = select(MonthlyRoster).where(
        MonthlyRoster.source == RosterSource.ENTERPRISE,
        MonthlyRoster.enterprise_id.in_(actor.organisations(Role.ENTERPRISE)),
        MonthlyRoster.month >= first,
    )
    return session.scalars(statement.order_by(MonthlyRoster.month, MonthlyRoster.id)).all()


def people_count(session: Session, teller: Teller, month: date) -> int:
    """How many people the register has there in the month; no more than a sheet holds are counted."""
    return _counted(session, teller, month, MOST_PEOPLE)


def is_long(session: Session, teller: Teller, month: date) -> bool:
    """Whether so many are there that a page of them does not wait for all to be put in order by name."""
    return _counted(session, teller, month, MOST_BY_NAME + 1) > MOST_BY_NAME


def _counted(session: Session, teller: Teller, month: date, most: int) -> int:
    spell = EmploymentSpell
    goes_on = spell.ended_on.is_(None) | (spell.ended_on >= month)
    rows = select(spell.id).where(teller.spells(), spell.began_on <= last_day(month), goes_on).limit(most)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def lines_page(session: Session, actor: Actor, roster: MonthlyRoster, after: int) -> Sequence[RosterLine]:
    """One page of a roster's lines (one more than fits), behind the line ``after``."""
    statement = (
        select(RosterLine)
        .options(joinedload(RosterLine.worker))
        .where(RosterLine.roster_id == roster.id, RosterLine.id > after)
    )
    statement = statement.order_by(RosterLine.id).limit(PAGE + 1)
    return session.scalars(statement).all()


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """The month that waits to be told."""
    if not actor.can(P.MONTH_TELL) or (teller := teller_of(session, actor)) is None:
        return []
    latest = months(session, teller, today)[0]
    if latest.roster is not None or not latest.is_open:
        return []
    count = people_count(session, teller, latest.month)
    if not count:
        return []
    month = f"{latest.month:%Y-%m}"
    text = {
        RosterSource.ENTERPRISE: counted(count, "人等着写进 %(month)s 花名册", month=month),
        RosterSource.COUNTY: counted(count, "人的 %(month)s 情况等你打电话问", month=month),
        RosterSource.INSURANCE: counted(count, "人等着对 %(month)s 社保缴费名单", month=month),
    }[teller.source]
    reason, url = Sentence("下载名单，填好传回来，看一遍再确认"), url_for("rosters.index")
    return [Task(count, text, reason, url, N_("去报这个月"), "rosters.index", latest.due_on)]


def enterprises_untold(session: Session, actor: Actor, month: date) -> list[tuple[Organisation, int]]:
    """Enterprises of the actor's city with people of ours that have not told ``month``, with how many."""
    spell = EmploymentSpell
    told = select(MonthlyRoster.enterprise_id).where(
        MonthlyRoster.month == month, MonthlyRoster.source == RosterSource.ENTERPRISE
    )
    statement = (
        select(Organisation, func.count(spell.id))
        .join(spell, spell.employer_id == Organisation.id)
        .where(spell.ended_on.is_(None), Organisation.id.not_in(told))
        .group_by(Organisation.id)
        .order_by(func.count(spell.id).desc(), Organisation.id)
        .limit(PAGE)
    )
    rows = session.execute(visible_to(actor, statement, Organisation))
    return list(rows)


def batches(session: Session, actor: Actor) -> list[MonthlyRoster]:
    """The rosters of the actor's city with lines that nobody has verified, the earliest month first."""
    statement = (
        select(MonthlyRoster)
        .where(MonthlyRoster.source == RosterSource.ENTERPRISE, MonthlyRoster.waiting > 0)
        .order_by(MonthlyRoster.month, MonthlyRoster.id)
        .limit(MOST_ROSTERS)
        .options(joinedload(MonthlyRoster.enterprise))
    )
    return list(session.scalars(visible_to(actor, statement, MonthlyRoster, P.FOLLOWUP_VERIFY)))


def check_tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """The rosters whose lines wait for the city."""
    if not actor.can(P.FOLLOWUP_VERIFY):
        return []
    waiting = batches(session, actor)
    count = sum(roster.waiting for roster in waiting)
    if not count:
        return []
    first = waiting[0]
    words = {
        "firm": first.enterprise.name if first.enterprise else "",
        "month": f"{first.month:%Y-%m}",
        "n": len(waiting),
    }
    reason = Sentence("%(n)s 份花名册，最早的是%(firm)s %(month)s；对得上的一次确认，对不上的逐个看", words)
    url, text = url_for("rosters.checks_index"), counted(count, "人的花名册等你核实")
    return [Task(count, text, reason, url, N_("去核实"), "rosters.index")]
