"""How much: each sum by the standard that was in force on its own day; what no standard says is not guessed.

The training fee (职业培训补贴) follows the day of the examination and never passes the price agreed with the
school; the living allowance (生活费补贴) follows each attended day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Protocol

from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.numbers import yuan
from models.training.enrolment import Enrolment
from models.training.standards import Figure, figure_on
from models.training.subsidy import LineBasis, RatePart, Scheme, StandardName
from models.training.training_class import TrainingClass

NO_DAYS = Sentence("没有一天出勤，没有生活费补贴。")


@dataclass(frozen=True)
class Due:
    """What one line comes to in fen, what it rests on, and why it cannot be computed."""

    amount_fen: int = 0
    basis: LineBasis = field(default_factory=LineBasis)
    refusal: Sentence | None = None


@dataclass(frozen=True)
class Rates:
    """The figures in force for one class on any day, each day read once."""

    session: Session
    training_class: TrainingClass
    known: dict[tuple[StandardName, date], Figure | None] = field(default_factory=dict)

    def on(self, name: StandardName, day: date) -> Figure | None:
        """The figure in force on ``day``."""
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


def training_due(rates: Rates, enrolment: Enrolment) -> Due:
    """The training fee for one graduate, paid to the school, by the rules of the examination's day."""
    day = enrolment.exam_on or rates.training_class.ends_on
    figure = rates.on(StandardName.TRAINING_FEE, day)
    if figure is None:
        no_fee = Sentence(
            "没有标准：%(day)s这里没有登记培训补贴标准，金额算不出来。请管理员先登记。", {"day": day}
        )
        return Due(refusal=no_fee)
    price = rates.training_class.agreement.terms.price_fen
    amount = min(figure.value, price)
    return Due(amount, LineBasis((_part(1, figure),), on=day, price_fen=price))


def living_due(rates: Rates, attended: Iterable[date]) -> Due:
    """The living allowance for days of attendance, paid to the learner.

    Days on which no standard was in force count nothing and are told in ``basis.without``.
    """
    days = sorted(attended)
    if not days:
        return Due(refusal=NO_DAYS)
    known = [figure for day in days if (figure := rates.on(StandardName.LIVING_ALLOWANCE, day))]
    if not known:
        no_allowance = Sentence(
            "没有标准：%(day)s这里没有登记生活费补贴标准，金额算不出来。请管理员先登记。", {"day": days[0]}
        )
        return Due(refusal=no_allowance)
    runs = [list(run) for _id, run in groupby(known, key=lambda figure: figure.standard_id)]
    parts = tuple(_part(len(run), run[0]) for run in runs)
    amount = sum(part.days * part.rate_fen for part in parts)
    return Due(amount, LineBasis(parts, days=len(days), without=len(days) - len(known)))


def _part(days: int, figure: Figure) -> RatePart:
    return RatePart(days, figure.value, figure.source, figure.verified, figure.standard_id)


# --- in words -------------------------------------------------------------------------------------------


class Computed(Protocol):
    """A line, claimed already or only assessed."""

    @property
    def scheme(self) -> Scheme: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def basis(self) -> LineBasis: ...


def calculation(line: Computed) -> Sentence:
    """How a line was computed: 20 天 × 50 元 + 3 天 × 30 元. A screen shows the sources beside it."""
    basis, parts = line.basis, [_part_words(line.scheme, part) for part in line.basis.parts]
    words = _joined(" + ", parts)
    if line.scheme is Scheme.TRAINING and parts and line.amount_fen < basis.parts[0].rate_fen:
        words = Sentence("标准 %(figure)s，按协议价", {"figure": words})
    if basis.without:
        words = _joined("", [words, Sentence("；另有 %(n)s 天没有标准", {"n": basis.without})])
    return words


def calculation_on_paper(line: Computed) -> Sentence:
    """:func:`calculation` with the mark of an unverified figure: 20 天 × 50 元（待核）."""
    words = calculation(line)
    return words if line.basis.is_verified else Sentence("%(what)s（待核）", {"what": words})


def _part_words(scheme: Scheme, part: RatePart) -> Sentence:
    if scheme is Scheme.TRAINING:
        return yuan(part.rate_fen)
    return Sentence("%(n)s 天 × %(rate)s", {"n": part.days, "rate": yuan(part.rate_fen)})


def _joined(glue: str, parts: list[Sentence]) -> Sentence:
    """Sentences side by side; the frame itself has no words to translate."""
    named = {f"part{n}": part for n, part in enumerate(parts)}
    return Sentence(glue.join(f"%({name})s" for name in named), named)
