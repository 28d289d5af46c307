"""Where people of the register work now, as their spells say: of two the one that began last."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select, tuple_
from sqlalchemy.orm import aliased

from models.clock import today
from models.employment.spell import EmploymentSpell, going_on
from models.people.worker import Worker

NOBODY = "none"
JOB = aliased(EmploymentSpell)


def _is_the_last(spell: Any, day: date) -> ColumnElement[bool]:
    """That it goes on, and none of the same person that began later does."""
    later = aliased(EmploymentSpell)
    begins_later = tuple_(later.began_on, later.id) > tuple_(spell.began_on, spell.id)
    newer = exists().where(later.worker_id == spell.worker_id, going_on(day, later), begins_later)
    return and_(going_on(day, spell), ~newer)


def with_job(statement: Select[Any]) -> Select[Any]:
    """People with what they do now, as :data:`JOB`; who works nowhere is left out."""
    is_theirs = and_(JOB.worker_id == Worker.id, JOB.county_code == Worker.county_code)
    return statement.join(JOB, and_(is_theirs, _is_the_last(JOB, today())))


def without_employer(statement: Select[Any]) -> Select[Any]:
    """People who work nowhere, or nowhere that is known by its record."""
    return statement.where(~_works(None, today()))


def works_at(employer: str, day: date) -> ColumnElement[bool] | None:
    """Who works now at the enterprise that an address names; None for what is none."""
    if employer == NOBODY:
        return ~_works(None, day)
    return _works(int(employer), day) if employer.isdecimal() and len(employer) < 10 else None


def _works(employer: int | None, day: date) -> ColumnElement[bool]:
    job = aliased(EmploymentSpell)
    at = job.employer_id.is_not(None) if employer is None else job.employer_id == employer
    if employer is None:
        is_theirs = and_(job.worker_id == Worker.id, job.county_code == Worker.county_code)
        return exists().where(is_theirs, at, _is_the_last(job, day))
    there = select(job.worker_id, job.county_code).where(at, _is_the_last(job, day))
    return tuple_(Worker.id, Worker.county_code).in_(there)
