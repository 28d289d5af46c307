"""Does the plan of a class keep its agreement and the standards? May this person be trained in the class?

Each answer names its rule and where the rule stands. A rule that follows from a verified figure or from the
law bars; one that rests on an unverified figure (待核) only warns: shown, and left to the county.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, or_, select
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.people.category import PersonCategory, categories_of, counted
from models.people.name_reading import initials
from models.people.worker import CANNOT_WORK, NOT_AT_SCHOOL, Health, Worker, WorkerState, sixteen_by
from models.placement.placement import HOLDING, Placement
from models.reference.target_category import CategoryUse, TargetCategory, categories_on
from models.training.agreement import Agreement
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState, trained_key
from models.training.lesson import Lesson
from models.training.standard import StandardName
from models.training.standards import (
    BrokenStandard,
    Figure,
    Figures,
    broken_standards,
    class_figure,
    figure_on,
    figures_on,
)
from models.training.subsidy import ClaimLine
from models.training.training_class import ClassState, TrainingClass

LETTERS = 4
AREA_WORDS = re.compile(r"[省市州县区镇乡]")
FIELD_OF = {
    StandardName.CLASS_SIZE: "capacity",
    StandardName.MOST_PERIODS: "name",
    StandardName.LEAST_PERIODS: "name",
}
REGISTER = Sentence("粤办发〔2016〕32号：订单培训面向建档立卡贫困劳动力")
LABOUR_LAW = Sentence("劳动法第15条")
NO_REPEAT = Sentence("各地办法：同工种同等级不重复培训")
BEFORE_WORK = Sentence("订单培训是岗前培训，已就业的人不能领补贴")
ONE_CLASS = Sentence("一个人同一时间只能在一个班")
IN_THE_REGISTER = Sentence("台账登记")


# --- the plan of a class ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What a school decides about a class; all else stands in the agreement."""

    name: str
    capacity: int
    starts_on: date
    ends_on: date
    place: str
    head_teacher: str = ""
    meals: str = ""


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
    left, ready_by = places_left(session, agreement, own), agreement.order.ready_by
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


def warnings(figures: Figures, capacity: int, periods: int) -> list[BrokenStandard]:
    """What a class does not keep of the unverified figures (待核): shown, and left to the county."""
    broken = broken_standards(figures, {"capacity": capacity, "periods": periods})
    return [one for one in broken if not one.figure.verified]


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


def number_prefix(school: str, day: date) -> str:
    """What the numbers of a month begin with: 昭觉县职业技能培训学校 in May 2019 is ZJZY201905.

    Words such as 县 are left out, as schools do; schools with the same letters share one row of serials.
    """
    letters = initials(AREA_WORDS.sub("", school)).upper()[:LETTERS]
    return f"{letters or 'PX'}{day:%Y%m}"


# --- the people of a class ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """What stands against a person, where the rule stands, and whether it bars."""

    sentence: Sentence
    source: Sentence
    bars: bool = True

    @property
    def with_source(self) -> Sentence:
        """The sentence with its source behind it."""
        parts = {"sentence": self.sentence, "source": self.source}
        return Sentence("%(sentence)s（依据：%(source)s）", parts)


@dataclass(frozen=True)
class _Facts:
    """What the database knows about a batch of people, read with one query a rule."""

    training_class: TrainingClass
    elsewhere: dict[int, str]
    this_year: dict[int, int]
    trained: set[str]
    at_work: set[int]
    per_year: Figure | None
    missed: int
    least: Figure | None
    carried: Mapping[int, int]
    categories: Mapping[int, Sequence[PersonCategory]]
    counting: Sequence[TargetCategory]


_Rule = Callable[[Worker, _Facts], Finding | None]


def findings(
    session: Session,
    training_class: TrainingClass,
    workers: Iterable[Worker],
    day: date,
    carried: Mapping[int, int] | None = None,
) -> dict[int, list[Finding]]:
    """By worker, what stands against training the person in ``training_class``; an empty list is a yes.

    ``carried``: by worker, the periods that come along from the class they leave for this one.
    """
    people = list(workers)
    facts = _read(session, training_class, people, day, carried or {})
    return {worker.id: [one for rule in RULES if (one := rule(worker, facts))] for worker in people}


def bars(findings: Iterable[Finding]) -> list[Finding]:
    """Those that decide the matter."""
    return [finding for finding in findings if finding.bars]


def _read(
    session: Session,
    training_class: TrainingClass,
    people: list[Worker],
    day: date,
    carried: Mapping[int, int],
) -> _Facts:
    ids = [worker.id for worker in people]
    level, occupation = training_class.level, training_class.occupation_code
    return _Facts(
        training_class,
        _elsewhere(session, training_class, ids),
        _this_year(session, training_class, ids),
        _trained(session, training_class, people),
        _at_work(session, ids),
        figure_on(session, StandardName.PER_YEAR, training_class.county_code, day, level, occupation),
        held_periods(session, training_class.id, day),
        class_figure(session, training_class, StandardName.ATTENDANCE, day),
        carried,
        categories_of(session, ids),
        categories_on(session, CategoryUse.TRAINING, training_class.starts_on),
    )


def held_periods(session: Session, class_id: int, day: date) -> int:
    """The periods held before ``day`` or closed: what somebody who joins on that day has missed."""
    held = or_(Lesson.closed_at.is_not(None), Lesson.held_on < day)
    periods = select(func.coalesce(func.sum(Lesson.periods), 0)).where(Lesson.class_id == class_id, held)
    return session.scalar(periods) or 0


def _elsewhere(session: Session, training_class: TrainingClass, ids: list[int]) -> dict[int, str]:
    rows = session.execute(
        select(Enrolment.worker_id, TrainingClass.name)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.worker_id.in_(ids),
            Enrolment.state == EnrolmentState.ENROLLED,
            TrainingClass.id != training_class.id,
        )
    )
    return dict(rows.all())


def _this_year(session: Session, training_class: TrainingClass, ids: list[int]) -> dict[int, int]:
    rows = session.execute(
        select(Enrolment.worker_id, func.count())
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.worker_id.in_(ids),
            Enrolment.state.in_(IN_CLASS),
            Enrolment.state != EnrolmentState.STOPPED,  # a class stopped midway is no training had
            TrainingClass.id != training_class.id,
        )
        .where(extract("year", TrainingClass.starts_on) == training_class.starts_on.year)
        .group_by(Enrolment.worker_id)
    )
    return dict(rows.all())


def _trained(session: Session, training_class: TrainingClass, people: list[Worker]) -> set[str]:
    keys = [
        trained_key(worker.id_digest, training_class.occupation_code, training_class.level)
        for worker in people
    ]
    paid = select(ClaimLine.enrolment_id).where(ClaimLine.paid_on.is_not(None))
    rows = session.scalars(
        select(Enrolment.trained_key).where(
            Enrolment.trained_key.in_(keys),
            Enrolment.class_id != training_class.id,
            Enrolment.state != EnrolmentState.STOPPED,
            or_(Enrolment.state == EnrolmentState.FINISHED, Enrolment.id.in_(paid)),
        )
    )
    return {key for key in rows if key}


def _at_work(session: Session, ids: list[int]) -> set[int]:
    rows = select(Placement.worker_id).where(Placement.worker_id.in_(ids), Placement.state.in_(HOLDING))
    return set(session.scalars(rows))


def _registered(worker: Worker, facts: _Facts) -> Finding | None:
    """Whether the person is one of those whom order training is for, on the day the class begins; what the
    register cannot tell is a doubt and bars nobody."""
    told = counted(facts.categories.get(worker.id, ()), facts.counting, facts.training_class.starts_on)
    if told.counts:
        return None
    if told.counts is None:
        return Finding(Sentence("%(why)s。", {"why": told.sentence}), REGISTER, bars=False)
    outside = Sentence("台账登记的是“%(status)s”，不在订单培训的范围。", {"status": told.category})
    return Finding(outside, Sentence("%(source)s", {"source": told.source}), bars=told.verified)


def _of_age(worker: Worker, facts: _Facts) -> Finding | None:
    if worker.birth_date <= sixteen_by(facts.training_class.starts_on):
        return None
    return Finding(Sentence("开班那天不满 16 周岁。"), LABOUR_LAW)


def _able(worker: Worker, facts: _Facts) -> Finding | None:
    if worker.health == Health.UNABLE or worker.labour_capacity in CANNOT_WORK:
        return Finding(Sentence("台账登记为不能劳动。"), IN_THE_REGISTER)
    if worker.school_status not in NOT_AT_SCHOOL:
        at_school = Sentence("还在学校读书：%(where)s。", {"where": worker.school_status})
        return Finding(at_school, IN_THE_REGISTER)
    if worker.state is WorkerState.CLOSED or worker.erased_at or worker.merged_into_id:
        return Finding(Sentence("台账已不再服务这个人。"), IN_THE_REGISTER)
    return None


def _free(worker: Worker, facts: _Facts) -> Finding | None:
    return Finding(Sentence("已经录用或在岗。"), BEFORE_WORK) if worker.id in facts.at_work else None


def _not_twice(worker: Worker, facts: _Facts) -> Finding | None:
    own = facts.training_class
    if trained_key(worker.id_digest, own.occupation_code, own.level) not in facts.trained:
        return None
    before = Sentence("以前参加过%(name)s同一等级的培训并已结业。", {"name": own.occupation_name})
    return Finding(before, NO_REPEAT)


def _not_too_often(worker: Worker, facts: _Facts) -> Finding | None:
    times, most = facts.this_year.get(worker.id, 0), facts.per_year
    if most is None or times < most.value:
        return None
    too_often = Sentence(
        "%(year)s 年已经参加过 %(times)s 次培训，每人每年最多 %(most)s 次。",
        {"year": facts.training_class.starts_on.year, "times": times, "most": most.value},
    )
    return Finding(too_often, Sentence(most.source), most.verified)


def _in_one_class(worker: Worker, facts: _Facts) -> Finding | None:
    name = facts.elsewhere.get(worker.id)
    return Finding(Sentence("现在在另一个班：%(name)s。", {"name": name}), ONE_CLASS) if name else None


def _in_time(worker: Worker, facts: _Facts) -> Finding | None:
    least, total = facts.least, facts.training_class.periods  # who comes late must still be able to reach it
    missed = max(0, facts.missed - facts.carried.get(worker.id, 0))
    if least is None or not missed or (total - missed) * 100 >= least.value * total:
        return None
    too_late = Sentence(
        "已经上了 %(held)s 课时，现在进班最多上到 %(most)s 课时，不到全部 %(total)s 课时的 %(least)s%%。",
        {"held": facts.missed, "most": total - missed, "total": total, "least": least.value},
    )
    return Finding(too_late, Sentence(least.source), least.verified)


RULES: list[_Rule] = [_registered, _of_age, _able, _free, _not_twice, _not_too_often, _in_one_class, _in_time]
