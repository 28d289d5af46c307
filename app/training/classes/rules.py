"""Does the plan of a class keep its agreement and the standards of the day?"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.training.agreement import Agreement
from models.training.standards import Figures, broken_standards, figures_on
from models.training.subsidy import StandardName
from models.training.training_class import ClassState, TrainingClass

FIELD_OF = {
    StandardName.CLASS_SIZE: "capacity",
    StandardName.MOST_PERIODS: "name",
    StandardName.LEAST_PERIODS: "name",
}


@dataclass(frozen=True)
class Plan:
    """What a school decides about a class; all else stands in the agreement."""

    name: str
    capacity: int
    starts_on: date
    ends_on: date
    place: str
    head_teacher: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a plan is not taken, and under which field of its form that belongs."""

    field_name: str
    sentence: Sentence


def problems(
    session: Session, agreement: Agreement, plan: Plan, today: date, own: TrainingClass | None = None
) -> list[Problem]:
    """What is wrong with the plan of a class (``own``: when it is changed, not new).

    Standards that are not verified bar nothing, see :func:`warnings`.
    """
    figures = figures_of(session, agreement, today)
    broken = broken_standards(figures, {"capacity": plan.capacity, "periods": agreement.terms.periods})
    return _against_agreement(session, agreement, plan, today, own) + [
        Problem(FIELD_OF[one.name], one.sentence) for one in broken if one.figure.verified
    ]


def _against_agreement(
    session: Session, agreement: Agreement, plan: Plan, today: date, own: TrainingClass | None
) -> list[Problem]:
    left, ready_by = places_left(session, agreement, own), agreement.terms.ready_by
    problems = []
    if plan.capacity > left:
        problems.append(Problem("capacity", Sentence("协议还剩 %(n)s 人可以开班，请改小。", {"n": left})))
    if plan.ends_on < plan.starts_on:
        problems.append(Problem("ends_on", Sentence("结束日期不能早于开班日期。")))
    if own is None and plan.starts_on < today:
        problems.append(Problem("starts_on", Sentence("开班日期不能早于今天。")))
    if plan.ends_on > ready_by:
        too_late = Sentence("协议说好 %(day)s前培训完，请提前。", {"day": ready_by})
        problems.append(Problem("ends_on", too_late))
    return problems


def warnings(figures: Figures, capacity: int, periods: int) -> list[Sentence]:
    """What a class does not keep of the unverified figures (待核): shown, and left to the county."""
    broken = broken_standards(figures, {"capacity": capacity, "periods": periods})
    return [one.sentence for one in broken if not one.figure.verified]


def places_left(session: Session, agreement: Agreement, own: TrainingClass | None = None) -> int:
    """For how many people of the agreement no class is planned yet."""
    used = session.scalar(
        select(func.coalesce(func.sum(TrainingClass.capacity), 0)).where(
            TrainingClass.agreement_id == agreement.id,
            TrainingClass.state != ClassState.CANCELLED,
            TrainingClass.id != (own.id if own else 0),
        )
    )
    return agreement.terms.headcount - int(used or 0)


def figures_of(session: Session, agreement: Agreement, day: date) -> Figures:
    """The standards in force for a class of this agreement on ``day``."""
    order = agreement.order
    return figures_on(session, agreement.county_code, day, order.level, order.occupation_code)
