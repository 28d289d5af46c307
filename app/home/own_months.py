"""What an enterprise told and what a school's classes came to, month by month, for their own first pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from flask import url_for
from sqlalchemy.orm import Session

from app.employment.rosters import queries as rosters
from app.training.certification import queries as certification
from models.access import Actor, Role
from models.i18n import Sentence
from models.reference.calendar import months_after

MONTHS = 12


@dataclass(frozen=True)
class Part:
    """A number of a month and the page that has its rows; ``of``: whose, where a month has several."""

    count: int
    url: str
    of: str = ""


@dataclass(frozen=True)
class OwnMonth:
    """What one month came to, of how many; no parts: nobody told it."""

    month: date
    parts: tuple[Part, ...] = ()
    whole: int = 0

    @property
    def value(self) -> int | None:
        return sum(part.count for part in self.parts) if self.parts else None

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.value, self.whole) if self.value is not None and self.whole else None


@dataclass(frozen=True)
class OwnMonths:
    """A line of months, the earliest first, what is counted, and what its rate is called."""

    title: Sentence
    rate: Sentence
    months: tuple[OwnMonth, ...]

    @property
    def told(self) -> list[OwnMonth]:
        """The months of which there is something to say, the latest first."""
        return [one for one in reversed(self.months) if one.parts]

    @property
    def news(self) -> Sentence:
        """The latest month against the one told before it."""
        latest, before = self.told[:2]
        more = (latest.value or 0) - (before.value or 0)
        known = {"n": abs(more), "month": f"{before.month:%Y-%m}"}
        if not more:
            return Sentence("和 %(month)s 一样", known)
        return (
            Sentence("比 %(month)s 多 %(n)s", known) if more > 0 else Sentence("比 %(month)s 少 %(n)s", known)
        )


def own_months(session: Session, actor: Actor, today: date) -> OwnMonths | None:
    """The months of ``actor``'s own enterprise or school; None where fewer than two are told."""
    this_month = today.replace(day=1)
    months = [months_after(this_month, -back) for back in reversed(range(MONTHS))]
    if actor.has_role(Role.ENTERPRISE):
        told = _of_rosters(session, actor, months)
        line = OwnMonths(Sentence("每月末在岗（人）"), Sentence("当月留下的"), told)
    elif actor.has_role(Role.SCHOOL):
        told = _of_classes(session, actor, months, today)
        line = OwnMonths(Sentence("每月结业（人）"), Sentence("结业率"), told)
    else:
        return None
    return line if len(line.told) > 1 else None


def _of_rosters(session: Session, actor: Actor, months: Sequence[date]) -> tuple[OwnMonth, ...]:
    made = {}
    told = rosters.told_since(session, actor, months[0])
    for month, group in groupby(told, key=lambda one: one.month):
        rows = list(group)
        parts = tuple(Part(row.working, url_for("rosters.show", roster_id=row.id)) for row in rows)
        made[month] = OwnMonth(month, parts, sum(row.working + row.left for row in rows))
    return tuple(made.get(month) or OwnMonth(month) for month in months)


def _of_classes(session: Session, actor: Actor, months: Sequence[date], today: date) -> tuple[OwnMonth, ...]:
    made = {}
    ended = certification.ended_since(session, actor, months[0], today)
    for month, group in groupby(ended, key=lambda one: one.ends_on.replace(day=1)):
        rows = list(group)
        parts = tuple(
            Part(row.finished, url_for("training_classes.show", class_id=row.id), row.name) for row in rows
        )
        made[month] = OwnMonth(month, parts, sum(row.learners for row in rows))
    return tuple(made.get(month) or OwnMonth(month) for month in months)
