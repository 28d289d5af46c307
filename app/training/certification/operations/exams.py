"""The examination: marks of a class, each learner once, and marks entered anew with their reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.certification.operations.progress import recount
from app.training.certification.rules import FULL_MARK, ExamRules, classmates, exam_rules, waiting
from models.access import Actor
from models.audit import EventTag, record
from models.i18n import N_
from models.people.worker_change import note
from models.training.certificate import Certificate
from models.training.enrolment import ENROLMENT_WORKFLOW, Enrolment, EnrolmentState
from models.training.training_class import ClassState, TrainingClass
from models.workflow import REASON_MISSING, TransitionRefused

ABSENT = N_("没有参加考核")
REGRADING = (ClassState.TEACHING, ClassState.EXAMINED)


@dataclass(frozen=True)
class Mark:
    """One learner's marks, 0 to 100; both None for somebody who did not come to the examination."""

    enrolment_id: int
    theory: int | None
    practice: int | None

    def problem(self) -> str | None:
        """Return what is wrong with the figures, or None."""
        if self.theory is None and self.practice is None:
            return None
        if any(one is None or not 0 <= one <= FULL_MARK for one in (self.theory, self.practice)):
            return _("理论和实操成绩都要填，0 到 100 的整数。")
        return None


def record_marks(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    marks: Sequence[Mark],
    held_on: date,
    today: date,
    file: str = "",
) -> int:
    """Enter the marks of one examination: everybody in it finishes or fails. All or nothing; returns how
    many.

    Once nobody who may sit it is left without a mark, whoever missed too many lessons fails by that rule.
    Raises TransitionRefused with the sentence of the first rule that is broken.
    """
    rules = exam_rules(session, training_class)
    learners = {one.id: one for one in classmates(session, training_class)}
    _refuse(rules.class_problem() or rules.day_problem(held_on, today))
    _refuse(None if marks else _("还没有填成绩。"))
    if len({mark.enrolment_id for mark in marks}) < len(marks):
        raise TransitionRefused(_("同一个学员填了两次成绩。"))
    for mark in marks:
        learner = learners.get(mark.enrolment_id) or session.get_one(Enrolment, mark.enrolment_id)
        _refuse(rules.seat_problem(learner) or mark.problem())
        _grade(session, actor, rules, learner, mark, held_on)
    if not waiting(rules, learners.values()):
        _fail_absentees(session, actor, rules, learners.values(), held_on)
    training_class.graded_on = training_class.graded_on or held_on
    recount(session, training_class)
    record(session, actor, EventTag.EXAM_IMPORT, training_class, counts=len(marks), file=file)
    return len(marks)


def regrade(
    session: Session, actor: Actor, learner: Enrolment, mark: Mark, held_on: date, today: date, reason: str
) -> None:
    """Enter one learner's marks anew, with the reason; possible until his certificate is issued.

    Raises TransitionRefused with the sentence of the rule that is broken.
    """
    training_class = learner.training_class
    rules = exam_rules(session, training_class)
    _refuse(None if reason.strip() else REASON_MISSING)
    _refuse(regrade_problem(session, learner) or rules.day_problem(held_on, today))
    _refuse(rules.attendance_problem(learner) or mark.problem())
    ENROLMENT_WORKFLOW.advance(session, learner, "regrade", actor, reason=reason)
    _grade(session, actor, rules, learner, mark, held_on, reason)
    recount(session, training_class)
    record(session, actor, EventTag.EXAM_IMPORT, training_class, counts=1, kind="regrade", reason=reason)


def regrade_problem(session: Session, learner: Enrolment) -> str | None:
    """Return why the marks cannot be entered anew any more, or None."""
    if learner.training_class.state not in REGRADING:
        return _("这个班已经发证，不能再改成绩。")
    if learner.state not in (EnrolmentState.FINISHED, EnrolmentState.FAILED):
        return _("还没有成绩，请直接登记。")
    held = select(Certificate.id).where(
        Certificate.enrolment_id == learner.id, Certificate.revoked_at.is_(None)
    )
    if session.scalar(held):
        return _("证书已经登记，不能再改成绩；成绩有误请先吊销证书。")
    return None


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise TransitionRefused(sentence)


def _grade(
    session: Session,
    actor: Actor,
    rules: ExamRules,
    learner: Enrolment,
    mark: Mark,
    held_on: date,
    reason: str = "",
) -> None:
    learner.theory_score, learner.practice_score = mark.theory, mark.practice
    learner.exam_passed = rules.passes(mark.theory, mark.practice)
    learner.exam_on, learner.graded_by_id = held_on, actor.user_id
    learner.outcome_note = ABSENT if mark.theory is None else ""
    _end(session, actor, learner, "finish" if learner.exam_passed else "fail", reason)


def _fail_absentees(
    session: Session, actor: Actor, rules: ExamRules, learners: Iterable[Enrolment], held_on: date
) -> None:
    for learner in learners:
        if learner.state is EnrolmentState.ENROLLED:
            learner.exam_passed, learner.exam_on, learner.graded_by_id = False, held_on, actor.user_id
            learner.outcome_note = rules.attendance_problem(learner) or ""
            _end(session, actor, learner, "fail", learner.outcome_note)


def _end(session: Session, actor: Actor, learner: Enrolment, event: str, reason: str) -> None:
    ENROLMENT_WORKFLOW.advance(session, learner, event, actor, reason=reason)
    note(session, learner.worker_id)  # a stored index learns what he was trained for
    learner.active_digest = None  # the seat no longer keeps him from another class
