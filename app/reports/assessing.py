"""Scores and ranks: by the weights of the definitions, against what was agreed for the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reports.pairs import Pair
from models.reports.indicator import Indicator, Scheme
from models.reports.report import Figures
from models.reports.told_figure import FigurePurpose, ToldFigure

Targets = dict[tuple[Pair, str], int]


@dataclass(frozen=True)
class Score:
    """Points of a pair: reached, of how many that could be scored, of how many there are."""

    points: Fraction
    scored: int
    whole: int
    rank: int | None = None

    @property
    def share(self) -> Fraction | None:
        """Of the points that could be scored; None where nothing could."""
        return self.points / self.scored if self.scored else None


def targets(session: Session, year: int) -> Targets:
    """What each pair agreed to reach in ``year``, by pair and indicator: the latest that was told."""
    T = ToldFigure
    rows = session.scalars(
        select(T)
        .where(T.purpose == FigurePurpose.TARGET, T.on.between(date(year, 1, 1), date(year, 12, 31)))
        .where(T.withdrawn_on.is_(None))
        .order_by(T.id)
    )
    return {(Pair(row.helper_code, row.recipient_code), row.key): row.amount for row in rows}


def reached(value: int, target: int | None) -> Fraction | None:
    """The share of a target, at most the whole; None without one: unknown, and no zero."""
    if not target:
        return None
    return min(Fraction(1), Fraction(value, target))


def score(
    pair: Pair, figures: Figures, indicators: Sequence[Indicator], scheme: Scheme, plan: Targets
) -> Score:
    """The points of one pair in one of the two assessments."""
    points, scored, whole = Fraction(0), 0, 0
    for one in indicators:
        if one.aspect(scheme) is None or not one.weight:
            continue
        whole += one.weight
        cell = figures.get(one.key, {}).get("")
        share = None if cell is None else reached(cell[0], plan.get((pair, one.key)))
        if share is not None:
            points, scored = points + share * one.weight, scored + one.weight
    return Score(points, scored, whole)


def ranked(scores: dict[Pair, Score]) -> dict[Pair, Score]:
    """With ranks by share, equal shares alike; who could not be scored has none."""
    shares = sorted((one.share for one in scores.values() if one.share is not None), reverse=True)
    return {
        pair: Score(
            one.points, one.scored, one.whole, None if one.share is None else shares.index(one.share) + 1
        )
        for pair, one in scores.items()
    }
