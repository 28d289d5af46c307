"""The seats of a class: the last one is given once, whoever asks at the same moment."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.base import rows_changed
from models.i18n import Sentence
from models.training.training_class import TAKING_PEOPLE, TrainingClass
from models.workflow import TransitionRefused


def take_seat(session: Session, class_id: int) -> bool:
    """Take one seat of a class that is not examined yet; False when it is full. One conditional UPDATE."""
    free = update(TrainingClass).where(
        TrainingClass.id == class_id,
        TrainingClass.state.in_(TAKING_PEOPLE),
        TrainingClass.enrolled < TrainingClass.capacity,
    )
    return rows_changed(session, free.values(enrolled=TrainingClass.enrolled + 1)) == 1


def give_back_seat(session: Session, class_id: int) -> None:
    """Give one seat back; raises TransitionRefused when the class had none taken."""
    taken = update(TrainingClass).where(TrainingClass.id == class_id, TrainingClass.enrolled > 0)
    if rows_changed(session, taken.values(enrolled=TrainingClass.enrolled - 1)) != 1:
        raise TransitionRefused(Sentence("这个班没有占用的名额。"))
