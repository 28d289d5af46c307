"""Numbers of persons as a reader may know them: exactly by those who may list each of them, in tens by all
others."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, visible_to
from models.employment.spell import EmploymentSpell, going_on
from models.i18n import Sentence
from models.numbers import about_tens, in_tens
from models.people.category import people_who_count
from models.reference.target_category import CategoryUse

S = EmploymentSpell
READ = Permission.PLACEMENT_READ


@dataclass(frozen=True)
class AtWork:
    """Persons, each once. ``registered``: of whom the register is for on that day (建档立卡, then 脱贫)."""

    people: int
    registered: int


def at_work(session: Session, which: ColumnElement[bool], today: date) -> AtWork:
    """Who works on ``today`` by spells of ``which``."""
    registered = S.worker_id.in_(people_who_count(CategoryUse.SUPPORT, today))
    persons = func.count(func.distinct(S.worker_id))
    people, counted = session.execute(
        select(persons, persons.filter(registered)).where(which, going_on(today))
    ).one()
    return AtWork(people, counted)


def lists_all(session: Session, actor: Actor, which: ColumnElement[bool], people: int, today: date) -> bool:
    """Whether ``actor`` may open a list with each of the ``people`` who work by spells of ``which``.

    Whoever may open no list at all learns nothing exact, not even that there is nobody.
    """
    if not actor.can(READ):
        return False
    own = select(func.count(func.distinct(S.worker_id))).where(which, going_on(today))
    return session.scalar(visible_to(actor, own, S, READ)) == people


@dataclass(frozen=True)
class Told:
    """A number of persons as it is told to one reader."""

    people: int
    is_exact: bool

    @property
    def value(self) -> int | Sentence:
        """The figure, or in words about how many."""
        return self.people if self.is_exact else about_tens(self.people)

    def less(self, planned: int) -> int | None:
        """How many more than ``planned``, as exactly as the number is told; None where it is few."""
        people = self.people if self.is_exact else in_tens(self.people)
        return None if people is None else people - planned
