"""Months pass in a story by moving what happened into the past; the platform's own clock stays true."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.placement.placement import FollowUp, Placement
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment
from models.training.subsidy import PublicNotice
from models.training.training_class import TrainingClass
from tests.stories.class_days import let_lessons_pass

DAYS_OF: dict[Any, tuple[str, ...]] = {
    Placement: ("hired_on", "on_site_on"),
    FollowUp: ("due_on",),
    TrainingClass: ("graded_on", "notice_ends_on"),
    Enrolment: ("exam_on",),
    Certificate: ("issued_on",),
    PublicNotice: ("starts_on", "ends_on"),
}


def let_days_pass(session: Session, days: int) -> None:
    """Move placements, their follow-ups, classes and public lists ``days`` back. Commits."""
    back = timedelta(days=days)
    for training_class in session.scalars(select(TrainingClass)).all():
        let_lessons_pass(session, training_class, days)  # first: what came after a beginning stays after it
    for model, names in DAYS_OF.items():
        for row in session.scalars(select(model)).all():
            for name in names:
                if value := getattr(row, name):
                    setattr(row, name, value - back)
    session.commit()
