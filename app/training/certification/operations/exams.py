"""The examination: who may sit it, what passes, the scores of a class, and scores entered anew with a reason.

All figures are those frozen with the class when it was applied for (domain.md 4, 常见参数).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries import attendance
from app.training.certification.operations import progress
from app.training.classes.queries import people
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.numbers import percent
from models.people.worker_change import note
from models.training.certificate import Certificate
from models.training.class_workflow import CLASS_WORKFLOW, COUNTED_FOR, held_back
from models.training.enrolment import (
    ENROLMENT_WORKFLOW,
    IN_CLASS,
    Enrolment,
    EnrolmentState,
    Grade,
    Mark,
)
from models.training.standard import StandardName
from models.training.standard_decision import StandardDecision
from models.training.standards import Figure, class_figure, decided
from models.training.training_class import CLASS_STATE_LABELS, ClassState, TrainingClass
from models.workflow import REASON_MISSING, TransitionRefused

FULL_SCORE = 100
ABSENT = N_("没有参加考核")
REGRADING = (ClassState.TEACHING, ClassState.EXAMINED)
COUNTED_STEPS = frozenset(COUNTED_FOR)
NOT_IN_CLASS = Sentence("这个人不在本班，成绩只能登记给在班的学员。")
NOT_TAUGHT = Sentence("还没有上完一节课，不能登记成绩。")
NO_PASS_SCORE = Sentence("没有这个地方的考核合格分数，请管理员先在基础数据里登记。")
NOTHING_TYPED = Sentence("还没有填成绩。")
TYPED_TWICE = Sentence("同一个学员填了两次成绩。")
BAD_SCORES = Sentence("理论和实操成绩都要填，0 到 100 分。")
ALREADY_CERTIFIED = Sentence("这个班已经发证，不能再改成绩。")
NOT_GRADED = Sentence("还没有成绩，请直接登记。")
CERTIFICATE_HELD = Sentence("证书已经登记，不能再改成绩；成绩有误请先吊销证书。")


@dataclass(frozen=True)
class Scores:
    """One learner's marks, points to 100 or a word; both None for a learner who did not come."""

    enrolment_id: int
    theory: Mark | None
    practice: Mark | None

    @property
    def refusal(self) -> Sentence | None:
        """What is wrong with the figures."""
        both = (self.theory, self.practice)
        if both == (None, None) or all(isinstance(one, Grade) or _is_points(one) for one in both):
            return None
        return BAD_SCORES


def _is_points(mark: float | None) -> bool:
    return mark is not None and 0 <= mark <= FULL_SCORE


@dataclass(frozen=True)
class ExamRules:
    """What decides about one class's examination. ``shares``: attended by enrolment, None when unknown.

    ``decisions``: by enrolment, how the county decided where the least share is not verified.
    """

    training_class: TrainingClass
    shares: dict[int, Fraction | None]
    least: Figure | None
    pass_score: int | None
    decisions: Mapping[int | None, StandardDecision] = field(default_factory=dict)

    @property
    def least_share(self) -> int | None:
        """The share of periods (whole percent) that is asked for; None: unknown."""
        return self.least.value if self.least else None

    @property
    def asks(self) -> bool:
        """Whether the least share is not verified, so that the county decides."""
        return self.least is not None and not self.least.verified

    def is_short(self, enrolment: Enrolment) -> bool:
        """Whether the learner attended less than the figure in force, verified or not."""
        share = self.shares.get(enrolment.id)
        return self.least is not None and (share is None or share * 100 < self.least.value)

    def attends_enough(self, enrolment: Enrolment) -> bool:
        """Whether the learner may sit the examination by attendance; no figure in force forbids nothing.

        A figure that is not verified only asks: the county may decide, and until it does nobody is barred.
        """
        if self.least is None or not self.is_short(enrolment):
            return True
        decision = self.decisions.get(enrolment.id)
        return not self.least.verified and (decision is None or decision.allowed)

    def class_refusal(self) -> Sentence | None:
        """Why no score at all can be entered for the class now."""
        if self.training_class.state is not ClassState.TEACHING:
            state = {"state": Sentence(CLASS_STATE_LABELS[self.training_class.state])}
            return Sentence("这个班现在是“%(state)s”，只有“上课中”的班能登记成绩。", state)
        if all(share is None for share in self.shares.values()):
            return NOT_TAUGHT
        return NO_PASS_SCORE if self.pass_score is None else None

    def day_refusal(self, held_on: date, today: date) -> Sentence | None:
        """Why the examination cannot have been on ``held_on``."""
        first = self.training_class.starts_on
        if first <= held_on <= today:
            return None
        return Sentence("考核日期应在开班（%(start)s）到今天之间。", {"start": first})

    def learner_refusal(self, enrolment: Enrolment) -> Sentence | None:
        """Why no score can be entered for the learner."""
        if enrolment.class_id != self.training_class.id or enrolment.state not in IN_CLASS:
            return NOT_IN_CLASS
        if enrolment.state is not EnrolmentState.ENROLLED:
            return Sentence("%(name)s已经有成绩，要改请用“重录成绩”。", {"name": enrolment.worker.name})
        return self.attendance_refusal(enrolment)

    def attendance_refusal(self, enrolment: Enrolment) -> Sentence | None:
        """Why attendance keeps the learner from the examination."""
        if self.attends_enough(enrolment):
            return None
        decision = self.decisions.get(enrolment.id)
        if self.least and not self.least.verified and decision:
            told = {"name": enrolment.worker.name, "reason": decision.reason}
            return Sentence("县里认定%(name)s不能参加考核：%(reason)s", told)
        return Sentence(
            "%(name)s出勤 %(share)s，不到 %(least)s%%，不能参加考核。",
            {
                "name": enrolment.worker.name,
                "share": percent(self.shares.get(enrolment.id)),
                "least": self.least_share,
            },
        )

    def passes(self, scores: Scores) -> bool:
        """Whether both parts reach the pass score; absent learners do not pass."""
        if scores.theory is None or scores.practice is None or self.pass_score is None:
            return False
        return all(
            mark is Grade.PASSED if isinstance(mark, Grade) else mark >= self.pass_score
            for mark in (scores.theory, scores.practice)
        )

    def waiting(self, learners: Iterable[Enrolment]) -> list[Enrolment]:
        """Who may sit the examination and has no score yet."""
        return [one for one in learners if _is_ungraded(one) and self.attends_enough(one)]

    def barred(self, learners: Iterable[Enrolment]) -> list[Enrolment]:
        """Who has no score yet and may not sit the examination."""
        return [one for one in learners if _is_ungraded(one) and not self.attends_enough(one)]


def _is_ungraded(learner: Enrolment) -> bool:
    return learner.state is EnrolmentState.ENROLLED


def exam_rules(session: Session, training_class: TrainingClass, today: date) -> ExamRules:
    """Read what decides about the class's examination."""
    totals = attendance(session, training_class.id, today)
    shares = {enrolment_id: total.share for enrolment_id, total in totals.items()}
    least, passing = (
        class_figure(session, training_class, name, today)
        for name in (StandardName.ATTENDANCE, StandardName.PASS_SCORE)
    )
    decisions = decided(session, training_class, StandardName.ATTENDANCE)
    return ExamRules(training_class, shares, least, passing.value if passing else None, decisions)


def record_scores(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    scores: Sequence[Scores],
    held_on: date,
    today: date,
    file: str = "",
) -> int:
    """Enter the scores of one examination: all in it finish or fail. All or none; returns how many.

    Once no learner who may sit it is without a score, those who missed too many lessons fail by that rule.
    Raises TransitionRefused with the sentence of the first rule that is broken.
    """
    rules = exam_rules(session, training_class, today)
    learners = {one.id: one for one in people.learners(session, training_class)}
    _refuse(rules.class_refusal() or rules.day_refusal(held_on, today))
    _refuse(None if scores else NOTHING_TYPED)
    _refuse(TYPED_TWICE if len({one.enrolment_id for one in scores}) < len(scores) else None)
    for one in scores:
        learner = learners.get(one.enrolment_id) or session.get_one(Enrolment, one.enrolment_id)
        _refuse(rules.learner_refusal(learner) or one.refusal)
        _grade(session, actor, rules, learner, one, held_on)
    if not rules.waiting(learners.values()):
        _fail_barred(session, actor, rules, learners.values(), held_on)
    training_class.graded_on = training_class.graded_on or held_on
    recount(session, training_class, today)
    record(session, actor, EventTag.EXAM_IMPORT, training_class, counts=len(scores), file=file)
    return len(scores)


def regrade(
    session: Session,
    actor: Actor,
    learner: Enrolment,
    scores: Scores,
    held_on: date,
    today: date,
    reason: str,
) -> None:
    """Enter one learner's scores anew, with the reason; possible until the certificate is issued.

    Raises TransitionRefused with the sentence of the rule that is broken.
    """
    training_class = learner.training_class
    rules = exam_rules(session, training_class, today)
    _refuse(None if reason.strip() else REASON_MISSING)
    _refuse(regrade_refusal(session, learner) or rules.day_refusal(held_on, today))
    _refuse(rules.attendance_refusal(learner) or scores.refusal)
    ENROLMENT_WORKFLOW.advance(session, learner, "regrade", actor, reason=reason)
    _grade(session, actor, rules, learner, scores, held_on, reason)
    recount(session, training_class, today)
    record(session, actor, EventTag.EXAM_IMPORT, training_class, counts=1, kind="regrade", reason=reason)


def regrade_refusal(session: Session, learner: Enrolment) -> Sentence | None:
    """Why the scores cannot be entered anew any more."""
    if learner.training_class.state not in REGRADING:
        return ALREADY_CERTIFIED
    if learner.state not in (EnrolmentState.FINISHED, EnrolmentState.FAILED):
        return NOT_GRADED
    held = select(Certificate.id).where(
        Certificate.enrolment_id == learner.id, Certificate.revoked_at.is_(None)
    )
    return CERTIFICATE_HELD if session.scalar(held) else None


def _refuse(sentence: Sentence | None) -> None:
    if sentence:
        raise TransitionRefused(sentence)


def _grade(
    session: Session,
    actor: Actor,
    rules: ExamRules,
    learner: Enrolment,
    scores: Scores,
    held_on: date,
    reason: str = "",
) -> None:
    learner.mark(scores.theory, scores.practice)
    learner.exam_passed = rules.passes(scores)
    learner.exam_on, learner.graded_by_id = held_on, actor.user_id
    learner.outcome_note = ABSENT if scores.theory is None else ""
    _end(session, actor, learner, "finish" if learner.exam_passed else "fail", reason)


def _fail_barred(
    session: Session, actor: Actor, rules: ExamRules, learners: Iterable[Enrolment], held_on: date
) -> None:
    for learner in filter(_is_ungraded, learners):
        learner.exam_passed, learner.exam_on, learner.graded_by_id = False, held_on, actor.user_id
        learner.outcome_note = str(rules.attendance_refusal(learner) or "")
        _end(session, actor, learner, "fail", learner.outcome_note)


def _end(session: Session, actor: Actor, learner: Enrolment, event: str, reason: str) -> None:
    ENROLMENT_WORKFLOW.advance(session, learner, event, actor, reason=reason)
    note(session, learner.worker_id)  # a stored index learns what the person was trained for
    learner.active_digest = None  # the seat no longer keeps the person from another class


# --- the class's next step ------------------------------------------------------------------------------


def recount(session: Session, training_class: TrainingClass, today: date) -> None:
    """Count anew what holds the class back: no score, no certificate, no job or reason, no follow-up."""
    session.flush()
    training_class.ungraded = _ungraded(session, training_class, today)
    progress.recount_graduates(session, training_class)


def _ungraded(session: Session, training_class: TrainingClass, today: date) -> int:
    learners = people.learners(session, training_class)
    is_sitting = any(map(_is_ungraded, learners))
    rules = exam_rules(session, training_class, today) if is_sitting else None
    return len(rules.waiting(learners)) if rules else 0


def against(session: Session, training_class: TrainingClass, event: str, today: date) -> Sentence | None:
    """What holds the class back from one of COUNTED_STEPS, counted now; nothing is written down."""
    column = COUNTED_FOR[event]
    if event == "examine":
        return held_back(column, _ungraded(session, training_class, today))
    return held_back(column, progress.counts(session, training_class)[column])


def advance(session: Session, actor: Actor, training_class: TrainingClass, event: str, today: date) -> None:
    """Carry the class along one of COUNTED_STEPS, after counting anew what may hold it back."""
    recount(session, training_class, today)
    CLASS_WORKFLOW.advance(session, training_class, event, actor)
