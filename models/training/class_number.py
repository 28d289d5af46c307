"""The number of a class: the school's initials, year and month of the application, a serial."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.integrity import breaks
from models.training.training_class import TrainingClass
from models.workflow import TransitionRefused

LAST_SERIAL, TRIES = 999, 20
NO_NUMBER_LEFT = Sentence("这个月的班级编号已经用完，请联系管理员。")


def give_number(session: Session, training_class: TrainingClass, prefix: str) -> None:
    """Give the class the next free number (TGZX201905008); a class that has one keeps it.

    The unique index decides between two schools that take one number at once; the loser takes the next.
    """
    for _attempt in range(TRIES):
        if training_class.number:
            return
        serial = _last_serial(session, prefix) + 1
        if serial > LAST_SERIAL:
            raise TransitionRefused(NO_NUMBER_LEFT)
        _try(session, training_class, f"{prefix}{serial:03d}")
    if not training_class.number:
        raise TransitionRefused(NO_NUMBER_LEFT)


def _try(session: Session, training_class: TrainingClass, number: str) -> None:
    try:
        with session.begin_nested():
            training_class.number = number
            session.flush()
    except IntegrityError as problem:
        if not breaks(problem, "cohort.number"):
            raise
        session.refresh(training_class)


def _last_serial(session: Session, prefix: str) -> int:
    newest = session.scalar(
        select(func.max(TrainingClass.number)).where(TrainingClass.number.startswith(prefix))
    )
    return int(newest[len(prefix) :]) if newest else 0
