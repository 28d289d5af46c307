"""The figure that holds: which standard counts for one area, level, occupation and day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.reference.area import Area
from models.reference.dated_fact import holds_on
from models.training.subsidy import StandardName, TrainingStandard
from models.training.training_class import TrainingClass
from models.training.training_order import SkillLevel


@dataclass(frozen=True)
class Figure:
    """One figure in force, with where it stands; ``verified`` is False for figures from memory (待核)."""

    value: int
    source: str
    verified: bool
    standard_id: int

    def as_json(self) -> dict[str, Any]:
        """Return the figure the way a class keeps it in ``TrainingClass.standards``."""
        return {"value": self.value, "source": self.source, "verified": self.verified, "id": self.standard_id}


def figure_on(
    session: Session,
    name: StandardName,
    county_code: str,
    day: date,
    level: SkillLevel | None = None,
    occupation_code: str = "",
) -> Figure | None:
    """Return the narrowest figure in force on ``day``: area first (county, prefecture, province, country),
    then
    occupation, then level, then the latest. None where the tables have none: unknown, and shown as such.
    """
    areas = _areas(session, county_code)
    rows = session.scalars(
        select(TrainingStandard).where(
            TrainingStandard.name == name,
            TrainingStandard.area_code.in_(areas),
            TrainingStandard.occupation_code.in_(("", occupation_code)),
            or_(TrainingStandard.level.is_(None), TrainingStandard.level == level),
            holds_on(TrainingStandard, day),
        )
    ).all()
    if not rows:
        return None
    best = min(
        rows,
        key=lambda row: (
            areas.index(row.area_code),
            row.occupation_code == "",
            row.level is None,
            -row.valid_from.toordinal(),
            -row.id,
        ),
    )
    return Figure(best.value, best.source, best.verified, best.id)


def class_figure(
    session: Session, training_class: TrainingClass, name: StandardName, day: date
) -> Figure | None:
    """The figure that rules a class: frozen at its application, before that the one in force on ``day``."""
    if kept := training_class.standards.get(name.value):
        return Figure(kept["value"], kept["source"], kept["verified"], kept.get("id", 0))
    if training_class.standards:
        return None
    return figure_on(
        session, name, training_class.county_code, day, training_class.level, training_class.occupation_code
    )


def figures_on(
    session: Session, county_code: str, day: date, level: SkillLevel, occupation_code: str
) -> dict[str, dict[str, Any]]:
    """Return all figures in force on ``day``, by name, the way a class freezes them."""
    found = {
        name: figure_on(session, name, county_code, day, level, occupation_code) for name in StandardName
    }
    return {name.value: figure.as_json() for name, figure in found.items() if figure}


@dataclass(frozen=True)
class Breach:
    """A figure that a plan does not keep: what it is, what was planned (whole numbers), and the figure
    itself."""

    name: StandardName
    planned: int
    limit: int
    source: str
    verified: bool


AT_MOST = {StandardName.CLASS_SIZE: "capacity", StandardName.MOST_PERIODS: "periods"}
AT_LEAST = {StandardName.LEAST_PERIODS: "periods"}


def breaches(figures: dict[str, dict[str, Any]], planned: dict[str, int]) -> list[Breach]:
    """Return which of ``figures`` (as :func:`figures_on` gives them) the plan {capacity, periods} breaks.

    Unknown figures are broken by nothing. A breach of an unverified figure (待核) is a doubt, not a verdict.
    """
    over = [
        (name, planned[key])
        for name, key in AT_MOST.items()
        if planned[key] > _limit(figures, name, planned[key])
    ]
    under = [
        (name, planned[key]) for name, key in AT_LEAST.items() if planned[key] < _limit(figures, name, 0)
    ]
    found = [(name, number, figures[name.value]) for name, number in over + under]
    return [Breach(name, number, one["value"], one["source"], one["verified"]) for name, number, one in found]


def _limit(figures: dict[str, dict[str, Any]], name: StandardName, unknown: int) -> int:
    return figures[name.value]["value"] if name.value in figures else unknown


def _areas(session: Session, county_code: str) -> list[str]:
    prefecture = session.scalar(select(Area.prefecture_code).where(Area.code == county_code)) or ""
    return list(dict.fromkeys([county_code, prefecture, f"{county_code[:2]}0000", ""]))
