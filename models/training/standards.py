"""The figure that holds: which standard counts for one area, level, occupation and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.numbers import UNKNOWN, yuan
from models.reference.area import Area
from models.reference.dated_fact import holds_on
from models.reference.release import WAITING, RuleState
from models.training.standard import MONEY_STANDARDS, STANDARD_UNITS, StandardName, TrainingStandard
from models.training.standard_decision import StandardDecision
from models.training.training_class import TrainingClass
from models.training.training_order import SkillLevel


@dataclass(frozen=True)
class Figure:
    """One figure in force, with where it stands; ``verified`` is False for figures from memory (待核).

    ``standard_id`` is 0 where only the frozen figure is known.
    """

    value: int
    source: str
    verified: bool
    standard_id: int

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Figure":
        """What :meth:`as_json` wrote into ``TrainingClass.standards``."""
        return cls(kept["value"], kept["source"], kept["verified"], kept.get("id", 0))

    def as_json(self) -> dict[str, Any]:
        """The figure the way ``TrainingClass.standards`` keeps it."""
        return {"value": self.value, "source": self.source, "verified": self.verified, "id": self.standard_id}


Figures = dict[StandardName, Figure]


def figure_on(
    session: Session,
    name: StandardName,
    county_code: str,
    day: date,
    level: SkillLevel | None = None,
    occupation_code: str = "",
    change: "StandardChange | None" = None,
) -> Figure | None:
    """The narrowest figure in force on ``day``; None where the tables have none: unknown, and shown as such.

    Narrowest by area first (county, prefecture, province, country), then occupation, level, the latest.
    With ``change``, as if it had been released already.
    """
    areas = areas_of(session, county_code)
    rows = session.scalars(
        select(TrainingStandard).where(
            TrainingStandard.name == name,
            TrainingStandard.state.in_((RuleState.LIVE, *(WAITING if change else ()))),
            TrainingStandard.area_code.in_(areas),
            TrainingStandard.occupation_code.in_(("", occupation_code)),
            or_(TrainingStandard.level.is_(None), TrainingStandard.level == level),
            holds_on(TrainingStandard, day),
        )
    ).all()
    rows = [row for row in rows if row.state is RuleState.LIVE] if change is None else change.among(rows, day)
    if not rows:
        return None
    narrowest = min(rows, key=lambda row: (areas.index(row.area_code), *_breadth(row)))
    return Figure(narrowest.value, narrowest.source, narrowest.verified, narrowest.id)


def _breadth(row: TrainingStandard) -> tuple[bool, bool, int, int]:
    return row.occupation_code == "", row.level is None, -row.valid_from.toordinal(), -row.id


def figures_on(
    session: Session, county_code: str, day: date, level: SkillLevel, occupation_code: str
) -> Figures:
    """All figures in force on ``day``, by name."""
    figures = {
        name: figure_on(session, name, county_code, day, level, occupation_code) for name in StandardName
    }
    return {name: figure for name, figure in figures.items() if figure}


def areas_of(session: Session, county_code: str) -> list[str]:
    """The areas whose standards reach a county, the narrowest first."""
    prefecture = session.scalar(select(Area.prefecture_code).where(Area.code == county_code)) or ""
    return list(dict.fromkeys([county_code, prefecture, f"{county_code[:2]}0000", ""]))


@dataclass(frozen=True)
class StandardChange:
    """A version that waits, and the row whose place it takes (None: it stands beside the others).

    A version that begins later than its base leaves it the days before; else it takes its whole place.
    """

    version: TrainingStandard
    base: TrainingStandard | None

    @property
    def base_ends_on(self) -> date | None:
        """The day with which the base ends once the version is released; None: it holds on no day then."""
        if self.base is None or self.version.valid_from <= self.base.valid_from:
            return None
        return min(self.base.last_day, self.version.valid_from - timedelta(days=1))

    def among(self, rows: Iterable[TrainingStandard], day: date) -> list[TrainingStandard]:
        """Of ``rows`` that hold on ``day``, those that would once the version is released."""
        return [row for row in rows if self._stays(row, day)]

    def _stays(self, row: TrainingStandard, day: date) -> bool:
        if row is self.base:
            return self.base_ends_on is not None and day <= self.base_ends_on
        return row is self.version or row.state is RuleState.LIVE


# --- the figures of a class -----------------------------------------------------------------------------


def frozen(figures: Figures) -> dict[str, Any]:
    """The figures as the column ``TrainingClass.standards`` keeps them."""
    return {name.value: figure.as_json() for name, figure in figures.items()}


def class_figure(
    session: Session, training_class: TrainingClass, name: StandardName, day: date
) -> Figure | None:
    """The figure that rules a class: frozen at its application, before that the one in force on ``day``."""
    if training_class.standards:
        kept = training_class.standards.get(name.value)
        return Figure.from_json(kept) if kept else None
    return figure_on(
        session, name, training_class.county_code, day, training_class.level, training_class.occupation_code
    )


def first_share(session: Session, training_class: TrainingClass, day: date) -> Figure | None:
    """The percentage of the training fee paid after the certificate; None: the fee is paid at once."""
    figure = class_figure(session, training_class, StandardName.FIRST_SHARE, day)
    return figure if figure and 0 < figure.value < 100 else None


def decided(
    session: Session, training_class: TrainingClass, name: StandardName
) -> dict[int | None, StandardDecision]:
    """By enrolment (None: the class itself), the county's latest decision where ``name`` is not verified."""
    return {row.enrolment_id: row for row in decisions_on(session, training_class) if row.name is name}


def decisions_on(session: Session, training_class: TrainingClass) -> Sequence[StandardDecision]:
    """All that the county decided about the class and its learners, in the order in which it did."""
    rows = select(StandardDecision).where(StandardDecision.class_id == training_class.id)
    return session.scalars(rows.order_by(StandardDecision.id)).all()


def class_figures(session: Session, training_class: TrainingClass, day: date) -> Figures:
    """All figures that rule a class, as :func:`class_figure` gives them."""
    figures = {name: class_figure(session, training_class, name, day) for name in StandardName}
    return {name: figure for name, figure in figures.items() if figure}


# --- a plan beside the figures --------------------------------------------------------------------------


@dataclass(frozen=True)
class BrokenStandard:
    """A figure that a plan does not keep; ``planned`` in the standard's own unit."""

    name: StandardName
    planned: int
    figure: Figure

    @property
    def sentence(self) -> Sentence:
        """What the figure is, what was planned, and where the figure stands."""
        return Sentence(
            "%(name)s是 %(limit)s，这里是 %(planned)s。依据：%(source)s",
            {
                "name": self.name,
                "planned": self.planned,
                "limit": in_units(self.figure.value, self.name),
                "source": self.figure.source,
            },
        )


AT_MOST = {StandardName.CLASS_SIZE: "capacity", StandardName.MOST_PERIODS: "periods"}
AT_LEAST = {StandardName.LEAST_PERIODS: "periods"}


def broken_standards(figures: Figures, planned: Mapping[str, int]) -> list[BrokenStandard]:
    """Which of ``figures`` the plan {capacity, periods} does not keep; an unknown figure is always kept.

    One that is not verified (待核) calls for a warning, not for a verdict.
    """
    over = [
        BrokenStandard(name, planned[key], figures[name])
        for name, key in AT_MOST.items()
        if name in figures and planned[key] > figures[name].value
    ]
    under = [
        BrokenStandard(name, planned[key], figures[name])
        for name, key in AT_LEAST.items()
        if name in figures and planned[key] < figures[name].value
    ]
    return over + under


def in_units(value: int | None, name: StandardName) -> Sentence:
    """A standard's figure with its unit: 50 人, 80%, 40 元; 未知 for None."""
    if value is None:
        return UNKNOWN
    if name in MONEY_STANDARDS:
        return yuan(value)
    unit = STANDARD_UNITS[name]
    if unit == "%":
        return Sentence(f"{value}%")
    return Sentence("%(n)s %(unit)s", {"n": f"{value:,}", "unit": Sentence(unit)})
