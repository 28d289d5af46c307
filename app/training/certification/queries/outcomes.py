"""What became of a class, from the seats to the sixth month, by evidence; what nobody knows stays unknown."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.kit.web.formatters import label, number
from app.placements.queries.statistics import PROVEN, Bar
from app.training.certification.operations.progress import is_placed
from models.clock import today
from models.placement.placement import FOLLOW_UP_MONTHS, Evidence, FollowUp, Outcome, Placement
from models.training.certificate import Certificate
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState
from models.training.standards import Figure, class_figure
from models.training.subsidy import StandardName
from models.training.training_class import TrainingClass

GONE, UNKNOWN, NOT_DUE, ELSEWHERE = "left", "unknown", "not_due", "elsewhere"
COUNTED = (*IN_CLASS, EnrolmentState.DROPPED)


@dataclass(frozen=True)
class MonthFound:
    """What is known of the hired graduates ``months`` after their arrival, in persons.

    ``by_evidence`` are those found at work in that enterprise; ``elsewhere`` works for another; ``unknown``
    is
    due and not known; ``not_due`` is not due yet.
    """

    months: int
    by_evidence: dict[Evidence, int]
    elsewhere: int
    left: int
    unknown: int
    not_due: int

    @property
    def employed(self) -> int:
        """Found at work in the enterprise, on whatever evidence."""
        return sum(self.by_evidence.values())

    @property
    def coverage(self) -> Fraction | None:
        """The known share of those who were due; None when nobody was."""
        known = self.employed + self.elsewhere + self.left
        return Fraction(known, known + self.unknown) if known + self.unknown else None


@dataclass(frozen=True)
class ClassOutcomes:
    """One class in persons. ``enrolled`` counts everybody who ever had a seat; ``placed`` whoever was hired
    and
    came, ``hired`` whom the enterprise of the agreement hired into the promised job.
    """

    enrolled: int
    dropped: int
    failed: int
    finished: int
    certified: int
    hired: int
    placed: int
    arrived: int
    months: tuple[MonthFound, ...]
    required_rate: Figure | None
    hire_share: int | None

    def rate(self, months: int) -> tuple[Fraction, Fraction] | None:
        """Return the least and the greatest the employment rate of the finished can be, given what is
        unknown."""
        if not self.finished:
            return None
        found = next(one for one in self.months if one.months == months)
        low = Fraction(found.employed, self.finished)
        return low, low + Fraction(found.unknown + found.not_due, self.finished)

    def meets_rate(self, months: int) -> bool | None:
        """Whether the required rate is met; None while it is open, or rests on a figure nobody has
        checked."""
        bounds = self.rate(months)
        if bounds is None or self.required_rate is None or not self.required_rate.verified:
            return None
        return _decided(bounds, self.required_rate.value)

    def keeps_hire_share(self) -> bool | None:
        """Whether the enterprise hired the share of the certified it had promised; None while nobody
        graduated."""
        if self.hire_share is None or not self.certified:
            return None
        return Fraction(self.hired * 100, self.certified) >= self.hire_share


def _decided(bounds: tuple[Fraction, Fraction], percent: int) -> bool | None:
    low, high = bounds
    return True if low * 100 >= percent else False if high * 100 < percent else None


def outcomes(session: Session, training_class: TrainingClass, day: date | None = None) -> ClassOutcomes:
    """Return what became of the class by ``day`` (default: today). Three statements, whatever the class."""
    states = Counter[EnrolmentState]()
    for state, count in session.execute(_states(training_class)):
        states[state] = count
    placements = _placements(session, training_class)
    promised = training_class.agreement.order.job_order_id
    hired = [one for one in placements if one.hired_on is not None and one.order_id == promised]
    placed = [one for one in placements if is_placed(one)]
    issued = select(func.count(Certificate.id)).where(
        Certificate.class_id == training_class.id, Certificate.revoked_at.is_(None)
    )
    return ClassOutcomes(
        enrolled=sum(states[state] for state in COUNTED),
        dropped=states[EnrolmentState.DROPPED],
        failed=states[EnrolmentState.FAILED],
        finished=states[EnrolmentState.FINISHED],
        certified=session.scalar(issued) or 0,
        hired=len(hired),
        placed=len(placed),
        arrived=sum(1 for one in placed if one.on_site_on),
        months=tuple(found_after(placed, months, day or today()) for months in FOLLOW_UP_MONTHS),
        required_rate=class_figure(session, training_class, StandardName.EMPLOYMENT_RATE, day or today()),
        hire_share=training_class.agreement.terms.hire_share_percent,
    )


def _states(training_class: TrainingClass) -> Select[EnrolmentState, int]:
    return (
        select(Enrolment.state, func.count())
        .where(Enrolment.class_id == training_class.id)
        .group_by(Enrolment.state)
    )


def _placements(session: Session, training_class: TrainingClass) -> list[Placement]:
    statement = (
        select(Placement)
        .join(Enrolment, Enrolment.placement_id == Placement.id)
        .where(Enrolment.class_id == training_class.id, Enrolment.state == EnrolmentState.FINISHED)
        .options(selectinload(Placement.follow_ups))
    )
    return list(session.scalars(statement))


def found_after(placements: Iterable[Placement], months: int, day: date) -> MonthFound:
    """Return what is known ``months`` after arrival of each of ``placements``, their follow-ups loaded."""
    visits = [(one, _visit(one, months)) for one in placements]
    kinds = Counter(_kind(placement, visit, day) for placement, visit in visits)
    evidence = {level: kinds[level] for level in sorted(Evidence, reverse=True) if kinds[level]}
    return MonthFound(months, evidence, kinds[ELSEWHERE], kinds[GONE], kinds[UNKNOWN], kinds[NOT_DUE])


def _visit(placement: Placement, months: int) -> FollowUp | None:
    return next((one for one in placement.follow_ups if one.months == months), None)


def _kind(placement: Placement, visit: FollowUp | None, day: date) -> Evidence | str:
    """Return what one follow-up found: a level of evidence for somebody at work, or one of the other
    kinds."""
    outcome = visit.outcome if visit else None
    if visit and outcome in PROVEN:
        return Evidence(visit.evidence)
    if outcome in (Outcome.ELSEWHERE, Outcome.LEFT):
        return ELSEWHERE if outcome is Outcome.ELSEWHERE else GONE
    due = visit.due_on if visit else None
    if placement.left_on and (due is None or placement.left_on < due):
        return GONE
    return UNKNOWN if due is not None and due <= day else NOT_DUE


def funnel(found: ClassOutcomes) -> list[Bar]:
    """Return (word, persons, remark) from the seats to the sixth month, for kit.bars."""
    bars = [
        (_("入班"), found.enrolled, _("%(n)s 人中途退学", n=found.dropped) if found.dropped else ""),
        (_("结业"), found.finished, _("%(n)s 人没有结业", n=found.failed) if found.failed else ""),
        (_("取证"), found.certified, ""),
        (_("录用"), found.placed, ""),
        (_("到岗"), found.arrived, ""),
    ]
    return bars + [(_("满 %(n)s 个月在岗", n=one.months), one.employed, remark(one)) for one in found.months]


def remark(found: MonthFound) -> str:
    """Return what has to be said beside the employed: who is unknown, and whose day has not come."""
    parts = [
        _("%(n)s 人未知", n=found.unknown) if found.unknown else "",
        _("%(n)s 人未到期", n=found.not_due) if found.not_due else "",
    ]
    return _("，").join(part for part in parts if part)


def evidence_words(found: MonthFound) -> str:
    """Return how well the employment is proven: 社保记录 3，本人说的 2; — when nobody was found at work."""
    said = [f"{label(level)} {number(count)}" for level, count in found.by_evidence.items()]
    return _("，").join(said) or "—"
