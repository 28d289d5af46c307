"""How much: each sum by the standard that was in force on its own day; what no standard says is not guessed.

The training fee (职业培训补贴) follows the day of the examination and never passes the price agreed with the
school; the living allowance (生活费补贴) follows each attended day.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from models.i18n import N_
from models.training.enrolment import Enrolment
from models.training.standards import Figure, figure_on
from models.training.subsidy import StandardName
from models.training.training_class import TrainingClass

NO_FEE = N_("没有标准：%(day)s这里没有登记培训补贴标准，金额算不出来。请管理员先登记。")
NO_ALLOWANCE = N_("没有标准：%(day)s这里没有登记生活费补贴标准，金额算不出来。请管理员先登记。")
NO_DAYS = N_("没有一天出勤，没有生活费补贴。")


@dataclass(frozen=True)
class Part:
    """``days`` days at one figure (fen a day), or the fee once (days is 1); with where the figure stands."""

    days: int
    rate_fen: int
    source: str
    verified: bool
    standard_id: int


@dataclass(frozen=True)
class Due:
    """What one line comes to: fen, the parts of it, and the sentence when it cannot be computed."""

    amount_fen: int = 0
    basis: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rates:
    """The figures in force for one class on any day, each day read once."""

    session: Session
    training_class: TrainingClass
    known: dict[tuple[StandardName, date], Figure | None] = field(default_factory=dict)

    def on(self, name: StandardName, day: date) -> Figure | None:
        """Return the figure in force on ``day``, None where there is none."""
        key, training_class = (name, day), self.training_class
        if key not in self.known:
            self.known[key] = figure_on(
                self.session,
                name,
                training_class.county_code,
                day,
                training_class.level,
                training_class.occupation_code,
            )
        return self.known[key]


def graduated_on(enrolment: Enrolment) -> date:
    """Return the day whose rules decide about the fee: the examination's, else the class's last."""
    return enrolment.exam_on or enrolment.training_class.ends_on


def training_due(rates: Rates, enrolment: Enrolment) -> Due:
    """Return the training fee for one graduate, paid to the school."""
    day = graduated_on(enrolment)
    figure = rates.on(StandardName.TRAINING_FEE, day)
    if figure is None:
        return Due(problem=NO_FEE, params={"day": day.isoformat()})
    price = rates.training_class.agreement.terms.price_fen
    amount = min(figure.value, price)
    basis = {"on": day.isoformat(), "parts": [asdict(_part(1, figure))], "price_fen": price}
    return Due(amount, basis)


def living_due(rates: Rates, days: Iterable[date]) -> Due:
    """Return the living allowance for ``days`` of attendance, paid to the learner.

    Days on which no standard was in force count nothing and are told in ``basis["without"]``.
    """
    days = sorted(days)
    if not days:
        return Due(problem=NO_DAYS)
    figures = [(day, rates.on(StandardName.LIVING_ALLOWANCE, day)) for day in days]
    known = [figure for _day, figure in figures if figure]
    if not known:
        return Due(problem=NO_ALLOWANCE, params={"day": days[0].isoformat()})
    runs = groupby(known, key=lambda figure: figure.standard_id)
    parts = [_part(len(run), run[0]) for run in (list(group) for _key, group in runs)]
    basis = {"days": len(days), "without": len(days) - len(known), "parts": [asdict(part) for part in parts]}
    return Due(sum(part.days * part.rate_fen for part in parts), basis)


def _part(days: int, figure: Figure) -> Part:
    return Part(days, figure.value, figure.source, figure.verified, figure.standard_id)


def is_verified(basis: dict[str, Any]) -> bool:
    """Whether somebody has checked every figure a line rests on."""
    return all(part["verified"] for part in basis.get("parts", ()))
