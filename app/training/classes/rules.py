"""Does the plan of a class keep its agreement and the standards of the day?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.formatters import label, standard, translated
from models.i18n import N_
from models.training.agreement import Agreement
from models.training.standards import Breach, breaches, figures_on
from models.training.training_class import ClassState, TrainingClass


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
    """Why a plan is not taken: the field it concerns and a sentence (a msgid with ``params``)."""

    field_name: str
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return translated(self.sentence, self.params)


FIELDS = {"class_size": "capacity", "most_periods": "name", "least_periods": "name"}


def problems(
    session: Session, agreement: Agreement, plan: Plan, today: date, own: TrainingClass | None = None
) -> list[Problem]:
    """Return what is wrong with the plan of a class (``own``: when it is changed, not new)."""
    left = places_left(session, agreement, own)
    found = [
        (plan.capacity > left, Problem("capacity", N_("协议还剩 %(n)s 人可以开班，请改小。"), {"n": left})),
        (plan.ends_on < plan.starts_on, Problem("ends_on", N_("结束日期不能早于开班日期。"))),
        (own is None and plan.starts_on < today, Problem("starts_on", N_("开班日期不能早于今天。"))),
    ]
    ready_by = agreement.terms.ready_by
    too_late = plan.ends_on > ready_by
    found.append(
        (
            too_late,
            Problem("ends_on", N_("协议说好 %(day)s前培训完，请提前。"), {"day": ready_by.isoformat()}),
        )
    )
    broken = breaches(figures_of(session, agreement, today), planned(agreement, plan.capacity))
    return [problem for is_wrong, problem in found if is_wrong] + [
        Problem(FIELDS[breach.name], *_words(breach)) for breach in broken if breach.verified
    ]


def doubts(figures: dict[str, dict[str, Any]], capacity: int, periods: int) -> list[str]:
    """Return the sentences about unverified figures (待核) that a class does not keep: shown, no verdict."""
    broken = breaches(figures, {"capacity": capacity, "periods": periods})
    return [translated(*_words(breach)) for breach in broken if not breach.verified]


def _words(breach: Breach) -> tuple[str, dict[str, Any]]:
    params = {
        "name": label(breach.name),
        "planned": breach.planned,
        "limit": standard(breach.limit, breach.name),
        "source": breach.source,
    }
    return N_("%(name)s是 %(limit)s，这里是 %(planned)s。依据：%(source)s"), params


def places_left(session: Session, agreement: Agreement, own: TrainingClass | None = None) -> int:
    """Return how many people of the agreement no class is planned for yet."""
    used = session.scalar(
        select(func.coalesce(func.sum(TrainingClass.capacity), 0)).where(
            TrainingClass.agreement_id == agreement.id,
            TrainingClass.state != ClassState.CANCELLED,
            TrainingClass.id != (own.id if own else 0),
        )
    )
    return agreement.terms.headcount - int(used or 0)


def planned(agreement: Agreement, capacity: int) -> dict[str, int]:
    """Return what the standards are asked about."""
    return {"capacity": capacity, "periods": agreement.terms.periods}


def figures_of(session: Session, agreement: Agreement, day: date) -> dict[str, dict[str, Any]]:
    """Return the standards in force for a class of this agreement on ``day``."""
    order = agreement.order
    return figures_on(session, agreement.county_code, day, order.level, order.occupation_code)


def said(found: Iterable[Problem]) -> str:
    """Return all sentences in one text."""
    return " ".join(problem.text for problem in found)
