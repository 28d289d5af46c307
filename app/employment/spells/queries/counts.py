"""How many work where, each person once; how many stay, by what shows it and with how much unknown.

Every figure is a condition on spells, so that it opens to its rows (``rows_of``).
"""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, visible_to
from models.asked_day import year_before, year_begin
from models.employment.destination import Destination, Destinations
from models.employment.spell import EmploymentSpell, SpellEvidence, SpellKind, going_on
from models.i18n import N_
from models.people.category import people_who_count
from models.reference.target_category import CategoryUse

READ = Permission.PLACEMENT_READ
S = EmploymentSpell
Columns = Sequence[Any]
Narrowing = Callable[[Any], Any]


class Figure(enum.StrEnum):
    """What is counted of people on a day; the year is the day's own."""

    CURRENT = "current"
    NEW = "new"
    CUMULATIVE = "cumulative"
    STABLE_3 = "stable_3"
    STABLE_6 = "stable_6"


FIGURE_LABELS = {
    Figure.CURRENT: N_("当天在岗"),
    Figure.NEW: N_("当年新增"),
    Figure.CUMULATIVE: N_("当年累计"),
    Figure.STABLE_3: N_("满三个月"),
    Figure.STABLE_6: N_("满六个月"),
}


class Kept(enum.StrEnum):
    """What became of those whose three or six months are over."""

    STAYED = "stayed"
    LEFT = "left"
    UNKNOWN = "unknown"


KEPT_LABELS = {Kept.STAYED: N_("留下了"), Kept.LEFT: N_("提前离开"), Kept.UNKNOWN: N_("未知")}


@dataclass(frozen=True)
class Asked:
    """What the figures are of: the day, and a kind of work or an employer or none in particular.

    ``counted``: only those whom the register is for on that day (建档立卡 to 2020, then 脱贫 and 监测对象).
    """

    on: date
    kind: SpellKind | None = None
    employer_id: int | None = None
    counted: bool = False

    @property
    def since(self) -> Any:
        """The first day of the year that is counted."""
        return year_begin(self.on)

    @property
    def narrowed(self) -> list[ColumnElement[bool]]:
        """The conditions on spells."""
        wanted: list[ColumnElement[bool]] = []
        if self.kind:
            wanted.append(S.kind == self.kind)
        if self.employer_id:
            wanted.append(S.employer_id == self.employer_id)
        if self.counted:
            wanted.append(S.worker_id.in_(people_who_count(CategoryUse.SUPPORT, self.on)))
        return wanted


def anniversary(months: int) -> ColumnElement[date]:
    """The day from which on ``months`` (3, 6) are full."""
    return S.stays_three_on.expression if months == 3 else S.stays_six_on.expression


def level_at(months: int) -> ColumnElement[int | None]:
    """The best evidence of that day or later: it shows that the person was still there. None for nothing."""
    shown = select(func.max(SpellEvidence.level)).where(
        SpellEvidence.spell_id == S.id, SpellEvidence.shown_on >= anniversary(months)
    )
    return shown.correlate(S).scalar_subquery()


def _of_person(asked: Asked, figure: Figure, by: Columns = ()) -> Select[int, int]:
    """(spell, its place among those of its person): who works at two places counts once, where it is shown
    best, then where it began last. ``by``: once in each of these."""
    during = going_on(asked.on) if figure is Figure.CURRENT else _in_year(asked)
    order = (S.evidence_level.desc(), S.began_on.desc(), S.id.desc())
    place = func.row_number().over(partition_by=(*by, S.worker_id), order_by=order)
    return select(S.id.label("spell_id"), place.label("place")).where(during, *asked.narrowed)


def _visible_to(actor: Actor) -> Narrowing:
    return lambda rows: visible_to(actor, rows, S, READ)


def _in_year(asked: Asked) -> ColumnElement[bool]:
    return and_(S.began_on <= asked.on, or_(S.ended_on.is_(None), S.ended_on >= asked.since))


def _holds(figure: Figure, asked: Asked) -> ColumnElement[bool]:
    if figure is Figure.NEW:
        begun: ColumnElement[bool] = S.began_on >= asked.since
        return begun
    if figure in (Figure.STABLE_3, Figure.STABLE_6):
        day = anniversary(3 if figure is Figure.STABLE_3 else 6)
        return and_(day <= asked.on, or_(S.ended_on.is_(None), S.ended_on >= day))
    return S.id.is_not(None)


def rows_of(actor: Actor, asked: Asked, figure: Figure) -> Select[EmploymentSpell]:
    """The spells that a figure counts, one a person."""
    chosen = visible_to(actor, _of_person(asked, figure), S, READ).subquery()
    rows = select(S).join(chosen, chosen.c.spell_id == S.id)
    return rows.where(chosen.c.place == 1, _holds(figure, asked))


@dataclass
class Count:
    """People of one destination, by what shows their work (models.placement.placement.Evidence)."""

    people: int = 0
    by_level: dict[int, int] = field(default_factory=dict)

    def add(self, level: int, number: int) -> None:
        """``number`` people more, shown by ``level``."""
        self.people += number
        self.by_level[level] = self.by_level.get(level, 0) + number


Counts = dict[Destination, dict[Figure, Count]]


def no_counts() -> Counts:
    """Nobody anywhere."""
    return {place: {figure: Count() for figure in Figure} for place in Destination}


def counts(session: Session, actor: Actor, asked: Asked, where: Destinations) -> Counts:
    """Every figure of every destination, by two readings: the day's people, and the year's."""
    table = no_counts()
    for _own, destination, level, figure, number in people(session, asked, where, _visible_to(actor)):
        table[Destination(destination)][figure].add(level, number)
    return table


def people(
    session: Session, asked: Asked, where: Destinations, narrowed: Narrowing, by: Columns = ()
) -> Iterator[tuple[tuple[str | None, ...], str, int, Figure, int]]:
    """(``by``, destination, level, figure, people) of the rows that ``narrowed`` leaves, each person once in
    each of ``by``."""
    for figures in ([Figure.CURRENT], [one for one in Figure if one is not Figure.CURRENT]):
        holds = [case((_holds(figure, asked), 1), else_=0).label(figure.value) for figure in figures]
        own = [column.label(f"by_{n}") for n, column in enumerate(by)]
        told: Any = (where.expression().label("destination"), S.evidence_level.label("level"), *own, *holds)
        one = narrowed(_of_person(asked, figures[0], by).add_columns(*told)).subquery()
        sums = [func.sum(one.c[figure.value]) for figure in figures]
        cells = [one.c[label.name] for label in own] + [one.c.destination, one.c.level]
        rows = select(*cells, *sums).where(one.c.place == 1).group_by(*cells)
        for row in session.execute(rows):
            for figure, number in zip(figures, row[len(cells) :], strict=True):
                if number:
                    yield tuple(row[: len(own)]), row.destination, row.level, figure, number


# --- who stayed ----------------------------------------------------------------------------------------


@dataclass
class Retention:
    """Of the spells of one destination whose three (six) months are over: what became of them.

    ``by_level`` are those who stayed by the best evidence of that day or later.
    """

    due: int = 0
    left: int = 0
    by_level: dict[int, int] = field(default_factory=dict)

    def add(self, is_left: bool, level: int | None, number: int) -> None:
        """``number`` spells more: left, or stayed as ``level`` shows, or unknown (None)."""
        self.due += number
        if is_left:
            self.left += number
        elif level is not None:
            self.by_level[level] = self.by_level.get(level, 0) + number

    @property
    def stayed(self) -> int:
        """Shown to have stayed, by whatever evidence."""
        return sum(self.by_level.values())

    @property
    def known(self) -> int:
        """Stayed or left: the rest is unknown, and counts as nothing else."""
        return self.stayed + self.left

    @property
    def unknown(self) -> int:
        """Nobody has told since."""
        return self.due - self.known


def kept(months: int) -> ColumnElement[str]:
    """:class:`Kept`, of each spell that is due."""
    day, level = anniversary(months), level_at(months)
    return case(
        (and_(S.ended_on.is_not(None), S.ended_on < day), Kept.LEFT.value),
        (level.is_not(None), Kept.STAYED.value),
        else_=Kept.UNKNOWN.value,
    )


def due_rows(actor: Actor, asked: Asked, months: int) -> Select[EmploymentSpell]:
    """Spells begun in the year before ``asked.on`` (twelve months) whose ``months`` are over."""
    return visible_to(actor, _due(asked, months), S, READ)


def _due(asked: Asked, months: int) -> Select[EmploymentSpell]:
    begun = S.began_on > year_before(asked.on)
    return select(S).where(anniversary(months) <= asked.on, begun, *asked.narrowed)


Retentions = Mapping[int, dict[Destination, Retention]]


def no_retention() -> Retentions:
    """Nobody is due."""
    return {months: {place: Retention() for place in Destination} for months in (3, 6)}


def retention(session: Session, actor: Actor, asked: Asked, where: Destinations) -> Retentions:
    """By months (3, 6) and destination."""
    table = no_retention()
    for months, places in table.items():
        for _own, place, is_left, level, number in stays(session, asked, where, months, _visible_to(actor)):
            places[Destination(place)].add(is_left, level, number)
    return table


def stays(
    session: Session, asked: Asked, where: Destinations, months: int, narrowed: Narrowing, by: Columns = ()
) -> Iterator[tuple[tuple[str | None, ...], str, bool, int | None, int]]:
    """(``by``, destination, whether left, evidence of staying, spells) of the rows that ``narrowed`` leaves
    and that are due."""
    left = and_(S.ended_on.is_not(None), S.ended_on < anniversary(months))
    level = case((left, None), else_=level_at(months))
    own = [column.label(f"by_{n}") for n, column in enumerate(by)]
    told = where.expression().label("place"), case((left, 1), else_=0).label("is_left"), level.label("level")
    facts = narrowed(_due(asked, months).with_only_columns(*own, *told)).subquery()
    cells = [facts.c[label.name] for label in (*own, *told)]
    for row in session.execute(select(*cells, func.count()).group_by(*cells)):
        destination, is_left, shown, number = row[len(own) :]
        yield tuple(row[: len(own)]), destination, bool(is_left), shown, number
