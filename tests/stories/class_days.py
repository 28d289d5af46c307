"""A class's days pass in a story: what was planned moves into the past; the platform's own clock stays
true."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.training.lesson import Lesson
from models.training.training_class import TrainingClass


def let_lessons_pass(session: Session, training_class: TrainingClass, days: int) -> None:
    """Move a class and its lessons ``days`` back. Commits."""
    back = timedelta(days=days)
    training_class.starts_on, training_class.ends_on = (
        training_class.starts_on - back,
        training_class.ends_on - back,
    )
    lessons = select(Lesson).where(Lesson.class_id == training_class.id).order_by(Lesson.held_on)
    for lesson in session.scalars(lessons).all():
        lesson.held_on -= back
        session.flush()  # one by one: two lessons of a class never share a moment
    session.commit()
