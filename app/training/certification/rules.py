"""Who may sit the examination of a class, what passes, and the sentence that says which rule stands in the
way.

All figures are those frozen with the class when it was applied for (domain.md 4, 常见参数).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import day, label, number
from app.training.attendance.queries.totals import attendance
from models.clock import today
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState
from models.training.standards import class_figure
from models.training.subsidy import StandardName
from models.training.training_class import ClassState, TrainingClass

FULL_MARK = 100


def standard_value(session: Session, training_class: TrainingClass, name: StandardName) -> int | None:
    """Return the figure that rules the class, None where the tables have none."""
    figure = class_figure(session, training_class, name, today())
    return None if figure is None else figure.value


def classmates(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Return everybody who sits or sat in the class to its end, by seat, the person with each."""
    statement = (
        select(Enrolment)
        .where(Enrolment.class_id == training_class.id, Enrolment.state.in_(IN_CLASS))
        .options(joinedload(Enrolment.worker))
        .order_by(Enrolment.seat, Enrolment.id)
    )
    return list(session.scalars(statement))


def percent(share: Fraction | None) -> str:
    """Return a share as percent, never rounded up over a threshold: 79.9%; 未知 for None."""
    return _("未知") if share is None else f"{number(int(share * 1000) / 10)}%"


@dataclass(frozen=True)
class ExamRules:
    """What decides about one class's examination. ``shares``: attended share by enrolment, None when
    unknown."""

    training_class: TrainingClass
    shares: dict[int, Fraction | None]
    least_share: int | None
    pass_score: int | None

    def attends_enough(self, enrolment: Enrolment) -> bool:
        """Whether the learner may sit the examination by attendance; no figure in force forbids nothing."""
        share = self.shares.get(enrolment.id)
        if self.least_share is None:
            return True
        return share is not None and share * 100 >= self.least_share

    def seat_problem(self, enrolment: Enrolment) -> str | None:
        """Return why no mark can be entered for the learner, as a sentence, or None."""
        if enrolment.class_id != self.training_class.id or enrolment.state not in IN_CLASS:
            return _("这个人不在本班，成绩只能登记给在班的学员。")
        if enrolment.state is not EnrolmentState.ENROLLED:
            return _("%(name)s已经有成绩，要改请用“重录成绩”。", name=enrolment.worker.name)
        return self.attendance_problem(enrolment)

    def attendance_problem(self, enrolment: Enrolment) -> str | None:
        """Return why attendance keeps the learner from the examination, or None."""
        if self.attends_enough(enrolment):
            return None
        return _(
            "%(name)s出勤 %(share)s，不到 %(least)s%%，不能参加考核。",
            name=enrolment.worker.name,
            share=percent(self.shares.get(enrolment.id)),
            least=self.least_share,
        )

    def class_problem(self) -> str | None:
        """Return why no mark at all can be entered for the class now, or None."""
        if self.training_class.state is not ClassState.TEACHING:
            return _(
                "这个班现在是“%(state)s”，只有“上课中”的班能登记成绩。",
                state=label(self.training_class.state),
            )
        if all(share is None for share in self.shares.values()):
            return _("还没有上完一节课，不能登记成绩。")
        if self.pass_score is None:
            return _("没有这个地方的考核合格分数，请管理员先在基础数据里登记。")
        return None

    def day_problem(self, held_on: date, today: date) -> str | None:
        """Return why the examination cannot have been on ``held_on``, or None."""
        if self.training_class.starts_on <= held_on <= today:
            return None
        return _("考核日期应在开班（%(start)s）到今天之间。", start=day(self.training_class.starts_on))

    def passes(self, theory: int | None, practice: int | None) -> bool:
        """Whether both parts reach the pass score; whoever was absent does not pass."""
        least = self.pass_score
        return None not in (theory, practice, least) and min(theory, practice) >= least  # type: ignore


def exam_rules(session: Session, training_class: TrainingClass) -> ExamRules:
    """Read what decides about the class's examination."""
    shares = {key: found.share for key, found in attendance(session, training_class.id).items()}
    names = (StandardName.ATTENDANCE, StandardName.PASS_SCORE)
    return ExamRules(
        training_class, shares, *(standard_value(session, training_class, name) for name in names)
    )


def waiting(rules: ExamRules, learners: Iterable[Enrolment]) -> list[Enrolment]:
    """Return who may sit the examination and has no mark yet."""
    return [one for one in learners if one.state is EnrolmentState.ENROLLED and rules.attends_enough(one)]


def barred(rules: ExamRules, learners: Iterable[Enrolment]) -> list[Enrolment]:
    """Return who has no mark yet and may not sit the examination."""
    return [one for one in learners if one.state is EnrolmentState.ENROLLED and not rules.attends_enough(one)]
